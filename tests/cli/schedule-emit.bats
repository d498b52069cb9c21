#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Schedules as files for systemd or cron.

load cli

setup() { sysroot modern-x86_64; }

# several: a profile with every kind of schedule, one of them an include's
several() {
	profile base <<-'EOF'
		version: 1
		name: base
		drop_caches:
		  - schedule: "*/15 8-17 * * mon-fri"
		    mode: pagecache
	EOF
	profile web <<-'EOF'
		version: 1
		name: web
		include: base
		drop_caches:
		  - schedule: "0 3 13 * 5"
		    mode: all
		    only_if: low_free < 64M or psi_some_avg10 < 2.5%
		    sync: false
		  - every: 6h
		    mode: slab
		    under_pressure: run
		  - schedule: "@weekly"
		    mode: all
		    only_if: cached > 1G
	EOF
}

# one LINE: a profile with that schedule
one() {
	profile one < <(printf '%s\n' 'version: 1' 'drop_caches:' "  - $1" '    mode: all')
}

# emit WHO: what $PROFILE's files are; where the program was installed is left out of $output
emit() {
	lowmemctl schedule emit --as "$1" "$PROFILE"
	assert_stderr ""
	# shellcheck disable=SC2001 # a regular expression
	output=$(sed -E 's#/[^ ]*/lowmemctl( drop-caches| \]|$)#PROGRAM\1#g' <<<"$output")
}

# write_files PROGRAM: the files of $output, below the folder $FILES
write_files() {
	local line file=/dev/null
	FILES=$BATS_TEST_TMPDIR/files
	while IFS= read -r line; do
		if [[ $line == "# /etc/"* ]]; then
			file=$FILES${line#\# }
			mkdir -p "${file%/*}"
		fi
		printf '%s\n' "${line//PROGRAM/$1}" >>"$file"
	done <<<"$output"
}

@test "schedule emit: units of systemd" {
	several
	emit systemd
	assert_golden golden/schedule-systemd.txt
}

@test "schedule emit: a file for cron" {
	several
	emit cron
	assert_golden golden/schedule-cron.txt
}

@test "schedule emit: changes nothing, and needs no privilege" {
	several
	unprivileged
	untouched lowmemctl schedule emit --as systemd "$PROFILE"
}

@test "schedule emit: systemd takes the units" {
	requires systemd-analyze
	several
	emit systemd
	write_files /bin/true
	local units=("$FILES"/etc/systemd/system/*.{timer,service})
	assert_equal "${#units[@]}" 8
	run bounded systemd-analyze verify "${units[@]}"
	# It looks at the units around them, too: what it says of others is not meant.
	refute_output --partial lowmemctl-
	((status == 0)) || skip "systemd-analyze verify does not work here: $output"
	sed -i 's/^OnCalendar=.*/OnCalendar=now and then/' "${units[0]}"
	run bounded systemd-analyze verify "${units[@]}"
	assert_output --partial "now and then"
}

@test "schedule emit: systemd takes every OnCalendar=" {
	requires systemd-analyze
	several
	emit systemd
	local lines
	mapfile -t lines < <(sed -n 's/^OnCalendar=//p' <<<"$output")
	assert_equal "${#lines[@]}" 5
	bounded systemd-analyze calendar "${lines[@]}"
}

@test "schedule emit: the drop-in wants the timers that there are" {
	several
	emit systemd
	write_files x
	local timer
	for timer in "$FILES"/etc/systemd/system/*.timer; do
		grep -qx "Wants=${timer##*/}" "$FILES"/etc/systemd/system/timers.target.d/50-lowmemctl-web.conf
		assert_file_exists "${timer%.timer}.service"
	done
	assert_equal "$(grep -c Wants= "$FILES"/etc/systemd/system/timers.target.d/*.conf)" 4
}

@test "schedule emit: the shell of a cron line takes the condition for one word" {
	several
	emit cron
	local line words
	line=$(grep low_free <<<"$output")
	line=${line##*PROGRAM }
	# What cron makes of it before the shell has it: crontab(5).
	eval "words=(${line//\\%/%})"
	assert_equal "${words[4]}" --if
	assert_equal "${words[5]}" "low_free < 64M or psi_some_avg10 < 2.5%"
}

@test "schedule emit: where the program is gone cron has nothing to mail" {
	one 'schedule: "5 4 * * *"'
	emit cron
	local call
	call=$(sed -n 's/.* root //p' <<<"$output")
	run bounded sh -c "${call//PROGRAM//no/such/program}"
	assert_success
	assert_output ''
	run bounded sh -c "${call//PROGRAM//bin/echo}"
	assert_output --partial 'drop-caches --mode all'
}

@test "schedule emit: --json has the files" {
	several
	lowmemctl schedule emit --as cron --json "$PROFILE"
	assert_json 'j["command"]' "schedule emit"
	assert_json '[f["path"] for f in j["files"]]' '["/etc/cron.d/lowmemctl-web"]'
	assert_json 'j["files"][0]["text"].startswith("# Written by lowmemctl (profile web)")'
	lowmemctl schedule emit --as systemd --json "$PROFILE"
	assert_json 'len(j["files"])' 9
	assert_json 'j["exit_code"]' 0
}

@test "schedule emit: without a name the active profiles" {
	several
	mkdir -p "$SYSROOT/etc/lowmemctl/active.d"
	one "every: 2h"
	cp "$PROFILE" "$SYSROOT/etc/lowmemctl/active.d/one.yaml"
	lowmemctl schedule emit --as cron
	assert_line --index 0 "# /etc/cron.d/lowmemctl-one"
	assert_output --partial $'\n0 */2 * * * root '
	refute_output --partial web
}

@test "schedule emit: nothing where there are no schedules" {
	lowmemctl schedule emit --as systemd
	assert_output ""
	assert_stderr --partial "no profile is active on this host"
	profile none <<<"version: 1"
	lowmemctl schedule emit --as systemd "$PROFILE"
	assert_output ""
	assert_stderr --partial "there are no schedules"
}

@test "schedule emit: more often than every 10 minutes is refused" {
	one 'schedule: "*/5 * * * *"'
	lowmemctl -1 schedule emit --as cron "$PROFILE"
	assert_output ""
	assert_stderr --regexp 'one.yaml:3:.*more often than every 10 minutes'
	lowmemctl schedule emit --as cron --force "$PROFILE"
	assert_output --partial $'\n*/5 * * * * root '
	one "every: 10m"
	lowmemctl schedule emit --as systemd "$PROFILE"
}

@test "schedule emit: what cron cannot do is refused" {
	one "every: 7h"
	lowmemctl -1 schedule emit --as cron "$PROFILE"
	assert_output ""
	assert_stderr --regexp 'one.yaml:3:.*cron cannot run it every 7h: use --as systemd'
	lowmemctl schedule emit --as systemd "$PROFILE"
	assert_line "OnUnitActiveSec=25200s"
}

@test "schedule emit: what is not for this host is left out" {
	profile high <<-'EOF'
		version: 1
		when: {highmem: true}
		drop_caches:
		  - schedule: "@daily"
		    mode: all
	EOF
	lowmemctl schedule emit --as cron "$PROFILE"
	assert_output ""
	assert_stderr --regexp 'high.yaml:4:.*left out: not applicable to this host: .*HighMem'
	another_host rhel4-i686-highmem
	lowmemctl schedule emit --as cron "$PROFILE"
	assert_output --partial $'\n0 0 * * * root '
}

@test "schedule emit: two profiles of one name" {
	one "every: 2h"
	cp "$PROFILE" "$BATS_TEST_TMPDIR/other.yaml"
	sed -i '1a name: one' "$BATS_TEST_TMPDIR/other.yaml"
	lowmemctl -1 schedule emit --as cron "$PROFILE" "$BATS_TEST_TMPDIR/other.yaml"
	assert_stderr --partial "two of the profiles are called 'one'"
}

@test "schedule emit: --as is needed, and takes two words" {
	one "every: 2h"
	lowmemctl -64 schedule emit "$PROFILE"
	assert_stderr --partial "--as systemd or --as cron"
	lowmemctl -64 schedule emit --as corn "$PROFILE"
	assert_stderr --partial "did you mean 'cron'?"
	lowmemctl -64 schedule emit --as watch "$PROFILE"
	assert_stderr --partial "--as takes systemd or cron"
	lowmemctl -64 schedule emti
	assert_stderr --partial "did you mean 'schedule emit'?"
	lowmemctl -64 schedule
}
