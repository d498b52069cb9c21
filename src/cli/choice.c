/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/choice.h"

#include <errno.h>

#include "base/arena.h"
#include "base/near.h"

/* "watch, systemd or cron"; NULL: no memory. */
static const char *list_of(struct arena *arena, const struct enumtab *words)
{
	const char *list = words->word;

	for (words++; list && words->word; words++)
		list = arena_printf(arena, "%s%s%s", list, words[1].word ? ", " : " or ",
				    words->word);
	return list;
}

enum status choice_read(struct context *context, enum option_id id, const char *name,
			const struct enumtab *words, int *ret)
{
	const char *text = context->option[id], *list;
	struct near near;

	if (!text || enumtab_value(words, span_of(text), ret) == 0)
		return STATUS_OK;
	near = near_to(text);
	for (const struct enumtab *row = words; row->word; row++)
		near_try(&near, row->word);
	list = list_of(context->arena, words);
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--%s takes %s, not '%s'%s%s%s", name, list ? list : "?", text,
			 near.best ? ": did you mean '" : "", near.best ? near.best : "",
			 near.best ? "'?" : "");
	return STATUS_USAGE;
}
