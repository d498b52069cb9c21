#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# verify: diff for hooks.

load cli

setup() {
	sysroot i686-pae-6.1
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.page-cluster: 3
		  vm.dirty_ratio: 5
	YAML
}

@test "verify: 2 where something differs" {
	lowmemctl -2 verify "$PROFILE"
}

@test "verify: 0 after apply" {
	lowmemctl apply "$PROFILE"
	lowmemctl verify "$PROFILE"
	assert_knob vm.swappiness 10
}

@test "verify: one line for each difference, no table" {
	lowmemctl -2 verify "$PROFILE"
	assert_equal "$(grep -c vm.swappiness <<<"$output")" 1
	refute_line --partial LIVE
	refute_line --partial vm.page-cluster
}

@test "verify: -q says nothing" {
	lowmemctl -2 verify -q "$PROFILE"
	assert_output ''
	assert_stderr ''
}

@test "verify: refuses what apply would refuse, with the same status" {
	profile one <<<$'version: 1\noom_kill: off'
	lowmemctl -69 verify "$PROFILE"
}

@test "verify: not applicable is in order" {
	profile one <<<$'version: 1\nwhen: {highmem: false}\nsysctl: {vm.swappiness: 10}'
	lowmemctl verify "$PROFILE"
}

@test "verify: touches nothing" {
	local before
	before=$(tree .)
	lowmemctl -2 verify "$PROFILE"
	assert_equal "$(tree .)" "$before"
}

@test "verify: --json is the document of diff, under its own name" {
	lowmemctl -2 verify --json "$PROFILE"
	assert_json '[j["command"], j["in_sync"], j["exit_code"], len(j["items"])]' '["verify", false, 2, 3]'
	local verify
	verify=$(json '{**j, "command": ""}')
	lowmemctl -2 diff --json "$PROFILE"
	assert_equal "$(json '{**j, "command": ""}')" "$verify"
}

@test "verify: needs no privilege" {
	unprivileged
	lowmemctl -2 verify "$PROFILE"
}

@test "verify: without names, the active profiles on both sides" {
	lowmemctl verify
	assert_stderr --partial 'no profile is active'
	lowmemctl apply --persist "$PROFILE"
	rm "$PROFILE"
	lowmemctl verify
	assert_output '3 in sync'
	echo 'vm.swappiness = 77' >"$SYSROOT/etc/sysctl.d/zz.conf"
	untouched lowmemctl -2 verify
	assert_line --partial 'vm.swappiness: in force, but gone after a reboot: 77 then, by /etc/sysctl.d/zz.conf:1'
	assert_line 'write: /etc/sysctl.d/zzzzzz-lowmemctl.conf'
	lowmemctl -2 -q verify
	assert_output ''
	echo 'version: 1' >"$SYSROOT/etc/lowmemctl/active.d/x.yaml"
	chmod 0666 "$SYSROOT/etc/lowmemctl/active.d/x.yaml"
	lowmemctl -77 verify
	assert_stderr --partial 'x.yaml is not to be trusted'
	assert_line --partial 'vm.swappiness: in force, but gone after a reboot'
}

@test "verify: a faulty active profile is told, the others are judged, and it ends with 65" {
	lowmemctl apply --persist "$PROFILE"
	echo $'version: 1\nsysctl: {vm.swappiness: 20, vm.laptop_mode: abc}' >"$SYSROOT/etc/lowmemctl/active.d/x.yaml"
	untouched lowmemctl -65 verify
	assert_output '3 in sync'
	assert_stderr --regexp 'active.d/x.yaml:2:[0-9]+: error: vm.laptop_mode: abc is not a number'
	assert_stderr --partial 'active.d/x.yaml: warning: an earlier profile decides instead: vm.swappiness'
	refute_stderr --partial 'does not count'
	set_knob vm.dirty_ratio 9
	untouched lowmemctl -65 verify
	assert_line --partial 'vm.dirty_ratio: is 9, want 5'
	lowmemctl -65 verify --json
	assert_json '[j["in_sync"], j["exit_code"], len(j["items"])]' '[false, 65, 3]'
	assert_json '[d["line"] for d in j["diagnostics"] if d["severity"] == "error"][0]' 2
	lowmemctl -65 -q verify
	assert_output ''
	rm "$SYSROOT"/etc/lowmemctl/active.d/one.yaml
	lowmemctl -65 verify
	refute_stderr --partial 'left out'
}

@test "verify: --persist without a name asks nothing more of what is active" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	lowmemctl apply --persist "$PROFILE"
	lowmemctl verify --persist
	assert_output '1 in sync'
	rm "$SYSROOT"/etc/sysctl.d/*lowmemctl.conf
	lowmemctl -2 verify --persist
	assert_line --partial 'gone after a reboot'
}
