# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For the scripts that run in the machines.

set -eu

fail() {
	echo "FAILED: $*"
	exit 1
}

# expect STATUS COMMAND [ARG...]
expect() {
	want=$1
	shift
	echo "+ $*"
	got=0
	"$@" || got=$?
	[ "$got" = "$want" ] || fail "$*: exit status $got, not $want"
}

# knobs: all of /proc/sys/vm that can be read, to compare
knobs() { grep '' /proc/sys/vm/* 2>/dev/null || :; }

# unchanged FILE: the knobs are as FILE has them, bit for bit
unchanged() {
	knobs >/tmp/now
	diff "$1" /tmp/now || fail "/proc/sys/vm is not as it was"
}

# put_in_force PROFILE: what differs before does not afterwards
put_in_force() {
	knobs >/tmp/before
	expect 2 lowmemctl diff "$1"
	unchanged /tmp/before
	expect 0 lowmemctl apply "$1"
	expect 0 lowmemctl verify "$1"
}

# take_back PROFILE
take_back() {
	expect 0 lowmemctl revert
	unchanged /tmp/before
	expect 2 lowmemctl verify "$1"
}
