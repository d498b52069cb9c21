/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/size_text.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/num.h"
#include "knob/knob.h"
#include "plan/plan.h"

#define KIB 1024ULL

/* The bytes that one of @knob's units stands for; 0: they are no size, or the page's,
 * which only the kernel knows. */
static uint64_t unit_of(const struct knob *knob)
{
	if (!knob)
		return 0;
	switch (knob->size) {
	case KNOB_NO_SIZE:
	case KNOB_PAGES:
		break;
	case KNOB_BYTES:
		return 1;
	case KNOB_KIB:
		return KIB;
	case KNOB_MIB:
		return KIB * KIB;
	}
	return 0;
}

static bool read_kib(const struct plan_item *item, const char *value, uint64_t *ret)
{
	uint64_t number, unit = unit_of(item->knob);

	if (unit == 0 || num_u64(span_of(value), &number) < 0 ||
	    number > UINT64_MAX / unit || number * unit % KIB != 0)
		return false;
	*ret = number * unit / KIB;
	return true;
}

bool size_text_fits(const struct plan_item *item, const char *now)
{
	const char *const values[] = { item->want, item->live, item->boot, now };
	uint64_t kib;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if (values[i] && !read_kib(item, values[i], &kib))
			return false;
	}
	return true;
}

const char *size_text(struct arena *arena, const struct plan_item *item,
		      const char *value)
{
	static const char units[] = "KMGT";
	uint64_t number = 0;
	size_t unit = 0;

	if (!read_kib(item, value, &number) || number == 0)
		return value;
	while (units[unit + 1] && number % KIB == 0) {
		number /= KIB;
		unit++;
	}
	return arena_printf(arena, "%llu%c", (unsigned long long)number, units[unit]);
}
