#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Debian package: built, judged, and installed where it can tune and where it cannot.

load tree

setup_file() {
	make_base
	DEB=$BUILD/deb/lowmemctl_${VERSION}-1_$(dpkg --print-architecture 2>/dev/null).deb
	export DEB
	command -v dpkg-buildpackage dh >/dev/null || return 0
	mkdir -p "$BUILD/release" && touch "$BUILD/release/beside-deb"
	"$TOP/packaging/build-deb" "$VERSION" "$BUILD" >/dev/null 3>&-
	build_examples deb
}

setup() { requires dpkg-buildpackage dh; }

# system: a tree with the package in it, not yet installed, and a newer one
system() {
	needs_packages dpkg-deb
	tree
	cp "$DEB" "$TREE/packages/lowmemctl.deb"
}

installed_system() {
	system
	inside tunable dpkg -i /packages/lowmemctl.deb
}

newer() {
	dpkg-deb -R "$DEB" "$BATS_TEST_TMPDIR/newer"
	sed -i 's/^Version: .*/&+newer/' "$BATS_TEST_TMPDIR/newer/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$BATS_TEST_TMPDIR/newer" "$TREE/packages/newer.deb" >/dev/null
}

# shellcheck disable=SC2016 # dpkg's words
state() { inside tunable dpkg-query -W -f '${db:Status-Abbrev}' "$1"; }

# lifecycle PROC: all that happens to a package, and nothing may stay behind
lifecycle() {
	local before knobs
	system
	newer
	before=$(files)
	knobs=$(sysctls)
	inside "$1" dpkg -i /packages/lowmemctl.deb
	assert_equal "$(find "$TREE/etc/lowmemctl" -type f | wc -l)" 0
	inside "$1" lowmemctl --version
	inside "$1" dpkg -i /packages/newer.deb
	inside "$1" dpkg-reconfigure lowmemctl
	inside "$1" /var/lib/dpkg/info/lowmemctl.postinst configure 0
	inside "$1" /var/lib/dpkg/info/lowmemctl.postinst triggered /usr/share/lowmemctl/profiles.d
	inside "$1" dpkg -r lowmemctl
	inside "$1" dpkg -i /packages/lowmemctl.deb
	inside "$1" dpkg -P lowmemctl
	assert_equal "$(sysctls)" "$knobs"
	diff <(echo "$before") <(files)
}

@test "deb: its build leaves alone what was built beside it" {
	[[ -e $BUILD/release/beside-deb ]]
}

@test "deb: lintian has no error and no warning" {
	requires lintian
	run timeout -k 5 170 lintian --allow-root --fail-on error,warning "$BUILD/deb"/*.changes
	echo "$output"
	assert_equal "$status" 0
	refute_output --regexp '^[EW]: '
}

@test "deb: the program is hardened" {
	requires readelf dpkg-deb
	local program=$BATS_TEST_TMPDIR/x/usr/sbin/lowmemctl
	dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
	run readelf -hldW --dyn-syms "$program"
	assert_line --regexp 'Type: +DYN \(Position-Independent Executable'
	assert_line --partial GNU_RELRO
	assert_line --regexp 'FLAGS_1.*NOW'
	assert_line --partial __stack_chk_fail
	assert_line --regexp '_chk@GLIBC'
}

@test "deb: no file that an administrator might be asked about" {
	requires dpkg-deb
	run dpkg-deb -I "$DEB" conffiles
	assert_equal "$status" 2
	run dpkg-deb -c "$DEB"
	assert_line --regexp ' \./etc/lowmemctl/profiles/$'
	assert_line --regexp ' \./usr/share/lowmemctl/profiles\.d/$'
	refute_line --regexp ' \./etc/.*[^/]$'
}

@test "deb: its scripts call nothing that a small chroot lacks" {
	requires dpkg-deb
	dpkg-deb -e "$DEB" "$BATS_TEST_TMPDIR/control"
	# debhelper's own stands behind a test for a running systemd
	sed -i '/\[ -d \/run\/systemd\/system \]/,/^fi$/d' "$BATS_TEST_TMPDIR"/control/post*
	run grep -nE '^[[:space:]]*(sysctl|service|initctl|systemctl)\b' "$BATS_TEST_TMPDIR"/control/post*
	assert_output ''
}

@test "deb: installed, upgraded, configured again and purged it changes nothing" {
	lifecycle tunable
}

@test "deb: the same with a read-only /proc/sys" {
	lifecycle readonly
}

@test "deb: the same without any /proc" {
	lifecycle none
}

@test "deb: nothing is enabled when it is installed" {
	installed_system
	run find "$TREE/etc/systemd" "$TREE"/etc/rc?.d -lname '*lowmemctl*'
	assert_output ''
}

# booted: as if systemd ran in $TREE; what it is asked to do is in $TREE/asked, and all units are active.
booted() {
	mkdir -p "$TREE/run/systemd/system"
	: >"$TREE/asked"
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>/asked' >"$TREE/usr/bin/systemctl"
	chmod 0755 "$TREE/usr/bin/systemctl"
}

@test "deb: an upgrade restarts a daemon that runs, and what runs is stopped before the package goes" {
	system
	newer
	booted
	inside tunable dpkg -i /packages/lowmemctl.deb
	run cat "$TREE/asked"
	refute_output --regexp '(start|enable|reload) .*lowmemctl'
	: >"$TREE/asked"
	inside tunable dpkg -i /packages/newer.deb
	run cat "$TREE/asked"
	assert_line --regexp '^(try-)?restart .*lowmemctl-watch\.service'
	assert_line --partial daemon-reload
	refute_output --regexp 'start .*lowmemctl-apply'
	refute_output --regexp 'stop.*lowmemctl-watch'
	: >"$TREE/asked"
	inside tunable dpkg -r lowmemctl
	run cat "$TREE/asked"
	assert_line --regexp 'stop .*lowmemctl-watch\.service'
	assert_line --regexp 'stop .*lowmemctl-verify\.timer'
	refute_output --regexp 'stop .*lowmemctl-apply'
}

# dpkg --root with --force-script-chrootless: the scripts run in the system that dpkg runs in.
@test "deb: scripts that are not run in the tree that is made leave alone what they are run in" {
	installed_system
	mkdir -p "$TREE/other/usr/share/lowmemctl"
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>/asked' >"$TREE/usr/share/lowmemctl/apply-dropped"
	printf 'version: 1\nsysctl: {vm.swappiness: 12}\n' >"$TREE/etc/lowmemctl/profiles/own.yaml"
	inside tunable lowmemctl persist -q own
	mkdir -p "$TREE/other/etc/lowmemctl" "$TREE/other/etc/sysctl.d" "$TREE/other/var/lib/lowmemctl"
	cp "$TREE/etc/sysctl.d/90-lowmemctl.conf" "$TREE/other/etc/sysctl.d"
	inside tunable env DPKG_ROOT=/other /var/lib/dpkg/info/lowmemctl.postinst configure ''
	inside tunable env DPKG_ROOT=/other /var/lib/dpkg/info/lowmemctl.postinst triggered /usr/share/lowmemctl/profiles.d
	assert_not_exist "$TREE/asked"
	inside tunable env DPKG_ROOT=/other /var/lib/dpkg/info/lowmemctl.postrm purge
	assert_file_exist "$TREE/etc/lowmemctl/profiles/own.yaml"
	assert_file_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
	assert_exist "$TREE/var/lib/lowmemctl/journal"
	assert_not_exist "$TREE/other/etc/lowmemctl"
	assert_not_exist "$TREE/other/var/lib/lowmemctl"
	assert_not_exist "$TREE/other/etc/sysctl.d/90-lowmemctl.conf"
}

@test "deb: what an administrator put there survives remove, and goes with purge" {
	installed_system
	printf 'version: 1\nsysctl: {vm.swappiness: 12}\n' >"$TREE/etc/lowmemctl/profiles/own.yaml"
	inside tunable lowmemctl persist -q own
	echo 'vm.swappiness = 1' >"$TREE/etc/sysctl.d/50-lowmemctl.conf"
	inside tunable dpkg -r lowmemctl
	assert_file_exist "$TREE/etc/lowmemctl/profiles/own.yaml"
	assert_file_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
	inside tunable dpkg -P lowmemctl
	assert_not_exist "$TREE/etc/lowmemctl"
	assert_not_exist "$TREE/var/lib/lowmemctl"
	assert_not_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
	# It does not say that lowmemctl wrote it.
	assert_file_exist "$TREE/etc/sysctl.d/50-lowmemctl.conf"
}

@test "deb: a trial that waits is put back when the package is purged" {
	system
	printf 'version: 1\nsysctl: {vm.swappiness: 12}\n' >"$TREE/packages/p.yaml"
	inside tunable sh -ec 'dpkg -i /packages/lowmemctl.deb
		lowmemctl apply -q --trial 1h /packages/p.yaml
		grep -x 12 /proc/sys/vm/swappiness
		dpkg -P lowmemctl'
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 60
	assert_not_exist "$TREE/var/lib/lowmemctl"
}

@test "deb: profiles that packages drop are applied once, after all of them" {
	installed_system
	example dropped
	inside tunable sh -c 'cd packages && dpkg-deb -R dropped.deb two &&
		sed -i "s/^Package: .*/Package: two/" two/DEBIAN/control &&
		cd two/usr/share && rm -r doc && sed "s/swappiness: 11/dirty_ratio: 33/; s/^name: .*/name: two/" lowmemctl/profiles.d/*.yaml >/two.yaml &&
		rm lowmemctl/profiles.d/* && mv /two.yaml lowmemctl/profiles.d && cd /packages && dpkg-deb -b two two.deb'
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>/calls' 'exec /usr/sbin/lowmemctl.real "$@"' >"$TREE/packages/wrapper"
	chmod 0755 "$TREE/packages/wrapper"
	mv "$TREE/usr/sbin/lowmemctl" "$TREE/usr/sbin/lowmemctl.real"
	mv "$TREE/packages/wrapper" "$TREE/usr/sbin/lowmemctl"
	inside tunable dpkg -i /packages/dropped.deb /packages/two.deb
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/dirty_ratio")" 33
	assert_equal "$(wc -l <"$TREE/calls")" 2
	inside tunable dpkg -P two
	assert_equal "$(wc -l <"$TREE/calls")" 3
}

@test "deb: in a chroot the settings of the host that makes an image are left alone" {
	local before
	system
	example dropped
	before=$(sysctls)
	run inside chroot sh -c 'dpkg -i /packages/lowmemctl.deb && dpkg -i /packages/dropped.deb 2>&1'
	assert_equal "$status" 0
	assert_line 'lowmemctl: this is a chroot: what packages dropped is not applied'
	assert_equal "$(sysctls)" "$before"
	inside tunable dpkg-reconfigure lowmemctl
	inside tunable /usr/share/lowmemctl/apply-dropped
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
}

@test "deb: a profile that was dropped before is applied when the package comes" {
	system
	example dropped
	inside tunable dpkg -i /packages/dropped.deb
	inside tunable dpkg -i /packages/lowmemctl.deb
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
}

# dpkg runs no trigger of a package that it configures itself.
@test "deb: a profile that is dropped in the run that upgrades the package is applied" {
	local order
	system
	newer
	example dropped
	inside tunable dpkg -i /packages/lowmemctl.deb
	for order in 'newer dropped' 'dropped newer'; do
		echo 60 >"$BATS_TEST_TMPDIR/sys/vm/swappiness"
		inside tunable sh -ec "cd packages && dpkg -i ${order/ /.deb }.deb && dpkg -P lowmemctl-example-dropped"
		assert_equal "$order: $(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" "$order: 11"
	done
}

@test "deb: a run that is cut off in the trigger is made good by the next" {
	installed_system
	example dropped
	mv "$TREE/usr/share/lowmemctl/apply-dropped" "$TREE/packages"
	printf '%s\n' '#!/bin/sh' "kill -9 \$(pidof dpkg)" >"$TREE/usr/share/lowmemctl/apply-dropped"
	chmod 0755 "$TREE/usr/share/lowmemctl/apply-dropped"
	run inside tunable sh -c 'dpkg -i /packages/dropped.deb; echo "ended with $?"'
	assert_line 'ended with 137'
	mv "$TREE/packages/apply-dropped" "$TREE/usr/share/lowmemctl"
	inside tunable dpkg --configure -a
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
}

@test "deb: what a trigger cannot do in a container is no failure, and status shows it" {
	local before
	installed_system
	example dropped
	before=$(</proc/sys/vm/swappiness)
	run inside readonly sh -c 'dpkg -i /packages/dropped.deb 2>&1'
	assert_equal "$status" 0
	assert_equal "$(grep -c 'lowmemctl: ' <<<"$output")" 1
	assert_line --partial 'lowmemctl-example-dropped.yaml: left out 1 of 1 settings on this host'
	assert_equal "$(</proc/sys/vm/swappiness)" "$before"
	run inside readonly lowmemctl status
	assert_line --regexp '^Left out .*vm\.swappiness \(it is on a read-only mount'
	run inside none sh -c 'dpkg -P lowmemctl-example-dropped && dpkg -i /packages/dropped.deb'
	assert_equal "$status" 0
}

@test "deb: a bad profile that is dropped is told, and leaves the others and the package alone" {
	installed_system
	example dropped
	printf 'version: 1\nsysctl: {vm.swappiness: 3000}\n' >"$TREE/usr/share/lowmemctl/profiles.d/a.yaml"
	run inside tunable sh -c 'dpkg -i /packages/dropped.deb 2>&1'
	assert_equal "$status" 0
	assert_line --partial 'profiles.d/a.yaml:2:'
	assert_line 'lowmemctl: /usr/share/lowmemctl/profiles.d/a.yaml is not applied'
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
	assert_equal "$(state lowmemctl)" 'ii '
}

@test "deb: a package that calls from its scripts applies, persists, and takes it out again" {
	installed_system
	example called
	inside tunable dpkg -i /packages/called.deb
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/vfs_cache_pressure")" 150
	assert_file_contains "$TREE/etc/sysctl.d/90-lowmemctl.conf" '^vm.vfs_cache_pressure = 150$'
	inside tunable dpkg -i /packages/called.deb
	inside tunable dpkg -P lowmemctl-example-called
	assert_file_not_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
}

@test "deb: in a container and in a chroot it persists what it cannot apply" {
	local proc
	for proc in readonly none; do
		rm -rf "$BATS_TEST_TMPDIR"/{tree,sys}
		installed_system
		example called
		run inside "$proc" sh -c 'dpkg -i /packages/called.deb 2>&1'
		assert_equal "$status" 0
		assert_equal "$proc $(grep -c 'lowmemctl: ' <<<"$output")" "$proc 1"
		assert_file_contains "$TREE/etc/sysctl.d/90-lowmemctl.conf" '^vm.vfs_cache_pressure = 150$'
		inside "$proc" dpkg -P lowmemctl-example-called
		assert_file_not_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
	done
}

@test "deb: a package whose own profile is bad fails" {
	installed_system
	example called bad
	run inside readonly sh -c 'dpkg -i /packages/called.deb 2>&1'
	assert_equal "$status" 1
	assert_output --partial '3000 is outside'
	assert_output --partial 'exit status 65'
}

@test "deb: the examples satisfy lintian" {
	requires lintian
	timeout -k 5 170 lintian --allow-root --fail-on error,warning "$BATS_FILE_TMPDIR"/good/*.deb
}
