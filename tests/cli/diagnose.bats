#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# diagnose: what it shows of reports, and the profile that it suggests. Whether it is right about them
# is the suite oom's matter.

load cli

setup() {
	OOM=$TESTS/fixtures/oom
	cp "$OOM"/*.txt "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

# fields: what the contract promises of each report
fields() {
	printf '%s\n' advice cause constraint evidence fragmented gfp_mask highmem_free_kb killed_anon_rss_kb \
		killed_comm killed_oom_score_adj killed_pid killed_uid line lowmem_exhausted memcg_path order \
		swap_free_kb swap_total_kb trigger_comm trigger_pid zones_below_min
}

# many N: a log of N reports, of three kinds
many() {
	local i name
	for ((i = 0; i < $1; i++)); do
		name=$((i % 7 == 0 ? 1 : i % 3 == 0 ? 2 : 0))
		case $name in
		0) cat amd64-memcg-1.txt ;;
		1) cat 3.2-i686-pae-16g-lowmem.txt ;;
		2) cat amd64-global-1.txt ;;
		esac
	done
}

@test "diagnose: the story of one report" {
	lowmemctl diagnose 3.2-i686-pae-16g-lowmem.txt
	assert_golden golden/diagnose-lowmem
	assert_stderr ''
}

@test "diagnose: the story of a control group's limit has no zones" {
	lowmemctl diagnose 5.4-memcg-quoted-mail.txt
	assert_golden golden/diagnose-memcg
	refute_output --partial 'ZONE'
}

@test "diagnose: several reports: a table, and a story of each; advice that is the same is given once" {
	lowmemctl diagnose i686-pae-lowmem-1.txt
	assert_line --regexp '^# +WHEN +CAUSE +TRIGGER +VICTIM +ZONE$'
	assert_line --regexp '^4 +49\.536683 +lowmem +init\[1\] +\(nobody\) +Normal$'
	assert_equal "$(grep -c '^[1-4]\. Low memory was used up while HighMem had ' <<<"$output")" 4
	assert_equal "$(grep -c '^What helps  the same as for 1$' <<<"$output")" 2
}

@test "diagnose: many reports are grouped" {
	many 30 >log
	lowmemctl diagnose log
	assert_line --regexp '^ *17 +memcg +webapp '
	refute_line --regexp '^ *# +WHEN'
	assert_equal "$(grep -c '^Log ' <<<"$output")" 3
	lowmemctl diagnose -v log
	assert_line --regexp '^ *# +WHEN'
	lowmemctl diagnose --json log
	assert_json 'len(j["reports"])' 30
	assert_json 'sorted([g["cause"], g["victim"], g["count"]] for g in j["groups"])' \
		'[["global", "leaky", 8], ["lowmem", "mysqld", 5], ["memcg", "webapp", 17]]'
}

@test "diagnose: -q is a line for each report" {
	lowmemctl diagnose -q el4-2.6.9-two-kills.txt amd64-memcg-1.txt
	assert_equal "${#lines[@]}" 3
	assert_line --index 0 --regexp '^el4-2\.6\.9-two-kills\.txt:1: lowmem: Low memory was used up '
	assert_line --index 2 --regexp '^amd64-memcg-1\.txt:1: memcg: The memory cgroup /shop was at its limit of 64 MiB$'
}

@test "diagnose: --tasks has all processes, the largest first" {
	lowmemctl diagnose --tasks --json amd64-global-4.txt
	assert_json 'all(len(r["tasks"]) > 2 for r in j["reports"])'
	assert_json 'all(a["rss_kb"] >= b["rss_kb"] for r in j["reports"] for a, b in zip(r["tasks"], r["tasks"][1:]))'
	lowmemctl diagnose --tasks amd64-global-4.txt
	assert_line --regexp '^ *PID +USER +'
	lowmemctl diagnose --json amd64-global-4.txt
	assert_json 'any("tasks" in r and r["tasks"] for r in j["reports"])' false
}

@test "diagnose: the JSON document has what the contract says, and null for what a log does not" {
	lowmemctl diagnose --json ./*.txt --last 40
	assert_json '[j["schema"], j["command"], j["exit_code"], j["diagnostics"]]' '["lowmemctl/1", "diagnose", 0, []]'
	fields >wanted
	assert_json 'sorted(k for k in open("wanted").read().split() if any(k not in r for r in j["reports"]))' '[]'
	assert_json 'all(isinstance(e, str) and e for r in j["reports"] for e in r["evidence"])'
	assert_json 'all(set(a) == {"knob", "value", "text"} and a["text"] for r in j["reports"] for a in r["advice"])'
	assert_json '{r["cause"] for r in j["reports"]} <= {"lowmem", "fragmentation", "memcg", "dma", "cpuset", "mempolicy", "global", "unknown"}'
	lowmemctl diagnose --json kill-line-memcg-only.txt
	assert_json '[j["reports"][0][k] for k in ("trigger_comm", "order", "zones_below_min", "fragmented", "swap_total_kb")]' \
		'[null, null, null, null, null]'
}

@test "diagnose: evidence names the line that it stands in" {
	lowmemctl diagnose --json amd64-swap-1.txt
	json '"\n".join(e for r in j["reports"] for e in r["evidence"])' >evidence
	local zone
	zone=$(grep -n 'Node 0 DMA32 free:' amd64-swap-1.txt | head -1)
	run cat evidence
	assert_line --regexp "^DMA32 has [0-9]+ kB free, below its min of [0-9]+ kB: line ${zone%%:*}\$"
}

@test "diagnose: 80 columns are enough, but for the name of a group" {
	local name
	for name in i686-pae-lowmem-5 el7-3.10-order-3-fragmented 5.15-cpuset-numa-interleaved amd64-panic-2 headers-only; do
		run env TERM=dumb COLUMNS=80 script -qec "stty cols 80; ${LOWMEMCTL@Q} --color never diagnose $name.txt" /dev/null
		run awk '{ sub(/\r$/, "") } length > 80' <<<"$output"
		assert_output ''
	done
}

@test "diagnose: what a log says does not move the cursor" {
	printf 'e\e[2Jvil invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\nOut of memory: Killed process 7 (e\e[2Jvil) total-vm:1kB, anon-rss:1kB, file-rss:0kB\n' >log
	lowmemctl diagnose log
	assert_output --partial '\x1b[2J'
	refute_output --partial $'\e'
	lowmemctl diagnose --json log
	assert_json 'j["reports"][0]["killed_pid"]' 7
}

@test "diagnose: no report is told, and is no failure" {
	lowmemctl diagnose negative-sysrq-m.txt negative-prose.txt
	assert_output ''
	assert_stderr --partial 'no OOM report in '
	lowmemctl diagnose --json negative-allocation-failure.txt
	assert_json '[j["reports"], j["exit_code"]]' '[[], 0]'
}

@test "diagnose: --suggest writes a profile that check accepts and a host of that kind takes" {
	local name host
	while read -r name host; do
		another_host "$host"
		lowmemctl diagnose --suggest "$name.txt"
		printf '%s\n' "$output" >suggested.yaml
		lowmemctl profile check suggested.yaml
		lowmemctl apply suggested.yaml
		lowmemctl diff suggested.yaml
	done <<-EOF
		el4-2.6.9-two-kills rhel4-i686-highmem
		i686-pae-lowmem-1 i686-pae-6.1
		3.2-i686-pae-16g-lowmem i686-pae-6.1
		el7-3.10-order-3-fragmented modern-x86_64
		amd64-fragmented-1 modern-x86_64
		5.15-cpuset-numa-interleaved modern-x86_64
	EOF
	another_host rhel4-i686-highmem
	lowmemctl diagnose --suggest el4-2.6.9-two-kills.txt
	printf '%s\n' "$output" >suggested.yaml
	lowmemctl apply suggested.yaml
	assert_knob vm.lower_zone_protection 250
}

@test "diagnose: --suggest says where no profile helps" {
	lowmemctl -1 diagnose --suggest amd64-memcg-1.txt
	assert_output ''
	assert_stderr --partial 'there is nothing to suggest: what helps here is in no profile'
}
