# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the suites of the collection share: `load ansible`.

load ../lib/lowmem

# install_collection: once a file, into $COLLECTIONS, as a user would; without Ansible it
# leaves it to the tests to skip, which setup_file cannot do
install_collection() {
	command -v ansible-galaxy >/dev/null || return 0
	export ANSIBLE_HOME=$BATS_FILE_TMPDIR/ansible COLLECTIONS=$BATS_FILE_TMPDIR/collections
	export ANSIBLE_COLLECTIONS_PATH=$COLLECTIONS ANSIBLE_LOCALHOST_WARNING=0
	export ANSIBLE_LOCAL_TEMP=$ANSIBLE_HOME/local ANSIBLE_REMOTE_TMP=$ANSIBLE_HOME/remote
	export ANSIBLE_NOCOLOR=1 ANSIBLE_RETRY_FILES_ENABLED=0 LC_ALL=C.UTF-8
	unset ANSIBLE_CONFIG
	cd "$BATS_FILE_TMPDIR" || return
	ansible-galaxy collection build --output-path . "$TESTS/../packaging/ansible" 3>&- &&
		ansible-galaxy collection install --offline -p "$COLLECTIONS" ./*.tar.gz 3>&-
}

# module [!] ARG...: the module on localhost, which has to succeed (!: to fail), once
# for the arguments of ansible(1) in $MODE. Sets output, to the module's JSON, and
# printed, to what ansible said; the diff is only there.
module() {
	local expect=0 tree=$BATS_TEST_TMPDIR/tree
	[[ $1 != ! ]] || { expect=2 && shift; }
	rm -rf "$tree"
	# shellcheck disable=SC2086 # words
	run bounded ansible localhost -t "$tree" ${MODE:-} -m lowmemctl.memory.lowmemctl_profile \
		-a "executable='$LOWMEMCTL' root='$SYSROOT' $*"
	echo "$output"
	# shellcheck disable=SC2154 # run sets status
	((status == expect)) || fail "exit status $status, wanted $expect"
	printed=$output output=$(<"$tree/localhost")
}

# assert_diff <<LINES: ansible showed these lines, each with its sign, and no others
assert_diff() {
	diff -u - <(grep -E '^[-+]' <<<"$printed" | grep -vE '^(---|\+\+\+) ') || fail "another diff"
}
