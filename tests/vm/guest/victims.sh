#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Starts processes that the OOM killer would judge differently, and prints what /proc shows of
# them as a base64 of a tar: the fixture hosts victims-* are made of it.
#
#   tests/vm/run --kernel cloud-amd64 --mem 1G tests/vm/guest/victims.sh |
#     base64 -d | tar -x -C tests/fixtures/sysroots/victims-6.1-amd64

set -eu

out=/tmp/tree
box=/sys/fs/cgroup/box

# hold SIZE: a process with so much memory, which waits
hold() { exec dd if=/dev/zero of=/tmp/never-read bs="$1" count=1 2>/dev/null; }

# start USER ADJ COMMAND...: its PID is left in $pid
start() {
	user=$1 adj=$2
	shift 2
	if [ "$user" = root ]; then
		"$@" &
	else
		su -s /bin/sh "$user" -c "exec $*" &
	fi
	pid=$!
	echo "$adj" >"/proc/$pid/oom_score_adj"
	pids="$pids $pid"
}

keep() {
	for file in "$@"; do
		mkdir -p "$out${file%/*}"
		cat "$file" >"$out$file"
	done
}

mkdir $box
echo 256M >$box/memory.max

pids="1 2 $(pidof kswapd0)"
mkfifo -m 666 /tmp/never-read /tmp/never-written
sleep 1000 <>/tmp/never-read 3<>/tmp/never-written &
start root 0 hold 150M
start root 300 hold 100M
start root -500 hold 100M
start root -1000 hold 50M
start root 1000 sleep 1000
start nobody 0 dd if=/dev/zero of=/tmp/never-read bs=50M count=1
start nobody 0 sleep 1000
echo "$pid" >$box/cgroup.procs
# shellcheck disable=SC2016 # the inner shell is to expand it
start root 0 sh -c 'printf "%s" "odd) S 1 (name" >/proc/self/comm; read -r x </tmp/never-written'
# its child stays a zombie: sleep does not wait for it
start root 0 sh -c 'true & exec sleep 1000'
sleep 8 # until all is in memory
pids="$pids $(cat "/proc/$pid/task/$pid/children")"

for pid in $pids; do
	for file in stat status statm comm cmdline cgroup oom_score oom_score_adj oom_adj; do
		keep "/proc/$pid/$file"
	done
done
keep /proc/meminfo /proc/uptime /proc/sys/kernel/osrelease /proc/sys/kernel/arch \
	$box/memory.max $box/memory.current $box/memory.oom.group $box/cgroup.procs
tar -c -C $out . | base64
