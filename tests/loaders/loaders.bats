#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `get` says of the next boot is what the real loaders do, on random configuration.
# Everything happens in namespaces: compare.py.
#
# LOADERS_TREES  how many trees for each loader (500)
# LOADERS_SEED   other trees

# bats file_tags=live,root

load ../lib/lowmem

setup() {
	requires root unshare mount ip python3
	export LOWMEMCTL
	unshare --mount --net true 2>/dev/null || skip "cannot make namespaces here"
}

# comparison LOADER ARG...: of both; the counts are noted
comparison() {
	run timeout -k 5 170 "$BATS_TEST_DIRNAME/compare.py" "$@" 3>&-
	printf '%s\n' "$output"
}

agrees() {
	comparison "$@" --trees "${LOADERS_TREES:-500}" --seed "${LOADERS_SEED:-1}"
	assert_equal "$status" 0
	echo "# note: loaders: ${lines[-1]}" >&3
}

@test "loaders: get foretells what systemd-sysctl sets" {
	requires /usr/lib/systemd/systemd-sysctl
	agrees systemd
	comparison systemd --trees 100 --option invalid
	assert_equal "$status" 0
}

@test "loaders: get foretells what sysctl --system sets" {
	local version options=()
	requires /sbin/sysctl
	version=$(/sbin/sysctl --version | sed -n 's/.*procps-ng //p')
	case ${version:-none} in
	4.0.[0-4]) ;;
	4.*) options=(--option no-exclude-globs) ;;
	*) skip "needs procps 4, the first to know globs" ;;
	esac
	agrees procps "${options[@]}"
	comparison procps "${options[@]}" --trees 100 --option invalid
	assert_equal "$status" 0
}

@test "loaders: get foretells what busybox' sysctl -p sets, and where it stops" {
	requires busybox
	agrees busybox --option bounded --option conf
	agrees busybox --option bounded --option conf --option invalid
}

@test "loaders: get foretells what Alpine's service sets with busybox" {
	requires busybox
	agrees alpine --option bounded
	agrees alpine --option bounded --option invalid
}

# says JSON: for every key, instead of lowmemctl
says() {
	LOWMEMCTL=$BATS_TEST_TMPDIR/says
	cat >"$LOWMEMCTL" <<-EOT
		#!/usr/bin/env python3
		import json, sys

		def live(key):
		    with open("/proc/sys/" + key.translate(str.maketrans("./", "/."))) as file:
		        return file.read()

		keys = sys.argv[sys.argv.index("get") + 1:]
		json.dump({"items": [{"key": key, **$1} for key in keys]}, sys.stdout)
	EOT
	chmod +x "$LOWMEMCTL"
}

@test "loaders: a wrong answer is found, and reduced to what it takes" {
	requires /usr/lib/systemd/systemd-sysctl
	says '{"boot": None, "boot_from": None, "live": live(key), "losers": []}'
	comparison systemd --trees 3 --most 1
	assert_equal "$status" 1
	assert_line --regexp 'the loader sets [0-9 ]+, lowmemctl says None'
	assert_equal "$(sed '1,/reduced:/d' <<<"$output" | grep -c '^    ')" 1
}

@test "loaders: no answer is no agreement" {
	requires /usr/lib/systemd/systemd-sysctl
	LOWMEMCTL=/bin/true comparison systemd --trees 1
	assert_equal "$status" 1
	assert_line --partial '/bin/true --loader systemd --json get net.'
}
