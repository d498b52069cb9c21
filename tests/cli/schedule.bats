#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When schedules run next. There is no other clock than the host's: what is exact is in
# tests/unit/plan/test_schedule.c, and here is that fields, zone and order fit.

load cli

setup() { sysroot modern-x86_64; }

# schedules LINE...: a profile with these lines below `drop_caches:`
schedules() { profile drop < <(printf '%s\n' 'version: 1' 'drop_caches:' "$@"); }

# zone_file FILE RULE: a POSIX rule in the least that tzfile(5) allows
zone_file() {
	/usr/bin/env python3 -c '
import struct, sys
def block(version, times, size):
    head = b"TZif" + version + bytes(15) + struct.pack(">6I", 0, 0, 0, times, 1, 4)
    return head + bytes(times * (size + 1)) + bytes(6) + b"UTC\0"
with open(sys.argv[1], "wb") as file:
    file.write(block(b"2", 0, 4) + block(b"2", 1, 8) + b"\n" + sys.argv[2].encode() + b"\n")
' "$1" "$2"
}

# zone RULE: of the tree
zone() {
	mkdir -p "$SYSROOT/etc"
	zone_file "$SYSROOT/etc/localtime" "$1"
}

@test "schedule: next says when each runs next, who is due first at the top" {
	schedules '- every: 3000d' '- {every: 1h, mode: pagecache}' \
		'- {schedule: "0 0 1 1 *", sync: false, mode: slab}'
	lowmemctl schedule next "$PROFILE"
	assert_line -n 0 --regexp '^PROFILE +SCHEDULE +MODE +NEXT RUN +IN$'
	assert_line -n 1 --regexp '^drop +every 1h +pagecache +[A-Z][a-z]{2} 20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:00 UTC +[0-9]+ (h|min|s)'
	assert_line -n 2 --regexp '^drop +0 0 1 1 \* +slab, no sync +[A-Z][a-z]{2} 20[0-9]{2}-01-01 00:00 UTC +'
	assert_line -n 3 --regexp '^drop +every 3000d +all +[A-Z][a-z]{2} 20[0-9]{2}-'
	assert_equal "${#lines[@]}" 4
	assert_stderr ''
}

@test "schedule: next --json has what the contract names" {
	schedules '- {schedule: "30 3 * * *", mode: slab, only_if: low_free < 64M}' \
		'- {every: 6h, sync: false}'
	lowmemctl schedule next --json "$PROFILE"
	assert_json 'j["schema"]' lowmemctl/1
	assert_json 'j["command"]' 'schedule next'
	assert_json 'j["exit_code"]' 0
	assert_json 'j["diagnostics"]' '[]'
	assert_json '[i["next"] for i in j["items"]] == sorted(i["next"] for i in j["items"])'
	output=$(json '{**j, "items": sorted(j["items"], key=lambda i: i["from"]["line"])}')
	assert_json '[sorted(i) for i in j["items"]] == [sorted("profile from schedule every_seconds shortest_seconds mode sync only_if not_applicable next next_time zone runs".split())] * 2'
	assert_json '[j["items"][0][k] for k in ("profile", "schedule", "every_seconds", "mode", "sync", "only_if", "zone", "not_applicable")]' \
		'["drop", "30 3 * * *", null, "slab", true, "low_free < 64M", "UTC", null]'
	assert_json '[j["items"][1][k] for k in ("schedule", "every_seconds", "mode", "sync", "only_if")]' \
		'[null, 21600, "all", false, null]'
	assert_json '[i["from"]["line"] for i in j["items"]]' '[3, 4]'
	assert_json 'j["items"][0]["from"]["file"].endswith("/drop.yaml")'
	assert_json '0 < j["items"][0]["next"] - j["now"] <= 86400 and j["items"][0]["next"] % 86400 == 12600'
	assert_json '0 < j["items"][1]["next"] - j["now"] <= 21600 and j["items"][1]["next"] % 21600 == 0'
	assert_json 'all(i["runs"] == [{"at": i["next"], "time": i["next_time"], "zone": i["zone"]}] for i in j["items"])'
	assert_json '[__import__("datetime").datetime.fromisoformat(i["next_time"]).timestamp() - i["next"] for i in j["items"]]' '[0.0, 0.0]'
}

@test "schedule: next -n tells more runs of each" {
	schedules '- schedule: "*/20 * * * *"' '- every: 7h'
	lowmemctl schedule next --json -n 30 "$PROFILE"
	assert_json '[len(i["runs"]) for i in j["items"]]' '[30, 30]'
	assert_json '{i["schedule"]: sorted(set(b["at"] - a["at"] for a, b in zip(i["runs"], i["runs"][1:]))) for i in j["items"]} == {"*/20 * * * *": [1200], None: [25200]}'
	lowmemctl schedule next --lines=3 "$PROFILE"
	assert_equal "$(grep -c UTC <<<"$output")" 6
	assert_equal "$(grep -c '^drop' <<<"$output")" 2
	local bad
	for bad in 0 -1 1001 x 01 1.5 ''; do
		lowmemctl -64 schedule next -n "$bad" "$PROFILE"
		assert_stderr --partial 'takes a number from 1 to 1000'
	done
}

@test "schedule: local time is that of the tree, whatever TZ is" {
	schedules '- schedule: "30 3 * * *"'
	zone '<+0545>-5:45'
	TZ=XXX9 lowmemctl schedule next --json "$PROFILE"
	assert_json 'j["items"][0]["next"] % 86400' $(((3 * 60 + 30 - 5 * 60 - 45 + 1440) * 60))
	assert_json 'j["items"][0]["zone"]' +0545
	assert_json 'j["items"][0]["next_time"].endswith("T03:30:00+05:45")'
	mkdir -p "$SYSROOT/usr/share/zoneinfo"
	mv "$SYSROOT/etc/localtime" "$SYSROOT/usr/share/zoneinfo/Kathmandu"
	ln -s /usr/share/zoneinfo/Kathmandu "$SYSROOT/etc/localtime"
	TZ=XXX9 lowmemctl schedule next "$PROFILE"
	assert_line --partial '03:30 +0545'
	rm "$SYSROOT/etc/localtime"
	TZ=XXX9 lowmemctl schedule next "$PROFILE"
	assert_line --partial '03:30 UTC'
}

@test "schedule: a zone that is none is told, and UTC taken" {
	schedules '- schedule: "30 3 * * *"'
	mkdir -p "$SYSROOT/etc"
	echo Europe/Berlin >"$SYSROOT/etc/localtime"
	TZ=XXX9 lowmemctl schedule next "$PROFILE"
	assert_line --partial '03:30 UTC'
	assert_stderr --partial "warning: times are in UTC, as the root's /etc/localtime is no zone"
}

@test "schedule: a link out of the tree is no zone of the tree" {
	schedules '- schedule: "30 3 * * *"'
	mkdir -p "$SYSROOT/etc"
	zone_file "$BATS_TEST_TMPDIR/outside" CET-1
	ln -s ../../outside "$SYSROOT/etc/localtime"
	lowmemctl schedule next "$PROFILE"
	assert_line --partial '03:30 UTC'
}

@test "schedule: the running host's local time is TZ's" {
	schedules '- schedule: "30 3 * * *"'
	zone_file "$BATS_TEST_TMPDIR/zone" JST-9
	unset SYSROOT
	TZ=NST3:30 lowmemctl schedule next --json "$PROFILE"
	assert_json 'j["items"][0]["next"] % 86400' $((7 * 3600))
	assert_json 'j["items"][0]["zone"]' NST
	TZ=:$BATS_TEST_TMPDIR/zone lowmemctl schedule next --json "$PROFILE"
	assert_json 'j["items"][0]["zone"]' JST
}

@test "schedule: an hour that is skipped or comes twice neither loses nor adds a daily run" {
	schedules '- schedule: "30 2 * * *"'
	zone 'CET-1CEST,M3.5.0,M10.5.0/3'
	lowmemctl schedule next --json -n 400 "$PROFILE"
	assert_json 'len(set(r["time"][:10] for r in j["items"][0]["runs"]))' 400
	assert_json 'sorted(set(r["time"][11:16] for r in j["items"][0]["runs"]))' '["02:30", "03:00"]'
	assert_json 'sorted(set(b["at"] - a["at"] for a, b in zip(j["items"][0]["runs"], j["items"][0]["runs"][1:])))' \
		'[84600, 86400, 90000]'
}

@test "schedule: hours that are skipped or come twice are counted as they pass" {
	schedules '- schedule: "30 * * 3,10 sun"'
	zone 'CET-1CEST,M3.5.0,M10.5.0/3'
	lowmemctl schedule next --json -n 500 "$PROFILE"
	# Of each day; the first and the last may not be whole.
	output=$(json '{"counts": (lambda days: [days.count(d) for d in sorted(set(days))][1:-1])([r["time"][:10] for r in j["items"][0]["runs"]])}')
	assert_json 'sorted(set(j["counts"]))' '[23, 24, 25]'
	assert_json 'j["counts"].count(23) <= 3 and j["counts"].count(25) <= 3'
}

@test "schedule: without names, those of the active profiles" {
	lowmemctl schedule next
	assert_output 'There are no schedules.'
	assert_stderr --partial 'no profile is active'
	mkdir -p "$SYSROOT/etc/lowmemctl/active.d"
	printf '%s\n' 'version: 1' 'name: nightly' 'drop_caches:' '  - schedule: "@daily"' \
		>"$SYSROOT/etc/lowmemctl/active.d/50-nightly.yaml"
	chmod 0644 "$SYSROOT/etc/lowmemctl/active.d/50-nightly.yaml"
	lowmemctl schedule next
	assert_line --regexp '^nightly +@daily +all +.* 00:00 UTC'
	assert_stderr ''
	chmod 0666 "$SYSROOT/etc/lowmemctl/active.d/50-nightly.yaml"
	lowmemctl -77 schedule next
	assert_output ''
}

@test "schedule: what is not applicable here is not shown as due" {
	profile elsewhere <<-'EOT'
		version: 1
		when: {arch: [no-such-machine]}
		drop_caches:
		  - {schedule: "* * * * *", only_if: free < 64M}
		  - every: 6h
	EOT
	lowmemctl schedule next "$PROFILE"
	assert_line -n 1 --regexp '^elsewhere +\* \* \* \* \* +all +not applicable +-$'
	assert_line -n 2 --regexp '^elsewhere +every 6h +all +not applicable +-$'
	assert_line -n 3 --regexp '^not applicable: elsewhere: when arch: '
	assert_equal "${#lines[@]}" 4
	assert_stderr ''
	lowmemctl schedule next --json "$PROFILE"
	assert_json '[(i["next"], i["next_time"], i["zone"], i["runs"]) for i in j["items"]]' \
		'[[null, null, null, []], [null, null, null, []]]'
	assert_json 'j["items"][0]["not_applicable"].startswith("elsewhere: when arch")'
}

@test "schedule: more often than every ten minutes is warned of" {
	schedules '- schedule: "*/10 * * * *"' '- every: 10m' '- schedule: "0,5 0 * * *"' '- every: 599s'
	lowmemctl schedule next "$PROFILE"
	assert_stderr --partial ':5:3: warning: it may be due again after 5m: more often than every 10 minutes is refused without --force'
	assert_stderr --partial ':6:3: warning: it may be due again after 599s: '
	assert_equal "$(grep -c 'warning:' <<<"$stderr")" 2
	lowmemctl schedule next --json "$PROFILE"
	assert_json '[d["line"] for d in j["diagnostics"]]' '[5, 6]'
}

@test "schedule: conditions are named, as nobody knows whether they hold then" {
	schedules '- {every: 6h, only_if: low_free < 64M or unusable(3) > 900}'
	lowmemctl schedule next "$PROFILE"
	assert_line 'drop, every 6h: only if low_free < 64M or unusable(3) > 900 then'
}

@test "schedule: next fits 80 columns" {
	requires script stty
	schedules '- {schedule: "0,30 0-8/2 * jan,feb,mar,apr mon-fri", sync: false, mode: pagecache}' \
		'- {every: 6h, only_if: low_free < 64M and psi_some_avg10 < 10 and unusable(4) > 500}'
	run bounded env TERM=xterm script -qec \
		"stty cols 80; exec ${LOWMEMCTL@Q} --root ${SYSROOT@Q} --color=never schedule next -n 2 ${PROFILE@Q}" /dev/null </dev/null
	output=${output//$'\r'/}
	assert_line --regexp '^drop .*[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC '
	((${#lines[@]} > 5))
	awk 'length > 80 { print; exit 1 }' <<<"$output"
}

@test "schedule: changes nothing, and needs no privilege" {
	schedules '- every: 6h'
	unprivileged
	untouched lowmemctl schedule next "$PROFILE"
	assert_line --partial 'every 6h'
}

@test "schedule: a wrong profile, action or option is refused" {
	schedules '- schedule: "60 3 * * *"' '- schedule: "30 3 31 2 *"'
	lowmemctl -65 schedule next "$PROFILE"
	assert_output ''
	assert_stderr --partial ':3:14: error: schedule: '
	assert_stderr --partial ':4:14: error: schedule: '
	lowmemctl -65 schedule next --json "$PROFILE"
	assert_json 'j["exit_code"]' 65
	lowmemctl -64 schedule
	assert_stderr --partial 'which action'
	lowmemctl -64 schedule nxet
	assert_stderr --partial "unknown action 'nxet': did you mean 'schedule next'?"
	lowmemctl -64 schedule now
	assert_stderr --partial "unknown action 'now'"
	lowmemctl -64 schedule next --trial 5m "$PROFILE"
	lowmemctl -1 schedule next no-such-profile
}

@test "schedule: -q says nothing" {
	schedules '- every: 6h'
	lowmemctl schedule next -q "$PROFILE"
	assert_output ''
	assert_stderr ''
}
