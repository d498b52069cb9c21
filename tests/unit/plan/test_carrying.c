/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/carrying.h"

#include "tap.h"

int main(void)
{
	struct carrying_file files[] = {
		{ "etc/cron.d/a", "x", CARRIER_CRON, false },
		{ "etc/b.timer", "x", CARRIER_SYSTEMD, false },
	};
	struct carrying one = { .profile = "web", .files = { files, 2, 2 } };
	const struct carryings all = { &one, 1, 1 };

	is_int((int)carrying_by(&one), CARRIER_WATCH, "others' files do not count");
	files[1].ours = true;
	is_int((int)carrying_by(&one), CARRIER_SYSTEMD, "ours do");
	files[0].ours = true;
	is_int((int)carrying_by(&one), CARRIER_CRON, "the first that is ours");
	ok(carrying_file(&one, "etc/b.timer") == &files[1], "by its path");
	ok(!carrying_file(&one, "etc/b"), "there is none");
	ok(carryings_find(&all, "web") == &one, "by the profile's name");
	ok(!carryings_find(&all, "we"), "not looked at");
	return done();
}
