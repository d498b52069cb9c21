#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rpm: built, judged, and installed with its scriptlets into another root.  That root
# is a Debian: what a package needs is there, but no rpm says so, hence --nodeps.

load tree

setup_file() {
	make_base
	command -v rpmbuild >/dev/null || return 0
	mkdir -p "$BUILD/release" && touch "$BUILD/release/beside-rpm"
	"$TOP/packaging/build-rpm" "$VERSION" "$BUILD" >/dev/null 3>&-
	build_examples rpm
}

setup() {
	requires rpmbuild
	local rpms=("$BUILD"/rpm/RPMS/*/lowmemctl-"$VERSION"-*.rpm)
	RPM=${rpms[0]}
}

system() {
	needs_packages rpm
	tree
}

# rpm_in PROC ARG...: rpm of this host on $TREE, where scriptlets see PROC: inside's words. They are in a chroot then;
# but for the one of that name, the first process is in it, too, as on a host.
rpm_in() {
	# Debian's asks at each call whether one means it.
	local -x flags=
	rpm --force-debian --version >/dev/null 2>&1 && flags=--force-debian
	# shellcheck disable=SC2016 # the inner shell's words
	bounded unshare --mount --pid --fork --kill-child bash -ec '
		proc=$1 tree=$2 sys=$3
		shift 3
		mount --bind "$tree" "$tree"
		mount -t proc proc /proc
		run=
		case $proc in
		tunable | readonly)
			rm -f "$tree/packages/up"
			unshare --pid --fork --kill-child chroot "$tree" \
				sh -ec "mount -t proc proc /proc; : >/packages/up; exec sleep 100" 3>&- &
			until [[ -e $tree/packages/up ]]; do sleep 0.02; done
			run="nsenter --pid=/proc/$!/ns/pid_for_children"
			;;
		chroot) mount --rbind /proc "$tree/proc" ;;
		esac
		case $proc in
		tunable | chroot) mount --bind "$sys" "$tree/proc/sys" ;;
		readonly)
			mount --bind "$tree/proc/sys" "$tree/proc/sys"
			mount -o remount,ro,bind "$tree/proc/sys"
			;;
		esac
		LC_ALL=C $run rpm $flags --root "$tree" --nodeps "$@" </dev/null
	' - "$1" "$TREE" "$BATS_TEST_TMPDIR/sys" "${@:2}"
}

installed_system() {
	system
	rpm_in tunable -i "$RPM"
}

# record_calls: from here on each call of lowmemctl is a line of $TREE/calls
record_calls() {
	mv "$TREE/usr/sbin/lowmemctl" "$TREE/usr/sbin/lowmemctl.real"
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>/calls' 'exec /usr/sbin/lowmemctl.real "$@"' \
		>"$TREE/usr/sbin/lowmemctl"
	chmod 0755 "$TREE/usr/sbin/lowmemctl"
}

# What rpm keeps for itself, and folders of Fedora's that this tree's own packages would own
no_others() { files | grep -vE '^\./(root/\.rpmdb|usr/lib/(rpm|sysimage)|usr/share/(licenses$|man/man[58]$))'; }

# lifecycle PROC
lifecycle() {
	local before knobs
	system
	# of the packages "filesystem" and "systemd", where there are such
	mkdir -p "$TREE"/usr/share/{fish/vendor_completions.d,zsh/site-functions,man/man{5,7,8}} "$TREE/usr/lib/systemd/system-preset"
	before=$(no_others)
	knobs=$(sysctls)
	run rpm_in "$1" -i "$RPM"
	assert_success
	assert_output ''
	assert_equal "$(find "$TREE/etc/lowmemctl" -type f | wc -l)" 0
	run rpm_in "$1" -U --replacepkgs "$RPM"
	assert_success
	assert_output ''
	run rpm_in "$1" -e lowmemctl
	assert_success
	assert_output ''
	assert_equal "$(sysctls)" "$knobs"
	diff <(echo "$before") <(no_others)
}

@test "rpm: its build leaves alone what was built beside it" {
	[[ -e $BUILD/release/beside-rpm ]]
}

@test "rpm: rpmlint has no error and no warning" {
	requires rpmlint
	run bounded rpmlint -c "$TOP/packaging/rpm/rpmlint.toml" "$TOP"/packaging/rpm/*.spec \
		"$TOP"/packaging/examples/*/*.spec "$RPM" "$BUILD"/rpm/SRPMS/*.rpm "$BATS_FILE_TMPDIR"/good/*.rpm
	echo "$output"
	assert_equal "$status" 0
	assert_output --partial '0 errors, 0 warnings'
}

@test "rpm: the spec is read where macros are defined, too" {
	requires rpmspec
	run rpmspec -q --define 'rhel 9' --define 'dist .el9' --define '_unitdir /usr/lib/systemd/system' \
		--define 'build_ldflags -Wl,-z,now' --qf '%{release}\n' "$TOP/packaging/rpm/lowmemctl.spec"
	assert_success
	assert_line 1.el9
	run rpmspec -q --define 'rhel 9' --buildrequires "$TOP/packaging/rpm/lowmemctl.spec"
	assert_line libyaml-devel
	assert_line gcc
}

@test "rpm: for RHEL 7 the spec asks for its newer compiler, and for nothing that its rpm does not know" {
	requires rpmspec
	run rpmspec -q --define 'rhel 7' --buildrequires "$TOP/packaging/rpm/lowmemctl.spec"
	assert_line devtoolset-9-gcc
	refute_line gcc
	run rpmspec -P --define 'rhel 7' "$TOP/packaging/rpm/lowmemctl.spec"
	assert_success
	assert_line '. /opt/rh/devtoolset-9/enable'
	refute_output --regexp 'transfiletrigger|Recommends'
	run rpmspec -P --define 'rhel 8' "$TOP/packaging/rpm/lowmemctl.spec"
	assert_output --regexp 'transfiletriggerin.*Recommends|Recommends.*transfiletriggerin'
}

@test "rpm: installed, upgraded and erased it changes nothing" {
	lifecycle tunable
}

@test "rpm: the same with a read-only /proc/sys" {
	lifecycle readonly
}

@test "rpm: the same without any /proc" {
	lifecycle none
}

# run_scriptlet NAME COUNT: of the package, where systemd seems to run; $output is what it is asked to do
run_scriptlet() {
	mkdir -p "$TREE/run/systemd/system"
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>/asked' >"$TREE/usr/bin/systemctl"
	chmod 0755 "$TREE/usr/bin/systemctl"
	: >"$TREE/asked"
	rpm -qp --qf "%{$1}\n" "$RPM" >"$TREE/packages/scriptlet"
	inside tunable sh -e /packages/scriptlet "$2"
	run cat "$TREE/asked"
}

@test "rpm: an upgrade restarts a daemon that runs, and what runs is stopped before the package goes" {
	system
	run_scriptlet PREUN 1
	assert_output ''
	run_scriptlet POSTUN 1
	assert_output $'daemon-reload\ntry-restart lowmemctl-watch.service'
	run_scriptlet PREUN 0
	assert_line --regexp 'disable --now .*lowmemctl-watch.service'
	run_scriptlet POSTUN 0
	assert_output daemon-reload
}

@test "rpm: profiles that packages drop are applied once in a transaction" {
	installed_system
	record_calls
	example dropped
	rpm_in tunable -i "$TREE/packages/dropped.rpm"
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
	assert_equal "$(wc -l <"$TREE/calls")" 1
	rpm_in tunable -e lowmemctl-example-dropped
	assert_equal "$(wc -l <"$TREE/calls")" 1
}

@test "rpm: in a chroot the settings of the host that makes an image are left alone" {
	local before
	installed_system
	example dropped
	before=$(sysctls)
	run rpm_in chroot -i "$TREE/packages/dropped.rpm"
	assert_equal "$status" 0
	assert_output 'lowmemctl: this is a chroot: what packages dropped is not applied'
	assert_equal "$(sysctls)" "$before"
}

@test "rpm: a profile that was dropped before is applied when the package comes" {
	system
	example dropped
	rpm_in tunable -i "$TREE/packages/dropped.rpm"
	rpm_in tunable -i "$RPM"
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/swappiness")" 11
}

@test "rpm: what a trigger cannot do in a container is no failure, and status shows it" {
	installed_system
	example dropped
	run rpm_in readonly -i "$TREE/packages/dropped.rpm"
	assert_equal "$status" 0
	assert_output --regexp '^lowmemctl: [^[:cntrl:]]*lowmemctl-example-dropped.yaml: left out 1 of 1 settings on this host$'
	run inside readonly lowmemctl status
	assert_line --regexp '^Left out .*vm\.swappiness \(it is on a read-only mount'
}

@test "rpm: a package that calls from its scriptlets applies, persists, and takes it out again" {
	installed_system
	example called
	rpm_in tunable -i "$TREE/packages/called.rpm"
	assert_equal "$(<"$BATS_TEST_TMPDIR/sys/vm/vfs_cache_pressure")" 150
	assert_file_contains "$TREE/etc/sysctl.d/90-lowmemctl.conf" '^vm.vfs_cache_pressure = 150$'
	rpm_in tunable -U --replacepkgs "$TREE/packages/called.rpm"
	assert_file_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
	rpm_in tunable -e lowmemctl-example-called
	assert_file_not_exist "$TREE/etc/sysctl.d/90-lowmemctl.conf"
}

@test "rpm: in a container and in a chroot it persists what it cannot apply" {
	local proc
	for proc in readonly none; do
		rm -rf "$BATS_TEST_TMPDIR"/{tree,sys}
		installed_system
		example called
		run rpm_in "$proc" -i "$TREE/packages/called.rpm"
		assert_equal "$status" 0
		assert_equal "$proc $(grep -c 'lowmemctl: ' <<<"$output")" "$proc 1"
		assert_file_contains "$TREE/etc/sysctl.d/90-lowmemctl.conf" '^vm.vfs_cache_pressure = 150$'
		rpm_in "$proc" -e lowmemctl-example-called
	done
}

# rpm goes on after a scriptlet that fails once the files are there, and says so.
@test "rpm: a package whose own profile is bad is told to fail" {
	installed_system
	example called bad
	run rpm_in readonly -i "$TREE/packages/called.rpm"
	assert_output --partial '3000 is outside'
	assert_output --regexp 'lowmemctl-example-called.* scriptlet failed, exit status 65'
}
