#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --root: nothing that is reached through it lies outside it, and nothing is asked of
# the real host.

load cli

setup() {
	sysroot modern-x86_64
	OUTSIDE=$BATS_TEST_TMPDIR/outside
	mkdir "$OUTSIDE"
	echo 99 >"$OUTSIDE/swappiness"
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
}

# link_out PATH TARGET: below the root, to outside
link_out() {
	rm -rf "${SYSROOT:?}/$1"
	mkdir -p "$(dirname "$SYSROOT/$1")"
	ln -s "$2" "$SYSROOT/$1"
}

assert_outside_untouched() {
	assert_equal "$(cat "$OUTSIDE/swappiness")" 99
	assert_equal "$(ls -A "$OUTSIDE")" swappiness
}

@test "root: a link to an absolute path stays inside" {
	link_out proc/sys/vm/swappiness "$OUTSIDE/swappiness"
	lowmemctl -69 diff "$PROFILE"
	lowmemctl -69 apply "$PROFILE"
	assert_outside_untouched
}

@test "root: a link that climbs out stays inside" {
	link_out proc/sys/vm/swappiness ../../../../outside/swappiness
	lowmemctl -69 apply "$PROFILE"
	assert_outside_untouched
}

@test "root: a folder that is a link stays inside" {
	link_out proc/sys/vm "$OUTSIDE"
	lowmemctl -69 apply "$PROFILE"
	link_out proc/sys ../../outside
	lowmemctl -69 apply "$PROFILE"
	assert_outside_untouched
}

@test "root: a link that stays inside is followed" {
	mv "$SYSROOT/proc/sys/vm" "$SYSROOT/vm"
	ln -s /vm "$SYSROOT/proc/sys/vm"
	lowmemctl apply "$PROFILE"
	assert_equal "$(cat "$SYSROOT/vm/swappiness")" 10
}

@test "root: a link into the real /proc leads nowhere" {
	link_out proc/sys/vm/swappiness /proc/self/fd/0
	lowmemctl -69 apply "$PROFILE"
	link_out proc/sys /proc/self/root/proc/sys
	lowmemctl -69 diff "$PROFILE"
}

@test "root: a glob does not follow links out" {
	link_out proc/sys/net/ipv4/conf "$OUTSIDE"
	mkdir "$OUTSIDE/eth9"
	echo 1 >"$OUTSIDE/eth9/rp_filter"
	profile one <<<$'version: 1\nsysctl: {"net.ipv4.conf.*.rp_filter": 2}'
	lowmemctl apply "$PROFILE"
	assert_output --partial 'nothing on this host matches it'
	assert_equal "$(cat "$OUTSIDE/eth9/rp_filter")" 1
}

@test "root: keys with dots lead nowhere" {
	local key
	for key in '..' 'vm/../../../../outside/swappiness' '../../../outside/swappiness'; do
		profile one <<<$'version: 1\nsysctl: {"'"$key"'": 1}'
		lowmemctl -65 apply "$PROFILE"
	done
	profile one <<<$'version: 1\nsysfs: {/sys/../../outside/swappiness: 1}'
	lowmemctl -65 apply "$PROFILE"
	assert_outside_untouched
}

@test "root: the journal stays inside" {
	link_out var/lib/lowmemctl "$OUTSIDE"
	lowmemctl ! apply "$PROFILE"
	assert_outside_untouched
	assert_knob vm.swappiness 60
}

@test "root: a journal entry that points outside is not obeyed" {
	lowmemctl apply "$PROFILE"
	sed -i 's|proc/sys/vm/swappiness|../outside/swappiness|' "$(entry 1)"
	lowmemctl revert --force
	assert_outside_untouched
}

@test "root: the lock and the state of a trial stay inside" {
	link_out run/lowmemctl "$OUTSIDE"
	lowmemctl ! apply "$PROFILE"
	assert_outside_untouched
	rm "$SYSROOT/run/lowmemctl"
	link_out run/lowmemctl/trial "$OUTSIDE/trial"
	lowmemctl -4 apply --trial 1m "$PROFILE"
	assert_outside_untouched
}

@test "root: the administrator's profiles are the tree's" {
	mkdir -p "$SYSROOT/etc/lowmemctl"
	cp "$PROFILE" "$OUTSIDE"
	ln -s "$OUTSIDE" "$SYSROOT/etc/lowmemctl/profiles"
	lowmemctl -1 diff one
}

@test "root: paths on the command line are the caller's own" {
	mkdir -p "$SYSROOT/tmp"
	cp "$PROFILE" "$SYSROOT/tmp/only-inside.yaml"
	lowmemctl -1 diff /tmp/only-inside.yaml
	lowmemctl -2 diff "$PROFILE"
}

@test "root: kernel, memory, HighMem and architecture are the tree's own" {
	another_host i686-pae-6.1
	profile one <<-'YAML'
		version: 1
		when: {highmem: true, arch: i686, kernel: ">=6.1 <6.2", memory: "<4G"}
		sysctl: {vm.swappiness: 10}
	YAML
	lowmemctl -2 diff "$PROFILE"
}

@test "root: nothing of the real /proc and /sys is opened" {
	requires strace
	strace -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	profile one <<-'YAML'
		version: 1
		when: {highmem: false, arch: x86_64, kernel: ">=2.6", memory: ">1G"}
		sysctl: {vm.swappiness: 10, vm.min_free_kbytes: 1%}
		sysfs: {/sys/kernel/mm/transparent_hugepage/enabled: never}
	YAML
	ASAN_OPTIONS=detect_leaks=0 strace -qq -f -e trace=open,openat -o "$BATS_TEST_TMPDIR/calls" \
		"$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE" 3>&-
	assert_knob vm.swappiness 10
	# What a process is allowed is its own affair.
	run grep -vE '"/proc/(self|[0-9]+|sys/kernel/cap_last_cap)["/]' "$BATS_TEST_TMPDIR/calls"
	refute_line --regexp '"/(proc|sys|etc/lowmemctl|var|run)/'
}

@test "root: what a tree does not tell is unknown, not the real host's" {
	rm -r "$SYSROOT"/proc/{meminfo,zoneinfo} "$SYSROOT"/proc/sys/kernel/{arch,osrelease}
	local condition
	for condition in 'highmem: false' "arch: $(uname -m)" 'kernel: ">=2"' 'memory: ">=1M"'; do
		profile one <<<$'version: 1\nwhen: {'"$condition"$'}\nsysctl: {vm.swappiness: 10}'
		lowmemctl diff "$PROFILE"
		assert_output --partial 'does not tell'
	done
}

@test "root: a per cent of memory that a tree does not tell is refused" {
	rm "$SYSROOT/proc/meminfo"
	profile one <<<$'version: 1\nsysctl: {vm.min_free_kbytes: 1%}'
	lowmemctl -69 apply "$PROFILE"
	assert_output --partial 'which is not known'
}

@test "root: one that is not there, or no folder, is an error" {
	SYSROOT=
	lowmemctl -1 --root "$BATS_TEST_TMPDIR/none" diff "$PROFILE"
	assert_stderr --partial "cannot open the root '$BATS_TEST_TMPDIR/none'"
	lowmemctl -1 --root "$PROFILE" diff "$PROFILE"
	lowmemctl -1 --root '' diff "$PROFILE"
}

@test "root: a kernel without openat2 is an error, not an empty tree" {
	inject openat2:error=ENOSYS
	lowmemctl -1 get vm.swappiness
	assert_output ''
	assert_stderr --partial "Function not implemented: --root takes Linux 5.6 or later"
	lowmemctl -1 apply "$PROFILE"
	lowmemctl -1 profile list
}

@test "root: --pidfile of watch is the caller's own, also above the folder that it is called in" {
	local pid
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
	"$LOWMEMCTL" --root "$SYSROOT" watch --pidfile ../x.pid "$PROFILE" 2>/dev/null 3>&- &
	pid=$!
	eventually test -s ../x.pid
	assert_equal "$(<../x.pid)" "$pid"
	kill "$pid"
	eventually test ! -e ../x.pid
}

@test "root: an empty one has no knobs" {
	SYSROOT=$BATS_TEST_TMPDIR/empty
	mkdir "$SYSROOT"
	lowmemctl -69 diff "$PROFILE"
	lowmemctl -69 apply "$PROFILE"
}

@test "root: with a blank or a quote in its name is given back so that it can be typed" {
	local odd="$BATS_TEST_TMPDIR/a b'c" next
	mv "$SYSROOT" "$odd"
	SYSROOT=$odd
	lowmemctl -2 diff "$PROFILE"
	next=$(sed -n 's/^Next: lowmemctl //p' <<<"$output")
	eval "set -- $next"
	assert_equal "$2" "$odd"
}
