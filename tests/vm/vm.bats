#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The program on real kernels: each test boots a machine of its own.

# bats file_tags=vm
bats_require_minimum_version 1.8.0

here=$BATS_TEST_DIRNAME

# why_not: what keeps machines from running here, if anything
why_not() {
	if [[ $(dpkg --print-architecture 2>&1) != amd64 ]]; then
		echo "the machines need Debian on amd64"
	elif ! command -v qemu-system-x86_64 >/dev/null; then
		echo "no qemu-system-x86_64"
	elif ! "$here/get" >"$BATS_FILE_TMPDIR/get" 2>&1; then
		tail -n 1 "$BATS_FILE_TMPDIR/get"
	fi
}

setup_file() {
	reason=$(why_not)
	export reason
	[[ -n $reason ]] || "$here/build" >&2
}

setup() {
	[[ -z $reason ]] || skip "$reason"
}

# machine STATUS ARG...: run a machine, which should hand back STATUS
machine() {
	local want=$1
	shift
	run "$here/run" --timeout 120 --files "$here/guest" --console "$BATS_TEST_TMPDIR/console" "$@"
	echo "$output"
	((status == want)) && return
	echo "exit status $status, not $want"
	((status < 124)) || tail -n 20 "$BATS_TEST_TMPDIR/console"
	return 1
}

@test "vm: the programs of both kinds are static, run on this kernel, and say the same" {
	local vm=${BUILD:-build}/vm top=$here/../.. arch host=$BATS_TEST_TMPDIR/host
	[[ $vm == /* ]] || vm=$top/$vm
	cp -R "$top/tests/fixtures/sysroots/i686-pae-6.1" "$host"
	for arch in i386 amd64; do
		run readelf -hl "$vm/lowmemctl-$arch"
		[[ $output == *"Class:"*"$([[ $arch == i386 ]] && echo ELF32 || echo ELF64)"* && $output != *INTERP* ]]
		"$vm/lowmemctl-$arch" --version
		"$vm/lowmemctl-$arch" --root "$host" diff --json "$top/profiles/highmem-protect.yaml" >"$BATS_TEST_TMPDIR/$arch.diff" || (($? == 2))
		"$vm/lowmemctl-$arch" diagnose --json "$top"/tests/fixtures/oom/i686-pae-lowmem-1.txt >"$BATS_TEST_TMPDIR/$arch.diagnose"
		"$vm/lowmemctl-$arch" victims --json >/dev/null
	done
	cmp "$BATS_TEST_TMPDIR"/{i386,amd64}.diff
	cmp "$BATS_TEST_TMPDIR"/{i386,amd64}.diagnose
}

@test "vm: a 32-bit machine has high memory, and its script's status comes back" {
	machine 7 --kernel 686-pae "$here/guest/selftest.sh" i686 7 "it's \"\$HOME\"  *"
}

@test "vm: a 64-bit machine is quick to say that all is well" {
	machine 0 --kernel cloud-amd64 "$here/guest/selftest.sh" x86_64 0 "it's \"\$HOME\"  *"
}

@test "vm: a machine that takes too long is ended with 124" {
	echo 'sleep 1000' >"$BATS_TEST_TMPDIR/script"
	machine 124 --kernel cloud-amd64 --timeout 3 "$BATS_TEST_TMPDIR/script"
}

@test "vm: a machine that dies is told by 126" {
	echo 'echo c >/proc/sysrq-trigger' >"$BATS_TEST_TMPDIR/script"
	machine 126 --kernel cloud-amd64 "$BATS_TEST_TMPDIR/script"
	grep -q 'Kernel panic' "$BATS_TEST_TMPDIR/console"
}

@test "vm: a machine that cannot be had is told by 125" {
	run -125 "$here/run" --kernel vax "$here/guest/selftest.sh"
	run -125 "$here/run" --kernel 686-pae --mem none "$here/guest/selftest.sh"
}

@test "vm: lower_zone_protection protects low memory on a 32-bit kernel with 2G" {
	machine 0 --kernel 686-pae --mem 2G "$here/guest/highmem.sh"
}

@test "vm: lower_zone_protection protects low memory on a 32-bit kernel with 4G" {
	machine 0 --kernel 686-pae --mem 4G "$here/guest/highmem.sh"
}

@test "vm: a 64-bit kernel takes a profile, and leaves out what it has no use for" {
	machine 0 --kernel cloud-amd64 "$here/guest/no-highmem.sh"
}

@test "vm: rules for processes, with the capabilities of the real root" {
	machine 0 --kernel cloud-amd64 --mem 1G "$here/guest/processes.sh"
}
