#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shortage.sh KIND - uses memory up in one known way until the OOM killer speaks. tests/vm/reports
# has the kinds, each with the cause that it is.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

groups=/sys/fs/cgroup
knobs=/proc/sys/vm

# as NAME ARGUMENT...: hog as a program of that name, until it ends or is killed
as() {
	ln -sf /usr/bin/hog "/tmp/$1"
	program=/tmp/$1
	shift
	"$program" -a 0 "$@" >/tmp/log || :
}

# within GROUP NAME ARGUMENT...
within() (
	echo 0 >$groups/"$1"/cgroup.procs
	shift
	as "$@"
)

# group PATH FILE VALUE
group() {
	mkdir -p "$groups/$1"
	echo "$3" >"$groups/$1/$2"
}

spool() {
	mkdir /spool
	mount -t tmpfs -o nr_inodes=0,size=100% spool /spool
	chmod 1777 /spool
}

swap_on() {
	for module in zram/*.ko; do insmod "$module"; done
	echo 64M >/sys/block/zram0/disksize
	mkswap /dev/zram0
	swapon /dev/zram0
}

# This shell is to see the end of it, where there is one.
echo -1000 >/proc/$$/oom_score_adj
ln -s /usr/bin/hog /tmp/editor
/tmp/editor -a 0 -p anon 24 >/tmp/editor.log &
until [ -s /tmp/editor.log ]; do sleep 0.1; done

case $1 in
anon) as leaky anon 1500 ;;
sockets) as proxy sockets 4000 ;;
forks)
	echo 0 >$knobs/oom_dump_tasks
	echo 32768 >/proc/sys/kernel/pid_max
	echo 60000 >/proc/sys/kernel/threads-max
	as forker forks 32000
	;;
threads)
	echo 100000 >/proc/sys/kernel/pid_max
	echo 1000000 >$knobs/max_map_count
	echo 60000 >/proc/sys/kernel/threads-max
	as pooled threads 60000
	;;
tables) as oracle tables 1000 400 ;;
files)
	spool
	as mailqueue files /spool 3000000
	;;
tmpfs)
	spool
	as logger file /spool/log 4000
	;;
huge)
	echo 150 >$knobs/nr_hugepages
	as leaky anon 1500
	;;
swap)
	swap_on
	as leaky anon 1500
	;;
swap-off-limits)
	swap_on
	group shop memory.max 64M
	echo 0 >$groups/shop/memory.swap.max
	within shop webapp anon 400
	;;
memcg-nested)
	group shop memory.max 64M
	echo +memory >$groups/shop/cgroup.subtree_control
	mkdir $groups/shop/web
	within shop/web webapp anon 400
	;;
memcg-outer)
	group shop memory.max 48M
	echo +memory >$groups/shop/cgroup.subtree_control
	group shop/web memory.max 200M
	group shop/mail memory.max 200M
	within shop/mail mailer -p anon 30 &
	sleep 3
	within shop/web webapp anon 400
	;;
memcg-tmpfs)
	spool
	group shop memory.max 64M
	within shop logger file /spool/log 400
	;;
memcg-kernel)
	spool
	group shop memory.max 64M
	within shop mailqueue files /spool 3000000
	;;
memcg-panic)
	echo 2 >$knobs/panic_on_oom
	group shop memory.max 64M
	within shop webapp anon 400
	;;
cpuset)
	echo +cpuset >$groups/cgroup.subtree_control
	group batch cpuset.mems 1
	within batch solver anon 4000
	;;
cpuset-memcg)
	echo +cpuset >$groups/cgroup.subtree_control
	group batch cpuset.mems 1
	echo 64M >$groups/batch/memory.max
	within batch solver anon 4000
	;;
mempolicy) as solver -n 0 anon 4000 ;;
panic)
	echo 1 >$knobs/panic_on_oom
	as leaky anon 1500
	;;
sysrq)
	echo f >/proc/sysrq-trigger
	sleep 1
	;;
sysrq-loaded)
	as batch -p anon 150 &
	sleep 3
	echo f >/proc/sysrq-trigger
	sleep 1
	;;
too-large)
	echo 16777216 >/proc/sys/net/core/optmem_max
	as sender control 3900000
	;;
*) fail "no kind '$1'" ;;
esac
