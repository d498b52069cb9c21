/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/carrier.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/carrying.h"
#include "profile/profile.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define MANY 1500

static struct arena *arena;
static struct root root;

/* Writes what timers_write() makes of @len schedules of profile web. */
static void install(enum carrier carrier, size_t len)
{
	struct drop_schedule schedules[3] = {
		{ .schedule = "30 3 * * *", .mode = DROP_ALL },
		{ .schedule = "40 4 * * *", .mode = DROP_ALL },
		{ .schedule = "50 5 * * *", .mode = DROP_ALL },
	};
	const struct timers_request request = { "web", schedules, len, carrier };
	struct timer_files files = { 0 };
	size_t which;
	const char *why;

	is_int(timers_write(arena, &request, &files, &which, &why), 0, "files");
	for (size_t i = 0; i < files.len; i++)
		tree_file(files.items[i].path, files.items[i].text);
}

static enum carrier who(const char *profile)
{
	enum carrier carrier = CARRIER_WATCH;

	is_int(carrier_find(arena, &root, profile, &carrier), 0, "looked");
	return carrier;
}

static void remove_file(const char *path)
{
	is_int(unlink(tree_path(path)), 0, "%s was there", path);
}

static void test_cron(void)
{
	const char *path = timers_cron_path(arena, "web");

	tree_file(path, "# somebody's\n");
	is_int((int)who("web"), CARRIER_WATCH, "a file of that name is somebody else's");
	install(CARRIER_CRON, 1);
	is_int((int)who("web"), CARRIER_CRON, "cron does");
	is_int((int)who("we"), CARRIER_WATCH, "and nothing for another profile");
	remove_file(path);
}

static void test_systemd(void)
{
	struct carrying carrying;

	install(CARRIER_SYSTEMD, 3);
	is_int((int)who("web"), CARRIER_SYSTEMD, "systemd does");
	is_int(carrier_read(arena, &root, "web", 0, &carrying), 0, "read");
	is_int((int)carrying.files.len, 7, "two units each, and what wants them");
	remove_file(timers_target_path(arena, "web"));
	for (size_t i = 1; i <= 2; i++) {
		remove_file(timers_unit_path(arena, "web", i, "timer"));
		remove_file(timers_unit_path(arena, "web", i, "service"));
	}
	is_int((int)who("web"), CARRIER_SYSTEMD,
	       "by the third, where others are missing");
	tree_file(timers_unit_path(arena, "web", 20, "timer"), "[Timer]\n");
	is_int(carrier_read(arena, &root, "web", 0, &carrying), 0, "read");
	is_int((int)carrying.files.len, 2, "not far behind the last one");
	is_int(carrier_read(arena, &root, "web", 20, &carrying), 0, "read");
	is_int((int)carrying.files.len, 3, "as far as is asked");
	ok(!carrying.files.items[2].ours, "and that is none of ours");
}

static void test_no_memory(void)
{
	size_t limit;
	int r = -ENOMEM;

	for (limit = 0; r == -ENOMEM && limit < 1 << 20; limit += 64) {
		cleanup(arena_freep) struct arena *small = arena_new(limit);
		enum carrier carrier;

		r = carrier_find(small, &root, "web", &carrier);
	}
	is_int(r, 0, "found once memory suffices");
	ok(limit > 512, "and tells when it does not");
}

/* A profile may have as many as it has room for: none may be overlooked. */
static void test_many(void)
{
	cleanup(arena_freep) struct arena *large = arena_new(64 << 20);
	struct carrying carrying;

	for (size_t i = 1; i <= MANY; i++)
		tree_file(timers_unit_path(large, "many", i, "timer"), "[Timer]\n");
	is_int(carrier_read(large, &root, "many", 0, &carrying), 0, "read");
	is_int((long long)carrying.files.len, MANY, "all timers");
}

int main(void)
{
	arena = arena_new(1 << 22);
	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int((int)who("web"), CARRIER_WATCH, "the daemon, where there is nothing");
	test_cron();
	test_systemd();
	test_many();
	test_no_memory();
	root_done(&root);
	tree_end();
	arena_free(arena);
	return done();
}
