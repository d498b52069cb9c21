#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# diff: what it takes for the same, what it asks for, and what it says of it.

load cli

setup() { sysroot modern-x86_64; }

# sysctl KEY VALUE: a profile that wants just this
sysctl() {
	profile one <<-YAML
		version: 1
		sysctl:
		  $1: $2
	YAML
}

sysfs() {
	profile one <<-YAML
		version: 1
		sysfs:
		  $1: $2
	YAML
}

# same KEY LIVE WANT; differs KEY LIVE WANT
same() {
	set_knob "$1" "$2"
	case $1 in
	/*) sysfs "$1" "$3" ;;
	*) sysctl "$1" "$3" ;;
	esac
	lowmemctl diff "$PROFILE"
	assert_line '1 in sync'
}

differs() {
	set_knob "$1" "$2"
	case $1 in
	/*) sysfs "$1" "$3" ;;
	*) sysctl "$1" "$3" ;;
	esac
	lowmemctl -2 diff "$PROFILE"
	assert_line '1 to change'
}

# item EXPRESSION [WANTED]: of the only item
item() { assert_json "j['items'][0]$1" "$2"; }

@test "diff: 0 where nothing differs" {
	sysctl vm.swappiness 60
	lowmemctl diff "$PROFILE"
	assert_line '1 in sync'
}

@test "diff: 2 where something differs, with both values and what to do next" {
	sysctl vm.swappiness 10
	lowmemctl -2 diff "$PROFILE"
	assert_line --regexp '^~ +vm\.swappiness +60 +10 +unset$'
	assert_line "Next: lowmemctl --root $SYSROOT apply $PROFILE"
}

@test "diff: touches nothing, not even the lock" {
	local before
	before=$(tree .)
	sysctl vm.swappiness 10
	lowmemctl -2 diff "$PROFILE"
	assert_equal "$(tree .)" "$before"
}

@test "diff: needs no privilege" {
	sysctl vm.swappiness 10
	unprivileged
	lowmemctl -2 diff "$PROFILE"
}

@test "diff: tabs and blanks between fields are the same" {
	same vm.lowmem_reserve_ratio $'256\t256\t32\t0\t0' '"256 256   32 0 0"'
	same net.ipv4.tcp_rmem $'4096\t131072\t6291456' '4096 131072 6291456'
}

@test "diff: fields count" {
	differs vm.lowmem_reserve_ratio $'256\t256\t32\t0\t0' '256 256 32 0 1'
}

@test "diff: too few fields are a fault of the profile for this host" {
	sysctl vm.lowmem_reserve_ratio '"256 256 32"'
	lowmemctl -65 diff "$PROFILE"
	assert_output --partial 'takes 5 numbers'
}

@test "diff: hexadecimal is the number that it stands for" {
	same vm.swappiness 60 '"0x3c"'
	same kernel.sysrq 0xb0 176
}

@test "diff: octal in a live value is read as the kernel reads it" {
	same kernel.sysrq 0260 176
}

@test "diff: sizes are in the unit of the knob" {
	same vm.min_free_kbytes 65536 64M
	same vm.min_free_kbytes 65536 64Mi
	same vm.dirty_bytes 67108864 64M
	same kernel.shmall 16384 64M
}

@test "diff: per cent are of all memory" {
	# 16377024 kB
	same vm.min_free_kbytes 163770 '1%'
	same vm.min_free_kbytes 81885 '0.5%'
}

@test "diff: Y is on and N is off" {
	same /sys/module/zswap/parameters/enabled Y '1'
	same /sys/module/zswap/parameters/enabled N off
	differs /sys/module/zswap/parameters/enabled N '1'
}

@test "diff: the word in brackets is the value" {
	local thp=/sys/kernel/mm/transparent_hugepage/enabled
	same "$thp" 'always [madvise] never' madvise
	differs "$thp" '[always] madvise never' madvise
	assert_line --regexp '^~ .*enabled +always +madvise +unset$'
}

@test "diff: a key may be written with slashes" {
	same vm.swappiness 60 60
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm/swappiness: 60
	YAML
	lowmemctl diff --json "$PROFILE"
	item '["key"]' vm.swappiness
}

@test "diff: a dot in a name of a folder is written with slashes" {
	profile one <<-'YAML'
		version: 1
		sysctl:
		  net/ipv4/conf/eth0.100/rp_filter: 77
	YAML
	lowmemctl -2 diff "$PROFILE"
}

@test "diff: a glob stands for all that match" {
	sysctl "'net.ipv4.conf.*.rp_filter'" 77
	lowmemctl -2 diff --json "$PROFILE"
	assert_json 'len(j["items"])' 5
}

@test "diff: a key wins over a glob" {
	profile one <<-'YAML'
		version: 1
		sysctl:
		  net.ipv4.conf.lo.rp_filter: 66
		  net.ipv4.conf.*.rp_filter: 77
	YAML
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[i["want"] for i in j["items"] if ".lo." in i["key"]]' '["66"]'
}

@test "diff: a glob that stands for nothing is told and asks for nothing" {
	sysctl "'net.ipv6.conf.*.nothing'" 77
	lowmemctl diff "$PROFILE"
	assert_output --partial 'nothing on this host matches it'
}

@test "diff: a knob that is not there is refused" {
	sysctl vm.lowmemctl_none 1
	lowmemctl -69 diff "$PROFILE"
	assert_output --partial 'kernel 6.12.48+deb13-amd64 does not have it'
}

@test "diff: an optional knob that is not there is skipped" {
	sysctl vm.lowmemctl_none '{value: 1, optional: true}'
	lowmemctl diff --json "$PROFILE"
	item '["action"]' skip
	item '["live_status"]' absent
}

@test "diff: an optional knob that is there counts" {
	sysctl vm.swappiness '{value: 10, optional: true}'
	lowmemctl -2 diff "$PROFILE"
}

@test "diff: for a knob of other kernels it says which, and what to take instead" {
	sysctl vm.block_dump 1
	lowmemctl -69 diff "$PROFILE"
	assert_output --partial '(2.6.6 to 5.12; 2.4.23 and later in 2.4); instead: tracepoints block:*'
}

@test "diff: a knob that the catalogue does not know is compared all the same" {
	set_knob vm.lowmemctl_new 5
	sysctl vm.lowmemctl_new 6
	lowmemctl -2 diff "$PROFILE"
	sysctl vm.lowmemctl_new 5
	lowmemctl diff "$PROFILE"
}

@test "diff: what cannot be read is refused with the reason" {
	rm "$SYSROOT/proc/sys/vm/swappiness"
	mkdir "$SYSROOT/proc/sys/vm/swappiness"
	sysctl vm.swappiness 10
	lowmemctl -1 diff --json "$PROFILE"
	item '["live_status"]' unreadable
	item '["reason"]' 'cannot be read: Is a directory'
}

@test "diff: a value that is not to be read is a missing privilege" {
	chmod 0000 "$SYSROOT/proc/sys/vm/swappiness"
	sysctl vm.swappiness 10
	unprivileged
	lowmemctl -77 diff "$PROFILE"
	assert_output --partial 'cannot be read: Permission denied'
}

@test "diff: a later profile wins" {
	profile early <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	local early=$PROFILE
	profile late <<<$'version: 1\nsysctl: {vm.swappiness: 60}'
	lowmemctl diff "$early" "$PROFILE"
	lowmemctl -2 diff "$PROFILE" "$early"
}

@test "diff: what includes wins over what is included" {
	profile base <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.page-cluster: 0}'
	profile top <<<$'version: 1\ninclude: [base]\nsysctl: {vm.swappiness: 60}'
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[(i["key"], i["layer"], i["action"]) for i in j["items"]]' \
		'[["vm.page-cluster", "base", "write"], ["vm.swappiness", "top", "none"]]'
}

@test "diff: an include that leads back is an error that shows the way" {
	profile base <<<$'version: 1\ninclude: [top]'
	profile top <<<$'version: 1\ninclude: [base]'
	lowmemctl -65 diff "$PROFILE"
	assert_stderr --partial 'leads back to itself'
	assert_stderr --partial ':2:11: error'
}

@test "diff: of a pair that excludes itself the later one is asked for" {
	profile base <<<$'version: 1\nsysctl: {vm.dirty_ratio: 5}'
	profile top <<<$'version: 1\ninclude: [base]\nsysctl: {vm.dirty_bytes: 64M}'
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[i["key"] for i in j["items"]]' '["vm.dirty_bytes"]'
}

@test "diff: both of a pair in one profile are a fault" {
	profile one <<<$'version: 1\nsysctl: {vm.dirty_ratio: 5, vm.dirty_bytes: 64M}'
	lowmemctl -65 diff "$PROFILE"
	assert_stderr --partial vm.dirty_ratio
}

@test "diff: vm.min_free_kbytes comes last, huge pages before it" {
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm.min_free_kbytes: 128M
		  vm.swappiness: 10
		sysfs:
		  /sys/kernel/mm/transparent_hugepage/enabled: never
	YAML
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[i["key"].split("/")[-1] for i in j["items"]]' \
		'["vm.swappiness", "enabled", "vm.min_free_kbytes"]'
}

@test "diff: when a condition does not hold, nothing is asked for" {
	local condition
	for condition in 'highmem: true' 'arch: i686' 'kernel: "<6"' 'memory: ">=20G"'; do
		profile one <<-YAML
			version: 1
			when: {$condition}
			sysctl: {vm.swappiness: 10}
		YAML
		lowmemctl diff "$PROFILE"
		assert_output --partial "Not applicable to this host: one: when ${condition%%:*}"
	done
}

@test "diff: conditions that hold do no harm" {
	profile one <<-'YAML'
		version: 1
		when: {highmem: false, arch: [i686, x86_64], kernel: ">=2.6.5 <7", memory: ">=2G"}
		sysctl: {vm.swappiness: 10}
	YAML
	lowmemctl -2 diff "$PROFILE"
}

@test "diff: a tree that does not tell its architecture is of none" {
	another_host noswap-x86_64
	profile one <<<$'version: 1\nwhen: {arch: x86_64}\nsysctl: {vm.swappiness: 10}'
	lowmemctl diff "$PROFILE"
	assert_output --partial 'does not tell its architecture'
}

@test "diff: what a kernel takes hangs on the bits of its words, where they are known" {
	profile one <<<$'version: 1\nsysctl: {kernel.pid_max: 100000, fs.nr_open: 1073741800}'
	lowmemctl profile check "$PROFILE"
	another_host modern-x86_64
	lowmemctl -2 diff "$PROFILE"
	another_host noswap-x86_64
	lowmemctl -2 diff "$PROFILE"
	another_host i686-pae-6.1
	for command in diff apply persist; do
		lowmemctl -65 "$command" "$PROFILE"
		assert_output --partial '100000 is outside 301..32768'
		assert_output --partial '1073741800 is outside 32..1073741792'
	done
	another_host rhel4-i686-highmem
	profile one <<<$'version: 1\nsysctl: {kernel.shmmax: 4294967296}'
	lowmemctl -65 diff "$PROFILE"
	assert_output --partial '4294967296 is outside 0..4294967295'
	lowmemctl get kernel.pid_max
	assert_line --partial 'takes 301..32768'
}

@test "diff: a condition is for its own layer, and for what that includes" {
	profile base <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	profile high <<<$'version: 1\ninclude: [base]\nwhen: {highmem: true}\nsysctl: {vm.page-cluster: 0}'
	profile top <<<$'version: 1\ninclude: [high]\nsysctl: {vm.laptop_mode: 5}'
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[i["key"] for i in j["items"]]' '["vm.laptop_mode"]'
	assert_json '"high" in j["not_applicable"]'
}

@test "diff: lower_zone_protection is written as it is where the kernel has it" {
	another_host rhel4-i686-highmem
	profile one <<<$'version: 1\nlower_zone_protection: 250'
	lowmemctl -2 diff --json "$PROFILE"
	item '["key"]' vm.lower_zone_protection
	item '["want"]' 250
}

@test "diff: lower_zone_protection is translated on later kernels with HighMem" {
	another_host i686-pae-6.1
	profile one <<<$'version: 1\nlower_zone_protection: 250'
	lowmemctl -2 diff --json "$PROFILE"
	item '["key"]' vm.lowmem_reserve_ratio
	item '["want"]' '256 12 0 0'
	assert_json '"lower_zone_protection: 250" in j["items"][0]["reason"]'
}

@test "diff: lower_zone_protection never weakens the default" {
	another_host i686-pae-6.1
	profile one <<<$'version: 1\nlower_zone_protection: 1'
	lowmemctl diff --json "$PROFILE"
	item '["want"]' '256 32 0 0'
}

@test "diff: lower_zone_protection is not applicable without HighMem" {
	profile one <<<$'version: 1\nlower_zone_protection: 250'
	lowmemctl diff "$PROFILE"
	assert_output --partial 'not applicable: this host has no HighMem, all its memory is low memory'
}

@test "diff: oom_kill is a knob on RHEL 4" {
	another_host rhel4-i686-highmem
	profile one <<<$'version: 1\noom_kill: off'
	lowmemctl -2 diff --json "$PROFILE"
	item '["key"]' vm.oom-kill
	item '["want"]' 0
}

@test "diff: oom_kill: off is refused elsewhere, with what there is" {
	profile one <<<$'version: 1\noom_kill: off'
	lowmemctl -69 diff "$PROFILE"
	assert_output --partial 'oom_score_adj: -1000'
	assert_output --partial 'vm.overcommit_memory: 2'
	assert_output --partial 'vm.panic_on_oom: 1'
}

@test "diff: oom_kill: on is what every other kernel does" {
	profile one <<<$'version: 1\noom_kill: on'
	lowmemctl diff "$PROFILE"
}

@test "diff: schedules, and rules that no process matches, are listed as left out" {
	profile one <<-'YAML'
		version: 1
		drop_caches:
		  - {schedule: "30 3 * * *", mode: all}
		processes:
		  - {name: keep, match: {comm: sshd}, oom_adj: -17}
	YAML
	lowmemctl diff --json "$PROFILE"
	assert_json '[(i["kind"], i["action"]) for i in j["items"]]' \
		'[["schedule", "skip"], ["process", "skip"]]'
	assert_json '[i["reason"] for i in j["items"]]' \
		"[\"left to 'lowmemctl watch'\", \"no process matches it now\"]"
}

@test "diff: -v shows what is in sync, too, and the privilege of each" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 60, vm.page-cluster: 0}'
	lowmemctl -2 diff "$PROFILE"
	refute_output --partial vm.swappiness
	lowmemctl -2 diff -v "$PROFILE"
	assert_line --regexp '^= +vm\.swappiness +60 +60'
	assert_line --regexp 'vm\.page-cluster .* root$'
}

@test "diff: -q says it by the exit status alone" {
	sysctl vm.swappiness 10
	lowmemctl -2 diff -q "$PROFILE"
	assert_output ''
}

@test "diff: reads standard input" {
	lowmemctl -2 diff - <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	assert_line "Next: lowmemctl --root $SYSROOT apply -"
}

@test "diff: a profile that may not be read is a want of privilege" {
	profile secret <<<'version: 1'
	unprivileged
	chmod 0 "$PROFILE"
	lowmemctl -77 diff "$PROFILE"
	assert_stderr --partial 'secret.yaml cannot be read: Permission denied'
}

@test "diff: standard input that is none is called so" {
	lowmemctl -65 diff - </dev/null
	assert_stderr --partial 'standard input is not a regular file, a pipe or a terminal'
	lowmemctl -65 diff - </
	assert_stderr --partial 'standard input is a directory'
	# shellcheck disable=SC2016
	run bounded sh -c 'exec "$0" diff - <&- 2>&1' "$LOWMEMCTL"
	assert_output --partial 'standard input'
}

@test "diff: finds a profile of the administrator by name" {
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	echo $'version: 1\nsysctl: {vm.swappiness: 10}' >"$SYSROOT/etc/lowmemctl/profiles/mine.yaml"
	lowmemctl -2 diff mine
}

@test "diff: a name that nobody has is an error with the nearest one" {
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	echo 'version: 1' >"$SYSROOT/etc/lowmemctl/profiles/database-mine.yaml"
	lowmemctl -1 diff databse-mine
	assert_stderr --partial "did you mean 'database-mine'?"
}

@test "diff: a link to /dev/null masks a name" {
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	ln -s /dev/null "$SYSROOT/etc/lowmemctl/profiles/database.yaml"
	lowmemctl -1 diff database
	assert_stderr --partial 'is masked'
}

@test "diff: a profile that is not there is an error" {
	lowmemctl -1 diff "$BATS_TEST_TMPDIR/none.yaml"
	assert_stderr --partial 'No such file'
}

@test "diff: a bad profile is shown with place, line, caret and the nearest word" {
	profile bad <<<$'version: 1\nlower_zone_protektion: 250\nsysctl:\n  vm.swappiness: 300'
	lowmemctl -65 diff "$PROFILE"
	assert_stderr --partial "$PROFILE:2:1: error:"
	assert_stderr --partial "did you mean"
	assert_stderr --partial "$PROFILE:4:18: error: vm.swappiness: 300 is outside 0..200"
	assert_stderr --partial $'    vm.swappiness: 300\n                   ^'
}

@test "diff: a word that is nearly a knob is asked after" {
	sysctl vm.swappines 10
	lowmemctl -69 diff "$PROFILE"
	assert_stderr --partial 'did you mean vm.swappiness?'
}

@test "diff: warns of a profile that others can write" {
	sysctl vm.swappiness 60
	chmod 0666 "$PROFILE"
	lowmemctl diff "$PROFILE"
	assert_stderr --partial 'apply will refuse it'
}

@test "diff: --json, field by field" {
	profile one <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.page-cluster: 3
	YAML
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[j[k] for k in ("schema", "command", "changed", "in_sync", "comment", "exit_code")]' \
		'["lowmemctl/1", "diff", false, false, "1 to change, 1 in sync", 2]'
	assert_json '{"loader", "diagnostics"} <= set(j)'
	item '["from"]' "{\"file\": \"$PROFILE\", \"line\": 3, \"column\": 3}"
	assert_json '[[i[k] for k in ("kind", "key", "want", "live", "live_status", "action", "needs", "result", "reason")] for i in j["items"]]' \
		'[["sysctl", "vm.swappiness", "10", "60", "differs", "write", ["root"], null, null], ["sysctl", "vm.page-cluster", "3", "3", "same", "none", [], null, null]]'
	assert_json '{"boot", "boot_from", "boot_status"} <= set(j["items"][0])'
	assert_json '[j["summary"][k] for k in ("same", "differs", "skipped", "refused", "failed")]' '[1, 1, 0, 0, 0]'
}

@test "diff: --json tells every fault of a profile" {
	profile bad <<<$'version: 1\nsysctl:\n  vm.swappiness: 300\n  vm.dirty_ratio: 010'
	lowmemctl -65 diff --json "$PROFILE"
	assert_json '[(d["severity"], d["line"], d["column"]) for d in j["diagnostics"]]' \
		'[["error", 3, 18], ["error", 4, 19]]'
	assert_json 'j["diagnostics"][0]["file"]' "$PROFILE"
	assert_json 'j["exit_code"]' 65
}

@test "diff: the value at the next boot is shown, and judged with --persist only" {
	sysctl vm.swappiness 60
	lowmemctl diff "$PROFILE"
	assert_line 'In sync now, but not after the next boot: 1 (-v lists them)'
	lowmemctl diff -v "$PROFILE"
	assert_line --partial 'in force, but gone after a reboot'
	lowmemctl --json diff "$PROFILE"
	assert_json '[j["in_sync"], j["items"][0]["boot_status"], j["items"][0]["action"], j["files"]]' \
		'[true, "unset", "none", []]'
	untouched lowmemctl -2 diff --persist "$PROFILE"
	assert_line --partial 'in force, but gone after a reboot'
	assert_line --partial "Next: lowmemctl --root $SYSROOT apply --persist"
	echo 'vm.swappiness = 60' >"$SYSROOT/etc/sysctl.d/x.conf"
	lowmemctl diff -v "$PROFILE"
	assert_line --regexp 'vm\.swappiness +60 +60 +60 /etc/sysctl.d/x.conf:1'
	set_knob vm.swappiness 30
	lowmemctl -2 diff "$PROFILE"
	assert_line --partial 'configured, but not in force'
}
