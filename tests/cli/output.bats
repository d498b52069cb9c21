#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is shown, and where: terminals, pipes, colours, broken text, and outputs that
# take nothing.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.lowmemctl_none: {value: 1, optional: true}
		sysfs:
		  /sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs: 1
	YAML
}

# on_terminal COLUMNS ARG...: as lowmemctl, on a terminal of that width (0: it does not
# tell); $output is what it shows
on_terminal() {
	local columns=$1
	requires script stty
	shift
	run bounded env TERM=xterm script -qec \
		"stty cols $columns; exec ${LOWMEMCTL@Q} --root ${SYSROOT@Q} ${*@Q}" /dev/null </dev/null
	output=${output//$'\r'/}
}

# widest: the length of the longest line of $output
widest() { awk '{ if (length > most) most = length } END { print most + 0 }' <<<"$output"; }

@test "output: a pipe gets no colours, a terminal does" {
	lowmemctl -2 diff "$PROFILE"
	refute_output --partial $'\e'
	on_terminal 100 diff "$PROFILE"
	assert_output --partial $'\e[33m'
}

@test "output: --color always and never have the last word" {
	lowmemctl -2 diff --color=always "$PROFILE"
	assert_output --partial $'\e[33m'
	on_terminal 100 diff --color=never "$PROFILE"
	refute_output --partial $'\e'
}

@test "output: NO_COLOR takes the colours away, unless it is empty" {
	NO_COLOR=1 on_terminal 100 diff "$PROFILE"
	refute_output --partial $'\e'
	NO_COLOR='' on_terminal 100 diff "$PROFILE"
	assert_output --partial $'\e[33m'
}

@test "output: --color always outweighs NO_COLOR" {
	NO_COLOR=1 lowmemctl -2 diff --color always "$PROFILE"
	assert_output --partial $'\e[33m'
}

@test "output: errors are coloured by what stderr is" {
	lowmemctl -64 frobnicate
	refute_stderr --partial $'\e'
	lowmemctl -64 --color=always frobnicate
	assert_stderr --partial $'\e[1;31m'
}

@test "output: --json has no colours" {
	lowmemctl -2 diff --json --color=always "$PROFILE"
	refute_output --partial $'\e'
}

@test "output: a table fits into 80 columns" {
	on_terminal 80 diff --color=never "$PROFILE"
	output=$(sed '/^$/,$d' <<<"$output")
	(($(widest) <= 80))
	assert_equal "$(grep -c '^[-~]' <<<"$output")" 3
}

@test "output: a table fits into 48 columns, without losing anything" {
	on_terminal 48 diff --color=never "$PROFILE"
	output=$(sed '/^$/,$d' <<<"$output")
	(($(widest) <= 48))
	assert_equal "$(grep -c '^[-~]' <<<"$output")" 3
	assert_equal "$(awk 'NR > 3 { printf "%s", $1 == "~" ? $2 : $1 }' <<<"$output")" \
		/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs
}

@test "output: in a pipe a row is one line, however long" {
	lowmemctl -2 diff "$PROFILE"
	assert_line --regexp '^~ +/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs +60000 +1 +unset$'
}

@test "output: COLUMNS sets the width where there is no terminal" {
	COLUMNS=48 lowmemctl -2 diff "$PROFILE"
	output=$(sed '/^$/,$d' <<<"$output")
	(($(widest) <= 48))
	COLUMNS=nonsense lowmemctl -2 diff "$PROFILE"
	assert_line --regexp 'alloc_sleep_millisecs +60000 +1 +unset$'
}

@test "output: ends with the counts and the next command" {
	lowmemctl -2 diff "$PROFILE"
	assert_line --index -2 '2 to change, 1 skipped'
	assert_line --index -1 --regexp '^Next: lowmemctl .* apply '
}

@test "output: data goes to stdout, all else to stderr" {
	lowmemctl -2 diff "$PROFILE"
	assert_stderr ''
	profile bad <<<$'version: 1\nsysctl: {vm.swappiness: 300}'
	lowmemctl -65 diff "$PROFILE"
	assert_output ''
}

@test "output: --json is one document, one line, with every command" {
	local -a commands=("-2 diff $PROFILE" "-2 verify $PROFILE" "-0 apply -n $PROFILE" "-0 apply $PROFILE"
		'-0 revert -n' '-0 revert' '-0 revert' '-0 history' '-0 profile list' "-0 profile check $PROFILE"
		"-0 profile show $PROFILE" "-1 diff none" "-1 revert 9")
	local words
	for words in "${commands[@]}"; do
		read -ra words <<<"$words"
		lowmemctl "${words[@]}" --json
		assert_json 'j["schema"]' lowmemctl/1
		assert_equal "${#lines[@]}" 1
	done
}

@test "output: --json where a lock, a knob or a privilege is missing" {
	profile none <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.lowmemctl_none: 1}'
	lowmemctl -69 apply --json "$PROFILE"
	assert_json '[j["exit_code"], j["changed"], [i["action"] for i in j["items"]], j["summary"]["refused"]]' \
		'[69, false, ["write", "refuse"], 1]'
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	lowmemctl -75 apply --json "$PROFILE"
	assert_json '[j["exit_code"], j["items"], j["diagnostics"][0]["severity"]]' '[75, [], "error"]'
	exec 9>&-
	unprivileged
	lowmemctl -77 apply --json -n "$PROFILE"
	assert_json '[j["exit_code"], j["changed"], j["diagnostics"][0]["line"]]' '[77, false, 2]'
}

@test "output: a live value that is no UTF-8 stays JSON" {
	printf 'a\377b\001\n' >"$SYSROOT/proc/sys/vm/lowmemctl_odd"
	profile one <<<$'version: 1\nsysctl: {vm.lowmemctl_odd: x}'
	lowmemctl -2 diff --json "$PROFILE"
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	assert_json 'j["items"][0]["live"][0] + j["items"][0]["live"][-1]' $'a\001'
}

@test "output: a live value that is no UTF-8, or controls terminals, is made visible" {
	printf 'a\377b\033[31m\n' >"$SYSROOT/proc/sys/vm/lowmemctl_odd"
	profile one <<<$'version: 1\nsysctl: {vm.lowmemctl_odd: x}'
	lowmemctl -2 diff "$PROFILE"
	refute_output --partial $'\e'
	refute_output --partial $'\377'
	assert_output --partial '\xff'
}

@test "output: a file name that is no UTF-8 stays JSON, and is made visible" {
	local odd=$BATS_TEST_TMPDIR/$'o\377dd\e[31m.yaml'
	cp "$PROFILE" "$odd"
	lowmemctl -2 diff --json "$odd"
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	assert_json 'j["items"][0]["from"]["line"]' 3
	lowmemctl -2 diff "$odd"
	refute_output --partial $'\e'
	echo 'version: 2' >"$odd"
	lowmemctl -65 diff "$odd"
	refute_stderr --partial $'\e'
}

@test "output: a knob's name that is no UTF-8 stays JSON" {
	mkdir -p "$SYSROOT/proc/sys/net/ipv4/conf/"$'e\377'
	echo 1 >"$SYSROOT/proc/sys/net/ipv4/conf/"$'e\377/rp_filter'
	profile one <<<$'version: 1\nsysctl: {"net.ipv4.conf.e*.rp_filter": 9}'
	lowmemctl -2 diff --json "$PROFILE"
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	assert_json 'len([i for i in j["items"] if i["key"].startswith("net.ipv4.conf.e")]) >= 2'
}

@test "output: a value with a newline stays one row" {
	printf 'one\ntwo\n' >"$SYSROOT/proc/sys/vm/lowmemctl_odd"
	profile one <<<$'version: 1\nsysctl: {vm.lowmemctl_odd: x}'
	lowmemctl -2 diff "$PROFILE"
	assert_line --regexp '^~ +vm\.lowmemctl_odd .* x +unset$'
}

@test "output: a full disk is an error" {
	local args
	for args in "diff $PROFILE" "diff --json $PROFILE" "verify $PROFILE" history help --version 'profile schema'; do
		read -ra args <<<"$args"
		run bounded sh -c 'exec "$@" >/dev/full' - "$LOWMEMCTL" --root "$SYSROOT" "${args[@]}"
		assert_equal "${args[0]}: $status" "${args[0]}: 1"
		assert_output --partial 'No space left on device'
	done
}

@test "output: an apply that cannot be shown was done all the same" {
	run bounded sh -c 'exec "$@" >/dev/full' - "$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	assert_equal "$status" 1
	assert_knob vm.swappiness 10
	lowmemctl history
	assert_line --regexp ' applied$'
}

@test "output: a closed stdout is an error, too" {
	run bounded sh -c 'exec "$@" >&-' - "$LOWMEMCTL" --root "$SYSROOT" diff "$PROFILE"
	assert_equal "$status" 1
}

@test "output: with all three closed, nothing lands in a file that was opened since" {
	local before
	before=$(tree etc sys proc | grep -v swappiness)
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	run bounded sh -c 'exec "$@" <&- >&- 2>&-' - "$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_equal "$(tree etc sys proc | grep -v swappiness)" "$before"
	run cat "$SYSROOT/run/lowmemctl/lock"
	assert_output --regexp '^[0-9]+$'
}

@test "output: a reader that goes away harms nothing" {
	run bounded sh -c '"$@" | true' - "$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	assert_knob vm.swappiness 10
	lowmemctl history
	assert_line --regexp ' applied$'
}

@test "output: -q still tells errors" {
	lowmemctl -1 diff -q none
	assert_stderr --partial "no profile 'none'"
}

@test "output: is the same in every locale" {
	lowmemctl -2 diff --json "$PROFILE"
	local text=$output
	LC_ALL=de_DE.UTF-8 lowmemctl -2 diff --json "$PROFILE"
	assert_output "$text"
	LC_ALL=C.UTF-8 lowmemctl -2 diff --json "$PROFILE"
	assert_output "$text"
}
