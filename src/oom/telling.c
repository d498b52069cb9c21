/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/telling.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"

void tell(struct telling *telling, uint64_t line, const char *format, ...)
{
	struct oom_verdict *verdict = telling->verdict;
	const char *text;
	va_list args;

	if (telling->error < 0 || verdict->facts_len == OOM_FACTS_MOST)
		return;
	va_start(args, format);
	text = arena_vprintf(telling->arena, format, args);
	va_end(args);
	if (text && line > 0)
		text = arena_printf(telling->arena, "%s: line %llu", text,
				    (unsigned long long)line);
	else if (text)
		text = arena_join(telling->arena, text, ".", "");
	if (text)
		verdict->facts[verdict->facts_len++] = text;
	else
		telling->error = -ENOMEM;
}

bool telling_is_part(int64_t kib, int64_t total, int hundredths)
{
	return kib > 0 && total > 0 && kib >= total / 100 * hundredths;
}

const char *telling_label(const struct telling *telling, const struct oom_zone *zone,
			  char ret[TELLING_LABEL])
{
	bool several = false;

	for (size_t i = 1; i < telling->report->zones.len; i++)
		several = several || telling->report->zones.items[i].zone.node !=
					     telling->report->zones.items[0].zone.node;
	if (several)
		(void)snprintf(ret, TELLING_LABEL, "%s of node %u", zone->zone.name,
			       zone->zone.node);
	else
		(void)snprintf(ret, TELLING_LABEL, "%s", zone->zone.name);
	return ret;
}
