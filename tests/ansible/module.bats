#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module, run by ansible on localhost, on a host of files.

load ansible
load ../lib/proctree

setup_file() { install_collection; }

setup() {
	requires ansible ansible-galaxy
	sysroot modern-x86_64
	profile web <<<$'version: 1\nname: web\nsysctl: {vm.swappiness: 10, vm.overcommit_ratio: 60}'
}

# written: what the host has, to see that nothing was written
written() { (cd "$SYSROOT" && find . -path ./run -prune -o -type f -readable -exec cksum {} + | sort); }

@test "ansible: check mode foretells, apply changes, and the second time nothing is left" {
	local before
	before=$(written)
	MODE='--check --diff' module "profile=$PROFILE"
	assert_json 'j["changed"]'
	assert_json 'j["document"]["command"]' diff
	assert_json 'j["document"]["exit_code"]' 2
	assert_equal "$(written)" "$before"

	MODE=--diff module "profile=$PROFILE"
	assert_json 'j["changed"]'
	assert_json 'j["msg"]' '2 changed, 2 files written'
	assert_json 'j["document"]["entry"]' 1
	assert_knob vm.swappiness 10
	grep -q '^vm.swappiness = 10' "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"

	module "profile=$PROFILE"
	assert_json 'not j["changed"]'
	assert_json 'j["msg"]' '2 in sync'
	MODE='--check --diff' module "profile=$PROFILE"
	assert_json 'not j["changed"]'
	assert_diff </dev/null
}

@test "ansible: diff mode shows both sides, live and boot, and is the same in check mode" {
	local mode
	set_knob vm.overcommit_ratio 60
	for mode in '--check --diff' --diff; do
		MODE=$mode module "profile=$PROFILE"
		assert_diff <<-'EOF'
			-vm.swappiness = 60
			-vm.swappiness = unset at boot
			-vm.overcommit_ratio = unset at boot
			+vm.swappiness = 10
			+vm.swappiness = 10 at boot
			+vm.overcommit_ratio = 60 at boot
			+/etc/sysctl.d/90-lowmemctl.conf, written by lowmemctl
			+/etc/lowmemctl/active.d/web.yaml, written by lowmemctl
		EOF
	done
}

@test "ansible: persist: false leaves boot alone, live: false the running kernel" {
	module "profile=$PROFILE persist=false"
	assert_knob vm.swappiness 10
	assert_not_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	set_knob vm.swappiness 60
	MODE=--check module "profile=$PROFILE live=false"
	assert_json 'j["changed"]'
	assert_json 'j["document"]["command"]' persist
	assert_not_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	module "profile=$PROFILE live=false"
	assert_json 'j["changed"]'
	assert_knob vm.swappiness 60
	assert_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	module "profile=$PROFILE live=false"
	assert_json 'not j["changed"]'
	module ! "profile=$PROFILE live=false persist=false"
	assert_json 'j["msg"]' 'live: false and persist: false leave nothing to do'
}

@test "ansible: absent takes out what was persisted, once" {
	module "profile=$PROFILE"
	MODE='--check --diff' module 'profile=web state=absent'
	assert_json 'j["changed"]'
	assert_diff <<-'EOF'
		-/etc/sysctl.d/90-lowmemctl.conf, written by lowmemctl
		-/etc/lowmemctl/active.d/web.yaml, written by lowmemctl
	EOF
	assert_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	module 'profile=web state=absent'
	assert_json 'j["changed"]'
	assert_not_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	assert_knob vm.swappiness 10
	module 'profile=web state=absent'
	assert_json 'not j["changed"]'
}

@test "ansible: content needs no file on the host, and says its name" {
	module 'content="version: 1\nname: from-text\nsysctl: {vm.swappiness: 20}\n"'
	assert_json 'j["changed"]'
	assert_knob vm.swappiness 20
	assert_exist "$SYSROOT/etc/lowmemctl/active.d/from-text.yaml"
	module 'content="version: 1\nname: from-text\nsysctl: {vm.swappiness: 20}\n"'
	assert_json 'not j["changed"]'
}

@test "ansible: several profiles, of which later ones win" {
	local first=$PROFILE
	profile more <<<$'version: 1\nname: more\nsysctl: {vm.swappiness: 30}'
	module "profile=$first,$PROFILE persist=false"
	assert_knob vm.swappiness 30
	assert_knob vm.overcommit_ratio 60
}

@test "ansible: a bad profile fails with place and words, in check mode, too, and touches nothing" {
	local before mode
	profile bad <<<$'version: 1\nsysctl: {vm.swappiness: 10000}\nsysctls: {}'
	before=$(written)
	for mode in --check ''; do
		MODE=$mode module ! "profile=$PROFILE"
		assert_json 'not j["changed"]'
		assert_json 'j["rc"]' 65
		assert_json 'j["msg"].startswith("'"$PROFILE"':2:25: vm.swappiness: 10000 is outside 0..200; ")'
		assert_json 'len(j["document"]["diagnostics"])' 2
	done
	assert_equal "$(written)" "$before"
}

@test "ansible: what the host lacks fails, unless it is optional or an effort is enough" {
	requires root
	profile lacks <<<$'version: 1\nsysctl: {vm.no_such_knob: 1, vm.swappiness: 10}'
	MODE=--check module ! "profile=$PROFILE"
	assert_json 'j["rc"]' 69
	assert_knob vm.swappiness 60
	module "profile=$PROFILE persist=false best_effort=true"
	assert_json 'j["changed"]'
	assert_json '"left out" in j["warnings"][0]'
	assert_knob vm.swappiness 10
}

@test "ansible: a trial returns at once, is confirmed by hand, and goes without persist" {
	local began=$SECONDS
	module ! "profile=$PROFILE trial=1m persist=true"
	assert_json 'j["rc"]' 64
	module "profile=$PROFILE trial=1m"
	((SECONDS - began < 50)) || fail "the trial was waited for"
	assert_json 'j["changed"]'
	assert_knob vm.swappiness 10
	module ! "profile=$PROFILE"
	assert_json 'j["rc"]' 75
	lowmemctl confirm
	MODE=--check module "profile=$PROFILE trial=1m"
	assert_json 'not j["changed"]'
}

@test "ansible: processes are items like others" {
	process 812 sshd adj=-5
	profile rules <<<$'version: 1\nprocesses: [{name: ssh, match: {comm: sshd}, oom_score_adj: -900}]'
	MODE=--diff module "profile=$PROFILE persist=false"
	assert_diff <<<$'-pid:812 sshd = -5\n+pid:812 sshd = -900'
	assert_equal "$(<"$SYSROOT/proc/812/oom_score_adj")" -900
}

@test "ansible: lines that win at boot are disabled when that is asked for" {
	echo 'vm.swappiness = 30' >"$SYSROOT/etc/sysctl.conf"
	mkdir -p "$SYSROOT/etc/sysctl.d"
	ln -s ../sysctl.conf "$SYSROOT/etc/sysctl.d/zzz.conf"
	module ! "profile=$PROFILE loader=procps"
	assert_json '"sysctl.conf" in j["msg"]'
	MODE=--check module "profile=$PROFILE loader=procps edit_conflicts=true"
	assert_json 'j["changed"]'
	module "profile=$PROFILE loader=procps edit_conflicts=true"
	assert_json 'j["document"]["loader"]' procps
	module "profile=$PROFILE loader=procps"
	assert_json 'not j["changed"]'
}

@test "ansible: a program that says no JSON is told of in its own words" {
	printf '%s\n' '#!/bin/sh' 'echo cannot load libfoo >&2' 'exit 127' >"$BATS_TEST_TMPDIR/broken"
	chmod 0755 "$BATS_TEST_TMPDIR/broken"
	LOWMEMCTL=$BATS_TEST_TMPDIR/broken module ! "profile=$PROFILE"
	assert_json 'j["msg"].endswith("/broken: cannot load libfoo")'
	assert_json 'j["rc"]' 127
}

@test "ansible: a document of another program is told of, too, and not fallen over" {
	printf '#!/bin/sh\necho "{\\"ansible_facts\\": 1}"\n' >"$BATS_TEST_TMPDIR/program"
	chmod +x "$BATS_TEST_TMPDIR/program"
	LOWMEMCTL=$BATS_TEST_TMPDIR/program module ! profile=web
	assert_json '"no answer from" in j["msg"] and "ansible_facts" in j["msg"]'
}

@test "ansible: a profile may be written in any language" {
	local before
	before=$(written)
	printf -v text 'version: 1\\nname: web\\ndescription: "Gr\u00fc\u00dfe \u65e5\u672c"\\nsysctl: {vm.swappiness: 10}'
	MODE=--check module "content='$text'"
	assert_equal "$(written)" "$before"
	module "content='$text'"
	assert_json 'j["changed"]'
	grep -q $'Gr\u00fc\u00dfe' "$SYSROOT/etc/lowmemctl/active.d/web.yaml"
	module ! "content='${text/swappiness/sw$'\u00e4'ppiness}\\nx: 1'"
	assert_json 'j["document"]["diagnostics"][0]["message"].startswith("vm.sw\u00e4ppiness is not")'
}

# The task before it may be the one that installs it.
@test "ansible: check mode foretells on a host that does not have the program yet" {
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin type -P lowmemctl && skip "there is one"
	local call=(bounded ansible localhost -m lowmemctl.memory.lowmemctl_profile)
	run "${call[@]}" --check -a 'profile=web'
	assert_success
	assert_output --partial 'CHANGED'
	assert_output --partial 'lowmemctl is not on this host yet'
	run "${call[@]}" --check -a 'profile=web state=absent'
	assert_success
	assert_output --partial 'SUCCESS'
	run "${call[@]}" -a 'profile=web'
	assert_failure
	assert_output --partial 'Failed to find required executable'
}

@test "ansible: the documentation renders, and names every option of the module" {
	run bounded ansible-doc --json lowmemctl.memory.lowmemctl_profile
	assert_success
	local documented module=$TESTS/../packaging/ansible/plugins/modules/lowmemctl_profile.py
	documented=$(json '" ".join(sorted(j["lowmemctl.memory.lowmemctl_profile"]["doc"]["options"]))')
	assert_equal "$documented" "$(sed -n "s/^    \([a-z_]*\)=dict(.*/\1/p" "$module" | sort | tr '\n' ' ' | sed 's/ $//')"
	run bounded ansible-doc lowmemctl.memory.lowmemctl_profile
	assert_success
	assert_output --partial 'EXAMPLES:'
	assert_output --partial 'RETURN VALUES:'
}

@test "ansible: a profile that is not for this host is ok, and changes nothing" {
	profile other <<<$'version: 1\nwhen: {highmem: true}\nsysctl: {vm.swappiness: 10}'
	MODE=--check module "profile=$PROFILE"
	assert_json 'not j["changed"]'
	module "profile=$PROFILE"
	assert_json 'not j["changed"]'
	assert_knob vm.swappiness 60
}
