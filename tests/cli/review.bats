#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What only shows around the program: what it holds, and what it has synced.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
}

teardown() {
	local pid
	pid=$(awk '{ print $1 }' "$SYSROOT/run/lowmemctl/trial" 2>/dev/null)
	[[ -z $pid ]] || kill "$pid" 2>/dev/null || true
}

@test "trial: the guard holds none of its caller's files" {
	requires flock
	local lock=$BATS_TEST_TMPDIR/callers
	exec 9>"$lock"
	flock 9
	lowmemctl apply --trial 1m "$PROFILE"
	exec 9>&-
	flock -n "$lock" true
	lowmemctl confirm
}

@test "journal: the folders that were made for it are synced, too" {
	requires strace
	strace -f -o /dev/null true 2>/dev/null || skip "cannot trace here"
	rm -rf "${SYSROOT:?}/var"
	export ASAN_OPTIONS=detect_leaks=0
	bounded strace -y -e trace=fsync -o "$BATS_TEST_TMPDIR/trace" \
		"$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	cat "$BATS_TEST_TMPDIR/trace"
	local folder
	for folder in "" /var /var/lib /var/lib/lowmemctl /var/lib/lowmemctl/journal; do
		grep -qF "<$SYSROOT$folder>)" "$BATS_TEST_TMPDIR/trace"
	done
}
