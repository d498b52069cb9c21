/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "oom/fields.h"
#include "oom/take.h"

int take_limit(struct taking *taking, struct span line)
{
	struct oom_memcg *memcg = &taking->report.memcg;
	struct span victim, limit;
	int r = 0;

	taking->report.is_memcg = true;
	if (!span_behind(line, "Task in ", &victim) ||
	    !span_behind(line, " as a result of limit", &limit))
		return 0;
	/* "of limit of /B", or the group's name in the next line (2.6.30) */
	if (span_behind(limit, " of ", &limit))
		r = take_keep(taking, span_trim(span_before(limit, "  ")), &memcg->path);
	return r == 0 ? take_keep(taking, span_before(victim, " killed as"),
				  &memcg->victim_path)
		      : r;
}

static void set(int64_t *at, struct span line, const char *words)
{
	struct span text;
	uint64_t kib;

	if (*at < 0 && span_behind(line, words, &text) && digits_take(&text, &kib))
		*at = kib < (uint64_t)FIELD_MOST ? (int64_t)kib : FIELD_MOST;
}

void take_usage(struct taking *taking, struct span line, uint64_t number)
{
	struct oom_memcg *memcg = &taking->report.memcg;

	taking->report.is_memcg = true;
	if (span_starts(line, "memory:")) {
		if (memcg->usage < 0)
			memcg->line = number;
		set(&memcg->usage, line, "usage ");
		set(&memcg->limit, line, "limit ");
	} else if (span_starts(line, "kmem:")) {
		set(&memcg->kmem_usage, line, "usage ");
		set(&memcg->kmem_limit, line, "limit ");
	} else {
		memcg->is_v1 = memcg->is_v1 || span_starts(line, "memory+swap:");
		if (memcg->swap_usage < 0)
			memcg->swap_line = number;
		set(&memcg->swap_usage, line, "usage ");
		set(&memcg->swap_limit, line, "limit ");
	}
}

/* Groups below have figures of their own, of which the limit's group is the sum: no more than it used. */
static void add_amount(const struct oom_memcg *memcg, int64_t *at, int64_t amount,
		       bool is_below)
{
	if (*at < 0)
		*at = amount;
	else if (is_below && memcg->usage >= 0 && *at <= memcg->usage - amount)
		*at += amount;
}

/* "cache:844KB rss:521136KB ... shmem:0KB" behind the name (up to 5.2) */
static void take_old_stats(struct oom_memcg *memcg, struct span text, bool is_below)
{
	struct field field;

	while (field_next(&text, &field)) {
		int64_t *at = NULL;

		if (span_is(field.name, "cache"))
			at = &memcg->file;
		else if (span_is(field.name, "rss"))
			at = &memcg->anon;
		else if (span_is(field.name, "shmem"))
			at = &memcg->shmem;
		else if (span_is(field.name, "dirty"))
			at = &memcg->dirty;
		if (at && field.kib)
			add_amount(memcg, at, field_amount(&field), is_below);
	}
}

static void take_stat(struct oom_memcg *memcg, struct span name, uint64_t bytes)
{
	int64_t *at = NULL;

	if (span_is(name, "anon"))
		at = &memcg->anon;
	else if (span_is(name, "file"))
		at = &memcg->file;
	else if (span_is(name, "shmem"))
		at = &memcg->shmem;
	else if (span_is(name, "kernel"))
		at = &memcg->kernel;
	else if (span_is(name, "file_dirty"))
		at = &memcg->dirty;
	if (at && *at < 0)
		*at = (int64_t)(bytes / 1024 < (uint64_t)FIELD_MOST
					? bytes / 1024
					: (uint64_t)FIELD_MOST);
}

void take_memcg_stat(struct taking *taking, struct span line)
{
	struct span name = { 0 }, word;
	uint64_t bytes;

	while (span_word(&line, &word)) {
		struct span number = word;

		if (name.len > 0 && digits_take(&number, &bytes) && number.len == 0)
			take_stat(&taking->report.memcg, name, bytes);
		name = word;
	}
}

int take_memcg_stats(struct taking *taking, struct span line)
{
	struct oom_memcg *memcg = &taking->report.memcg;
	struct span path, stats;
	size_t len = memcg->path ? strlen(memcg->path) : 0;

	taking->report.is_memcg = true;
	if (!span_behind(line, "stats for ", &path))
		return 0;
	take_old_stats(memcg, path,
		       memcg->path && span_starts(path, memcg->path) && path.len > len &&
			       path.at[len] == '/');
	/* The lines of memory.stat are one message (5.3 and later). */
	if (span_behind(path, ": ", &stats))
		take_memcg_stat(taking, stats);
	return take_keep(taking, span_trim(span_before(path, ":")), &memcg->path);
}
