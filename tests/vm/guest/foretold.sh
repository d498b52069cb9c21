# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the next boot makes of $keys, as `lowmemctl get` foretells it, kept for that boot to compare.

# shellcheck disable=SC2154 # who sources this has them

live() { tr -s '\t ' ' ' </proc/sys/"$(echo "$1" | tr . /)"; }

# boot KEY: what the next boot makes of it; nothing where no line sets it
boot() {
	sed -n 's/^.*"key":"'"$1"'","live":"[^"]*","boot":"\([^"]*\)".*/\1/p' /tmp/foretold
}

remember() {
	for key in $keys; do
		echo "$key $(live "$key")"
	done >/etc/defaults
}

# Where no line sets a key, it is what it was in the first boot.
foretell() {
	# shellcheck disable=SC2086 # names, one a word
	lowmemctl get --json $keys | sed 's/{"kind"/\n&/g' >/tmp/foretold
	for key in $keys; do
		echo "$key $(boot "$key" | grep . || sed -n "s/^$key //p" /etc/defaults)"
	done >/etc/foretold
}

# as_foretold KEY=VALUE...: these and all others
as_foretold() {
	while read -r key value; do
		echo "$key: foretold $value, is $(live "$key")"
		[ "$(live "$key")" = "$value" ] || fail "$key is $(live "$key")"
	done </etc/foretold
	for pair in "$@"; do
		[ "$(live "${pair%%=*}")" = "${pair#*=}" ] || fail "${pair%%=*} is $(live "${pair%%=*}")"
	done
}
