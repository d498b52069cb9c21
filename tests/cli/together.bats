#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several profiles on one host: the boot's loader and the apply service agree about them.
#
# TOGETHER_CASES  how many (100)
# TOGETHER_SEED   other ones

load cli

@test "together: what boots of several active profiles is what the apply service sets" {
	requires python3
	sysroot modern-x86_64
	run timeout -k 5 170 "$TESTS/lib/together.py" "$LOWMEMCTL" "$SYSROOT" \
		--cases "${TOGETHER_CASES:-100}" --seed "${TOGETHER_SEED:-1}" 3>&-
	assert_success
	assert_output "${TOGETHER_CASES:-100} cases"
}
