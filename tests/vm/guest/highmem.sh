#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A 32-bit kernel with HighMem: lower_zone_protection becomes the
# vm.lowmem_reserve_ratio that protects at least as much.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

ratio=/proc/sys/vm/lowmem_reserve_ratio
wanted=64000 # 250 MB in pages, where HighMem is 512 MB or more

# The pages of Normal that are kept from requests that could use HighMem.
protected() {
	awk '/^Node/ { zone = $4 }
	zone == "Normal" && $1 == "protection:" { gsub(/[^0-9]/, "", $4); print $4 }' /proc/zoneinfo
}

managed_highmem() {
	awk '/^Node/ { zone = $4 } zone == "HighMem" && $1 == "managed" { print $2 }' /proc/zoneinfo
}

in_force() {
	vector=$(printf '256\t%s\t0\t0' $(($(managed_highmem) / wanted)))
	[ "$(cat $ratio)" = "$vector" ] || fail "$ratio: $(cat $ratio), not $vector"
	[ "$(protected)" -ge "$wanted" ] || fail "only $(protected) pages of Normal are protected"
	echo "$(protected) pages of Normal are protected by $(cat $ratio)"
}

check() {
	put_in_force "$1"
	in_force
	take_back "$1"
	[ "$(cat $ratio)" = "$(printf '256\t32\t0\t0')" ] || fail "$ratio: $(cat $ratio)"
	[ "$(protected)" -lt "$wanted" ] || fail "$(protected) pages are still protected"
}

printf 'version: 1\nlower_zone_protection: 250\n' >/tmp/one-line.yaml
check /usr/share/lowmemctl/profiles/highmem-protect.yaml
check /tmp/one-line.yaml
