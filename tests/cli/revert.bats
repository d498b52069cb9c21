#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# revert: what an apply found is there again, and nobody else's work is lost.

load cli

setup() {
	sysroot modern-x86_64
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.vfs_cache_pressure: 200}'
}

# values SWAPPINESS VFS_CACHE_PRESSURE
assert_values() {
	assert_knob vm.swappiness "$1"
	assert_knob vm.vfs_cache_pressure "$2"
}

# state ID: what the history says of an entry
state() {
	lowmemctl history --json >/dev/null
	json "[e['state'] for e in j['entries'] if e['id'] == $1][0]"
}

# an entry as an apply leaves it that was cut short, the first of its values written
open_entry() {
	mkdir -p "$SYSROOT/var/lib/lowmemctl/journal"
	cat >"$(entry 7)" <<-EOT
		lowmemctl journal 1
		command apply
		profiles by-hand.yaml
		started 1795492684
		boot${EMPTY- }
		item proc/sys/vm/swappiness
		key vm.swappiness
		found 60
		value 10
		undo proc/sys/vm/swappiness
		restore 60
		item proc/sys/vm/vfs_cache_pressure
		key vm.vfs_cache_pressure
		found 100
		value 200
		undo proc/sys/vm/vfs_cache_pressure
		restore 100
		begin${EMPTY- }
	EOT
	set_knob vm.swappiness 10
}

@test "revert: puts back what apply found" {
	local before
	before=$(tree proc sys | grep -v '\.[0-9]*$')
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	assert_values 60 100
	assert_line '2 changed'
	assert_equal "$(tree proc sys | grep -v '\.[0-9]*$')" "$before"
}

@test "revert: in the reverse order" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert --json
	assert_json '[(i["key"], i["want"], i["result"]) for i in j["items"]]' \
		'[["vm.vfs_cache_pressure", "100", "done"], ["vm.swappiness", "60", "done"]]'
}

@test "revert: is an entry of its own" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	assert_equal "$(state 1) $(state 2)" 'reverted applied'
}

@test "revert: a second time there is nothing to undo" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	untouched lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
}

@test "revert: with nothing ever applied there is nothing to undo" {
	untouched lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
}

@test "revert: of an entry that is undone says so" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert 1
	untouched lowmemctl revert 1
	assert_stderr --partial 'entry 1 needs no undoing: it is reverted'
}

@test "revert: takes the newest first" {
	lowmemctl apply "$PROFILE"
	profile two <<<$'version: 1\nsysctl: {vm.swappiness: 20}'
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	assert_values 10 200
	lowmemctl revert
	assert_values 60 100
}

@test "revert: takes the one that is named" {
	lowmemctl apply "$PROFILE"
	profile two <<<$'version: 1\nsysctl: {vm.page-cluster: 0}'
	lowmemctl apply "$PROFILE"
	lowmemctl revert 1
	assert_values 60 100
	assert_knob vm.page-cluster 0
}

@test "revert: an undoing can be undone by its number" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert
	lowmemctl revert 2
	assert_values 10 200
}

@test "revert: of an entry that is not there is an error" {
	untouched lowmemctl -1 revert 5
	assert_stderr --partial "there is no entry 5: see 'lowmemctl history'"
}

@test "revert: takes the privileges that apply took" {
	profile net <<<$'version: 1\nsysctl: {net.ipv4.conf.lo.rp_filter: 1}\nsysfs: {/sys/kernel/mm/transparent_hugepage/enabled: madvise}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[i["needs"] for i in j["items"]]' '[["cap_net_admin"], ["cap_dac_override"]]'
	lowmemctl revert --json
	assert_json '[i["needs"] for i in j["items"]]' '[["cap_net_admin"], ["cap_dac_override"]]'
}

@test "revert: of a number that only its last 32 bits make an entry's is an error" {
	lowmemctl apply "$PROFILE"
	untouched lowmemctl -1 revert 4294967297
	assert_stderr --partial "there is no entry 4294967297: see 'lowmemctl history'"
}

@test "revert: of what is no number is a usage error" {
	lowmemctl -64 revert one
	lowmemctl -64 revert 0
	lowmemctl -64 revert -- -1
}

@test "revert: a value that somebody changed since is not touched, nor any other" {
	lowmemctl apply "$PROFILE"
	set_knob vm.swappiness 33
	untouched lowmemctl -1 revert
	assert_output --partial 'changed since: it is 33, not the 10 that was written'
	assert_values 33 200
}

@test "revert: --force puts it back all the same" {
	lowmemctl apply "$PROFILE"
	set_knob vm.swappiness 33
	lowmemctl revert --force
	assert_values 60 100
}

@test "revert: a value that somebody has put back already is no hindrance" {
	lowmemctl apply "$PROFILE"
	set_knob vm.swappiness 60
	lowmemctl revert
	assert_values 60 100
	assert_line '1 changed, 1 in sync'
}

@test "revert: a value that another spelling has is not changed" {
	lowmemctl apply "$PROFILE"
	set_knob vm.swappiness 0xa
	lowmemctl revert
	assert_values 60 100
}

@test "revert: a knob that went away is skipped" {
	lowmemctl apply "$PROFILE"
	rm "$SYSROOT/proc/sys/vm/swappiness"
	lowmemctl revert
	assert_knob vm.vfs_cache_pressure 100
	assert_output --partial 'it is no longer there'
}

@test "revert: --dry-run shows it and writes nothing" {
	lowmemctl apply "$PROFILE"
	local before
	before=$(tree .)
	lowmemctl revert --dry-run
	assert_line --regexp '^~ +vm\.swappiness +10 +60$'
	assert_equal "$(tree .)" "$before"
}

@test "revert: --detailed-exitcode is 2 where something was changed, else 0" {
	lowmemctl apply "$PROFILE"
	lowmemctl -2 revert --detailed-exitcode
	lowmemctl revert --detailed-exitcode
}

@test "revert: of a pair the one that was in force comes back" {
	profile one <<<$'version: 1\nsysctl: {vm.dirty_bytes: 64M}'
	lowmemctl apply "$PROFILE"
	# As the kernel does when the other one is written.
	set_knob vm.dirty_ratio 0
	lowmemctl revert
	assert_knob vm.dirty_ratio 20
}

@test "revert: lower_zone_protection, translated and as it is" {
	profile one <<<$'version: 1\nlower_zone_protection: 250'
	another_host i686-pae-6.1
	lowmemctl apply "$PROFILE"
	assert_knob vm.lowmem_reserve_ratio '256 12 0 0'
	lowmemctl revert
	assert_knob vm.lowmem_reserve_ratio '256 32 0 0'
	another_host rhel4-i686-highmem
	lowmemctl apply "$PROFILE"
	assert_knob vm.lower_zone_protection 250
	lowmemctl revert
	assert_knob vm.lower_zone_protection 0
}

@test "revert: a word in brackets comes back as a word" {
	local thp=/sys/kernel/mm/transparent_hugepage/enabled
	profile one <<-YAML
		version: 1
		sysfs: {$thp: never}
	YAML
	lowmemctl apply "$PROFILE"
	set_knob "$thp" 'always madvise [never]'
	lowmemctl revert
	assert_knob "$thp" always
}

@test "revert: completes an entry that was cut short" {
	open_entry
	lowmemctl revert
	assert_values 60 100
	assert_equal "$(state 7)" reverted
}

@test "revert: an entry that was cut short is told of by the next apply" {
	open_entry
	lowmemctl apply -v "$PROFILE"
	assert_stderr --partial 'an earlier run (entry 7) was cut short'
}

@test "revert: an entry that was cut short may have written half a value" {
	open_entry
	set_knob vm.swappiness 1
	lowmemctl revert
	assert_values 60 100
}

@test "revert: an entry whose head was cut short had written nothing" {
	open_entry
	sed -i '/^begin/d' "$(entry 7)"
	lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
	assert_knob vm.swappiness 10
}

@test "revert: an open entry of an earlier boot is gone" {
	mkdir -p "$SYSROOT/proc/sys/kernel/random"
	echo another >"$SYSROOT/proc/sys/kernel/random/boot_id"
	open_entry
	lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
	assert_equal "$(state 7)" gone
}

@test "revert: a damaged entry is told of and left out" {
	lowmemctl apply "$PROFILE"
	sed 's/^found .*/found/; s/^lowmemctl .*/other/' "$(entry 1)" >"$(entry 2)"
	lowmemctl revert
	assert_stderr --partial 'journal entry 2 cannot be read and is left out: it is damaged'
	assert_values 60 100
}

# newer_entry ID: as if a later version, with another format, had written it
newer_entry() { sed -i '1s/journal 1/journal 2/; /^end /d' "$(entry "$1")"; }

@test "revert: what a newer lowmemctl did last is not passed over for what is below it" {
	lowmemctl apply "$PROFILE"
	profile two <<<$'version: 1\nsysctl: {vm.page-cluster: 0}'
	lowmemctl apply "$PROFILE"
	newer_entry 2
	untouched lowmemctl -1 revert
	assert_stderr --partial 'entry 2 is left out: a newer lowmemctl wrote it'
	assert_stderr --partial "entry 2 comes first, and only the lowmemctl that wrote it can undo it"
	assert_stderr --partial "'lowmemctl revert 1'"
	untouched lowmemctl -1 revert 2
	refute_stderr --partial 'there is no entry 2'
	lowmemctl revert 1
	assert_values 60 100
}

@test "revert: what a newer lowmemctl did before hinders nobody" {
	lowmemctl apply "$PROFILE"
	profile two <<<$'version: 1\nsysctl: {vm.page-cluster: 0}'
	lowmemctl apply "$PROFILE"
	newer_entry 1
	lowmemctl revert
	assert_knob vm.page-cluster 3
}

@test "revert: what stayed changed is gone after a reboot, and is not forced on what came since" {
	mkdir -p "$SYSROOT/proc/sys/kernel/random"
	echo one >"$SYSROOT/proc/sys/kernel/random/boot_id"
	lowmemctl apply "$PROFILE"
	sed -i 's/^end .*/end stuck/' "$(entry 1)"
	echo two >"$SYSROOT/proc/sys/kernel/random/boot_id"
	set_knob vm.swappiness 33
	untouched lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
	assert_equal "$(state 1)" gone
}

@test "revert: completes what SIGKILL cut short" {
	inject pwrite64:signal=SIGKILL:when=2 vm.swappiness vm.vfs_cache_pressure
	lowmemctl -137 apply "$PROFILE"
	straight
	lowmemctl revert
	assert_values 60 100
	assert_equal "$(state 1)" reverted
}

@test "revert: what failed and was put back needs no undoing" {
	inject pwrite64:error=EINVAL:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	straight
	assert_equal "$(state 1)" restored
	untouched lowmemctl revert
	assert_stderr --partial 'there is nothing to undo'
}

@test "revert: what stayed changed can be undone later" {
	inject pwrite64:error=EIO:when=2+ vm.swappiness vm.vfs_cache_pressure
	lowmemctl -6 apply "$PROFILE"
	straight
	assert_equal "$(state 1)" stuck
	lowmemctl revert --force
	assert_values 60 100
	assert_equal "$(state 1)" reverted
}

@test "revert: that fails leaves things as the apply made them" {
	lowmemctl apply "$PROFILE"
	inject write,pwrite64:error=EIO:when=1 vm.swappiness
	lowmemctl -4 revert
	assert_values 10 200
	straight
	assert_equal "$(state 1)" applied
	lowmemctl revert
	assert_values 60 100
}

@test "revert: without privilege names every step, and touches nothing" {
	lowmemctl apply "$PROFILE"
	chmod a+r "$SYSROOT"/var/lib/lowmemctl/journal/*
	unprivileged
	untouched lowmemctl -77 revert -n
	assert_stderr --partial 'vm.swappiness: needs root'
	assert_stderr --partial 'vm.vfs_cache_pressure: needs root'
}

@test "revert: is refused while another holds the lock" {
	lowmemctl apply "$PROFILE"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	untouched lowmemctl -75 revert
	assert_stderr --regexp 'another lowmemctl is at work \(pid [1-9][0-9]*\)'
}

@test "revert: --json" {
	lowmemctl apply "$PROFILE"
	lowmemctl revert --json
	assert_json '[j[k] for k in ("schema", "command", "changed", "in_sync", "exit_code")]' \
		'["lowmemctl/1", "revert", true, true, 0]'
	lowmemctl revert --json
	assert_json '[j["changed"], j["items"], j["exit_code"]]' '[false, [], 0]'
}
