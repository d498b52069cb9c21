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

# rows KERNEL BITS: those of the catalogue, as they are on the machine's kernel, in $BATS_TEST_TMPDIR/rows
rows() {
	local kernel=$1 bits=$2 dir=$BATS_TEST_TMPDIR release
	vm=${BUILD:-build}/vm
	[[ $vm == /* ]] || vm=$here/../../$vm
	gcc -std=gnu17 -D_GNU_SOURCE -I "$here/../../src" -o "$dir/catalogue" "$here/catalogue.c" "$vm/obj-amd64/release/liblowmemctl.a"
	release=$(sed -E 's/^linux-image-([^_]*)_.*/\1/' "$vm/kernel-$kernel/package")
	"$dir/catalogue" "$release" "$bits" >"$dir/rows"
}

# survey KERNEL BITS: what the machine's kernel makes of each row, in $BATS_TEST_TMPDIR/facts
survey() {
	local kernel=$1 dir=$BATS_TEST_TMPDIR vm
	rows "$@"
	mkdir "$dir/files"
	cp -R "$here"/guest/*.sh "$vm/kernel-$kernel/zram" "$dir/files/"
	"$here/catalogue.py" plan "$kernel" "$vm/kernel-$kernel/config" "$here/catalogue.known" <"$dir/rows" >"$dir/files/plan"
	machine 0 --kernel "$kernel" --timeout 240 --disk "$dir/disk" --files "$dir/files" "$here/guest/catalogue.sh" >"$dir/facts" ||
		{ tail -n 30 "$dir/facts" && return 1; }
	"$here/catalogue.py" judge "$kernel" "$vm/kernel-$kernel/config" "$here/catalogue.known" "$dir/rows" <"$dir/facts"
}

# bats test_tags=quick
@test "vm: the catalogue is held against kernels row by row" {
	rows cloud-amd64 64
	(($(wc -l <"$BATS_TEST_TMPDIR/rows") > 100))
	grep $'^vm.swappiness\t' "$BATS_TEST_TMPDIR/rows"
}

@test "vm: a 32-bit kernel contradicts no row of the catalogue" {
	survey 686-pae 32
}

@test "vm: a 64-bit kernel contradicts no row of the catalogue" {
	survey cloud-amd64 64
}
