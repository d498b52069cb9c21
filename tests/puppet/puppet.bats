#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Puppet module, by puppet apply, on a host of files.

load ../lib/lowmem

setup_file() {
	mkdir -p "$BATS_FILE_TMPDIR/modules"
	cp -R "$TESTS/../packaging/puppet" "$BATS_FILE_TMPDIR/modules/lowmemctl"
	export HOME=$BATS_FILE_TMPDIR/home LC_ALL=C.UTF-8
}

setup() {
	requires puppet
	sysroot modern-x86_64
	WEB='version: 1
name: web
sysctl: {vm.swappiness: 10, vm.overcommit_ratio: 60}'
}

# apply STATUS MANIFEST [OPTION...]: puppet's detailed exit status: 0 nothing to do, 2 changed,
# 4 failed, 6 both
apply() {
	local state=$BATS_TEST_TMPDIR/puppet
	mkdir -p "$state"
	printf "class { 'lowmemctl': program => '%s', root => '%s' }\n%s\n" "$LOWMEMCTL" "$SYSROOT" "$2" \
		>"$BATS_TEST_TMPDIR/site.pp"
	run bounded puppet apply --detailed-exitcodes --color false --confdir "$state" --vardir "$state" --publicdir "$state/public" \
		--modulepath "$BATS_FILE_TMPDIR/modules" "${@:3}" "$BATS_TEST_TMPDIR/site.pp"
	echo "$output"
	((status == $1)) || fail "exit status $status, wanted $1"
}

# web [ATTRIBUTE...]: the manifest of a profile
web() { printf "lowmemctl::profile { 'web': content => '%s', %s }" "$WEB" "$*"; }

@test "puppet: noop foretells, the first run changes, the second does nothing, absent undoes it" {
	apply 0 "$(web)" --noop
	assert_output --partial "should be ['0'] (noop)"
	assert_knob vm.swappiness 60
	assert_not_exist "$SYSROOT/etc/lowmemctl/profiles/web.yaml"

	apply 2 "$(web)"
	assert_output --partial 'Exec[lowmemctl apply web]/returns: executed successfully'
	assert_knob vm.swappiness 10
	assert_exist "$SYSROOT/etc/lowmemctl/active.d/web.yaml"
	apply 0 "$(web)"
	refute_output --partial 'executed'

	apply 2 "$(web ensure '=>' absent)"
	assert_not_exist "$SYSROOT/etc/lowmemctl/active.d/web.yaml"
	assert_not_exist "$SYSROOT/etc/lowmemctl/profiles/web.yaml"
	apply 0 "$(web ensure '=>' absent)"
}

# The package comes in the same run.
@test "puppet: noop foretells on a host that does not have the program yet" {
	LOWMEMCTL=lowmemctl-none apply 0 "$(web)" --noop
	assert_output --partial 'Exec[lowmemctl apply web]/returns: current_value'
	refute_output --partial 'Could not'
	LOWMEMCTL=lowmemctl-none apply 6 "lowmemctl::profile { 'web': }"
	assert_output --partial 'lowmemctl-none'
}

@test "puppet: drift is put right, at boot as well, unless it is not to last" {
	apply 2 "$(web)"
	set_knob vm.swappiness 60
	apply 2 "$(web)"
	assert_knob vm.swappiness 10
	rm "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"
	apply 2 "$(web)"
	assert_exist "$SYSROOT/etc/sysctl.d/90-lowmemctl.conf"

	WEB=${WEB//web/live}
	apply 2 "$(web persist '=>' false | sed "s/'web'/'live'/")"
	assert_not_exist "$SYSROOT/etc/lowmemctl/active.d/live.yaml"
}

@test "puppet: a profile with mistakes is not written, and the run fails with its words" {
	WEB=$'version: 1\nname: web\nsysctl: {vm.swappiness: 10000}'
	apply 6 "$(web)"
	assert_output --partial 'vm.swappiness: 10000 is outside 0..200'
	assert_not_exist "$SYSROOT/etc/lowmemctl/profiles/web.yaml"
	assert_knob vm.swappiness 60
}

@test "puppet: what the host lacks fails the run, and an effort passes" {
	requires root
	WEB=$'version: 1\nname: web\nsysctl: {vm.no_such_knob: 1}'
	apply 6 "$(web persist '=>' false)"
	assert_output --partial 'vm.no_such_knob'
	apply 2 "$(web persist '=>' false, best_effort '=>' true)"
}

@test "puppet: the fact says whether what is persisted holds" {
	local bin=$BATS_TEST_TMPDIR/bin
	requires facter
	mkdir "$bin"
	printf '%s\n' '#!/bin/sh' "exec '$LOWMEMCTL' --root '$SYSROOT' \"\$@\"" >"$bin/lowmemctl"
	chmod 0755 "$bin/lowmemctl"
	profile web <<<"$WEB"
	lowmemctl apply --persist "$PROFILE"
	PATH=$bin:$PATH run --separate-stderr bounded facter --json \
		--custom-dir "$TESTS/../packaging/puppet/lib/facter" lowmemctl
	assert_json 'j["lowmemctl"]["in_sync"]'
	assert_json 'j["lowmemctl"]["drifted"]' '[]'
	set_knob vm.swappiness 60
	PATH=$bin:$PATH run --separate-stderr bounded facter --json \
		--custom-dir "$TESTS/../packaging/puppet/lib/facter" lowmemctl
	assert_json 'j["lowmemctl"]["drifted"]' '["vm.swappiness"]'
	assert_json 'j["lowmemctl"]["exit_code"]' 2
}

@test "puppet: the manifests and the example are valid" {
	run bounded puppet parser validate "$TESTS"/../packaging/puppet/*/*.pp
	assert_success
}
