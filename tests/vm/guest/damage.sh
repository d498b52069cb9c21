#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Disks that are full, mounts that are read-only, and a root that is none: the exit status and the words
# are those that are promised, and nothing is half done.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

profile=/tmp/web.yaml
printf 'version: 1\nname: web\nsysctl:\n  vm.swappiness: 35\n  vm.dirty_ratio: 11\n' >$profile
echo "vm.vfs_cache_pressure = 150" >/etc/sysctl.conf
mkdir -p /etc/lowmemctl/active.d

# files: what is in /etc, but for what fills it
files() {
	find /etc -type f ! -name full | sort | while read -r file; do
		md5sum "$file"
	done
}

# says STATUS WORDS COMMAND...: its exit status, and what it says on standard error, in one line
says() {
	status=$1 words=$2
	shift 2
	echo "+ $*"
	got=0
	"$@" >/tmp/out 2>/tmp/err || got=$?
	cat /tmp/out /tmp/err
	[ $got = "$status" ] || fail "exit status $got, not $status"
	[ -z "$words" ] || tr -s "\n " "  " <"${said:-/tmp/err}" | grep -qF "$words" || fail "it does not say '$words'"
}

# hold_still: values and files, to compare
hold_still() {
	knobs >/tmp/before
	files >/tmp/files
}

stood_still() {
	unchanged /tmp/before
	files | diff /tmp/files - || fail "/etc is not as it was"
}

as_nobody() { su nobody -s /bin/sh -c "$1"; }

# The new files need two pages of 4096 bytes: however many are left, it is all or nothing.
echo "# /etc full"
cp -R /etc /tmp/etc
rm /tmp/etc/sysctl.conf
for pages in 0 1 2 3 4; do
	mount -t tmpfs -o size=128k etc /etc
	cp -R /tmp/etc/. /etc/
	dd if=/dev/zero of=/etc/full bs=4k 2>/dev/null || :
	size=$(stat -c %s /etc/full)
	truncate -s $((size - pages * 4096)) /etc/full
	for command in "persist" "apply --persist"; do
		hold_still
		# shellcheck disable=SC2086 # words
		lowmemctl $command $profile >/tmp/out 2>&1 && got=0 || got=$?
		echo "$pages pages left: $command: $got"
		case $got in
		0)
			lowmemctl -q revert || fail "revert"
			done=$((${done:-0} + 1))
			;;
		4)
			grep -q 'No space left on device' /tmp/out || fail "no reason: $(cat /tmp/out)"
			[ "$(lowmemctl history | tail -n 1 | awk '{ print $NF }')" = restored ] ||
				fail "history: $(lowmemctl history)"
			undone=$((${undone:-0} + 1))
			;;
		*) fail "$command: exit status $got: $(cat /tmp/out)" ;;
		esac
		stood_still
	done
	umount /etc
done
[ "${done:-0}" -ge 2 ] || fail "it seldom had room enough: ${done:-0}"
[ "${undone:-0}" -ge 4 ] || fail "it was seldom put back: ${undone:-0}"

echo "# /var full: no journal, no change"
mount -t tmpfs -o size=16k var /var
dd if=/dev/zero of=/var/full bs=4k 2>/dev/null || :
hold_still
for command in "apply" "persist" "apply --persist" "apply --best-effort"; do
	# shellcheck disable=SC2086 # as above
	says 1 "nothing was changed: the journal cannot be written: No space left on device" lowmemctl $command $profile
	stood_still
done
rm /var/full
[ -z "$(lowmemctl history | tail -n +2)" ] || fail "history: $(lowmemctl history)"
umount /var

echo "# /etc read-only"
mount --bind /etc /etc
mount -o remount,bind,ro /etc
hold_still
for command in "persist" "apply --persist"; do
	# shellcheck disable=SC2086 # as above
	says 77 "/etc/sysctl.conf: it is on a read-only mount" lowmemctl $command $profile
	stood_still
done
says 0 "left out 2 of 2" lowmemctl persist --best-effort $profile
stood_still
said=/tmp/out says 0 "vm.swappiness (it could not be persisted here)" lowmemctl status
says 0 "not persisted: /etc/sysctl.conf: it is on a read-only mount" lowmemctl apply --persist --best-effort $profile
[ "$(cat /proc/sys/vm/swappiness)" = 35 ] || fail "not even live"
said=/tmp/out says 0 "vm.swappiness (it could not be persisted here)" lowmemctl status
expect 0 lowmemctl revert
stood_still
umount /etc

echo "# /proc/sys read-only"
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
hold_still
says 2 "" lowmemctl diff $profile
says 77 "vm.swappiness: it is on a read-only mount" lowmemctl apply $profile
said=/tmp/out says 77 '"exit_code":77' lowmemctl apply --json $profile
says 77 "vm.swappiness: it is on a read-only mount" lowmemctl apply --persist $profile
stood_still
says 0 "left out 2 of 2 settings on this host" lowmemctl apply --best-effort $profile
[ "$(wc -l </tmp/err)" -le 2 ] || fail "more than a line"
said=/tmp/out says 0 "vm.swappiness (it is on a read-only mount" lowmemctl status
stood_still
says 65 "" lowmemctl apply --best-effort /script
expect 0 lowmemctl persist $profile
expect 0 lowmemctl unpersist web
stood_still
umount /proc/sys

echo "# root in a user namespace of somebody's own"
hold_still
says 77 "vm.swappiness: needs root" as_nobody "unshare -Ur lowmemctl apply $profile"
grep -q 'cannot be read' /tmp/err && fail "it tells of entries that it may not read"
says 77 "needs root" as_nobody "unshare -Ur lowmemctl persist $profile"
says 77 "needs root" as_nobody "unshare -Ur lowmemctl apply --persist $profile"
says 77 "is not to be trusted" as_nobody "unshare -Ur lowmemctl apply --best-effort $profile"
as_nobody "cat $profile >/tmp/own.yaml"
says 0 "left out 2 of 2 settings on this host" as_nobody "unshare -Ur lowmemctl apply --best-effort /tmp/own.yaml"
stood_still

echo "# and the real root in one may write, as the kernel sees it"
expect 0 unshare -Ur lowmemctl apply $profile
[ "$(cat /proc/sys/vm/swappiness)" = 35 ] || fail "swappiness is $(cat /proc/sys/vm/swappiness)"
expect 0 unshare -Ur lowmemctl revert
stood_still
