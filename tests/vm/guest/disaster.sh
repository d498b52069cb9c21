#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# disaster.sh LOAD MIB [PROFILE] - brings about the shortage of low memory for which lowmemctl was
# made, on a 32-bit machine with HighMem and a disk. tests/vm/story tells what comes of it.
#
# LOAD  held    Files that are being read have filled HighMem when a database starts: its memory
#               then comes from low memory, and stays there when the files have gone.
#       kernel  Nothing but the kernel's own data in low memory.
# MIB   how much data a proxy then has in sockets, which only fits into low memory.
# PROFILE is applied first.
#
# Prints what it does, and last the RESULT: how many were killed for these MiB, and how many MiB there
# were at the first kill, for which the proxy goes on.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

load=$1 mib=$2 profile=${3:-}

# mib_of WORD: of /proc/meminfo
mib_of() { awk -v word="$1:" '$1 == word { print int($2 / 1024) }' /proc/meminfo; }

tell() { printf '%-42s low memory %4d MiB free, HighMem %4d\n' "$1:" "$(mib_of LowFree)" "$(mib_of HighFree)"; }

# started: when the database is there
started() {
	for _ in $(seq 600); do
		[ ! -s /tmp/database.log ] || return 0
		sleep 0.1
	done
	fail "no database after a minute"
}

# send MIB: has the proxy send so much, or until somebody is killed, which may be itself; leaves
# in $sent how much that was
send() {
	# What the one before said: the background's shell may take it away too late.
	: >/tmp/proxy.log
	/tmp/proxy -a 0 -p sockets "$1" >/tmp/proxy.log &
	while kill -0 $! 2>/dev/null && ! grep -q ' done' /tmp/proxy.log; do
		sleep 0.2
	done
	sent=$(sed -n 's/^hog: *\([0-9]*\) MiB.*/\1/p' /tmp/proxy.log)
}

# This script is to see the end of it.
echo -1000 >/proc/$$/oom_score_adj
for name in backup database proxy; do
	ln -s /usr/bin/hog /tmp/$name
done
[ -z "$profile" ] || expect 0 lowmemctl apply --color never "$profile"
tell "The machine is up"

database=64
if [ "$load" = held ]; then
	truncate -s 4G /disk/archive
	/tmp/backup read /disk/archive $(($(mib_of HighFree) + 20)) >/dev/null
	tell "A backup has read files"
	database=760
fi
/tmp/database -a 0 -p anon $database >/tmp/database.log &
started
tell "A database of $database MiB has started"
if [ "$load" = held ]; then
	rm /disk/archive
	tell "The backup is done, its files are gone"
fi
send "$mib"
tell "A proxy has $sent of $mib MiB in its sockets"
killed=$(sed -n 's/^oom_kill //p' /proc/vmstat)
limit=$sent
if [ "$killed" = 0 ]; then
	send 3000
	limit=$((limit + sent))
	tell "And now as much as it can, $limit MiB"
fi
echo "RESULT $killed $limit"
