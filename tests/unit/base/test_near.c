/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/near.h"

#include <stdint.h>

#include "tap.h"

static const struct {
	const char *a, *b;
	size_t distance;
} rows[] = {
	{ "", "", 0 },
	{ "diff", "diff", 0 },
	{ "dif", "diff", 1 },
	{ "dfif", "diff", 1 },
	{ "difx", "diff", 1 },
	{ "", "abc", 3 },
	{ "swapiness", "swappiness", 1 },
	{ "apply", "verify", 5 },
	{ "ca", "abc", 3 },
};

int main(void)
{
	char longest[65] = { 0 };
	struct near near = near_to("verfy");

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		is_int((long long)near_distance(rows[i].a, rows[i].b),
		       (long long)rows[i].distance, "'%s' to '%s'", rows[i].a, rows[i].b);
		is_int((long long)near_distance(rows[i].b, rows[i].a),
		       (long long)rows[i].distance, "'%s' to '%s'", rows[i].b, rows[i].a);
	}
	memset(longest, 'x', 64);
	ok(near_distance(longest, "x") == SIZE_MAX, "too long is far");
	near_try(&near, "apply");
	ok(near.best == NULL, "what is far is not named");
	near_try(&near, "verity");
	near_try(&near, "verify");
	near_try(&near, "verity");
	near_try(&near, "revert");
	is_str(near.best, "verify", "the nearest is");
	return done();
}
