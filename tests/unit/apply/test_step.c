/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/step.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "fake/fake_root.h"
#include "knob/knob.h"
#include "state/state.h"
#include "tap.h"

#define SWAPPINESS "proc/sys/vm/swappiness"

static const struct plan_item change = {
	.key = "vm.swappiness",
	.path = SWAPPINESS,
	.want = "10",
	.live = "60",
	.action = ACTION_WRITE,
	.undo_path = SWAPPINESS,
	.undo_value = "60",
};

static struct step step_on(struct arena *arena, const struct plan_item *item)
{
	struct step step = { 0 };

	if (step_prepare(arena, item, &step) < 0)
		abort();
	return step;
}

static void test_write(struct arena *arena)
{
	struct step step = step_on(arena, &change);
	const char *reason = NULL;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	is_int(step_write(arena, &fake.root, &step, &reason), 0, "written");
	is_str(step.live, "10", "and read back");
	is_int(step_verify(arena, &fake.root, &step, &reason), 0, "still so");
	(void)snprintf(fake_at(SWAPPINESS)->value, 8, "33");
	is_int(step_verify(arena, &fake.root, &step, &reason), -ECANCELED,
	       "changed since");
	ok(strstr(reason, "33") && strstr(reason, "10"), "is told: %s", reason);
	is_int(step_undo(arena, &fake.root, &step, &reason), 0, "put back");
	is_str(fake_at(SWAPPINESS)->value, "60", "is as it was");
	is_str(step.live, "60", "and known to be");
}

static void test_through_descriptor(struct arena *arena)
{
	struct step step = step_on(arena, &change);
	const char *reason = NULL;

	step.fd = root_open(&fake.root, SWAPPINESS, O_RDWR);
	is_int(step_write(arena, &fake.root, &step, &reason), 0, "through a descriptor");
	is_str(fake_at(SWAPPINESS)->value, "10", "written");
	is_int(step_undo(arena, &fake.root, &step, &reason), 0, "and put back");
	is_str(fake_at(SWAPPINESS)->value, "60", "as it was");
	(void)close(step.fd);
}

static void test_twin(struct arena *arena)
{
	struct plan_item item = change;
	const char *reason = NULL;
	struct step step;

	fake_add("proc/sys/vm/twin", "20", FAKE_OBEYS, 0);
	item.undo_path = "proc/sys/vm/twin";
	item.undo_value = "25";
	step = step_on(arena, &item);
	is_int(step_is_undone(&fake.root, &step), 1, "what is not undone is seen");
	is_int(step_undo(arena, &fake.root, &step, &reason), 0,
	       "put back through a twin");
	is_str(fake_at("proc/sys/vm/twin")->value, "25", "whose value it is");
	is_int(step_is_undone(&fake.root, &step), 0, "and what is, too");
	item.undo_value = NULL;
	step = step_on(arena, &item);
	is_int(step_undo(arena, &fake.root, &step, &reason), -EOPNOTSUPP,
	       "or not at all");
	ok(strstr(reason, "cannot be put back") != NULL, "which is told: %s", reason);
}

static void test_rules(struct arena *arena)
{
	struct plan_item item = change;
	struct knob rounds = { .key = "vm.x",
			       .readback = KNOB_READ_ROUNDED,
			       .type = KNOB_ULONG };
	struct knob silent = { .key = "vm.y",
			       .readback = KNOB_READ_NONE,
			       .type = KNOB_INT };
	struct step step = step_on(arena, &item);
	const char *reason = NULL;

	fake_add("proc/sys/vm/x", "60", FAKE_ROUNDS, 0);
	item.path = "proc/sys/vm/x";
	item.knob = &rounds;
	is_int(step_write(arena, &fake.root, &step, &reason), 1, "rounded by its rule");
	is_str(step.live, "16", "with what it became");
	fake_add("proc/sys/vm/z", "60", FAKE_KEEPS, 0);
	item.path = "proc/sys/vm/z";
	is_int(step_write(arena, &fake.root, &step, &reason), -EINVAL,
	       "what stays as it was is not rounded");
	fake_add("proc/sys/vm/y", "60", FAKE_KEEPS, 0);
	item.path = "proc/sys/vm/y";
	item.knob = &silent;
	is_int(step_write(arena, &fake.root, &step, &reason), 0,
	       "what cannot be read back is not");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	fake_begin();
	test_write(arena);
	test_through_descriptor(arena);
	test_twin(arena);
	test_rules(arena);
	fake_end();
	return done();
}
