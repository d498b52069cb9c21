#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# mixes.sh SEED RUNS [cgroup|swap|profile]... - processes of random sizes, adjustments, users,
# threads and shared memory; `lowmemctl victims` says whom the OOM killer would take, memory is made
# short, and the kernel takes whom it takes. KILLS of them in each run, in their order.
#
# cgroup: in a control group at its limit. swap: with a full swap. profile: in the order that a
# profile's rules would bring, which is told before they are applied.
#
# Prints a line for each run, and fails if one was not as foretold.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

KILLS=3
names="alder beech cedar elm fir hazel larch maple"
box=/sys/fs/cgroup/box
seed=$1 runs=$2
shift 2

has() { case " $modes " in *" $1 "*) ;; *) return 1 ;; esac }

# pick N: sets $picked, 0 to N - 1
pick() {
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	picked=$((seed / 65536 % $1))
}

# choose WORD...: sets $chosen
choose() {
	pick $#
	shift $picked
	chosen=$1
}

# start NAME: one process, or with its children several, of a random kind
start() {
	choose 0 0 0 50 150 300 -80 -200 -1000
	adj=$chosen
	choose 0 0 65534
	user=$chosen
	pick 30
	size=$((picked + 6))
	pick 5
	# Shared memory that is swapped out counts for nobody: who has it then ranks lower than before.
	! has swap || [ $picked != 0 ] || picked=2
	case $picked in
	0) set -- "$1" shared $((size / 2)) 2 ;;
	1) set -- "$1" anon $size 12 ;;
	*) set -- "$1" anon $size ;;
	esac
	mix="$mix $1:$2:$3${4:+*$4}:$adj:$user"
	name=$1
	shift
	(
		! has cgroup || echo 0 >$box/cgroup.procs
		exec /tmp/"$name" -p -a "$adj" -u "$user" "$@" >"/tmp/log/$name"
	) 3>&- &
	started="$started $!"
}

# A rule for half of them
write_profile() {
	printf 'version: 1\nprocesses:\n' >/tmp/profile.yaml
	for name in $names; do
		pick 2
		[ $picked = 1 ] || continue
		choose 0 100 200 400 -100 -500 -1000
		printf '  - match: {comm: %s}\n    oom_score_adj: %s\n' "$name" "$chosen" >>/tmp/profile.yaml
		mix="$mix rule:$name=$chosen"
	done
}

# The foretold order, as PID:COMM words
foretell() {
	set -- victims -v --json
	! has cgroup || set -- "$@" --cgroup /box
	! has profile || set -- "$@" /tmp/profile.yaml
	lowmemctl "$@" >/tmp/victims.json 2>/tmp/victims.err || fail "victims: $(cat /tmp/victims.err)"
	rank=rank
	! has profile || rank=rank_after
	sed 's/{"rank"/\n&/g' /tmp/victims.json |
		sed -n "s/.*\"pid\":\([0-9]*\),\"comm\":\"\([^\"]*\)\".*/\1:\2 &/p" |
		sed -n "s/^\([^ ]*\) .*\"$rank\":\([0-9][0-9]*\).*/\2 \1/p" | sort -n | sed -n "1,${KILLS}s/.* //p" | xargs
}

killed() { dmesg | sed -n 's/.*Killed process \([0-9]*\) (\([^)]*\)).*/\1:\2/p' | head -n $KILLS | xargs; }

finish() {
	for pid in $started; do
		for child in $(cat /proc/"$pid"/task/*/children 2>/dev/null) $pid; do
			kill -9 "$child" 2>/dev/null || :
		done
	done
	wait
}

run() {
	mix='' started=''
	rm -rf /tmp/log
	mkdir -p /tmp/log
	chmod 1777 /tmp/log
	for name in $names; do
		start "$name"
	done
	for name in $names; do
		for _ in $(seq 300); do
			[ ! -s "/tmp/log/$name" ] || break
			sleep 0.05
		done
		[ -s "/tmp/log/$name" ] || fail "$name did not start in run $1: $mix"
	done
	sleep 1
	! has profile || write_profile
	dmesg -c >/dev/null # its buffer does not hold what all runs say
	wanted=$(foretell)
	! has profile || lowmemctl apply -q /tmp/profile.yaml || fail "apply: $?"
	(
		! has cgroup || echo 0 >$box/cgroup.procs
		exec hog -a -1000 press $KILLS
	) >/dev/null 3>&- || fail "the machine ran out of processes: $mix"
	got=$(killed)
	finish
	verdict=right
	[ "$wanted" = "$got" ] || verdict=WRONG
	echo "$verdict seed $first run $1${modes:+ ($modes)}: foretold $wanted, killed $got"
	[ $verdict = right ] || { echo "  of$mix" && wrong=$((wrong + 1)); }
	echo "$mix" >>/tmp/mixes
}

modes="$*" first=$seed wrong=0
# The console is slow, and nobody looks at it.
dmesg -n 1
echo -1000 >/proc/$$/oom_score_adj
for name in $names; do
	ln -s /usr/bin/hog "/tmp/$name"
done
if has cgroup; then
	mkdir $box
	echo 330M >$box/memory.max
fi
if has swap; then
	for module in zram/*.ko; do insmod "$module"; done
	echo 96M >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0
fi
for n in $(seq "$runs"); do
	run "$n"
done
echo "foretold $((runs - wrong)) of $runs"
[ $wrong = 0 ]
