/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <stdarg.h>

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

static void append(struct diags *diags, enum severity severity, struct origin at,
		   const char *message)
{
	struct diag *diag = message ? arena_alloc(diags->arena, sizeof(*diag)) : NULL;

	if (!diag) {
		diags->lost = true;
		return;
	}
	*diag = (struct diag){ .severity = severity, .at = at, .message = message };
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
