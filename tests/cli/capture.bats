#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# capture: what it takes of a host, and that applying it there changes nothing.

load cli

HOSTS=(container i686-pae-6.1 modern-x86_64 noswap-x86_64 rhel4-i686-highmem)

setup() { sysroot modern-x86_64; }

# captured [KEY...]: the profile is then $PROFILE, and is valid
captured() {
	lowmemctl capture "$@"
	profile captured <<<"$output"
	lowmemctl profile check -q "$PROFILE"
	lowmemctl profile show "$PROFILE"
}

# in_sync: a host that was captured is as the profile wants it, to the last knob
in_sync() {
	lowmemctl diff --json "$PROFILE"
	assert_json 'j["in_sync"]'
	assert_json '{i["live_status"] for i in j["items"]} <= {"same"}'
}

@test "capture: every host is in sync with its own profile" {
	local host
	for host in "${HOSTS[@]}"; do
		another_host "$host"
		captured
		in_sync
		captured 'vm.*' 'kernel.*' 'net.core.*'
		in_sync
		(($(json 'len(j["items"])') > 20)) || fail "too little of $host"
	done
}

@test "capture: a 32-bit kernel has other defaults" {
	another_host i686-pae-6.1
	set_knob net.core.rmem_max 180224
	captured
	refute_output --partial net.core.rmem_max
	set_knob net.core.rmem_max 212992
	captured
	assert_line '  net.core.rmem_max: 212992'
}

@test "capture: applying it on the same host changes nothing" {
	set_knob vm.swappiness 10
	captured
	untouched lowmemctl apply "$PROFILE"
	assert_output --partial 'in sync'
	assert_equal "$(entries)" 0
}

@test "capture: takes what was changed to a host that has the defaults" {
	captured
	assert_line '  kernel.pid_max: 4194304'
	profile change <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.dirty_bytes: 64M
		sysfs:
		  /sys/kernel/mm/transparent_hugepage/defrag: defer
	YAML
	lowmemctl apply "$PROFILE"
	captured
	assert_line '  vm.swappiness: 10'
	assert_line '  vm.dirty_bytes: 67108864'
	assert_line '  /sys/kernel/mm/transparent_hugepage/defrag: defer'
	in_sync
	lowmemctl revert
	lowmemctl -2 diff "$PROFILE"
	lowmemctl apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_knob vm.dirty_bytes 67108864
}

@test "capture: says of each what it is, and its default" {
	captured vm.swappiness
	assert_output "# Written by lowmemctl capture.
version: 1
name: captured
description: Captured from Linux 6.12.48+deb13-amd64
sysctl:
  # Weight of anonymous memory against page cache when reclaiming. Default: 60.
  vm.swappiness: 60"
}

@test "capture: where nothing differs it is an empty profile" {
	set_knob kernel.pid_max 32768
	captured
	refute_output --partial sysctl:
	lowmemctl diff "$PROFILE"
	assert_output 'nothing to compare'
}

@test "capture: takes the names in all spellings, each once, in their order" {
	lowmemctl capture vm/swappiness vm.page-cluster /proc/sys/vm/swappiness 'vm.swap*'
	run grep -E '^  [^#]' <<<"$output"
	assert_output $'  vm.swappiness: 60\n  vm.page-cluster: 3'
}

@test "capture: a name with a dot in a part of it" {
	captured net/ipv4/conf/eth0.100/rp_filter
	assert_line --partial 'net.ipv4.conf.eth0/100.rp_filter'
	in_sync
}

@test "capture: a knob that the catalogue does not know" {
	mkdir -p "$SYSROOT/proc/sys/x"
	set_knob x.words '- on #1: "é"'
	set_knob x.choice 'fast [slow]'
	set_knob x.on on
	captured x.words x.on x.choice
	in_sync
	assert_json '[i["want"] for i in j["items"]]' '["- on #1: \"\u00e9\"", "on", "slow"]'
}

@test "capture: of a pair the one that is in force" {
	captured 'vm.dirty_*'
	assert_line '  vm.dirty_ratio: 20'
	refute_output --partial _bytes:
	set_knob vm.dirty_ratio 0
	set_knob vm.dirty_bytes 67108864
	captured 'vm.dirty_*'
	assert_line '  vm.dirty_bytes: 67108864'
	refute_output --partial '  vm.dirty_ratio:'
}

@test "capture: says why the other one of a pair is not in it" {
	lowmemctl capture vm.dirty_bytes
	assert_stderr --partial 'vm.dirty_bytes is left out: vm.dirty_ratio is in force in its place'
}

@test "capture: what a device has is optional" {
	mkdir -p "$SYSROOT/sys/block/zram0"
	set_knob /sys/block/zram0/disksize 1073741824
	set_knob /sys/block/zram0/comp_algorithm 'lzo [zstd]'
	captured
	assert_line '  /sys/block/zram0/disksize: {value: 1073741824, optional: true}'
	assert_line '  /sys/block/zram0/comp_algorithm: {value: zstd, optional: true}'
	in_sync
}

@test "capture: no action, whether named by a glob or not" {
	captured 'vm.drop*' 'vm.stat_*' 'vm.compact*'
	refute_output --regexp '  vm\.(drop_caches|stat_refresh|compact_memory):'
	lowmemctl -65 capture vm.drop_caches
	assert_output ''
	assert_stderr --partial 'holds no value: use'
}

@test "capture: nothing that nobody can write" {
	captured 'kernel.os*' 'kernel.p*'
	refute_output --partial osrelease
	assert_line --partial kernel.pid_max
	lowmemctl -65 capture kernel.osrelease
	assert_stderr --partial 'kernel.osrelease: it is read-only'
}

@test "capture: what cannot be read is left out, and told" {
	chmod 0000 "$(knob_file vm.swappiness)"
	unprivileged
	lowmemctl capture vm.page-cluster 'vm.swapp*'
	assert_line '  vm.page-cluster: 3'
	assert_stderr --partial 'vm.swappiness is left out: it cannot be read: Permission denied'
	lowmemctl -77 capture vm.page-cluster vm.swappiness
	assert_output ''
}

@test "capture: what no profile may have is left out, and told" {
	set_knob vm.swappiness 300
	captured
	lowmemctl capture
	refute_output --partial swappiness
	assert_stderr --partial 'vm.swappiness is left out: 300 is outside 0..200'
	lowmemctl -65 capture vm.swappiness
}

@test "capture: a knob that is not there is 69, with what may be meant" {
	lowmemctl -69 capture vm.swapiness
	assert_output ''
	assert_stderr --partial "did you mean 'vm.swappiness'?"
	lowmemctl -69 capture swappiness
	assert_stderr --partial "did you mean 'vm.swappiness'?"
	lowmemctl -69 capture vm.block_dump
	assert_stderr --partial 'does not have it (2.6.6 to 5.12'
	lowmemctl -69 capture 'vm.none*'
	assert_stderr --partial "nothing on this host matches 'vm.none*'"
	lowmemctl -69 capture net.ipv4
	assert_stderr --partial "'net.ipv4.*'"
}

@test "capture: what can be no name is wrong usage" {
	lowmemctl -64 capture vm..swappiness
	lowmemctl -64 capture /etc/passwd
	lowmemctl -64 capture ''
}

@test "capture: nothing outside of the root is read" {
	echo secret >"$BATS_TEST_TMPDIR/secret"
	lowmemctl -69 capture "/sys/../../secret"
	ln -s "$BATS_TEST_TMPDIR/secret" "$SYSROOT/proc/sys/vm/leak"
	lowmemctl -69 capture vm.leak
}

@test "capture: --json has the profile in a document" {
	lowmemctl capture --json vm.swappiness vm.dirty_bytes vm.page-cluster
	assert_json '[j[k] for k in ("schema", "command", "name", "keys", "exit_code")]' \
		'["lowmemctl/1", "capture", "captured", 2, 0]'
	assert_json '[d["severity"] for d in j["diagnostics"]]' '["warning"]'
	json 'j["profile"]' >"$BATS_TEST_TMPDIR/captured.yaml"
	lowmemctl diff "$BATS_TEST_TMPDIR/captured.yaml"
	lowmemctl -69 capture --json vm.swapiness
	assert_json '[j["exit_code"], len(j["diagnostics"])]' '[69, 1]'
}

@test "capture: the same host gives the same profile, byte by byte" {
	lowmemctl capture
	local first=$output
	lowmemctl capture
	assert_equal "$output" "$first"
}

@test "capture: other readers of YAML see the same texts" {
	requires /usr/bin/python3
	/usr/bin/python3 -c 'import yaml' || skip "needs python3-yaml"
	mkdir -p "$SYSROOT/proc/sys/x"
	local -a values=(on 010x 1e3 0b1 12:30 '- x' 'a: b' '#' '*x' '%' '{}' '~' null 2001-01-01 .inf 'a b')
	local i
	for i in "${!values[@]}"; do
		set_knob "x.v$i" "${values[i]}"
	done
	lowmemctl capture "${values[@]/*/x.v*}"
	run /usr/bin/python3 -c 'import sys, yaml; [print(v) for v in yaml.safe_load(sys.argv[1])["sysctl"].values()]' "$output"
	assert_equal "$(sort <<<"$output")" "$(printf '%s\n' "${values[@]}" | sort)"
}

@test "capture: the running host is in sync with its own profile" {
	unset SYSROOT
	[[ -r /proc/sys/vm/swappiness ]] || skip "needs /proc"
	captured
	in_sync
	captured 'vm.*'
	in_sync
	[[ -d /sys/kernel/mm/transparent_hugepage ]] || return 0
	captured '/sys/kernel/mm/transparent_hugepage/*'
	in_sync
}

@test "capture: needs no privilege" {
	unprivileged
	captured
	captured 'vm.*'
	in_sync
}
