#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When a schedule is due is what systemd says, on random schedules, moments and zones: compare.py.
#
# SCHEDULES_CASES  how many (12000)
# SCHEDULES_SEED   other cases

load ../lib/lowmem

setup_file() {
	command -v "${CC:-cc}" >/dev/null || return 0
	"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -O2 -I"$TESTS/../src" \
		-o "$BATS_FILE_TMPDIR/next" "$TESTS/schedules/next.c" \
		"$TESTS"/../src/{plan/schedule,profile/cron,base/span,base/num,base/arena}.c
}

setup() {
	local calendar=(systemd-analyze calendar --iterations=2 '--base-time=2026-01-01 00:00:00 UTC')
	requires systemd-analyze python3 "${CC:-cc}"
	TZ=UTC run "${calendar[@]}" daily
	[[ $output == *2026-01-03* ]] || skip "needs a systemd-analyze that takes --base-time"
	python3 -c 'import zoneinfo' 2>/dev/null || skip "needs Python 3.9, the first to know zones"
	[[ -e /usr/share/zoneinfo/Pacific/Chatham ]] || skip "needs tzdata"
}

comparison() {
	run bounded "$BATS_TEST_DIRNAME/compare.py" "$@"
	printf '%s\n' "$output"
}

@test "schedules: they are due when systemd says so" {
	comparison "$BATS_FILE_TMPDIR/next" --cases "${SCHEDULES_CASES:-12000}" --seed "${SCHEDULES_SEED:-1}"
	assert_equal "$status" 0
	echo "# note: schedules: ${lines[-1]}" >&3
}

# answers EXPRESSION: of awk, on the moment $1, instead of what is right
answers() {
	printf '%s\n' '#!/bin/sh' "exec awk -F'\\t' '{ printf \"%d\\n\", $1 }'" >"$BATS_TEST_TMPDIR/next"
	chmod +x "$BATS_TEST_TMPDIR/next"
}

@test "schedules: a wrong answer is found, and shown with what is right" {
	# shellcheck disable=SC2016 # awk's
	answers '$1 + 60'
	comparison "$BATS_TEST_TMPDIR/next" UTC --cases 50 --most 1
	assert_equal "$status" 1
	assert_line --regexp "^UTC, after [0-9]+ .* UTC\): '.*' is '.*'\$"
	assert_line --regexp '^  systemd: [0-9]+ \('
	assert_line --regexp '^  lowmemctl: [0-9]+ \('
}

@test "schedules: no answer is no agreement" {
	comparison /bin/true UTC --cases 50
	assert_equal "$status" 1
	assert_output --partial '/bin/true: 0 answers to 50 cases'
}

# What is set aside has a judge of its own: without the rule for hours that come twice it disagrees.
@test "schedules: what is set aside is held against the rules all the same" {
	mkdir "$BATS_TEST_TMPDIR/src"
	cp -R "$TESTS"/../src/. "$BATS_TEST_TMPDIR/src"
	sed -i 's/schedule->every_seconds == 0 && schedule->cron.hours == ALL_DAY/false/' \
		"$BATS_TEST_TMPDIR/src/plan/schedule.c"
	run diff -q "$TESTS/../src/plan/schedule.c" "$BATS_TEST_TMPDIR/src/plan/schedule.c"
	assert_equal "$status" 1
	"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -O2 -I"$BATS_TEST_TMPDIR/src" \
		-o "$BATS_TEST_TMPDIR/next" "$TESTS/schedules/next.c" \
		"$BATS_TEST_TMPDIR"/src/{plan/schedule,profile/cron,base/span,base/num,base/arena}.c
	comparison "$BATS_TEST_TMPDIR/next" Europe/Berlin America/New_York --cases 6000 --most 1
	assert_equal "$status" 1
	assert_line --regexp '^  the model: [0-9]+ \('
}
