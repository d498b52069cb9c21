#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion, in the shells that it is for.

load cli

setup() {
	sysroot modern-x86_64
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles" "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/home"
	echo 'version: 1' >"$SYSROOT/etc/lowmemctl/profiles/webserver.yaml"
	ln -s /dev/null "$SYSROOT/etc/lowmemctl/profiles/webmasked.yaml"
	printf '#!/bin/sh\nexec %q --root %q "$@"\n' "$(realpath "$LOWMEMCTL")" "$SYSROOT" \
		>"$BATS_TEST_TMPDIR/bin/lowmemctl"
	chmod +x "$BATS_TEST_TMPDIR/bin/lowmemctl"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	export HOME=$BATS_TEST_TMPDIR/home XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/home XDG_DATA_HOME=$BATS_TEST_TMPDIR/home
	cd "$HOME" || return
}

# script SHELL: made and written to $SCRIPT
script() {
	SCRIPT=$BATS_TEST_TMPDIR/completion.$1
	"$LOWMEMCTL" help --completion "$1" >"$SCRIPT"
}

# bash_ WORD...: what bash offers for the last of the words, one a line
bash_() {
	# shellcheck disable=SC2016 # the inner shell's words
	run bounded bash -uc '
		source "$1"
		shift
		COMP_WORDS=(lowmemctl "$@") COMP_CWORD=$#
		_lowmemctl
		((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"
	' - "$SCRIPT" "$@"
	assert_success
}

# fish_ LINE: what fish offers
fish_() {
	# shellcheck disable=SC2016 # the inner shell's words
	run bounded fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SCRIPT" "$1"
	assert_success
	# The name is divided from its description by a tab.
	run cut -f 1 <<<"$output"
}

# zsh_ LINE: what stands in the line after a tab
zsh_() {
	local try
	# On a busy machine the pseudo-terminal between the two shells is stuck now and then.
	for try in 1 2 3; do
		run timeout -k 1 15 zsh -f "$BATS_TEST_DIRNAME/type-into.zsh" "$SCRIPT" "$1" 3>&-
		((status == 124)) || break
		echo "stuck: $try"
	done
	assert_success
}

@test "completion: of a command" {
	script bash
	bash_ ver
	assert_output verify
	bash_ ''
	assert_equal "$(sort <<<"$output")" \
		"$("$LOWMEMCTL" --help | sed -nE '/^Commands/,/^$/s/^  ([a-z-]+) .*/\1/p')"
}

@test "completion: bash: options of the command, and global ones" {
	script bash
	bash_ apply --tr
	assert_output --trial
	bash_ apply web --js
	assert_output --json
	bash_ --root / verify --per
	assert_output --persist
	bash_ diff --tr
	assert_output ''
}

@test "completion: bash: an option's argument, also behind =" {
	script bash
	bash_ --color al
	assert_output always
	bash_ persist --schedules s
	assert_output systemd
	bash_ --color = n
	assert_output never
	bash_ --color =
	assert_line auto
	mkdir folder
	touch file
	bash_ --root f
	assert_output folder
	bash_ watch --pidfile 'fi'
	assert_output file
}

@test "completion: bash: profiles by name and path, and no masked ones" {
	script bash
	bash_ apply -n web
	assert_output webserver
	touch web2.yaml other.txt
	bash_ apply web
	assert_line web2.yaml
	assert_line webserver
	bash_ get --with webs
	assert_output webserver
	bash_ profile show webs
	assert_output webserver
	mkdir d
	touch d/x.yaml d/x.txt
	bash_ diff d/
	assert_output d/x.yaml
}

@test "completion: bash: actions, keys, commands, entries" {
	script bash
	bash_ profile s
	assert_line show
	assert_line schema
	bash_ schedule e
	assert_output emit
	bash_ help conf
	assert_output confirm
	bash_ get vm.swappi
	assert_output vm.swappiness
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	lowmemctl apply "$PROFILE"
	bash_ revert ''
	assert_output 1
	bash_ history ''
	assert_output ''
}

@test "completion: fish: a command, an option, its argument, a profile" {
	requires fish
	script fish
	fish_ 'lowmemctl ver'
	assert_line verify
	fish_ 'lowmemctl apply --tr'
	assert_line --regexp '^--trial'
	fish_ 'lowmemctl apply --js'
	assert_line --regexp '^--json'
	fish_ 'lowmemctl persist --schedules s'
	assert_line systemd
	fish_ 'lowmemctl --color al'
	assert_line always
	fish_ 'lowmemctl apply web'
	assert_line webserver
	refute_line webmasked
	fish_ 'lowmemctl profile s'
	assert_line show
	fish_ 'lowmemctl profile show web'
	assert_line webserver
	fish_ 'lowmemctl get vm.swappi'
	assert_line vm.swappiness
	fish_ 'lowmemctl ver --pro'
	refute_output --partial profile
}

@test "completion: zsh: a command, an option, its argument, a profile" {
	requires zsh
	script zsh
	zsh_ 'lowmemctl veri'
	assert_output 'lowmemctl verify '
	zsh_ 'lowmemctl apply --tr'
	assert_output --regexp '^lowmemctl apply --trial[= ]?$'
	zsh_ 'lowmemctl apply --js'
	assert_output 'lowmemctl apply --json '
	zsh_ 'lowmemctl persist --schedules=s'
	assert_output 'lowmemctl persist --schedules=systemd '
	zsh_ 'lowmemctl --color al'
	assert_output 'lowmemctl --color always '
	zsh_ 'lowmemctl apply webs'
	assert_output 'lowmemctl apply webserver '
	zsh_ 'lowmemctl profile sho'
	assert_output 'lowmemctl profile show '
	zsh_ 'lowmemctl profile show webs'
	assert_output 'lowmemctl profile show webserver '
	zsh_ 'lowmemctl get vm.swappi'
	assert_output 'lowmemctl get vm.swappiness '
}

@test "completion: the shells accept their scripts without a word" {
	local shell
	for shell in bash zsh fish; do
		command -v "$shell" >/dev/null || continue
		script "$shell"
		run bounded "$shell" -n "$SCRIPT"
		assert_success
		assert_output ''
	done
}

@test "completion: the files that are shipped are what the program prints" {
	local shell
	for shell in bash zsh fish; do
		script "$shell"
		diff -u "$TESTS/../packaging/completions/$shell" "$SCRIPT" || fail "run: make completions"
	done
}

@test "completion: another shell is refused" {
	lowmemctl -64 help --completion tcsh
	assert_stderr --partial 'takes bash, zsh or fish'
}
