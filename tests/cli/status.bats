#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# status: what is the matter with a host's memory, on one screen.

load cli

setup() { memory i686-pae-lowmem-1; }

# Who holds a file, or looks again and again, must not outlive the test.
teardown() {
	((${#OWN[@]} == 0)) || kill "${OWN[@]}" 2>/dev/null || true
	no_screen
}

MEMORY=$TESTS/fixtures/memory

# memory NAME: this test's own writable copy of one of the hosts of all eras
memory() {
	SYSROOT=$BATS_TEST_TMPDIR/root
	rm -rf "$SYSROOT"
	cp -R "$MEMORY/$1" "$SYSROOT"
	chmod -R u=rwX,go=rX "$SYSROOT"
}

# on COLUMNS ARG...: as lowmemctl, on a terminal of that width
on() {
	requires script stty
	run bounded env TERM=xterm script -qec \
		"stty cols $1 rows 50; exec ${LOWMEMCTL@Q} --root ${SYSROOT@Q} ${*:2}" /dev/null </dev/null
	output=${output//$'\r'/}
}

# active NAME <<EOF: a profile as persist would have made it active
active() {
	mkdir -p "$SYSROOT/etc/lowmemctl/active.d"
	cat >"$SYSROOT/etc/lowmemctl/active.d/$1.yaml"
	chmod 0644 "$SYSROOT/etc/lowmemctl/active.d/$1.yaml"
}

# hold FILE: somebody who has a lock on it until the test ends
hold() {
	requires flock
	flock "$1" sleep 60 3>&- &
	OWN+=("$!")
	eventually held "$1"
}

held() { [[ -e $1 ]] && run ! flock -n "$1" true && ((status != 0)); }

# daemon PID <<EOF: one that runs with this pid, and this document
daemon() {
	mkdir -p "$SYSROOT/run/lowmemctl"
	cat >"$SYSROOT/run/lowmemctl/watch.json"
	echo "$1" >"$SYSROOT/run/lowmemctl/watch.pid"
	hold "$SYSROOT/run/lowmemctl/watch.pid"
}

@test "status: on a 32-bit host in trouble" {
	on 80 status --color=never
	assert_golden golden/status-i686-pae-lowmem-1.txt
}

@test "status: the same with more than ASCII" {
	locale -a 2>/dev/null | grep -qix 'c\.utf-\?8' || skip "no locale with UTF-8"
	LC_ALL=C.UTF-8 on 80 status --color=never
	assert_golden golden/status-i686-pae-lowmem-1-utf8.txt
}

@test "status: on hosts of other eras" {
	local host
	for host in linux-6.18-x86_64 rhel3-2.4.21-i686 rhel4-2.6.9-x86_64 rhel8-4.18-x86_64-numa \
		rhel9-5.14-aarch64-64k; do
		memory "$host"
		on 80 status --color=never
		assert_golden "golden/status-$host.txt"
	done
}

@test "status: the first line says that low memory runs out, where it does" {
	local host
	for host in i686-pae-lowmem-1 i686-pae-lowmem-3 i686-pae-lowmem-5 i686-lowmem-1; do
		memory "$host"
		lowmemctl status
		assert_regex "${lines[0]}" '^(ALARM: low memory is running out|warning: low memory runs short): '
		memory "$host-early"
		lowmemctl status
		assert_equal "${lines[0]}" 'Nothing is short.'
	done
	memory i686-pae-global-1
	lowmemctl status
	assert_regex "${lines[0]}" '^(ALARM|warning|note): memory '
}

@test "status: no line is wider than the terminal" {
	local host
	for host in "$MEMORY"/*/; do
		memory "$(basename "$host")"
		on 80 status --color=never
		assert_equal "$status" 0
		assert_equal "$(awk 'length > 80' <<<"$output")" ''
		((${#lines[@]} > 10))
		on 60 status --color=never
		assert_equal "$(awk 'length > 60' <<<"$output")" ''
	done
}

@test "status: colour on a terminal, and none where it is not wanted" {
	on 80 status
	assert_output --partial $'\e[1;31mALARM:'
	NO_COLOR=1 on 80 status
	refute_output --partial $'\e'
	on 80 status --color=never
	refute_output --partial $'\e'
	lowmemctl status
	refute_output --partial $'\e'
	lowmemctl status --color=always
	assert_output --partial $'\e[1;31mALARM:'
}

@test "status: --json has what the contract names" {
	lowmemctl status --json
	assert_json '[j["schema"], j["command"], j["exit_code"]]' '["lowmemctl/1", "status", 0]'
	assert_json '[j["memory"][k] for k in ("total_kib", "free_kib", "low_total_kib", "low_free_kib", "high_total_kib", "high_free_kib", "swap_total_kib", "swap_free_kib")]' \
		'[4060312, 3265808, 767248, 48112, 3293064, 3217696, 0, 0]'
	assert_json '[z["zone"] for z in j["zones"]]' '["DMA", "Normal", "HighMem"]'
	assert_json '[j["zones"][1][k] for k in ("node", "zone", "free_kib", "min_kib", "low_kib", "high_kib", "reserve_kib", "free_blocks")]' \
		'[0, "Normal", 44260, 37144, 46428, 55712, [0, 0, 102908, 102908], [11, 1, 3, 4, 4, 2, 4, 5, 3, 0, 9]]'
	assert_json '[j["strains"][0][k] for k in ("kind", "level")]' '["low_memory", "alarm"]'
	assert_json '[(z["usable_for_users"], z["usable_for_kernel"]) for z in j["zones"]]' \
		'[[false, true], [false, true], [true, false]]'
	assert_json '[j[k] for k in ("pressure", "oom_kills", "profiles", "drift", "trial", "left_out", "diagnostics")]' \
		'[null, null, [], null, null, [], []]'
	assert_json 'j["watch"]["running"]' false
}

# What the kernel's own formula makes of buddyinfo, in another language.
@test "status: the unusable index is the kernel's, on all hosts" {
	local host
	for host in "$MEMORY"/*/; do
		memory "$(basename "$host")"
		lowmemctl status --json
		ROOT=$SYSROOT assert_json '(lambda f: all(
			z["unusable"] == [1000 if not sum(n << k for k, n in enumerate(z["free_blocks"])) else
				sum(n << k for k, n in enumerate(z["free_blocks"]) if k < o) * 1000 //
				sum(n << k for k, n in enumerate(z["free_blocks"])) for o in range(len(z["free_blocks"]))]
			and any(l.split()[1].strip(",") == str(z["node"]) and l.split()[3] == z["zone"] and
				list(map(int, l.split()[4:])) == z["free_blocks"] for l in f)
			for z in j["zones"]))(open(__import__("os").environ["ROOT"] + "/proc/buddyinfo").readlines()
				if __import__("os").path.exists(__import__("os").environ["ROOT"] + "/proc/buddyinfo") else [])'
	done
}

@test "status: on 64 bits all memory is low memory" {
	memory linux-6.18-x86_64
	lowmemctl status
	assert_line --regexp '^Low memory .* all memory is low memory \(no HighMem\)$'
	refute_output --partial 'High memory'
	lowmemctl status --json
	assert_json '[j["memory"][a] == j["memory"][b] for a, b in (("low_total_kib", "total_kib"), ("low_free_kib", "free_kib"))]' '[true, true]'
	assert_json '[j["memory"]["high_total_kib"], j["memory"]["high_free_kib"]]' '[0, 0]'
	assert_json '[j["oom_kills"], sorted(j["pressure"]), j["pressure"]["some_avg10"]]' \
		'[0, ["full_avg10", "full_avg300", "full_avg60", "some_avg10", "some_avg300", "some_avg60"], 0.0]'
}

@test "status: what a kernel does not tell is null, and said" {
	memory rhel4-2.6.9-x86_64
	lowmemctl status
	assert_output --partial '(before Linux 2.6.13 there is no /proc/zoneinfo)'
	lowmemctl status --json
	assert_json '[j["zones"][0][k] for k in ("min_kib", "low_kib", "high_kib", "reserve_kib", "usable_for_users")]' '[null, null, null, null, null]'
	assert_json 'j["zones"][0]["free_kib"] > 0 and j["memory"]["available_kib"] is None'
	memory rhel3-2.4.21-i686
	lowmemctl status
	assert_output --partial "SysRq-m writes them to the kernel's log"
	lowmemctl status --json
	assert_json '[j["zones"], j["memory"]["high_total_kib"] > 0]' '[[], true]'
}

@test "status: zones of several nodes have their number" {
	memory rhel8-4.18-x86_64-numa
	lowmemctl status
	assert_line --regexp '^Normal/0 .*>$'
	assert_line --regexp '^Normal/1 .* \[=*:+m'
	lowmemctl status --json
	assert_json '[(z["node"], z["zone"]) for z in j["zones"]]' '[[0, "DMA"], [0, "DMA32"], [0, "Normal"], [1, "Normal"]]'
}

@test "status: without meminfo it is 1, and says so" {
	rm "$SYSROOT/proc/meminfo"
	lowmemctl -1 status
	assert_output ''
	assert_stderr 'lowmemctl: error: cannot read /proc/meminfo: No such file or directory'
	lowmemctl -1 status --json
	assert_json '[j["command"], j["exit_code"], len(j["diagnostics"])]' '["status", 1, 1]'
	echo nonsense >"$SYSROOT/proc/meminfo"
	lowmemctl -1 status
	assert_stderr --partial 'cannot read /proc/meminfo: it does not say how much memory there is'
}

@test "status: -q is what is short and no more, -v is all" {
	lowmemctl status -q
	assert_equal "${#lines[@]}" 1
	assert_line --index 0 --regexp '^ALARM: low memory'
	lowmemctl status -v
	assert_line --regexp '^Processes +anonymous 66M, mapped 3\.4M, unevictable 2\.1M$'
	assert_line '  managed 15M, kept from requests by class: 0 2.9M 15M 15M'
	assert_line --regexp '^  fragmentation index: (-1000 ){9}779 851$'
	memory i686-pae-lowmem-1-early
	lowmemctl status -q
	assert_output ''
}

@test "status: touches nothing" {
	active web <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	untouched lowmemctl status
	untouched lowmemctl status --json
}

@test "status: profiles that hold" {
	another_host modern-x86_64
	active base <<<$'version: 1\nsysctl: {vm.swappiness: 60}'
	mkdir -p "$SYSROOT/etc/sysctl.d"
	echo 'vm.swappiness = 60' >"$SYSROOT/etc/sysctl.d/10-x.conf"
	lowmemctl status
	assert_line 'Profiles     base: all hold (1)'
	lowmemctl status --json
	assert_json '[j["profiles"], j["profiles_problem"], j["drift"]["in_sync"], j["drift"]["same"], j["drift"]["items"]]' '[["base"], null, true, 1, []]'
}

@test "status: profiles that do not, which is no failure" {
	another_host modern-x86_64
	active base <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	active web <<<$'version: 1\nsysctl: {vm.page-cluster: 3, vm.vfs_cache_pressure: 150, vm.dirty_ratio: 7, vm.dirty_background_ratio: 3}'
	lowmemctl status
	assert_line --regexp '^Profiles +base, web: [45] of 5 do not hold: .*vm.swappiness is 60, want 10; .*; and [12] more$'
	lowmemctl status -v
	refute_output --partial ' more'
	lowmemctl status --json
	assert_json 'j["profiles"]' '["base", "web"]'
	assert_json '[[i[k] for k in ("key", "profile", "want", "live")] for i in j["drift"]["items"] if i["key"] == "vm.swappiness"]' '[["vm.swappiness", "base", "10", "60"]]'
	assert_json '[j["drift"]["in_sync"], j["exit_code"]]' '[false, 0]'
}

@test "status: a profile that is not valid, or does not apply, is told where it stands" {
	another_host modern-x86_64
	active web <<<$'version: 1\nsysctl: {vm.swappines: 10'
	lowmemctl status
	assert_line --regexp '^Profiles +web: .*web.yaml:[0-9]+: '
	assert_stderr ''
	lowmemctl status --json
	assert_json '[j["drift"], bool(j["profiles_problem"])]' '[null, true]'
	active web <<<$'version: 1\nwhen: {highmem: true}\nsysctl: {vm.swappiness: 10}'
	lowmemctl status
	assert_line 'Profiles     web: not applicable to this host'
}

@test "status: a trial that waits" {
	another_host modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	lowmemctl apply --trial 1m "$PROFILE"
	OWN+=("$(awk '{ print $1 }' "$SYSROOT/run/lowmemctl/trial")")
	lowmemctl status
	assert_line --regexp "^Trial +entry 1 is taken back at 20[0-9-]+ [0-9:]+ unless 'lowmemctl confirm' comes first \(pid ${OWN[0]}\)\$"
	lowmemctl status --json
	assert_json '[j["trial"]["id"], j["trial"]["pid"], j["trial_problem"]]' "[1, ${OWN[0]}, null]"
	assert_json 'len(j["trial"]["until"])' 20
	lowmemctl confirm
	lowmemctl status
	refute_output --partial Trial
}

# an entry of the journal as a run leaves it that has no end
open_entry() {
	mkdir -p "$SYSROOT/var/lib/lowmemctl/journal"
	printf '%s\n' 'lowmemctl journal 1' 'command apply' 'profiles web.yaml' 'started 1795492684' 'boot ' \
		'item proc/sys/vm/swappiness' 'key vm.swappiness' 'found 60' 'value 10' \
		'undo proc/sys/vm/swappiness' 'restore 60' 'begin ' >"$SYSROOT/var/lib/lowmemctl/journal/000007"
}

@test "status: a run that was cut off, unless one is at work" {
	another_host modern-x86_64
	open_entry
	TZ=UTC untouched lowmemctl status
	assert_line "Cut off      apply of web.yaml was cut off at 2026-11-24 03:58:04, part of it may be in force: 'lowmemctl revert 7' puts it back"
	lowmemctl status --json
	assert_json '[j["cut_off"], j["exit_code"]]' '[{"id": 7, "command": "apply", "profiles": "web.yaml", "started": "2026-11-24T03:58:04Z"}, 0]'
	mkdir -p "$SYSROOT/run/lowmemctl"
	hold "$SYSROOT/run/lowmemctl/lock"
	lowmemctl status
	refute_output --partial 'Cut off'
	lowmemctl status --json
	assert_json 'j["cut_off"]' null
	# as after a reboot
	rm "$SYSROOT/run/lowmemctl/lock"
	lowmemctl status
	assert_output --partial 'Cut off'
	echo 'end applied' >>"$SYSROOT/var/lib/lowmemctl/journal/000007"
	lowmemctl status
	refute_output --partial 'Cut off'
}

@test "status: who may not open the lock hears nothing of a run that was cut off" {
	requires root
	another_host modern-x86_64
	open_entry
	mkdir -p "$SYSROOT/run/lowmemctl"
	(umask 077 && : >"$SYSROOT/run/lowmemctl/lock")
	unprivileged
	lowmemctl status
	assert_stderr ''
	refute_output --partial 'Cut off'
}

@test "status: one profile that is not valid does not cost the others" {
	another_host modern-x86_64
	active base <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	active web <<<$'version: 1\nsysctl: {vm.dirty_ratio: abc}'
	lowmemctl status
	assert_line --regexp '^Profiles +base, web: .*web.yaml:2: vm.dirty_ratio: abc is not a number: .*; the others: 1 of 1 does not hold: vm.swappiness is 60, want 10'
	assert_stderr ''
	lowmemctl status --json
	assert_json '[j["drift"]["in_sync"], "web.yaml:2" in j["profiles_problem"]]' '[false, true]'
}

@test "status: what a best-effort apply left out" {
	mkdir -p "$SYSROOT/var/lib/lowmemctl"
	printf '# a.yaml\nvm.none\tthis kernel does not have it\n' >"$SYSROOT/var/lib/lowmemctl/left-out"
	lowmemctl status
	assert_line 'Left out     by the last best-effort apply of a.yaml: vm.none (this kernel does not have it)'
	lowmemctl status --json
	assert_json 'j["left_out"]' '[{"key": "vm.none", "reason": "this kernel does not have it", "profiles": "a.yaml"}]'
}

@test "status: the daemon says how it is doing" {
	daemon 812 <<-'JSON'
		{"schema":"lowmemctl/1","command":"watch","pid":812,"mode":"events","rules":3,"processes":120,"changed":4,"denied":1,"drifted":0,"lost":2,"latency_us":{"p50":32,"p99":80,"histogram":[[32,4]]},"schedules":[{"profile":"base","key":"@daily","next":1764115200,"last":1764028800,"freed_kib":122880,"took_ms":320,"skipped":null},{"profile":"web","key":"every 6h","next":1764115200,"last":null,"freed_kib":null,"took_ms":null,"skipped":"tasks wait for memory"}]}
	JSON
	touch -d @1764052421 "$SYSROOT/run/lowmemctl/watch.json"
	TZ=UTC lowmemctl status
	assert_line 'Watch        runs (pid 812): events, 3 rules, 120 processes, 4 changed, 1 denied, 2 lost; latency p50 32 us, p99 80 us (as of 2025-11-25 06:33:41)'
	assert_line 'Schedule     base @daily: next 2025-11-26 00:00:00; last 2025-11-25 00:00:00 freed 120M in 320 ms'
	assert_line 'Schedule     web every 6h: next 2025-11-26 00:00:00'
	lowmemctl status --json
	assert_json '[j["watch"][k] for k in ("running", "pid", "mode", "rules", "lost", "p99_us", "problem")]' '[true, 812, "events", 3, 2, 80, null]'
	assert_json '[s["next"] for s in j["watch"]["schedules"]]' '["2025-11-26T00:00:00Z", "2025-11-26T00:00:00Z"]'
	assert_json '[j["watch"]["schedules"][1][k] for k in ("last", "freed_kib", "skipped")]' '[null, null, "tasks wait for memory"]'
}

@test "status: what a daemon that ended badly said is not believed" {
	mkdir -p "$SYSROOT/run/lowmemctl"
	echo 812 >"$SYSROOT/run/lowmemctl/watch.pid"
	echo '{"pid":812,"mode":"events"}' >"$SYSROOT/run/lowmemctl/watch.json"
	lowmemctl status
	assert_line 'Watch        does not run'
	daemon 813 <<<'{"pid":812,"mode":"events"}'
	lowmemctl status
	assert_line --regexp '^Watch +runs \(pid 813\): what it says of itself .* cannot be understood'
	local bad
	for bad in '' '[]' '{' 'pid: 813' '{"pid":813,"mode":7,"rules":"x","latency_us":3,"schedules":[4,{}]}'; do
		echo "$bad" >"$SYSROOT/run/lowmemctl/watch.json"
		lowmemctl status
		assert_line --regexp '^Watch +runs \(pid 813\): '
		lowmemctl status --json
		assert_json 'j["watch"]["rules"]' null
	done
	rm "$SYSROOT/run/lowmemctl/watch.json"
	lowmemctl status
	assert_line 'Watch        runs (pid 813): it has not said how it is doing yet'
}

@test "status: a real watch is seen" {
	requires root
	another_host modern-x86_64
	mkdir -p "$SYSROOT/etc/lowmemctl/active.d"
	"$LOWMEMCTL" --root "$SYSROOT" watch --scan 1s 3>&- 2>/dev/null &
	OWN+=("$!")
	eventually test -e "$SYSROOT/run/lowmemctl/watch.json"
	lowmemctl status
	assert_line --regexp "^Watch +runs \(pid ${OWN[0]}\): scan, 0 rules, "
}

@test "status: who is not root is told what is not to be had, in a word" {
	requires root
	mkdir -p "$SYSROOT/run/lowmemctl" "$SYSROOT/var/lib/lowmemctl"
	echo 1 >"$SYSROOT/run/lowmemctl/trial"
	echo '# x' >"$SYSROOT/var/lib/lowmemctl/left-out"
	chmod 0600 "$SYSROOT/run/lowmemctl/trial" "$SYSROOT/var/lib/lowmemctl/left-out"
	unprivileged
	lowmemctl status
	assert_stderr ''
	assert_line 'Trial        whether one waits only root can tell'
	assert_line 'Left out     what was left out only root can tell'
	lowmemctl status --json
	assert_json '[j["trial"], j["trial_problem"], j["exit_code"]]' '[null, "whether one waits only root can tell", 0]'
}

@test "status: --watch takes a duration, and no --json" {
	local bad
	for bad in 0 -1 x '' 2d 25h 1x; do
		lowmemctl -64 status --watch "$bad"
		assert_stderr --partial "--watch takes a duration of at most a day, such as 2s or 1m, not '$bad'"
	done
	lowmemctl -64 status --watch 2s --json
	assert_json '[j["exit_code"], j["diagnostics"][0]["message"]]' '[64, "--json is one document: it does not go with --watch"]'
	lowmemctl -64 status extra
}

@test "status: --watch writes one picture after the other where there is no terminal" {
	"$LOWMEMCTL" --root "$SYSROOT" status --watch 1s >"$BATS_TEST_TMPDIR/log" 3>&- &
	OWN+=("$!")
	eventually grep -q '^ALARM' "$BATS_TEST_TMPDIR/log"
	cp -R "$MEMORY/i686-pae-lowmem-1-early/proc/." "$SYSROOT/proc"
	eventually grep -q '^Nothing is short' "$BATS_TEST_TMPDIR/log"
	output=$(cat "$BATS_TEST_TMPDIR/log")
	refute_output --partial $'\e'
	assert_regex "${output%%$'\n'*}" '^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8}$'
	rm "$SYSROOT/proc/meminfo"
	run wait "${OWN[0]}"
	OWN=()
}

@test "status: --watch repaints in place, and follows the terminal" {
	screen status --watch 1s
	eventually sees '^([0-9]* more lines below)$'
	sees '^ALARM: low memory'
	assert_equal "$(pane display -p '#{cursor_flag}')" 0
	cp -R "$MEMORY/i686-pae-lowmem-1-early/proc/." "$SYSROOT/proc"
	eventually sees '^Nothing is short\.$'
	assert_equal "$(pane capture-pane -p | head -n 1)" 'Nothing is short.'
	eventually misses ALARM
	pane resize-window -x 60 -y 45
	eventually sees '^Watch '
	eventually misses 'more lines below'
	assert_equal "$(pane capture-pane -p | awk 'length > 60')" ''
	pane send-keys C-c
	eventually sees '^ended 0$'
	assert_equal "$(pane display -p '#{cursor_flag}')" 1
	sees '^Watch '
}

@test "status: --watch gives the cursor back when it is ended, or cannot go on" {
	screen status --watch 1s
	eventually sees '^ALARM: low memory'
	kill "$(pgrep -P "$(pane display -p '#{pane_pid}')" | head -n 1)"
	eventually sees '^ended 0$'
	assert_equal "$(pane display -p '#{cursor_flag}')" 1
	pane kill-server
	screen status --watch 1s
	eventually sees '^ALARM: low memory'
	rm "$SYSROOT/proc/meminfo"
	eventually sees '^lowmemctl: error: cannot read /proc/meminfo'
	eventually sees '^ended 1$'
	assert_equal "$(pane display -p '#{cursor_flag}')" 1
}
