#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes wrong on real machines: power cuts, and files and disks that do not take what is written.

# bats file_tags=vm
bats_require_minimum_version 1.8.0

load vm

# power_cut ARG...: a machine that is cut off at a random time; what it found is counted
power_cut() {
	local delay=$((RANDOM % 3000))
	machine 137 --kernel cloud-amd64 --mem 256M --disk "$BATS_TEST_TMPDIR/disk" \
		--cut "$((delay / 1000)).$(printf %03d $((delay % 1000)))" "$here/guest/cut.sh" "$@"
	going=$(sed -n 's/^going \([0ab] [0ab]\)$/\1/p' <<<"$output" | tail -n 1)
	[[ $output != *" open"* ]] || open=$((open + 1))
	[[ $output != *"found mixed"* ]] || mixed=$((mixed + 1))
}

# The seed and the number of power cuts are VM_SEED and VM_CUTS.
@test "damage: after a power cut files are whole, and revert completes what was open" {
	local cuts=${VM_CUTS:-50} seed=${VM_SEED:-$RANDOM} open=0 mixed=0 going i
	echo "VM_SEED=$seed"
	RANDOM=$seed
	power_cut first
	for ((i = 1; i < cuts; i++)); do
		# shellcheck disable=SC2086 # two words
		power_cut on ${going:-0 0}
	done
	# shellcheck disable=SC2086 # as above
	machine 0 --kernel cloud-amd64 --mem 256M --disk "$BATS_TEST_TMPDIR/disk" "$here/guest/cut.sh" last ${going:-0 0}
	[[ $output != *" open"* ]] || open=$((open + 1))
	[[ $output != *"found mixed"* ]] || mixed=$((mixed + 1))
	echo "# $cuts power cuts (VM_SEED=$seed): $open entries were open, in $mixed of them files were of two states" >&3
	((open > cuts / 10 && mixed > 0))
}

# bats test_tags=quick
@test "damage: full disks, read-only mounts, a root that is none: said, and nothing half done" {
	machine 0 --kernel cloud-amd64 --mem 512M "$here/guest/damage.sh"
}

@test "damage: the same on a 32-bit kernel" {
	machine 0 --kernel 686-pae --mem 1G "$here/guest/damage.sh"
}
