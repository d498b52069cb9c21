#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# confirm: keeps what a trial did.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
}

teardown() {
	local pid
	read -r pid _ <"$SYSROOT/run/lowmemctl/trial" || return 0
	flock -n "$SYSROOT/run/lowmemctl/trial" true || kill "$pid"
	eventually flock -n "$SYSROOT/run/lowmemctl/trial" true
}

@test "confirm: keeps a trial" {
	lowmemctl apply --trial 2s "$PROFILE"
	lowmemctl confirm
	assert_output 'entry 1 is kept'
	sleep 2.2
	assert_knob vm.swappiness 10
	lowmemctl history
	assert_line --regexp ' applied$'
}

@test "confirm: sends the guard home" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl confirm
	eventually flock -n "$SYSROOT/run/lowmemctl/trial" true
}

@test "confirm: takes the entry's number" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl -1 confirm 2
	lowmemctl confirm 1
}

@test "confirm: what is kept can be reverted" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl confirm
	lowmemctl revert
	assert_knob vm.swappiness 60
}

@test "confirm: without a trial is an error" {
	lowmemctl -1 confirm
	assert_stderr --partial "no trial waits to be confirmed: see 'lowmemctl history'"
}

@test "confirm: an apply without a trial needs none" {
	lowmemctl apply "$PROFILE"
	untouched lowmemctl -1 confirm 1
}

@test "confirm: a second time is an error" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl confirm
	lowmemctl -1 confirm
}

@test "confirm: comes too late for a trial that went back" {
	lowmemctl apply --trial 1s "$PROFILE"
	sleep 1
	eventually assert_knob vm.swappiness 60
	lowmemctl -1 confirm
}

@test "confirm: -q says nothing" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl confirm -q
	assert_output ''
	assert_stderr ''
}

@test "confirm: --json is one document" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl confirm --json
	assert_json '[j["schema"], j["command"], j["exit_code"]]' '["lowmemctl/1", "confirm", 0]'
}

@test "confirm: what is no number is a usage error" {
	lowmemctl -64 confirm all
}

@test "confirm: is refused while another holds the lock" {
	lowmemctl apply --trial 1m "$PROFILE"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	untouched lowmemctl -75 confirm
	exec 9>&-
}
