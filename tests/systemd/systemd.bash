# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A small system, booted for real: `load systemd`.

load ../lib/lowmem

UNITS=(lowmemctl-apply.service lowmemctl-watch.service lowmemctl-verify.service lowmemctl-verify.timer)

# For setup_file, which no time limit of a test holds for: the first time this takes minutes. $TREE is the
# system to boot, or $NO_TREE why there is none: bats 1.8 cannot skip there.
make_tree() {
	local need
	export TREE='' NO_TREE=''
	((EUID == 0)) || NO_TREE="needs root"
	for need in systemd-nspawn debootstrap unshare; do
		command -v "$need" >/dev/null || NO_TREE="needs $need (packaging/install-deps ship)"
	done
	[[ -n $NO_TREE ]] || unshare -m true 2>/dev/null || NO_TREE="cannot make a mount namespace here"
	[[ -z $NO_TREE ]] || return 0
	TREE=$("$BATS_TEST_DIRNAME/tree" "${SYSTEMD_SUITE:-bookworm}") || NO_TREE="there is no tree to boot: see $TESTS/systemd/tree"
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
		mount -t tmpfs -o mode=755 tmpfs /run
		mount -t tmpfs -o mode=755 tmpfs "$work"
		mkdir "$work"/{upper,inner,root}
		cp -a "$machine"/. "$work/upper/"
		mount -t overlay -o "lowerdir=$tree,upperdir=$work/upper,workdir=$work/inner" overlay "$work/root"
		touch "$work/root/probe/out"
		systemd-nspawn --quiet --directory "$work/root" --register=no --keep-unit --console=pipe \
			--capability=CAP_IPC_LOCK \
			--bind "$out:/probe/out" --boot systemd.unit=multi-user.target
	' - "$TREE" "$MACHINE" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/work" \
		>"$BATS_TEST_TMPDIR/console" 2>&1 </dev/null 3>&- || cat "$BATS_TEST_TMPDIR/console"
	run cat "$BATS_TEST_TMPDIR/out"
	# shellcheck disable=SC2154 # run sets it
	printf '%s\n' "$output"
	[[ $output == *"the end" ]] || {
		tail -n 40 "$BATS_TEST_TMPDIR/console"
		fail "the script in the machine did not come to its end"
	}
}

# as_219: the units become what systemd 219 (RHEL 7) makes of them, which passes over what it does not know.
# An allow-list of groups, of which it knows none, is empty to it: the program then may do nothing.
as_219() {
	local unit
	for unit in "$MACHINE"/usr/lib/systemd/system/lowmemctl-*.service; do
		awk -F= '
			/^(AmbientCapabilities|IPAddressDeny|LockPersonality|MemoryDenyWriteExecute|PrivateMounts)=/ ||
			/^(ProtectClock|ProtectControlGroups|ProtectHostname|ProtectKernel[A-Z][a-z]*|ProtectSystem)=/ ||
			/^(ReadWritePaths|RemoveIPC|Restrict(Namespaces|Realtime|SUIDSGID)|RuntimeDirectoryPreserve)=/ ||
			/^StateDirectory=/ { next }
			$1 == "SystemCallFilter" {
				deny = sub(/~/, "", $2)
				gsub(/@[a-z-]+ ?/, "", $2)
				print $1 "=" (deny ? "~uselib " : "@default ") $2
				next
			}
			{ print }' "$unit" >"$unit.new"
		mv "$unit.new" "$unit"
	done
}
