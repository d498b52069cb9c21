/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/kver.h"

#include <errno.h>

#include "tap.h"

#define ROWS(array) (sizeof(array) / sizeof(*(array)))

static const struct {
	const char *release;
	int r;
	struct kver version;
} releases[] = {
	{ "2.6.9-89.ELsmp", 0, { 2, 6, 9 } },
	{ "6.1.0-50-686-pae", 0, { 6, 1, 0 } },
	{ "6.18.44-fc-v669", 0, { 6, 18, 44 } },
	{ "6.1", 0, { 6, 1, 0 } },
	{ "6.12-rc1", 0, { 6, 12, 0 } },
	{ "6", 0, { 6, 0, 0 } },
	{ "3.10.0-1160.el7.x86_64", 0, { 3, 10, 0 } },
	{ "2.6.32.71", 0, { 2, 6, 32 } },
	{ "", -EINVAL, { 0, 0, 0 } },
	{ "linux", -EINVAL, { 0, 0, 0 } },
	{ "99999.1", -EINVAL, { 0, 0, 0 } },
};

static const struct {
	const char *condition;
	bool old, new; /* holds on 2.6.9; on 6.1.0 */
} conditions[] = {
	{ ">=2.6.5 <7", true, true }, { "<2.6.11", true, false },
	{ ">2.6.9", false, true },    { ">=2.6.9", true, true },
	{ "<=2.6.9", true, false },   { "=6.1", false, true },
	{ "==6.1.0", false, true },   { "!=6.1", true, false },
	{ ">2.6 <3 ", true, false },
};

static const struct {
	const char *condition;
	unsigned at;
} bad[] = {
	{ "", 0 },	    { "2.6.9", 0 },	{ ">=2.6 <<7", 6 }, { ">=2.6 7", 6 },
	{ ">= 2.6", 0 },    { ">=", 0 },	{ "=>2.6", 0 },	    { ">=2.6x", 0 },
	{ ">=2.6.9.1", 0 }, { ">=2.6, <7", 0 }, { "~2.6", 0 },	    { ">=99999", 0 },
};

int main(void)
{
	for (size_t i = 0; i < ROWS(releases); i++) {
		struct kver v = KVER_ANY;

		is_int(kver_parse(releases[i].release, &v), releases[i].r, "release '%s'",
		       releases[i].release);
		is_int(kver_compare(v, releases[i].version), 0, "release '%s': version",
		       releases[i].release);
	}
	for (size_t i = 0; i < ROWS(conditions); i++) {
		unsigned at;

		is_int(kver_condition_check(conditions[i].condition, &at), 0,
		       "'%s' is sound", conditions[i].condition);
		is_int(kver_matches(conditions[i].condition, KVER(2, 6, 9)),
		       conditions[i].old, "'%s' on 2.6.9", conditions[i].condition);
		is_int(kver_matches(conditions[i].condition, KVER(6, 1, 0)),
		       conditions[i].new, "'%s' on 6.1.0", conditions[i].condition);
	}
	for (size_t i = 0; i < ROWS(bad); i++) {
		unsigned at = 99;

		is_int(kver_condition_check(bad[i].condition, &at), -EINVAL,
		       "'%s' is not", bad[i].condition);
		is_int(at, bad[i].at, "'%s': where", bad[i].condition);
	}
	ok(!kver_matches(">=2.6 <<7", KVER(6, 1, 0)),
	   "a malformed condition does not hold");
	ok(!kver_known(KVER_ANY) && kver_known(KVER(2, 0, 0)), "known");
	return done();
}
