#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is persisted, and what was foretold of it, after a real reboot.

# bats file_tags=vm
bats_require_minimum_version 1.8.0

load vm

# reboots KERNEL [RATIO]: four boots on the same disk
reboots() {
	local turn
	for turn in first persist take-back last; do
		machine 0 --kernel "$1" --mem 2G --disk "$BATS_TEST_TMPDIR/disk" "$here/guest/reboot.sh" "$turn" "${2:-}"
	done
}

@test "reboot: busybox' sysctl -p makes of the files what was foretold, on a 32-bit kernel" {
	reboots 686-pae "256 4 0 0"
}

# bats test_tags=quick
@test "reboot: busybox' sysctl -p makes of the files what was foretold, on a 64-bit kernel" {
	reboots cloud-amd64
}

@test "reboot: systemd-sysctl makes of the files what was foretold, and the service does the rest" {
	local turn
	"$here/system" "$BATS_TEST_TMPDIR/disk" 3>&- || skip "no disk with systemd (tests/vm/system says why)"
	for turn in persist take-back last; do
		machine 0 --kernel cloud-amd64 --mem 512M --system --disk "$BATS_TEST_TMPDIR/disk" --timeout 300 \
			"$here/guest/reboot-systemd.sh" "$turn"
	done
}
