#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `get` foretells of the next boot is what that boot makes of it. One argument, which of the boots
# this is: first, persist, take-back, last. Between them the machine is another one, and its own loader has
# read the files: busybox' sysctl -p.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh
# shellcheck source=tests/vm/guest/foretold.sh
. ./foretold.sh

# foretold.sh goes by them
# shellcheck disable=SC2034
keys="vm.swappiness vm.vfs_cache_pressure vm.dirty_ratio vm.dirty_background_ratio vm.min_free_kbytes
	vm.lowmem_reserve_ratio vm.overcommit_ratio vm.page-cluster"
conf=/etc/sysctl.conf

case $1 in
first)
	remember
	cat >$conf <<-'EOT'
		# lines that win, and lines that lose
		vm.swappiness = 20
		vm.vfs_cache_pressure = 40
		vm.nonsense = 1
		vm.dirty_ratio 33
		-vm.page-cluster = 1
		vm/overcommit_ratio=70
		vm.vfs_cache_pressure=150
	EOT
	cp $conf /etc/original
	foretell
	;;
persist)
	as_foretold vm.swappiness=20 vm.vfs_cache_pressure=150 vm.dirty_ratio=20 vm.page-cluster=3 \
		vm.overcommit_ratio=70
	cat >/etc/web.yaml <<-'EOT'
		version: 1
		name: web
		lower_zone_protection: 250
		sysctl:
		  vm.swappiness: 35
		  vm.dirty_background_ratio: 7
		  vm.min_free_kbytes: 16M
	EOT
	knobs >/tmp/before
	expect 0 lowmemctl persist /etc/web.yaml
	unchanged /tmp/before
	expect 2 lowmemctl verify
	foretell
	;;
take-back)
	as_foretold vm.swappiness=35 vm.dirty_background_ratio=7 vm.min_free_kbytes=16384 \
		vm.vfs_cache_pressure=150 ${2:+"vm.lowmem_reserve_ratio=$2"}
	expect 0 lowmemctl verify
	expect 0 lowmemctl unpersist web
	cmp $conf /etc/original || fail "$conf is not what it was"
	# the kernel refuses the first one, so that nothing behind it is set
	printf '%s\n' 'vm.dirty_background_ratio = 101' 'vm.swappiness = 99' >>$conf
	expect 4 lowmemctl persist /etc/web.yaml
	foretell
	;;
last)
	as_foretold vm.swappiness=20 vm.vfs_cache_pressure=150 vm.dirty_background_ratio=10
	;;
esac
