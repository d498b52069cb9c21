#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Until the plug is pulled: persists, applies and reverts over and over. The next machine on the same
# disk looks what the power cut left, and goes on.
#
#   cut.sh first|on|last [FROM TO]    the last step that the machine before announced
#
# 0, a and b are what the files can be: as they were, and two versions of a profile.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

conf=/etc/sysctl.conf
states=/etc/states

active() { cat /etc/lowmemctl/active.d/*.yaml 2>/dev/null || :; }

take() {
	mkdir -p $states/"$1"
	cp $conf $states/"$1"/conf
	active >$states/"$1"/active
}

# is FILE STATE: is conf or active what it is in STATE?
is() {
	case $1 in
	conf) cmp -s $conf $states/"$2"/conf ;;
	active) active | cmp -s - $states/"$2"/active ;;
	esac
}

state() {
	for state in 0 a b; do
		if is conf $state && is active $state; then
			echo $state
			return
		fi
	done
	echo mixed
}

# step FROM TO COMMAND...
step() {
	echo "going $1 $2"
	shift 2
	lowmemctl -q "$@" >/tmp/said 2>&1 || fail "lowmemctl $*: $(cat /tmp/said)"
}

round() {
	step 0 a persist /etc/a.yaml
	step a b apply --persist /etc/b.yaml
	step b a revert
	step a 0 revert
}

profile() {
	printf 'version: 1\nname: web\nsysctl:\n  vm.swappiness: %s\n  vm.dirty_ratio: %s\n  vm.%s: %s\n' "$2" "$3" "$4" "$5"
	printf 'sysfs:\n  /sys/kernel/mm/transparent_hugepage/enabled: %s\n' "$6"
	# long enough for more than one block, which may be written in part
	for n in $(seq 200); do
		echo "# $n: $1 $1 $1 $1 $1 $1 $1 $1 $1 $1"
	done
}

first() {
	{
		echo "vm.vfs_cache_pressure = 150"
		for n in $(seq 100); do
			echo "# $n: the administrator's own words"
		done
	} >$conf
	# knobs that have the same default in every boot: it does not hang on how much memory is free
	profile a 10 11 overcommit_ratio 70 always >/etc/a.yaml
	profile b 20 21 page-cluster 1 never >/etc/b.yaml
	printf 'version: 1\nsysctl:\n  vm.vfs_cache_pressure: 150\n' >/etc/same.yaml
	echo 150 >/proc/sys/vm/vfs_cache_pressure
	take 0
	step 0 a persist /etc/a.yaml
	take a
	step a b apply --persist /etc/b.yaml
	take b
	step b a revert
	[ "$(state)" = a ] || fail "$(state), not a"
	step a 0 revert
	[ "$(state)" = 0 ] || fail "$(state), not 0"
	for pair in "0 a" "a b" "b 0"; do
		cmp -s $states/"${pair% *}"/conf $states/"${pair#* }"/conf && fail "$pair: not told apart"
	done
	sync
}

# The files as the power cut left them: each is whole, and where they do not belong to one state, or the
# run had not come to its end, the next run says so, and revert puts everything back.
look() {
	for file in conf active; do
		is $file "$1" || is $file "$2" || fail "$file is neither as in $1 nor as in $2"
	done
	found=$(state)
	lowmemctl history >/tmp/history 2>&1 || fail "history: $(cat /tmp/history)"
	! grep -q damaged /tmp/history || fail "history: $(cat /tmp/history)"
	if ! grep -q ' open$' /tmp/history; then
		[ "$found" != mixed ] || fail "two states, and no open entry: $(cat /tmp/history)"
		echo "found $found closed"
		return
	fi
	echo "found $found open"
	lowmemctl apply /etc/same.yaml >/tmp/told 2>&1 || fail "apply of what is as wanted: $(cat /tmp/told)"
	grep -q 'was cut short' /tmp/told || fail "nobody tells of the open entry: $(cat /tmp/told)"
	lowmemctl -q revert || fail "revert of what is open"
	[ "$(state)" = "$1" ] || fail "reverted, and now it is $(state), not $1"
}

# back: to state 0 by as many reverts as that takes. Where a revert was cut off, the boot may have made
# live what its files said then, and not what the entry wrote: that is the --force.
back() {
	for _ in 1 2 3 4; do
		[ "$(state)" != 0 ] || return 0
		lowmemctl -q revert --force || fail "revert"
	done
	fail "four reverts, and it is $(state), not 0"
}

case $1 in
first) first ;;
*)
	[ "$(cat /proc/sys/vm/vfs_cache_pressure)" = 150 ] || fail "the loader did not come to its end"
	look "$2" "$3"
	back
	;;
esac
[ "$1" != last ] || exit 0
echo "cut here"
while :; do
	round
done
