#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The helpers hold what they promise; the program is a stub here.

load lowmem

setup() {
	LOWMEMCTL=$BATS_TEST_TMPDIR/stub
	cat >"$LOWMEMCTL" <<-'EOT'
		#!/bin/sh
		echo "args: $*"
		echo "trouble" >&2
		exit "${STUB_STATUS:-0}"
	EOT
	chmod +x "$LOWMEMCTL"
}

# fails COMMAND...: it must not succeed, and may say why
fails() {
	run "$@"
	((status != 0)) || fail "this should have failed: $*"
}

@test "sysroot: is a copy with the modes of the machine" {
	sysroot i686-pae-6.1
	assert_equal "$(stat -c %a "$SYSROOT/proc/sys/vm/compact_memory")" 200
	assert_equal "$(stat -c %a "$SYSROOT/proc/sys/kernel/osrelease")" 444
	assert_equal "$(stat -c %a "$SYSROOT/proc/sys/vm/swappiness")" 644
	assert_equal "$(stat -c %a "$SYSROOT/proc/sys")" 755
}

@test "sysroot: a line for one machine is for that one only" {
	sysroot rhel4-i686-highmem
	assert_equal "$(stat -c %a "$SYSROOT/proc/sys/vm/drop_caches")" 644
}

@test "lowmemctl: passes --root only where there is a host" {
	lowmemctl diff x
	assert_output 'args: diff x'
	sysroot container
	lowmemctl diff x
	assert_output "args: --root $SYSROOT diff x"
}

@test "lowmemctl: keeps stdout and stderr apart" {
	lowmemctl --version
	refute_output --partial trouble
	assert_stderr trouble
}

@test "lowmemctl: holds the exit status to what was expected" {
	export STUB_STATUS=2
	lowmemctl -2 diff
	lowmemctl ! diff
	fails lowmemctl diff
	assert_output --partial 'exit status 2, wanted 0'
	assert_output --partial 'stderr: trouble'
	export STUB_STATUS=0
	fails lowmemctl ! diff
	fails lowmemctl -2 diff
}

@test "lowmemctl: takes standard input" {
	printf '#!/bin/sh\ncat\n' >"$LOWMEMCTL"
	lowmemctl diff - <<<'version: 1'
	assert_output 'version: 1'
}

@test "profile: writes a file that nobody else can write" {
	umask 000
	profile p <<<'version: 1'
	assert_equal "$PROFILE" "$BATS_TEST_TMPDIR/p.yaml"
	assert_equal "$(stat -c %a "$PROFILE")" 644
	assert_equal "$(cat "$PROFILE")" 'version: 1'
}

@test "requires: skips for what is not there, and not for what is" {
	requires sh cat
	skip() { echo "skipped: $*" && exit 3; }
	run requires sh no-such-command
	assert_equal "$status" 3
	assert_output 'skipped: needs no-such-command'
}

@test "assert_knob: reads as set_knob wrote, by meaning" {
	sysroot i686-pae-6.1
	set_knob vm.lowmem_reserve_ratio $'1\t2\t3'
	assert_knob vm.lowmem_reserve_ratio '1 2 3'
	fails assert_knob vm.lowmem_reserve_ratio '1 2 4'
	SYSROOT='' fails set_knob vm.lowmemctl_test 1
	assert_output --partial 'for fixture hosts'
}

@test "assert_json: compares what an expression gives" {
	output='{"a": [1, "b"], "c": true, "d": null}'
	assert_json 'j["a"][1]' b
	assert_json 'j["c"]'
	assert_json 'j["d"]' null
	fails assert_json 'j["a"][0]' 2
	fails assert_json 'j["nothing"]' 2
	output='{} {}'
	fails assert_json 'True'
}

@test "assert_stderr, refute_stderr: look at stderr" {
	stderr='some words' output='other'
	assert_stderr --partial words
	refute_stderr --partial other
	fails assert_stderr other
}

@test "assert_golden: compares, and updates where it is told to" {
	BATS_TEST_DIRNAME=$BATS_TEST_TMPDIR
	output='a text'
	fails assert_golden golden/x
	output='a text' UPDATE_GOLDEN=1 assert_golden golden/x
	output='a text' assert_golden golden/x
	output='another'
	fails assert_golden golden/x
}
