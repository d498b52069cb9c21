#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Salt state on a host of files. salt.py stands in for Salt, which Debian 12 lacks.

load ../lib/lowmem

setup() {
	/usr/bin/env python3 -c 'import jinja2, yaml' 2>/dev/null || skip "needs jinja2 and yaml of Python"
	sysroot modern-x86_64
	WEB='version: 1\nname: web\nsysctl: {vm.swappiness: 10}\n'
}

# state PROFILES [test]: apply it with this pillar. Sets output, to JSON.
state() {
	run --separate-stderr bounded /usr/bin/env python3 "${BATS_TEST_FILENAME%.bats}.py" \
		"$TESTS/../packaging/salt/lowmemctl/init.sls" \
		"{lowmemctl: {program: '$LOWMEMCTL', root: '$SYSROOT', profiles: $1}}" "${@:2}"
	printf '%s\n' "$output" "$stderr"
	assert_success
}

# became RESULT CHANGED: of each of the two states of a profile
became() {
	assert_json '[[s["result"], s["changed"]] for s in j.values()]' "[[$1, $2], [$1, $2]]"
}

@test "salt: test mode foretells, the first run changes, the second does nothing, absent undoes it" {
	state "{web: {content: \"$WEB\"}}" test
	became null false
	assert_knob vm.swappiness 60

	state "{web: {content: \"$WEB\"}}"
	became true true
	assert_json 'j["lowmemctl apply web"]["comment"]' '1 changed, 2 files written'
	assert_knob vm.swappiness 10
	assert_exist "$SYSROOT/etc/lowmemctl/active.d/web.yaml"
	state "{web: {content: \"$WEB\"}}"
	became true false
	state "{web: {content: \"$WEB\"}}" test
	became true false

	state '{web: {absent: true}}'
	became true true
	assert_not_exist "$SYSROOT/etc/lowmemctl/active.d/web.yaml"
	state '{web: {absent: true}}'
	became true false
}

@test "salt: a profile with mistakes is not written, and the state fails" {
	state '{web: {content: "version: 1\nname: web\nsysctl: {vm.swappiness: 10000}\n"}}'
	became false false
	assert_output --partial 'outside 0..200'
	assert_not_exist "$SYSROOT/etc/lowmemctl/profiles/web.yaml"
}

@test "salt: of what the host has, a name is enough" {
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	printf '%b' "$WEB" >"$SYSROOT/etc/lowmemctl/profiles/web.yaml"
	state '{web: {}}'
	assert_json 'list(j)' '["lowmemctl apply web"]'
	assert_knob vm.swappiness 10
}
