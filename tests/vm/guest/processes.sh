#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules for processes with all that the real root may do: making some unkillable, moving the
# floors that programs have, and the daemon, which keeps only the capabilities that it needs.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

# adj PID
adj() { cat "/proc/$1/oom_score_adj"; }

# eventually COMMAND...: within ten seconds, which are long ones here
eventually() {
	for _ in $(seq 100); do
		"$@" && return
		sleep 0.1
	done
	fail "never: $*"
}

is() { [ "$(adj "$1")" = "$2" ]; }

# profile NAME <<EOF: /tmp/NAME.yaml
profile() {
	cat >"/tmp/$1.yaml"
	chmod 644 "/tmp/$1.yaml"
}

# script NAME <<EOF: /tmp/NAME, whose comm is its name
script() {
	cat >"/tmp/$1"
	chmod 755 "/tmp/$1"
}

echo "# apply makes unkillable, and revert takes it back"
script lm-precious <<-'EOF'
	#!/bin/sh
	read -r _ </tmp/never
EOF
mkfifo -m 666 /tmp/never
/tmp/lm-precious &
precious=$!
profile precious <<-EOF
	version: 1
	processes:
	  - match: {comm: lm-precious}
	    oom_score_adj: -1000
EOF
sleep 1
expect 2 lowmemctl diff /tmp/precious.yaml
expect 0 lowmemctl apply /tmp/precious.yaml
is $precious -1000 || fail "$precious: $(adj $precious)"
expect 0 lowmemctl verify /tmp/precious.yaml
expect 0 lowmemctl revert
is $precious 0 || fail "$precious: $(adj $precious)"

echo "# after a soft raise a program can lower itself again, after a hard one it cannot"
script lm-lowers <<-'EOF'
	#!/bin/sh
	until [ "$(cat /proc/$$/oom_score_adj)" = 500 ]; do sleep 0.1; done
	echo 0 2>/dev/null >/proc/$$/oom_score_adj && echo lowered >"/tmp/$1" || echo denied >"/tmp/$1"
EOF
for floor in soft hard; do
	profile $floor <<-EOF
		version: 1
		processes:
		  - match: {cmdline: "*lm-lowers $floor", user: nobody}
		    oom_score_adj: 500
		    floor: $floor
	EOF
	su nobody -s /bin/sh -c "exec /tmp/lm-lowers $floor" &
	sleep 1
	expect 0 lowmemctl apply /tmp/$floor.yaml
	wait $!
done
[ "$(cat /tmp/soft)" = lowered ] || fail "soft: $(cat /tmp/soft)"
[ "$(cat /tmp/hard)" = denied ] || fail "hard: $(cat /tmp/hard)"

echo "# watch protects a daemon, of another user too, and not what it starts"
script lm-daemon <<-'EOF'
	#!/bin/sh
	sleep 1000 &
	until [ "$(cat /proc/$$/oom_score_adj)" = -900 ]; do sleep 0.1; done
	sleep 1000 &
	sh -c 'sleep 1000 & exec sleep 1000' &
	echo $! >"/tmp/started-$1"
	wait
EOF
profile daemon <<-EOF
	version: 1
	processes:
	  - match: {comm: lm-daemon}
	    oom_score_adj: -900
	    children: reset
	  - match: {exe: /no/such/program}
	    oom_score_adj: 100
EOF
lowmemctl watch /tmp/daemon.yaml >/tmp/log 2>&1 &
watch=$!
eventually test -s /run/lowmemctl/watch.json
grep -q '"mode":"events"' /run/lowmemctl/watch.json || fail "no events: $(cat /tmp/log)"
/tmp/lm-daemon root &
root=$!
su nobody -s /bin/sh -c 'exec /tmp/lm-daemon nobody' &
nobody=$!
for who in root nobody; do
	eventually test -s /tmp/started-$who
done
sleep 2
for daemon in $root $nobody; do
	is "$daemon" -900 || fail "$daemon: $(adj "$daemon")"
	children=$(cat "/proc/$daemon"/task/*/children)
	[ "$(echo "$children" | wc -w)" = 3 ] || fail "children of $daemon: $children"
	for child in $children $(for c in $children; do cat "/proc/$c/task/$c/children"; done); do
		is "$child" 0 || fail "$child, below $daemon: $(adj "$child")"
	done
done

echo "# the daemon itself is safe, and holds four capabilities"
is $watch -1000 || fail "watch: $(adj $watch)"
# cap_dac_override, cap_net_admin, cap_sys_ptrace, cap_sys_resource (linux/capability.h)
for set in CapPrm CapEff; do
	[ "$(sed -n "s/^$set:\t*//p" /proc/$watch/status)" = 0000000001081002 ] ||
		fail "watch: $(grep $set /proc/$watch/status)"
done
grep -q '^NoNewPrivs:	1' /proc/$watch/status || fail "watch can gain privileges"
kill $watch
wait $watch || fail "watch: exit status $?"
cat /tmp/log
