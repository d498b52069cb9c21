#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# profile import: from a sysctl.conf, or what sysctl -a printed, to a profile.

load cli

FILES=$TESTS/fixtures/sysctl

# conf NAME <<EOF: a file to import; its path is then $CONF
conf() {
	CONF=$BATS_TEST_TMPDIR/$1
	cat >"$CONF"
}

# imported FILE: the profile is then $PROFILE, and is valid
imported() {
	lowmemctl profile import "$@"
	profile imported <<<"$output"
	lowmemctl profile check -q "$PROFILE"
	lowmemctl profile import "$@"
}

@test "import: files of distributions, to the last line" {
	local name
	cd "$FILES"
	for name in debian rhel4-oracle rhel9; do
		imported "$name.conf"
		assert_golden "golden/import-$name.yaml"
		output=$stderr
		assert_golden "golden/import-$name.txt"
	done
}

@test "import: a profile that asks for what the file asked for" {
	sysroot modern-x86_64
	conf x.conf <<-'CONF'
		vm.swappiness = 10
		vm/page-cluster = 0x0
		net.ipv4.conf.*.rp_filter = 2
		-vm.lowmemctl_none = 1
	CONF
	imported "$CONF"
	lowmemctl apply "$PROFILE"
	assert_knob vm.swappiness 10
	assert_knob vm.page-cluster 0
	assert_equal "$(cat "$SYSROOT"/proc/sys/net/ipv4/conf/*/rp_filter | sort -u)" 2
}

@test "import: the name is the file's, or what is asked for" {
	conf 99-My_Host.conf <<<'vm.swappiness = 10'
	lowmemctl profile import "$CONF"
	assert_line 'name: "99-my-host"'
	assert_line "description: Imported from $CONF"
	lowmemctl profile import --name web "$CONF"
	assert_line 'name: web'
	lowmemctl -64 profile import --name 'Not a name' "$CONF"
	assert_stderr --partial '--name takes a name of small letters'
	lowmemctl -64 profile list --name web
}

@test "import: standard input" {
	lowmemctl profile import - <<<'vm.swappiness = 10'
	assert_output 'version: 1
name: imported
description: Imported from standard input
sysctl:
  # line 1
  vm.swappiness: 10'
}

@test "import: a file in the working directory needs no slash" {
	cd "$BATS_TEST_TMPDIR"
	conf sysctl.conf <<<'vm.swappiness = 10'
	lowmemctl profile import sysctl.conf
	assert_line '  # sysctl.conf:1'
}

@test "import: what is left out is told with its line, and is no error" {
	conf x.conf <<-'CONF'
		vm.swappiness = 300
		vm.drop_caches = 3
		junk
		vm.page-cluster = 0
	CONF
	imported "$CONF"
	assert_line '  vm.page-cluster: 0'
	refute_output --partial swappiness
	assert_stderr --partial "$CONF:1: warning: vm.swappiness is left out: 300 is outside 0..200"
	assert_stderr --partial "$CONF:2: warning: left out: vm.drop_caches is an action"
	assert_stderr --partial "$CONF:3: warning: the line is ignored: there is no '=' in it"
}

@test "import: a file without a setting is an empty profile" {
	conf x.conf <<<'# nothing'
	imported "$CONF"
	refute_output --partial sysctl:
	assert_stderr --partial 'nothing in it that a profile could have'
}

@test "import: --json has the profile in a document" {
	conf x.conf <<<$'vm.swappiness = 10\nvm.page-cluster = x'
	lowmemctl profile import --json "$CONF"
	assert_json '[j[k] for k in ("schema", "command", "name", "keys", "exit_code")]' \
		'["lowmemctl/1", "profile import", "x", 1, 0]'
	assert_json '[(d["severity"], d["file"], d["line"]) for d in j["diagnostics"]]' \
		"[[\"warning\", \"$CONF\", 2]]"
	json 'j["profile"]' >"$BATS_TEST_TMPDIR/x.yaml"
	lowmemctl profile check "$BATS_TEST_TMPDIR/x.yaml"
}

@test "import: takes one file, and it must be there" {
	lowmemctl -64 profile import
	assert_stderr --partial "'profile import' takes one FILE"
	lowmemctl -64 profile import a b
	lowmemctl -1 profile import "$BATS_TEST_TMPDIR/none.conf"
	assert_stderr --partial 'No such file'
	lowmemctl -1 profile import "$BATS_TEST_TMPDIR"
	assert_stderr --partial 'is a directory'
	lowmemctl -1 profile import --json "$BATS_TEST_TMPDIR/none.conf"
	assert_json 'j["exit_code"]' 1
}

@test "import: what is no text is no trouble" {
	head -c 1000000 "$LOWMEMCTL" >"$BATS_TEST_TMPDIR/noise.conf"
	lowmemctl profile import "$BATS_TEST_TMPDIR/noise.conf"
	profile noise <<<"$output"
	lowmemctl profile check -q "$PROFILE"
}

@test "import: --loader has a dialect of its own" {
	conf x.conf <<<'-vm.swappiness = 10'
	lowmemctl profile import --loader sysctl.conf "$CONF"
	refute_output --partial swappiness:
	lowmemctl profile import --loader procps "$CONF"
	assert_line '  vm.swappiness: {value: 10, optional: true}'
	lowmemctl -64 profile import --loader none "$CONF"
}

# all_of HOST: what sysctl -a would print of the fixture host
all_of() {
	(
		cd "$SYSROOT/proc/sys" || exit
		find . -type f ! -perm 0200 | sort | while read -r file; do
			file=${file#./}
			printf '%s = %s\n' "$(tr / . <<<"$file")" "$(<"$file")"
		done
	)
}

@test "import: what sysctl -a prints of a host is in sync with it" {
	local host
	for host in modern-x86_64 i686-pae-6.1 noswap-x86_64; do
		rm -rf "${SYSROOT:-}"
		sysroot "$host"
		rm -rf "$SYSROOT/proc/sys/net/ipv4/conf/eth0.100"
		conf all.txt < <(all_of)
		lowmemctl profile import "$CONF"
		profile imported <<<"$output"
		assert_stderr --partial 'this is the output of sysctl -a'
		refute_stderr --partial warning
		refute_output --partial kernel.ostype
		lowmemctl diff --json "$PROFILE"
		assert_json '[i["key"] for i in j["items"] if i["live_status"] != "same"]' '[]'
		assert_json 'len(j["items"]) > 40'
	done
}

@test "import: what sysctl -a prints of the running host is in sync with it" {
	local sysctl
	sysctl=$(PATH=$PATH:/usr/sbin:/sbin command -v sysctl) || skip "needs sysctl"
	conf all.txt < <("$sysctl" -a 2>/dev/null)
	grep -q '^kernel.ostype' "$CONF" || skip "needs /proc/sys"
	imported "$CONF"
	lowmemctl diff --json "$PROFILE"
	assert_json '[i["key"] for i in j["items"] if i["live_status"] != "same"]' '[]'
}
