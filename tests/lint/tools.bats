#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What other people's tools say about the sources.  They must be there: `make test`
# installs them.

bats_require_minimum_version 1.8.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	BUILD=${BUILD:-build}
}

# files KIND: sets $files, of which there must be some
files() {
	mapfile -t files < <(tests/lint/files "$1")
	((${#files[@]} > 0))
}

@test "tools: clang-format agrees with the layout" {
	[[ $(clang-format --version) == *'version 14.'* ]] || skip "needs clang-format 14"
	files c
	run clang-format --dry-run -Werror "${files[@]}"
	grep 'error:' <<<"$output" || true
	((status == 0))
}

@test "tools: clang-tidy finds nothing" {
	[[ $(clang-tidy --version) == *'version 14.'* ]] || skip "needs clang-tidy 14"
	run make -k -j "$(nproc)" BUILD="$BUILD" tidy
	grep -vE '^[0-9]+ warnings? generated|^make: ' <<<"$output" || true
	((status == 0))
}

@test "tools: cppcheck finds nothing" {
	mkdir -p "$BUILD/cppcheck"
	cppcheck --quiet --std=c11 --language=c -D_GNU_SOURCE -Isrc -j "$(nproc)" \
		--cppcheck-build-dir="$BUILD/cppcheck" --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --inline-suppr --error-exitcode=1 src
}

@test "tools: shellcheck finds nothing" {
	files shell
	shellcheck -x "${files[@]}"
	files bats
	# SC2154: stderr is set by run; SC2034: variables for helpers; SC2030, SC2031: each
	# test is a subshell
	shellcheck -x -e SC2154,SC2034,SC2030,SC2031,SC2317 "${files[@]}"
}

@test "tools: shfmt agrees with the layout" {
	files shell
	shfmt -d "${files[@]}"
	files bats
	shfmt -d -ln bats "${files[@]}"
}

# Not in tests: they misspell on purpose.
@test "tools: codespell finds nothing" {
	files text
	printf '%s\n' "${files[@]}" | grep -vE '^tests/(unit|cli|fuzz)/' |
		xargs codespell -L nd
}
