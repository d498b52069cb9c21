#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# On the running kernel. What is written here is a tmpfs laid over the real files in a mount
# namespace of the test's own, or one harmless knob that is put back whatever happens.

# bats file_tags=live,root

load ../lib/lowmem

setup() {
	requires root unshare mount setpriv
	unshare -m true 2>/dev/null || skip "cannot make a mount namespace here"
}

teardown() {
	[[ -z ${put_back:-} ]] || echo "$put_back" >"$knob"
}

# in_private SCRIPT: run it with lowmemctl's own folders private to it
in_private() {
	export LOWMEMCTL PROFILE
	run --separate-stderr bounded unshare -m --propagation private bash -euc "
		mount -t tmpfs tmpfs /run
		mkdir -p /var/lib/lowmemctl
		mount -t tmpfs tmpfs /var/lib/lowmemctl
		$1"
	printf '%s\n' "$output"
	# shellcheck disable=SC2154
	printf 'stderr: %s\n' "$stderr"
}

# A /proc/sys/vm of a private machine, as shell commands.
fake_vm='
	mount -t tmpfs -o mode=755 tmpfs /proc/sys/vm
	echo 60 >/proc/sys/vm/swappiness
	printf "20\n" >/proc/sys/vm/dirty_ratio
	echo 0 >/proc/sys/vm/dirty_bytes
	printf "256\t256\t32\t0\t0\n" >/proc/sys/vm/lowmem_reserve_ratio
'

@test "live: a key that nobody knows keeps the capability that its handler asks for" {
	local before other
	knob=/proc/sys/kernel/kptr_restrict
	before=$(<"$knob") || skip "this kernel has no kernel.kptr_restrict"
	echo "$before" 2>/dev/null >"$knob" || skip "needs CAP_SYS_ADMIN"
	put_back=$before
	other=$((before == 2 ? 1 : 2))
	profile key <<<"{version: 1, sysctl: {kernel.kptr_restrict: $other}}"
	in_private "
		\"\$LOWMEMCTL\" apply \"\$PROFILE\"
		[[ \$(<$knob) == $other ]]
		\"\$LOWMEMCTL\" revert"
	assert_equal "$status" 0
	assert_equal "$(<"$knob")" "$before"
}

@test "live: what a network namespace asks CAP_NET_ADMIN for is put back, too" {
	unshare -n true 2>/dev/null || skip "cannot make a network namespace here"
	profile net <<<$'version: 1\nsysctl: {net.ipv4.conf.all.forwarding: 1, net.ipv4.conf.lo.rp_filter: 2}'
	# shellcheck disable=SC2016
	in_private 'exec unshare -n bash -euc '"'"'
		cd /proc/sys/net/ipv4/conf
		before=$(cat all/forwarding lo/rp_filter)
		"$LOWMEMCTL" apply "$PROFILE"
		[[ $(<all/forwarding) == 1 ]]
		"$LOWMEMCTL" revert
		[[ $(cat all/forwarding lo/rp_filter) == "$before" ]]
	'"'"
	assert_equal "$status" 0
}

@test "live: diff, apply, verify, revert over a private /proc/sys/vm" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 7
		  vm.dirty_bytes: 64M
		  vm.lowmem_reserve_ratio: 128 256 32 0 0
	EOF
	# shellcheck disable=SC2016
	in_private "$fake_vm"'
		status=0
		"$LOWMEMCTL" diff "$PROFILE" || status=$?
		[[ $status == 2 ]]
		"$LOWMEMCTL" apply "$PROFILE"
		"$LOWMEMCTL" verify "$PROFILE"
		[[ $(</proc/sys/vm/swappiness) == 7 ]]
		[[ $(</proc/sys/vm/dirty_bytes) == 67108864 ]]
		[[ $(</proc/sys/vm/lowmem_reserve_ratio) == "128 256 32 0 0" ]]
		"$LOWMEMCTL" revert
		[[ $(</proc/sys/vm/swappiness) == 60 ]]
		[[ $(</proc/sys/vm/dirty_ratio) == 20 ]]
		[[ $(</proc/sys/vm/lowmem_reserve_ratio) == $'"'256\t256\t32\t0\t0'"' ]]
	'
	assert_equal "$status" 0
}

@test "live: a harmless knob of the real kernel is changed and put back" {
	local before
	before=$(</proc/sys/vm/stat_interval)
	profile stat <<-EOF
		version: 1
		sysctl:
		  vm.stat_interval: $((before + 1))
	EOF
	export before
	put_back=$before
	knob=/proc/sys/vm/stat_interval
	# shellcheck disable=SC2016 # the inner shell expands it
	in_private '
		"$LOWMEMCTL" apply "$PROFILE"
		[[ $(</proc/sys/vm/stat_interval) == $((before + 1)) ]]
		"$LOWMEMCTL" verify -q "$PROFILE"
		"$LOWMEMCTL" revert
		[[ $(</proc/sys/vm/stat_interval) == "$before" ]]
		[[ $("$LOWMEMCTL" history | wc -l) == 3 ]]
	'
	assert_equal "$status" 0
	assert_equal "$(</proc/sys/vm/stat_interval)" "$before"
}

@test "live: only the capabilities that the plan needs are held during the writing" {
	requires strace
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 10
	EOF
	# shellcheck disable=SC2016
	in_private "$fake_vm"'
		strace -o /run/trace -e trace=capset,pwrite64 "$LOWMEMCTL" apply -q "$PROFILE"
		grep -A1 capset /run/trace
	'
	assert_equal "$status" 0
	assert_line --index 0 --regexp 'capset.*effective=0, permitted=0,.* = 0'
	assert_line --index 1 --regexp '^pwrite64\(.*"10\\n"'
}

@test "live: a read-only /proc/sys is refused before anything is touched" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 11
	EOF
	local before
	before=$(</proc/sys/vm/swappiness)
	# shellcheck disable=SC2016
	in_private '
		mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys
		"$LOWMEMCTL" diff --json "$PROFILE" || true
		"$LOWMEMCTL" apply -q "$PROFILE"
	'
	assert_equal "$status" 77
	assert_json 'j["items"][0]["needs"]' '["root", "writable"]'
	assert_stderr --partial 'read-only mount'
	assert_equal "$(</proc/sys/vm/swappiness)" "$before"
}

@test "live: a read-only /proc/sys is no error for --best-effort" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 11
	EOF
	# shellcheck disable=SC2016
	in_private '
		mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys
		"$LOWMEMCTL" apply -q --best-effort "$PROFILE"
		cat /var/lib/lowmemctl/left-out
	'
	assert_equal "$status" 0
	assert_output --partial $'vm.swappiness\t'
	assert_equal "$(wc -l <<<"$stderr")" 1
}

@test "live: a user without privilege gets 77, every step named, nothing touched" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 11
		  vm.page-cluster: 1
		sysfs:
		  /sys/kernel/mm/ksm/pages_to_scan: 101
	EOF
	[[ -e /sys/kernel/mm/ksm/pages_to_scan ]] || skip "this kernel has no KSM"
	local before
	before=$(cat /proc/sys/vm/{swappiness,page-cluster} /sys/kernel/mm/ksm/pages_to_scan)
	chmod o+rx "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_RUN_TMPDIR"
	run --separate-stderr bounded setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$LOWMEMCTL" apply "$PROFILE"
	assert_equal "$status" 77
	assert_stderr --partial 'vm.swappiness: needs root'
	assert_stderr --partial 'vm.page-cluster: needs root'
	assert_stderr --partial '/sys/kernel/mm/ksm/pages_to_scan: needs cap_dac_override'
	assert_equal "$(cat /proc/sys/vm/{swappiness,page-cluster} /sys/kernel/mm/ksm/pages_to_scan)" "$before"
}

@test "live: root of another user namespace gets 77" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 11
	EOF
	chmod o+rx "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_RUN_TMPDIR"
	local -a elsewhere=(setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Ur)
	"${elsewhere[@]}" "$LOWMEMCTL" --version >/dev/null 2>&1 ||
		skip "no user namespace can be made here, or nothing be run in it"
	run --separate-stderr bounded "${elsewhere[@]}" "$LOWMEMCTL" apply "$PROFILE"
	assert_equal "$status" 77
}

@test "live: diff needs no privilege" {
	profile vm <<-'EOF'
		version: 1
		sysctl:
		  vm.swappiness: 11
	EOF
	chmod o+rx "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_RUN_TMPDIR"
	run --separate-stderr bounded setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$LOWMEMCTL" diff "$PROFILE"
	assert_equal "$status" 2
}

# in_net_namespace SCRIPT: the same, with network settings of its own
in_net_namespace() {
	unshare -n true 2>/dev/null || skip "cannot make a network namespace here"
	in_private "unshare -n bash -euc '
		mount -t proc proc /proc
		$1'"
}

@test "live: a knob that the catalogue does not know fails like any other" {
	profile stranger <<-'EOF'
		version: 1
		sysctl:
		  net.ipv4.tcp_keepalive_probes: 7
		  net.ipv4.ip_default_ttl: 300
	EOF
	# shellcheck disable=SC2016 # the inner shell expands it
	in_net_namespace '
		[[ -e /proc/sys/net/ipv4/ip_default_ttl ]] || exit 0
		before=$(</proc/sys/net/ipv4/tcp_keepalive_probes) status=0
		"$LOWMEMCTL" apply "$PROFILE" || status=$?
		[[ $status == 4 ]]
		[[ $(</proc/sys/net/ipv4/tcp_keepalive_probes) == "$before" ]]
	'
	assert_equal "$status" 0
}

@test "live: what nobody can write here is told as that" {
	profile readonly <<<$'version: 1\nsysctl: {net.core.rmem_max: 12345}'
	# shellcheck disable=SC2016 # the inner shell expands it
	in_net_namespace '
		[[ $(stat -c %a /proc/sys/net/core/rmem_max) == 444 ]] || exit 99
		status=0
		"$LOWMEMCTL" apply "$PROFILE" || status=$?
		[[ $status == 77 ]]
	'
	((status != 99)) || skip "this kernel lets a namespace write it"
	assert_equal "$status" 0
	# shellcheck disable=SC2154 # run sets it
	[[ $stderr == *"its mode says read-only"* ]]
}

@test "live: a user namespace's own limits are its root's" {
	unshare -U -r true 2>/dev/null || skip "cannot make a user namespace here"
	profile limits <<<$'version: 1\nsysctl: {user.max_net_namespaces: 123}'
	export LOWMEMCTL PROFILE
	# shellcheck disable=SC2016 # the inner shell expands it
	run --separate-stderr bounded unshare -U -r -m bash -euc '
		mount -t tmpfs tmpfs /run
		mount -t tmpfs tmpfs /var/lib
		"$LOWMEMCTL" apply "$PROFILE"
		[[ $(</proc/sys/user/max_net_namespaces) == 123 ]]
	'
	printf '%s\nstderr: %s\n' "$output" "$stderr"
	assert_equal "$status" 0
}

@test "live: a glob touches nothing that acts when it is read" {
	requires strace
	strace -f -o /dev/null true 2>/dev/null || skip "cannot trace here"
	profile glob <<<$'version: 1\nsysctl: {"vm.*": 1}'
	bounded strace -e trace=openat -o "$BATS_TEST_TMPDIR/trace" \
		"$LOWMEMCTL" diff "$PROFILE" || true
	grep -qF swappiness "$BATS_TEST_TMPDIR/trace"
	run grep -E '(stat_refresh|drop_caches|compact_memory)"' "$BATS_TEST_TMPDIR/trace"
	refute_line --regexp "O_(RDWR|RDONLY[|]O_CLOEXEC[)])"
}

# foretold LOADER COMMAND...: what persist writes must win when the real loader runs
foretold() {
	profile web <<-'EOT'
		version: 1
		sysctl:
		  vm.swappiness: 7
	EOT
	export loader=$1 run_loader=${*:2} ETC=$BATS_TEST_TMPDIR/etc
	cp -a /etc "$ETC"
	# shellcheck disable=SC2016 # the inner shell expands it
	in_private "$fake_vm"'
		mount --bind "$ETC" /etc
		mkdir -p /etc/sysctl.d
		for folder in /etc/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d; do
			[[ ! -d $folder ]] || mount -t tmpfs tmpfs "$folder"
		done
		rm -f /etc/sysctl.conf
		echo "vm.swappiness = 30" >/etc/sysctl.d/99-x.conf
		"$LOWMEMCTL" --loader "$loader" persist "$PROFILE"
		[[ $(</proc/sys/vm/swappiness) == 60 ]]
		$run_loader
		[[ $(</proc/sys/vm/swappiness) == 7 ]]
		"$LOWMEMCTL" --loader "$loader" verify
		"$LOWMEMCTL" --loader "$loader" unpersist web
		$run_loader
		[[ $(</proc/sys/vm/swappiness) == 30 ]]
	'
	assert_equal "$status" 0
}

@test "live: what persist writes wins with the real systemd-sysctl" {
	requires /lib/systemd/systemd-sysctl
	foretold systemd /lib/systemd/systemd-sysctl
}

@test "live: what persist writes wins with the real sysctl --system" {
	requires /sbin/sysctl
	foretold procps /sbin/sysctl -q --system
}
