#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# apply: all or nothing, written once, read back, put back when something fails.

load cli

setup() { sysroot modern-x86_64; }

# two: a profile with two values that differ
two() {
	profile two <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.vfs_cache_pressure: 200
	YAML
}

assert_as_found() {
	assert_knob vm.swappiness 60
	assert_knob vm.vfs_cache_pressure 100
}

@test "apply: writes what differs" {
	two
	lowmemctl apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_knob vm.vfs_cache_pressure 200
	assert_line '2 changed'
}

@test "apply: nothing differs afterwards" {
	two
	lowmemctl apply "$PROFILE"
	lowmemctl diff "$PROFILE"
	assert_line '2 in sync'
}

@test "apply: a second time changes nothing and makes no entry" {
	two
	lowmemctl apply "$PROFILE"
	untouched lowmemctl apply "$PROFILE"
	assert_line '2 in sync'
	assert_equal "$(entries)" 1
}

@test "apply: does not write again what is as wanted" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.page-cluster: "0x3"}'
	touch -d 2001-01-01 "$SYSROOT/proc/sys/vm/page-cluster"
	lowmemctl apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_equal "$(stat -c %Y "$SYSROOT/proc/sys/vm/page-cluster")" "$(date -d 2001-01-01 +%s)"
}

@test "apply: --detailed-exitcode is 2 where something was changed, else 0" {
	two
	lowmemctl -2 apply --detailed-exitcode "$PROFILE"
	lowmemctl apply --detailed-exitcode "$PROFILE"
}

@test "apply: --dry-run writes nothing at all" {
	local before
	before=$(tree .)
	two
	lowmemctl apply --dry-run "$PROFILE"
	assert_line '2 to change'
	assert_equal "$(tree .)" "$before"
}

@test "apply: --dry-run with --detailed-exitcode foretells it" {
	two
	untouched lowmemctl -2 apply -n --detailed-exitcode "$PROFILE"
}

@test "apply: --dry-run checks privileges" {
	two
	unprivileged
	lowmemctl -77 apply --dry-run "$PROFILE"
	assert_stderr --partial 'vm.swappiness: needs root: permission denied'
}

@test "apply: without privilege names every step that lacks one, and touches nothing" {
	two
	unprivileged
	untouched lowmemctl -77 apply "$PROFILE"
	assert_as_found
}

@test "apply: without privilege all steps are named, the profile's line with each" {
	two
	unprivileged
	lowmemctl -77 apply -n --json "$PROFILE"
	assert_json '[(d["line"], d["message"].split(":")[0]) for d in j["diagnostics"]]' \
		'[[3, "vm.swappiness"], [4, "vm.vfs_cache_pressure"]]'
}

@test "apply: without privilege is fine where nothing differs" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 60}'
	unprivileged
	lowmemctl apply -n "$PROFILE"
	lowmemctl apply "$PROFILE"
}

@test "apply: a read-only mount is told apart from a missing privilege" {
	requires root unshare
	unshare -m mount --bind /tmp /tmp 2>/dev/null || skip "needs mount namespaces"
	two
	# shellcheck disable=SC2016 # the inner shell's words
	run --separate-stderr bounded unshare -m sh -ec '
		mount --bind "$1/proc/sys" "$1/proc/sys"
		mount -o remount,ro,bind "$1/proc/sys"
		exec "$2" --root "$1" apply "$3"' - "$SYSROOT" "$LOWMEMCTL" "$PROFILE"
	assert_equal "$status" 77
	assert_stderr --partial 'vm.swappiness: it is on a read-only mount'
}

@test "apply: nothing is written when one step is refused" {
	profile three <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.lowmemctl_none: 1
		  vm.vfs_cache_pressure: 200
	YAML
	untouched lowmemctl -69 apply "$PROFILE"
	assert_output --partial 'vm.lowmemctl_none'
	assert_equal "$(entries)" 0
}

@test "apply: nothing is written when a profile is not valid" {
	two
	local good=$PROFILE
	profile bad <<<$'version: 1\nsysctl: {vm.page-cluster: many}'
	untouched lowmemctl -65 apply "$good" "$PROFILE"
}

@test "apply: an optional knob that is not there holds nothing up" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.lowmemctl_none: {value: 1, optional: true}}'
	lowmemctl apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_line '1 changed, 1 skipped'
}

@test "apply: a profile for other hosts is no error and does nothing" {
	profile one <<<$'version: 1\nwhen: {highmem: true}\nsysctl: {vm.swappiness: 10}'
	untouched lowmemctl apply "$PROFILE"
	assert_output --partial 'Not applicable to this host'
}

@test "apply: lower_zone_protection as it is, translated, and not applicable" {
	profile one <<<$'version: 1\nlower_zone_protection: 250'
	untouched lowmemctl apply "$PROFILE"
	another_host rhel4-i686-highmem
	lowmemctl apply "$PROFILE"
	assert_knob vm.lower_zone_protection 250
	another_host i686-pae-6.1
	lowmemctl apply "$PROFILE"
	assert_knob vm.lowmem_reserve_ratio '256 12 0 0'
}

@test "apply: oom_kill: off writes 0 on RHEL 4, and is refused elsewhere" {
	profile one <<<$'version: 1\noom_kill: off'
	untouched lowmemctl -69 apply "$PROFILE"
	another_host rhel4-i686-highmem
	lowmemctl apply "$PROFILE"
	assert_knob vm.oom-kill 0
}

@test "apply: says what it left out of a profile" {
	profile one <<-'YAML'
		version: 1
		sysctl: {vm.swappiness: 10}
		processes: [{name: keep-sshd, match: {comm: sshd}, oom_adj: -17}]
	YAML
	lowmemctl apply "$PROFILE"
	assert_output --partial 'keep-sshd'
	assert_output --partial 'no process matches it now'
}

@test "apply: writes one line, with its newline" {
	profile one <<<$'version: 1\nsysctl: {vm.lowmem_reserve_ratio: "256  128 32 0 0"}'
	lowmemctl apply "$PROFILE"
	cmp "$SYSROOT/proc/sys/vm/lowmem_reserve_ratio" <<<'256 128 32 0 0'
}

@test "apply: --json, field by field" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.page-cluster: 3}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[j[k] for k in ("schema", "command", "changed", "in_sync", "comment", "exit_code")]' \
		'["lowmemctl/1", "apply", true, true, "1 changed, 1 in sync", 0]'
	assert_json '[[i[k] for k in ("kind", "key", "want", "live", "live_status", "action", "needs", "result", "reason")] for i in j["items"]]' \
		'[["sysctl", "vm.swappiness", "10", "60", "differs", "write", ["root"], "done", null], ["sysctl", "vm.page-cluster", "3", "3", "same", "none", [], null, null]]'
	assert_json '[j["summary"][k] for k in ("same", "differs", "skipped", "refused", "failed")]' '[1, 1, 0, 0, 0]'
	assert_json 'j["diagnostics"]' '[]'
}

@test "apply: --json of one that changed nothing says so" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 60}'
	lowmemctl apply --json "$PROFILE"
	assert_json '[j["changed"], j["in_sync"], j["items"][0]["result"]]' '[false, true, null]'
}

@test "apply: refuses a profile that the group can write" {
	two
	((EUID != 0)) || chgrp 65534 "$PROFILE"
	chmod 0664 "$PROFILE"
	untouched lowmemctl -77 apply "$PROFILE"
	assert_stderr --partial 'not to be trusted'
}

@test "apply: refuses a profile that everybody can write" {
	two
	chmod 0646 "$PROFILE"
	untouched lowmemctl -77 apply "$PROFILE"
	assert_stderr --partial 'chmod go-w'
}

@test "apply: refuses a profile that includes one which others can write" {
	profile base <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	chmod 0666 "$PROFILE"
	profile top <<<$'version: 1\ninclude: [base]'
	untouched lowmemctl -77 apply "$PROFILE"
	assert_stderr --partial 'base.yaml is not to be trusted'
}

@test "apply: a link to a profile that others can write is no better" {
	two
	chmod 0666 "$PROFILE"
	ln -s "$PROFILE" "$BATS_TEST_TMPDIR/link.yaml"
	untouched lowmemctl -77 apply "$BATS_TEST_TMPDIR/link.yaml"
}

@test "apply: takes a profile from a pipe" {
	lowmemctl apply - < <(echo $'version: 1\nsysctl: {vm.swappiness: 10}')
	assert_knob vm.swappiness 10
}

@test "apply: a limit on the size of files is an error, and nothing is touched" {
	two
	# The limit is for what bats writes, too, but for pipes.
	run bounded sh -c '(ulimit -f 0; exec "$@") 2>&1 | cat' - \
		"$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	assert_output --partial 'nothing was changed: the journal cannot be written: File too large'
	assert_equal "$(entries)" 0
	assert_knob vm.swappiness 60
}

@test "apply: is refused while another holds the lock, with its pid" {
	two
	mkdir -p "$SYSROOT/run/lowmemctl"
	echo 4242 >"$SYSROOT/run/lowmemctl/lock"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	untouched lowmemctl -75 apply "$PROFILE"
	assert_stderr --partial 'another lowmemctl is at work (pid 4242)'
	: >"$SYSROOT/run/lowmemctl/lock"
	untouched lowmemctl -75 apply "$PROFILE"
	assert_stderr --partial 'another lowmemctl is at work: try again'
	exec 9>&-
	lowmemctl apply "$PROFILE"
}

@test "apply: --dry-run does not wait for the lock" {
	two
	mkdir -p "$SYSROOT/run/lowmemctl"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	lowmemctl apply -n "$PROFILE"
	assert_line '2 to change'
}

@test "apply: a lock that cannot be made is a missing privilege" {
	two
	requires root
	unprivileged
	chmod a+w "$SYSROOT"/proc/sys/vm/*
	untouched lowmemctl -77 apply "$PROFILE"
	assert_stderr --partial 'cannot take the lock /run/lowmemctl/lock: Permission denied'
}

@test "apply: the journal has what was found before the first write" {
	two
	inject pwrite64:signal=SIGKILL:when=1 vm.swappiness
	run bounded "$LOWMEMCTL" --root "$SYSROOT" apply "$PROFILE"
	run cat "$(entry 1)"
	assert_line 'item proc/sys/vm/swappiness'
	assert_line 'found 60'
	assert_line 'found 100'
	refute_line --partial 'end '
}

@test "apply: the journal is for root's eyes" {
	two
	lowmemctl apply "$PROFILE"
	assert_equal "$(stat -c %a "$(entry 1)")" 600
}

@test "apply: a journal that cannot be synced means that nothing is written, nor open" {
	two
	mkdir -p "$SYSROOT/run/lowmemctl" "$SYSROOT/var/lib/lowmemctl/journal"
	inject fsync:error=EIO:when=1
	lowmemctl -1 apply "$PROFILE"
	assert_stderr --partial 'nothing was changed: the journal cannot be written'
	assert_as_found
	straight
	lowmemctl apply "$PROFILE"
	refute_stderr --partial 'cut short'
}

@test "apply: a full disk below the journal means that nothing is written" {
	two
	inject fsync:error=ENOSPC:when=1
	lowmemctl -1 apply "$PROFILE"
	assert_stderr --partial 'No space left on device'
	assert_as_found
}

@test "apply: a value that the kernel refuses ends it, and all is put back" {
	two
	inject pwrite64:error=EINVAL:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	assert_output --partial 'the kernel refused 200 (Invalid argument); it takes 0..2147483647'
	assert_as_found
}

@test "apply: --json says failed and restored" {
	two
	inject pwrite64:error=EINVAL:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply --json "$PROFILE"
	assert_json '[i["result"] for i in j["items"]]' '["restored", "failed"]'
	assert_json '[j["changed"], j["in_sync"], j["summary"]["failed"], j["exit_code"]]' '[false, false, 1, 4]'
}

@test "apply: any error of a write ends it, and all is put back" {
	local error
	for error in EIO ENOSPC EACCES EROFS EBUSY ENOMEM; do
		two
		inject "pwrite64:error=$error:when=1" vm.vfs_cache_pressure
		lowmemctl -4 apply "$PROFILE"
		assert_line --regexp '^! vm\.vfs_cache_pressure: [a-z]'
		assert_as_found
		straight
	done
}

@test "apply: a write that takes only part of a value is a failure" {
	two
	inject pwrite64:retval=1:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	assert_output --partial 'the kernel failed at 200, or took only part of it'
	assert_as_found
}

@test "apply: a write is not tried twice" {
	two
	inject pwrite64:error=EAGAIN:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	assert_as_found
}

@test "apply: a success that changes nothing is caught when it is read back" {
	two
	# "150\n" where 200 was written
	inject pread64:poke_exit=@arg2=3135300a:when=2 vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	assert_output --partial 'the kernel reported success, but it is 150 percent after writing 200'
	assert_as_found
}

@test "apply: a value that is rounded is kept, and told" {
	profile one <<<$'version: 1\nsysctl: {vm.nr_hugepages: 500}'
	set_knob vm.nr_hugepages 0
	# "499\n", both when it was written and at the end
	inject pread64:poke_exit=@arg2=3439390a:when=2+ vm.nr_hugepages
	lowmemctl apply "$PROFILE"
	assert_output --partial 'the kernel made 499 of 500'
}

@test "apply: what cannot be put back is told, with 6" {
	two
	inject pwrite64:error=EIO:when=2+ vm.swappiness vm.vfs_cache_pressure
	lowmemctl -6 apply "$PROFILE"
	assert_line --regexp '^! vm\.swappiness: putting 60 back failed: Input/output error'
	assert_line --regexp '^! +vm\.swappiness .* stuck$'
	assert_line '1 failed, 1 still changed'
}

@test "apply: even -q lists what stays changed" {
	two
	inject pwrite64:error=EIO:when=2+ vm.swappiness vm.vfs_cache_pressure
	lowmemctl -6 apply -q "$PROFILE"
	assert_output --partial vm.swappiness
}

@test "apply: what stays changed tells why the first write failed, too" {
	two
	inject pwrite64:error=EINVAL:when=2+ vm.swappiness vm.vfs_cache_pressure
	lowmemctl -6 apply "$PROFILE"
	assert_output --partial 'the kernel refused 200'
}

@test "apply: SIGTERM while writing ends it by putting back" {
	two
	inject pwrite64:signal=SIGTERM:when=2 vm.swappiness vm.vfs_cache_pressure
	lowmemctl -4 apply "$PROFILE"
	assert_line --partial 'interrupted: '
	assert_as_found
}

@test "apply: SIGINT and SIGHUP, too, at the first write" {
	local signal
	for signal in INT HUP; do
		two
		inject "pwrite64:signal=SIG$signal:when=1" vm.swappiness vm.vfs_cache_pressure
		lowmemctl -4 apply "$PROFILE"
		assert_as_found
		straight
	done
}

@test "apply: after SIGKILL the next one tells about the open entry" {
	two
	inject pwrite64:signal=SIGKILL:when=2 vm.swappiness vm.vfs_cache_pressure
	lowmemctl -137 apply "$PROFILE"
	straight
	untouched lowmemctl status
	assert_output --partial 'Cut off      apply of '
	lowmemctl apply "$PROFILE"
	assert_stderr --partial "an earlier run (entry 1) was cut short, part of it may be in force: 'lowmemctl revert 1' puts it back"
	lowmemctl revert 1
	lowmemctl status
	refute_output --partial 'Cut off'
}

@test "apply: the real kernel's files are not touched by --dry-run" {
	local live=/proc/sys/vm/page-cluster
	[[ -r $live ]] || skip "needs $live"
	SYSROOT=
	profile one <<<$'version: 1\nsysctl: {vm.page-cluster: '"$(cat $live)}"
	lowmemctl apply -n "$PROFILE"
	assert_line '1 in sync'
}

@test "apply: --active makes the kernel as what is persisted wants it, and leaves the files alone" {
	two
	lowmemctl persist "$PROFILE"
	rm "$PROFILE"
	echo 'vm.swappiness = 77' >"$SYSROOT/etc/sysctl.d/zzzzzzzz.conf"
	local files
	files=$(tree etc)
	lowmemctl apply --active
	assert_knob vm.swappiness 10
	assert_knob vm.vfs_cache_pressure 200
	assert_equal "$(tree etc)" "$files"
	lowmemctl history
	assert_line --regexp 'apply +two '
	lowmemctl apply --active --json
	assert_json '[j["changed"], j["exit_code"], len(j["items"])]' '[false, 0, 2]'
}

@test "apply: --active without an active profile does nothing, and says so" {
	untouched lowmemctl apply --active
	assert_output 'no profile is active'
	assert_stderr --partial 'no profile is active'
}

@test "apply: --active --best-effort leaves out what this kernel lacks, and names whose it was" {
	profile two <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.hugetlb_optimize_vmemmap: 1}'
	set_knob vm.hugetlb_optimize_vmemmap 0
	lowmemctl persist "$PROFILE"
	rm "$(knob_file vm.hugetlb_optimize_vmemmap)"
	lowmemctl -69 apply --active
	assert_as_found
	lowmemctl apply --active --best-effort
	assert_knob vm.swappiness 10
	assert_stderr --partial 'two: left out 1 of 2'
}

@test "apply: --active takes no PROFILE, and not --persist" {
	two
	lowmemctl -64 apply --active "$PROFILE"
	assert_stderr --partial 'one word too many'
	lowmemctl -64 apply --active --persist
	assert_stderr --partial 'exclude each other'
	lowmemctl -64 apply
	assert_stderr --partial 'which PROFILE?'
}

@test "apply: --active uses no file that others may write" {
	two
	lowmemctl persist "$PROFILE"
	chmod 0666 "$SYSROOT/etc/lowmemctl/active.d/two.yaml"
	lowmemctl -77 apply --active
	assert_as_found
}

# broken_active: of two that were persisted the first has been spoiled since
broken_active() {
	two
	lowmemctl persist "$PROFILE"
	profile abc <<<$'version: 1\nsysctl: {vm.dirty_ratio: 33}'
	lowmemctl persist "$PROFILE"
	echo 'sysctl: {vm.dirty_ratio: 3000}' >"$SYSROOT/etc/lowmemctl/active.d/abc.yaml"
}

@test "apply: --active with one that is broken touches nothing, as it is all of it or nothing" {
	broken_active
	lowmemctl -65 apply --active
	assert_as_found
}

@test "apply: --active --best-effort goes on without one that is broken, says so, and fails" {
	broken_active
	lowmemctl -1 apply --active --best-effort
	assert_knob vm.swappiness 10
	assert_knob vm.vfs_cache_pressure 200
	assert_stderr --regexp 'etc/lowmemctl/active.d/abc.yaml:1:[0-9]+: error: vm.dirty_ratio: 3000 is outside'
	assert_stderr --partial 'error: active profiles with faults are left out, and the others used'
	lowmemctl history
	assert_line --regexp 'apply +two '
	lowmemctl -1 apply --active --best-effort --json
	assert_json '[j["changed"], j["exit_code"], len(j["items"])]' '[false, 1, 2]'
}

@test "apply: --active --best-effort says where an earlier profile decides for a broken one" {
	broken_active
	echo $'sysctl: {vm.dirty_ratio: 3000, vm.swappiness: 20}' >"$SYSROOT/etc/lowmemctl/active.d/zz.yaml"
	lowmemctl -1 apply --active --best-effort
	assert_knob vm.swappiness 10
	assert_stderr --partial 'active.d/zz.yaml: warning: an earlier profile decides instead: vm.swappiness'
	refute_stderr --partial 'abc.yaml: warning'
}

@test "apply: --active --best-effort goes on without one that others may write" {
	broken_active
	cp "$SYSROOT/etc/lowmemctl/active.d/two.yaml" "$SYSROOT/etc/lowmemctl/active.d/abc.yaml"
	chmod 0666 "$SYSROOT/etc/lowmemctl/active.d/abc.yaml"
	lowmemctl -1 apply --active --best-effort
	assert_knob vm.swappiness 10
	assert_stderr --regexp 'active.d/abc.yaml is not to be trusted: others'
	assert_stderr --partial 'error: active profiles with faults are left out, and the others used'
}

@test "apply: --active --best-effort with nothing but broken ones touches nothing" {
	broken_active
	rm "$SYSROOT/etc/lowmemctl/active.d/two.yaml"
	lowmemctl -65 apply --active --best-effort
	assert_as_found
	refute_stderr --partial 'left out'
}

@test "apply: --active --best-effort with a broken one ends as a change that fails does" {
	broken_active
	inject pwrite64:error=EIO:when=1 vm.vfs_cache_pressure
	lowmemctl -4 apply --active --best-effort
	assert_as_found
}
