/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/bootvalue.h"

#include <string.h>

#include "base/kver.h"
#include "base/num.h"
#include "base/span.h"
#include "knob/knob.h"
#include "knob/value.h"

/*
 * Does every kernel refuse @value, as it is outside of what any takes? Where the catalogue knows no
 * range, or the kernel rounds, nobody can say; what is a choice is taken wherever it lies.
 */
static bool is_out_of_range(const struct knob *knob, const char *value)
{
	const struct kver any = KVER_ANY;
	struct num number, least, most = { 0 };
	int64_t min;

	if (!knob || knob->class != KNOB_SYSCTL || knob->type == KNOB_VECTOR ||
	    knob->readback != KNOB_READ_EXACT || knob->ranges[0].max == 0 ||
	    num_kernel(span_of(value), &number) < 0 ||
	    !knob_range(knob, any, 0, &min, &most.magnitude))
		return false;
	for (const struct knob_choice *choice = knob->choices; choice && choice->value;
	     choice++) {
		if (strcmp(choice->value, value) == 0)
			return false;
	}
	least = (struct num){ .negative = min < 0,
			      .magnitude = min < 0 ? -(uint64_t)min : (uint64_t)min };
	return num_compare(number, least) < 0 || num_compare(number, most) > 0;
}

int boot_value(struct arena *arena, const struct knob *knob, const char *text,
	       const char **ret)
{
	int fault = value_as_written(arena, knob, text, ret);

	return fault == VALUE_OK && is_out_of_range(knob, *ret) ? VALUE_OUT_OF_RANGE
								: fault;
}
