#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load cli

setup() {
	sysroot modern-x86_64
	D=$SYSROOT/etc/sysctl.d
	A=$SYSROOT/etc/lowmemctl/active.d
	profile web <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
}

# dropins: the names that our drop-in has
dropins() { (cd "$D" && ls -d -- *lowmemctl.conf 2>/dev/null); }

# conf FILE LINE...: a file below etc/
conf() {
	local file=$SYSROOT/etc/$1
	shift
	mkdir -p "${file%/*}"
	printf '%s\n' "$@" >"$file"
}

# etc: what lies below etc/, without times
etc() { (cd "$SYSROOT" && find etc \( -type f -exec cksum {} + \) -o -type l -printf '%p -> %l\n' | sort); }

@test "persist: a drop-in and an active copy; live stays; the second time changes nothing" {
	profile web <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 10
		  vm.overcommit_ratio: {value: 60, optional: true}
		  vm.no_such_knob: {value: 1, optional: true}
		sysfs: {/sys/kernel/mm/transparent_hugepage/enabled: madvise}
	EOF
	lowmemctl persist "$PROFILE"
	assert_stderr --partial "'lowmemctl apply --active'"
	assert_output --partial "done: /etc/sysctl.d/90-lowmemctl.conf"
	assert_output --partial "2 files written"
	assert_knob vm.swappiness 60
	diff -u - "$D/90-lowmemctl.conf" <<-'EOF'
		# Written by 'lowmemctl persist'; what is changed by hand is lost.
		# 'lowmemctl get KEY' tells which line decides, 'lowmemctl unpersist' takes it out.

		# profile web
		# web, line 3
		vm.swappiness = 10
		# web, line 4
		vm.overcommit_ratio = 60
		# end of profile web
	EOF
	run cat "$A/web.yaml"
	assert_line '  vm.swappiness: 10'
	assert_line '  /sys/kernel/mm/transparent_hugepage/enabled: madvise'
	assert_equal "$(stat -c %a "$D/90-lowmemctl.conf" "$A/web.yaml" "$A")" $'644\n644\n755'
	local before
	before=$(ls -i "$D/90-lowmemctl.conf" "$A/web.yaml")
	untouched lowmemctl persist "$PROFILE"
	assert_equal "$(ls -i "$D/90-lowmemctl.conf" "$A/web.yaml")" "$before"
	assert_equal "$(entries)" 1
	lowmemctl revert
	assert_equal "$(find "$SYSROOT/etc" -name '*lowmem*.conf' -o -name '*.yaml')" ''
}

@test "persist: live is not touched, not even where the value at boot is right already" {
	conf sysctl.d/10-x.conf 'vm.swappiness = 10'
	lowmemctl persist "$PROFILE"
	assert_knob vm.swappiness 60
	assert_output --partial 'configured, but not in force'
	lowmemctl -2 diff "$PROFILE"
	assert_output --partial 'configured, but not in force'
	lowmemctl apply "$PROFILE"
	lowmemctl verify
}

@test "persist: --dry-run, --detailed-exitcode, --json, -q" {
	untouched lowmemctl persist -n "$PROFILE"
	assert_output --partial 'write: /etc/sysctl.d/90-lowmemctl.conf'
	untouched lowmemctl -2 --json persist -n --detailed-exitcode "$PROFILE"
	assert_json '[j["items"][0][k] for k in ("action", "boot", "boot_status", "boot_from", "result")]' \
		'["persist", null, "unset", null, null]'
	assert_json '[f["file"] + " " + f["action"] for f in j["files"]]' \
		'["/etc/sysctl.d/90-lowmemctl.conf write", "/etc/lowmemctl/active.d/web.yaml write"]'
	assert_json 'j["changed"]' false
	lowmemctl -2 --json diff --persist "$PROFILE"
	assert_json '[j["items"][0]["action"], len(j["files"])]' '["write+persist", 2]'
	lowmemctl -2 --json persist --detailed-exitcode "$PROFILE"
	assert_json '[j["changed"], j["items"][0]["result"], j["files"][0]["result"], j["loader"]]' \
		'[true, "done", "done", "systemd"]'
	lowmemctl -0 -q persist --detailed-exitcode "$PROFILE"
	assert_output ''
	lowmemctl --json history
	assert_json '[f["file"] for f in j["entries"][0]["files"]][0]' /etc/sysctl.d/90-lowmemctl.conf
	conf sysctl.d/zzz.conf 'vm.swappiness = 30'
	lowmemctl -2 --json diff --persist "$PROFILE"
	assert_json '[j["items"][0][k] for k in ("boot", "boot_status", "boot_from")]' \
		'["30", "overridden", {"file": "/etc/sysctl.d/zzz.conf", "line": 1}]'
}

@test "persist: the name is one that wins, stays while it does, and a new one removes the old" {
	conf sysctl.d/50-x.conf 'vm.swappiness = 30'
	lowmemctl persist "$PROFILE"
	assert_equal "$(dropins)" 90-lowmemctl.conf
	local last name
	for last in 99-sysctl:99-zz-lowmemctl 99-zzz:zz-lowmemctl zz:zzzzzz-lowmemctl; do
		name=${last#*:}
		conf "sysctl.d/${last%:*}.conf" 'vm.swappiness = 30'
		lowmemctl -2 diff --persist "$PROFILE"
		assert_output --partial "write: /etc/sysctl.d/$name.conf"
		lowmemctl persist "$PROFILE"
		assert_output --partial '(removed)'
		assert_equal "$(dropins)" "$name.conf"
	done
	rm "$D"/99-*.conf "$D/zz.conf"
	untouched lowmemctl persist "$PROFILE"
	conf sysctl.d/zzzzzzz.conf 'vm.swappiness = 30 # as ever' 'vm/swappiness = 31'
	untouched lowmemctl -4 persist "$PROFILE"
	assert_output --partial '/etc/sysctl.d/zzzzzzz.conf:2 sets vm.swappiness to 31, and always comes later: --edit-conflicts'
	lowmemctl -2 diff --persist "$PROFILE"
	assert_line --partial 'apply --persist --edit-conflicts'
	# The kernel reads a number up to the blank.
	sed -i 2d "$D/zzzzzzz.conf"
	untouched lowmemctl -4 persist "$PROFILE"
	assert_output --partial 'zzzzzzz.conf:1 sets vm.swappiness to 30 # as ever'
}

@test "persist: several profiles, in the order of their names; between two, the later wins" {
	profile db <<<$'version: 1\nsysctl: {vm.swappiness: 5, vm.overcommit_ratio: 70}'
	lowmemctl persist "$BATS_TEST_TMPDIR/web.yaml"
	untouched lowmemctl -4 persist "$BATS_TEST_TMPDIR/db.yaml"
	assert_output --partial 'the active profile web sets vm.swappiness to 10'
	assert_output --partial "'lowmemctl unpersist web'"
	refute_output --partial zzzzzz
	lowmemctl unpersist web
	lowmemctl persist "$BATS_TEST_TMPDIR/web.yaml" "$BATS_TEST_TMPDIR/db.yaml"
	run grep -v '^# ' "$D/90-lowmemctl.conf"
	assert_output $'\nvm.swappiness = 5\nvm.overcommit_ratio = 70'
	lowmemctl unpersist db web
	lowmemctl persist "$BATS_TEST_TMPDIR/db.yaml" "$BATS_TEST_TMPDIR/web.yaml"
	run grep -v '^# ' "$D/90-lowmemctl.conf"
	assert_output $'\nvm.swappiness = 5\nvm.overcommit_ratio = 70\n\nvm.swappiness = 10'
	lowmemctl -2 verify
	assert_output --partial 'vm.swappiness: is 60, want 10'
}

@test "persist: what another profile overrides comes into force when that is taken out" {
	profile a <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.dirty_ratio: 15}'
	profile m <<<$'version: 1\nsysctl: {vm.swappiness: 20, vm.dirty_bytes: 100M}'
	profile z <<<$'version: 1\nsysctl: {vm.swappiness: 30}\nsysfs: {/sys/kernel/mm/ksm/sleep_millisecs: 30}'
	lowmemctl persist "$BATS_TEST_TMPDIR"/[amz].yaml
	lowmemctl get --json vm.swappiness vm.dirty_bytes
	assert_json '[k["boot"] for k in j["items"]]' '["30", "104857600"]'
	lowmemctl apply --active
	lowmemctl verify
	lowmemctl unpersist z
	lowmemctl -2 verify
	assert_output --partial 'vm.swappiness: is 30, want 20'
	lowmemctl unpersist m
	lowmemctl apply --active
	lowmemctl verify
	assert_knob vm.swappiness 10
	assert_knob vm.dirty_ratio 15
	lowmemctl get --json vm.swappiness vm.dirty_ratio
	assert_json '[k["boot"] for k in j["items"]]' '["10", "15"]'
}

@test "persist: a key that a later active profile has in a pattern is that one's, as for the apply service" {
	profile a <<<$'version: 1\nsysctl: {vm.dirty_background_ratio: 3}'
	profile z <<<$'version: 1\nsysctl: {vm.dirty_*_ratio: 4}'
	lowmemctl persist "$BATS_TEST_TMPDIR/z.yaml"
	untouched lowmemctl -4 persist "$BATS_TEST_TMPDIR/a.yaml"
	assert_output --partial 'the active profile z sets vm.dirty_*_ratio to 4, and its name comes later'
	lowmemctl persist "$BATS_TEST_TMPDIR"/[az].yaml
	lowmemctl get --json vm.dirty_background_ratio
	assert_json 'j["items"][0]["boot"]' 4
	lowmemctl apply --active
	lowmemctl verify
}

@test "persist: to make an active profile right again takes nothing away that another one overrides" {
	profile a <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.vfs_cache_pressure: 70}'
	profile z <<<$'version: 1\nsysctl: {vm.swappiness: 30}'
	lowmemctl persist "$BATS_TEST_TMPDIR/a.yaml"
	cp "$SYSROOT/etc/lowmemctl/active.d/a.yaml" "$BATS_TEST_TMPDIR/before"
	lowmemctl persist "$BATS_TEST_TMPDIR/z.yaml"
	sed -i /pressure/d "$D/90-lowmemctl.conf"
	lowmemctl apply "$BATS_TEST_TMPDIR"/[az].yaml
	diff "$BATS_TEST_TMPDIR/before" "$SYSROOT/etc/lowmemctl/active.d/a.yaml"
	grep -x 'vm.swappiness = 10' "$D/90-lowmemctl.conf"
	lowmemctl verify
}

@test "persist: a name that another one begins with comes first, in sysctl.d and for the apply service" {
	profile web-tuning <<<$'version: 1\nsysctl: {vm.swappiness: 30}'
	lowmemctl persist "$BATS_TEST_TMPDIR/web.yaml"
	lowmemctl persist "$BATS_TEST_TMPDIR/web-tuning.yaml"
	lowmemctl get --json vm.swappiness
	assert_json 'j["items"][0]["boot"]' 30
	lowmemctl apply --active
	assert_knob vm.swappiness 30
	lowmemctl verify
}

@test "persist: two profiles of one name are refused" {
	mkdir "$BATS_TEST_TMPDIR/other"
	cp "$PROFILE" "$BATS_TEST_TMPDIR/other"
	untouched lowmemctl -1 persist "$PROFILE" "$BATS_TEST_TMPDIR/other/web.yaml"
	assert_stderr --partial 'the same name'
}

@test "persist: includes are taken in; what does not apply writes nothing" {
	profile base <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.overcommit_ratio: 70}'
	profile web <<<$'version: 1\ninclude: base\nsysctl: {vm.swappiness: 20}'
	profile other <<<$'version: 1\nwhen: {arch: armv7l}\nsysctl: {vm.swappiness: 20}'
	untouched lowmemctl persist "$PROFILE"
	assert_output --partial 'Not applicable'
	lowmemctl persist "$BATS_TEST_TMPDIR/web.yaml"
	run grep -v '^# [W'\''p]' "$D/90-lowmemctl.conf"
	assert_output --partial $'# web, line 3\nvm.swappiness = 20\n# base, line 2\nvm.overcommit_ratio = 70'
	assert_equal "$(ls "$A")" web.yaml
	rm "$BATS_TEST_TMPDIR"/*.yaml
	lowmemctl -2 verify
}

@test "persist: a pattern, where the loader knows them; else its keys" {
	profile net <<<$'version: 1\nsysctl: {net.ipv4.conf.*.rp_filter: 2}'
	lowmemctl persist "$PROFILE"
	assert_equal "$(grep -c rp_filter "$D/90-lowmemctl.conf")" 1
	conf sysctl.d/10-x.conf 'net.ipv4.conf.lo.rp_filter = 1'
	lowmemctl persist "$PROFILE"
	run grep rp_filter "$D/90-lowmemctl.conf"
	assert_output $'net.ipv4.conf.*.rp_filter = 2\nnet.ipv4.conf.lo.rp_filter = 2'
	untouched lowmemctl persist "$PROFILE"
	mkdir -p "$SYSROOT/usr/lib/x86_64-linux-gnu"
	: >"$SYSROOT/usr/lib/x86_64-linux-gnu/libprocps.so.8.0.3"
	lowmemctl --loader procps persist "$PROFILE"
	run grep rp_filter "$D/90-lowmemctl.conf"
	assert_line --partial 'net.ipv4.conf.eth0/100.rp_filter = 2'
	refute_output --partial '*'
	assert_equal "${#lines[@]}" 5
}

@test "persist: of a pair, the other one in a vendor's file does not win" {
	mkdir -p "$SYSROOT/usr/lib/sysctl.d"
	echo 'vm.dirty_ratio = 30' >"$SYSROOT/usr/lib/sysctl.d/99-zzzz.conf"
	profile web <<<$'version: 1\nsysctl: {vm.dirty_bytes: 64M}'
	lowmemctl persist "$PROFILE"
	assert_equal "$(dropins)" zz-lowmemctl.conf
	lowmemctl --json get vm.dirty_bytes
	assert_json 'j["items"][0]["boot"]' 67108864
}

@test "persist: lower_zone_protection is written as this kernel has it" {
	another_host i686-pae-6.1
	D=$SYSROOT/etc/sysctl.d
	profile web <<<$'version: 1\nlower_zone_protection: 250\nsysctl: {vm.swappiness: 10}'
	lowmemctl persist "$PROFILE"
	run grep -v '^# [W'\''pe]' "$D/99-zz-lowmemctl.conf"
	assert_line 'vm.lowmem_reserve_ratio = 256 12 0 0'
	assert_line '# web, line 2'
}

@test "persist: /etc/sysctl.conf under procps comes later: told, or disabled and enabled again" {
	conf sysctl.conf '# profile for databases' 'vm.swappiness = 30' 'vm.overcommit_ratio = 50'
	cp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	chmod 0640 "$SYSROOT/etc/sysctl.conf"
	untouched lowmemctl -4 --loader procps persist "$PROFILE"
	assert_output --partial '/etc/sysctl.conf:2 sets vm.swappiness to 30, and always comes later'
	lowmemctl --loader procps persist --edit-conflicts "$PROFILE"
	run cat "$SYSROOT/etc/sysctl.conf"
	assert_line --index 1 '# lowmemctl persist disabled: vm.swappiness = 30'
	assert_line --index 2 'vm.overcommit_ratio = 50'
	assert_equal "$(stat -c %a "$SYSROOT/etc/sysctl.conf")" 640
	untouched lowmemctl --loader procps persist --edit-conflicts "$PROFILE"
	lowmemctl --loader procps revert
	cmp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	lowmemctl --loader procps apply --persist --edit-conflicts "$PROFILE"
	assert_knob vm.swappiness 10
	lowmemctl --loader procps unpersist web
	cmp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	assert_equal "$(stat -c %a "$SYSROOT/etc/sysctl.conf")" 640
	assert_equal "$(dropins)" ''
}

@test "persist: a file under two names is edited once, and the link stays one" {
	another_host i686-pae-6.1
	mv "$SYSROOT/etc/sysctl.d/99-sysctl.conf" "$SYSROOT/etc/sysctl.d/zzzzzzz.conf"
	cp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	lowmemctl persist --edit-conflicts "$PROFILE"
	assert_equal "$(grep -c disabled "$SYSROOT/etc/sysctl.conf")" 1
	assert_equal "$(readlink "$SYSROOT/etc/sysctl.d/zzzzzzz.conf")" ../sysctl.conf
	lowmemctl unpersist web
	cmp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	assert_equal "$(readlink "$SYSROOT/etc/sysctl.d/zzzzzzz.conf")" ../sysctl.conf
}

@test "persist: a line that is two to systemd-sysctl is not edited" {
	printf 'a.b = 1\rvm.swappiness = 30\n' >"$D/zzzzzzz.conf"
	untouched lowmemctl -4 persist --edit-conflicts "$PROFILE"
	assert_output --partial '/etc/sysctl.d/zzzzzzz.conf:1 sets vm.swappiness to 30, and always comes later: it is not ours to change'
}

@test "persist: a thousand lines in three files are disabled at once, and enabled again" {
	local i
	mkdir "$SYSROOT/proc/sys/net/many"
	profile many < <(
		printf 'version: 1\nsysctl:\n'
		for ((i = 0; i < 1000; i++)); do
			echo 0 >"$SYSROOT/proc/sys/net/many/k$i"
			printf '  net.many.k%d: 1\n' "$i"
			printf '# %d\nnet.many.k%d = 2\n' "$i" "$i" >>"$D/zzzzzzz$((i % 3)).conf"
		done
	)
	cat "$D"/zzzzzzz?.conf >"$BATS_TEST_TMPDIR/before"
	lowmemctl persist --edit-conflicts "$PROFILE"
	assert_output --partial '5 files written'
	assert_equal "$(grep -hc '^# lowmemctl persist disabled: net' "$D"/zzzzzzz?.conf)" $'334\n333\n333'
	assert_equal "$(cat "$D"/zzzzzzz?.conf | grep -c '^net')" 0
	lowmemctl get net.many.k999
	assert_output --partial '90-lowmemctl.conf'
	lowmemctl unpersist many
	cat "$D"/zzzzzzz?.conf | cmp - "$BATS_TEST_TMPDIR/before"
}

@test "persist: what lies below /usr is never touched, nor by a link" {
	mkdir -p "$SYSROOT/usr/lib/sysctl.d" "$SYSROOT/usr/share/x"
	echo 'vm.swappiness = 30' | tee "$SYSROOT/usr/share/x/x.conf" >"$SYSROOT/usr/lib/sysctl.d/zzzzzzz.conf"
	untouched lowmemctl -4 persist --edit-conflicts "$PROFILE"
	assert_output --partial '/usr/lib/sysctl.d/zzzzzzz.conf:1 sets vm.swappiness to 30, and always comes later: it is not ours to change'
	lowmemctl -2 diff --persist "$PROFILE"
	refute_output --partial 'Next:'
	rm "$SYSROOT/usr/lib/sysctl.d/zzzzzzz.conf"
	ln -s ../../usr/share/x/x.conf "$D/zzzzzzz.conf"
	local before
	before=$(tree usr)
	untouched lowmemctl -4 persist --edit-conflicts "$PROFILE"
	ln -sf /usr/share/x/x.conf "$D/zzzzzzz.conf"
	untouched lowmemctl -4 persist --edit-conflicts "$PROFILE"
	rm "$D/zzzzzzz.conf"
	ln -s /usr/share/x/x.conf "$D/90-lowmemctl.conf"
	untouched lowmemctl -77 persist "$PROFILE"
	assert_stderr --partial "a link to a package's file"
	assert_equal "$(tree usr)" "$before"
}

@test "persist: a host with sysctl.conf alone gets a block there, all else stays byte for byte" {
	another_host rhel4-i686-highmem
	local conf=$SYSROOT/etc/sysctl.conf text
	for text in 'a = 1\nvm.swappiness = 30' 'a = 1\r\nvm.swappiness = 30\r\n' 'a = 1\n\n\n' '' '\n'; do
		# shellcheck disable=SC2059 # it is a format
		printf "$text" | tee "$BATS_TEST_TMPDIR/conf" >"$conf"
		lowmemctl persist "$PROFILE"
		grep -qx 'vm.swappiness = 10' "$conf"
		cmp -n "$(stat -c %s "$BATS_TEST_TMPDIR/conf")" "$conf" "$BATS_TEST_TMPDIR/conf"
		untouched lowmemctl persist "$PROFILE"
		lowmemctl unpersist web
		cmp "$conf" "$BATS_TEST_TMPDIR/conf"
	done
	rm "$conf"
	lowmemctl persist "$PROFILE"
	lowmemctl unpersist web
	assert_not_exists "$conf"
	printf 'a = 1\0\n' >"$conf"
	untouched lowmemctl -1 persist "$PROFILE"
	assert_stderr --partial 'NUL bytes'
}

@test "persist: not behind a line at which busybox stops; or without that line" {
	another_host rhel4-i686-highmem
	local conf=$SYSROOT/etc/sysctl.conf
	printf '%s\n' 'vm.swappiness = 30' 'vm.dirty_ratio = 300' >"$conf"
	cp "$conf" "$BATS_TEST_TMPDIR/conf"
	untouched lowmemctl -4 --loader busybox persist "$PROFILE"
	assert_output --partial '/etc/sysctl.conf:2 sets vm.dirty_ratio to 300, which the kernel refuses, and there the loader stops: --edit-conflicts disables that line, reversibly'
	lowmemctl --loader busybox persist --edit-conflicts "$PROFILE"
	grep -qx '# lowmemctl persist disabled: vm.dirty_ratio = 300' "$conf"
	lowmemctl --loader busybox get vm.swappiness
	assert_line --regexp '^  boot     10  /etc/sysctl.conf:'
	lowmemctl --loader busybox unpersist web
	cmp "$conf" "$BATS_TEST_TMPDIR/conf"
	lowmemctl --loader busybox apply --persist --best-effort "$PROFILE"
	assert_output --partial 'there the loader stops'
}

@test "persist: lines behind a block without its end are nobody's but the admin's" {
	another_host rhel4-i686-highmem
	local conf=$SYSROOT/etc/sysctl.conf
	lowmemctl persist "$PROFILE"
	sed -i '/^# END lowmemctl/d' "$conf"
	echo 'kernel.panic = 5' >>"$conf"
	lowmemctl persist "$PROFILE"
	profile db <<<$'version: 1\nsysctl: {vm.overcommit_ratio: 70}'
	lowmemctl persist "$PROFILE"
	lowmemctl unpersist db web
	grep -qx 'kernel.panic = 5' "$conf"
}

@test "persist: a block in sysctl.conf goes when the host has folders" {
	another_host i686-pae-6.1
	cp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	lowmemctl --loader sysctl.conf persist "$PROFILE"
	grep -q 'BEGIN lowmemctl' "$SYSROOT/etc/sysctl.conf"
	lowmemctl persist "$PROFILE"
	cmp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	assert_exists "$SYSROOT/etc/sysctl.d/99-zz-lowmemctl.conf"
}

@test "persist: a broken active profile is told of, replaced, and taken out" {
	mkdir -p "$A"
	echo 'version: [1' >"$A/web.yaml"
	lowmemctl -2 diff "$PROFILE"
	assert_stderr --partial 'web.yaml:2:1: warning: an active profile does not count'
	lowmemctl -65 verify
	lowmemctl persist "$PROFILE"
	grep -qx 'name: web' "$A/web.yaml"
	echo 'version: 2' >"$A/web.yaml"
	lowmemctl unpersist web
	assert_not_exists "$A/web.yaml"
}

@test "persist: without privilege nothing is touched (77); --best-effort applies what it can" {
	unprivileged
	untouched lowmemctl -77 persist "$PROFILE"
	untouched lowmemctl -77 apply --persist "$PROFILE"
}

@test "persist: a read-only /etc (77); --best-effort: a warning, and the live part" {
	requires root unshare
	lowmemctl_ro() {
		# shellcheck disable=SC2016 # the inner shell expands it
		run --separate-stderr unshare -m sh -c 'mount --bind "$1/etc" "$1/etc" &&
			mount -o remount,bind,ro "$1/etc" && shift && exec "$@"' - "$SYSROOT" \
			"$LOWMEMCTL" --root "$SYSROOT" "$@"
		echo "$status: $output $stderr"
	}
	unshare -m true || skip "no private mounts here"
	untouched lowmemctl_ro apply --persist "$PROFILE"
	((status == 77))
	assert_stderr --partial '/etc/sysctl.d/90-lowmemctl.conf: it is on a read-only mount'
	lowmemctl_ro apply --persist --best-effort "$PROFILE"
	((status == 0))
	assert_stderr --partial 'not persisted'
	assert_knob vm.swappiness 10
	grep -q "^vm.swappiness	it could not be persisted here" "$SYSROOT/var/lib/lowmemctl/left-out"
	assert_equal "$(dropins)" ''
}

@test "persist: a full disk: exit 4, the old files whole" {
	requires root unshare
	unshare -m true || skip "no private mounts here"
	lowmemctl persist "$PROFILE"
	profile web <<<$'version: 1\nsysctl: {vm.swappiness: 10, vm.overcommit_ratio: 70}'
	# shellcheck disable=SC2016 # the inner shell expands it
	run --separate-stderr unshare -m bash -c 'e=$1/etc; cp -a "$e" "$e.old"
		mount -t tmpfs -o size=64k none "$e" && cp -a "$e.old/." "$e/"
		dd if=/dev/zero of="$e/full" bs=4k 2>/dev/null; shift
		"$@"; s=$?; rm "$e/full"; diff -r "$e" "$e.old" >&2 && exit $s' - "$SYSROOT" \
		"$LOWMEMCTL" --root "$SYSROOT" apply --persist "$PROFILE"
	echo "$status: $output $stderr"
	((status == 4))
	assert_output --partial 'No space left'
	assert_knob vm.swappiness 60
}

@test "persist: the lock" {
	requires flock
	mkdir -p "$SYSROOT/run/lowmemctl"
	exec 9>"$SYSROOT/run/lowmemctl/lock"
	flock 9
	untouched lowmemctl -75 persist "$PROFILE" 9>&-
	untouched lowmemctl -75 unpersist web 9>&-
	untouched lowmemctl persist -n "$PROFILE" 9>&-
	exec 9>&-
}

@test "persist: an active profile is judged on both sides, and apply puts both right" {
	lowmemctl apply --persist "$PROFILE"
	lowmemctl verify
	set_knob vm.swappiness 30
	lowmemctl -2 diff "$PROFILE"
	assert_output --partial 'configured, but not in force'
	rm "$D/90-lowmemctl.conf"
	set_knob vm.swappiness 10
	lowmemctl -2 diff "$PROFILE"
	assert_output --partial 'in force, but gone after a reboot'
	assert_output --partial 'write: /etc/sysctl.d/90-lowmemctl.conf'
	lowmemctl -2 verify
	assert_output --partial 'vm.swappiness: in force, but gone after a reboot: unset then'
	lowmemctl apply "$PROFILE"
	assert_equal "$(dropins)" 90-lowmemctl.conf
	lowmemctl verify
}

@test "persist: revert refuses files that were changed since, --force does it" {
	lowmemctl apply --persist "$PROFILE"
	echo '# mine' >>"$D/90-lowmemctl.conf"
	untouched lowmemctl -1 revert
	assert_output --partial 'changed since'
	lowmemctl revert --force
	assert_knob vm.swappiness 60
	assert_equal "$(dropins)" ''
}

@test "persist: what stands in the way of a file is no want of privilege" {
	mkdir -p "$D/90-lowmemctl.conf"
	untouched lowmemctl -1 persist "$PROFILE"
	assert_stderr --partial '/etc/sysctl.d/90-lowmemctl.conf: cannot be written: Is a directory'
	rmdir "$D/90-lowmemctl.conf"
	rm -f "$SYSROOT/etc/sysctl.conf"
	mkfifo "$SYSROOT/etc/sysctl.conf"
	untouched lowmemctl -1 --loader sysctl.conf persist "$PROFILE"
	assert_stderr --partial '/etc/sysctl.conf: cannot be written: what is there is no file'
}

@test "persist: what it makes can be read by all, whatever the umask" {
	rm -rf "$SYSROOT/etc/lowmemctl" "$SYSROOT/etc/sysctl.d"
	umask 077
	lowmemctl persist "$PROFILE"
	run find "$SYSROOT"/etc/lowmemctl "$SYSROOT"/etc/sysctl.d "$SYSROOT"/var/lib/lowmemctl \
		-type d ! -perm 0755
	assert_output ''
	assert_dir_exists "$SYSROOT/etc/lowmemctl/active.d"
}

@test "persist: cut short, and rebooted: its files can still be reverted, its values are gone" {
	lowmemctl apply --persist "$PROFILE"
	cut_short 1
	mkdir -p "$SYSROOT/proc/sys/kernel/random"
	echo 11111111-2222-3333-4444-555555555555 >"$SYSROOT/proc/sys/kernel/random/boot_id"
	lowmemctl history
	assert_output --partial open
	lowmemctl revert
	assert_equal "$(dropins)" ''
	assert_knob vm.swappiness 10
}

# bent RULE PATH...: apply --persist, with the calls on these paths below the root bent
bent() {
	local rule=$1 path
	local -a paths=()
	requires strace
	strace -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	shift
	for path; do paths+=(-P "$SYSROOT/$path"); done
	run --separate-stderr env ASAN_OPTIONS=detect_leaks=0 \
		strace -qq -f -o /dev/null "${paths[@]}" -e "inject=$rule" \
		"$LOWMEMCTL" --root "$SYSROOT" apply --persist "$PROFILE"
	echo "$status: $output $stderr"
}

@test "persist: when a file cannot be written, all is as it was" {
	local before call
	conf lowmemctl/active.d/x.yaml 'version: 1'
	before=$(etc)
	for call in renameat,renameat2:error=EIO fsync:error=ENOSPC:when=1; do
		bent "$call" etc/lowmemctl/active.d
		assert_equal "$status" 4
		assert_equal "$(etc)" "$before"
		assert_knob vm.swappiness 60
	done
	# The folder that could not be synced holds the new file by then.
	bent fsync:error=EIO:when=1 etc/sysctl.d
	assert_equal "$status" 4
	assert_equal "$(etc)" "$before"
	# Nor can it be put back.
	bent unlinkat,renameat,renameat2,fsync:error=EIO:when=2+ etc/sysctl.d etc/lowmemctl/active.d
	assert_equal "$status" 6
	assert_output --partial 'stuck: /etc/sysctl.d/90-lowmemctl.conf'
}

@test "persist: SIGTERM while files are written: all is as it was" {
	local before
	before=$(etc)
	bent fsync:signal=SIGTERM:when=1 etc/sysctl.d
	((status != 0))
	assert_output --partial interrupted
	assert_equal "$(etc)" "$before"
	assert_knob vm.swappiness 60
	lowmemctl history
	assert_output --partial restored
}

# rule: a profile with what sysctl.d cannot hold
rule() { profile rule <<<$'version: 1\nprocesses:\n  - {match: {comm: x}, oom_score_adj: 300}'; }

@test "persist: says what is to be enabled, for what sysctl.d cannot hold" {
	local lib=$SYSROOT/usr/lib/systemd/system wants=$SYSROOT/etc/systemd/system/sysinit.target.wants
	rule
	lowmemctl persist "$PROFILE"
	assert_stderr --partial 'there is no lowmemctl-apply.service'
	# Not the file at hand, which may be standard input.
	assert_stderr --partial "let a boot script run 'lowmemctl apply --active'"
	lowmemctl unpersist rule
	mkdir -p "$lib" "$wants"
	touch "$lib/lowmemctl-apply.service"
	lowmemctl persist "$PROFILE"
	assert_stderr --partial 'systemctl enable lowmemctl-apply.service lowmemctl-watch.service'
	lowmemctl unpersist rule
	ln -s /usr/lib/systemd/system/lowmemctl-apply.service "$wants/"
	lowmemctl persist "$PROFILE"
	assert_stderr ''
}
