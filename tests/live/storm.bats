#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon on the running kernel, with processes that the tests start themselves and only
# raise, which takes no capability but that to write to other users' processes.

# bats file_tags=live,root

load ../lib/lowmem

setup_file() {
	local name
	command -v "${CC:-cc}" >/dev/null || return 0
	for name in storm family; do
		"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O2 -static -o "$BATS_FILE_TMPDIR/$name" \
			"$TESTS/lib/$name.c" 2>/dev/null ||
			"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O2 -o "$BATS_FILE_TMPDIR/$name" "$TESTS/lib/$name.c"
	done
	cp "$BATS_FILE_TMPDIR/family" "$BATS_FILE_TMPDIR/lm-longliver"
}

setup() {
	requires root unshare mount pgrep setsid "${CC:-cc}"
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
	ours=() watch=
}

teardown() {
	[[ -z $watch ]] || kill -CONT "$watch" 2>/dev/null || true
	[[ -z $watch ]] || kill "$watch" 2>/dev/null || true
	((${#ours[@]} == 0)) || kill -KILL "${ours[@]}" 2>/dev/null || true
	# not for all: a test's time limit is a job of this shell as well
	((${#ours[@]} == 0)) || wait "${ours[@]}" 2>/dev/null || true
	[[ -z $watch ]] || wait "$watch" 2>/dev/null || true
}

# start_watch ARG...: the daemon in the background, with a /run of its own; skips where it has no
# events
start_watch() {
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m --propagation private sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' - \
		"$LOWMEMCTL" watch "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	watch=$!
	state=/proc/$watch/root/run/lowmemctl/watch.json
	eventually 10 test -s "$state" || fail "not ready: $(<"$BATS_TEST_TMPDIR/log")"
	grep -q '"mode":"events"' "$state" || skip "the kernel tells this namespace of no processes"
	sleep 0.3 # until it has given back what starting took
}

stop_watch() {
	kill "$watch"
	wait "$watch"
	watch=
}

# eventually SECONDS COMMAND...: it succeeds within that time
eventually() {
	local until=$((SECONDS + $1))
	while ! "${@:2}"; do
		((SECONDS < until)) || return 1
		sleep 0.05
	done
}

# told KEY: what the daemon has counted
told() {
	rm -f "$state"
	kill -USR1 "$watch"
	eventually 10 test -s "$state" || fail "says nothing: $(<"$BATS_TEST_TMPDIR/log")"
	sed -E "s/.*\"$1\":([0-9]+).*/\1/" "$state"
}

# start NAME: one that lives long, in the background
start() {
	"$BATS_FILE_TMPDIR/$1" 3>&- &
	ours+=($!)
}

# all_have ADJ PID...
all_have() {
	local pid adj
	for pid in "${@:2}"; do
		adj=$(<"/proc/$pid/oom_score_adj") || return 1
		[[ $adj == "$1" ]] || return 1
	done
}

# adjs PID...: what each has, to show where a test fails
adjs() {
	local pid
	for pid; do
		printf '%s %s %s\n' "$pid" "$(<"/proc/$pid/comm")" "$(<"/proc/$pid/oom_score_adj")"
	done
}

# foreign: every process by pid and start, and its adj; those of the tests left out
foreign() {
	local file pid line adj
	local -a words
	for file in /proc/[0-9]*/stat; do
		pid=${file#/proc/} pid=${pid%/stat}
		[[ " ${ours[*]} " != *" $pid "* ]] || continue
		{ line=$(<"$file") && adj=$(<"/proc/$pid/oom_score_adj"); } 2>/dev/null || continue
		read -ra words <<<"${line##*)}"
		echo "$pid-${words[19]} $adj"
	done | sort
}

# resident: KiB of its own memory; pages of the program's file come and go as it is run
resident() { awk '$1 == "RssAnon:" { print $2 }' "/proc/$watch/status"; }

rule() {
	profile rule <<-EOF
		version: 1
		processes:
		  - name: $1
		    match: {comm: $2}
		    oom_score_adj: $3
		    children: $4
	EOF
}

@test "watch: in a storm of short-lived processes none that stays is missed, and no other is touched" {
	local before after i storm
	rule longliver lm-longliver 300 inherit
	foreign >"$BATS_TEST_TMPDIR/before"
	start_watch -q "$PROFILE"
	# what it takes once, for the first of everything, is no growth
	start lm-longliver
	eventually 10 all_have 300 "${ours[@]}" || fail "not adjusted: $(adjs "${ours[@]}")"
	told events >"$BATS_TEST_TMPDIR/events"
	before=$(resident)
	timeout --foreground 15 "$BATS_FILE_TMPDIR/storm" 10000 4 "$BATS_FILE_TMPDIR/storm" \
		>"$BATS_TEST_TMPDIR/storm" 3>&- &
	storm=$!
	for i in {1..50}; do
		start lm-longliver
		sleep 0.03
	done
	# on a slow machine it is ended before
	wait "$storm" || [[ $? == 124 ]]
	cat "$BATS_TEST_TMPDIR/storm"
	grep -E '^[0-9]{3,} run, 0 failed$' "$BATS_TEST_TMPDIR/storm"
	eventually 10 all_have 300 "${ours[@]}" || fail "not adjusted: $(adjs "${ours[@]}")"
	after=$(resident)
	echo "resident: $before KiB, then $after KiB; $(told events) events, $(told lost) times lost"
	((after - before <= 64))
	assert_equal "$(told changed)" 51
	foreign >"$BATS_TEST_TMPDIR/after"
	run join -o 1.1,1.2,2.2 "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	((${#lines[@]} > 1))
	assert_equal "$(awk '$2 != $3' <<<"$output")" ""
	stop_watch
}

@test "watch: what happens while events are lost is made up for, and told" {
	local i
	rule longliver lm-longliver 300 inherit
	start_watch "$PROFILE"
	kill -STOP "$watch"
	for i in {1..5}; do start lm-longliver; done
	# each new name is an event, and the kernel keeps some 15,000
	bash -c 'for ((i = 0; i < 30000; i++)); do echo lm-noise; done >/proc/$$/comm' 3>&-
	for i in {1..5}; do start lm-longliver; done
	kill -CONT "$watch"
	eventually 10 all_have 300 "${ours[@]}" || fail "not adjusted: $(adjs "${ours[@]}")"
	(($(told lost) > 0))
	(($(told rescans) > 0))
	grep 'events were lost: all processes are looked at again' "$BATS_TEST_TMPDIR/log"
	stop_watch
}

@test "watch: --restore-on-exit puts back what each had, however many there are" {
	local i
	rule longliver lm-longliver 300 inherit
	for i in {1..200}; do start lm-longliver; done
	start_watch -q --restore-on-exit "$PROFILE"
	all_have 300 "${ours[@]}"
	stop_watch
	all_have 0 "${ours[@]}" || fail "not put back: $(adjs "${ours[@]}" | grep -c ' 300$')"
}

# family CHILD_ADJ CHILDREN: a parent at 400, and 200 children as the rule says
family() {
	local parent
	local -a children
	rule parent lm-parent 400 "$2"
	start_watch -q "$PROFILE"
	setsid "$BATS_FILE_TMPDIR/family" 200 lm-parent 400 lm-child >"$BATS_TEST_TMPDIR/family" 3>&- &
	parent=$!
	ours+=("$parent")
	eventually 20 grep -q . "$BATS_TEST_TMPDIR/family" || fail "the parent says nothing"
	assert_equal "$(<"$BATS_TEST_TMPDIR/family")" ready
	# those of its group without the leader: 200, and one of four has one of its own
	mapfile -t children < <(pgrep -g "$parent" | grep -vx "$parent")
	assert_equal "${#children[@]}" 250
	eventually 10 all_have "$1" "${children[@]}" ||
		fail "not as the rule says: $(adjs "${children[@]}" | awk -v want="$1" '$3 != want')"
	all_have 400 "$parent"
	stop_watch
}

@test "watch: children: reset is for all that a daemon forks, before and after, and what those fork" {
	family 0 reset
}

@test "watch: children: VALUE is for all that a daemon forks, before and after, and what those fork" {
	family 100 100
}
