/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/members.h"

#include "base/arena.h"

static size_t home_of(const struct members *members, pid_t pid)
{
	/* Pids come one after the other: Fibonacci hashing spreads them. */
	return (size_t)((uint64_t)pid * UINT64_C(0x9e3779b97f4a7c15) >> 32) &
	       (members->size - 1);
}

/* The slot of @pid, or the free one where it would be. */
static struct member *slot_of(const struct members *members, pid_t pid)
{
	size_t at = home_of(members, pid);

	while (members->slots[at].pid != 0 && members->slots[at].pid != pid)
		at = (at + 1) & (members->size - 1);
	return &members->slots[at];
}

void members_reserve(struct members *members, size_t count)
{
	struct members larger = { .size = MEMBERS_LEAST };

	while (larger.size < count * 2)
		larger.size *= 2;
	if (larger.size <= members->size)
		return;
	larger.arena = arena_new((larger.size + 1) * sizeof(*larger.slots) + 4096);
	larger.slots = larger.arena ? arena_array(larger.arena, larger.size,
						  sizeof(*larger.slots))
				    : NULL;
	if (!larger.slots) {
		arena_free(larger.arena);
		return;
	}
	for (size_t i = 0; i < members->size; i++) {
		if (members->slots[i].pid != 0)
			*slot_of(&larger, members->slots[i].pid) = members->slots[i];
	}
	larger.len = members->len;
	arena_free(members->arena);
	*members = larger;
}

void members_done(struct members *members)
{
	arena_free(members->arena);
	*members = (struct members){ 0 };
}

struct member *members_find(const struct members *members, pid_t pid)
{
	struct member *slot = members->size > 0 ? slot_of(members, pid) : NULL;

	return slot && slot->pid == pid ? slot : NULL;
}

struct member *members_add(struct members *members, pid_t pid)
{
	struct member *slot = members->size > 0 ? slot_of(members, pid) : NULL;

	if (!slot || slot->pid == pid)
		return slot;
	if (members->len * 2 >= members->size)
		return NULL;
	members->len++;
	*slot = (struct member){ .pid = pid };
	return slot;
}

/* What stands behind the hole moves up, where it could not be found over it. */
static void close_hole(struct members *members, size_t hole)
{
	size_t mask = members->size - 1;

	for (size_t at = (hole + 1) & mask; members->slots[at].pid != 0;
	     at = (at + 1) & mask) {
		size_t home = home_of(members, members->slots[at].pid);

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		members->slots[hole] = members->slots[at];
		hole = at;
	}
	members->slots[hole] = (struct member){ 0 };
}

void members_remove(struct members *members, pid_t pid)
{
	struct member *slot = members_find(members, pid);

	if (!slot)
		return;
	members->len--;
	close_hole(members, (size_t)(slot - members->slots));
}

static size_t remove_unseen(struct members *members)
{
	size_t before = members->len;

	for (size_t i = 0; i < members->size; i++) {
		while (members->slots[i].pid != 0 && !members->slots[i].seen)
			members_remove(members, members->slots[i].pid);
	}
	return before - members->len;
}

void members_sweep(struct members *members)
{
	/* What closes a hole at the end may come from the beginning, and so be passed over. */
	while (remove_unseen(members) > 0)
		;
	for (size_t i = 0; i < members->size; i++)
		members->slots[i].seen = false;
}
