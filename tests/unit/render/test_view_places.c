/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "json.h"
#include "profile/load.h"
#include "render/view.h"
#include "tap.h"

static const struct profile_place places[] = {
	{ .name = "database", .path = "/usr/p/database.yaml", .description = "For one" },
	{ .name = "desktop",
	  .path = "/etc/p/desktop.yaml",
	  .local = true,
	  .hides = true },
	{ .name = "mine", .path = "/etc/p/mine.yaml", .local = true },
	{ .name = "off", .path = "/etc/p/off.yaml", .local = true, .masked = true },
};

static void test_text(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct capture got;

	is_int(view_places(arena, places, 4, capture(&got, 0, false), false), 0,
	       "places as text");
	is_str(captured(&got),
	       "NAME      WHERE                 NOTE                 DESCRIPTION\n"
	       "database  /usr/p/database.yaml  shipped              For one\n"
	       "desktop   /etc/p/desktop.yaml   hides a shipped one\n"
	       "mine      /etc/p/mine.yaml      local\n"
	       "off       /etc/p/off.yaml       masked\n",
	       "a table");
	is_int(view_places(arena, NULL, 0, capture(&got, 0, false), false), 0, "none");
	is_str(captured(&got), "There are no profiles.\n", "in words");
}

static void test_json(void)
{
	struct capture got;

	is_int(view_places(NULL, places, 2, capture(&got, 0, false), true), 0,
	       "places as JSON");
	is_str(captured(&got),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"profile list\",\"profiles\":["
	       "{\"name\":\"database\",\"path\":\"/usr/p/database.yaml\","
	       "\"description\":\"For one\",\"local\":false,\"hides\":false,"
	       "\"masked\":false},"
	       "{\"name\":\"desktop\",\"path\":\"/etc/p/desktop.yaml\","
	       "\"description\":null,\"local\":true,\"hides\":true,\"masked\":false}],"
	       "\"exit_code\":0}\n",
	       "a document");
	ok(json_valid(got.text), "that is valid");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 16384; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct capture got;

		r = view_places(arena, places, 4, capture(&got, 0, false), false);
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 256, "and tells when it does not");
}

int main(void)
{
	test_text();
	test_json();
	test_no_memory();
	return done();
}
