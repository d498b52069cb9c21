/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out_parts.h"

#include <time.h>

#include "base/privilege.h"
#include "render/out.h"

void out_place(struct out *out, const char *key, struct origin at, bool column)
{
	if (!at.source) {
		out_null(out, key);
		return;
	}
	out_object(out, key);
	out_string(out, "file", at.source->name);
	out_uint(out, "line", at.line);
	if (column)
		out_uint(out, "column", at.column);
	out_end_object(out);
}

void out_needs(struct out *out, unsigned needs)
{
	out_list(out, "needs");
	for (unsigned i = 0; i < PRIVILEGE_COUNT; i++) {
		if (needs & 1U << i)
			out_string(out, NULL, privilege_name(i));
	}
	out_end_list(out);
}

void out_diagnostics(struct out *out, const struct diags *diags)
{
	const struct diag *diag;

	out_list(out, "diagnostics");
	for (diag = diags ? diags->first : NULL; diag; diag = diag->next) {
		out_object(out, NULL);
		out_string(out, "severity", severity_word(diag->severity));
		out_string(out, "file", diag->at.source ? diag->at.source->name : NULL);
		out_uint(out, "line", diag->at.line);
		out_uint(out, "column", diag->at.column);
		out_string(out, "message", diag->message);
		out_end_object(out);
	}
	out_end_list(out);
}

void out_moment(struct out *out, const char *key, int64_t wall)
{
	time_t seconds = (time_t)wall;
	char text[64];
	struct tm tm;

	if (wall < 0 || !gmtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out_null(out, key);
	else
		out_string(out, key, text);
}

void out_told(struct out *out, const char *key, int64_t value)
{
	if (value < 0)
		out_null(out, key);
	else
		out_int(out, key, value);
}
