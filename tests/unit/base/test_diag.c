/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static void test_sort(struct arena *arena)
{
	static const char wanted[] = "acbxdey";
	const struct source one = { .name = "one" }, two = { .name = "two" };
	const struct {
		const struct source *source;
		unsigned line, column;
		const char *message;
	} rows[] = {
		{ &one, 3, 7, "b" }, { &one, 1, 1, "a" }, { NULL, 0, 0, "x" },
		{ &two, 1, 9, "e" }, { &one, 3, 2, "c" }, { &two, 1, 1, "d" },
		{ NULL, 0, 0, "y" },
	};
	struct diags diags = diags_in(arena);
	const struct diag *diag;
	size_t i = 0;

	diags_sort(&diags);
	ok(!diags.first, "nothing to sort");
	for (size_t j = 0; j < sizeof(rows) / sizeof(*rows); j++)
		diag_note(&diags,
			  (struct origin){ rows[j].source, rows[j].line, rows[j].column },
			  "%s", rows[j].message);
	diags_sort(&diags);
	for (diag = diags.first; diag; diag = diag->next)
		ok(diag->message[0] == wanted[i++], "sorted: %s", diag->message);
	is_int((long long)i, 7, "none is lost");
	is_str(diags.last->message, "y", "the last is known");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	cleanup(arena_freep) struct arena *full = arena_new(0);
	const struct source source = { .name = "p.yaml", .text = "a: 1\n", .len = 5 };
	const struct origin at = { .source = &source, .line = 1, .column = 4 };
	struct diags diags = diags_in(arena), lost = diags_in(full);

	is_int(diag_error(&diags, at, ERANGE, "%d is outside %d..%d", 5, 0, 3), -ERANGE,
	       "failing is one statement");
	diag_warning(&diags, NOWHERE, "careful");
	diag_note(&diags, NOWHERE, "by the way");
	is_int((long long)diags.errors, 1, "errors are counted");
	is_int((long long)diags.warnings, 1, "warnings, too");
	is_str(diags.first->message, "5 is outside 0..3", "in order: the first");
	is_int(diags.first->at.column, 4, "with its place");
	is_str(diags.first->next->message, "careful", "the second");
	is_str(severity_word(diags.last->severity), "note", "the last");
	ok(!diags.lost, "none is lost");
	is_int(diag_error(&lost, at, EINVAL, "x"), -EINVAL,
	       "without memory it still fails");
	ok(lost.lost && lost.errors == 1 && !lost.first,
	   "is counted, and known to be lost");
	test_sort(arena);
	return done();
}
