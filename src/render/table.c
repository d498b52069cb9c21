/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/table.h"

#include <errno.h>

#include "base/arena.h"
#include "base/vec.h"
#include "render/table_fold.h"
#include "render/table_plain.h"
#include "render/table_smartcols.h"
#include "render/utf8.h"

int table_add(struct arena *arena, struct table *table, const char *text,
	      enum paint paint)
{
	const char *tame = utf8_tame(arena, text ? text : "");
	struct cell *cell = tame ? vec_push(arena, table) : NULL;

	if (!cell)
		return -ENOMEM;
	*cell = (struct cell){ .text = tame, .paint = paint };
	return 0;
}

int table_print(struct arena *arena, const struct table *table, const struct term *term)
{
	struct table_layout layout;
	int r = table_fold(arena, table, term->width, &layout);

	if (r < 0)
		return r;
	/* Files and pipes get the same bytes whether or not the host has the library. */
	r = term->width > 0 ? table_smartcols(&layout, term) : -ENOSYS;
	return r == -ENOSYS ? table_plain(arena, &layout, term) : r;
}
