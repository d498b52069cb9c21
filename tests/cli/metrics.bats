#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# verify --metrics and --nagios, and those that read them.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.vfs_cache_pressure: 100
		processes:
		  - {name: 'a "rule" \', match: {comm: nobody-at-all}, oom_score_adj: 300}
	YAML
	metrics=$BATS_TEST_TMPDIR/metrics/lowmemctl.prom
	mkdir "${metrics%/*}"
}

teardown() { [[ -z ${exporter:-} ]] || kill "$exporter"; }

# has LINE...: the metrics
has() {
	local line
	for line; do
		grep -qxF -- "$line" "$metrics" || fail "no '$line' in: $(<"$metrics")"
	done
}

# clean: promtool, where it is, finds nothing
clean() {
	command -v promtool >/dev/null || return 0
	run promtool check metrics <"$metrics"
	assert_success
	assert_output ''
}

@test "verify --metrics: what differs, beside what verify says without it" {
	lowmemctl -2 verify --metrics "$metrics" "$PROFILE"
	assert_output --partial 'vm.swappiness: is 60, want 10'
	has 'lowmemctl_verify_exit_status 2' \
		'lowmemctl_items{state="differs"} 1' \
		'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="live"} 0' \
		'lowmemctl_setting_compliant{key="vm.vfs_cache_pressure",profile="one",side="live"} 1' \
		'lowmemctl_rule_processes{profile="one",rule="a \"rule\" \\",state="same"} 0'
	clean
	lowmemctl -2 -q verify --metrics "$metrics" "$PROFILE"
	assert_output ''
}

@test "verify --metrics: both sides of active profiles, and when they were changed" {
	lowmemctl apply --persist "$PROFILE"
	lowmemctl verify --metrics "$metrics"
	has 'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="boot"} 1' \
		'lowmemctl_verify_exit_status 0'
	grep -qE '^lowmemctl_last_change_timestamp_seconds [1-9][0-9]{9}$' "$metrics"
	echo 'vm.swappiness = 77' >"$SYSROOT/etc/sysctl.d/zzzzzzzz.conf"
	lowmemctl -2 verify --metrics "$metrics"
	has 'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="boot"} 0' \
		'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="live"} 1'
	clean
}

@test "verify --metrics: a daemon and its schedules" {
	mkdir -p "$SYSROOT/run/lowmemctl"
	cat >"$SYSROOT/run/lowmemctl/watch.json" <<-'EOF'
		{"schema":"lowmemctl/1","command":"watch","pid":1,"mode":"events","rules":1,"processes":9,"changed":3,"denied":1,"drifted":0,"lost":0,"schedules":[{"profile":"x","key":"every 6h","last":1700000000,"freed_kib":4,"took_ms":1250}]}
	EOF
	lowmemctl -2 verify --metrics "$metrics" "$PROFILE"
	has 'lowmemctl_watch_up 0'
	clean
}

@test "verify --metrics: what cannot be compared is told, too" {
	lowmemctl -1 verify --metrics "$metrics" nosuch
	has 'lowmemctl_verify_exit_status 1'
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 999}'
	lowmemctl -65 verify --metrics "$metrics" "$PROFILE"
	has 'lowmemctl_verify_exit_status 65'
	clean
}

@test "verify --metrics: nothing active is no failure" {
	lowmemctl verify --metrics "$metrics"
	has 'lowmemctl_verify_exit_status 0' 'lowmemctl_items{state="same"} 0'
	clean
}

@test "verify --metrics: the file is replaced as a whole, beside what the collector reads, and readable" {
	local before
	umask 077
	lowmemctl -2 verify --metrics "$metrics" "$PROFILE"
	assert_equal "$(stat -c %a "$metrics")" 644
	before=$(stat -c %i "$metrics")
	sleep 1.1
	lowmemctl -2 verify --metrics "$metrics" "$PROFILE"
	[[ $(stat -c %i "$metrics") != "$before" ]]
	assert_equal "$(ls -A "${metrics%/*}")" lowmemctl.prom
}

@test "verify --metrics: a path is the caller's, also a relative one" {
	cd "${metrics%/*}" || return
	lowmemctl -2 verify --metrics here.prom "$PROFILE"
	mkdir sub
	cd sub || return
	lowmemctl -2 verify --metrics ../there.prom "$PROFILE"
	assert_file_exists ../here.prom
	assert_file_exists ../there.prom
	lowmemctl -1 verify --metrics /nonexistent/x/y.prom "$PROFILE"
	assert_stderr --partial 'cannot write metrics to /nonexistent/x/y.prom'
	lowmemctl -1 verify --metrics "${metrics%/*}/" "$PROFILE"
}

# served: what the exporter has of ours
served() {
	python3 -c 'import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "http://127.0.0.1:$port/metrics" |
		grep -E '^(lowmemctl|node_textfile)'
}

@test "verify --metrics: a node_exporter serves them, before and after they are replaced" {
	local port
	requires prometheus-node-exporter python3
	port=$((20000 + BASHPID % 20000))
	lowmemctl -2 verify --metrics "$metrics" "$PROFILE"
	prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="${metrics%/*}" \
		>"$BATS_TEST_TMPDIR/exporter" 2>&1 3>&- &
	exporter=$!
	eventually served
	run served
	assert_line 'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="live"} 0'
	assert_line 'node_textfile_scrape_error 0'
	lowmemctl apply "$PROFILE"
	lowmemctl verify --metrics "$metrics" "$PROFILE"
	run served
	assert_line 'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="live"} 1'
	assert_line 'lowmemctl_rule_processes{profile="one",rule="a \"rule\" \\",state="differs"} 0'
	assert_line 'node_textfile_scrape_error 0'
}

# plugin STATE: the one line that it has to be
plugin() {
	assert_equal "${#lines[@]}" 1
	assert_output --regexp "^LOWMEMCTL $1 - [^|]+( \| ([a-z_]+=[0-9]+;[0-9]*;[0-9]*;[0-9]*;[0-9]* ?)+)?$"
}

@test "verify --nagios: 0, OK" {
	lowmemctl apply "$PROFILE"
	lowmemctl -0 verify --nagios "$PROFILE"
	plugin OK
	assert_output --partial '2 settings are as wanted'
	assert_output --partial 'differs=0;;0;0;3'
	lowmemctl -0 verify --nagios
	plugin OK
	assert_output --partial 'no profile is active'
}

@test "verify --nagios: 1, WARNING, where only the next boot makes something else of it" {
	lowmemctl apply --persist "$PROFILE"
	echo 'vm.swappiness = 77' >"$SYSROOT/etc/sysctl.d/zzzzzzzz.conf"
	lowmemctl -1 verify --nagios
	plugin WARNING
	assert_output --partial vm.swappiness
	assert_output --partial 'differs_at_boot=1;0;;0;3'
}

@test "verify --nagios: 2, CRITICAL, where what is live differs, or cannot be had here" {
	lowmemctl -2 verify --nagios "$PROFILE"
	plugin CRITICAL
	assert_output --partial 'vm.swappiness is 60, want 10'
	profile one <<<$'version: 1\nsysctl: {vm.a: 1, vm.b: 1, vm.c: 1, vm.d: 1, vm.e: 1}'
	lowmemctl -2 verify --nagios "$PROFILE"
	plugin CRITICAL
	assert_output --partial '5 of 5'
	assert_output --partial '2 more'
}

@test "verify --nagios: 3, UNKNOWN, where that cannot be told" {
	lowmemctl -3 verify --nagios 'no|such'
	plugin UNKNOWN
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 999}'
	lowmemctl -3 verify --nagios "$PROFILE"
	plugin UNKNOWN
	lowmemctl -3 verify --nagios --metrics /nonexistent/x.prom
	plugin UNKNOWN
}

@test "verify: a faulty active profile does not cost monitoring the others" {
	lowmemctl apply --persist "$PROFILE"
	echo $'version: 1\nsysctl: {vm.laptop_mode: abc}' >"$SYSROOT/etc/lowmemctl/active.d/x.yaml"
	lowmemctl -3 verify --nagios --metrics "$metrics"
	plugin UNKNOWN
	assert_output --partial 'active.d/x.yaml:2: vm.laptop_mode: abc is not a number'
	assert_output --partial 'the other profiles: 2 as wanted'
	has 'lowmemctl_verify_exit_status 65' \
		'lowmemctl_setting_compliant{key="vm.swappiness",profile="one",side="live"} 1'
	set_knob vm.swappiness 77
	lowmemctl -2 verify --nagios
	plugin CRITICAL
	assert_output --partial 'active.d/x.yaml:2: '
	assert_output --partial 'vm.swappiness is 77, want 10'
	assert_output --partial 'differs=1;;0;0;3'
}

@test "verify --nagios: not with --json" {
	lowmemctl -64 verify --nagios --json "$PROFILE"
	assert_stderr --partial 'exclude each other'
}
