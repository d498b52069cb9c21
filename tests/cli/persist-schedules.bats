#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# persist --schedules: who carries schedules out, and the files by which they do.

load cli

setup() {
	sysroot modern-x86_64
	set_schedules '"30 3 * * *"' '"40 4 * * *"'
}

# set_schedules TEXT...: the profile has these
set_schedules() {
	local text=$'version: 1\ndrop_caches:' one
	for one in "$@"; do
		text+=$'\n'"  - {schedule: $one, mode: all}"
	done
	profile web <<<"$text"
}

# ours: the files that carry out what profile web has
ours() { (cd "$SYSROOT" && find etc/systemd etc/cron.d -type f -name '*lowmemctl*' 2>/dev/null | sort); }

units() { ours | grep -c '^etc/systemd/system/lowmemctl-web-[0-9]*\.\(timer\|service\)$'; }

@test "persist --schedules: systemd, cron and back to watch; each takes the others' files out" {
	lowmemctl persist --schedules systemd "$PROFILE"
	assert_stderr --partial 'systemctl start lowmemctl-web-1.timer lowmemctl-web-2.timer'
	refute_stderr --partial 'nothing on this host carries that out'
	assert_equal "$(units)" 4
	assert_equal "$(ours | wc -l)" 5
	untouched lowmemctl persist "$PROFILE"
	lowmemctl persist --schedules cron "$PROFILE"
	assert_equal "$(ours)" etc/cron.d/lowmemctl-web
	lowmemctl persist --schedules watch "$PROFILE"
	assert_stderr --partial 'nothing on this host carries that out'
	assert_equal "$(ours)" ""
}

@test "persist --schedules: a schedule that goes takes its units along, and stays systemd's" {
	lowmemctl persist --schedules systemd "$PROFILE"
	set_schedules '"30 3 * * *"'
	lowmemctl persist "$PROFILE"
	assert_equal "$(units)" 2
}

@test "persist --schedules: unpersist leaves nothing behind, and revert brings it back" {
	lowmemctl persist --schedules systemd "$PROFILE"
	lowmemctl unpersist web
	assert_equal "$(ours)" ""
	lowmemctl revert
	assert_equal "$(units)" 4
}

@test "persist --schedules: revert takes it back" {
	lowmemctl persist --schedules cron "$PROFILE"
	lowmemctl revert
	assert_equal "$(ours)" ""
}

@test "persist --schedules: somebody else's file of that name is refused and named" {
	mkdir -p "$SYSROOT/etc/cron.d"
	echo '# mine' >"$SYSROOT/etc/cron.d/lowmemctl-web"
	untouched lowmemctl -4 persist --schedules cron "$PROFILE"
	assert_output --partial /etc/cron.d/lowmemctl-web
}

@test "persist --schedules: verify sees a unit that was deleted or edited" {
	lowmemctl persist --schedules systemd "$PROFILE"
	lowmemctl verify
	local unit=$SYSROOT/etc/systemd/system/lowmemctl-web-1.timer
	echo '# edited' >>"$unit"
	lowmemctl -2 verify
	assert_output --partial '/etc/systemd/system/lowmemctl-web-1.timer is not as it is to be'
	rm "$unit"
	lowmemctl -2 verify
	assert_output --partial '/etc/systemd/system/lowmemctl-web-1.timer is missing'
	lowmemctl persist "$PROFILE"
	lowmemctl verify
}

@test "persist --schedules: --dry-run writes nothing; a wrong word is refused" {
	untouched lowmemctl persist --dry-run --schedules systemd "$PROFILE"
	untouched lowmemctl -64 persist --schedules sytemd "$PROFILE"
	assert_stderr --partial "did you mean 'systemd'"
	untouched lowmemctl -64 apply --schedules cron "$PROFILE"
}

@test "persist --schedules: what cron cannot do is refused at its line" {
	profile web <<<$'version: 1\ndrop_caches:\n  - {every: 7h, mode: all}'
	untouched lowmemctl -65 persist --schedules cron "$PROFILE"
	assert_stderr --partial "$PROFILE:3"
}

@test "persist --schedules: of the daemon's, diff sees that the profile has others than are active" {
	lowmemctl persist "$PROFILE"
	lowmemctl diff --persist "$PROFILE"
	set_schedules '"30 3 * * *"' '"41 4 * * *"'
	lowmemctl -2 diff --persist "$PROFILE"
	lowmemctl persist "$PROFILE"
	lowmemctl diff --persist "$PROFILE"
}

@test "persist: a kernel without drop_caches" {
	rm -r "$SYSROOT"
	sysroot rhel4-i686-highmem
	profile old <<-EOF
		version: 1
		drop_caches: [{every: 6h}]
	EOF
	lowmemctl persist --dry-run "$PROFILE"
	rm "$SYSROOT/proc/sys/vm/drop_caches"
	lowmemctl -69 persist "$PROFILE"
	assert_regex "$output$stderr" 'this kernel has no vm.drop_caches \(2\.6\.16 and later\)'
}

@test "persist: schedules that are due too often take --force" {
	profile hasty <<-EOF
		version: 1
		drop_caches: [{every: 5m}]
	EOF
	lowmemctl -1 persist "$PROFILE"
	assert_regex "$output$stderr" 'more often than every 10 minutes'
	lowmemctl persist --force "$PROFILE"
}
