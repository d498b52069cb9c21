#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The init script and the cron file of hosts without systemd, in a mount namespace of their own.

# bats file_tags=live,root

load ../lib/lowmem

setup() {
	requires root unshare mount
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
	mark=$((100000 + BASHPID % 800000))
	script=$BATS_TEST_TMPDIR/lowmemctl
	sed "s|^program=.*|program=$(realpath "$LOWMEMCTL")|; s|^pidfile=.*|pidfile=/run/watch.pid|" \
		"$TESTS/../etc/init.d/lowmemctl" >"$script"
	chmod +x "$script"
	export script mark LOWMEMCTL
}

in_private() {
	run bounded unshare -m --propagation private bash -euc "
		mount -t tmpfs tmpfs /run
		mkdir -p /var/lib/lowmemctl /etc/lowmemctl /etc/default
		mount -t tmpfs tmpfs /var/lib/lowmemctl
		mount -t tmpfs tmpfs /etc/lowmemctl
		mount -t tmpfs tmpfs /etc/default
		mount -t tmpfs -o mode=755 tmpfs /proc/sys/vm
		echo 60 >/proc/sys/vm/probe_one
		mkdir /etc/lowmemctl/active.d
		umask 022
		trap '\"\$script\" stop' EXIT
		$1"
	printf '%s\n' "$output"
	assert_success
}

@test "init: what packages dropped is applied first" {
	printf '%s\n' '#!/bin/sh' 'cat /proc/sys/vm/probe_one >/proc/sys/vm/probe_two' 'echo 77 >/proc/sys/vm/probe_one' \
		>"$BATS_TEST_TMPDIR/dropped"
	chmod +x "$BATS_TEST_TMPDIR/dropped"
	sed -i "s|^dropped=.*|dropped=$BATS_TEST_TMPDIR/dropped|; s|^WATCH=.*|WATCH=no|" "$script"
	# shellcheck disable=SC2016 # the inner shell's words
	in_private '
		printf "version: 1\nsysctl: {vm.probe_one: 10}\n" >/etc/lowmemctl/active.d/one.yaml
		"$script" start
		[[ $(</proc/sys/vm/probe_one) == 10 ]]
		[[ $(</proc/sys/vm/probe_two) == 60 ]]
	'
}

@test "init: start applies and begins to watch, reload reads again, stop ends it" {
	# shellcheck disable=SC2016 # the inner shell's words
	in_private '
		cat >/etc/lowmemctl/active.d/one.yaml <<-EOF
			version: 1
			name: one
			sysctl: {vm.probe_one: 10}
			processes:
			  - {name: sleepers, match: {cmdline: "sleep $mark"}, oom_score_adj: 300}
		EOF
		status=0; "$script" status || status=$?; [[ $status == 3 ]]
		sleep "$mark" & pid=$!
		"$script" start
		[[ $(</proc/sys/vm/probe_one) == 10 ]]
		[[ $(<"/proc/$pid/oom_score_adj") == 300 ]]
		"$script" status
		"$script" start
		sed -i "s/: 10}/: 20}/; s/: 300/: 350/" /etc/lowmemctl/active.d/one.yaml
		"$script" reload
		[[ $(</proc/sys/vm/probe_one) == 20 ]]
		for ((i = 0; i < 100; i++)); do
			[[ $(<"/proc/$pid/oom_score_adj") == 350 ]] && break
			sleep 0.05
		done
		[[ $(<"/proc/$pid/oom_score_adj") == 350 ]]
		kill "$pid"
		"$script" stop
		[[ ! -e /run/watch.pid ]]
		"$script" stop
	'
}

# A daemon that was killed leaves its file behind.
@test "init: status tells of a daemon that died, and start is not misled by its file" {
	# shellcheck disable=SC2016 # the inner shell's words
	in_private '
		"$script" start
		kill -KILL "$(</run/watch.pid)"
		while kill -0 "$(</run/watch.pid)"; do sleep 0.05; done
		[[ -e /run/watch.pid ]]
		status=0; "$script" status || status=$?; [[ $status == 1 ]]
		"$script" start
		"$script" status
		"$script" stop
		echo $$ >/run/watch.pid
		"$script" stop
		status=0; "$script" status || status=$?; [[ $status == 1 ]]
		"$script" start
		"$script" status
	'
}

@test "init: it works with nothing but busybox" {
	requires busybox
	mkdir "$BATS_TEST_TMPDIR/bin"
	busybox --install -s "$BATS_TEST_TMPDIR/bin"
	sed -i "1s|.*|#!$(command -v busybox) sh|; s|^PATH=.*|PATH=$BATS_TEST_TMPDIR/bin|; s|^dropped=.*|dropped=/none|" "$script"
	# shellcheck disable=SC2016 # the inner shell's words
	in_private '
		printf "version: 1\nsysctl: {vm.probe_one: 10}\n" >/etc/lowmemctl/active.d/one.yaml
		"$script" start
		[[ $(</proc/sys/vm/probe_one) == 10 ]]
		"$script" status
		"$script" restart
		"$script" status
		"$script" reload
		"$script" stop
		[[ ! -e /run/watch.pid ]]
	'
}

@test "init: a bad profile fails, and WATCH=no keeps the daemon out" {
	# shellcheck disable=SC2016
	in_private '
		echo WATCH=no >/etc/default/lowmemctl
		"$script" start
		status=0; "$script" status || status=$?; [[ $status == 3 ]]
		echo "version: 2" >/etc/lowmemctl/active.d/bad.yaml
		status=0; "$script" start || status=$?; [[ $status == 65 ]]
	'
}

@test "init: with a read-only /proc/sys nothing is applied, and that is no failure" {
	# shellcheck disable=SC2016
	in_private '
		echo WATCH=no >/etc/default/lowmemctl
		printf "version: 1\nsysctl: {vm.probe_one: 10}\n" >/etc/lowmemctl/active.d/one.yaml
		mount -o remount,ro /proc/sys/vm
		"$script" start
		[[ $(</proc/sys/vm/probe_one) == 60 ]]
	'
	assert_output --partial 'read-only'
}

@test "init: the script says what LSB and chkconfig ask for" {
	grep -qx '# chkconfig: [0-9]* [0-9]* [0-9]*' "$script"
	sed -n '/^### BEGIN INIT INFO/,/^### END INIT INFO/p' "$script" >"$BATS_TEST_TMPDIR/info"
	local key
	for key in Provides Required-Start Required-Stop Default-Start Default-Stop Short-Description; do
		grep -q "^# $key:" "$BATS_TEST_TMPDIR/info" || fail "no $key"
	done
}

@test "cron: the example has lines as /etc/cron.d takes them" {
	run grep -vE '^(#|$|[A-Z]+=)' "$TESTS/../etc/cron.d/lowmemctl"
	assert_line --regexp '^([0-9*/,-]+ ){5}root [a-z]'
	assert_equal "${#lines[@]}" 1
}
