# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Before the first test: is there a program, and does it run?  After the last:
# has one been left running?

setup_suite() {
	export LC_ALL=C TZ=UTC
	unset NO_COLOR COLUMNS
	umask 022
	export SUITE_MARK=$$-$EPOCHREALTIME
	: "${LOWMEMCTL:=$PWD/${BUILD:-build}/${VARIANT:-release}/lowmemctl}"
	export LOWMEMCTL
	# What PATH has may be a script that looks for a Python each time.
	PYTHON=$(python3 -c 'import sys; print(sys.executable)') || PYTHON=python3
	export PYTHON
	if ! "$LOWMEMCTL" --version >/dev/null; then
		echo "no program to test: $LOWMEMCTL" >&2
		return 1
	fi
}

# Another suite may run the program at this moment: ours have the mark that setup_suite exported.
teardown_suite() {
	local program exe left=
	program=$(realpath "$LOWMEMCTL")
	while read -r exe; do
		! grep -qsz "^SUITE_MARK=$SUITE_MARK\$" "${exe%exe}environ" || left+=" $exe"
	done < <(find /proc/[0-9]*/exe -lname "$program" 2>/dev/null)
	[[ -z $left ]] && return
	echo "still running $program:$left" >&2
	return 1
}
