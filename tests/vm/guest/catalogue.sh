#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints what the kernel makes of every knob of the catalogue, by the plan that
# tests/vm/catalogue.py has made, and which files of the same folders the catalogue may not know.
# capture is asked before, and get afterwards for all that are there.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

# What has just been booted has the kernel's defaults, and capture takes no other.
lowmemctl capture >/tmp/captured || fail "capture: exit status $?"
grep '^  [^#]' /tmp/captured && fail "capture takes this for a change"

mkdir /sys/fs/cgroup/probe
for module in zram/*.ko; do
	insmod "$module"
done
tab=$(printf '\t')

survey <plan >/tmp/facts || fail "survey: exit status $?"
cat /tmp/facts

find /proc/sys/vm /sys/kernel/mm /sys/module/zswap/parameters /sys/class/bdi/*/ /sys/fs/cgroup/probe/memory.* \
	-type f -perm -200 ! -path '*/power/*' ! -name uevent 2>/dev/null | sort -u | sed "s/^/unknown$tab/"
find /sys/kernel/mm -type f | while read -r file; do
	! grep -q "\[" "$file" || echo "offers $file $(tr -d '[]' <"$file")" | tr ' ' "$tab"
done

# What get says of live is what is in the file. The size of zram0 cannot be put back.
awk -F "$tab" '$1 == "file" && $2 !~ /zram.*disksize/ { print ($2 ~ /^\// ? $3 : $2) "\t" $5 }' /tmp/facts | sort >/tmp/there
cut -f 1 /tmp/there | xargs lowmemctl get --json >/tmp/json || fail "get: exit status $?"
sed 's/{"kind":/\n/g' /tmp/json | sed -n 's/^"[^"]*","key":"\([^"]*\)","live":\(null\|"[^"]*"\),"boot".*/\1\t\2/p' |
	sed 's/\\t/,/g; s/"//g; s/\tnull$/\t/; s/\t.*\[\(.*\)\].*/\t\1/' | sort >/tmp/got
diff /tmp/there /tmp/got || fail "get does not say what is there"
echo "get: $(wc -l </tmp/got) knobs"
