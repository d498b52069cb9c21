#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line: help, version, options wherever they stand, and what is mistyped.

load cli

setup() { profile one <<<'version: 1'; }

commands() { "$LOWMEMCTL" help | sed -n '/^Commands:/,/^$/ s/^  \([a-z-]*\) .*/\1/p'; }

@test "options: --help goes to stdout, with every command and exit status" {
	lowmemctl --help
	local word
	for word in diff apply verify revert history confirm profile help; do
		assert_line --regexp "^  $word +[A-Z]"
	done
	for word in '0 done' '2 differs' '4 failed' '6 failed' '64 usage' '65' '69' '75' '77'; do
		assert_output --partial "$word"
	done
	assert_stderr ''
}

@test "options: help, --help and -h are the same" {
	lowmemctl help
	local text=$output
	lowmemctl --help
	assert_output "$text"
	lowmemctl -h
	assert_output "$text"
}

@test "options: every command has a help of its own" {
	local command
	(($(commands | wc -l) >= 8))
	for command in $(commands); do
		lowmemctl help "$command"
		assert_line --index 0 --partial "Usage: lowmemctl $command"
		local text=$output
		lowmemctl "$command" --help
		assert_output "$text"
	done
}

@test "options: help of an unknown command is a usage error" {
	lowmemctl -64 help frobnicate
}

@test "options: help needs no profile, lock or privilege" {
	sysroot modern-x86_64
	unprivileged
	untouched lowmemctl apply --help
}

@test "options: --version" {
	lowmemctl --version
	assert_output --regexp '^lowmemctl [0-9]+\.[0-9]'
	lowmemctl -V
	assert_output --regexp '^lowmemctl [0-9]+\.[0-9]'
}

@test "options: no command is a usage error" {
	lowmemctl -64
	assert_stderr --partial "which command? (see 'lowmemctl --help')"
	assert_output ''
}

@test "options: unknown commands are asked after" {
	local -A nearest=([dif]=diff [aply]=apply [verfy]=verify [rvert]=revert [histroy]=history)
	local word
	for word in "${!nearest[@]}"; do
		lowmemctl -64 "$word"
		assert_stderr --partial "unknown command '$word': did you mean '${nearest[$word]}'?"
	done
}

@test "options: for what resembles nothing, nothing is made up" {
	lowmemctl -64 frobnicate
	assert_stderr --partial "unknown command 'frobnicate' (see"
	lowmemctl -64 diff --frobnicate "$PROFILE"
	assert_stderr --partial "unknown option '--frobnicate' (see 'lowmemctl diff --help')"
}

@test "options: unknown options are asked after, the command's and the global ones" {
	lowmemctl -64 apply --dry-rum "$PROFILE"
	assert_stderr --partial "unknown option '--dry-rum': did you mean '--dry-run'?"
	lowmemctl -64 diff --josn "$PROFILE"
	assert_stderr --partial "did you mean '--json'?"
	lowmemctl -64 --rot=/ diff "$PROFILE"
	assert_stderr --partial "unknown option '--rot': did you mean '--root'?"
}

@test "options: an unknown letter is named" {
	lowmemctl -64 diff -x "$PROFILE"
	assert_stderr --partial "unknown option '-x'"
	lowmemctl -64 diff -qx "$PROFILE"
	assert_stderr --partial "unknown option '-x'"
}

@test "options: those of another command are unknown" {
	lowmemctl -64 diff --dry-run "$PROFILE"
	lowmemctl -64 verify --trial 5m "$PROFILE"
}

@test "options: global ones stand before or after the command" {
	sysroot modern-x86_64
	local args
	for args in '--json diff PROFILE' 'diff --json PROFILE' 'diff PROFILE --json'; do
		read -ra args <<<"${args/PROFILE/$PROFILE}"
		lowmemctl "${args[@]}"
		assert_json 'j["command"]' diff
	done
	run bounded "$LOWMEMCTL" diff "$PROFILE" --root="$SYSROOT"
	assert_equal "$status" 0
}

@test "options: what follows -- is no option" {
	sysroot modern-x86_64
	lowmemctl -1 diff -- --json.yaml
	assert_stderr --partial '--json.yaml cannot be read'
}

@test "options: one that needs an argument says so" {
	lowmemctl -64 diff "$PROFILE" --root
	assert_stderr --partial "'--root' needs an argument"
	lowmemctl -64 apply "$PROFILE" --trial
}

@test "options: one that takes none says so" {
	lowmemctl -64 diff --json=yes "$PROFILE"
	assert_stderr --partial 'takes no argument'
}

@test "options: too few or too many words are a usage error" {
	lowmemctl -64 diff
	assert_stderr --partial 'which PROFILE?'
	lowmemctl -64 apply
	lowmemctl -64 history all
	assert_stderr --partial "'all' is one word too many"
	lowmemctl -64 revert 1 2
	lowmemctl -64 confirm 1 2
	lowmemctl -64 help diff apply
}

@test "options: --color takes three words" {
	local word
	for word in auto always never; do
		lowmemctl --version --color "$word"
	done
	lowmemctl -64 --version --color sometimes
	assert_stderr --partial "--color takes auto, always or never, not 'sometimes'"
}

@test "options: a usage error writes nothing to stdout" {
	lowmemctl -64 diff --frobnicate
	assert_output ''
}

@test "options: the words of an error are made visible" {
	lowmemctl -64 $'di\e[31mff'
	refute_stderr --partial $'\e'
}

@test "options: what is wrong with them is told as JSON, too, where that is asked for" {
	lowmemctl -64 dif --json
	assert_json '[j["command"], j["exit_code"], len(j["diagnostics"])]' '[null, 64, 1]'
	lowmemctl -64 diff --nonsense x --json
	assert_json '[j["command"], j["exit_code"]]' '["diff", 64]'
}

@test "options: a trial may not last for ever" {
	lowmemctl -64 apply --trial 31d x.yaml
	assert_stderr --partial 'at most 30 days'
	lowmemctl -64 apply --trial 99999999999999w x.yaml
}
