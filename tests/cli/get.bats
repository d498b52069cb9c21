#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a host tells of a knob: live, boot, the line that decides and those that lose.

load cli

setup() { sysroot modern-x86_64; }

# conf PATH LINE...: a file of the host's persisted configuration
conf() {
	mkdir -p "$SYSROOT/${1%/*}"
	printf '%s\n' "${@:2}" >"$SYSROOT/$1"
}

# conflict: a line that somebody added in vain, as the file that is linked in comes later
conflict() {
	conf etc/sysctl.conf '# This host' 'vm.swappiness = 60'
	ln -s ../sysctl.conf "$SYSROOT/etc/sysctl.d/99-sysctl.conf"
	conf etc/sysctl.d/99-local.conf '# No swapping' '' 'vm.swappiness = 10'
}

# on_80_columns ARG...: as lowmemctl, on a terminal of that width
on_80_columns() {
	requires script stty
	run bounded env TERM=xterm script -qec \
		"stty cols 80; exec ${LOWMEMCTL@Q} --root ${SYSROOT@Q} ${*@Q}" /dev/null </dev/null
	output=${output//$'\r'/}
}

@test "get: a folder is told what stands for its knobs" {
	lowmemctl -69 get vm /sys/kernel/mm
	assert_stderr --partial "vm is a folder of knobs: 'vm.*'"
	assert_stderr --partial "/sys/kernel/mm is a folder of knobs: '/sys/kernel/mm/*'"
}

@test "get: live, boot, the deciding line, and the losers with the reason" {
	conflict
	conf usr/lib/sysctl.d/10-vendor.conf 'vm.swap* = 30'
	on_80_columns get --color=never vm.swappiness
	assert_golden golden/get-conflict.txt
}

@test "get: --json has what the contract names" {
	conflict
	lowmemctl get --json vm.swappiness
	assert_json 'j["schema"]' lowmemctl/1
	assert_json 'j["command"]' get
	assert_json 'j["loader"]' systemd
	assert_json 'j["exit_code"]' 0
	assert_json 'len(j["items"])' 1
	assert_json 'j["items"][0]["key"]' vm.swappiness
	assert_json 'j["items"][0]["live"]' 60
	assert_json 'j["items"][0]["boot"]' 60
	assert_json 'j["items"][0]["boot_from"]' '{"file": "/etc/sysctl.d/99-sysctl.conf", "line": 2}'
	assert_json 'j["items"][0]["losers"]' '[{"file": "/etc/sysctl.d/99-local.conf", "line": 3, "value": "10", "why": "/etc/sysctl.d/99-sysctl.conf:2 comes later"}]'
	assert_json 'j["items"][0]["knob"]["accepts"]' 0..200
	assert_json 'j["items"][0]["state"]' settled
	assert_json 'j["items"][0]["other_loader"]' null
	assert_json 'j["items"][0]["writers"]' '[]'
}

@test "get: several keys, in their order, by dots or slashes" {
	lowmemctl get --json vm/overcommit_memory vm.swappiness net/ipv4/conf/eth0.100/rp_filter
	assert_json '[i["key"] for i in j["items"]]' \
		'["vm.overcommit_memory", "vm.swappiness", "net.ipv4.conf.eth0/100.rp_filter"]'
}

@test "get: a pattern stands for what is there" {
	conf etc/sysctl.d/a.conf 'net.ipv4.conf.*.rp_filter = 1' 'net.ipv4.conf.lo.rp_filter = 0' '-net.ipv4.conf.all.rp_filter'
	lowmemctl get --json 'net.ipv4.conf.*.rp_filter'
	assert_json '[(i["key"].split(".")[3], i["boot"], i["boot_from"]["line"]) for i in j["items"]]' \
		'[["all", null, 3], ["default", "1", 1], ["eth0", "1", 1], ["eth0/100", "1", 1], ["lo", "0", 2]]'
	assert_json 'j["items"][4]["losers"][0]["why"]' \
		'a pattern; /etc/sysctl.d/a.conf:2 names the key, and that counts more'
}

@test "get: a file of /sys has no line at boot" {
	lowmemctl get /sys/kernel/mm/transparent_hugepage/enabled
	assert_line '  live     always'
	assert_line '  boot     sysctl.d cannot hold it: only an active profile sets it'
	lowmemctl get --json '/sys/kernel/mm/transparent_hugepage/e*'
	assert_json '[(i["kind"], i["key"], i["boot"]) for i in j["items"]]' \
		'[["sysfs", "/sys/kernel/mm/transparent_hugepage/enabled", null]]'
}

@test "get: a vector's fields are parted by blanks in text, as they are in JSON" {
	lowmemctl get net.ipv4.tcp_rmem
	assert_line --regexp '^  live +4096 [0-9]+ [0-9]+$'
	lowmemctl get --json net.ipv4.tcp_rmem
	assert_json '"\t" in j["items"][0]["live"]'
}

@test "get: an unknown key is 69, with the nearest that is known" {
	lowmemctl -69 get vm.swappines
	assert_output ''
	assert_stderr --partial 'vm.swappines is neither on this host nor known nor configured: did you mean vm.swappiness?'
	lowmemctl -69 get --json vm.nonsense vm.swappiness
	assert_json '[i["key"] for i in j["items"]]' '["vm.swappiness"]'
	assert_json 'j["exit_code"]' 69
	assert_json 'j["diagnostics"][0]["severity"]' error
}

@test "get: a pattern that finds nothing is 69" {
	lowmemctl -69 get 'vm.none*'
	assert_stderr --partial 'nothing on this host matches vm.none*'
}

@test "get: a known knob that this kernel lacks is shown, and 69" {
	lowmemctl -69 get vm.pagecache
	assert_line '  live     absent: this kernel does not have it'
	assert_line --regexp '^  knob     Share of memory'
	assert_stderr ''
}

@test "get: what is configured and not there is shown, and 69" {
	conf etc/sysctl.d/a.conf 'net.bridge.x = 1'
	lowmemctl -69 get net.bridge.x
	assert_line '  boot     1  /etc/sysctl.d/a.conf:1'
	assert_line --partial 'configured, but not there'
}

@test "get: what is no name is 64" {
	local key
	for key in '' a..b vm. /vm/swappiness vm/../x /sys/../etc/hostname /sys/./x /sys/ /proc/sys/vm/swappiness; do
		lowmemctl -64 get "$key"
		assert_output ''
		assert_stderr --partial "'$key' is no knob's name"
	done
	lowmemctl -64 get
	assert_stderr --partial 'which KEY?'
}

@test "get: -q says it by the status alone" {
	lowmemctl get -q vm.swappiness
	assert_output ''
	assert_stderr ''
	lowmemctl -69 get -q vm.pagecache
	assert_output ''
	lowmemctl get -q --json vm.swappiness
	assert_json 'len(j["items"])' 1
}

@test "get: what cannot be read is told, and never touched" {
	lowmemctl get vm.drop_caches
	assert_line '  live     cannot be read: it holds nothing'
	lowmemctl get 'vm.drop*'
	assert_line '  live     cannot be read: it holds nothing'
	lowmemctl get vm.swappiness
	untouched lowmemctl get 'vm.*'
}

@test "get: without privilege it tells of a file that it may not read" {
	conf etc/sysctl.d/a.conf 'vm.swappiness = 5'
	conf etc/sysctl.d/secret.conf 'vm.swappiness = 10'
	chmod 0600 "$SYSROOT/etc/sysctl.d/secret.conf"
	if ((EUID != 0)); then chmod 0 "$SYSROOT/etc/sysctl.d/secret.conf"; fi
	unprivileged
	lowmemctl get vm.swappiness
	assert_line '  boot     5  /etc/sysctl.d/a.conf:1'
	assert_stderr --partial 'warning: /etc/sysctl.d/secret.conf cannot be read, and counts as empty: Permission denied'
}

@test "get: a bad line is a warning with its place, told once" {
	conf etc/sysctl.d/a.conf '# fine' 'vm.swappiness 10' 'vm.swappiness = 11'
	lowmemctl get vm.swappiness
	assert_line '  boot     11  /etc/sysctl.d/a.conf:3'
	assert_stderr --partial "/etc/sysctl.d/a.conf:2: warning: the line is ignored: there is no '=' in it"
	assert_equal "$(grep -c warning <<<"$stderr")" 1
	lowmemctl get --json vm.swappiness
	assert_json '[(d["severity"], d["file"], d["line"]) for d in j["diagnostics"]]' \
		'[["warning", "/etc/sysctl.d/a.conf", 2]]'
}

@test "get: a pipe among the files does not stop it" {
	mkfifo "$SYSROOT/etc/sysctl.d/a.conf"
	conf etc/sysctl.d/b.conf 'vm.swappiness = 10'
	lowmemctl get vm.swappiness
	assert_line '  boot     10  /etc/sysctl.d/b.conf:1'
	assert_stderr --partial '/etc/sysctl.d/a.conf is a pipe'
}

@test "get: what the other loader would make of it" {
	conf etc/sysctl.conf 'vm.swappiness = 20'
	conf etc/sysctl.d/a.conf 'vm.swappiness = 10'
	lowmemctl get vm.swappiness
	assert_line '  boot     10  /etc/sysctl.d/a.conf:1'
	assert_line '  loses    20  /etc/sysctl.conf:1'
	assert_line '             systemd-sysctl does not read this file'
	assert_line '  procps   would make it 20  /etc/sysctl.conf:1'
	assert_line 'Loader: systemd (systemd-sysctl)'
	lowmemctl get --json vm.swappiness
	assert_json 'j["items"][0]["other_loader"]' \
		'{"loader": "procps", "boot": "20", "boot_from": {"file": "/etc/sysctl.conf", "line": 1}}'
}

@test "get: --loader has the last word" {
	conf etc/sysctl.conf 'vm.swappiness = 20'
	conf etc/sysctl.d/a.conf 'vm.swappiness = 10'
	lowmemctl get --loader procps vm.swappiness
	assert_line '  boot     20  /etc/sysctl.conf:1'
	assert_line '  systemd  would make it 10  /etc/sysctl.d/a.conf:1'
	assert_line 'Loader: procps (sysctl --system of procps 4)'
	lowmemctl get --loader=sysctl.conf vm.swappiness
	assert_line '  boot     20  /etc/sysctl.conf:1'
	refute_output --partial 'would make it'
	lowmemctl --loader systemd get vm.swappiness
	assert_line '  boot     10  /etc/sysctl.d/a.conf:1'
}

@test "get: busybox reads nothing behind a value that the kernel refuses" {
	rm -rf "$SYSROOT"/{etc,run,usr/lib,lib}/sysctl.d "$SYSROOT"/run/systemd "$SYSROOT"{,/usr}/sbin/init
	mkdir -p "$SYSROOT/sbin"
	ln -sf /bin/busybox "$SYSROOT/sbin/sysctl"
	conf etc/sysctl.conf 'vm.swappiness = 20' 'vm.dirty_ratio = 300' 'vm.swappiness = 10'
	lowmemctl get vm.swappiness vm.dirty_ratio
	assert_line '  boot     20  /etc/sysctl.conf:1'
	assert_line '  loses    10  /etc/sysctl.conf:3'
	assert_line '             the kernel refuses the value in /etc/sysctl.conf:2, and there the loader stops'
	assert_line '             the kernel refuses it: it is outside of what it takes'
	assert_line 'Loader: busybox (sysctl -p /etc/sysctl.conf of busybox)'
	lowmemctl --loader sysctl.conf get vm.swappiness
	assert_line '  boot     10  /etc/sysctl.conf:3'
}

@test "get: a loader that there is not is 64" {
	lowmemctl -64 get --loader systemctl vm.swappiness
	assert_output ''
	assert_stderr --partial "--loader takes systemd, procps, busybox or sysctl.conf, not 'systemctl': did you mean 'systemd'?"
	lowmemctl -64 get --loader '' vm.swappiness
}

@test "get: the host's loader is found" {
	another_host rhel4-i686-highmem
	conf etc/sysctl.conf 'vm.swappiness = 7'
	conf etc/sysctl.d/a.conf 'vm.swappiness = 10'
	rm -r "$SYSROOT/etc/sysctl.d"
	lowmemctl get --json vm.swappiness
	assert_json 'j["loader"]' sysctl.conf
	assert_json 'j["items"][0]["boot"]' 7
	another_host i686-pae-6.1
	lowmemctl get --json vm.swappiness
	assert_json 'j["loader"]' systemd
	assert_json 'j["items"][0]["boot_from"]["file"]' /etc/sysctl.d/99-sysctl.conf
	ln -sf /dev/null "$SYSROOT/run/systemd/system/systemd-sysctl.service"
	lowmemctl get --json vm.swappiness
	assert_json 'j["loader"]' procps
	assert_json 'j["items"][0]["boot_from"]["file"]' /etc/sysctl.conf
}

@test "get: the kernel's command line is a source, too" {
	echo 'quiet sysctl.vm.swappiness=5' >"$SYSROOT/proc/cmdline"
	lowmemctl get vm.swappiness
	assert_line '  boot     5  /proc/cmdline:1'
}

@test "get: programs that write later" {
	mkdir -p "$SYSROOT"/var/lib/kubelet "$SYSROOT"/etc/tuned/mine
	touch "$SYSROOT/var/lib/kubelet/config.yaml"
	echo mine >"$SYSROOT/etc/tuned/active_profile"
	printf '%s\n' '[main]' '[sysctl]' 'vm.overcommit_memory = 2' >"$SYSROOT/etc/tuned/mine/tuned.conf"
	lowmemctl get vm.overcommit_memory
	assert_line --partial 'later    kubelet: sets it to 1 when it starts'
	assert_line --partial 'tuned: profile mine sets it to 2 (/etc/tuned/mine/tuned.conf:3)'
	lowmemctl get --json vm.min_free_kbytes
	assert_json '[w["name"] for w in j["items"][0]["writers"]]' '["khugepaged"]'
}

@test "get: what is in a file does not move the cursor" {
	conf etc/sysctl.d/a.conf $'kernel.hostname = a\e[2Jb'
	lowmemctl get kernel.hostname
	assert_line '  boot     a\x1b[2Jb  /etc/sysctl.d/a.conf:1'
}

@test "get: a pair such as dirty_ratio and dirty_bytes is one" {
	conf etc/sysctl.d/a.conf 'vm.dirty_ratio = 10' 'vm.dirty_bytes = 100000000'
	lowmemctl get vm.dirty_ratio
	assert_line '  boot     0  /etc/sysctl.d/a.conf:2'
	assert_line '             /etc/sysctl.d/a.conf:2 sets vm.dirty_bytes later, and this one with it'
}

@test "get: an output that takes nothing is an error" {
	run --separate-stderr bounded sh -c 'exec "$@" >/dev/full' - "$LOWMEMCTL" --root "$SYSROOT" get vm.swappiness
	assert_equal "$status" 1
	assert_stderr 'lowmemctl: error: cannot write to standard output: No space left on device'
}

# process_rules LINE...: a profile with these lines below `processes:`
process_rules() { profile rules < <(printf '%s\n' 'version: 1' 'processes:' "$@"); }

@test "get: pid:N: the rule that decides, those that lose and why, and the place in the order" {
	another_host victims-6.1-amd64
	process_rules '- {name: nginx, match: {comm: nginx}, oom_score_adj: -5}' \
		'- {name: keep-dd, match: {comm: dd}, oom_score_adj: -900}' \
		'- {match: {comm: "d*"}, oom_score_adj: {min: 500}}'
	lowmemctl get --with "$PROFILE" pid:91
	assert_line 'pid:91 dd'
	assert_line '  live     oom_score_adj 0, which oom_adj shows as 0'
	assert_line '  want     -900'
	assert_line "  rule     keep-dd  $PROFILE:4"
	assert_line "  loses    nginx  $PROFILE:3"
	assert_line '             its comm does not match'
	assert_line "           rule 3  $PROFILE:5"
	assert_line "             it matches, but rule 'keep-dd' comes first"
	assert_line '  set by   nobody: it is what processes begin with'
	assert_line '  floor    cannot be read; 0 unless somebody with CAP_SYS_RESOURCE moved it'
	assert_line '  rank     3, with 770 points; with the rules 5'
	refute_output --partial 'Loader:'
}

@test "get: pid:N: --json" {
	another_host victims-6.1-amd64
	process_rules '- {name: keep-dd, match: {comm: dd}, oom_score_adj: -900}'
	lowmemctl get --json --with "$PROFILE" pid:94 pid:97
	assert_json 'len(j["items"])' 2
	assert_json '[j["items"][0][k] for k in ("kind", "key", "pid", "comm", "live", "want", "rule", "standing", "oom_adj", "rank", "unkillable")]' \
		'["process", "pid:94", 94, "dd", "-1000", "-900", "keep-dd", "rule", "-17", null, "never"]'
	assert_json '[j["items"][1][k] for k in ("want", "rule", "standing", "rank", "points", "floor")]' '[null, null, "none", 7, 666, null]'
	assert_json 'j["items"][1]["losers"][0]["why"]' 'its comm does not match'
	assert_json 'j["items"][0]["from"]["line"]' 3
	assert_json 'j["exit_code"]' 0
}

@test "get: pid:N: who set it" {
	another_host victims-6.1-amd64
	local set_by=$SYSROOT/etc/systemd/system/box.service.d
	mkdir -p "$set_by"
	printf '[Service]\nOOMScoreAdjust=300\n' >"$set_by/oom.conf"
	echo 0::/system.slice/box.service >"$SYSROOT/proc/92/cgroup"
	lowmemctl get pid:92
	assert_line '  set by   systemd: OOMScoreAdjust= of box.service  /etc/systemd/system/box.service.d/oom.conf:2'
	assert_stderr --partial 'no profile is active on this host'
	echo 301 >"$SYSROOT/proc/92/oom_score_adj"
	lowmemctl get pid:92
	assert_line --partial 'itself, or another program'
	assert_line '           box.service asks for 300  /etc/systemd/system/box.service.d/oom.conf:2'
	sed -i 's/^\(92 (dd) [A-Z]\) [0-9]* /\1 95 /' "$SYSROOT/proc/92/stat"
	echo 1000 >"$SYSROOT/proc/92/oom_score_adj"
	lowmemctl get pid:92
	assert_line '  set by   inherited: its parent, pid:95 sleep, has the same'
	lowmemctl get --json pid:92
	assert_json 'j["items"][0]["set_by"]' '{"what": "inherited", "unit": null, "file": null, "line": null, "parent": 95}'
}

@test "get: pid:N: by the active profiles, also where an ancestor has the rule" {
	another_host victims-6.1-amd64
	mkdir -p "$SYSROOT/etc/lowmemctl/active.d"
	printf '%s\n' 'version: 1' 'name: mine' 'processes:' \
		'- {name: odd, match: {comm: "odd*"}, oom_score_adj: 10, children: 700}' \
		>"$SYSROOT/etc/lowmemctl/active.d/mine.yaml"
	sed -i 's/^\(91 (dd) [A-Z]\) [0-9]* /\1 98 /' "$SYSROOT/proc/91/stat"
	lowmemctl get pid:91
	assert_line '  want     700'
	assert_line '           which is for pid:98 odd) S 1 (name, and says what that starts gets'
	refute_stderr --partial 'no profile is active'
	lowmemctl get --json pid:91
	assert_json '[j["items"][0][k] for k in ("standing", "rule", "rule_of", "profile")]' '["child", "odd", 98, "mine"]'
	echo 'version: 2' >"$SYSROOT/etc/lowmemctl/active.d/mine.yaml"
	lowmemctl get pid:91
	assert_stderr --partial 'an active profile does not count'
}

@test "get: pid:N: what is never touched" {
	another_host victims-6.1-amd64
	process_rules '- {match: {comm: "*"}, oom_score_adj: 1}'
	lowmemctl get --with "$PROFILE" pid:1 pid:36 pid:101
	assert_line '  want     PID 1 is never touched: all others inherit from it'
	assert_line '  want     kernel threads are never touched: they have no memory to free'
	assert_line '  want     it has exited: there is nothing to adjust'
	assert_line '  rank     never taken by the OOM killer: kernel thread'
}

@test "get: pid:N: an old kernel" {
	another_host victims-2.6.18-i686
	process_rules '- {match: {comm: java}, oom_adj: -10}'
	lowmemctl get --with "$PROFILE" pid:3120
	assert_line '  live     oom_adj 2'
	assert_line '  want     -10'
	assert_line '  floor    there is none: lowering takes CAP_SYS_RESOURCE'
	lowmemctl get --json --with "$PROFILE" pid:3120
	assert_json '[j["items"][0][k] for k in ("scale", "live", "want")]' '["oom_adj", "2", "-10"]'
}

@test "get: pid:N: that there is not is 69, what is no pid is 64" {
	local bad
	another_host victims-6.1-amd64
	lowmemctl -69 get pid:4711
	assert_output ''
	assert_stderr --partial 'there is no process 4711 on this host'
	lowmemctl -69 get --json pid:4711 pid:91
	assert_json '[i["pid"] for i in j["items"]]' '[91]'
	assert_json 'j["exit_code"]' 69
	for bad in pid: pid:0 pid:x pid:-1 pid:1.5 pid:99999999999; do
		lowmemctl -64 get "$bad"
		assert_stderr --partial "'$bad' is no process"
	done
	process_rules '- {match: {comm: java}, oom_adj: -18}'
	lowmemctl -65 get --with "$PROFILE" pid:91
}

@test "get: knobs and processes go together" {
	cp -r "$TESTS"/fixtures/sysroots/victims-6.1-amd64/proc/[0-9]* "$SYSROOT/proc"
	conf etc/sysctl.d/a.conf '# fine' 'vm.swappiness 10'
	lowmemctl get pid:91 vm.swappiness 'vm.overcommit_m*' pid:92
	assert_line 'pid:91 dd'
	assert_line vm.swappiness
	assert_line vm.overcommit_memory
	assert_line --partial 'Loader: '
	assert_stderr --partial 'a.conf:2'
	lowmemctl get --json vm.swappiness pid:91
	assert_json '[i["kind"] for i in j["items"]]' '["sysctl", "process"]'
	lowmemctl -69 get pid:91 'vm.none*'
	assert_stderr --partial 'nothing on this host matches vm.none*'
	lowmemctl get pid:91
	refute_stderr --partial a.conf
}

@test "get: pid:N: a process of one's own" {
	unset SYSROOT
	lowmemctl get --json "pid:$$"
	assert_json 'j["items"][0]["pid"]' "$$"
	assert_json 'j["items"][0]["live"]' "$(<"/proc/$$/oom_score_adj")"
	[[ ! -e /proc/$$/oom_score ]] ||
		assert_json "abs(j['items'][0]['points'] - $(<"/proc/$$/oom_score")) <= 2"
}
