#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The processes in the order in which the OOM killer would take them, as they are and as a
# profile would have them.

load cli

setup() { sysroot victims-6.1-amd64; }

teardown() {
	((${#OWN[@]} == 0)) || kill "${OWN[@]}" 2>/dev/null || true
	[[ -z ${GROUP:-} ]] || eventually rmdir "$GROUP"
}

# rules LINE...: a profile with these lines below `processes:`
rules() { profile rules < <(printf '%s\n' 'version: 1' 'processes:' "$@"); }

# on_80_columns ARG...: as lowmemctl, on a terminal of that width
on_80_columns() {
	requires script stty
	run bounded env TERM=xterm script -qec \
		"stty cols 80; exec ${LOWMEMCTL@Q} --root ${SYSROOT@Q} ${*@Q}" /dev/null </dev/null
	output=${output//$'\r'/}
}

# start MIB ADJ: a process of this test's own, with so much memory; its pid is then $own
start() {
	bash -c "echo $2 >/proc/self/oom_score_adj; exec 2>/dev/null
		memory=\$(head -c $(($1 << 20)) /dev/zero | tr '\\0' x); echo up; read -r _" \
		<> <(:) > >(cat >"$BATS_TEST_TMPDIR/up.$1") 3>&- &
	own=$!
	OWN+=("$own")
	eventually grep -q up "$BATS_TEST_TMPDIR/up.$1"
}

# only PID...: of the document $output, which may be long, the victims with these pids
only() {
	output=$(/usr/bin/env python3 -c '
import json, sys
j = json.load(sys.stdin)
j["victims"] = [v for v in j["victims"] if str(v["pid"]) in sys.argv[1:]]
json.dump(j, sys.stdout)' "$@" <<<"$output")
}

# rank_of PID: of the document $output
rank_of() { json "[v['rank'] for v in j['victims'] if v['pid'] == $1][0]"; }

@test "victims: who is taken first stands first, who never is says why" {
	on_80_columns victims --color=never
	assert_golden golden/victims.txt
}

@test "victims: with a profile, the order after it" {
	rules '- {name: keep-dd, match: {comm: dd}, oom_score_adj: -900}' \
		'- {match: {comm: sleep}, oom_score_adj: {max: 0}}'
	on_80_columns victims --color=never "$PROFILE"
	assert_golden golden/victims-profile.txt
	((${#lines[@]} > 10))
	awk 'length > 80 { exit 1 }' <<<"$output"
}

@test "victims: --json has what the contract names" {
	rules '- {name: keep-dd, match: {comm: dd}, oom_score_adj: -900}'
	lowmemctl victims --json "$PROFILE"
	assert_json 'j["schema"]' lowmemctl/1
	assert_json 'j["command"]' victims
	assert_json 'j["exit_code"]' 0
	assert_json 'j["partial"]' false
	assert_json 'j["cgroup"]' null
	assert_json 'sorted(set(map(len, j["victims"]))) == [18]'
	assert_json '[j["victims"][1][k] for k in ("rank", "pid", "comm", "points", "oom_score_adj", "unkillable")]' \
		'[2, 92, "dd", 935, 300, null]'
	assert_json '[j["victims"][1][k] for k in ("rank_after", "oom_score_adj_after", "rule")]' '[7, -900, "keep-dd"]'
	assert_json '[(v["rank"], v["pid"], v["unkillable"], v["badness"]) for v in j["victims"][-3:]]' \
		'[[null, 1, "init", null], [null, 94, "never", null], [null, 101, "no memory", null]]'
	assert_json '[(v["rank_after"], v["unkillable_after"]) for v in j["victims"] if v["pid"] == 94]' '[[9, null]]'
	lowmemctl victims --json
	assert_json 'set((v["rank_after"], v["points_after"], v["oom_score_adj_after"], v["rule"]) for v in j["victims"]) == {(None,) * 4}'
}

@test "victims: the order and the points are those of the kernel's oom_score, for all eras" {
	local host
	for host in 2.6.18-i686 2.6.32-el6 3.10-x86_64 6.1-686-pae 6.1-amd64 6.18-x86_64; do
		another_host victims-$host
		lowmemctl victims --json -v
		ROOT=$SYSROOT assert_json '[v["pid"] for v in j["victims"] if v["rank"] and abs(v["points"] - int(open(__import__("os").environ["ROOT"] + "/proc/%d/oom_score" % v["pid"]).read())) > 2]' '[]'
		ROOT=$SYSROOT assert_json '(lambda s: s == sorted(s, reverse=True) and len(s) > 3)([int(open(__import__("os").environ["ROOT"] + "/proc/%d/oom_score" % v["pid"]).read()) for v in j["victims"] if v["rank"]])'
		assert_json '[v["rank"] for v in j["victims"] if v["rank"]] == list(range(1, 1 + sum(bool(v["rank"]) for v in j["victims"])))'
	done
}

@test "victims: an old kernel's adjustments are oom_adj's, and its children go first" {
	another_host victims-2.6.18-i686
	rules '- {name: keep, match: {comm: java}, oom_adj: -17}'
	lowmemctl victims "$PROFILE"
	assert_line --regexp '^ +1 +3120 +java .* +2 +5192 +- +-17 +keep$'
	assert_line --partial 'kills a child of the one that it chose'
	lowmemctl victims --json "$PROFILE"
	assert_json '[j["victims"][0][k] for k in ("oom_score_adj", "oom_adj", "oom_adj_after", "rank_after")]' '[null, 2, -17, null]'
	assert_json 'j["children_first"]'
}

@test "victims: what a process starts is as the rule for it says" {
	rules '- {name: sh, match: {comm: sh}, oom_score_adj: 0}' \
		'- {name: parent, match: {comm: "odd*"}, oom_score_adj: -100, children: 700}'
	sed -i 's/^\(91 (dd) [A-Z]\) 85 /\1 98 /' "$SYSROOT/proc/91/stat"
	lowmemctl victims --json "$PROFILE"
	assert_json '[(v["oom_score_adj_after"], v["rule"]) for v in j["victims"] if v["pid"] == 91]' '[[700, "parent"]]'
	assert_json '[(v["oom_score_adj_after"], v["rule"]) for v in j["victims"] if v["pid"] == 92]' '[[300, null]]'
}

@test "victims: -n shows so many, and says how many more there are" {
	lowmemctl victims -n 2
	assert_line --regexp '^ +2 +92 '
	refute_output --partial ' 91 '
	assert_line '6 more can be killed (-v shows all).'
	lowmemctl victims --lines=8
	refute_output --partial 'more can be killed'
	local bad
	for bad in 0 -1 x '' 1.5; do
		lowmemctl -64 victims -n "$bad"
		assert_stderr --partial "--lines takes a number from 1 on, not '$bad'"
	done
}

@test "victims: who is among the first with the profile is shown, too" {
	rules '- {match: {comm: "odd*"}, oom_score_adj: 1000}'
	lowmemctl victims -n 1 "$PROFILE"
	assert_line --regexp '^ +6 +98 .* 1 +1000 +rule 1$'
	assert_line '6 more can be killed (-v shows all).'
}

@test "victims: kernel threads only with -v" {
	lowmemctl victims
	refute_output --partial kswapd
	assert_line '2 kernel threads are not shown.'
	lowmemctl victims -v
	assert_line --regexp '^ +- +36 +kswapd0 +0 +0 +0 +kernel thread$'
	lowmemctl victims --json
	assert_json '[v for v in j["victims"] if v["unkillable"] == "kernel thread"]' '[]'
}

@test "victims: a profile that leaves nothing to kill is warned of" {
	rules '- {match: {comm: "*"}, oom_score_adj: -1000}'
	lowmemctl victims "$PROFILE"
	assert_stderr --partial 'with this profile nothing is left that the OOM killer can kill'
	lowmemctl victims --json "$PROFILE"
	assert_json 'sum("the kernel panics" in d["message"] for d in j["diagnostics"])' 1
	lowmemctl victims
	assert_stderr ''
}

@test "victims: so is one that shields most of memory" {
	sed -i 's/^VmRSS:.*/VmRSS:\t  600000 kB/' "$SYSROOT/proc/91/status"
	rules '- {match: {comm: dd}, oom_score_adj: -1000}'
	lowmemctl victims "$PROFILE"
	assert_stderr --partial 'what is never killed holds'
}

@test "victims: settings that take the choice from the killer are told" {
	mkdir -p "$SYSROOT/proc/sys/vm"
	echo 0 | tee "$SYSROOT/proc/sys/vm/panic_on_oom" >"$SYSROOT/proc/sys/vm/oom_kill_allocating_task"
	lowmemctl victims
	assert_stderr ''
	set_knob vm.oom_kill_allocating_task 1
	lowmemctl victims
	assert_stderr --partial 'who asks for memory is killed'
	lowmemctl victims --cgroup /box
	assert_stderr ''
	set_knob vm.panic_on_oom 1
	lowmemctl victims
	assert_stderr --partial 'the kernel panics and kills nobody'
	lowmemctl victims --cgroup /box
	assert_stderr ''
	set_knob vm.panic_on_oom 2
	lowmemctl victims --cgroup /box
	assert_stderr --partial 'the kernel panics and kills nobody'
}

@test "victims: a profile that does not apply moves nothing" {
	profile other <<-'YAML'
		version: 1
		when: {arch: [sparc]}
		processes:
		  - {match: {comm: dd}, oom_score_adj: -1000}
	YAML
	lowmemctl victims --json "$PROFILE"
	assert_json '[v["pid"] for v in j["victims"] if v["rank"] != v["rank_after"]]' '[]'
}

@test "victims: a bad profile is 65" {
	rules '- {match: {comm: dd}, oom_score_adj: -1001}'
	lowmemctl -65 victims "$PROFILE"
	assert_output ''
	lowmemctl -65 victims --json "$PROFILE"
	assert_json 'j["exit_code"]' 65
	lowmemctl ! victims no-such-profile
}

@test "victims: --cgroup: those in the group, of its limit" {
	local name
	for name in /box box /sys/fs/cgroup/box /sys/fs/cgroup/box/; do
		lowmemctl victims --cgroup "$name"
		assert_line 'In /box, when it is at its limit: 256M with the swap that it may use.'
		assert_line --regexp '^ +1 +97 +sleep '
		refute_output --partial dd
	done
	echo 1 >"$SYSROOT/sys/fs/cgroup/box/memory.oom.group"
	lowmemctl victims --cgroup /box
	assert_line --partial 'with the first one all others in it are killed'
	lowmemctl victims --cgroup /box --json
	assert_json 'j["cgroup"]' \
		'{"path": "/box", "limit_of": "/box", "oom_group": true, "oom_kill_disable": false}'
	assert_json 'j["total_kib"]' 262144
	assert_json '[v["pid"] for v in j["victims"]]' '[97]'
	echo max >"$SYSROOT/sys/fs/cgroup/box/memory.max"
	lowmemctl victims --cgroup /box
	assert_line --partial 'In /box, which has no limit'
}

@test "victims: --cgroup: the group's limit moves the order, and a profile with it" {
	local pid
	mkdir "$SYSROOT/sys/fs/cgroup/box/in"
	for pid in 91 93 95; do echo 0::/box/in >"$SYSROOT/proc/$pid/cgroup"; done
	echo 1G >"$SYSROOT/sys/fs/cgroup/box/memory.max"
	echo 201 >"$SYSROOT/proc/97/oom_score_adj"
	lowmemctl victims --cgroup /box --json
	assert_json '[v["pid"] for v in j["victims"]]' '[95, 97, 91, 93]'
	# 151 MiB are more than 201 thousandths of 256 MiB.
	echo 268435456 >"$SYSROOT/sys/fs/cgroup/box/memory.max"
	rules '- {match: {comm: sleep, cgroup: "/box/*"}, oom_score_adj: -1000}'
	lowmemctl victims --cgroup /box --json "$PROFILE"
	assert_json '[v["pid"] for v in j["victims"]]' '[95, 91, 97, 93]'
	assert_json '[v["rank_after"] for v in j["victims"]]' '[null, 1, 2, 3]'
}

@test "victims: --cgroup on v1" {
	local memory=$SYSROOT/sys/fs/cgroup/memory
	mkdir -p "$memory/docker/1"
	echo 9223372036854771712 | tee "$memory/memory.limit_in_bytes" >"$memory/docker/memory.limit_in_bytes"
	echo 104857600 >"$memory/docker/1/memory.limit_in_bytes"
	printf 'oom_kill_disable 1\nunder_oom 0\n' >"$memory/docker/1/memory.oom_control"
	printf '5:memory:/docker/1\n4:cpu:/\n0::/\n' >"$SYSROOT/proc/91/cgroup"
	printf '5:memory:/\n4:cpu:/docker/1\n0::/docker/1\n' >"$SYSROOT/proc/92/cgroup"
	lowmemctl victims --cgroup /sys/fs/cgroup/memory/docker/1
	assert_line --partial 'In /docker/1, when it is at its limit: 100M'
	assert_line --partial 'The OOM killer is off in it'
	assert_line --regexp '^ +1 +91 '
	refute_output --partial ' 92 '
}

@test "victims: --cgroup that there is not" {
	lowmemctl -69 victims --cgroup /none
	assert_output ''
	assert_stderr --partial 'there is no memory control group /none on this host'
	lowmemctl -64 victims --cgroup /box/../x
	lowmemctl -64 victims --cgroup ''
	rm -r "$SYSROOT/sys"
	lowmemctl -69 victims --cgroup /box
	assert_stderr --partial 'there are no memory control groups'
	lowmemctl -64 victims --cgroups x
	assert_stderr --partial "did you mean '--cgroup'?"
}

@test "victims: a host without /proc is an error" {
	rm -r "$SYSROOT/proc"
	lowmemctl -1 victims
	assert_stderr --partial 'cannot look at processes'
}

@test "victims: a process that may not be read is passed over, and that is told" {
	((EUID != 0)) || requires setpriv
	chmod 0 "$SYSROOT"/proc/92/*
	unprivileged
	chmod 0 "$SYSROOT"/proc/92/*
	lowmemctl victims
	refute_output --partial ' 92 '
	assert_line --regexp '^ +2 +91 '
	assert_stderr --partial 'hidden here (hidepid)'
	lowmemctl victims --json
	assert_json 'j["partial"]'
}

@test "victims: what is half gone is passed over" {
	rm "$SYSROOT/proc/91/status" "$SYSROOT/proc/92/stat"
	rm -r "$SYSROOT/proc/93"
	lowmemctl victims --json
	assert_json '[v["pid"] for v in j["victims"] if v["rank"]]' '[95, 96, 99, 98, 97]'
}

@test "victims: colours, and none" {
	rules '- {match: {comm: dd}, oom_score_adj: -900}'
	lowmemctl victims --color=always "$PROFILE"
	assert_output --partial $'\e[33m'
	NO_COLOR=1 on_80_columns victims "$PROFILE"
	refute_output --partial $'\e'
	lowmemctl victims -q "$PROFILE"
	assert_output ''
}

@test "victims: a name does not move the cursor" {
	printf 'a\e[2Jb\n' >"$SYSROOT/proc/91/comm"
	lowmemctl victims
	assert_output --partial 'a\x1b[2Jb'
}

@test "victims: changes nothing" {
	untouched lowmemctl victims -v
}

@test "victims: live: own processes, as the kernel ranks them" {
	local small big raised pid
	unset SYSROOT
	[[ -w /proc/self/oom_score_adj ]] || skip "no oom_score_adj here"
	start 8 0 && small=$own
	start 64 0 && big=$own
	start 2 500 && raised=$own
	lowmemctl victims --json >"$BATS_TEST_TMPDIR/shown"
	only "$small" "$big" "$raised"
	assert_json "j['exit_code']" 0
	(($(rank_of "$raised") < $(rank_of "$big") && $(rank_of "$big") < $(rank_of "$small")))
	for pid in "$small" "$big" "$raised"; do
		assert_json "abs([v['points'] for v in j['victims'] if v['pid'] == $pid][0] - $(<"/proc/$pid/oom_score")) <= 2"
	done
}

@test "victims: live: the processes of a group" {
	local memory=/sys/fs/cgroup limit=memory.max
	unset SYSROOT
	requires root
	[[ -e $memory/memory/memory.limit_in_bytes ]] && memory+=/memory limit=memory.limit_in_bytes
	mkdir "$memory/lowmemctl-test.$$" 2>/dev/null || skip "no group can be made here"
	GROUP=$memory/lowmemctl-test.$$
	echo 67108864 2>/dev/null >"$GROUP/$limit" || skip "the memory controller is not there"
	start 8 0
	echo "$own" >"$GROUP/cgroup.procs" || skip "no process can be moved"
	lowmemctl victims --json --cgroup "$GROUP"
	assert_json '[v["pid"] for v in j["victims"]]' "[$own]"
	assert_json 'j["cgroup"]["limit_of"]' "/lowmemctl-test.$$"
	assert_json 'j["total_kib"] >= 65536'
	assert_json 'j["victims"][0]["points"] > 700'
}
