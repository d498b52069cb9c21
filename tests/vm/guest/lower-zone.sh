#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lower_zone_protection on a 32-bit kernel with HighMem, as a profile of one line and in the
# shipped one: the kernel protects what diff and apply say, and no less than was asked for.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

ratio=/proc/sys/vm/lowmem_reserve_ratio

# zone NAME WORD: of a zone, a number of pages by its name in /proc/zoneinfo
zone() {
	awk -v name="$1" -v word="$2" '/^Node/ { zone = $4 }
	zone == name && $1 == word { print $2 }' /proc/zoneinfo
}

# protected ZONE: the pages of it that are kept from requests that could use HighMem
protected() {
	awk -v name="$1" '/^Node/ { zone = $4 }
	zone == name && $1 == "protection:" { gsub(/[^0-9]/, "", $4); print $4 }' /proc/zoneinfo
}

high=$(zone HighMem managed)
normal=$(zone Normal managed)
default=$(cat $ratio)
by_default=$(protected Normal)
dma=$(protected DMA)
[ "$default" = "$(printf '256\t32\t0\t0')" ] || fail "$ratio: $default"
[ "$by_default" = $((high / 32)) ] || fail "$by_default pages of Normal are protected"

# asked NUMBER: in pages. 2.6.9 multiplied HighMem's pages_low, twice its pages_min, which
# grows with HighMem up to 512 MB.
asked() {
	min=$((high / 1024))
	[ $min -le 128 ] || min=128
	[ $min -ge 32 ] || min=32
	echo $(($1 * 2 * min))
}

# promised COMMAND PROFILE: what it says is protected, or will be, in MiB
promised() {
	lowmemctl "$1" --json "$2" >/tmp/promise || :
	mib=$(sed -nE 's/.*on this kernel: keeps (all )?([0-9]+) MiB of the Normal zone .*/\2/p' /tmp/promise)
	[ -n "$mib" ] || fail "$1 does not say how much it protects: $(cat /tmp/promise)"
}

# kept NUMBER: the promise and the wish hold
kept() {
	now=$(protected Normal)
	real=$now
	[ "$real" -le "$normal" ] || real=$normal
	echo "lower_zone_protection: $1 with $((high / 256)) MB of HighMem: asked for $(($(asked "$1") / 256)) MB," \
		"promised $mib MB, protected $((now / 256)) of $((normal / 256)) MB by" "$(cat $ratio)"
	[ $((real / 256)) = "$mib" ] || fail "$mib MiB were promised, $((real / 256)) are protected"
	if [ "$real" -lt $(($1 * 256)) ] && [ "$real" -lt "$normal" ]; then
		grep -q "less than $1 MiB" /tmp/promise || fail "it is less than $1 MiB, and is not said to be"
	fi
	[ "$now" -ge "$by_default" ] || fail "weaker than the default"
	# There is no more to be had than by a ratio of 1.
	[ "$now" -ge "$(asked "$1")" ] || [ "$now" = "$high" ] || fail "$now pages are protected, not $(asked "$1")"
	[ "$(protected DMA)" = "$dma" ] || fail "DMA: $(protected DMA) pages are protected, not $dma"
}

# differs NUMBER: does the default protect less?
differs() { [ "$(asked "$1")" -gt "$by_default" ]; }

# one_line NUMBER
one_line() {
	echo "# lower_zone_protection: $1"
	printf 'version: 1\nlower_zone_protection: %s\n' "$1" >/tmp/one-line.yaml
	promised diff /tmp/one-line.yaml
	foretold=$mib
	if ! differs "$1"; then
		expect 0 lowmemctl diff /tmp/one-line.yaml
		kept "$1"
		return
	fi
	put_in_force /tmp/one-line.yaml
	promised verify /tmp/one-line.yaml
	[ "$mib" = "$foretold" ] || fail "diff promised $foretold MiB, verify says $mib"
	kept "$1"
	take_back /tmp/one-line.yaml
}

one_line 250
one_line 100
one_line 2000
one_line 0

echo "# the shipped profile"
put_in_force highmem-protect
promised apply highmem-protect
kept 250
take_back highmem-protect
[ "$(cat $ratio)" = "$default" ] || fail "$ratio: $(cat $ratio), not $default"
[ "$(protected Normal)" = "$by_default" ] || fail "$(protected Normal) pages are still protected"
