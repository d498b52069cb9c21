#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Caches of the running kernel are dropped, which costs it no more than reading them again.

# bats file_tags=live,root

load ../lib/lowmem

setup() {
	requires root unshare mount
	[[ -w /proc/sys/vm/drop_caches ]] || skip "/proc/sys/vm/drop_caches cannot be written here"
	watch=
}

teardown() {
	[[ -z $watch ]] || kill "$watch" 2>/dev/null || true
	[[ -z $watch ]] || wait "$watch" 2>/dev/null || true
}

# meminfo FIELD: in kB
meminfo() { awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo; }

# fill_cache: 96 MiB of a file of this test's own are in the page cache, and on disk
fill_cache() {
	file=$BATS_TEST_TMPDIR/cached
	[[ $(stat -f -c %T "$BATS_TEST_TMPDIR") != tmpfs ]] || skip "files here are in memory"
	head -c 96M /dev/zero >"$file"
	sync "$file"
	cat "$file" >/dev/null
}

@test "drop-caches: what it says it freed is what the kernel says" {
	fill_cache
	local cached free
	cached=$(meminfo Cached)
	run --separate-stderr bounded "$LOWMEMCTL" drop-caches --json
	free=$(meminfo MemFree)
	assert_equal "$status" 0
	assert_json '[j["freed_kib"]] == [a["free_kib"] + a["percpu_kib"] - b["free_kib"] - b["percpu_kib"] for a, b in [(j["after"], j["before"])]]'
	assert_json 'j["freed_kib"] > 48 * 1024'
	assert_json 'j["before"]["cached_kib"] - j["after"]["cached_kib"] > 64 * 1024'
	assert_json "abs(j['before']['cached_kib'] - $cached) < 64 * 1024"
	assert_json "abs(j['after']['free_kib'] - $free) < 256 * 1024"
	assert_json 'j["sync_ms"] >= 0 and j["drop_ms"] >= 0'
	assert_json 'sum(z["freed_kib"] for z in j["zones"]) > 0'
	((cached - $(meminfo Cached) > 48 * 1024))
}

@test "drop-caches: without root nothing is dropped" {
	requires setpriv
	fill_cache
	local cached
	run --separate-stderr bounded setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$LOWMEMCTL" drop-caches
	cached=$(meminfo Cached)
	assert_equal "$status" 77
	# shellcheck disable=SC2154
	assert_regex "$stderr" 'needs root'
	((cached > 64 * 1024))
}

logged() { grep -q -- "$1" "$BATS_TEST_TMPDIR/log"; }
logged_twice() { (($(grep -c -- "$1" "$BATS_TEST_TMPDIR/log") >= 2)); }

# eventually COMMAND...: it succeeds within 20 seconds
eventually() {
	local i
	for ((i = 0; i < 400; i++)); do
		"$@" && return
		sleep 0.05
	done
	fail "never: $*; $(<"$BATS_TEST_TMPDIR/log")"
}

@test "watch: carries schedules out, skips what its condition forbids, and tells of both" {
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
	fill_cache
	profile dropping <<-EOF
		version: 1
		drop_caches:
		  - every: 2s
		    under_pressure: run
		  - every: 3s
		    only_if: low_free < 1M
		    under_pressure: run
	EOF
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m --propagation private sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' - \
		"$LOWMEMCTL" watch --force "$PROFILE" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	watch=$!
	eventually logged 'drop_caches of dropping (every 2s): freed '
	eventually logged 'drop_caches of dropping (every 3s): skipped: low_free is .*, and it is only for low_free < 1M'
	# a second one: the child of the first is gone, and the time is kept
	eventually logged_twice 'every 2s): freed'
	assert_equal "$(cat "/proc/$watch/task/$watch/children")" ''
	run cat "/proc/$watch/root/run/lowmemctl/watch.json"
	assert_json '[s["key"] for s in j["schedules"]]' '["every 2s", "every 3s"]'
	assert_json 'j["schedules"][0]["freed_kib"] is not None and j["schedules"][0]["next"] >= j["schedules"][0]["last"]'
	# every sixth second both are due: then it is skipped as the other is at work
	assert_json 'j["schedules"][1]["skipped"].split()[0] in ("low_free", "the")'
	kill "$watch"
	wait "$watch"
	watch=
}

@test "watch: schedules that are due too often are refused" {
	profile hasty <<-EOF
		version: 1
		drop_caches:
		  - every: 2s
	EOF
	run --separate-stderr bounded "$LOWMEMCTL" watch "$PROFILE"
	assert_equal "$status" 1
	assert_regex "$stderr" 'more often than every 10 minutes'
}
