#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# storm.sh N ROUNDS - a daemon that watch protects starts N programs at a time, so often, and they
# are not to keep its value; with watch as it is, and with --realtime. Prints how long they had it.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

cat >/tmp/storm.yaml <<-EOF
	version: 1
	processes:
	  - match: {comm: lm-storm}
	    oom_score_adj: -900
	    children: reset
EOF
ln -s /usr/bin/hog /tmp/lm-storm
for options in '' --realtime; do
	rm -f /run/lowmemctl/watch.json
	# shellcheck disable=SC2086 # none, or one
	lowmemctl watch $options /tmp/storm.yaml >/tmp/watch.log 2>&1 &
	watch=$!
	for _ in $(seq 300); do
		[ ! -s /run/lowmemctl/watch.json ] || break
		sleep 0.1
	done
	grep -q '"mode":"events"' /run/lowmemctl/watch.json || fail "no events: $(cat /tmp/watch.log)"
	echo "# watch $options"
	said=$(/tmp/lm-storm storm "$1" "$2")
	echo "$said"
	case $said in
	*'at -900: '*', kept 0, parent lost it 0 times') ;;
	*) fail "the children keep it, or the parent does not" ;;
	esac
	kill -USR1 $watch
	for _ in $(seq 100); do
		[ "$(grep -c 'events:' /tmp/watch.log)" -lt 2 ] || break
		sleep 0.1
	done
	said=$(grep 'events:' /tmp/watch.log | tail -n 1)
	echo "$said"
	case $said in
	# One that ends as soon as it is changed is not counted.
	*" changed, 0 denied, 0 lost,"*) ;;
	*) fail "watch missed something" ;;
	esac
	kill $watch
	wait $watch || fail "watch: exit status $?"
done
