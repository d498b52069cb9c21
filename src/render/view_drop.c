/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_drop.h"

#include <stddef.h>
#include <string.h>

#include "base/enumtab.h"
#include "profile/shape.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "state/memory.h"

const struct zone *view_drop_zone(const struct memory *memory, const struct zone *zone)
{
	for (size_t i = 0; i < memory->zones_len; i++) {
		const struct zone *other = &memory->zones[i];

		if (other->node == zone->node && strcmp(other->name, zone->name) == 0)
			return other;
	}
	return NULL;
}

int64_t view_drop_free(const struct zone *zone)
{
	return zone->free_kib + zone->percpu_kib;
}

static void out_memory(struct out *out, const char *key, const struct memory *memory)
{
	const struct meminfo *info = &memory->info;

	out_object(out, key);
	out_told(out, "free_kib", info->free);
	out_int(out, "percpu_kib", memory_free(memory) - info->free);
	out_told(out, "low_free_kib", memory_low_free(memory));
	out_told(out, "available_kib", info->available);
	out_told(out, "cached_kib", info->cached);
	out_told(out, "buffers_kib", info->buffers);
	out_told(out, "slab_reclaimable_kib", info->slab_reclaimable);
	out_told(out, "slab_kib", info->slab);
	out_told(out, "dirty_kib", info->dirty);
	out_told(out, "writeback_kib", info->writeback);
	out_end_object(out);
}

static void out_blocks(struct out *out, const char *key, const struct zone *zone)
{
	out_list(out, key);
	for (unsigned i = 0; i < zone->orders; i++)
		out_uint(out, NULL, zone->free_blocks[i]);
	out_end_list(out);
}

static void out_zones(struct out *out, const struct drop_view *view)
{
	out_list(out, "zones");
	for (size_t i = 0; i < view->after->zones_len; i++) {
		const struct zone *after = &view->after->zones[i];
		const struct zone *before = view_drop_zone(view->before, after);

		if (!before || before->free_kib < 0 || after->free_kib < 0)
			continue;
		out_object(out, NULL);
		out_uint(out, "node", after->node);
		out_string(out, "zone", after->name);
		out_int(out, "before_kib", view_drop_free(before));
		out_int(out, "after_kib", view_drop_free(after));
		out_int(out, "freed_kib", view_drop_free(after) - view_drop_free(before));
		out_blocks(out, "blocks_before", before);
		out_blocks(out, "blocks_after", after);
		out_end_object(out);
	}
	out_end_list(out);
}

static void out_outcome(struct out *out, const struct drop_outcome *outcome)
{
	out_told(out, "sync_ms", outcome->took_ms[DROP_STEP_SYNC]);
	out_told(out, "drop_ms", outcome->took_ms[DROP_STEP_DROP]);
	out_told(out, "compact_ms", outcome->took_ms[DROP_STEP_COMPACT]);
}

static int view_json(const struct drop_view *view, const struct term *term)
{
	const struct drop_outcome *outcome = view->outcome;
	struct out out = out_to(term->file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "drop-caches");
	out_bool(&out, "changed",
		 outcome && outcome->took_ms[DROP_STEP_DROP] >= 0 &&
			 (outcome->error == 0 || outcome->failed != DROP_STEP_DROP));
	out_string(&out, "mode", enumtab_word(shape_modes, (int)view->request->mode));
	out_string(&out, "skipped", view->skipped);
	if (outcome)
		out_outcome(&out, outcome);
	if (view->before && view->after) {
		out_int(&out, "freed_kib",
			memory_free(view->after) - memory_free(view->before));
		out_memory(&out, "before", view->before);
		out_memory(&out, "after", view->after);
		out_zones(&out, view);
	}
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}

int view_drop(const struct drop_view *view, const struct term *term, bool json)
{
	return json ? view_json(view, term) : view_drop_text(view, term);
}
