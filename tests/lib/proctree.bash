# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Processes below $SYSROOT/proc, as files with what the kernel would show.

# process PID COMM [FIELD=VALUE...]: ppid (1), adj (0), uid (0), cmdline (COMM), cgroup, exe,
# state (S), start (100 times PID), vsize (4096000; 0: a kernel thread)
process() {
	local pid=$1 comm=$2 dir=$SYSROOT/proc/$1 field
	local ppid=1 adj=0 uid=0 cmdline=$2 cgroup=0::/ exe='' state=S start=${1}00 vsize=4096000
	shift 2
	for field; do
		local "${field%%=*}=${field#*=}"
	done
	mkdir -p "$dir"
	printf '%s (%s) %s %s 1 1 0 -1 4194304 9 0 0 0 3 4 0 0 20 0 1 0 %s %s 55 0 0\n' \
		"$pid" "$comm" "$state" "$ppid" "$start" "$vsize" >"$dir/stat"
	printf '%s\n' "$comm" >"$dir/comm"
	printf '%s\0' "$cmdline" >"$dir/cmdline"
	[[ $vsize != 0 ]] || : >"$dir/cmdline"
	printf 'Name:\t%s\nUid:\t%s\t%s\t%s\t%s\nGid:\t0\t0\t0\t0\n' \
		"$comm" "$uid" "$uid" "$uid" "$uid" >"$dir/status"
	printf '%s\n' "$cgroup" >"$dir/cgroup"
	[[ -z $exe ]] || ln -sfn "$exe" "$dir/exe"
	printf '%s\n' "$adj" >"$dir/oom_score_adj"
}

# assert_adj PID VALUE: below $SYSROOT, or of the host
assert_adj() {
	assert_equal "$1: $(<"${SYSROOT:-}/proc/$1/oom_score_adj")" "$1: $2"
}
