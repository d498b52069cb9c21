#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The role and the rolling playbook, against three hosts at once: each an ssh server with
# mounts, a name and processes of its own, on the loopback of one network namespace.

load ansible

# lacking: says what these tests need and is not there
lacking() {
	local need
	((EUID == 0)) || echo 'needs root'
	for need in ansible-playbook ansible-galaxy ssh ssh-keygen dropbear dropbearkey ip nsenter unshare; do
		command -v "$need" >/dev/null || echo "needs $need"
	done
	unshare --net --mount --uts --pid --fork true 2>/dev/null || echo 'namespaces cannot be made here'
}

setup_file() {
	[[ -z $(lacking) ]] || return 0
	install_collection
	# These servers have neither sftp nor scp.
	export ANSIBLE_SSH_TRANSFER_METHOD=piped ANSIBLE_PIPELINING=1
	# A connection that is kept would go to the hosts of the test before.
	export ANSIBLE_SSH_ARGS='-o ControlMaster=no -o ControlPath=none'
	local name
	export FLEET=$BATS_FILE_TMPDIR/fleet
	mkdir -p "$FLEET/this"
	# Where it was built may be in the home of root, of which each host has another.
	cp "$LOWMEMCTL" "$FLEET/lowmemctl"
	dropbearkey -t ed25519 -f "$FLEET/hostkey" 3>&-
	ssh-keygen -q -t ed25519 -N '' -f "$FLEET/key"
	SYSROOT=
	for name in one two three; do
		mkdir -p "$FLEET/$name/home/.ssh"
		chmod -R go= "$FLEET/$name"
		cp "$FLEET/key.pub" "$FLEET/$name/home/.ssh/authorized_keys"
	done
	cat >"$FLEET/inventory" <<-YAML
		all:
		  hosts:
		    one: {ansible_host: 127.1.0.1}
		    two: {ansible_host: 127.1.0.2}
		    three: {ansible_host: 127.1.0.3}
		  vars:
		    ansible_user: root
		    ansible_python_interpreter: /usr/bin/python3
		    ansible_remote_tmp: /root/.ansible
		    ansible_ssh_private_key_file: $FLEET/key
		    ansible_ssh_common_args: >-
		      -F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=no
		      -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
		    lowmemctl_become: false
		    lowmemctl_program: $FLEET/lowmemctl
		    lowmemctl_root: $FLEET/this
		    lowmemctl_soak: 1
	YAML
	cat >"$FLEET/web.yaml" <<-'YAML'
		version: 1
		name: web
		sysctl: {vm.swappiness: 10, vm.overcommit_ratio: 60}
	YAML
}

setup() {
	local name lacks
	lacks=$(lacking)
	[[ -z $lacks ]] || skip "${lacks//$'\n'/, }"
	for name in one two three; do
		rm -rf "${FLEET:?}/$name/host"
		BATS_TEST_TMPDIR=$FLEET/$name sysroot modern-x86_64
		mv "$SYSROOT" "$FLEET/$name/host"
	done
	SYSROOT=
	# What the test leaves running dies with the namespace.
	# shellcheck disable=SC2016 # the inner shell's words
	unshare --net --pid --fork --kill-child "$BASH" -c '
		ip link set lo up
		for name; do
			n=$((${n:-0} + 1))
			"$0" "$FLEET/$name" 127.1.0.$n 3>&- &
		done
		exec sleep 170' "$BATS_TEST_DIRNAME/host" one two three 3>&- >"$FLEET/log" 2>&1 &
	NAMESPACE=$!
	eventually servers
}

# servers: all three are there
servers() { (($(grep -c 'Not backgrounding' "$FLEET/log") == 3)); }

teardown() {
	[[ -n ${NAMESPACE:-} ]] || return 0
	# unshare(1) itself does not listen to signals.
	kill -KILL "$(pgrep -P "$NAMESPACE")" 2>/dev/null || true
	wait "$NAMESPACE" 2>/dev/null || true
	cat "$FLEET/log"
}

# eventually COMMAND...: it must come true within some seconds
eventually() {
	local i
	for ((i = 0; i < 100; i++)); do
		"$@" && return
		sleep 0.1
	done
	fail "never came true: $*"
}

# fleet [-N] PLAYBOOK ARG...: it has to end with N (0); from within the network of the hosts
fleet() {
	local expect=0
	[[ $1 != -[0-9]* ]] || { expect=${1#-} && shift; }
	run nsenter --net="/proc/$(pgrep -P "$NAMESPACE")/ns/net" \
		timeout -k 5 150 ansible-playbook -i "$FLEET/inventory" "$@" 3>&-
	echo "$output"
	((status == expect)) || fail "exit status $status, wanted $expect"
}

# swappiness ONE TWO THREE
swappiness() {
	local name
	assert_equal "$(for name in one two three; do
		cat "$FLEET/$name/host/proc/sys/vm/swappiness"
	done | tr '\n' ' ')" "$* "
}

# recap HOST WORDS: what the last lines of ansible say of a host
recap() { assert_line --regexp "^$1 +: $2"; }

@test "fleet: the role on three hosts at once, foretold, done, idempotent, and undone" {
	local play=lowmemctl.memory.site
	cat >"$FLEET/vars.yaml" <<-YAML
		lowmemctl_profiles:
		  - content: "{{ lookup('ansible.builtin.file', '$FLEET/web.yaml') }}"
		  - {profile: gone, state: absent}
	YAML
	fleet "$play" -e "@$FLEET/vars.yaml" --check --diff
	assert_output --partial '+vm.swappiness = 10'
	recap two 'ok=2 +changed=1 '
	swappiness 60 60 60

	fleet "$play" -e "@$FLEET/vars.yaml"
	recap one 'ok=3 +changed=1 '
	recap two 'ok=3 +changed=1 '
	recap three 'ok=3 +changed=1 '
	swappiness 10 10 10
	assert_exist "$FLEET/three/host/etc/lowmemctl/active.d/web.yaml"

	fleet "$play" -e "@$FLEET/vars.yaml"
	recap three 'ok=3 +changed=0 '

	fleet "$play" -e '{lowmemctl_profiles: [{profile: web, state: absent}]}'
	recap two 'ok=3 +changed=1 '
	assert_not_exist "$FLEET/two/host/etc/lowmemctl/active.d/web.yaml"
}

@test "fleet: a rolling apply goes host by host, from trial to persisted" {
	fleet lowmemctl.memory.rolling -e "lowmemctl_profile_file=$FLEET/web.yaml"
	swappiness 10 10 10
	recap one 'ok=6 +changed=3 '
	recap three 'ok=6 +changed=3 '
	grep -q '^vm.swappiness = 10' "$FLEET/three/host/etc/sysctl.d/90-lowmemctl.conf"
	fleet lowmemctl.memory.rolling -e "lowmemctl_profile_file=$FLEET/web.yaml"
	recap three 'ok=3 +changed=0 '
}

@test "fleet: a rollout stops at the host that does not like it, which is put back" {
	fleet -2 lowmemctl.memory.rolling -e "lowmemctl_profile_file=$FLEET/web.yaml" \
		-e '{lowmemctl_health: "test one = {{ inventory_hostname }}", lowmemctl_serial: 1}'
	assert_output --partial 'A health check of yours: non-zero return code; all was put back'
	swappiness 10 60 60
	recap two '.* failed=1 .* rescued=1 '
	refute_line --regexp '^three +:'
}
