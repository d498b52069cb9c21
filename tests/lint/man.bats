#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man pages are sound, and name what the program's help names.

bats_require_minimum_version 1.8.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	LOWMEMCTL=${BUILD:-build}/${VARIANT:-release}/lowmemctl
}

page() { mandoc -T ascii -O width=1000 "$1" | sed 's/.\x08//g'; }

# all_there WORD...: lowmemctl.8 has each of them
all_there() {
	local text word missing=
	text=$(page packaging/man/lowmemctl.8)
	for word; do
		grep -qE -- "(^|[^[:alnum:]-])$word([^[:alnum:]-]|\$)" <<<"$text" || missing+=" $word"
	done
	echo "${missing:+not in lowmemctl.8:$missing}"
	[[ -z $missing ]]
}

@test "man: the pages are clean" {
	mandoc -T lint -W warning packaging/man/*.[1-8]
}

@test "man: lowmemctl(8) has every option of --help" {
	local words
	mapfile -t words < <("$LOWMEMCTL" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u)
	((${#words[@]} > 5))
	all_there "${words[@]}"
}

@test "man: lowmemctl(8) has every command of --help" {
	local words
	mapfile -t words < <("$LOWMEMCTL" --help | sed -nE 's/^  ([a-z][a-z-]+)( .*|$)/\1/p' | sort -u)
	((${#words[@]} > 4))
	all_there "${words[@]}"
}
