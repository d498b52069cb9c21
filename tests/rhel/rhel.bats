#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The sources with libraries of RHEL 7's age. The oldest system that can be had is Debian 11: there
# they are built, once as anybody would who has only what must be there, and once with all that RHEL 7
# (glibc 2.17, Linux 3.10, libyaml 0.1.4, libcap-ng 0.7.5, libseccomp 2.3.1) lacks hidden from gcc 9.

load ../packaging/tree

setup_file() {
	export OLD=$BUILD/packaging/bullseye NO_OLD=''
	local need
	for need in debootstrap flock unshare chroot; do
		command -v "$need" >/dev/null || NO_OLD="needs $need"
	done
	((EUID == 0)) || NO_OLD="needs root"
	[[ $(uname -m) == x86_64 ]] || NO_OLD="knows RHEL 7's system calls on x86_64 only"
	[[ -z $NO_OLD ]] || return 0
	make_old
	[[ -e $OLD/usr/bin/gcc-9 ]] || NO_OLD="needs a Debian mirror: see $OLD.log"
	[[ -z $NO_OLD ]] || return 0
	"$TOP/packaging/dist" "lowmemctl-$VERSION" "$BATS_FILE_TMPDIR" >/dev/null
	tar -C "$BATS_FILE_TMPDIR" -xzf "$BATS_FILE_TMPDIR/lowmemctl-$VERSION.tar.gz"
	mv "$BATS_FILE_TMPDIR/lowmemctl-$VERSION" "$BATS_FILE_TMPDIR/src"
	old_build bare SECCOMP=0 CC=gcc
	in_old 900 'sh src/tests/rhel/old-headers headers' >"$BATS_FILE_TMPDIR/headers.log" 2>&1 || :
	old_build rhel7 SECCOMP=1 SHARED=1 CC=gcc-9 CPPFLAGS=-isystem\ /mnt/headers
} 3>&-

setup() { [[ -z $NO_OLD ]] || skip "$NO_OLD"; }

# make_old: Debian 11 with its compilers, once
make_old() {
	mkdir -p "$BUILD/packaging"
	(
		flock 9
		[[ ! -e $OLD/usr/bin/gcc-9 ]] || exit 0
		rm -rf --one-file-system "$OLD"{,.new}
		# shellcheck disable=SC2046 # no word where apt knows none
		debootstrap --variant=minbase \
			--include=binutils,gcc,gcc-9,libc6-dev,libcap-ng-dev,libseccomp-dev,libyaml-dev,make,pkg-config \
			bullseye "$OLD.new" $(. /etc/os-release && [[ $ID != debian ]] || mirror "${VERSION_CODENAME:-}") \
			>"$OLD.log" 2>&1 && mv "$OLD.new" "$OLD"
	) 9>"$OLD.lock" || :
}

# in_old SECONDS SCRIPT: in Debian 11, where $BATS_FILE_TMPDIR is the folder it is in
in_old() {
	# shellcheck disable=SC2016 # the inner shell's words
	timeout -k 5 "$1" unshare --mount --pid --fork --kill-child bash -ec '
		mount --bind "$2" "$1/mnt"
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		exec chroot "$1" env -i PATH=/usr/bin:/bin LC_ALL=C TZ=UTC sh -ec "cd /mnt; $3" </dev/null
	' - "$OLD" "$BATS_FILE_TMPDIR" "$2"
}

# old_build NAME SETTING...: in $BATS_FILE_TMPDIR/NAME, with a log beside it
old_build() {
	in_old 1200 "make -C src -j$(nproc) BUILD=/mnt/$1 $(printf "%q " "${@:2}") all" >"$BATS_FILE_TMPDIR/$1.log" 2>&1 || :
}

# built NAME: it must be, without a warning
built() {
	PROGRAM=$BATS_FILE_TMPDIR/$1/release/lowmemctl
	grep -E 'warning|error' "$BATS_FILE_TMPDIR/$1.log" && return 1
	[[ -x $PROGRAM ]] || { tail -n 20 "$BATS_FILE_TMPDIR/$1.log" && return 1; }
}

# wants PATTERN: what the program takes from libraries, "VERSION NAME" of those that match
wants() { readelf --dyn-syms -W "$PROGRAM" | sed -nE 's/.* UND ([^@ ]+)@+([^ ]+).*/\2 \1/p; s/.* UND ([^@ ]+)$/none \1/p' | grep -E "$1" | sort -u; }

@test "rhel: it is built without libseccomp and the headers of libsmartcols, and draws plain tables" {
	built bare
	run readelf -d "$PROGRAM"
	refute_output --regexp 'NEEDED.*(smartcols|seccomp)'
	grep -q 'libsmartcols\.so' "$LOWMEMCTL"
	run -1 grep -q 'libsmartcols\.so' "$PROGRAM"
	printf 'version: 1\nsysctl: {vm.swappiness: 10}\n' >"$BATS_FILE_TMPDIR/p.yaml"
	# A terminal, as without one no table is drawn by the library.
	run in_old 60 'stty cols 80 2>/dev/null || :
		script -qec "bare/release/lowmemctl --color never --root src/tests/fixtures/sysroots/modern-x86_64 diff p.yaml" /dev/null'
	assert_line --regexp '^ +KEY +LIVE +WANT +BOOT'
	assert_line --regexp '^~ +vm\.swappiness +60 +10 '
}

@test "rhel: it passes its smoke test there" {
	built bare
	in_old 60 'sh src/packaging/smoke bare/release/lowmemctl src/profiles src/tests/fixtures/sysroots/modern-x86_64'
}

@test "rhel: the headers of the strict build hide what RHEL 7 lacks, and nothing else" {
	local name
	[[ -e $BATS_FILE_TMPDIR/headers/seccomp.h ]] || fail "$(<"$BATS_FILE_TMPDIR/headers.log")"
	printf '#include <%s>\n' fcntl.h linux/capability.h sched.h seccomp.h sys/mman.h sys/prctl.h sys/stat.h \
		sys/syscall.h sys/timerfd.h >"$BATS_FILE_TMPDIR/all.h"
	sees() { in_old 60 "echo 'long x = $1;' | gcc-9 -D_GNU_SOURCE -isystem headers -include ./all.h -fsyntax-only -x c -" 2>&1; }
	for name in SYS_read SYS_finit_module O_PATH PR_SET_NO_NEW_PRIVS TFD_TIMER_ABSTIME CAP_SYS_RESOURCE SCMP_ACT_ALLOW SCMP_FLTATR_CTL_NNP; do
		sees "$name"
	done
	for name in SYS_sched_setattr SYS_statx SYS_openat2 SYS_close_range SYS_memfd_create O_TMPFILE PR_CAP_AMBIENT \
		TFD_TIMER_CANCEL_ON_SET CAP_BPF MFD_CLOEXEC STATX_BASIC_STATS CLONE_NEWCGROUP SCMP_FLTATR_CTL_LOG; do
		run sees "$name"
		assert_output --partial "'$name' undeclared"
	done
}

@test "rhel: of what is hidden nothing is missed by gcc 9, and the program runs" {
	built rhel7
	run in_old 60 'rhel7/release/lowmemctl --version'
	assert_output --partial "$VERSION"
	in_old 60 'sh src/packaging/smoke rhel7/release/lowmemctl src/profiles src/tests/fixtures/sysroots/modern-x86_64'
}

# fcntl64 is what newer headers call fcntl for large files; fmemopen is in 2.17, too, where it counts bytes
# of text in another way than is of interest to us.
@test "rhel: it wants no function of the C library that is younger than 2.17" {
	built rhel7
	run wants '^GLIBC_'
	assert_line 'GLIBC_2.17 clock_gettime'
	run awk '$1 ~ /^GLIBC_/ { split(substr($1, 7), v, "."); if (v[1] > 2 || v[2] > 17) print $2 }' <<<"$output"
	assert_output $'fmemopen\nfcntl64'
}

# By the headers of these versions.
@test "rhel: it wants of libyaml, libcap-ng and libseccomp what 0.1.4, 0.7.5 and 2.3.1 have" {
	built rhel7
	run wants '(yaml|capng|seccomp|scmp)_'
	assert_line 'none yaml_parser_parse'
	assert_line 'none capng_apply'
	assert_line 'none seccomp_load'
	diff <(printf '%s\n' capng_{apply,clear,get_caps_process,have_capability,update} \
		seccomp_{init,load,release,rule_add,rule_add_array,syscall_resolve_name} yaml_event_delete \
		yaml_parser_{delete,initialize,parse,set_encoding,set_input_string}) <(awk '{ print $2 }' <<<"$output")
}
