/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/group.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/keyset.h"
#include "base/vec.h"

/* Logs are rotated: the newest may be in the file that is read first. */
static bool is_later(const struct oom_finding *findings, size_t a, size_t b)
{
	int64_t left = findings[a].report.time, right = findings[b].report.time;

	return left >= 0 && right >= 0 && left != right ? left > right : a > b;
}

static void add(struct oom_group *group, const struct oom_finding *findings, size_t index)
{
	group->count++;
	if (is_later(findings, index, group->last))
		group->last = index;
	if (is_later(findings, group->first, index))
		group->first = index;
}

/* With when it came up, which `first` does not tell where logs are rotated. */
struct place {
	struct oom_group group;
	size_t turn;
};

struct places {
	struct place *items;
	size_t len, cap;
};

static int by_count(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->group.count != right->group.count)
		return left->group.count > right->group.count ? -1 : 1;
	return left->turn < right->turn ? -1 : left->turn > right->turn;
}

/* Which group has @key: the next one where none has. */
static int find(struct arena *arena, struct keyset *set, const char *key,
		struct places *places, size_t *ret)
{
	size_t *turn = arena_alloc(arena, sizeof(*turn));
	const void *before = NULL;

	if (!key || !turn)
		return -ENOMEM;
	*turn = places->len;
	if (keyset_add(arena, set, key, turn, &before) < 0)
		return -ENOMEM;
	*ret = before ? *(const size_t *)before : *turn;
	return 0;
}

static int place(struct arena *arena, const struct oom_finding *findings, size_t index,
		 struct keyset *set, struct places *places)
{
	struct oom_kill victim;
	enum oom_cause cause = findings[index].verdict.cause;
	const char *comm =
		oom_report_victim(&findings[index].report, &victim) ? victim.comm : NULL;
	/* Nobody is a group of its own, and not one whose name is empty. */
	const char *key = arena_printf(arena, "%u%s%s", (unsigned)cause, comm ? "=" : "",
				       comm ? comm : "");
	struct place *new;
	size_t turn = 0;

	if (find(arena, set, key, places, &turn) < 0)
		return -ENOMEM;
	if (turn == places->len) {
		new = vec_push(arena, places);
		if (!new)
			return -ENOMEM;
		new->turn = turn;
		new->group = (struct oom_group){
			.cause = cause, .victim = comm, .first = index, .last = index
		};
	}
	assert(places->items);
	add(&places->items[turn].group, findings, index);
	return 0;
}

int oom_groups(struct arena *arena, const struct oom_finding *findings, size_t len,
	       struct oom_groups *ret)
{
	struct keyset set = { 0 };
	struct places places = { 0 };

	*ret = (struct oom_groups){ 0 };
	for (size_t i = 0; i < len; i++) {
		if (place(arena, findings, i, &set, &places) < 0)
			return -ENOMEM;
	}
	if (places.len > 0)
		qsort(places.items, places.len, sizeof(*places.items), by_count);
	for (size_t i = 0; i < places.len; i++) {
		struct oom_group *group = vec_push(arena, ret);

		if (!group)
			return -ENOMEM;
		*group = places.items[i].group;
	}
	return 0;
}
