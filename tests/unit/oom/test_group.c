/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/group.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static struct oom_kill java = { .pid = 1, .comm = "java" };
static struct oom_kill mysqld = { .pid = 2, .comm = "mysqld" };
static struct oom_kill nameless = { .pid = 3, .comm = "" };

#define ROW(c, kill, at)                                                                 \
	{                                                                                \
		.report = { .time = (at), .chosen_pid = -1, .kills = { (kill), 1, 1 } }, \
		.verdict = { .cause = (c) },                                             \
	}

static const struct oom_finding findings[] = {
	ROW(OOM_CAUSE_MEMCG, &mysqld, 500),
	ROW(OOM_CAUSE_LOWMEM, &java, 300),
	ROW(OOM_CAUSE_MEMCG, &java, -1),
	ROW(OOM_CAUSE_LOWMEM, &java, 100),
	ROW(OOM_CAUSE_LOWMEM, &java, 200),
	ROW(OOM_CAUSE_MEMCG, &java, 50),
	{ .report = { .time = -1, .chosen_pid = -1 },
	  .verdict = { .cause = OOM_CAUSE_LOWMEM } },
	ROW(OOM_CAUSE_LOWMEM, &nameless, 0),
};

#define LEN (sizeof(findings) / sizeof(*findings))

static void is_group(const struct oom_group *group, const struct oom_group *want,
		     const char *name)
{
	is_int(group->cause, want->cause, "%s: cause", name);
	is_str(group->victim, want->victim, "%s: victim", name);
	is_int((long long)group->count, (long long)want->count, "%s: count", name);
	is_int((long long)group->first, (long long)want->first, "%s: first", name);
	is_int((long long)group->last, (long long)want->last, "%s: last", name);
}

int main(void)
{
	static const struct oom_group want[] = {
		{ OOM_CAUSE_LOWMEM, "java", 3, 3, 1 },
		{ OOM_CAUSE_MEMCG, "java", 2, 2, 5 },
		{ OOM_CAUSE_MEMCG, "mysqld", 1, 0, 0 },
		{ OOM_CAUSE_LOWMEM, NULL, 1, 6, 6 },
		{ OOM_CAUSE_LOWMEM, "", 1, 7, 7 },
	};
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct oom_groups groups;
	int r = -ENOMEM;

	is_int(oom_groups(arena, findings, LEN, &groups), 0, "reports");
	if (is_int((long long)groups.len, 5, "in groups")) {
		is_group(&groups.items[0], &want[0], "by time");
		is_group(&groups.items[1], &want[1], "by place");
		is_group(&groups.items[2], &want[2], "one");
		is_group(&groups.items[3], &want[3], "nobody");
		is_group(&groups.items[4], &want[4], "without a name");
	}
	is_int(oom_groups(arena, NULL, 0, &groups), 0, "no report");
	is_int((long long)groups.len, 0, "no group");
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *small = arena_new(limit);

		r = oom_groups(small, findings, LEN, &groups);
	}
	is_int(r, 0, "succeeds once there is memory enough");
	return done();
}
