# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A small Debian to install packages in, beside ../lib/lowmem: `load tree`.  What it
# costs to make is kept below $BUILD/packaging.

load ../lib/lowmem

TOP=$(cd "$TESTS/.." && pwd -P)
BUILD=$(realpath -m "${BUILD:-$TOP/build}")
VERSION=$(sed -n 's/^VERSION := //p' "$TOP/Makefile")

# needs_packages COMMAND...: skip where these, or what a tree is made with, are not there
needs_packages() {
	requires root debootstrap unshare chroot "$@"
	unshare --mount --pid --fork true 2>/dev/null || skip "needs namespaces"
	[[ -e $BUILD/packaging/base/usr/bin/dpkg ]] ||
		skip "needs a Debian mirror: see $BUILD/packaging/debootstrap.log"
}

# The first field of what this host's apt knows of its own release
mirror() {
	# shellcheck disable=SC2016 # apt's own words
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
		awk -v release="$1" '$2 == release { print $1; exit }'
}

# slim TREE: it is copied for each test, and dpkg waits for the disk
slim() {
	rm -rf "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* \
		"$1"/usr/share/{locale,doc,man,info,zoneinfo,i18n}/* "$1"/usr/lib/*/gconv
	echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/unsafe-io"
}

# make_base: the bare system with the libraries that lowmemctl links, once for all suites
make_base() {
	local base=$BUILD/packaging/base release
	((EUID == 0)) && command -v debootstrap flock >/dev/null || return 0
	mkdir -p "$BUILD/packaging"
	(
		flock 9
		[[ ! -e $base/usr/bin/dpkg ]] || exit 0
		rm -rf --one-file-system "$base.new"
		release=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
		# shellcheck disable=SC2046 # no word where apt knows none
		if debootstrap --variant=minbase --include=libyaml-0-2,libcap-ng0,libseccomp2,libsmartcols1,procps \
			"$release" "$base.new" $(mirror "$release") >"$BUILD/packaging/debootstrap.log" 2>&1; then
			slim "$base.new"
			mv "$base.new" "$base"
		fi
	) 9>"$BUILD/packaging/lock" 3>&-
}

# tree: a system of this test's own, $TREE, with the sysctls of a host that can be tuned
tree() {
	TREE=$BATS_TEST_TMPDIR/tree
	cp -a "$BUILD/packaging/base" "$TREE"
	mkdir "$TREE/packages"
	cp -R "$TESTS/fixtures/sysroots/modern-x86_64/proc/sys" "$BATS_TEST_TMPDIR/sys"
}

# inside PROC COMMAND...: in $TREE, whose /proc/sys is
#   tunable   a copy of a fixture's, $BATS_TEST_TMPDIR/sys: never this host's
#   readonly  this host's, on a read-only mount, as in a container
#   none      not there, and no /proc either, as in a chroot
#   chroot    as tunable, in a chroot of a system whose first process is elsewhere
# Mounts and processes go when it ends, however it ends.
inside() {
	# shellcheck disable=SC2016 # the inner shell's words
	bounded unshare --mount --pid --fork --kill-child bash -ec '
		proc=$1 tree=$2 sys=$3
		shift 3
		mount --bind "$tree" "$tree"
		mount -o remount,bind,dev,suid "$tree" # it may lie in /dev/shm
		case $proc in
		tunable | chroot)
			mount -t proc proc "$tree/proc"
			mount --bind "$sys" "$tree/proc/sys"
			;;
		readonly)
			mount -t proc proc "$tree/proc"
			mount --bind "$tree/proc/sys" "$tree/proc/sys"
			mount -o remount,ro,bind "$tree/proc/sys"
			;;
		esac
		[[ $proc == chroot ]] && run= || run=exec
		$run chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC \
			DEBIAN_FRONTEND=noninteractive "$@" </dev/null
	' - "$1" "$TREE" "$BATS_TEST_TMPDIR/sys" "${@:2}"
}

# sysctls: all of them, as one checksum
sysctls() { (cd "$BATS_TEST_TMPDIR/sys" && find . -type f -exec cat {} + | cksum); }

# files: all that is in $TREE but what package managers write about themselves
files() {
	(
		cd "$TREE" && find . -path ./packages -prune -o -path ./var/lib/dpkg -prune -o \
			-path ./var/lib/rpm -prune -o -path ./var/log -prune -o -path ./var/cache -prune -o \
			-path ./var/lib/systemd/deb-systemd-helper-enabled -prune -o -print | sort
	)
}

# build_examples KIND: deb or rpm, once for a file of tests, with one whose profile is bad
build_examples() {
	local bad=$BATS_FILE_TMPDIR/bad/called
	mkdir -p "${bad%/*}"
	cp -R "$TOP/packaging/examples/called" "$bad"
	printf 'version: 1\nsysctl: {vm.swappiness: 3000}\n' >"$bad/lowmemctl-example-called.yaml"
	"$TOP/packaging/examples/build" "$1" dropped "$BATS_FILE_TMPDIR/good" &&
		"$TOP/packaging/examples/build" "$1" called "$BATS_FILE_TMPDIR/good" &&
		"$TOP/packaging/examples/build" "$1" "$bad" "$BATS_FILE_TMPDIR/bad"
} 3>&-

# example NAME [bad]: puts its package into $TREE/packages, without a version
example() {
	local file
	for file in "$BATS_FILE_TMPDIR/${2:-good}/lowmemctl-example-$1"*; do
		cp "$file" "$TREE/packages/$1.${file##*.}"
	done
}
