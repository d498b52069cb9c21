/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Texts with a form of their own, each with its name, its check and the regular expression
 * that says the same to editors.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct format {
	const char *noun;    /* "a text", for "wanted ..." */
	const char *pattern; /* ECMA 262, as JSON Schema wants it */
	size_t most;	     /* characters; 0: as many as one likes */
	bool number;	     /* a plain number is such a text as well */
	/* NULL: @text is one. Else what is wrong, at the byte *@ret_at; "": it is just not
	 * one. Sentences that are made up are in @arena. */
	const char *(*fault)(struct arena *arena, const char *text, size_t *ret_at);
};

extern const struct format format_name, format_line, format_glob, format_account,
	format_regex, format_arch, format_kernel, format_memory, format_schedule,
	format_condition, format_duration;
