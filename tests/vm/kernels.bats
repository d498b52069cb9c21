#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is true of a kernel, held against that kernel: its memory as status shows it, the shipped
# profiles, lower_zone_protection, and every row of the catalogue.

# bats file_tags=vm
bats_require_minimum_version 1.8.0

load vm

# on KERNEL SIZE SCRIPT ARG...: in a machine with so much memory
on() {
	local kernel=$1 size=$2 script=$3
	shift 3
	machine 0 --kernel "$kernel" --mem "$size" --timeout 240 "$here/guest/$script" "$@"
}

@test "vm: status and all shipped profiles on a 32-bit kernel with 1G" {
	on 686-pae 1G profiles.sh container-host fragmentation highmem-protect low-memory
}

@test "vm: status and all shipped profiles on a 32-bit kernel with 4G" {
	on 686-pae 4G profiles.sh container-host fragmentation highmem-protect
}

@test "vm: status and all shipped profiles on a 64-bit kernel with 1G" {
	on cloud-amd64 1G profiles.sh container-host fragmentation low-memory server-noswap
}

# bats test_tags=quick
@test "vm: status and all shipped profiles on a 64-bit kernel with 4G" {
	on cloud-amd64 4G profiles.sh container-host database desktop fragmentation server-noswap
}

@test "vm: lower_zone_protection where HighMem is small (1G)" {
	on 686-pae 1G lower-zone.sh
}

# bats test_tags=quick
@test "vm: lower_zone_protection with 2G" {
	on 686-pae 2G lower-zone.sh
}

@test "vm: lower_zone_protection with 4G" {
	on 686-pae 4G lower-zone.sh
}

@test "vm: lower_zone_protection where the default protects more (16G)" {
	on 686-pae 16G lower-zone.sh
}
