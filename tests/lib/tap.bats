#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests/run makes of a TAP producer: nothing that ran badly may pass.

load lowmem

# judge STATUS LINE...: of a producer that said these lines
judge() {
	local status=$1
	shift
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/tap"
	run awk -v name=it -v status="$status" -f "$TESTS/lib/tap.awk" "$BATS_TEST_TMPDIR/tap"
}

counts() { assert_line "COUNT $*"; }

@test "tap: counts what passed, failed and was skipped" {
	judge 1 1..4 'ok 1 - a' 'not ok 2 - b' '# why' 'ok 3 c # skip no root' 'ok 4 - # SKIP no vm'
	counts 1 1 2
	assert_line 'it: not ok 2 - b'
	assert_line '# why'
	assert_line 'skip it: c: no root'
	refute_line --partial 'ok 1'
}

@test "tap: the plan may come last" {
	judge 0 'ok 1 - a' 'ok 2 - b' 1..2
	counts 2 0 0
}

@test "tap: a plan of none is a failure, unless it says why" {
	judge 0 1..0
	counts 0 1 0
	judge 0 '1..0 # SKIP no clang'
	counts 0 0 1
}

@test "tap: silence is a failure" {
	judge 0 ''
	counts 0 1 0
	assert_line --partial 'ran nothing'
}

@test "tap: to stop before the plan is a failure" {
	judge 0 1..3 'ok 1' 'ok 2'
	counts 2 1 0
	judge 139 'ok 1 - a' 'Segmentation fault'
	counts 1 1 0
	assert_line '# Segmentation fault'
}

@test "tap: to run more than the plan is a failure" {
	judge 0 1..1 'ok 1' 'ok 2'
	counts 2 1 0
}

@test "tap: an exit status that no test explains is a failure" {
	judge 23 1..1 'ok 1 - a' '# a leak'
	counts 1 1 0
	assert_line '# a leak'
}
