#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# diagnose: where logs come from, and which of their reports are taken.

load cli

setup() {
	SYSROOT=$BATS_TEST_TMPDIR/root
	mkdir -p "$SYSROOT/var/log" "$SYSROOT/dev"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() { no_screen; }

# report PID [WHEN]: what a kernel of 6.1 has to say of a process that it kills
report() {
	local when=${2:-Nov 28 10:00:00}
	printf '%s host kernel: [  828.600750] %s\n' \
		"$when" 'a.out invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0' \
		"$when" "Out of memory: Killed process $1 (a.out) total-vm:1024kB, anon-rss:512kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:8kB oom_score_adj:0" \
		"$when" 'usb 1-1: new high-speed USB device number 2'
}

# place PATH PID...: a log of the host with these reports
place() {
	local pid
	mkdir -p "$SYSROOT/${1%/*}"
	for pid in "${@:2}"; do
		report "$pid"
	done >"$SYSROOT/$1"
}

# assert_pids PID...: of those that were killed, in this order
assert_pids() {
	local wanted=$*
	assert_json '[r["killed_pid"] for r in j["reports"]]' "[${wanted// /, }]"
}

@test "diagnose: a file, and several in the order of the command line" {
	report 1 >a
	report 2 >b
	lowmemctl diagnose --json a
	assert_pids 1
	assert_json '[j["schema"], j["command"], j["exit_code"]]' '["lowmemctl/1", "diagnose", 0]'
	lowmemctl diagnose --json b a
	assert_pids 2 1
	lowmemctl diagnose b a
	assert_output
	assert_stderr ''
}

@test "diagnose: files are the caller's own, whatever the root" {
	report 1 >"$BATS_TEST_TMPDIR/a"
	lowmemctl diagnose --json "$BATS_TEST_TMPDIR/a"
	assert_pids 1
	lowmemctl -1 diagnose --json /var/log/none-such
	assert_json 'j["diagnostics"][0]["message"]' 'cannot read /var/log/none-such: No such file or directory'
}

@test "diagnose: standard input, packed or not, as a file and through a pipe" {
	report 7 >log
	lowmemctl diagnose --json - <log
	assert_pids 7
	lowmemctl diagnose --json - < <(cat log)
	assert_pids 7
	gzip log
	lowmemctl diagnose --json - <log.gz
	assert_pids 7
	lowmemctl diagnose --json - < <(cat log.gz)
	assert_pids 7
	lowmemctl diagnose --json <(gzip -dc log.gz)
	assert_pids 7
	lowmemctl diagnose - </dev/null
	assert_stderr --partial 'no OOM report in standard input'
	# shellcheck disable=SC2016 # that shell is to expand it
	run bounded sh -c 'exec "$0" diagnose - <&- 2>&1' "$LOWMEMCTL"
	assert_equal "$status" 1
	assert_output 'lowmemctl: error: cannot read standard input: Bad file descriptor'
}

@test "diagnose: what packed a file is told by its bytes" {
	requires gzip xz zstd bzip2
	local packer
	for packer in gzip xz 'zstd -q' bzip2; do
		report 7 | $packer >log.txt
		lowmemctl diagnose --json log.txt
		assert_pids 7
	done
	report 8 >plain.gz
	lowmemctl diagnose --json plain.gz
	assert_pids 8
}

@test "diagnose: several packed ones behind each other" {
	requires gzip xz
	{ report 1 | gzip && report 2 | gzip; } >log
	lowmemctl diagnose --json log
	assert_pids 1 2
	{ report 1 | xz && report 2 | xz; } >log
	lowmemctl diagnose --json log
	assert_pids 1 2
}

@test "diagnose: unpacks also for who hears nothing of its children" {
	requires gzip
	gzip -c "$TESTS/fixtures/oom/2.6.16-i386-slab-ate-lowmem.txt" >log.gz
	run bounded "$PYTHON" -c '
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])' "$LOWMEMCTL" diagnose log.gz
	assert_equal "$status" 0
	assert_line --partial 'Low memory was used up'
	refute_output --partial 'is damaged'
}

@test "diagnose: of a damaged archive what can be unpacked counts" {
	requires gzip xz zstd bzip2
	local packer pid
	for pid in {1..2000}; do
		report "$pid"
	done >log
	for packer in gzip xz zstd; do
		"$packer" -qc log >log.packed
		truncate -s -40 log.packed
		lowmemctl -1 diagnose --json --last 1 log.packed
		assert_json 'j["reports"][0]["line"] > 1000'
		assert_json 'j["exit_code"]' 1
		assert_json 'j["diagnostics"][0]["message"].startswith("log.packed is damaged: '"$packer"': ")'
		lowmemctl -1 diagnose --json --last 1 - < <(cat log.packed)
		assert_json 'j["reports"][0]["line"] > 1000'
		assert_json 'j["diagnostics"][0]["message"].startswith("standard input is damaged: '"$packer"': ")'
	done
	report 1 | bzip2 >log.packed
	truncate -s -10 log.packed
	report 3 >other
	lowmemctl -1 diagnose --json log.packed other
	assert_pids 3
	assert_json 'j["diagnostics"][0]["message"].startswith("log.packed is damaged: bzip2: ")'
}

@test "diagnose: what stands behind an archive is worth a warning" {
	requires gzip
	report 1 | gzip >log
	echo more >>log
	lowmemctl diagnose --json log
	assert_pids 1
	assert_json '[j["diagnostics"][0][k] for k in ("severity", "message")]' \
		'["warning", "log: gzip: stdin: decompression OK, trailing garbage ignored"]'
}

# bare ARG...: ./program where there are no programs of the host
bare() {
	# shellcheck disable=SC2016 # that shell is to expand it
	run --separate-stderr bounded unshare -m sh -c 'mount -t tmpfs none /usr/bin &&
		if [ -x /bin/true ]; then PATH=/bin:/usr/sbin:/sbin; mount -t tmpfs none /bin; fi
		exec "$@"' sh ./program "$@"
}

@test "diagnose: a helper that is missing is named, and its package" {
	requires root unshare gzip xz
	report 1 | xz >log
	report 2 >other
	cp "$(command -v "$LOWMEMCTL")" program
	unshare -m true 2>/dev/null || skip "no namespaces here"
	bare diagnose --json log other
	assert_equal "$status" 1
	assert_pids 2
	assert_json 'j["diagnostics"][0]["message"]' \
		'cannot unpack log: the program xz (of the package xz-utils or xz) is not in /usr/bin or /bin'
	bare diagnose --journal
	assert_equal "$status" 1
	assert_equal "$stderr" "lowmemctl: error: cannot read the journal: systemd's journalctl is not in /usr/bin or /bin"
}

@test "diagnose: what cannot be read is told, and the others are read" {
	report 1 >a
	report 2 >b
	mkdir folder
	lowmemctl -1 diagnose --json a none folder b
	assert_pids 1 2
	assert_json '[d["message"] for d in j["diagnostics"]]' \
		'["cannot read none: No such file or directory", "cannot read folder: Is a directory"]'
	assert_json 'j["exit_code"]' 1
	lowmemctl -1 diagnose none
	assert_output ''
	assert_stderr 'lowmemctl: error: cannot read none: No such file or directory'
	: >empty
	lowmemctl -1 diagnose none empty
	assert_stderr --partial 'note: no OOM report in what could be read of none, empty'
}

@test "diagnose: nor is what may not be read" {
	report 1 >a
	report 2 >b
	chmod 0 a
	chmod 0644 b
	unprivileged
	lowmemctl -1 diagnose --json a b
	assert_pids 2
	assert_json 'j["diagnostics"][0]["message"]' 'cannot read a: Permission denied'
}

@test "diagnose: a log without a report is no failure" {
	echo 'Nov 28 10:00:00 host kernel: nothing to see' >a
	: >b
	lowmemctl diagnose a b
	assert_output ''
	assert_stderr 'lowmemctl: note: no OOM report in a, b'
	lowmemctl diagnose -q a
	assert_stderr ''
	lowmemctl diagnose a a a a a a a
	assert_stderr --partial 'no OOM report in a, a, a, a, a and 2 more'
	lowmemctl diagnose --json a
	assert_json '[j["reports"], j["exit_code"]]' '[[], 0]'
}

@test "diagnose: the usual places, the first with a report" {
	place var/log/syslog 3
	lowmemctl diagnose --json
	assert_pids 3
	place var/log/kern.log 2
	lowmemctl diagnose --json
	assert_pids 2
	echo 'Nov 28 10:00:00 host kernel: nothing to see' >"$SYSROOT/var/log/messages"
	lowmemctl diagnose --json
	assert_pids 2
	place var/log/messages 1
	lowmemctl diagnose --json
	assert_pids 1
}

@test "diagnose: what was rotated out of them, the oldest first" {
	place var/log/messages 9
	place var/log/messages-20260201 2
	place var/log/messages-20251231 1
	place var/log/messages.1 8
	place var/log/messages.2 7
	place var/log/messages.10 6
	place var/log/messages.old 100
	gzip "$SYSROOT/var/log/messages.2" "$SYSROOT/var/log/messages-20251231"
	lowmemctl diagnose --json
	assert_pids 1 2 6 7 8 9
	: >"$SYSROOT/var/log/messages"
	lowmemctl diagnose --json
	assert_pids 1 2 6 7 8
}

@test "diagnose: where there is none, it says where it looked" {
	lowmemctl diagnose
	assert_output ''
	assert_stderr 'lowmemctl: note: no OOM report in /var/log/messages (not there), /var/log/kern.log (not there), /var/log/syslog (not there), the journal (not there)'
	: >"$SYSROOT/var/log/messages"
	: >"$SYSROOT/var/log/messages.1"
	: >"$SYSROOT/var/log/syslog"
	lowmemctl diagnose
	assert_stderr --partial '/var/log/messages (2 files), /var/log/kern.log (not there), /var/log/syslog (1 file)'
}

@test "diagnose: a usual place that cannot be read is told, and the next one is read" {
	place var/log/messages 1
	place var/log/syslog 2
	chmod 0 "$SYSROOT/var/log/messages"
	unprivileged
	lowmemctl -1 diagnose --json
	assert_pids 2
	assert_json 'j["diagnostics"][0]["message"]' 'cannot read /var/log/messages: Permission denied'
}

@test "diagnose: links do not lead out of the root" {
	mkdir outside
	report 1 >outside/messages
	ln -s ../../../outside/messages "$SYSROOT/var/log/messages"
	ln -s "$PWD/outside/messages" "$SYSROOT/var/log/kern.log"
	lowmemctl -1 diagnose --json
	assert_pids
	assert_json '[d["message"] for d in j["diagnostics"] if d["severity"] == "error"]' \
		'["cannot read /var/log/messages: No such file or directory", "cannot read /var/log/kern.log: No such file or directory"]'
	rm "$SYSROOT/var/log/"*
	rmdir "$SYSROOT/var/log"
	ln -s "$PWD/outside" "$SYSROOT/var/log"
	lowmemctl diagnose --json
	assert_pids
	place real/messages 5
	ln -sfn /real "$SYSROOT/var/log"
	lowmemctl diagnose --json
	assert_pids 5
}

@test "diagnose: nobody waits for a pipe in a usual place" {
	mkfifo "$SYSROOT/var/log/messages"
	place var/log/syslog 2
	lowmemctl diagnose --json
	assert_pids 2
}

@test "diagnose: --dmesg takes the kernel's records" {
	printf '%s\n' '6,1,100,-;Linux version 6.1.0' \
		'4,2,200,-;a.out invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0' \
		' SUBSYSTEM=pci' ' DEVICE=Out of memory: Killed process 1 (no)' \
		'3,3,300,-;Out of memory: Killed process 812 (a.out) total-vm:1024kB, anon-rss:512kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:8kB oom_score_adj:0' \
		>"$SYSROOT/dev/kmsg"
	lowmemctl diagnose --json --dmesg
	assert_pids 812
	: >"$SYSROOT/dev/kmsg"
	lowmemctl diagnose --dmesg
	assert_stderr 'lowmemctl: note: no OOM report in /dev/kmsg'
	rm "$SYSROOT/dev/kmsg"
	lowmemctl -1 diagnose --dmesg
	assert_stderr --partial 'cannot read /dev/kmsg: No such file or directory'
	ln -s /proc/kmsg "$SYSROOT/dev/kmsg"
	lowmemctl -1 diagnose --dmesg
}

@test "diagnose: --dmesg without the privilege" {
	: >"$SYSROOT/dev/kmsg"
	chmod 0 "$SYSROOT/dev/kmsg"
	unprivileged
	lowmemctl -77 diagnose --dmesg
	assert_stderr 'lowmemctl: error: cannot read /dev/kmsg: Permission denied: it needs root'
	[[ $(</proc/sys/kernel/dmesg_restrict) == 1 && -r /dev/kmsg ]] || skip "needs kernel.dmesg_restrict"
	SYSROOT=
	lowmemctl -77 diagnose --dmesg
	assert_stderr --partial 'kernel.dmesg_restrict'
}

@test "diagnose: --journal takes what kernels said, of all boots" {
	requires journalctl xz
	mkdir -p "$SYSROOT/var/log/journal/0123456789abcdef0123456789abcdef"
	xz -dc "$TESTS/fixtures/journal/system.journal.xz" \
		>"$SYSROOT/var/log/journal/0123456789abcdef0123456789abcdef/system.journal"
	lowmemctl diagnose --json --journal
	assert_pids 812 813
	lowmemctl diagnose --json
	assert_pids 812 813
	lowmemctl diagnose --json --journal --since 2026-11-29
	assert_pids 813
	place var/log/syslog 1
	lowmemctl diagnose --json
	assert_pids 1
}

@test "diagnose: a file of the journal is read through journalctl" {
	requires journalctl xz
	xz -dc "$TESTS/fixtures/journal/system.journal.xz" >system.journal
	lowmemctl diagnose --json system.journal
	assert_pids 812 813
	lowmemctl diagnose --json - <system.journal
	assert_pids 812 813
	lowmemctl -1 diagnose - < <(cat system.journal)
	assert_stderr 'lowmemctl: error: cannot read a journal through a pipe: name its file'
	truncate -s 1000 system.journal
	lowmemctl -1 diagnose system.journal
	assert_stderr --partial 'system.journal is damaged: journalctl: '
}

@test "diagnose: the kernel's records are no file" {
	[[ -r /dev/kmsg ]] && head -c 0 /dev/kmsg 2>/dev/null || skip "needs to read /dev/kmsg"
	lowmemctl -1 diagnose /dev/kmsg
	assert_stderr 'lowmemctl: error: cannot read /dev/kmsg as a file: --dmesg reads it'
}

@test "diagnose: --journal follows no link, and says where there is none" {
	lowmemctl -1 diagnose --journal
	assert_stderr --partial 'cannot read the journal: the root has neither /var/log/journal nor /run/log/journal'
	mkdir -p "$SYSROOT/var/log/journal"
	ln -s /var/log/journal "$SYSROOT/var/log/journal/0123456789abcdef0123456789abcdef"
	lowmemctl -1 diagnose --journal
	assert_stderr --partial 'cannot read the journal: links among its files might lead out of the root'
}

@test "diagnose: --since takes durations and moments" {
	local good bad
	{ report 1 "$(date -d '3 hours ago' '+%b %e %T')" && report 2 "$(date -d '1 hour ago' '+%b %e %T')"; } >log
	lowmemctl diagnose --json --since 2h log
	assert_pids 2
	lowmemctl diagnose --json --since 1d log
	assert_pids 1 2
	lowmemctl diagnose --json --since "$(date -d '2 hours ago' '+%F %T')" log
	assert_pids 2
	lowmemctl diagnose --since 1m log
	assert_output ''
	assert_stderr 'lowmemctl: note: no OOM report since 1m in log (2 older)'
	for good in 2h 3d 90 2026-11-28 2026-11-28T10:00 '2026-11-28 10:00' '2026-11-28 10:00:30'; do
		lowmemctl diagnose --since "$good" /dev/null
	done
	for bad in '' 0 -1 2x yesterday 2026-11-31 2026-11-28T25:00 '2026-11-28 10'; do
		lowmemctl -64 diagnose --since "$bad" /dev/null
		assert_stderr --partial "--since takes a duration before now, such as 2h or 3d, or a moment, such as 2026-11-28 or '2026-11-28 10:00', not '$bad'"
	done
}

@test "diagnose: a log's year is the one in which it was written" {
	report 1 'Dec 31 23:00:00' >log
	report 2 'Jan  1 01:00:00' >>log
	touch -d '2026-01-02 00:00:00' log
	lowmemctl diagnose --json --since 2026-01-01 log
	assert_pids 2
	lowmemctl diagnose --json --since 2025-12-31 log
	assert_pids 1 2
	lowmemctl diagnose --json --since 2026-01-03 log
	assert_pids
}

@test "diagnose: times are of the root's zone" {
	[[ -r /usr/share/zoneinfo/Asia/Tokyo ]] || skip "needs tzdata"
	mkdir -p "$SYSROOT/etc"
	cp /usr/share/zoneinfo/Asia/Tokyo "$SYSROOT/etc/localtime"
	report 1 '2026-11-28T10:00:00+00:00' >log
	lowmemctl diagnose --json --since '2026-11-28 19:00' log
	assert_pids 1
	lowmemctl diagnose --json --since '2026-11-28 19:01' log
	assert_pids
}

@test "diagnose: reports without a time are kept, and counted" {
	report 1 | sed 's/^.*\] //' >log
	lowmemctl diagnose --json --since 2h log
	assert_pids 1
	lowmemctl diagnose --since 2h log
	assert_stderr 'lowmemctl: note: 1 report of which the log does not tell the time is among these'
	lowmemctl diagnose -q --since 2h log
	assert_stderr ''
}

@test "diagnose: --last takes the newest of all" {
	local bad
	report 3 'Nov 28 12:00:00' >a
	{ report 1 'Nov 28 10:00:00' && report 2 'Nov 28 11:00:00'; } >b
	lowmemctl diagnose --json --last 2 a b
	assert_pids 2 3
	lowmemctl diagnose --json --last 1 a b
	assert_pids 3
	lowmemctl diagnose --json --last 9 a b
	assert_pids 3 1 2
	sed 's/^.*\] //' <b >c
	lowmemctl diagnose --json --last 1 a c
	assert_pids 2
	for bad in 0 -1 x '' 1x; do
		lowmemctl -64 diagnose --last "$bad" a
		assert_stderr --partial "--last takes a number from 1 on, not '$bad'"
	done
}

@test "diagnose: files, --dmesg and --journal exclude each other" {
	lowmemctl -64 diagnose --dmesg --journal
	assert_stderr --partial 'files, --dmesg and --journal exclude each other'
	lowmemctl -64 diagnose --dmesg a
	lowmemctl -64 diagnose --journal a
	lowmemctl -64 diagnose --journal -
}

@test "diagnose: --suggest needs a report" {
	lowmemctl -1 diagnose --suggest /dev/null
	assert_output ''
	assert_stderr --partial 'there is nothing to suggest without a report'
	lowmemctl -1 diagnose --suggest --json /dev/null
	assert_json '[j["command"], j["exit_code"]]' '["diagnose", 1]'
}

# slowly: three reports, and over a second
slowly() {
	report 1
	sleep 1.3
	report 2
	sleep 0.3
	report 3
	sleep 0.5
}

# on_terminal ARG...: both streams on a terminal; its output with what was painted over.
# script(1) takes its shell from the environment, and only bash hands functions on.
on_terminal() {
	requires script
	export -f report slowly
	run bounded env TERM=xterm SHELL="$BASH" script -qec \
		"bash -c slowly | ${LOWMEMCTL@Q} --root ${SYSROOT@Q} diagnose $*" /dev/null </dev/null
}

@test "diagnose: a progress line on a terminal" {
	on_terminal --json -
	assert_output --regexp $'\rreading standard input: 0 MB, [012] reports? *\r'
	on_terminal -q --json -
	refute_output --partial reading
	on_terminal '--json - 2>/dev/null'
	refute_output --partial reading
	lowmemctl diagnose --json - < <(slowly)
	assert_stderr ''
}

@test "diagnose: a line of ten thousand kills is not searched anew for each of them" {
	local took TIMEFORMAT=%0U
	printf 'Out of memory: Killed process 5 (x) %.0s' {1..10000} >log
	took=$({ time "$LOWMEMCTL" diagnose -q log >/dev/null 2>&1; } 2>&1) || true
	((took <= 10)) || fail "took $took s of processor time"
}

@test "diagnose: of a packed file the progress is the file's, and nothing is left of it" {
	requires gzip
	head -c 200000000 /dev/zero | tr '\0' '\n' | gzip -1 >log.gz
	report 5 | gzip >>log.gz
	SYSROOT='' screen diagnose --json log.gz '>out'
	# Stopped for over a second, so that it takes one.
	eventually stop_program
	sleep 1.2
	kill -CONT "$(program)"
	eventually sees '^reading log.gz: [0-9]* of [0-9]* MB, 0 reports$'
	eventually sees '^ended 0$'
	assert_equal "$(pane capture-pane -p | head -n 1)" 'ended 0'
	output=$(<out)
	assert_json '5 in [r["killed_pid"] for r in j["reports"]]'
}

stop_program() { kill -STOP "$(program)"; }

# program: its pid
program() { pgrep -x -P "$(pane display -p '#{pane_pid}')" lowmemctl; }
