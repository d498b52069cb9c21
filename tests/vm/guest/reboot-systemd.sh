#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# As reboot.sh, on a whole system: systemd-sysctl reads sysctl.d at boot, and the lowmemctl-apply
# service carries out what sysctl.d cannot hold.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh
# shellcheck source=tests/vm/guest/foretold.sh
. ./foretold.sh

# foretold.sh goes by them
# shellcheck disable=SC2034
keys="vm.swappiness vm.vfs_cache_pressure vm.dirty_ratio vm.dirty_background_ratio vm.min_free_kbytes
	vm.overcommit_ratio vm.page-cluster vm.stat_interval net.ipv4.conf.lo.rp_filter"
thp=/sys/kernel/mm/transparent_hugepage/enabled

# all_of_etc: the files that persist writes to, and their neighbours
all_of_etc() { find /etc/sysctl.conf /etc/sysctl.d /etc/lowmemctl -type f -exec cksum {} + 2>/dev/null | sort; }

# The service is to be what it is on a host: enabled, and without what else changes at boot.
is_active() {
	[ "$(systemctl is-active lowmemctl-apply.service)" = "$1" ] ||
		fail "lowmemctl-apply.service is $(systemctl is-active lowmemctl-apply.service)"
	[ "$(systemctl is-active systemd-sysctl.service)" = active ] || fail "systemd-sysctl is not active"
	[ -z "$(systemctl --failed --no-legend)" ] || fail "failed: $(systemctl --failed --no-legend)"
}

case $1 in
persist)
	is_active inactive
	[ "$(lowmemctl get vm.swappiness | tail -n 1)" = "Loader: systemd (systemd-sysctl)" ] ||
		fail "another loader: $(lowmemctl get vm.swappiness | tail -n 1)"
	sed 's/.*\[\(.*\)\].*/\1/' $thp >/etc/thp
	# what packages brought is at work already
	remember
	mkdir -p /etc/sysctl.d /run/sysctl.d
	# Debian has it as 99-sysctl.conf, too: without that systemd would not read it
	echo "vm.swappiness = 5" >/etc/sysctl.conf
	cat >/etc/sysctl.d/10-first.conf <<-'EOT'
		vm.swappiness = 20
		vm.vfs_cache_pressure = 40
		vm.nonsense = 1
		-vm.page-cluster = 1
		vm.overcommit* = 70
		vm.overcommit_memory = 0
		net.ipv4.conf.*.rp_filter = 2
		-net.ipv4.conf.all.rp_filter
	EOT
	cat >/etc/sysctl.d/60-later.conf <<-'EOT'
		vm/vfs_cache_pressure=150
		vm.stat_interval = 3
	EOT
	mkdir -p /usr/lib/sysctl.d
	echo "vm.stat_interval = 9" >/usr/lib/sysctl.d/70-package.conf
	echo "vm.stat_interval = 10" >/usr/lib/sysctl.d/60-later.conf
	all_of_etc >/etc/original
	# as `systemctl enable` does, but for ten seconds
	mkdir -p /etc/systemd/system/sysinit.target.wants
	ln -s /lib/systemd/system/lowmemctl-apply.service /etc/systemd/system/sysinit.target.wants/
	cat >/etc/web.yaml <<-'EOT'
		version: 1
		name: web
		sysctl:
		  vm.swappiness: 35
		  vm.dirty_background_ratio: 7
		  vm.min_free_kbytes: 16M
		  vm.stat_interval: 4
		sysfs:
		  /sys/kernel/mm/transparent_hugepage/enabled: always
	EOT
	knobs >/tmp/before
	expect 0 lowmemctl persist /etc/web.yaml
	unchanged /tmp/before
	expect 2 lowmemctl verify
	foretell
	;;
take-back)
	is_active active
	journalctl -b -o cat -u lowmemctl-apply.service
	as_foretold vm.swappiness=35 vm.dirty_background_ratio=7 vm.min_free_kbytes=16384 \
		vm.vfs_cache_pressure=150 vm.dirty_ratio=20 vm.page-cluster=1 vm.overcommit_ratio=70 \
		vm.stat_interval=4 net.ipv4.conf.lo.rp_filter=2
	grep -F "[always]" $thp || fail "$thp: $(cat $thp)"
	expect 0 lowmemctl verify
	# the service's own: it had /sys to write, and what that made the kernel change again
	[ "$(lowmemctl history | grep -c ' applied$')" = 2 ] || fail "$(lowmemctl history)"
	lowmemctl history
	expect 0 lowmemctl unpersist web
	all_of_etc | diff /etc/original - || fail "/etc is not what it was"
	foretell
	;;
last)
	is_active inactive
	as_foretold vm.swappiness=5 vm.vfs_cache_pressure=150 vm.stat_interval=9
	grep -F "[$(cat /etc/thp)]" $thp || fail "$thp: $(cat $thp)"
	;;
esac
