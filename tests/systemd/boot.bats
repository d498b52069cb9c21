#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The units, on a system that boots: systemd-nspawn on a small Debian, with settings of
# its own in /proc/sys/vm.

# bats file_tags=live,root

load systemd

setup_file() { make_tree; }

setup() {
	new_machine
	one | active one
}

one() {
	cat <<-'EOF'
		version: 1
		name: one
		sysctl:
		  vm.probe_one: 10
		  vm.probe_two: 150
	EOF
}

@test "systemd: the apply service carries out the active profiles at boot, before sysinit.target" {
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl is-active lowmemctl-apply.service
		cat /probe/vm/probe_one /probe/vm/probe_two
		systemctl show -p After sysinit.target | grep -c lowmemctl-apply
		journalctl -b -o cat -u lowmemctl-apply.service
		lowmemctl status --json >/dev/null
		lowmemctl history
		systemctl --failed --no-legend
	EOF
	assert_line --index 0 active
	assert_line --index 1 10
	assert_line --index 2 150
	assert_line --index 3 1
	assert_line --partial '2 changed'
	assert_line --regexp 'apply .*one'
}

@test "systemd: systemd-analyze of the machine itself has nothing to say of the units" {
	printf 'version: 1\nsysctl: {vm.probe_one: 77}\n' | dropped pkg
	rm -r "$MACHINE"/etc/systemd/system/lowmemctl-*.d
	boot <<-'EOF'
		verify() { systemd-analyze verify --man=no lowmemctl-{apply,watch,verify}.service lowmemctl-verify.timer 2>&1 | grep lowmemctl; }
		verify
		sed -i 's/^ProtectHome=/ProtectHouse=/' /usr/lib/systemd/system/lowmemctl-watch.service
		echo "with a fault:"
		verify
	EOF
	assert_line --index 0 'with a fault:'
	assert_line --index 1 --partial ProtectHouse
}

# Older systemd keeps what PrivateDevices= makes in /tmp for a moment, which tmpfiles empties at boot.
@test "systemd: the apply service comes after tmpfiles, whose lines write settings, too" {
	mkdir -p "$MACHINE/etc/tmpfiles.d"
	echo 'w /probe/vm/probe_one - - - - 5' >"$MACHINE/etc/tmpfiles.d/probe.conf"
	unit systemd-tmpfiles-setup.service.d/slow.conf <<-'EOF'
		[Service]
		ExecStartPre=/bin/sleep 1
	EOF
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl is-active systemd-tmpfiles-setup.service lowmemctl-apply.service
		cat /probe/vm/probe_one
		journalctl -b -o cat -u lowmemctl-apply.service
	EOF
	assert_line --index 0 active
	assert_line --index 1 active
	assert_line --index 2 10
}

@test "systemd: an active profile with faults costs the others nothing, and the apply service fails" {
	echo 'sysctl: {vm.probe_one: [}' >"$MACHINE/etc/lowmemctl/active.d/faulty.yaml"
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl show -p ActiveState -p ExecMainStatus lowmemctl-apply.service
		systemctl is-active sysinit.target
		cat /probe/vm/probe_one /probe/vm/probe_two
		journalctl -b -o cat -u lowmemctl-apply.service
	EOF
	assert_line ActiveState=failed
	assert_line ExecMainStatus=1
	assert_line --index 2 active
	assert_line --index 3 10
	assert_line --index 4 150
	assert_line --regexp 'active.d/faulty.yaml:1:.*error'
	assert_line --partial 'active profiles with faults are left out, and the others used'
}

# dropped NAME <<EOF: a profile that a package dropped
dropped() {
	mkdir -p "$MACHINE/usr/share/lowmemctl/profiles.d"
	cp "$TESTS/../packaging/apply-dropped" "$MACHINE/usr/share/lowmemctl"
	cat >"$MACHINE/usr/share/lowmemctl/profiles.d/$1.yaml"
}

@test "systemd: what packages dropped is applied at boot, before what the administrator wants" {
	printf 'version: 1\nsysctl: {vm.probe_one: 77, vm.probe_three: 33}\n' | dropped pkg
	printf 'version: [\n' | dropped bad
	echo 5 >"$MACHINE/probe/vm/probe_three"
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl is-active lowmemctl-apply.service
		cat /probe/vm/probe_one /probe/vm/probe_two /probe/vm/probe_three
		journalctl -b -o cat -u lowmemctl-apply.service
	EOF
	assert_line --index 0 active
	assert_line --index 1 10
	assert_line --index 2 150
	assert_line --index 3 33
	assert_line --partial 'profiles.d/bad.yaml is not applied'
}

@test "systemd: where no profile is active, what packages dropped is applied at boot" {
	rm "$MACHINE"/etc/lowmemctl/active.d/*
	printf 'version: 1\nsysctl: {vm.probe_one: 77}\n' | dropped pkg
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl is-active lowmemctl-apply.service
		cat /probe/vm/probe_one
		journalctl -b -o cat -u lowmemctl-apply.service
	EOF
	assert_line --index 0 active
	assert_line --index 1 77
}

@test "systemd: a reload of the apply service carries out what became active since" {
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		sed -i 's/: 150/: 170/' /etc/lowmemctl/active.d/one.yaml
		systemctl reload lowmemctl-apply.service
		cat /probe/vm/probe_one /probe/vm/probe_two
	EOF
	assert_line --index 0 10
	assert_line --index 1 170
}

@test "systemd: where /proc/sys is read-only, the apply service is left out, and does not fail" {
	enable sysinit.target lowmemctl-apply.service
	boot read-only <<-'EOF'
		systemctl show -p ConditionResult -p ActiveState -p Result lowmemctl-apply.service
		journalctl -b -o cat -u lowmemctl-apply.service
		systemctl --failed --no-legend
		cat /probe/vm/probe_one
	EOF
	assert_line ConditionResult=no
	assert_line ActiveState=inactive
	assert_line --regexp 'ConditionPathIsReadWrite=/proc/sys|Condition check resulted in .* being skipped'
	assert_line 60
	refute_line --partial '●'
}

@test "systemd: without an active profile, there is nothing to start" {
	rm "$MACHINE"/etc/lowmemctl/active.d/*
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl show -p ConditionResult -p ActiveState lowmemctl-apply.service
	EOF
	assert_line ConditionResult=no
}

@test "systemd: a broken profile fails the apply service, and the system starts" {
	active one <<<'version: 1, sysctl: ['
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl show -p Result -p ExecMainStatus lowmemctl-apply.service
	EOF
	assert_line Result=exit-code
	assert_line ExecMainStatus=65
}

# The probe's own processes are the machine's; they are raised, which takes no capability that a
# container may lack.
@test "systemd: the watch service says that it is ready, reloads, and logs with fields" {
	active rules <<-'EOF'
		version: 1
		name: rules
		processes:
		  - name: sleepers
		    match: {cmdline: "sleep 98765"}
		    oom_score_adj: 300
	EOF
	enable multi-user.target lowmemctl-watch.service
	boot <<-'EOF'
		systemctl is-active lowmemctl-watch.service
		systemctl show -p NotifyAccess -p WatchdogUSec -p StatusText -p NRestarts lowmemctl-watch.service
		sleep 98765 3>&- &
		pid=$!
		is() { [ "$(cat /proc/$pid/oom_score_adj)" = "$1" ]; }
		until_ is 300 && echo "set to $(cat /proc/$pid/oom_score_adj)"
		sed -i 's/: 300/: 350/' /etc/lowmemctl/active.d/rules.yaml
		systemctl reload lowmemctl-watch.service && echo "reload $?"
		until_ is 350 && echo "set to $(cat /proc/$pid/oom_score_adj)"
		journalctl -b --sync
		journalctl -b -o json LOWMEMCTL_EVENT=changed LOWMEMCTL_RULE=sleepers
		journalctl -b -o cat -u lowmemctl-watch.service
		systemctl stop lowmemctl-watch.service
		systemctl show -p Result -p ExecMainStatus lowmemctl-watch.service
		kill $pid
	EOF
	assert_line --index 0 active
	assert_line 'WatchdogUSec=1min'
	assert_line --regexp '^StatusText=.*1 rule'
	assert_line NRestarts=0
	assert_line 'set to 300'
	assert_line 'reload 0'
	assert_line 'set to 350'
	assert_line --regexp '"LOWMEMCTL_AFTER":"300"'
	assert_line --regexp '"LOWMEMCTL_COMM":"sleep"'
	assert_line --regexp '"_SYSTEMD_UNIT":"lowmemctl-watch.service"'
	assert_line --regexp '"PRIORITY":"6"'
	refute_line --partial 'are not given up'
	refute_line --partial 'not locked'
	refute_line --partial 'not filtered'
	refute_line --partial 'cannot be written'
	assert_line Result=success
}

@test "systemd: what systemd 219 understands of the units suffices for their work" {
	works_as_of 219
}

@test "systemd: what systemd 234 understands of the units suffices, too" {
	works_as_of 234
}

works_as_of() {
	as_of "$1"
	mkdir -p "$MACHINE/var/lib/lowmemctl" # persist makes it
	{
		one
		echo 'processes: [{match: {cmdline: "sleep 98765"}, oom_score_adj: 300}]'
	} | persisted one
	enable sysinit.target lowmemctl-apply.service
	enable multi-user.target lowmemctl-watch.service
	boot <<-'EOF'
		systemctl is-active lowmemctl-apply.service lowmemctl-watch.service
		cat /probe/vm/probe_one
		sleep 98765 3>&- &
		is() { [ "$(cat /proc/$!/oom_score_adj)" = 300 ]; }
		until_ is && echo set
		systemctl start lowmemctl-verify.service
		systemctl show -p Result lowmemctl-verify.service
		journalctl -b -o cat -u 'lowmemctl-*'
	EOF
	assert_line --index 0 active
	assert_line --index 1 active
	assert_line --index 2 10
	assert_line --index 3 set
	assert_line --index 4 Result=success
}

@test "systemd: the daemon needs nothing that can be written but /run" {
	printf 'version: 1\nprocesses: [{match: {cmdline: "sleep 98765"}, oom_score_adj: 300}]\n' | active rules
	unit read-only.service <<-'EOF'
		[Unit]
		DefaultDependencies=no
		After=systemd-tmpfiles-setup.service
		Before=sysinit.target
		[Service]
		Type=oneshot
		ExecStart=/bin/sh -ec 'for dir in /var /etc; do mount --bind $dir $dir; mount -o remount,ro,bind $dir; done'
	EOF
	mkdir -p "$MACHINE/etc/systemd/system/sysinit.target.wants"
	ln -s ../read-only.service "$MACHINE/etc/systemd/system/sysinit.target.wants/"
	enable multi-user.target lowmemctl-watch.service
	boot <<-'EOF'
		touch /etc/x /var/x 2>&1 | grep -c 'Read-only'
		systemctl is-active lowmemctl-watch.service
		sleep 98765 3>&- &
		is() { [ "$(cat /proc/$!/oom_score_adj)" = 300 ]; }
		until_ is && echo set
		systemctl status --no-pager lowmemctl-watch.service
	EOF
	assert_line --index 0 2
	assert_line --index 1 active
	assert_line --index 2 set
}

@test "systemd: the watchdog restarts a watch that hangs" {
	enable multi-user.target lowmemctl-watch.service
	unit lowmemctl-watch.service.d/quick.conf <<<$'[Service]\nWatchdogSec=1s\nRestartSec=0'
	boot <<-'EOF'
		restarted() { [ "$(systemctl show -P NRestarts lowmemctl-watch.service)" = 1 ]; }
		sleep 2
		systemctl show -P NRestarts lowmemctl-watch.service
		kill -STOP "$(systemctl show -P MainPID lowmemctl-watch.service)"
		until_ restarted && echo restarted
		until_ systemctl is-active lowmemctl-watch.service
	EOF
	assert_line --index 0 0
	assert_line restarted
}

@test "systemd: the verify service fails on drift, by its timer" {
	one | persisted one
	enable sysinit.target lowmemctl-apply.service
	enable timers.target lowmemctl-verify.timer
	unit lowmemctl-verify.timer.d/quick.conf <<-'EOF'
		[Timer]
		OnBootSec=
		OnUnitActiveSec=
		OnActiveSec=1s
		OnUnitInactiveSec=1s
		AccuracySec=1ms
		RandomizedDelaySec=0
	EOF
	boot <<-'EOF'
		ran() { journalctl -b -o cat -u lowmemctl-verify.service | grep -q "$1"; }
		until_ ran 'Finished' && echo passed
		echo 77 >/probe/vm/probe_one
		until_ ran 'probe_one: is 77, want 10' && echo found
		systemctl show -P ExecMainStatus lowmemctl-verify.service
		journalctl -b -o cat -u lowmemctl-verify.service
	EOF
	assert_line passed
	assert_line found
	assert_line 2
}

@test "systemd: the verify service writes metrics where it is told to" {
	one | persisted one
	mkdir -p "$MACHINE"/etc/default "$MACHINE"/var/lib/prometheus/node-exporter
	echo 'VERIFY_OPTIONS=--metrics=/var/lib/prometheus/node-exporter/lowmemctl.prom' >"$MACHINE/etc/default/lowmemctl"
	enable sysinit.target lowmemctl-apply.service
	boot <<-'EOF'
		systemctl start lowmemctl-verify.service
		echo 77 >/probe/vm/probe_one
		systemctl start lowmemctl-verify.service || true
		ls -A /var/lib/prometheus/node-exporter
		grep -E 'probe|exit_status' /var/lib/prometheus/node-exporter/*
		journalctl -b -o cat -u lowmemctl-verify.service
	EOF
	assert_line lowmemctl.prom
	assert_line 'lowmemctl_verify_exit_status 2'
	assert_line 'lowmemctl_setting_compliant{key="vm.probe_one",profile="one",side="live"} 0'
	assert_line 'lowmemctl_setting_compliant{key="vm.probe_two",profile="one",side="live"} 1'
}

# schedule_of: a profile with a schedule, whose service has the machine's own settings, too
schedule_of() {
	unit lowmemctl-cache-1.service.d/vm.conf <<<$'[Service]\nBindPaths=/probe/vm:/proc/sys/vm'
	echo 0 >"$MACHINE/probe/vm/drop_caches"
	mkdir -p "$MACHINE/etc/lowmemctl/profiles"
	cat >"$MACHINE/etc/lowmemctl/profiles/cache.yaml" <<-'EOF'
		version: 1
		drop_caches: [{every: 6h, mode: slab, sync: false, under_pressure: run, only_if: "free > 1M"}]
	EOF
}

# The program names itself where it is to be installed.
put_program() {
	cat <<-'EOF'
		lowmemctl persist -q --schedules systemd cache
		program=$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' /etc/systemd/system/lowmemctl-cache-1.service)
		mkdir -p "${program%/*}"
		[ -e "$program" ] || ln -s /usr/sbin/lowmemctl "$program"
		systemctl daemon-reload
	EOF
}

@test "systemd: a schedule's timer and service do their work, until the program is gone" {
	schedule_of
	boot < <(
		put_program
		cat <<-'EOF'
			systemctl start lowmemctl-cache-1.timer
			systemctl list-timers lowmemctl-cache-1.timer
			systemctl start lowmemctl-cache-1.service && cat /probe/vm/drop_caches
			journalctl -b --sync
			journalctl -b -o cat -u lowmemctl-cache-1.service
			echo 0 >/probe/vm/drop_caches
			rm "$program"
			systemctl start lowmemctl-cache-1.service && echo "left alone: $(cat /probe/vm/drop_caches)"
			systemctl --failed --no-legend
		EOF
	)
	assert_line --regexp '^[MTWFS].* (00|06|12|18):00:00 .*lowmemctl-cache-1.timer'
	assert_line 2
	assert_line --regexp '^Dropped|freed'
	assert_line 'left alone: 0'
	refute_line --partial '●'
}

@test "systemd: where /proc/sys is read-only, a schedule's service is left out" {
	schedule_of
	boot read-only < <(
		put_program
		cat <<-'EOF'
			systemctl start lowmemctl-cache-1.service && echo "left alone: $(cat /probe/vm/drop_caches)"
			systemctl show -p ConditionResult lowmemctl-cache-1.service
		EOF
	)
	assert_line 'left alone: 0'
	assert_line ConditionResult=no
}

# Where /etc/machine-id says so, systemd enables at the first boot what no preset disables.
@test "systemd: the first boot of an image enables nothing" {
	echo uninitialized >"$MACHINE/etc/machine-id"
	mkdir -p "$MACHINE/usr/lib/systemd/system-preset"
	cp "$TESTS"/../etc/systemd/*.preset "$MACHINE/usr/lib/systemd/system-preset"
	printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >"$MACHINE/usr/lib/systemd/system/other.service"
	boot <<-'EOF'
		systemctl is-enabled other.service lowmemctl-{apply,watch}.service lowmemctl-verify.timer
	EOF
	assert_line --index 0 enabled
	assert_equal "$(grep -c '^disabled$' <<<"$output")" 3
}
