#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon on a fixture host, which needs no privilege: what it makes of its profiles over time.
# ../live/watch.bats has it on real processes.

load cli

setup() {
	sysroot modern-x86_64
	ACTIVE=$SYSROOT/etc/lowmemctl/active.d
	LOG=$BATS_TEST_TMPDIR/log
	mkdir -p "$ACTIVE"
}

teardown() {
	[[ -z ${DAEMON:-} ]] || kill -KILL "$DAEMON" 2>/dev/null || true
}

# start OPTION...: a watch of the active profiles in the background, ready
start() {
	"$LOWMEMCTL" --root "$SYSROOT" watch "$@" 2>"$LOG" 3>&- &
	DAEMON=$!
	logged 1 ' rules, '
}

# logged TIMES TEXT: before long, so many lines of the log have it
logged() {
	local i
	for ((i = 0; i < 600; i++)); do
		(($(grep -c -- "$2" "$LOG") < $1)) || return 0
		sleep 0.05
	done
	cat "$LOG"
	return 1
}

# ticks: the hundredths of a second that the daemon has used so far
ticks() { awk '{ print $14 + $15 }' "/proc/$DAEMON/stat"; }

@test "watch: one whose schedules are gone rests" {
	echo $'version: 1\ndrop_caches: [{every: 2s}]' >"$ACTIVE/a.yaml"
	start --force
	logged 1 'every 2s): freed'
	echo $'version: 1\ndescription: none any more' >"$ACTIVE/a.yaml"
	logged 1 ' 0 schedules, '
	# The moment for which the timer was set.
	sleep 2
	local before after
	before=$(ticks)
	sleep 2
	after=$(ticks)
	((after - before < 10)) || fail "it has used $((after - before)) ticks in 2 s"
}

@test "watch: a profile as large as they may be is read again, too" {
	{
		echo $'version: 1\nprocesses:'
		awk 'BEGIN { for (i = 0; i < 22000; i++) printf "  - match: {comm: p%d}\n    oom_score_adj: 5\n", i }'
	} >"$ACTIVE/a.yaml"
	(($(wc -c <"$ACTIVE/a.yaml") > 1000000))
	start
	sed -i 's/adj: 5$/adj: 6/' "$ACTIVE/a.yaml"
	kill -HUP "$DAEMON"
	logged 2 'scan: 22000 rules, '
	refute grep -q 'cannot be used' "$LOG"
}

@test "watch: what it tells of itself is whole, however long its schedules are" {
	{
		echo $'version: 1\ndrop_caches:'
		awk 'BEGIN { for (i = 0; i < 6; i++) { printf "  - schedule: \047"; for (j = 0; j < 3000; j++) printf "0,"; printf "0 %d * * *\047\n", i } }'
	} >"$ACTIVE/a.yaml"
	start
	lowmemctl status --json
	assert_json '[j["watch"]["rules"], len(j["watch"]["schedules"])]' '[0, 1]'
}
