/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/plan.h"
#include "render/view_check.h"
#include "render/view_status.h"
#include "tap.h"

static const char layer[] = "web";

static struct plan_item items[] = {
	{
		.kind = ITEM_SYSCTL,
		.key = "vm.swappiness",
		.layer = layer,
		.live_status = LIVE_DIFFERS,
		.boot_status = BOOT_SAME,
		.action = ACTION_WRITE,
	},
	{
		.kind = ITEM_SYSFS,
		.key = "/sys/x",
		.layer = layer,
		.live_status = LIVE_SAME,
		.boot_status = BOOT_UNKNOWN,
	},
	{
		.kind = ITEM_SYSCTL,
		.key = "vm.overridden",
		.layer = layer,
		.live_status = LIVE_SAME,
		.boot_status = BOOT_OVERRIDDEN,
		.action = ACTION_REFUSE,
		.refusal = STATUS_RESTORED,
	},
	{
		.kind = ITEM_SYSCTL,
		.key = "vm.absent",
		.layer = layer,
		.live_status = LIVE_ABSENT,
		.action = ACTION_SKIP,
	},
	{
		.kind = ITEM_PROCESS,
		.key = "pid:1",
		.layer = layer,
		.process = { .pid = 1, .rule = "a\"\\\n" },
		.action = ACTION_WRITE,
	},
	{
		.kind = ITEM_PROCESS,
		.key = "pid:2",
		.layer = layer,
		.process = { .pid = 2, .rule = "a\"\\\n" },
		.live_status = LIVE_SAME,
	},
	{
		.kind = ITEM_PROCESS,
		.key = "idle",
		.layer = layer,
		.process = { .rule = "idle" },
		.action = ACTION_SKIP,
	},
};

static const struct plan plan = {
	.items = items,
	.len = sizeof(items) / sizeof(*items),
	.applies = true,
	.counts = { .same = 2, .differs = 2, .skipped = 2, .refused = 1 },
};

static struct schedule_seen schedules[] = {
	{ .profile = layer,
	  .key = "every 6h",
	  .next = -1,
	  .last = 1700000000,
	  .freed_kib = 4,
	  .took_ms = 1250 },
	{ .profile = layer,
	  .key = "every 6h",
	  .next = -1,
	  .last = 1700000001,
	  .freed_kib = 8,
	  .took_ms = 1 },
	{ .profile = layer,
	  .key = "@daily",
	  .next = -1,
	  .last = -1,
	  .freed_kib = -1,
	  .took_ms = -1 },
};

static const struct watch_seen watch = {
	.running = true,
	.told = true,
	.changed = 3,
	.denied = 1,
	.drifted = -1,
	.lost = 0,
	.schedules = schedules,
	.schedules_len = 3,
};

static const struct check_view all = {
	.plan = &plan,
	.watch = &watch,
	.now = 1700000100,
	.last_change = 1699999999,
	.status = STATUS_DIFFERS,
};

static const char *metrics(struct arena *arena, struct check_view view)
{
	view.arena = arena;
	return view_metrics(&view);
}

static void has(const char *text, const char *line)
{
	/* A test's name is one line. */
	ok(text && strstr(text, line), "%.*s", (int)strcspn(line, "\n"), line);
}

static void test_all(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const char *text = metrics(arena, all);

	has(text, "lowmemctl_verify_exit_status 2\n");
	has(text, "lowmemctl_verify_timestamp_seconds 1700000100\n");
	has(text, "lowmemctl_last_change_timestamp_seconds 1699999999\n");
	has(text, "lowmemctl_items{state=\"refused\"} 1\n");
	has(text,
	    "{key=\"vm.swappiness\",profile=\"web\",side=\"live\"} 0\n"
	    "lowmemctl_setting_compliant{key=\"vm.swappiness\",profile=\"web\",side=\"boot\"} 1\n"
	    "lowmemctl_setting_compliant{key=\"/sys/x\",profile=\"web\",side=\"live\"} 1\n"
	    "lowmemctl_setting_compliant{key=\"vm.overridden\",profile=\"web\",side=\"live\"} 1\n"
	    "lowmemctl_setting_compliant{key=\"vm.overridden\",profile=\"web\",side=\"boot\"} 0\n");
	ok(text && !strstr(text, "vm.absent"), "none of what is skipped");
	has(text, "{profile=\"web\",rule=\"a\\\"\\\\\\n\",state=\"same\"} 1\n"
		  "lowmemctl_rule_processes{profile=\"web\",rule=\"a\\\"\\\\\\n\",state="
		  "\"differs\"} 1\n");
	has(text, "rule=\"idle\",state=\"same\"} 0\n");
	has(text, "lowmemctl_watch_up 1\n");
	has(text, "# TYPE lowmemctl_watch_changed_total counter\n"
		  "lowmemctl_watch_changed_total 3\n");
	ok(text && !strstr(text, "drifted"), "none of what the daemon did not tell");
	has(text,
	    "lowmemctl_drop_caches_last_freed_bytes{profile=\"web\",schedule=\"every 6h\"} 4096\n");
	has(text, "schedule=\"every 6h\"} 1.250\n");
	ok(text && !strstr(text, "1700000001"), "no series twice");
	ok(text && !strstr(text, "@daily"), "none of what never ran");
	ok(text && text[strlen(text) - 1] == '\n', "ends with a newline");
}

/* A name of which there is no sample has no head either: not all readers bear that. */
static void test_little(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct plan none = { .applies = true };
	struct check_view view = { .status = STATUS_BAD_PROFILE, .now = 5 };
	const char *text = metrics(arena, view);

	has(text, "lowmemctl_verify_exit_status 65\n");
	ok(text && !strstr(text, "last_change") && !strstr(text, "items") &&
		   !strstr(text, "watch"),
	   "nothing of what is not known");
	view.plan = &none;
	text = metrics(arena, view);
	ok(text && !strstr(text, "compliant") && !strstr(text, "rule_"),
	   "no head without samples");
}

static void test_no_memory(void)
{
	const char *text = NULL;
	size_t limit;

	for (limit = 0; !text && limit < 65536; limit += 64) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		text = metrics(arena, all) ? "" : NULL;
	}
	ok(text, "written once memory suffices");
	ok(limit > 64, "and tells when it does not");
}

int main(void)
{
	test_all();
	test_little();
	test_no_memory();
	return done();
}
