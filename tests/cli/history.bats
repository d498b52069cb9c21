#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# history: what was applied and reverted.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.lowmem_reserve_ratio: "256 128 32 0 0"}'
}

@test "history: says so where there is none" {
	lowmemctl history
	assert_output 'Nothing has been applied yet.'
}

@test "history: one line for each, oldest first" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	lowmemctl history
	assert_line --index 1 --regexp "^ 1  20.* apply +$PROFILE +2  reverted\$"
	assert_line --index 2 --regexp '^ 2  20.* revert +entry 1 +2  applied$'
	assert_equal "${#lines[@]}" 3
}

@test "history: --json, field by field" {
	lowmemctl apply "$PROFILE"
	lowmemctl history --json
	assert_json '[j["schema"], j["command"], j["exit_code"]]' '["lowmemctl/1", "history", 0]'
	assert_json '[[e[k] for k in ("id", "command", "profiles", "trial_until", "state")] for e in j["entries"]]' \
		"[[1, \"apply\", \"$PROFILE\", null, \"applied\"]]"
	assert_json '__import__("re").fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", j["entries"][0]["started"]) is not None'
	assert_json '[[c[k] for k in ("key", "old", "new")] for c in j["entries"][0]["changes"]]' \
		'[["vm.swappiness", "60", "10"], ["vm.lowmem_reserve_ratio", "256\t256\t32\t0\t0", "256 128 32 0 0"]]'
}

@test "history: --json where there is none" {
	lowmemctl history --json
	assert_json 'j["entries"]' '[]'
}

@test "history: an entry that was cut short is open" {
	lowmemctl apply "$PROFILE"
	cut_short 1
	lowmemctl history
	assert_line --regexp ' open$'
}

@test "history: a damaged entry is told of, the others are shown" {
	lowmemctl apply "$PROFILE"
	echo nonsense >"$(entry 2)"
	lowmemctl history
	assert_line --regexp '^ 1 '
	assert_stderr --partial 'journal entry 2 cannot be read'
}

@test "history: who may not read the entries is not told that there are none" {
	lowmemctl apply "$PROFILE"
	unprivileged
	chmod 0 "$(entry 1)"
	lowmemctl -77 history
	assert_output ''
	assert_stderr 'lowmemctl: error: cannot read /var/lib/lowmemctl/journal/000001: Permission denied'
	lowmemctl -77 history --json
	assert_json 'j["exit_code"]' 77
	lowmemctl -77 revert --dry-run
	refute_stderr --partial 'nothing to undo'
}

@test "history: files that are no entries are passed over" {
	lowmemctl apply "$PROFILE"
	touch "$SYSROOT/var/lib/lowmemctl/journal/README" "$SYSROOT/var/lib/lowmemctl/journal/000003.orig"
	lowmemctl history --json
	assert_json 'len(j["entries"])' 1
	assert_stderr ''
}

@test "history: a profile's name with a newline stays one line" {
	mv "$PROFILE" "$BATS_TEST_TMPDIR/"$'two\nlines.yaml'
	lowmemctl apply "$BATS_TEST_TMPDIR/"$'two\nlines.yaml'
	lowmemctl history
	assert_equal "${#lines[@]}" 2
	lowmemctl history --json
	assert_json 'j["entries"][0]["profiles"].endswith("two\nlines.yaml")'
}

@test "history: old entries make room" {
	lowmemctl apply "$PROFILE"
	local i
	for ((i = 2; i <= 101; i++)); do
		cp "$(entry 1)" "$(entry "$i")"
	done
	profile two <<<$'version: 1\nsysctl: {vm.swappiness: 20}'
	lowmemctl apply "$PROFILE"
	assert_equal "$(entries)" 100
	lowmemctl history --json
	assert_json '[j["entries"][0]["id"], j["entries"][-1]["id"]]' '[3, 102]'
}

@test "history: an open entry does not make room" {
	lowmemctl apply "$PROFILE"
	local i
	for ((i = 2; i <= 101; i++)); do
		cp "$(entry 1)" "$(entry "$i")"
	done
	cut_short 1
	profile two <<<$'version: 1\nsysctl: {vm.swappiness: 20}'
	lowmemctl apply "$PROFILE"
	lowmemctl history --json
	assert_json '[e["id"] for e in j["entries"] if e["state"] == "open"]' '[1]'
}

@test "history: touches nothing" {
	lowmemctl apply "$PROFILE"
	local before
	before=$(tree .)
	lowmemctl history
	assert_equal "$(tree .)" "$before"
}

@test "history: what may not be read is a missing privilege" {
	requires root
	lowmemctl apply "$PROFILE"
	chmod 0700 "$SYSROOT/var/lib/lowmemctl/journal"
	unprivileged
	lowmemctl -77 history
	assert_stderr --partial 'Permission denied'
}
