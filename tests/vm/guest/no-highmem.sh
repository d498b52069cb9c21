#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A 64-bit kernel, where all memory is low memory: a shipped profile by name,
# the setting that has no meaning here, and a user who may not write.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

profile=server-noswap
thp=/sys/kernel/mm/transparent_hugepage/enabled

thp_before=$(cat $thp)
put_in_force $profile
[ "$(cat /proc/sys/vm/watermark_scale_factor)" = 50 ] || fail "watermark_scale_factor not set"
[ "$(cat /proc/sys/vm/dirty_ratio)" = 0 ] || fail "dirty_bytes not set"
grep -q '\[madvise\]' $thp || fail "transparent huge pages not set"
take_back $profile
[ "$(cat $thp)" = "$thp_before" ] || fail "$thp: $(cat $thp)"

printf 'version: 1\nlower_zone_protection: 250\n' >/tmp/one-line.yaml
for command in diff apply verify; do
	expect 0 lowmemctl $command /tmp/one-line.yaml
done
lowmemctl diff /tmp/one-line.yaml 2>&1 | grep -q 'not applicable' ||
	fail "diff does not say that it is not applicable"
unchanged /tmp/before

expect 2 su nobody -s /bin/sh -c "lowmemctl diff $profile"
expect 77 su nobody -s /bin/sh -c "lowmemctl apply $profile"
unchanged /tmp/before
[ "$(cat $thp)" = "$thp_before" ] || fail "$thp: $(cat $thp)"
