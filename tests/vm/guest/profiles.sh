#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What status says of the memory, against the kernel's own account, and every shipped profile:
# put in force and taken back, with everything in /proc/sys and /sys as it was before.
#
#   profiles.sh NAME...   those that apply to this machine, and change something

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

applicable=" $* "

# number KEY: of the document in /tmp/json
number() { sed -n "s/.*\"$1\":\\([0-9]*\\)[,}].*/\\1/p" /tmp/json; }

meminfo() { awk -v word="$1:" '$1 == word { print $2 }' /proc/meminfo; }

# Zones with memory: their sizes and watermarks in kB, and their reserves.
zones_of_kernel() {
	awk '/^Node/ { zone = $4 }
	$1 ~ /^(min|low|high|managed)$/ { pages[$1] = $2 }
	$1 == "protection:" {
		gsub(/[^0-9 ]/, "")
		reserve = ""
		for (i = 1; i <= NF; i++)
			reserve = reserve (i > 1 ? "," : "") 4 * $i
		if (pages["managed"] > 0)
			print zone, 4 * pages["min"], 4 * pages["low"], 4 * pages["high"], 4 * pages["managed"], reserve
	}' /proc/zoneinfo
}

zones_of_status() {
	sed 's/.*"zones":\[//; s/"pressure":.*//; s/{"node":/\n/g' /tmp/json |
		sed -n 's/^0,"zone":"\([^"]*\)".*"min_kib":\([0-9]*\),"low_kib":\([0-9]*\),"high_kib":\([0-9]*\),.*"managed_kib":\([0-9]*\),.*"reserve_kib":\[\([0-9,]*\)\].*/\1 \2 \3 \4 \5 \6/p'
}

check_status() {
	lowmemctl status --json >/tmp/json || fail "status: exit status $?"
	low=$(meminfo LowTotal)
	for pair in total_kib:MemTotal high_total_kib:HighTotal swap_total_kib:SwapTotal huge_page_kib:Hugepagesize; do
		want=$(meminfo "${pair#*:}")
		[ "$(number "${pair%:*}")" = "${want:-0}" ] || fail "status: ${pair%:*} is $(number "${pair%:*}"), not ${want:-0}"
	done
	[ "$(number low_total_kib)" = "${low:-$(meminfo MemTotal)}" ] || fail "status: low_total_kib is $(number low_total_kib)"
	zones_of_kernel >/tmp/zones
	zones_of_status >/tmp/zones-of-status
	[ -s /tmp/zones ] || fail "no zones"
	diff /tmp/zones /tmp/zones-of-status || fail "status has other zones"
	cat /tmp/zones
	lowmemctl status >/tmp/text || fail "status: exit status $?"
	cut -d ' ' -f 1 /tmp/zones | while read -r zone; do
		grep -q "$zone" /tmp/text || fail "status does not show $zone: $(cat /tmp/text)"
	done
}

# settings FILE: all that the files in the list can be set to, as it is now
settings() { xargs grep '' <"$1" 2>/dev/null || :; }

# list NAME DIR...: /tmp/NAME.files, what can be set and read there, and what it is now. What is
# left out counts or measures, and changes by itself; stat_refresh would do something.
list() {
	name=$1
	shift
	find "$@" -type f -perm -600 ! -path '*/stat_refresh' ! -path '*/ns_last_pid' ! -path '*/random/*' \
		! -path '/sys/kernel/debug/*' ! -path '/sys/kernel/tracing/*' ! -path '/sys/fs/cgroup/*' ! -path '*/uevent' 2>/dev/null >"/tmp/$name.files"
	settings "/tmp/$name.files" >"/tmp/$name.before"
	echo "$name: $(wc -l <"/tmp/$name.files") files, $(wc -l <"/tmp/$name.before") lines"
}

# same NAME WHEN
same() {
	settings "/tmp/$1.files" >/tmp/settings-now
	diff -a "/tmp/$1.before" /tmp/settings-now || fail "$2: $1 are not as they were"
}

check_profile() {
	echo "# $1"
	case $applicable in
	*" $1 "*)
		put_in_force "$1"
		settings /tmp/knobs.files >/tmp/settings-now
		cmp -s /tmp/knobs.before /tmp/settings-now && fail "$1 changes nothing"
		expect 0 lowmemctl diff "$1"
		take_back "$1"
		;;
	*)
		for command in diff apply verify; do
			expect 0 lowmemctl $command --json "$1" >/tmp/json
			grep -q '"not_applicable":"' /tmp/json || fail "$command $1 does not say that it is not applicable: $(cat /tmp/json)"
		done
		;;
	esac
	same knobs "$1"
}

check_status
# All of it takes too long to be read after every profile.
list all /proc/sys /sys
list knobs /proc/sys/vm /proc/sys/fs /proc/sys/kernel /proc/sys/net/core /sys/kernel/mm
for file in /usr/share/lowmemctl/profiles/*.yaml; do
	name=${file##*/}
	check_profile "${name%.yaml}"
done
same all "after all profiles"
