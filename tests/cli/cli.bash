# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the suites of the commands share beside ../lib/lowmem: `load cli`.

load ../lib/lowmem

# another_host NAME: instead of the one that setup took
another_host() {
	rm -rf "$SYSROOT"
	sysroot "$1"
}

# tree DIR...: all that is below these folders of $SYSROOT, with modes, times of writing
# and checksums
tree() {
	(
		cd "$SYSROOT" || exit
		find "$@" -type f -printf '%p %m %T@\n' -o -printf '%p %m %y %l\n' | sort
		find "$@" -type f -readable -exec cksum {} + | sort
	) 2>/dev/null
}

# untouched COMMAND...: it must leave the host and its journal as they are
untouched() {
	local before
	before=$(tree proc sys etc var)
	"$@"
	diff <(echo "$before") <(tree proc sys etc var) || fail "something was touched by: $*"
}

# entry ID: the file of a journal entry
entry() { printf '%s/var/lib/lowmemctl/journal/%06d' "$SYSROOT" "$1"; }

# entries: how many there are in the journal
entries() { find "$SYSROOT/var/lib/lowmemctl/journal" -type f 2>/dev/null | wc -l; }

# cut_short ID: as if the run had been killed before it could write the end
cut_short() { sed -i '/^now /d; /^end /d' "$(entry "$1")"; }

# unprivileged: from here on lowmemctl is somebody who may write nothing of the host
unprivileged() {
	local program
	if ((EUID != 0)); then
		find "$SYSROOT" -type f -exec chmod a-w {} +
		return
	fi
	requires setpriv
	program=$(command -v "$LOWMEMCTL")
	# Where the program was built may be out of the other's reach.
	cp "$program" "$BATS_TEST_TMPDIR/program"
	LOWMEMCTL=$BATS_TEST_TMPDIR/unprivileged
	printf '%s\n' '#!/bin/sh' \
		"exec setpriv --reuid 65534 --regid 65534 --clear-groups '$BATS_TEST_TMPDIR/program' \"\$@\"" \
		>"$LOWMEMCTL"
	chmod 0755 "$LOWMEMCTL" "$BATS_TEST_TMPDIR/program"
	chmod go+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	setpriv --reuid 65534 --regid 65534 --clear-groups test -r "$BATS_TEST_TMPDIR/program" ||
		skip "the folder for temporary files is out of others' reach"
}

# inject RULE KEY...: from here on strace -e inject=RULE bends the calls of lowmemctl,
# those on the files of the KEYs only
inject() {
	local rule=$1 key
	local -a paths=()
	requires strace
	shift
	for key; do
		paths+=(-P "$(realpath "$(knob_file "$key")")")
	done
	strace -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	# The leak check of a sanitizer build cannot work below strace.
	printf '%s\n' '#!/bin/sh' \
		'export ASAN_OPTIONS=detect_leaks=0' \
		"exec strace -qq -f -o /dev/null ${paths[*]@Q} -e 'inject=$rule' '$LOWMEMCTL' \"\$@\"" \
		>"$BATS_TEST_TMPDIR/bent"
	chmod 0755 "$BATS_TEST_TMPDIR/bent"
	STRAIGHT=$LOWMEMCTL
	LOWMEMCTL=$BATS_TEST_TMPDIR/bent
}

# straight: undo inject
straight() { LOWMEMCTL=$STRAIGHT; }

# eventually COMMAND...: it must come true within some seconds
eventually() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	fail "never came true: $*"
}

# screen ARG...: the program, below $SYSROOT where there is one, on a terminal that is a real one's double, 80 by 24.
# Each is a server of its own, as one that was told to end may still answer.
screen() {
	requires tmux
	SCREEN=$(mktemp -u "$BATS_TEST_TMPDIR/XXXX")
	pane -f /dev/null new-session -d -x 80 -y 24 \
		"env TERM=screen LC_ALL=C ${LOWMEMCTL@Q} ${SYSROOT:+--root ${SYSROOT@Q}} $*; echo ended \$?; exec sleep 60" 3>&-
}
pane() { tmux -S "$SCREEN" "$@"; }
sees() { pane capture-pane -p | grep -q -- "$1"; }
misses() { ! sees "$1"; }

# For teardown: a screen must not outlive the test.
no_screen() { [[ -z ${SCREEN:-} ]] || pane kill-server 2>/dev/null || true; }
