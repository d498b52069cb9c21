#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# apply --trial: everything goes back on its own, whatever becomes of who asked.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.vfs_cache_pressure: 200}'
}

# The guard outlives the program; it must not outlive the test.
teardown() {
	local pid
	pid=$(guard) && kill "$pid" 2>/dev/null
	eventually settled
}

# guard: the pid of the one that waits
guard() { awk '{ print $1 }' "$SYSROOT/run/lowmemctl/trial" 2>/dev/null; }

# settled: nobody guards any more
settled() {
	[[ ! -e $SYSROOT/run/lowmemctl/trial ]] || flock -n "$SYSROOT/run/lowmemctl/trial" true
}

state_is() {
	"$LOWMEMCTL" --root "$SYSROOT" history --json | grep -q "\"id\":$1,.*\"state\":\"$2\""
}

@test "trial: is in force at first" {
	lowmemctl apply --trial 1m "$PROFILE"
	assert_knob vm.swappiness 10
	lowmemctl history
	assert_line --regexp ' trial until 20[0-9-]* [0-9:]*$'
}

@test "trial: says how to keep it, for this very host" {
	lowmemctl apply --trial 1m "$PROFILE"
	assert_line "Next: lowmemctl --root $SYSROOT confirm"
	assert_stderr --partial "it is put back in 1m, unless 'lowmemctl confirm' comes first"
}

@test "trial: goes back when its time is up" {
	lowmemctl apply --trial 1s "$PROFILE"
	eventually state_is 1 reverted
	assert_knob vm.swappiness 60
	assert_knob vm.vfs_cache_pressure 100
}

@test "trial: does not keep its caller waiting" {
	local started=$SECONDS
	lowmemctl apply --trial 1m "$PROFILE"
	((SECONDS - started < 20))
}

@test "trial: survives the terminal that it was begun on" {
	requires script
	run bounded script -qec "'$LOWMEMCTL' --root '$SYSROOT' apply --trial 1s '$PROFILE'" /dev/null </dev/null
	assert_equal "$status" 0
	eventually state_is 1 reverted
	assert_knob vm.swappiness 60
}

@test "trial: a guard that is told to end puts back at once" {
	lowmemctl apply --trial 1m "$PROFILE"
	kill -TERM "$(guard)"
	eventually state_is 1 reverted
	assert_knob vm.swappiness 60
}

@test "trial: what somebody changed meanwhile stays theirs" {
	lowmemctl apply --trial 1m "$PROFILE"
	set_knob vm.swappiness 33
	kill -TERM "$(guard)"
	eventually settled
	assert_knob vm.swappiness 33
	assert_knob vm.vfs_cache_pressure 100
}

@test "trial: waits for the lock when its time is up" {
	lowmemctl apply --trial 1m "$PROFILE"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	kill -TERM "$(guard)"
	sleep 0.3
	assert_knob vm.swappiness 10
	exec 9>&-
	eventually state_is 1 reverted
	assert_knob vm.swappiness 60
}

@test "trial: another apply has to wait for it" {
	lowmemctl apply --trial 1m "$PROFILE"
	untouched lowmemctl -75 apply "$PROFILE"
	assert_stderr --partial "a trial is running (entry 1, pid $(guard)): 'lowmemctl confirm' keeps it"
}

@test "trial: revert ends it" {
	lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl revert
	assert_knob vm.swappiness 60
	eventually settled
	lowmemctl apply "$PROFILE"
}

@test "trial: where nothing differs there is none" {
	lowmemctl apply "$PROFILE"
	untouched lowmemctl apply --trial 1m "$PROFILE"
	lowmemctl -1 confirm
}

@test "trial: --dry-run begins none" {
	untouched lowmemctl apply --trial 1m -n "$PROFILE"
}

@test "trial: that fails is put back at once, and not guarded" {
	inject pwrite64:error=EINVAL:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply --trial 1m "$PROFILE"
	straight
	assert_knob vm.swappiness 60
	lowmemctl -1 confirm
}

@test "trial: that nobody can guard is put back at once" {
	requires root
	mkdir -p "$SYSROOT/run/lowmemctl/trial"
	lowmemctl -4 apply --trial 1m "$PROFILE"
	assert_stderr --partial 'nothing can watch over the trial'
	assert_knob vm.swappiness 60
	rmdir "$SYSROOT/run/lowmemctl/trial"
}

@test "trial: of another boot is gone" {
	mkdir -p "$SYSROOT/proc/sys/kernel/random"
	echo one >"$SYSROOT/proc/sys/kernel/random/boot_id"
	lowmemctl apply --trial 1m "$PROFILE"
	kill -KILL "$(guard)"
	eventually settled
	echo two >"$SYSROOT/proc/sys/kernel/random/boot_id"
	lowmemctl history
	assert_line --regexp ' gone$'
	lowmemctl apply --trial 1m "$PROFILE"
}

@test "trial: whose guard was killed can be reverted, and holds nobody up" {
	lowmemctl apply --trial 1m "$PROFILE"
	kill -KILL "$(guard)"
	eventually settled
	lowmemctl revert
	assert_knob vm.swappiness 60
}

@test "trial: whose guard was killed is told of by the next apply" {
	lowmemctl apply --trial 1m "$PROFILE"
	kill -KILL "$(guard)"
	eventually settled
	lowmemctl apply "$PROFILE"
	assert_stderr --partial 'entry 1'
}

@test "trial: takes a duration" {
	local time
	for time in 0 0s -1s 5x '' 1.5m; do
		untouched lowmemctl -64 apply "--trial=$time" "$PROFILE"
	done
	assert_stderr --partial '--trial takes a duration of at most 30 days, such as 90s, 5m or 1h30m'
}

# second: there is a journal, and this is the file of what comes next in it
second() {
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	NEXT=/var/lib/lowmemctl/journal/000003
}

@test "trial: a connection that breaks when it is just in force does not keep it so" {
	second
	inject fsync:signal=SIGHUP:when=2 "$NEXT"
	lowmemctl -129 apply --trial 1s "$PROFILE"
	straight
	eventually state_is 3 reverted
	assert_knob vm.swappiness 60
}

@test "trial: goes back also where the disk had no room to say that it is one" {
	second
	inject write:error=ENOSPC:when=2 "$NEXT"
	lowmemctl apply --trial 1s "$PROFILE"
	assert_stderr --partial 'could not be written'
	straight
	eventually state_is 3 reverted
	assert_knob vm.swappiness 60
}

@test "trial: can be confirmed also where the disk had no room to say that it is one" {
	second
	inject write:error=ENOSPC:when=2 "$NEXT"
	timeout 60 "$LOWMEMCTL" --root "$SYSROOT" apply --trial 1m "$PROFILE" >/dev/null 2>&1 3>&- &
	straight
	eventually test -s "$SYSROOT/run/lowmemctl/trial"
	lowmemctl status --json
	assert_json '[j["trial"]["id"] if isinstance(j["trial"], dict) else j["trial"], j["cut_off"]]' '[3, null]'
	lowmemctl confirm
	assert_output 'entry 3 is kept'
	eventually settled
	state_is 3 applied
	assert_knob vm.swappiness 10
}
