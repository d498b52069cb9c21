# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the suites share: `load ../lib/lowmem` at the top of each.

bats_require_minimum_version 1.8.0
export BATS_LIB_PATH=${BATS_LIB_PATH:-/usr/lib/bats}:/usr/lib:/usr/share/bats
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

TESTS=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
: "${LOWMEMCTL:=$TESTS/../${BUILD:-build}/${VARIANT:-release}/lowmemctl}"

# sysroot NAME: give this test its own writable copy of a fixture host, with the
# permission bits that git does not keep
sysroot() {
	SYSROOT=$BATS_TEST_TMPDIR/root
	cp -R "$TESTS/fixtures/sysroots/$1" "$SYSROOT"
	chmod -R u=rwX,go=rX "$SYSROOT"
	local mode glob host file
	local -A wanted=() of_mode=()
	while read -r mode glob host; do
		[[ $mode == [0-7]* && ${host:-$1} == "$1" ]] || continue
		# shellcheck disable=SC2231 # it is a glob
		for file in "$SYSROOT"/$glob; do
			[[ ! -f $file ]] || wanted[$file]=$mode
		done
	done <"$TESTS/fixtures/sysroots/modes"
	for file in "${!wanted[@]}"; do
		of_mode[${wanted[$file]}]+=$file$'\n'
	done
	# One chmod a mode: every test has a host, and one a file took a third of its time.
	for mode in "${!of_mode[@]}"; do
		xargs -d '\n' chmod "$mode" <<<"${of_mode[$mode]%$'\n'}"
	done
}

# lowmemctl [-N|!] ARG...: run the program, below $SYSROOT where there is one, and
# fail unless it exits with N (0; `!`: anything but 0).  Sets status, output,
# stderr; a failing test shows all three.
lowmemctl() {
	local expect=0
	case ${1:-} in -[0-9]* | !) expect=${1#-} && shift ;; esac
	[[ -z ${SYSROOT:-} ]] || set -- --root "$SYSROOT" "$@"
	run --separate-stderr bounded "$LOWMEMCTL" "$@"
	printf '$ lowmemctl %s\n%s\n' "${*@Q}" "$output"
	# shellcheck disable=SC2154 # run sets status and stderr
	[[ -z $stderr ]] || printf 'stderr: %s\n' "$stderr"
	# shellcheck disable=SC2154
	case $expect in
	!) ((status != 0)) || fail "exit status 0, wanted another" ;;
	*) ((status == expect)) || fail "exit status $status, wanted $expect" ;;
	esac
}

# bounded COMMAND...: a minute at most, and descriptor 3, on which bats waits, closed
bounded() { timeout -k 5 60 "$@" 3>&-; }

# profile NAME <<EOF: write a profile that is to be trusted; its path is then $PROFILE
profile() {
	PROFILE=$BATS_TEST_TMPDIR/$1.yaml
	cat >"$PROFILE"
	chmod 0644 "$PROFILE"
}

# requires root|COMMAND...: skip the test, with the reason, where one is not there
requires() {
	local need
	for need; do
		case $need in
		root) ((EUID == 0)) || skip "needs root" ;;
		*) command -v "$need" >/dev/null || skip "needs $need" ;;
		esac
	done
}

# knob_file KEY: the file of a sysctl, or of a path in /sys, below $SYSROOT
knob_file() {
	case $1 in
	/*) echo "${SYSROOT:-}$1" ;;
	*) echo "${SYSROOT:-}/proc/sys/${1//.//}" ;;
	esac
}

# set_knob KEY VALUE: what the fixture's kernel has; never the real one's
set_knob() {
	if [[ -d ${SYSROOT:-} ]]; then
		echo "$2" >"$(knob_file "$1")"
	else
		fail "set_knob is for fixture hosts"
	fi
}

# assert_knob KEY VALUE
assert_knob() {
	assert_equal "$1 = $(tr -s ' \t' ' ' <"$(knob_file "$1")")" "$1 = $2"
}

# assert_stderr [--partial|--regexp] [TEXT]: as assert_output, for stderr
# shellcheck disable=SC2034 # bats-assert reads output
assert_stderr() { local output=$stderr && assert_output "$@"; }
# shellcheck disable=SC2034
refute_stderr() { local output=$stderr && refute_output "$@"; }

# json EXPRESSION: of Python, on the document $output, which is called j; strings
# are printed as they are, all else as JSON
json() {
	"${PYTHON:-python3}" -ISc '
import json, sys
j = json.load(sys.stdin)
value = eval(sys.argv[1])
print(value if isinstance(value, str) else json.dumps(value))' "$1" <<<"$output"
}

# assert_json EXPRESSION [WANTED]: without WANTED it must be true
assert_json() {
	local got
	got=$(json "$1") || fail "no JSON, or no $1, in: $output"
	assert_equal "$1: $got" "$1: ${2-true}"
}

# assert_golden FILE: $output is what FILE, beside the suite, holds; with
# UPDATE_GOLDEN=1 in the environment it becomes that
assert_golden() {
	local golden=$BATS_TEST_DIRNAME/$1
	if [[ -n ${UPDATE_GOLDEN:-} ]]; then
		mkdir -p "${golden%/*}"
		printf '%s\n' "$output" >"$golden"
	fi
	diff -u "$golden" <(printf '%s\n' "$output") ||
		fail "not as in $golden; if it should be: UPDATE_GOLDEN=1"
}
