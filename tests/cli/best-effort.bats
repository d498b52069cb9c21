#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# apply --best-effort: for package scripts, which must not fail where a host cannot be tuned.

load cli

setup() { sysroot modern-x86_64; }

# trusted: only root's profiles will do; as somebody else nothing below can be tried
trusted() { requires root; }

mixed() {
	profile mixed <<-'YAML'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.lowmemctl_none: 1
	YAML
}

left_out() { cat "$SYSROOT/var/lib/lowmemctl/left-out"; }

@test "best-effort: applies what can be, leaves out what is not there" {
	trusted
	mixed
	lowmemctl apply --best-effort "$PROFILE"
	assert_knob vm.swappiness 10
}

@test "best-effort: says it in one line on stderr" {
	trusted
	mixed
	lowmemctl apply --best-effort "$PROFILE"
	assert_stderr "lowmemctl: warning: $PROFILE: left out 1 of 2 settings on this host"
}

@test "best-effort: records what it left out, and why" {
	trusted
	mixed
	lowmemctl apply --best-effort "$PROFILE"
	run left_out
	assert_line --index 0 "# $PROFILE"
	assert_line --index 1 --regexp $'^vm\\.lowmemctl_none\tkernel 6\\.12.* does not have it$'
}

@test "best-effort: the record goes when nothing is left out" {
	trusted
	mixed
	lowmemctl apply --best-effort "$PROFILE"
	assert_file_exist "$SYSROOT/var/lib/lowmemctl/left-out"
	profile mixed <<<$'version: 1\nsysctl: {vm.swappiness: 20}'
	lowmemctl apply --best-effort "$PROFILE"
	assert_file_not_exist "$SYSROOT/var/lib/lowmemctl/left-out"
	assert_stderr ''
}

@test "best-effort: what one profile left out stays when another leaves out nothing" {
	trusted
	mixed
	local first=$PROFILE
	lowmemctl apply --best-effort "$first"
	profile another <<<$'version: 1\nsysctl: {vm.swappiness: 20}'
	lowmemctl apply --best-effort "$PROFILE"
	run left_out
	assert_line --index 0 "# $first"
	profile another <<<$'version: 1\nsysctl: {vm.lowmemctl_two: 20}'
	lowmemctl apply --best-effort "$PROFILE"
	lowmemctl status
	assert_line --regexp "^Left out +by the last best-effort apply of $first: vm.lowmemctl_none \(.*\); of $PROFILE: vm.lowmemctl_two \("
}

@test "best-effort: of a profile whose package was removed, status says nothing" {
	trusted
	mixed
	lowmemctl apply --best-effort "$PROFILE"
	rm "$PROFILE"
	lowmemctl status
	refute_output --partial 'Left out'
}

@test "best-effort: oom_kill: off on a kernel without it is left out" {
	trusted
	profile one <<<$'version: 1\noom_kill: off'
	lowmemctl apply --best-effort "$PROFILE"
	assert_stderr --partial 'left out 1 of 1'
}

@test "best-effort: a profile for other hosts is no reason to talk" {
	trusted
	profile one <<<$'version: 1\nwhen: {highmem: true}\nsysctl: {vm.swappiness: 10}'
	lowmemctl apply --best-effort "$PROFILE"
	assert_stderr ''
}

# At boot no daemon runs yet: each boot would tell of that, and status for as long as the host is up.
@test "best-effort: a schedule, and a rule that no process matches yet, are not left out" {
	trusted
	profile waiting <<-'YAML'
		version: 1
		sysctl: {vm.swappiness: 10}
		drop_caches: [{schedule: "@daily"}]
		processes: [{match: {comm: lowmemctl-none}, oom_score_adj: 30}]
	YAML
	lowmemctl apply --best-effort "$PROFILE"
	assert_stderr ''
	assert_knob vm.swappiness 10
	assert_file_not_exist "$SYSROOT/var/lib/lowmemctl/left-out"
	lowmemctl persist --best-effort "$PROFILE"
	refute_stderr --partial 'left out'
}

@test "best-effort: without privilege it is 0 all the same" {
	trusted
	mixed
	unprivileged
	lowmemctl apply --best-effort "$PROFILE"
	assert_knob vm.swappiness 60
	assert_stderr --partial 'left out 2 of 2'
}

@test "best-effort: a read-only /proc/sys is 0, with one line and the record" {
	trusted
	requires unshare
	unshare -m mount --bind /tmp /tmp 2>/dev/null || skip "needs mount namespaces"
	another_host container
	mixed
	# shellcheck disable=SC2016 # the inner shell's words
	run --separate-stderr bounded unshare -m sh -ec '
		mount --bind "$1/proc/sys" "$1/proc/sys"
		mount -o remount,ro,bind "$1/proc/sys"
		exec "$2" --root "$1" apply --best-effort "$3"' - "$SYSROOT" "$LOWMEMCTL" "$PROFILE"
	assert_equal "$status" 0
	assert_stderr --regexp '^[^[:cntrl:]]*left out 2 of 2[^[:cntrl:]]*$'
	run left_out
	assert_line --partial $'vm.swappiness\tit is on a read-only mount'
}

@test "best-effort: a bad profile still fails" {
	trusted
	profile bad <<<$'version: 1\nsysctl: {vm.swappiness: 300}'
	lowmemctl -65 apply --best-effort "$PROFILE"
}

@test "best-effort: a profile that is not there still fails" {
	lowmemctl -1 apply --best-effort "$BATS_TEST_TMPDIR/none.yaml"
}

@test "best-effort: a profile that others can write is refused" {
	trusted
	mixed
	chmod 0666 "$PROFILE"
	untouched lowmemctl -77 apply --best-effort "$PROFILE"
}

@test "best-effort: a profile that is not root's is refused" {
	mixed
	((EUID != 0)) || chown 65534 "$PROFILE"
	untouched lowmemctl -77 apply --best-effort "$PROFILE"
	assert_stderr --partial 'it must belong to root for unattended use'
}

@test "best-effort: a value that the kernel refuses still fails" {
	trusted
	mixed
	inject pwrite64:error=EINVAL:when=1 vm.swappiness
	lowmemctl -4 apply --best-effort "$PROFILE"
	assert_knob vm.swappiness 60
}

@test "best-effort: a lock that is held still fails" {
	trusted
	mixed
	mkdir -p "$SYSROOT/run/lowmemctl"
	exec 9<>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	untouched lowmemctl -75 apply --best-effort "$PROFILE"
}

@test "best-effort: --dry-run records nothing" {
	trusted
	mixed
	untouched lowmemctl apply --best-effort -n "$PROFILE"
}

@test "best-effort: --json says what was skipped and why" {
	trusted
	mixed
	lowmemctl apply --best-effort --json "$PROFILE"
	assert_json '[(i["key"], i["action"], i["result"]) for i in j["items"]]' \
		'[["vm.swappiness", "write", "done"], ["vm.lowmemctl_none", "skip", null]]'
	assert_json '[j["summary"]["skipped"], j["exit_code"]]' '[1, 0]'
}

@test "best-effort: what cannot be persisted is the apply service's, and the second time changes nothing" {
	trusted
	local files
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.page-cluster: 0}'
	echo 'vm.swappiness = 30' >"$SYSROOT/etc/sysctl.conf"
	lowmemctl --loader procps apply --persist --best-effort "$PROFILE"
	assert_knob vm.swappiness 10
	assert_stderr --partial 'left out 1 of 2 settings on this host'
	grep -x '  vm.swappiness: 10' "$SYSROOT/etc/lowmemctl/active.d/one.yaml"
	run left_out
	assert_line $'vm.swappiness\tit could not be persisted here'
	files=$(cd "$SYSROOT/etc" && find . -type f -exec cksum {} + | sort)
	lowmemctl --loader procps apply --persist --best-effort "$PROFILE"
	assert_stderr --partial 'left out 1 of 2 settings on this host'
	assert_equal "$(cd "$SYSROOT/etc" && find . -type f -exec cksum {} + | sort)" "$files"
	run left_out
	assert_line --regexp $'^vm\\.swappiness\t'
}
