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

# In /sys only the end of a path is in it.
@test "man: lowmemctl-profiles(7) has every shipped profile, and every setting in it" {
	local text file key missing=
	text=$(page packaging/man/lowmemctl-profiles.7)
	for file in profiles/*.yaml; do
		key=$(basename "$file" .yaml)
		part=$(sed -n "/^     $key\$/,/^     [a-z][a-z0-9-]*\$/p" <<<"$text")
		[[ -n $part ]] || missing+=" $key"
		# shellcheck disable=SC2013 # no key has blanks
		for key in $(sed -nE 's/^  ((vm|fs|kernel|net)\.[a-z_.-]+):.*/\1/p; s|^  /sys/.*/([a-z_]+/[a-z_]+):.*|\1|p; s/^(lower_zone_protection|oom_kill):.*/\1/p' "$file"); do
			grep -qF -- "$key" <<<"$part" || missing+=" $file:$key"
		done
	done
	echo "${missing:+not in lowmemctl-profiles.7:$missing}"
	[[ -z $missing ]]
}
