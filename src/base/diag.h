/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Diagnostics: what was wrong, where, in words for people.
 *
 * Functions return a negative errno for the machine and append the reason
 * here; several faults are gathered in one run, and only cli/ prints them.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A text that things were read from. Lives as long as whatever points into it. */
struct source {
	const char *name; /* as the user wrote it: "p.yaml", "-" */
	const char *text;
	size_t len;
};

/* A place in a source. Lines and columns (of characters, not bytes) count from 1; 0 is
 * "the whole". */
struct origin {
	const struct source *source; /* NULL: nowhere in particular */
	unsigned line, column;
};

#define NOWHERE ((struct origin){ 0 })

enum severity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_NOTE,
};

struct diag {
	struct diag *next;
	enum severity severity;
	struct origin at;
	const char *message; /* one sentence, no newline, no full stop needed */
	size_t rank;	     /* of its source, in the order in which sources came up */
};

struct diags {
	struct arena *arena;
	struct diag *first, *last;
	size_t count, errors, warnings;
	bool lost; /* some could not be kept: the arena was full */
};

struct diags diags_in(struct arena *arena);

/* Appends an error and returns -@err, so that failing is one statement. */
int diag_error(struct diags *diags, struct origin at, int err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_warning(struct diags *diags, struct origin at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diag_note(struct diags *diags, struct origin at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts those of one source into the order of its lines; otherwise they stay as they came. */
void diags_sort(struct diags *diags);

const char *severity_word(enum severity severity);
