#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

# bats file_tags=cmd:drop-caches

load ../lib/lowmem
load cli

setup() {
	SYSROOT=$BATS_TEST_TMPDIR/root
	cp -r "$BATS_TEST_DIRNAME/../fixtures/memory/linux-6.18-x86_64" "$SYSROOT"
	mkdir -p "$SYSROOT/proc/sys/vm"
	CACHES=$SYSROOT/proc/sys/vm/drop_caches
	: >"$CACHES"
}

@test "drop-caches: writes the mode, and says what it came to" {
	lowmemctl drop-caches
	assert_equal "$(cat "$CACHES")" 3
	assert_line --index 0 --regexp '^nothing more is free than before, in [0-9.]+ s'
	assert_output --partial 'read again from disk'
	lowmemctl drop-caches --mode pagecache
	assert_equal "$(cat "$CACHES")" 1
	lowmemctl drop-caches -m slab -q
	assert_equal "$(cat "$CACHES")" 2
	assert_output ''
}

@test "drop-caches: a condition that does not hold skips it, with the figures" {
	lowmemctl drop-caches --if 'free < 1'
	assert_output --regexp '^skipped: free is .* and it is only for free < 1$'
	assert_equal "$(cat "$CACHES")" ''
	lowmemctl drop-caches --if 'free > 1'
	assert_equal "$(cat "$CACHES")" 3
}

@test "drop-caches: --spare leaves a host alone that reclaims already" {
	printf 'some avg10=12.50 avg60=1.00 avg300=0.10 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n' \
		>"$SYSROOT/proc/pressure/memory"
	lowmemctl drop-caches --spare
	assert_output 'skipped: reclaim is under way: psi_some_avg10 is 12.50 %'
	assert_equal "$(cat "$CACHES")" ''
}

@test "drop-caches: --compact needs its file, and is asked before anything is dropped" {
	lowmemctl -69 drop-caches --compact
	assert_regex "$stderr" 'compact_memory'
	assert_equal "$(cat "$CACHES")" ''
	: >"$SYSROOT/proc/sys/vm/compact_memory"
	lowmemctl drop-caches --compact
	assert_equal "$(cat "$SYSROOT/proc/sys/vm/compact_memory")" 1
}

@test "drop-caches: a kernel that cannot do it" {
	rm "$CACHES"
	lowmemctl -69 drop-caches
	assert_regex "$stderr" '/proc/sys/vm/drop_caches \(2\.6\.16 and later\)'
}

@test "drop-caches: wrong words" {
	lowmemctl -64 drop-caches --mode pagecach
	assert_regex "$stderr" "did you mean 'pagecache'"
	lowmemctl -64 drop-caches --if 'fre < 1M'
	assert_regex "$stderr" "at 'fre < 1M'"
	assert_equal "$(cat "$CACHES")" ''
}

@test "drop-caches: one JSON document" {
	lowmemctl drop-caches --json
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
assert d["schema"] == "lowmemctl/1" and d["command"] == "drop-caches"
assert d["changed"] and d["mode"] == "all" and d["skipped"] is None
assert d["freed_kib"] == 0 and d["before"] == d["after"] and d["drop_ms"] >= 0
assert d["zones"] and all(z["freed_kib"] == 0 for z in d["zones"])
' "$output"
	lowmemctl drop-caches --json --if 'free < 1'
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
assert not d["changed"] and "free is" in d["skipped"] and d["exit_code"] == 0
' "$output"
}

@test "watch: skips a schedule while reclaim is under way, unless the profile says otherwise" {
	printf '%s avg10=12.50 avg60=1.00 avg300=0.10 total=1\n' some full >"$SYSROOT/proc/pressure/memory"
	profile both <<-EOF
		version: 1
		drop_caches:
		  - {every: 2s, mode: slab}
		  - {every: 3s, mode: pagecache, under_pressure: run}
	EOF
	: >"$BATS_TEST_TMPDIR/log"
	"$LOWMEMCTL" --root "$SYSROOT" watch --force "$PROFILE" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	local watch=$! i
	for ((i = 0; i < 200; i++)); do
		[[ $(<"$BATS_TEST_TMPDIR/log") != *'every 2s): skipped'*'every 3s): freed'* ]] || break
		sleep 0.05
	done
	kill "$watch"
	wait "$watch" || true
	grep -q 'drop_caches of both (every 2s): skipped: reclaim is under way: psi_some_avg10 is 12.50 %' "$BATS_TEST_TMPDIR/log"
	grep -q 'drop_caches of both (every 3s): freed 0 KiB' "$BATS_TEST_TMPDIR/log"
	assert_equal "$(cat "$CACHES")" 1
}
