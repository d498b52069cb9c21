/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "apply/journal.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "render/view.h"
#include "tap.h"

static struct entry_item changes[] = {
	{ .key = "vm.swappiness", .found = "60", .value = "10" },
	{ .key = "vm.x", .found = NULL, .value = "\xff", .now = "1" },
};

static struct entry all[] = {
	{
		.id = 9,
		.command = "apply",
		.profiles = "database",
		.started = 1795491000,
		.state = ENTRY_APPLIED,
		.items = changes,
		.len = 2,
	},
	{
		.id = 10,
		.command = "apply",
		.profiles = "./my\x1b.yaml",
		.started = 1795494600,
		.trial_until = 1795494900,
		.state = ENTRY_TRIAL,
	},
};

static const struct entries entries = { .items = all, .len = 2 };

static void test_text(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct entries none = { 0 };
	struct capture got;

	is_int(view_history(arena, &entries, capture(&got, 0, false), false), 0,
	       "a history");
	is_str(captured(&got),
	       "ID  WHEN                 COMMAND  PROFILES       CHANGES  STATE\n"
	       " 9  2026-11-24 05:30:00  apply    database             2  applied\n"
	       "10  2026-11-24 06:30:00  apply    ./my\\x1b.yaml        0  "
	       "trial until 2026-11-24 06:35:00\n",
	       "as text, in local time");
	is_int(view_history(arena, &none, capture(&got, 0, false), false), 0,
	       "no history");
	is_str(captured(&got), "Nothing has been applied yet.\n", "is said in words");
}

static void test_json(void)
{
	struct capture got;

	is_int(view_history(NULL, &entries, capture(&got, 0, false), true), 0,
	       "a history as JSON");
	is_str(captured(&got),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"history\",\"entries\":["
	       "{\"id\":9,\"command\":\"apply\",\"profiles\":\"database\","
	       "\"started\":\"2026-11-24T03:30:00Z\",\"trial_until\":null,"
	       "\"state\":\"applied\",\"changes\":["
	       "{\"key\":\"vm.swappiness\",\"old\":\"60\",\"new\":\"10\",\"now\":null},"
	       "{\"key\":\"vm.x\",\"old\":null,\"new\":\"\xef\xbf\xbd\",\"now\":\"1\"}],\"files\":[]},"
	       "{\"id\":10,\"command\":\"apply\",\"profiles\":\"./my\\u001b.yaml\","
	       "\"started\":\"2026-11-24T04:30:00Z\","
	       "\"trial_until\":\"2026-11-24T04:35:00Z\",\"state\":\"trial\","
	       "\"changes\":[],\"files\":[]}],\"exit_code\":0}\n",
	       "in universal time");
	ok(json_valid(got.text), "and valid");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 16384; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct capture got;

		r = view_history(arena, &entries, capture(&got, 0, false), false);
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 256, "and tells when it does not");
}

int main(void)
{
	if (setenv("TZ", "XXX-2", 1) != 0)
		perror("TZ");
	tzset();
	test_text();
	test_json();
	test_no_memory();
	return done();
}
