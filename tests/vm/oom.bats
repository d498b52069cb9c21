#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The OOM killer at work: whom it takes, and what is to be made of its reports.
#
# OOM_SEED   other mixes of processes

# bats file_tags=vm
bats_require_minimum_version 1.8.0

load vm

seed=${OOM_SEED:-1}
slow=(--timeout 560)

# foretold SEED RUNS [MODE]...: whom the OOM killer takes is who was foretold, in every run
foretold() {
	local runs=$2
	machine 0 "${slow[@]}" --kernel cloud-amd64 --mem 512M "$here/guest/mixes.sh" "$@"
	grep -E '^(right|WRONG)' <<<"$output" | sed 's/^/# note: /' >&3
	[[ $(grep -c '^right' <<<"$output") == "$runs" && $output == *"foretold $runs of $runs" ]]
}

# diagnosed CAUSE KILLED KIND OPTION...: a machine in which that was short; it says so, and who
# was killed, by the pid of the kernel's own line
diagnosed() {
	local cause=$1 killed=$2 kind=$3 console=$BATS_TEST_TMPDIR/console
	shift 3
	run "$here/run" "${slow[@]}" --files "$here/guest" --console "$console" "$@" "$here/guest/shortage.sh" "$kind"
	echo "$output"
	((status == 0 || status == 126))
	"$LOWMEMCTL" diagnose --json "$console" >"$BATS_TEST_TMPDIR/verdict"
	pid=$(sed -nE 's/.*Killed process ([0-9]+) .*/\1/p' "$console" | head -n 1)
	grep -o '"killed_pid":[^,]*,"killed_comm":[^,]*\|"cause":"[a-z]*"' "$BATS_TEST_TMPDIR/verdict"
	[[ $(<"$BATS_TEST_TMPDIR/verdict") == *"\"killed_pid\":$pid,\"killed_comm\":\"$killed\""* ]]
	[[ $(grep -o '"cause":"[a-z]*"' "$BATS_TEST_TMPDIR/verdict" | sort -u) == "\"cause\":\"$cause\"" ]]
}

@test "oom: a daemon that starts many at once keeps its value, and they do not" {
	machine 0 "${slow[@]}" --kernel cloud-amd64 --mem 512M "$here/guest/storm.sh" 100 2
}

@test "oom: the kernel takes whom victims foretold" {
	foretold "$seed" 6
}

@test "oom: the kernel takes whom victims foretold in a control group" {
	foretold $((seed + 1)) 4 cgroup
}

@test "oom: the kernel takes whom victims foretold of a profile" {
	foretold $((seed + 2)) 5 profile
}

@test "oom: the kernel takes whom victims foretold of a profile, in a control group" {
	foretold $((seed + 4)) 3 cgroup profile
}

@test "oom: the kernel takes whom victims foretold with a full swap" {
	local vm=${BUILD:-build}/vm files=$BATS_TEST_TMPDIR/files
	[[ $vm == /* ]] || vm=$here/../../$vm
	mkdir "$files"
	cp -R "$here"/guest/*.sh "$vm/kernel-cloud-amd64/zram" "$files"
	slow+=(--files "$files")
	foretold $((seed + 5)) 2 swap
}

# bats test_tags=quick
@test "oom: a machine without memory is diagnosed" {
	diagnosed global leaky anon --kernel cloud-amd64 --mem 256M
}

@test "oom: a control group below one at its limit is diagnosed" {
	diagnosed memcg webapp memcg-nested --kernel cloud-amd64 --mem 256M
}

@test "oom: a node that a cpuset allows is diagnosed" {
	diagnosed cpuset solver cpuset --kernel cloud-amd64 --mem 512M \
		--qemu '-object memory-backend-ram,size=256M,id=m0 -object memory-backend-ram,size=256M,id=m1 -numa node,memdev=m0,cpus=0 -numa node,memdev=m1'
}

@test "oom: low memory full of the kernel's own data is diagnosed" {
	diagnosed lowmem editor sockets --kernel 686-pae --mem 1G --append vmalloc=640M
}

@test "oom: the story of README.md goes as it is told" {
	run env TMPDIR="$BATS_TEST_TMPDIR" "$here/story"
	echo "$output"
	((status == 0))
	[[ $output == *"Low memory was used up while HighMem had "*"Nobody was killed at 200 MiB."*"the kernel's own data alone "* ]]
}
