/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_drop.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "state/memory.h"
#include "tap.h"

/* 96 MiB of cache went to the CPUs' own lists first, as on Linux 6.18. */
static struct zone zones[][2] = {
	{ { .name = "DMA", .free_kib = 15000, .free_blocks = { 1 }, .orders = 1 },
	  { .name = "Normal", .free_kib = 400000, .percpu_kib = 60000, .orders = 1 } },
	{ { .name = "DMA", .free_kib = 15000, .free_blocks = { 1 }, .orders = 1 },
	  { .name = "Normal", .free_kib = 400000, .percpu_kib = 158304, .orders = 1 } },
};

static struct memory picture(struct zone *of, int64_t cached)
{
	return (struct memory){
		.info = { .total = 900000,
			  .free = 415000,
			  .low_free = -1,
			  .cached = cached,
			  .buffers = -1,
			  .slab_reclaimable = -1,
			  .slab = -1,
			  .dirty = -1,
			  .writeback = -1 },
		.zones = of,
		.zones_len = 2,
		.page_size = 4096,
	};
}

/* The text of it is the caller's to free. */
static char *shown(struct arena *arena, bool json)
{
	const struct memory before = picture(zones[0], 198304),
			    after = picture(zones[1], 100000);
	const struct drop_request request = { .sync = true };
	const struct drop_outcome outcome = { .took_ms = { 3, 40, -1 } };
	const struct diags diags = { 0 };
	const struct drop_view view = {
		.arena = arena,
		.request = &request,
		.before = &before,
		.after = &after,
		.outcome = &outcome,
		.diags = &diags,
	};
	char *text = NULL;
	size_t len = 0;
	struct term term = { .file = open_memstream(&text, &len), .width = 80 };

	is_int(view_drop(&view, &term, json), 0, json ? "JSON" : "text");
	(void)fclose(term.file);
	return text;
}

static void has(const char *text, const char *part)
{
	ok(strstr(text, part) != NULL, "has: %s", part);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
	char *text = shown(arena, false);

	has(text, "freed 96 MiB");
	has(text, "lists of the CPUs");
	free(text);
	text = shown(arena, true);
	has(text, "\"freed_kib\":98304");
	has(text, "\"free_kib\":415000,\"percpu_kib\":158304");
	has(text, "\"before_kib\":460000,\"after_kib\":558304,\"freed_kib\":98304");
	free(text);
	return done();
}
