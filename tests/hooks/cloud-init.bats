#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The example for cloud-init: by cloud-init's own schema, and carried out on a host of files.

load ../lib/lowmem

setup() { DATA=$TESTS/../packaging/cloud-init/user-data.yaml; }

# data EXPRESSION: of Python, on the example, which is called d
data() {
	/usr/bin/env python3 -c '
import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
print(eval(sys.argv[2]), end="")' "$DATA" "$1"
}

@test "cloud-init: its schema knows every word of the example" {
	requires cloud-init
	run bounded cloud-init schema --config-file "$DATA"
	assert_success
	assert_output --partial 'Valid'
	sed 's/^runcmd:/runcmds:/; s/permissions: .*/permissions: [1]/' "$DATA" >"$BATS_TEST_TMPDIR/bad.yaml"
	run bounded cloud-init schema --config-file "$BATS_TEST_TMPDIR/bad.yaml"
	assert_failure
}

@test "cloud-init: what it writes is a profile, and what it runs applies that" {
	local -a command
	requires root
	sysroot modern-x86_64
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	assert_equal "$(data 'd["write_files"][0]["path"]')" /etc/lowmemctl/profiles/web.yaml
	data 'd["write_files"][0]["content"]' >"$SYSROOT/etc/lowmemctl/profiles/web.yaml"
	mapfile -t command < <(data '"\n".join(d["runcmd"][0])')
	assert_equal "${command[0]}" lowmemctl
	"${command[@]}"
	assert_knob vm.swappiness 10
	lowmemctl verify -q
}
