#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules for processes: on trees that hold some, then on real ones that a test starts itself.

load cli
load ../lib/proctree

setup() {
	started=()
	sysroot modern-x86_64
	process 1 systemd ppid=0
	process 400 bash cmdline='bash -l' uid=1000
	process 812 sshd exe=/usr/sbin/sshd cgroup=0::/system.slice/ssh.service
}

teardown() {
	local pid
	for pid in "${started[@]}"; do
		kill -9 "$pid" 2>/dev/null || true
	done
}

# rule TEXT...: a profile p with these rules, one a line
rule() {
	profile p <<<"version: 1
processes:
$(printf '  - %s\n' "$@")"
}

@test "processes: diff, apply, verify, revert" {
	rule '{name: keep, match: {comm: sshd}, oom_score_adj: -500}'
	lowmemctl -2 diff "$PROFILE"
	assert_line --regexp '^~ +pid:812 sshd +0 +-500 '
	lowmemctl -2 verify "$PROFILE"
	assert_output --partial 'pid:812 sshd: '
	lowmemctl apply "$PROFILE"
	assert_line '1 changed'
	assert_adj 812 -500
	assert_adj 400 0
	assert_adj 1 0
	lowmemctl diff "$PROFILE"
	lowmemctl verify "$PROFILE"
	lowmemctl revert
	assert_adj 812 0
}

@test "processes: the JSON document has pid, comm and rule" {
	rule '{name: keep, match: {comm: sshd}, oom_score_adj: -500}' \
		'{name: idle, match: {comm: none}, oom_score_adj: {max: 300}}'
	lowmemctl -2 diff --json "$PROFILE"
	assert_json '[(i["kind"], i["key"], i["pid"], i["comm"], i["rule"], i["want"], i["live"], i["action"]) for i in j["items"]]' \
		'[["process", "pid:812", 812, "sshd", "keep", "-500", "0", "write"], ["process", "idle", null, null, "idle", "<=300", null, "skip"]]'
	assert_json 'not j["in_sync"] and j["exit_code"] == 2'
	assert_json 'j["items"][0]["needs"]' '["cap_sys_resource"]'
	lowmemctl apply --json "$PROFILE"
	assert_json '[i["result"] for i in j["items"]]' '["done", null]'
	assert_json 'j["changed"] and j["in_sync"] and j["exit_code"] == 0'
	lowmemctl diff --json "$PROFILE"
	assert_json 'j["in_sync"] and j["exit_code"] == 0'
}

@test "processes: a second apply changes nothing and makes no entry" {
	rule '{match: {comm: "*"}, oom_score_adj: 10}'
	lowmemctl apply "$PROFILE"
	untouched lowmemctl apply "$PROFILE"
	assert_equal "$(entries)" 1
}

@test "processes: PID 1, kernel threads and zombies are nobody's" {
	process 2 kthreadd ppid=0 vsize=0
	process 30 kswapd0 ppid=2 vsize=0
	process 900 gone state=Z vsize=0
	rule '{match: {comm: "*"}, oom_score_adj: 10}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[i["pid"] for i in j["items"]]' '[400, 812]'
	assert_adj 1 0
	assert_adj 30 0
	assert_adj 900 0
}

@test "processes: every field can be matched" {
	process 813 worker ppid=812 cmdline='worker: one' cgroup=4:memory:/docker/0a
	echo 'root:x:0:0:root:/root:/bin/sh' >"$SYSROOT/etc/passwd"
	echo 'wheel:x:0:' >"$SYSROOT/etc/group"
	rule '{name: a, match: {exe: sshd, unit: ssh, user: root, group: wheel, parent: systemd}, oom_score_adj: 1}' \
		'{name: b, match: {cmdline: "worker: *", parent: sshd, cgroup: "/docker/*"}, oom_score_adj: 2}' \
		'{name: c, match: {cmdline_regex: "^bash( -l)?$", user: 1000}, oom_score_adj: 3}'
	lowmemctl apply "$PROFILE"
	assert_adj 812 1
	assert_adj 813 2
	assert_adj 400 3
}

@test "processes: the first rule that matches wins, of the later profile first" {
	rule '{name: first, match: {comm: "ssh*"}, oom_score_adj: 1}' \
		'{name: second, match: {comm: sshd}, oom_score_adj: 2}'
	lowmemctl -2 diff --json "$PROFILE"
	assert_json 'j["items"][0]["rule"]' first
	local low=$PROFILE
	profile high <<<$'version: 1\nprocesses: [{name: third, match: {comm: sshd}, oom_score_adj: 3}]'
	lowmemctl -2 diff --json "$low" "$PROFILE"
	assert_json 'j["items"][0]["rule"]' third
}

@test "processes: a clamp changes what is outside" {
	process 500 chrome adj=301
	process 501 chromium adj=200
	rule '{match: {comm: "chrom*"}, oom_score_adj: {max: 300}}'
	lowmemctl apply "$PROFILE"
	assert_adj 500 300
	assert_adj 501 200
}

@test "processes: children: reset takes back what was handed down, and nothing else" {
	process 812 sshd adj=-1000
	process 820 sshd ppid=812 adj=-1000 cmdline='sshd: alice'
	process 821 bash ppid=820 adj=-1000
	process 822 chrome ppid=821 adj=300
	process 830 other adj=-1000
	rule '{name: daemon, match: {cmdline: sshd}, oom_score_adj: -1000, children: reset}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[(i["pid"], i["action"]) for i in j["items"]]' \
		'[[812, "none"], [820, "write"], [821, "write"]]'
	assert_adj 820 0
	assert_adj 821 0
	assert_adj 822 300
	assert_adj 830 -1000
	untouched lowmemctl apply "$PROFILE"
	lowmemctl revert
	assert_adj 821 -1000
}

@test "processes: what would leave nothing to kill is refused, and done with --force" {
	rule '{match: {comm: "*"}, oom_score_adj: -1000}'
	untouched lowmemctl -1 apply "$PROFILE"
	assert_output --partial 'nothing would be left that the OOM killer can kill'
	untouched lowmemctl -1 diff "$PROFILE"
	lowmemctl -2 diff --force "$PROFILE"
	assert_line --partial 'apply --force'
	lowmemctl apply --force "$PROFILE"
	assert_adj 400 -1000
	assert_adj 812 -1000
	lowmemctl diff "$PROFILE"
}

@test "processes: a rule that leaves something is not refused" {
	rule '{match: {comm: sshd}, oom_score_adj: -1000}'
	lowmemctl apply "$PROFILE"
	assert_adj 812 -1000
}

@test "processes: oom_adj is converted, and written as such where there is nothing else" {
	rule '{match: {comm: sshd}, oom_adj: 1}'
	lowmemctl apply "$PROFILE"
	assert_adj 812 58
	rm "$SYSROOT/proc/812/oom_score_adj"
	echo 0 >"$SYSROOT/proc/812/oom_adj"
	lowmemctl apply "$PROFILE"
	assert_equal "$(<"$SYSROOT/proc/812/oom_adj")" 1
	lowmemctl verify "$PROFILE"
}

@test "processes: a kernel without both files has no such knob" {
	rm "$SYSROOT/proc/812/oom_score_adj"
	rule '{match: {comm: sshd}, oom_adj: 1}'
	untouched lowmemctl -69 apply "$PROFILE"
	assert_output --partial 'neither oom_score_adj nor oom_adj'
}

@test "processes: what cannot be read is told, and is no difference" {
	rm "$SYSROOT/proc/812/exe"
	echo no-link >"$SYSROOT/proc/812/exe"
	rule '{name: r, match: {comm: sshd, exe: "*sshd"}, oom_score_adj: 1}'
	lowmemctl diff "$PROFILE"
	assert_output --partial 'its exe may not be read'
}

@test "processes: a user that this host lacks is told" {
	rule '{name: r, match: {user: no-such-user}, oom_score_adj: 1}'
	lowmemctl diff "$PROFILE"
	assert_output --partial "there is no user 'no-such-user'"
}

@test "processes: revert leaves alone who has another's number" {
	rule '{match: {comm: sshd}, oom_score_adj: 5}'
	lowmemctl apply "$PROFILE"
	process 812 other adj=5 start=99999
	lowmemctl revert
	assert_output --partial 'the process has ended'
	assert_adj 812 5
}

@test "processes: revert leaves alone what changed since" {
	rule '{match: {comm: sshd}, oom_score_adj: 5}'
	lowmemctl apply "$PROFILE"
	echo 7 >"$SYSROOT/proc/812/oom_score_adj"
	untouched lowmemctl -1 revert
	assert_output --partial 'changed since'
	lowmemctl revert --force
	assert_adj 812 0
}

@test "processes: a name cannot write to the terminal, the journal or the record" {
	process 812 $'\e[2J\nend x'
	printf '\e[2J\nend x\n' >"$SYSROOT/proc/812/comm"
	rule '{match: {cmdline: "*[[]2J*"}, oom_score_adj: 5}'
	lowmemctl -2 diff "$PROFILE"
	refute_output --partial $'\e'
	assert_output --partial '\x1b[2J'
	lowmemctl apply "$PROFILE"
	assert_adj 812 5
	lowmemctl revert
	assert_adj 812 0
}

@test "processes: a tree without any has none that rules are for" {
	rm -r "$SYSROOT"/proc/[0-9]*
	rule '{name: r, match: {comm: sshd}, oom_score_adj: 1}'
	lowmemctl verify "$PROFILE"
	lowmemctl apply "$PROFILE"
	assert_output --partial 'no process matches it now'
	rm -r "$SYSROOT/proc"
	lowmemctl diff "$PROFILE"
}

@test "processes: what looks like one and is none is passed over" {
	ln -s 812 "$SYSROOT/proc/813"
	mkdir -p "$SYSROOT/proc/007" "$SYSROOT/proc/12x" "$SYSROOT/proc/99999999999"
	: >"$SYSROOT/proc/814"
	process 815 pipe
	rm "$SYSROOT/proc/815/comm"
	mkfifo "$SYSROOT/proc/815/comm"
	rule '{match: {comm: "s*"}, oom_score_adj: 1}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[i["pid"] for i in j["items"]]' '[812]'
}

@test "processes: persist and the boot side leave them alone" {
	rule '{name: r, match: {comm: sshd}, oom_score_adj: 1}'
	lowmemctl persist --dry-run "$PROFILE"
	assert_output --partial "are left to 'apply' and 'watch'"
}

# Real ones.

# start [COMMAND...]: a process of this test's own, called by its own name; its pid is $PID
start() {
	NAME=lmc$$-${#started[@]}
	cp "$(command -v sleep)" "$BATS_TEST_TMPDIR/$NAME"
	unset SYSROOT
	"$@" "$BATS_TEST_TMPDIR/$NAME" 300 3>&- &
	PID=$!
	disown "$PID"
	started+=("$PID")
	eventually grep -qx "${NAME:0:15}" "/proc/$PID/comm"
}

# private COMMAND...: with a journal of its own
private() {
	requires root unshare
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
	# shellcheck disable=SC2016 # the inner shell expands it
	bounded unshare -m --propagation private bash -euc '
		mount -t tmpfs tmpfs /run
		mkdir -p /var/lib/lowmemctl
		mount -t tmpfs tmpfs /var/lib/lowmemctl
		'"$1"
}

@test "processes: a real one is raised, and put back" {
	start
	local before
	before=$(<"/proc/$PID/oom_score_adj")
	((before < 900)) || skip "this test itself is at $before"
	rule "{match: {comm: \"$NAME\"}, oom_score_adj: 900}"
	export LOWMEMCTL PROFILE PID before
	# shellcheck disable=SC2016
	run private '
		"$LOWMEMCTL" diff "$PROFILE" && exit 1
		"$LOWMEMCTL" apply "$PROFILE"
		[[ $(</proc/$PID/oom_score_adj) == 900 ]]
		"$LOWMEMCTL" apply --json "$PROFILE" | grep "\"changed\":false"
		"$LOWMEMCTL" verify "$PROFILE"
		"$LOWMEMCTL" revert
		[[ $(</proc/$PID/oom_score_adj) == "$before" ]]
	'
	assert_success
}

@test "processes: a rule that is for lowmemctl, too, is in sync after one apply" {
	start
	cp "$(command -v "$LOWMEMCTL")" "$BATS_TEST_TMPDIR/$NAME-it"
	rule "{match: {comm: \"${NAME:0:13}*\"}, oom_score_adj: 900}"
	export PROFILE SELF=$BATS_TEST_TMPDIR/$NAME-it
	# shellcheck disable=SC2016
	run private '
		"$SELF" apply --json "$PROFILE" | grep "\"done\":1,"
		"$SELF" verify "$PROFILE"
	'
	assert_success
	assert_equal "$(<"/proc/$PID/oom_score_adj")" 900
}

@test "processes: one that was killed has ended, for revert" {
	start
	rule "{match: {comm: \"$NAME-x\"}, oom_score_adj: 900}"
	ln "$BATS_TEST_TMPDIR/$NAME" "$BATS_TEST_TMPDIR/$NAME-x"
	export LOWMEMCTL PROFILE PROGRAM=$BATS_TEST_TMPDIR/$NAME-x
	# shellcheck disable=SC2016
	run private '
		"$PROGRAM" 60 3>&- &
		until "$LOWMEMCTL" apply --json "$PROFILE" | grep "\"done\":1,"; do sleep 0.05; done
		[[ $(</proc/$!/oom_score_adj) == 900 ]]
		kill -9 $!
		wait $! || true
		"$LOWMEMCTL" revert
		"$LOWMEMCTL" history
	'
	assert_success
	assert_output --partial 'the process has ended'
	assert_output --partial 'reverted'
}

@test "processes: lowering without CAP_SYS_RESOURCE is 77, and nothing is touched" {
	requires setpriv
	start
	rule "{match: {comm: \"$NAME\"}, oom_score_adj: -1000}"
	local before
	before=$(<"/proc/$PID/oom_score_adj")
	((before > -1000)) || skip "this test itself is at $before"
	export LOWMEMCTL PROFILE
	# shellcheck disable=SC2016
	run private 'setpriv --bounding-set -sys_resource "$LOWMEMCTL" apply "$PROFILE"'
	assert_failure 77
	assert_output --partial 'needs cap_sys_resource in the initial user namespace'
	assert_equal "$(<"/proc/$PID/oom_score_adj")" "$before"
}

@test "processes: another's without CAP_DAC_OVERRIDE is 77, with its name" {
	requires root setpriv
	chmod go+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	start setpriv --reuid 65534 --regid 65534 --clear-groups
	rule "{match: {comm: \"$NAME\"}, oom_score_adj: 900}"
	export LOWMEMCTL PROFILE
	# shellcheck disable=SC2016
	run private 'setpriv --bounding-set -dac_override "$LOWMEMCTL" apply "$PROFILE"'
	assert_failure 77
	assert_output --partial 'needs cap_dac_override'
	refute [ "$(<"/proc/$PID/oom_score_adj")" = 900 ]
	# shellcheck disable=SC2016
	run private '"$LOWMEMCTL" apply "$PROFILE"'
	assert_success
	assert_equal "$(<"/proc/$PID/oom_score_adj")" 900
}

@test "processes: one's own need no privilege" {
	requires root setpriv
	unprivileged
	start setpriv --reuid 65534 --regid 65534 --clear-groups
	rule "{match: {comm: \"$NAME\"}, oom_score_adj: 900}"
	lowmemctl -2 diff "$PROFILE"
	lowmemctl apply --dry-run "$PROFILE"
}

@test "processes: those that hidepid hides are told of" {
	requires root setpriv
	unprivileged
	start
	rule "{match: {comm: \"$NAME\"}, oom_score_adj: 900}"
	export LOWMEMCTL PROFILE
	local mode
	for mode in 1 2; do
		# shellcheck disable=SC2016
		run --separate-stderr private 'mount -t proc -o hidepid='$mode' proc /proc 2>/dev/null || exit 99
			"$LOWMEMCTL" verify --json "$PROFILE"'
		[[ $status != 99 ]] || skip "proc cannot be mounted with hidepid here"
		assert_success
		assert_json '[d["severity"] for d in j["diagnostics"]]' '["warning"]'
		assert_json '"hidepid" in j["diagnostics"][0]["message"]'
		assert_json '[i["action"] for i in j["items"]]' '["skip"]'
	done
}

@test "processes: revert does not touch who got the number of one that ended" {
	requires root unshare
	unshare --pid --fork --mount-proc true 2>/dev/null || skip "cannot make a PID namespace here"
	unshare --pid --fork --mount-proc sh -c 'echo 50 >/proc/sys/kernel/ns_last_pid' 2>/dev/null ||
		skip "cannot choose the next PID here"
	unset SYSROOT
	profile p <<<$'version: 1\nprocesses: [{match: {comm: sleep}, oom_score_adj: 900}]'
	export LOWMEMCTL PROFILE
	# shellcheck disable=SC2016
	run private 'unshare --pid --fork --mount-proc bash -euc '\''
		echo 100 >/proc/sys/kernel/ns_last_pid
		sleep 60 3>&- &
		old=$!
		until [[ $(cat /proc/$old/comm) == sleep ]]; do :; done
		"$LOWMEMCTL" apply "$PROFILE"
		[[ $(cat /proc/$old/oom_score_adj) == 900 ]]
		kill -9 $old
		wait $old || true
		# in one and the same hundredth of a second there are not two of them
		sleep 0.02
		echo $((old - 1)) >/proc/sys/kernel/ns_last_pid
		sleep 60 3>&- &
		[[ $! == "$old" ]]
		echo 900 >/proc/$!/oom_score_adj
		until [[ $(cat /proc/$!/comm) == sleep ]]; do :; done
		"$LOWMEMCTL" revert
		[[ $(cat /proc/$!/oom_score_adj) == 900 ]]
		kill -9 $!
	'\'
	assert_success
	assert_output --partial 'the process has ended'
}
