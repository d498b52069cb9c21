# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the tests that boot machines: `load vm`. Those that carry the tag quick are what
# `make test` runs: all of them together take less than three minutes.

here=$BATS_TEST_DIRNAME

# why_not: what keeps machines from running here, if anything
why_not() {
	if [[ $(dpkg --print-architecture 2>&1) != amd64 ]]; then
		echo "the machines need Debian on amd64"
	elif ! command -v qemu-system-x86_64 >/dev/null; then
		echo "no qemu-system-x86_64"
	elif ! "$here/get" >"$BATS_FILE_TMPDIR/get" 2>&1; then
		tail -n 1 "$BATS_FILE_TMPDIR/get"
	fi
}

setup_file() {
	reason=$(why_not)
	export reason
	[[ -z $reason && ! -e $BATS_SUITE_TMPDIR/vm-is-built ]] || return 0
	"$here/build" >&2
	touch "$BATS_SUITE_TMPDIR/vm-is-built"
}

setup() {
	[[ -z $reason ]] || skip "$reason"
}

# shellcheck disable=SC2154 # run sets $status and $output
# machine STATUS ARG...: run a machine, which should hand back STATUS
machine() {
	local want=$1
	shift
	run "$here/run" --timeout 120 --files "$here/guest" --console "$BATS_TEST_TMPDIR/console" "$@"
	echo "$output"
	((status == want)) && return
	echo "exit status $status, not $want"
	((status < 124)) || tail -n 20 "$BATS_TEST_TMPDIR/console"
	return 1
}
