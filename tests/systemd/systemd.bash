# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A small system, booted for real: `load systemd`.

load ../lib/lowmem

UNITS=(lowmemctl-apply.service lowmemctl-watch.service lowmemctl-verify.service lowmemctl-verify.timer)

# For setup_file, which no time limit of a test holds for: the first time this takes minutes. $TREE is the
# system to boot, or $NO_TREE why there is none: bats 1.8 cannot skip there. SYSTEMD_SUITE names another Debian
# than 12; what runs in all of them is a static program.
make_tree() {
	local need top=$TESTS/..
	export TREE='' NO_TREE=''
	((EUID == 0)) || NO_TREE="needs root"
	for need in systemd-nspawn debootstrap unshare; do
		command -v "$need" >/dev/null || NO_TREE="needs $need (packaging/install-deps ship)"
	done
	[[ -n $NO_TREE ]] || unshare -m true 2>/dev/null || NO_TREE="cannot make a mount namespace here"
	[[ -z $NO_TREE ]] || return 0
	TREE=$("$BATS_TEST_DIRNAME/tree" "${SYSTEMD_SUITE:-bookworm}") || NO_TREE="there is no tree to boot: see $TESTS/systemd/tree"
	[[ -n ${SYSTEMD_SUITE:-} ]] || return 0
	make -C "$top" -j2 STATIC=1 VARIANT=release BUILD="${BUILD:-build}/static" all >/dev/null 2>&1 3>&-
	LOWMEMCTL=$(cd "$top" && realpath "${BUILD:-build}/static/release/lowmemctl")
}

# What the machine has besides the bare system; it is laid over that for one boot.
new_machine() {
	local unit
	[[ -z $NO_TREE ]] || skip "$NO_TREE"
	MACHINE=$BATS_TEST_TMPDIR/machine
	mkdir -p "$MACHINE"/{usr/sbin,etc/systemd/system,etc/lowmemctl/active.d,usr/lib/systemd/system,probe}
	cp "$LOWMEMCTL" "$MACHINE/usr/sbin/lowmemctl"
	for unit in "${UNITS[@]}"; do
		cp "$TESTS/../etc/systemd/$unit" "$MACHINE/usr/lib/systemd/system/"
	done
	chmod -R go=rX "$MACHINE"
	fake_vm
}

# unit NAME <<EOF: one of the test's own
unit() {
	mkdir -p "$MACHINE/etc/systemd/system/$(dirname "$1")"
	cat >"$MACHINE/etc/systemd/system/$1"
}

# enable TARGET UNIT...
enable() {
	local wants=$MACHINE/etc/systemd/system/$1.wants unit
	mkdir -p "$wants"
	for unit in "${@:2}"; do
		ln -s "/usr/lib/systemd/system/$unit" "$wants/$unit"
	done
}

# The vm settings are every container's. Those that the services see are of the machine alone, and their
# names of no kernel, so that nothing else can come of it.
fake_vm() {
	local service
	mkdir -p "$MACHINE/probe/vm"
	echo 60 >"$MACHINE/probe/vm/probe_one"
	echo 100 >"$MACHINE/probe/vm/probe_two"
	for service in lowmemctl-{apply,watch,verify}.service; do
		unit "$service.d/vm.conf" <<-'EOF'
			[Service]
			BindPaths=/probe/vm:/proc/sys/vm
		EOF
	done
}

# active NAME <<EOF: an active profile
active() { cat >"$MACHINE/etc/lowmemctl/active.d/$1.yaml"; }

# persisted NAME <<EOF: an active profile as `persist` leaves it behind, with its sysctls
persisted() {
	local SYSROOT
	profile "$1"
	sysroot modern-x86_64
	echo 60 >"$(knob_file vm.probe_one)"
	echo 100 >"$(knob_file vm.probe_two)"
	lowmemctl persist "$PROFILE"
	rm "$MACHINE"/etc/lowmemctl/active.d/*
	mkdir -p "$MACHINE/etc/sysctl.d"
	cp "$SYSROOT"/etc/lowmemctl/active.d/* "$MACHINE/etc/lowmemctl/active.d/"
	cp "$SYSROOT"/etc/sysctl.d/*lowmemctl.conf "$MACHINE/etc/sysctl.d/"
}

# boot [read-only] <<EOF: start the machine, run this shell script in it and switch it off;
# $output is what that wrote.
boot() {
	local writable=yes
	[[ ${1:-} != read-only ]] || writable=no
	{
		echo 'exec >/probe/out 2>&1'
		# shellcheck disable=SC2016 # the words of the machine's shell
		echo 'until_() { i=0; until "$@"; do i=$((i + 1)); [ $i -lt 100 ] || { echo "never: $*"; return 1; }; sleep 0.1; done; }'
		cat
		echo 'echo "the end"'
	} >"$MACHINE/probe/script"
	unit probe.service <<-'EOF'
		[Unit]
		After=basic.target lowmemctl-apply.service lowmemctl-watch.service
		[Service]
		Type=oneshot
		ExecStart=/bin/bash /probe/script
		ExecStopPost=/bin/systemctl --no-block poweroff
	EOF
	mkdir -p "$MACHINE/etc/systemd/system/multi-user.target.wants"
	ln -s ../probe.service "$MACHINE/etc/systemd/system/multi-user.target.wants/"
	: >"$BATS_TEST_TMPDIR/out"
	# shellcheck disable=SC2016 # the inner shell's words
	SYSTEMD_NSPAWN_API_VFS_WRITABLE=$writable timeout -k 5 90 unshare -m --propagation private bash -ec '
		tree=$1 machine=$2 out=$3 work=$4
		mkdir -p "$work"
		# From 258 on systemd knows no other control groups.
		if [[ $5 != bookworm && $(stat -f -c %T /sys/fs/cgroup) != cgroup2fs ]]; then
			umount -l /sys/fs/cgroup
			mount -t cgroup2 cgroup2 /sys/fs/cgroup
			export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
		fi
		mount -t tmpfs -o mode=755 tmpfs /run
		mount -t tmpfs -o mode=755 tmpfs "$work"
		mkdir "$work"/{upper,inner,root}
		cp -a "$machine"/. "$work/upper/"
		mount -t overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/inner" overlay "$work/root"
		touch "$work/root/probe/out"
		systemd-nspawn --quiet --directory "$work/root" --register=no --keep-unit --console=pipe \
			--capability=CAP_IPC_LOCK \
			--bind "$out:/probe/out" --boot systemd.unit=multi-user.target
	' - "$TREE" "$MACHINE" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/work" "${SYSTEMD_SUITE:-bookworm}" \
		>"$BATS_TEST_TMPDIR/console" 2>&1 </dev/null 3>&- || cat "$BATS_TEST_TMPDIR/console"
	run cat "$BATS_TEST_TMPDIR/out"
	# shellcheck disable=SC2154 # run sets it
	printf '%s\n' "$output"
	[[ $output == *"the end" ]] || {
		tail -n 40 "$BATS_TEST_TMPDIR/console"
		fail "the script in the machine did not come to its end"
	}
}

# as_of VERSION: the units become what systemd of that version makes of them, which passes over what it does not
# know: 219 (RHEL 7) or 234 (SLES 15). An allow-list of groups, of which 219 knows none, is empty to it: the
# program then may do nothing.
as_of() {
	local unit since
	local -a younger=()
	while read -r since unit; do
		((since <= $1)) || younger+=("$unit")
	done <<-'EOF'
		229 AmbientCapabilities
		231 MemoryDenyWriteExecute
		231 ReadWritePaths
		231 RestrictRealtime
		232 ProtectControlGroups
		232 ProtectKernelModules
		232 ProtectKernelTunables
		232 ProtectSystem
		232 RemoveIPC
		233 RestrictNamespaces
		235 IPAddressDeny
		235 LockPersonality
		235 RuntimeDirectoryPreserve
		235 StateDirectory
		239 PrivateMounts
		242 ProtectHostname
		242 RestrictSUIDSGID
		244 ProtectKernelLogs
		245 ProtectClock
	EOF
	for unit in "$MACHINE"/usr/lib/systemd/system/lowmemctl-*.service; do
		awk -F= -v younger=" ${younger[*]} " -v groups="$(($1 >= 231))" '
			index(younger, " " $1 " ") { next }
			$1 == "SystemCallFilter" && !groups {
				deny = sub(/~/, "", $2)
				gsub(/@[a-z-]+ ?/, "", $2)
				print $1 "=" (deny ? "~uselib " : "@default ") $2
				next
			}
			{ print }' "$unit" >"$unit.new"
		mv "$unit.new" "$unit"
	done
}
