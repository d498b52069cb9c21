#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Is the machine what the tests take it for? Arguments: what uname -m says, the
# exit status wanted, and one that is hard to quote.

# shellcheck source=tests/vm/guest/lib.sh
. ./lib.sh

[ "$(uname -m)" = "$1" ] || fail "uname -m: $(uname -m)"
[ "$3" = "it's \"\$HOME\"  *" ] || fail "third argument: $3"
[ "$(id -u)" = 0 ] || fail "not root"
[ "$(su nobody -s /bin/sh -c 'id -u')" = 65534 ] || fail "cannot become nobody"
grep -q '^CapEff:.*1ffffffffff$' /proc/self/status || fail "not all capabilities"
ls /usr/share/lowmemctl/profiles/*.yaml >/dev/null || fail "no profiles"
for dir in /tmp /run /var /etc; do
	: >"$dir/writable"
done
if [ "$1" = i686 ]; then
	awk '/^(LowTotal|HighTotal):/ && $2 > 500000 { n++ } END { exit n != 2 }' \
		/proc/meminfo || fail "no low and high memory"
fi
exit "$2"
