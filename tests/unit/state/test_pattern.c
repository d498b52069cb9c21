/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/pattern.h"

#include "tap.h"

static const struct {
	const char *pattern, *path;
	bool plain, braces;
} rows[] = {
	{ "net/ipv4/conf/*/x", "net/ipv4/conf/lo/x", true, true },
	{ "net/*/x", "net/ipv4/conf/x", false, false },
	{ "net/?/x", "net/.a/x", false, false },
	{ "net/*/x", "net/.a/x", false, false },
	{ "net/t[0-2]/x", "net/t1/x", true, true },
	{ "net/t[!1]/x", "net/t1/x", false, false },
	{ "con?/{lo,t?}/x", "conf/lo/x", false, true },
	{ "con?/{lo,t?}/x", "conf/t1/x", false, true },
	{ "con?/{lo,t?}/x", "conf/eth0/x", false, false },
	{ "con?/t{0,1}/{x,y}", "conf/t1/y", false, true },
	{ "con?/{t{0,1},lo}/x", "conf/t1/x", false, true },
	{ "con?/{t{0,1},lo}/x", "conf/lo/x", false, true },
	{ "con?/t{,0}/x", "conf/t/x", false, true },
	{ "con?/{t0/x", "conf/{t0/x", true, true },
	{ "con?/t0}/x", "conf/t0}/x", true, true },
	{ "{{{{{{{{{{a", "{{{{{{{{{{a", true, true },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		is_int(pattern_matches(rows[i].pattern, rows[i].path, false),
		       rows[i].plain, "%s and %s", rows[i].pattern, rows[i].path);
		is_int(pattern_matches(rows[i].pattern, rows[i].path, true),
		       rows[i].braces, "with braces");
	}
	return done();
}
