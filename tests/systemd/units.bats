#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The units as files.

load systemd

setup() {
	requires systemd-analyze
	units=$BATS_TEST_TMPDIR/units
	mkdir "$units"
	cp "$TESTS"/../etc/systemd/*.{service,timer} "$units"
}

# `verify` says what is misspelled, and exits with 0.
@test "units: systemd-analyze verify has nothing to say" {
	sed -i "s|/usr/sbin/lowmemctl|$(realpath "$LOWMEMCTL")|
		s|/usr/share/lowmemctl/apply-dropped|$(realpath "$TESTS/../packaging/apply-dropped")|" "$units"/*
	run systemd-analyze verify --man=no --recursive-errors=no "$units"/*
	assert_output ''
	assert_success
}

@test "units: a misspelled line would be found" {
	sed -i 's/^ProtectHome=/ProtectHouse=/' "$units/lowmemctl-watch.service"
	run systemd-analyze verify --man=no "$units"/*
	assert_output --partial ProtectHouse
}

@test "units: exposure is 2.5 at most" {
	local unit
	for unit in "$units"/*.service; do
		run systemd-analyze security --offline=true --threshold=25 --no-pager "$unit"
		echo "${lines[-1]}"
		assert_success
	done
}

# systemd before 237 starts what counts from a unit's start again at once, and again, when a condition keeps it
# from starting: https://github.com/systemd/systemd/issues/5969.
@test "units: a timer of a service with conditions goes by the calendar" {
	local timer
	for timer in "$units"/*.timer; do
		grep -q '^Condition' "${timer%.timer}.service" || continue
		run grep -E '^OnUnit|^OnCalendar' "$timer"
		assert_line --partial OnCalendar=
		refute_line --partial OnUnit
	done
	assert_equal "${timer##*/}" lowmemctl-verify.timer
}

@test "units: what they run exists" {
	local line
	while read -r line; do
		# shellcheck disable=SC2086,SC2016 # its words
		bounded "$LOWMEMCTL" ${line/'$VERIFY_OPTIONS'/} --help >/dev/null
	done < <(sed -n 's|^Exec[A-Za-z]*=/usr/sbin/lowmemctl ||p' "$units"/*.service)
}
