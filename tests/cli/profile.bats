#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# profile list, show, check and schema; the corpora of good and bad profiles.

load cli

SHIPPED=$TESTS/../profiles
CORPUS=$TESTS/fixtures/profiles

# local_profile NAME <<EOF: one of the administrator's, below $SYSROOT
local_profile() {
	mkdir -p "$SYSROOT/etc/lowmemctl/profiles"
	cat >"$SYSROOT/etc/lowmemctl/profiles/$1.yaml"
}

# judged STATUS FILE...: check ends so with each, in the words of FILE.err where that is
judged() {
	local want=$1 file status wrong=
	local err=$BATS_TEST_TMPDIR/err
	for file in "${@:2}"; do
		bounded "$LOWMEMCTL" profile check "$file" >/dev/null 2>"$err" && status=0 || status=$?
		((status == want)) || wrong+="$file: $status"$'\n'
		[[ -e ${file%.yaml}.err ]] || continue
		sed -n "s|^${file%/*}/\([^/]*\.yaml:.*\)|\1|p" "$err" | diff -au "${file%.yaml}.err" - ||
			wrong+="$file: other words"$'\n'
	done
	[[ -z $wrong ]] || fail "wanted $want: $wrong"
}

@test "profile: check passes what is valid" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
	lowmemctl profile check "$PROFILE"
	assert_output "$PROFILE: valid"
}

@test "profile: check -q says nothing of what is valid" {
	profile one <<<'version: 1'
	lowmemctl profile check -q "$PROFILE"
	assert_output ''
}

@test "profile: check looks at no host" {
	profile one <<<$'version: 1\nsysctl: {vm.block_dump: 1, vm.lowmemctl_none: 1}\noom_kill: off'
	sysroot modern-x86_64
	rm -r "$SYSROOT"/{proc,sys}
	lowmemctl profile check "$PROFILE"
}

@test "profile: check shows the faults of all files in one run" {
	profile one <<<$'version: 1\nsysctl: {vm.swappiness: 300}'
	local one=$PROFILE
	profile two <<<$'version: 1\nprocesses: [{match: {}, oom_adj: 20}]'
	lowmemctl -65 profile check "$one" "$PROFILE"
	assert_stderr --partial "$one:2:25: error"
	assert_stderr --partial "$PROFILE:2:"
}

@test "profile: check warns of rules that are hardly meant, where they stand" {
	profile one <<-'YAML'
		version: 1
		processes:
		  - name: ours
		    match: {comm: sshd}
		    oom_score_adj: -1000
		  - match: {comm: sshd, user: root}
		    oom_adj: 1
	YAML
	lowmemctl profile check "$PROFILE"
	assert_output "$PROFILE: valid"
	assert_stderr --partial "$PROFILE:5:20: warning: everything that sshd starts becomes unkillable"
	assert_stderr --partial "$PROFILE:6:5: warning: the rule never wins: 'ours' (line 3)"
	assert_stderr --partial "$PROFILE:7:14: warning: oom_adj 1 is written as oom_score_adj 58"
	lowmemctl profile check --json "$PROFILE"
	assert_json '[(d["severity"], d["line"], d["column"]) for d in j["diagnostics"]]' \
		'[["warning", 5, 20], ["warning", 6, 5], ["warning", 7, 14]]'
}

@test "profile: only check warns of rules that are hardly meant" {
	profile one <<<$'version: 1\nprocesses: [{match: {comm: sshd}, oom_score_adj: -1000}]'
	lowmemctl profile show "$PROFILE"
	refute_stderr --partial unkillable
	sysroot modern-x86_64
	lowmemctl diff "$PROFILE"
	refute_stderr --partial unkillable
}

@test "profile: check warns of nothing that is shipped" {
	local file
	for file in "$SHIPPED"/*.yaml; do
		lowmemctl profile check "$file"
		assert_stderr ''
	done
}

@test "profile: check --json has every fault with its place" {
	profile one <<<$'version: 1\nsysctl:\n  vm.swappiness: 300\nnonsense: 1'
	lowmemctl -65 profile check --json "$PROFILE"
	assert_json 'sorted((d["severity"], d["file"], d["line"], d["column"]) for d in j["diagnostics"])' \
		"[[\"error\", \"$PROFILE\", 3, 18], [\"error\", \"$PROFILE\", 4, 1]]"
	assert_json 'j["exit_code"]' 65
}

@test "profile: check has the nearest word for keys of every level" {
	profile one <<-'YAML'
		version: 1
		sysctI: {}
		when: {highmen: true}
		processes:
		  - {match: {com: sshd}, oom_scor_adj: 5}
		drop_caches:
		  - {every: 6h, mod: all}
	YAML
	lowmemctl -65 profile check "$PROFILE"
	local word
	for word in sysctl highmem comm oom_score_adj mode; do
		assert_stderr --partial "did you mean '$word'"
	done
}

@test "profile: check passes all that are shipped" {
	judged 0 "$SHIPPED"/*.yaml
}

@test "profile: every shipped one says what it is for" {
	local file
	for file in "$SHIPPED"/*.yaml; do
		grep -q '^description: .' "$file" || fail "$file has no description"
	done
}

@test "profile: no shipped one asks for what is absent here without being optional" {
	[[ -r /proc/sys/vm/swappiness ]] || skip "needs /proc"
	local file
	for file in "$SHIPPED"/*.yaml; do
		lowmemctl "-$(bounded "$LOWMEMCTL" diff -q "$file" 2>/dev/null && echo 0 || echo 2)" diff --json "$file"
		assert_json '[i["key"] for i in j["items"] if i["live_status"] == "absent" and i["action"] != "skip"]' '[]'
	done
}

@test "profile: every shipped one can be applied and reverted on each host" {
	local host file before
	for host in rhel4-i686-highmem i686-pae-6.1 modern-x86_64 noswap-x86_64; do
		sysroot "$host"
		before=$(cat "$SYSROOT"/proc/sys/vm/{swappiness,min_free_kbytes,vfs_cache_pressure})
		for file in "$SHIPPED"/*.yaml; do
			lowmemctl apply -q "$file"
			lowmemctl diff -q "$file"
			lowmemctl revert -q
		done
		assert_equal "$(cat "$SYSROOT"/proc/sys/vm/{swappiness,min_free_kbytes,vfs_cache_pressure})" "$before"
		(($(entries) >= 4))
		rm -rf "$SYSROOT"
	done
}

@test "profile: check passes the corpus of good ones" {
	judged 0 "$CORPUS"/good/*.yaml
}

@test "profile: check finds fault with every one of the corpus of bad ones" {
	judged 65 "$CORPUS"/bad/*.yaml
}

@test "profile: check finds fault with every one that is no such YAML" {
	judged 65 "$CORPUS"/bad-yaml/*.yaml
}

@test "profile: the schema judges both corpora as check does" {
	requires /usr/bin/python3
	/usr/bin/python3 -c 'import jsonschema, yaml' || skip "needs python3-jsonschema and python3-yaml"
	lowmemctl profile schema
	echo "$output" >"$BATS_TEST_TMPDIR/schema.json"
	run "$BATS_TEST_DIRNAME/schema-check.py" "$BATS_TEST_TMPDIR/schema.json" \
		"$CORPUS"/good/*.yaml "$SHIPPED"/*.yaml -- "$CORPUS"/bad/*.yaml
	grep -A1 '^not ok' <<<"$output" || true
	assert_equal "$status" 0
	assert_line "1..$(find "$CORPUS"/{good,bad} "$SHIPPED" -name '*.yaml' | wc -l)"
}

@test "profile: schema is one JSON document, and takes no argument" {
	lowmemctl profile schema
	# shellcheck disable=SC2016 # a name in the document
	assert_json 'j["$schema"]' 'http://json-schema.org/draft-07/schema#'
	lowmemctl -64 profile schema x
}

@test "profile: show is the file as its author wrote it" {
	profile one <<<$'# why\nversion: 1   # so\n'
	lowmemctl profile show "$PROFILE"
	assert_output $'# why\nversion: 1   # so'
}

@test "profile: show --json" {
	profile one <<<$'version: 1\ndescription: It is one'
	lowmemctl profile show --json "$PROFILE"
	assert_json '[j[k] for k in ("schema", "name", "path", "description", "text")]' \
		"[\"lowmemctl/1\", \"one\", \"$PROFILE\", \"It is one\", \"version: 1\\ndescription: It is one\\n\"]"
}

@test "profile: show takes one, and it must be there" {
	lowmemctl -64 profile show
	lowmemctl -64 profile show a b
	lowmemctl -1 profile show no-such-profile
}

@test "profile: list has the administrator's, with their descriptions" {
	sysroot modern-x86_64
	local_profile mine <<<$'version: 1\ndescription: All mine'
	lowmemctl profile list
	assert_line --regexp '^mine +/etc/lowmemctl/profiles/mine\.yaml +local +All mine$'
}

@test "profile: list --json" {
	sysroot modern-x86_64
	local_profile mine <<<$'version: 1\ndescription: All mine'
	ln -s /dev/null "$SYSROOT/etc/lowmemctl/profiles/off.yaml"
	lowmemctl profile list --json
	assert_json '[[p["name"], p["description"], p["local"], p["masked"]] for p in j["profiles"] if p["local"]]' \
		'[["mine", "All mine", true, false], ["off", null, true, true]]'
}

@test "profile: list passes over what is no profile" {
	sysroot modern-x86_64
	local_profile mine <<<'version: 1'
	touch "$SYSROOT/etc/lowmemctl/profiles/"{README,mine.yaml~,.hidden.yaml,Upper.yaml}
	lowmemctl profile list --json
	assert_json '[p["name"] for p in j["profiles"] if p["local"]]' '["mine"]'
}

@test "profile: list shows one that is not valid as well" {
	sysroot modern-x86_64
	local_profile broken <<<'version: [1'
	lowmemctl profile list
	assert_line --partial broken
}

@test "profile: a name that can be none leads nowhere" {
	sysroot modern-x86_64
	local_profile ../../../outside <<<'version: 1'
	lowmemctl -1 profile show ..
	lowmemctl -1 profile show ''
	lowmemctl -1 profile show Outside
}

@test "profile: what is asked for and is not there is asked after" {
	lowmemctl -64 profile chekc
	assert_stderr --partial "did you mean 'profile check'?"
	lowmemctl -64 profile frobnicate
	assert_stderr --partial 'it is list, show, check, schema or import'
	lowmemctl -64 profile
}

@test "profile: over 1 MiB is refused" {
	{
		echo 'version: 1'
		head -c 1048576 /dev/zero | tr '\0' '#'
	} >"$BATS_TEST_TMPDIR/big.yaml"
	lowmemctl -65 profile check "$BATS_TEST_TMPDIR/big.yaml"
	assert_stderr --partial 'larger than 1 MiB'
	lowmemctl -65 profile check - < <(cat "$BATS_TEST_TMPDIR/big.yaml")
}

@test "profile: a folder, a device or a pipe without end is none" {
	lowmemctl -65 profile check "$BATS_TEST_TMPDIR/"
	lowmemctl -65 profile check /dev/zero
	mkfifo "$BATS_TEST_TMPDIR/fifo.yaml"
	lowmemctl -65 profile check "$BATS_TEST_TMPDIR/fifo.yaml"
}

@test "profile: more than there may be of all of them together is told" {
	local i
	local -a files=()
	{
		echo $'version: 1\nprocesses:'
		awk 'BEGIN { for (i = 0; i < 22000; i++) printf "  - match: {comm: p%d}\n    oom_score_adj: 5\n", i }'
	} >"$BATS_TEST_TMPDIR/large.yaml"
	for ((i = 0; i < 12; i++)); do files+=("$BATS_TEST_TMPDIR/large.yaml"); done
	lowmemctl -1 profile check "${files[@]}"
	assert_stderr --partial memory
}
