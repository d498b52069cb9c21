#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon on the running kernel. It is let loose on processes that the test starts itself, by rules
# that name them; its own folders are private to a mount namespace.

# bats file_tags=live,root

load ../lib/lowmem

setup() {
	requires root unshare mount setpriv
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
	# No other test's process is like ours.
	mark=$((100000 + BASHPID % 800000))
	export LOWMEMCTL PROFILE mark
	log=$BATS_TEST_TMPDIR/log
	export log
}

# What the scripts below have in common: a watch in the background, and victims for it.
# shellcheck disable=SC2016 # the inner shell expands it
helpers='
	mount -t tmpfs tmpfs /run
	mkdir -p /var/lib/lowmemctl /etc/lowmemctl
	mount -t tmpfs tmpfs /var/lib/lowmemctl
	mount -t tmpfs tmpfs /etc/lowmemctl
	victims=() daemon=
	victim() { sleep "$mark.$1" & victims+=("$!"); }
	adj() { cat "/proc/$1/oom_score_adj"; }
	# until_ COMMAND...: it succeeds before long, also where the daemon has to look for itself
	until_() {
		local i
		for ((i = 0; i < 300; i++)); do "$@" && return; sleep 0.05; done
		echo "never: $*" >&2
		cat "$log" >&2
		return 1
	}
	has() { [[ $(adj "$1") == "$2" ]]; }
	logged() { grep -q -- "$1" "$log"; }
	watch_() {
		"$@" 2>"$log" 3>&- &
		daemon=$!
		until_ logged " rules, "
	}
	end() {
		kill -TERM "$daemon"
		local status=0
		wait "$daemon" || status=$?
		daemon=
		return "$status"
	}
	trap "[[ -z \$daemon ]] || kill -KILL \$daemon || :; ((\${#victims[@]} == 0)) || kill -KILL \${victims[@]}" EXIT
'

in_private() {
	run --separate-stderr bounded unshare -m --propagation private bash -euc "$helpers$1"
	printf '%s\n' "$output"
	# shellcheck disable=SC2154
	printf 'stderr: %s\n' "$stderr"
	assert_equal "$status" 0
}

sleepers() {
	profile sleepers <<-EOF
		version: 1
		processes:
		  - name: sleepers
		    match: {cmdline: "sleep $mark.1*"}
		    oom_score_adj: ${1:-300}
	EOF
}

@test "watch: what is there and what comes is set, and said once each" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		victim 1
		watch_ "$LOWMEMCTL" watch "$PROFILE"
		has "${victims[0]}" 300
		victim 11
		until_ has "${victims[1]}" 300
		victim 2
		victim 12
		until_ has "${victims[3]}" 300
		has "${victims[2]}" 0
		grep -q "\"changed\":1," /run/lowmemctl/watch.json
		kill -USR1 "$daemon"
		until_ grep -q "\"changed\":3," /run/lowmemctl/watch.json
		end
		[[ $(grep -c "oom_score_adj 0 -> 300 (rule .sleepers.)" "$log") == 3 ]]
		[[ ! -e /run/lowmemctl/watch.json && ! -e /run/lowmemctl/watch.pid ]]
		has "${victims[0]}" 300
	'
}

@test "watch: it holds what it needs, and no more" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		watch_ setpriv --inh-caps -all "$LOWMEMCTL" watch "$PROFILE"
		caps=$((16#$(awk "/^CapPrm/ { print \$2 }" "/proc/$daemon/status")))
		# CAP_DAC_OVERRIDE, CAP_NET_ADMIN, CAP_SYS_RESOURCE
		((caps & ~(1 << 1 | 1 << 12 | 1 << 24) ? 0 : 1))
		((caps & 1 << 1))
		grep -qx "NoNewPrivs:.1" "/proc/$daemon/status"
		grep -qx "Threads:.1" "/proc/$daemon/status"
		((1 > $(awk "/^VmLck/ { print (\$2 > 0) ? 0 : 1 }" "/proc/$daemon/status")))
		end
	'
}

@test "watch: one at a time" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		watch_ "$LOWMEMCTL" watch --pidfile /run/x.pid "$PROFILE"
		[[ $(</run/x.pid) == "$daemon" ]]
		status=0
		"$LOWMEMCTL" watch "$PROFILE" 2>/run/second || status=$?
		[[ $status == 75 ]]
		grep -q "a watch is at work already (pid $daemon" /run/second
		end
		[[ ! -e /run/x.pid ]]
	'
}

@test "watch: SIGHUP reads the profiles again, and bad ones change nothing" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		cp "$PROFILE" /run/p.yaml
		victim 1
		watch_ "$LOWMEMCTL" watch /run/p.yaml
		echo "  - match: {com: x}" >>/run/p.yaml
		kill -HUP "$daemon"
		until_ logged "the rules of before stay in force"
		logged "/run/p.yaml:.*did you mean .comm."
		victim 11
		until_ has "${victims[1]}" 300
		sed "s/: 300/: 350/" "$PROFILE" >/run/p.yaml
		kill -HUP "$daemon"
		until_ has "${victims[1]}" 350
		has "${victims[0]}" 350
		end
	'
}

@test "watch: an active profile with faults at its start costs the others nothing" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		mkdir -p /etc/lowmemctl/active.d
		echo "version: [" >/etc/lowmemctl/active.d/faulty.yaml
		victim 1
		status=0
		"$LOWMEMCTL" watch 2>/run/none || status=$?
		[[ $status == 65 ]]
		cp "$PROFILE" /etc/lowmemctl/active.d/p.yaml
		watch_ "$LOWMEMCTL" watch
		until_ has "${victims[0]}" 300
		logged "active profiles with faults are left out, and the others used"
		logged "active.d/faulty.yaml:2:"
		end
	'
}

@test "watch: a profile that becomes active is noticed, and one that ceases to be" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		victim 1
		watch_ "$LOWMEMCTL" watch --restore-on-exit
		logged "no profile has a rule"
		"$LOWMEMCTL" -q persist "$PROFILE"
		until_ has "${victims[0]}" 300
		"$LOWMEMCTL" -q unpersist "$PROFILE"
		until_ has "${victims[0]}" 0
		end
	'
}

@test "watch: --restore-on-exit puts back what each had, and what it handed down" {
	profile shells <<-EOF
		version: 1
		processes:
		  - name: shell
		    match: {cmdline: "sh -c * sleep $mark.1*"}
		    oom_score_adj: 400
	EOF
	# shellcheck disable=SC2016
	in_private '
		watch_ "$LOWMEMCTL" watch --restore-on-exit "$PROFILE"
		# It hands down what it has: so it waits to have it.
		sh -c ": victim; until grep -qx 400 /proc/\$\$/oom_score_adj; do sleep 0.1; done; sleep $mark.1; :" 3>&- &
		victims+=("$!")
		until_ has "${victims[0]}" 400
		child() { pgrep -P "${victims[0]}" -f "sleep $mark.1"; }
		until_ child
		victims+=("$(child)")
		has "${victims[1]}" 400
		end
		has "${victims[0]}" 0
		has "${victims[1]}" 0
	'
}

@test "watch: children get their own value, whenever they were started" {
	profile shells <<-EOF
		version: 1
		processes:
		  - name: shell
		    match: {cmdline: "sh -c * sleep $mark.1*"}
		    oom_score_adj: 400
		    children: 100
	EOF
	# shellcheck disable=SC2016
	in_private '
		sh -c ": victim; sleep $mark.11 & (exec sleep $mark.12) & sleep 0.5; sleep $mark.13; :" 3>&- &
		victims+=("$!")
		watch_ "$LOWMEMCTL" watch "$PROFILE"
		has "${victims[0]}" 400
		children() {
			local child count=0
			for child in $(pgrep -f "^sleep $mark.1"); do
				has "$child" 100 || return 1
				count=$((count + 1))
			done
			((count == 3))
		}
		until_ children
		victims+=($(pgrep -f "^sleep $mark.1"))
		end
	'
}

@test "watch: a program that sets its own value again and again is left alone" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		victim 1
		watch_ "$LOWMEMCTL" watch --scan 1s "$PROFILE"
		insists() {
			echo 500 >"/proc/${victims[0]}/oom_score_adj"
			logged "sleep\[${victims[0]}\]: oom_score_adj is 500 again and again, not 300 .*left alone"
		}
		until_ insists
		logged "sleep\[${victims[0]}\]: oom_score_adj 500 -> 300"
		sleep 2.2
		has "${victims[0]}" 500
		end
	'
}

@test "watch: --scan finds what comes without any event" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		watch_ "$LOWMEMCTL" watch --scan 1s "$PROFILE"
		logged "^lowmemctl: scan: 1 rules"
		victim 1
		until_ has "${victims[0]}" 300
		end
	'
}

@test "watch: a denied write is told as one, and not again and again" {
	sleepers -5
	# shellcheck disable=SC2016
	in_private '
		watch_ setpriv --bounding-set -sys_resource "$LOWMEMCTL" watch "$PROFILE"
		for i in {10..30}; do victim "$i"; done
		victim 1
		until_ logged "oom_score_adj stays 0, not -5 .*CAP_SYS_RESOURCE"
		sleep 0.5
		kill -USR1 "$daemon"
		until_ grep -q "\"denied\":1[0-9]," /run/lowmemctl/watch.json
		(($(grep -c "stays 0" "$log") <= 5))
		end
		[[ $(grep -c "0 -> -5" "$log") == 0 ]]
	'
}

@test "watch: without privilege it is refused, and --user is for one's own" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all)
		cp "$PROFILE" /run/p.yaml
		chown 65534 /run/p.yaml "$log" 2>/dev/null || true
		status=0
		"${nobody[@]}" "$LOWMEMCTL" watch /run/p.yaml 2>/run/refused || status=$?
		[[ $status == 77 ]]
		grep -q "watch --user" /run/refused
		watch_ "${nobody[@]}" "$LOWMEMCTL" watch --user /run/p.yaml
		victim 1
		"${nobody[@]}" sleep "$mark.11" & victims+=("$!")
		until_ has "${victims[1]}" 300
		has "${victims[0]}" 0
		end
	'
}

@test "watch: the service manager is told" {
	requires python3
	sleepers
	cat >"$BATS_TEST_TMPDIR/manager" <<-'EOF'
		import os, socket, sys
		listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		listener.bind("/run/notify")
		listener.settimeout(20)
		print("bound", flush=True)
		while True:
		    text = listener.recv(4096).decode()
		    print(text.replace("\n", " "), flush=True)
		    if "STOPPING=1" in text:
		        break
	EOF
	manager=$BATS_TEST_TMPDIR/manager
	export manager
	# shellcheck disable=SC2016
	in_private '
		python3 "$manager" >/run/told 3>&- &
		until_ grep -q bound /run/told
		NOTIFY_SOCKET=/run/notify watch_ "$LOWMEMCTL" watch "$PROFILE"
		until_ grep -q "READY=1" /run/told
		kill -HUP "$daemon"
		until_ grep -q "RELOADING=1.*MONOTONIC_USEC=" /run/told
		until_ eval "(( \$(grep -c READY=1 /run/told) == 2 ))"
		end
		until_ grep -q "STOPPING=1" /run/told
	'
}

@test "watch: --json ends in one document, and a bad profile is refused" {
	sleepers
	# shellcheck disable=SC2016
	in_private '
		"$LOWMEMCTL" watch --json "$PROFILE" >/run/document 2>"$log" 3>&- &
		daemon=$!
		until_ logged " rules, "
		end
		grep -q "\"command\":\"watch\"" /run/document
		echo "version: 2" >/run/bad.yaml
		status=0
		"$LOWMEMCTL" watch /run/bad.yaml 2>/run/why || status=$?
		[[ $status == 65 ]]
		status=0
		"$LOWMEMCTL" watch --scan never "$PROFILE" 2>/run/why || status=$?
		[[ $status == 64 ]]
	'
}
