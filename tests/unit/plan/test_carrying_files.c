/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/carrying_files.h"

#include <string.h>

#include "persisting.h"
#include "plan/carrying.h"

static struct drop_schedule schedule = { .schedule = "30 3 * * *", .mode = DROP_ALL };
static struct layer layer = { .name = "web", .schedules = &schedule, .schedules_len = 1 };
static const struct layer *layers[] = { &layer };

static struct plan plan_of_layer(void)
{
	return (struct plan){ .layers = { layers, 1, 1 } };
}

static void test_files(struct arena *arena)
{
	const enum carrier cron = CARRIER_CRON;
	struct carrying_file file = { "etc/cron.d/lowmemctl-web", "# x\n", CARRIER_CRON,
				      false };
	struct carrying carrying = { .profile = "web" };
	const struct carryings carryings = { &carrying, 1, 1 };
	struct persist_request request = { .carryings = &carryings, .carrier = &cron };
	struct plan plan = plan_of_layer();

	is_int(carrying_files(arena, &request, &layer, &plan), 0, "cron");
	is_int((int)plan.files.len, 1, "one file");
	is_str(plan.files.items[0].path, file.path, "its path");
	ok(!plan.files.items[0].old && !plan.files.items[0].refused, "which is new");
	carrying.files.items = &file;
	carrying.files.len = 1;
	plan = plan_of_layer();
	is_int(carrying_files(arena, &request, &layer, &plan), 0, "somebody else's");
	ok(plan.files.len == 1 && plan.files.items[0].refused, "is refused");
	plan = plan_of_layer();
	is_int(carrying_files_remove(arena, &request, "web", &plan), 0, "removed");
	is_int((int)plan.files.len, 0, "and not removed");
	file.ours = true;
	is_int(carrying_files_remove(arena, &request, "web", &plan), 0, "ours");
	ok(plan.files.len == 1 && !plan.files.items[0].new, "goes");
}

static void test_cron_cannot(struct arena *arena)
{
	const enum carrier cron = CARRIER_CRON;
	struct diags diags = diags_in(arena);
	struct carrying carrying = { .profile = "web" };
	const struct carryings carryings = { &carrying, 1, 1 };
	const struct persist_request request = { .carryings = &carryings,
						 .carrier = &cron,
						 .diags = &diags };
	struct plan plan = plan_of_layer();

	schedule.schedule = NULL;
	schedule.every_seconds = 7 * 3600;
	is_int(carrying_files(arena, &request, &layer, &plan), -EDOM, "cron cannot");
	ok(diags.first && strstr(diags.first->message, "cron"), "and it is told why");
}

int main(void)
{
	struct arena *arena = arena_new(1 << 20);

	test_files(arena);
	test_cron_cannot(arena);
	arena_free(arena);
	return done();
}
