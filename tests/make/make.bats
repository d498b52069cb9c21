#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Makefile and the scripts behind its targets.

load ../lib/lowmem

setup() {
	cd "$TESTS/.." || return
	BUILD=${BUILD:-build}
	unset VARIANT MAKEFLAGS
}

installed() { (cd "$BATS_TEST_TMPDIR/dest" && find . ! -type d | sort); }

make_into_dest() {
	make BUILD="$BUILD" DESTDIR="$BATS_TEST_TMPDIR/dest" prefix=/usr/local "$@"
}

@test "make: an unknown variant is refused" {
	run make VARIANT=fast
	assert_failure
	assert_output --partial "one of release debug san cov"
	run make VARIANT='debug san'
	assert_failure
}

@test "make: help names every target" {
	local target
	run make help
	assert_success
	for target in all quickstart test fresh install uninstall dist deb rpm deb-check score bench fuzz cover format lint vm \
		deps deps-test clean help; do
		assert_line --regexp "^ +$target +[a-z]"
	done
}

@test "make: nothing is built twice" {
	make BUILD="$BUILD" all
	run make BUILD="$BUILD" Q= all
	assert_success
	refute_output --regexp 'cc|clang|ar rcs'
}

@test "make: install puts the program, the profiles and the pages in place, twice over" {
	make_into_dest install
	run installed
	assert_line ./usr/local/sbin/lowmemctl
	assert_line ./usr/local/share/lowmemctl/profiles/highmem-protect.yaml
	assert_line ./usr/local/share/man/man8/lowmemctl.8
	assert_line ./usr/local/share/man/man5/lowmemctl-profile.5
	assert_line ./usr/local/share/lowmemctl/apply-dropped
	assert_dir_exist "$BATS_TEST_TMPDIR/dest/etc/lowmemctl/profiles"
	assert_dir_exist "$BATS_TEST_TMPDIR/dest/usr/local/share/lowmemctl/profiles.d"
	refute_line --regexp '^\./etc/'
	assert_file_contains "$BATS_TEST_TMPDIR/dest/usr/local/share/lowmemctl/apply-dropped" \
		'^[[:space:]]*/usr/local/sbin/lowmemctl apply'
	assert_file_contains "$BATS_TEST_TMPDIR/dest/usr/local/share/lowmemctl/apply-dropped" \
		':-/usr/local/share/lowmemctl/profiles.d}'
	assert_file_contains "$BATS_TEST_TMPDIR/dest/usr/local/lib/systemd/system/lowmemctl-apply.service" \
		'^ExecStartPre=-/usr/local/share/lowmemctl/apply-dropped$'
	local first=$output
	make_into_dest install
	assert_equal "$(installed)" "$first"
}

# What a release brings of these is installed by its place alone.
@test "make: units, scripts for other inits and completions are installed where they belong" {
	local copy=$BATS_TEST_TMPDIR/copy
	mkdir -p "$copy"/etc/{systemd,init.d,cron.d} "$copy"/packaging/completions "$copy/out/release"
	cp Makefile "$copy"
	cp -R profiles "$copy"
	cp -R packaging/{man,apply-dropped,README.md} "$copy/packaging"
	printf '%s\n' '[Service]' 'ExecStart=/usr/sbin/lowmemctl watch' >"$copy/etc/systemd/lowmemctl-watch.service"
	touch "$copy"/etc/{init.d/lowmemctl,cron.d/lowmemctl,systemd/80-lowmemctl.preset} \
		"$copy"/packaging/completions/{bash,zsh,fish}
	touch "$copy/out/release/lowmemctl"
	make -C "$copy" -o all BUILD=out DESTDIR="$BATS_TEST_TMPDIR/dest" PREFIX=/opt/x install
	run installed
	assert_line ./opt/x/lib/systemd/system/lowmemctl-watch.service
	assert_line ./opt/x/lib/systemd/system-preset/80-lowmemctl.preset
	assert_line ./opt/x/share/doc/lowmemctl/examples/init.d/lowmemctl
	assert_line ./opt/x/share/doc/lowmemctl/examples/cron.d/lowmemctl
	assert_line ./opt/x/share/bash-completion/completions/lowmemctl
	assert_line ./opt/x/share/zsh/site-functions/_lowmemctl
	assert_line ./opt/x/share/fish/vendor_completions.d/lowmemctl.fish
	assert_file_contains "$BATS_TEST_TMPDIR/dest/opt/x/lib/systemd/system/lowmemctl-watch.service" \
		'^ExecStart=/opt/x/sbin/lowmemctl watch$'
	make -C "$copy" BUILD=out DESTDIR="$BATS_TEST_TMPDIR/dest" PREFIX=/opt/x uninstall
	assert_equal "$(installed)" ''
}

@test "make: uninstall removes what install put there, and nothing else" {
	make_into_dest install
	touch "$BATS_TEST_TMPDIR/dest/usr/local/share/lowmemctl/profiles/own.yaml"
	make_into_dest uninstall
	assert_equal "$(installed)" ./usr/local/share/lowmemctl/profiles/own.yaml
	make_into_dest uninstall
}

@test "install-deps: without a package manager it names the packages and stops" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v sed)" "$(command -v tr)" "$(command -v sh)" "$BATS_TEST_TMPDIR/bin"
	PATH=$BATS_TEST_TMPDIR/bin run packaging/install-deps build
	assert_failure 1
	assert_output --partial 'neither apt-get nor dnf'
	assert_output --partial 'libyaml-dev'
}

@test "make: what test installs is what its suites name, and it goes on without a group that only all of them need" {
	local copy=$BATS_TEST_TMPDIR/copy
	mkdir -p "$copy/packaging"
	cp Makefile "$copy"
	# shellcheck disable=SC2016 # the stand-in's words
	printf '%s\n' '#!/bin/sh' 'echo "$*" >>groups' '[ "$1" != ship ]' >"$copy/packaging/install-deps"
	chmod 0755 "$copy/packaging/install-deps"
	run make -C "$copy" deps-test
	assert_success
	assert_equal "$(sort "$copy/groups" | tr '\n' ' ')" 'build test '
	rm "$copy/groups"
	run make -C "$copy" deps-test SUITES=all
	assert_success
	assert_line "make: going on without what is tested by 'ship'"
	assert_equal "$(sort "$copy/groups" | tr '\n' ' ')" 'build hooks packaging ship test vm '
	sed -i 's/!= ship/!= test/' "$copy/packaging/install-deps"
	run make -C "$copy" deps-test
	assert_failure
}

@test "make: every folder of tests is a suite of those that test runs, of all, or by name" {
	local dir
	run tests/run --help
	for dir in tests/*/; do
		if compgen -G "$dir*.bats" >/dev/null; then
			assert_output --regexp "[ \`]$(basename "$dir")[ ,.$IFS]"
		fi
	done
}

# shellcheck disable=SC2016 # the stand-ins' words
# fake_apt INSTALLED...: from here on apt-get and dpkg-query know these, and apt-get notes what it is asked for
fake_apt() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf 'installed %s\n' "$@" >"$BATS_TEST_TMPDIR/installed"
	printf '%s\n' '#!/bin/sh' "cat '$BATS_TEST_TMPDIR/installed'" >"$BATS_TEST_TMPDIR/bin/dpkg-query"
	printf '%s\n' '#!/bin/sh' 'case "$*" in *puppet*) ;; *) echo "Package: it" ;; esac' >"$BATS_TEST_TMPDIR/bin/apt-cache"
	printf '%s\n' '#!/bin/sh' "echo \"\$*\" >>'$BATS_TEST_TMPDIR/asked'" \
		'case "$*" in *" update") exit ;; *puppet*) exit 100 ;; esac' \
		"printf 'installed %s\\n' \"\$@\" >>'$BATS_TEST_TMPDIR/installed'" >"$BATS_TEST_TMPDIR/bin/apt-get"
	printf '%s\n' '#!/bin/sh' "echo \"\$*\" >>'$BATS_TEST_TMPDIR/systemctl'" >"$BATS_TEST_TMPDIR/bin/systemctl"
	chmod 0755 "$BATS_TEST_TMPDIR"/bin/*
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "install-deps: what the distribution lacks does not keep the rest of a group away, and is told" {
	requires root
	fake_apt cloud-init iproute2 openssh-client python3-jinja2 python3-yaml
	run packaging/install-deps hooks
	assert_failure 1
	assert_line --regexp '^install-deps: still missing: puppet-agent\|puppet *$'
	assert_file_contains "$BATS_TEST_TMPDIR/installed" '^installed ansible-core$'
	assert_file_contains "$BATS_TEST_TMPDIR/installed" '^installed dropbear-bin$'
}

@test "install-deps: services that come with what it installs are turned off, those that were there are not" {
	requires root
	fake_apt debootstrap fish prometheus systemd systemd-container zsh
	packaging/install-deps ship
	assert_equal "$(<"$BATS_TEST_TMPDIR/systemctl")" '--quiet disable --now prometheus-node-exporter.service'
}

@test "install-deps: an unknown group is refused" {
	run packaging/install-deps everything
	assert_failure 64
}
