/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/revert.h"

#include "apply/journal.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "fake/fake_root.h"
#include "tap.h"

#define SWAPPINESS "proc/sys/vm/swappiness"
#define BYTES	   "proc/sys/vm/dirty_bytes"
#define RATIO	   "proc/sys/vm/dirty_ratio"

static struct entry_item items[] = {
	{ .key = "vm.swappiness",
	  .path = SWAPPINESS,
	  .found = "60",
	  .value = "10",
	  .undo_path = SWAPPINESS,
	  .undo_value = "60" },
	{ .key = "vm.dirty_bytes",
	  .path = BYTES,
	  .found = "0",
	  .value = "67108864",
	  .undo_path = RATIO,
	  .undo_value = "20" },
};

static struct entry entry = {
	.id = 1,
	.command = "apply",
	.profiles = "p",
	.state = ENTRY_APPLIED,
	.items = items,
	.len = 2,
};

static struct plan plan_with(struct arena *arena, const char *swappiness, bool force)
{
	struct plan plan = { 0 };

	fake_begin();
	fake_add(SWAPPINESS, swappiness, FAKE_OBEYS, 0);
	fake_add(BYTES, "67108864", FAKE_OBEYS, 0);
	fake_add(RATIO, "0", FAKE_OBEYS, 0);
	is_int(revert_plan(arena, &fake.root, &entry, force, &plan), 0, "planned");
	fake_end();
	return plan;
}

static void test_as_written(struct arena *arena)
{
	const struct plan plan = plan_with(arena, "10", false);

	is_int((long long)plan.counts.differs, 2, "all goes back");
	is_str(plan.items[0].key, "vm.dirty_ratio",
	       "last written, first put back, by its twin");
	is_str(plan.items[0].want, "20", "with the twin's value");
	is_str(plan.items[0].undo_path, BYTES,
	       "and its own way back is the value itself");
	is_str(plan.items[1].want, "60", "the old value");
	is_str(plan.items[1].undo_value, "10", "and back again");
}

static void test_not_as_written(struct arena *arena)
{
	struct plan plan = plan_with(arena, "60", false);

	is_int((long long)plan.counts.same, 1, "what is as it was needs nothing");
	plan = plan_with(arena, "33", false);
	is_int(plan.refusal, STATUS_ERROR, "what somebody changed since is refused");
	ok(strstr(plan.items[1].reason, "33") && strstr(plan.items[1].reason, "--force"),
	   "and told: %s", plan.items[1].reason);
	plan = plan_with(arena, "33", true);
	is_int((long long)plan.counts.differs, 2, "unless forced");
	items[0].now = "33";
	plan = plan_with(arena, "33", false);
	is_int((long long)plan.counts.differs, 2,
	       "what the kernel made of it is still ours");
	items[0].now = NULL;
	entry.state = ENTRY_OPEN;
	plan = plan_with(arena, "33", false);
	is_int((long long)plan.counts.differs, 2,
	       "an entry that was cut short may have left anything");
	entry.state = ENTRY_APPLIED;
}

static void test_no_way_back(struct arena *arena)
{
	struct plan plan;

	items[0].undo_path = items[0].undo_value = NULL;
	plan = plan_with(arena, "10", false);
	is_int(plan.refusal, STATUS_ERROR, "what has no way back is refused");
	items[0].undo_path = "proc/sys/vm/gone";
	items[0].undo_value = "60";
	plan = plan_with(arena, "10", false);
	is_int((long long)plan.counts.skipped, 1, "what is no longer there is left out");
	items[0].undo_path = SWAPPINESS;
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_as_written(arena);
	test_not_as_written(arena);
	test_no_way_back(arena);
	return done();
}
