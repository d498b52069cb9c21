# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What get, build and run have in common: where things are and how to complain.

top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
case ${BUILD:=build} in
/*) vm=$BUILD/vm ;;
*) vm=$top/$BUILD/vm ;;
esac

say() { printf '%s: %s\n' "tests/vm/${0##*/}" "$*" >&2; }

# die STATUS WORD...
die() {
	local status=$1
	shift
	say "$@"
	exit "$status"
}

# need STATUS TOOL:PACKAGE...
need() {
	local status=$1 pair
	shift
	for pair; do
		command -v "${pair%:*}" >/dev/null ||
			die "$status" "needs ${pair%:*}: install the package ${pair#*:}"
	done
}

# lock: one at a time below $vm, until this process ends
lock() {
	mkdir -p "$vm"
	exec {lock_fd}>"$vm/lock"
	flock -w 600 "$lock_fd" || die 1 "another tests/vm script has held $vm/lock for ten minutes"
}
