/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <stdarg.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/enumtab.h"

static const struct enumtab severities[] = {
	{ "error", SEVERITY_ERROR },
	{ "warning", SEVERITY_WARNING },
	{ "note", SEVERITY_NOTE },
	{ NULL, 0 },
};

const char *severity_word(enum severity severity)
{
	return enumtab_word(severities, (int)severity);
}

struct diags diags_in(struct arena *arena)
{
	return (struct diags){ .arena = arena };
}

/* What has no source keeps its place; what has one joins the others of that source. */
static size_t rank_of(const struct diags *diags, const struct source *source)
{
	const struct diag *last = diags->last;

	if (last && source && last->at.source == source)
		return last->rank;
	for (const struct diag *diag = diags->first; diag && source; diag = diag->next) {
		if (diag->at.source == source)
			return diag->rank;
	}
	return diags->count;
}

static void append(struct diags *diags, enum severity severity, struct origin at,
		   const char *message)
{
	struct diag *diag = message ? arena_alloc(diags->arena, sizeof(*diag)) : NULL;

	if (!diag) {
		diags->lost = true;
		return;
	}
	*diag = (struct diag){
		.severity = severity,
		.at = at,
		.message = message,
		.rank = rank_of(diags, at.source),
	};
	diags->count++;
	if (diags->last)
		diags->last->next = diag;
	else
		diags->first = diag;
	diags->last = diag;
}

int diag_error(struct diags *diags, struct origin at, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(diags, SEVERITY_ERROR, at, arena_vprintf(diags->arena, format, args));
	va_end(args);
	diags->errors++;
	return -err;
}

void diag_warning(struct diags *diags, struct origin at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(diags, SEVERITY_WARNING, at, arena_vprintf(diags->arena, format, args));
	va_end(args);
	diags->warnings++;
}

void diag_note(struct diags *diags, struct origin at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(diags, SEVERITY_NOTE, at, arena_vprintf(diags->arena, format, args));
	va_end(args);
}

static bool belongs_before(const struct diag *a, const struct diag *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line;
	return a->at.column < b->at.column;
}

static struct diag *merge(struct diag *a, struct diag *b)
{
	struct diag *first = NULL, **end = &first;

	while (a && b) {
		/* Of equals the earlier one comes first. */
		struct diag **from = belongs_before(b, a) ? &b : &a;

		*end = *from;
		end = &(*end)->next;
		*from = *end;
	}
	*end = a ? a : b;
	return first;
}

static struct diag *sort(struct diag *list, size_t len)
{
	struct diag *half = list, *tail;

	if (len < 2)
		return list;
	for (size_t i = 1; i < len / 2; i++)
		half = half->next;
	tail = half->next;
	half->next = NULL;
	return merge(sort(list, len / 2), sort(tail, len - len / 2));
}

void diags_sort(struct diags *diags)
{
	diags->first = sort(diags->first, diags->count);
	for (struct diag *diag = diags->first; diag; diag = diag->next)
		diags->last = diag;
}
