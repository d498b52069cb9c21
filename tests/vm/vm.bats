#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The bench itself, and the program on real kernels: each test boots a machine of its own.

# bats file_tags=vm,quick
bats_require_minimum_version 1.8.0

load vm

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

@test "vm: the kernel's and QEMU's own words are handed on" {
	cat >"$BATS_TEST_TMPDIR/script" <<-'EOF'
		grep -o 'one=1 two=2' /proc/cmdline
		cat /sys/devices/system/node/online
		grep -c '' /sys/fs/cgroup/cgroup.controllers
		cat /sys/fs/cgroup/cgroup.subtree_control
	EOF
	machine 0 --kernel cloud-amd64 --mem 512M --append 'one=1 two=2' \
		--qemu '-object memory-backend-ram,size=256M,id=m0 -object memory-backend-ram,size=256M,id=m1 -numa node,memdev=m0,cpus=0 -numa node,memdev=m1' \
		"$BATS_TEST_TMPDIR/script"
	[[ $output == $'one=1 two=2\n0-1\n1\nmemory' ]]
}

@test "vm: what is on the disk is there in the next machine, and on another kernel" {
	local kernel
	echo 'cat /etc/before; uname -m >/etc/before; cat /proc/sys/vm/swappiness; echo vm.swappiness=11 >/etc/sysctl.conf' >"$BATS_TEST_TMPDIR/script"
	for kernel in cloud-amd64 686-pae; do
		machine 0 --kernel "$kernel" --mem 1G --disk "$BATS_TEST_TMPDIR/disk" "$BATS_TEST_TMPDIR/script"
		printf '%s\n' "$output" >>"$BATS_TEST_TMPDIR/all"
	done
	[[ $(<"$BATS_TEST_TMPDIR/all") == *"can't open '/etc/before'"*$'\n60\nx86_64\n11' ]]
}

# The first file is flushed, the second is not.
@test "vm: after a power cut there is on the disk what was flushed" {
	cat >"$BATS_TEST_TMPDIR/script" <<-'EOF'
		echo 1 >/etc/flushed
		sync /etc/flushed
		echo 2 >/etc/only-written
		echo "cut here"
		sleep 1000
	EOF
	machine 137 --kernel cloud-amd64 --mem 512M --disk "$BATS_TEST_TMPDIR/disk" --cut 0.2 "$BATS_TEST_TMPDIR/script"
	echo 'cat /etc/flushed /etc/only-written' >"$BATS_TEST_TMPDIR/script"
	machine 1 --kernel cloud-amd64 --mem 512M --disk "$BATS_TEST_TMPDIR/disk" "$BATS_TEST_TMPDIR/script"
	[[ $output == 1$'\n'*"can't open '/etc/only-written'"* ]]
}

@test "vm: a 64-bit kernel takes a profile, and leaves out what it has no use for" {
	machine 0 --kernel cloud-amd64 "$here/guest/no-highmem.sh"
}

@test "vm: rules for processes, with the capabilities of the real root" {
	machine 0 --kernel cloud-amd64 --mem 1G "$here/guest/processes.sh"
}
