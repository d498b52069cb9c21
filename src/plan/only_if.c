/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/only_if.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/kib.h"
#include "profile/condition.h"
#include "state/headroom.h"
#include "state/memory.h"

static const char *const names[] = {
	[CONDITION_LOW_FREE] = "low_free",
	[CONDITION_FREE] = "free",
	[CONDITION_AVAILABLE] = "available",
	[CONDITION_CACHED] = "cached",
	[CONDITION_SWAP_FREE] = "swap_free",
	[CONDITION_PSI_SOME_AVG10] = "psi_some_avg10",
	[CONDITION_UNUSABLE] = "unusable",
};

static int64_t unusable(const struct memory *memory, unsigned order)
{
	uint64_t counts[ZONE_ORDERS];
	struct blocks blocks = memory_low_blocks(memory, counts);

	return blocks.orders > 0 ? (int64_t)blocks_unusable(blocks, order) : -1;
}

/* In KiB, hundredths of a percent or thousandths; -1: not told. */
static int64_t figure_of(const struct condition_term *term, const struct memory *memory)
{
	bool estimated;

	switch (term->field) {
	case CONDITION_LOW_FREE:
		return memory_low_free(memory);
	case CONDITION_FREE:
		return memory->info.free;
	case CONDITION_AVAILABLE:
		return headroom_available(memory, &estimated);
	case CONDITION_CACHED:
		return memory->info.cached;
	case CONDITION_SWAP_FREE:
		return memory->info.swap_free;
	case CONDITION_PSI_SOME_AVG10:
		return memory->pressure.known ? (int64_t)memory->pressure.some_avg10 : -1;
	case CONDITION_UNUSABLE:
		return unusable(memory, term->order);
	}
	return -1;
}

static bool is_size(const struct condition_term *term)
{
	return term->field != CONDITION_PSI_SOME_AVG10 &&
	       term->field != CONDITION_UNUSABLE;
}

static bool term_holds(const struct condition_term *term, int64_t figure)
{
	uint64_t value = (uint64_t)figure * (is_size(term) ? 1024 : 1);

	return figure >= 0 &&
	       compare_holds(term->comparator,
			     (value > term->bound) - (value < term->bound));
}

static const char *describe(struct arena *arena, const struct condition_term *term,
			    int64_t figure)
{
	const char *name = names[term->field];
	char amount[KIB_TEXT];

	if (figure < 0)
		return arena_printf(arena, "this kernel does not tell %s", name);
	if (is_size(term))
		return arena_printf(arena, "%s is %s", name,
				    kib_text((uint64_t)figure, amount));
	if (term->field == CONDITION_PSI_SOME_AVG10)
		return arena_printf(arena, "%s is %lld.%02lld %%", name,
				    (long long)figure / 100, (long long)figure % 100);
	return arena_printf(arena, "%s(%u) is %lld", name, term->order,
			    (long long)figure);
}

bool only_if_holds(struct arena *arena, const struct condition *condition,
		   const struct memory *memory, const char **ret_figures)
{
	const char *figures = "";
	bool all = true, any = false;

	for (size_t i = 0; i < condition->len; i++) {
		const struct condition_term *term = &condition->terms[i];
		int64_t figure = figure_of(term, memory);
		const char *text = describe(arena, term, figure);

		if (term->alternative) {
			any |= all;
			all = true;
		}
		all = all && term_holds(term, figure);
		if (figures)
			figures = text ? arena_printf(arena, "%s%s%s", figures,
						      i > 0 ? ", " : "", text)
				       : NULL;
	}
	*ret_figures = figures;
	return any || all;
}

bool only_if_asks_pressure(const struct condition *condition)
{
	for (size_t i = 0; i < condition->len; i++) {
		if (condition->terms[i].field == CONDITION_PSI_SOME_AVG10)
			return true;
	}
	return false;
}

bool only_if_reclaiming(const struct pressure *pressure)
{
	return pressure->known && pressure->some_avg10 >= ONLY_IF_PRESSURE;
}

int only_if_reason(struct arena *arena, const struct only_if *only_if,
		   const struct memory *memory, const char **ret_why)
{
	unsigned pressure = memory->pressure.some_avg10;
	const char *figures;

	*ret_why = NULL;
	if (only_if->condition->len > 0 &&
	    !only_if_holds(arena, only_if->condition, memory, &figures)) {
		if (figures)
			*ret_why = arena_printf(arena, "%s, and it is only for %s",
						figures, only_if->text);
		return *ret_why ? 0 : -ENOMEM;
	}
	if (!only_if->spare || !only_if_reclaiming(&memory->pressure))
		return 0;
	*ret_why =
		arena_printf(arena, "reclaim is under way: psi_some_avg10 is %u.%02u %%",
			     pressure / 100, pressure % 100);
	return *ret_why ? 0 : -ENOMEM;
}
