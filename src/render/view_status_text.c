/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdarg.h>

#include "base/kib.h"
#include "render/prose.h"
#include "render/view_status.h"
#include "state/headroom.h"
#include "state/memory.h"
#include "state/strain.h"

#define LINE 512

static const char *word_of(enum strain_level level)
{
	switch (level) {
	case STRAIN_NONE:
		break;
	case STRAIN_NOTE:
		return "note: ";
	case STRAIN_WARNING:
		return "warning: ";
	case STRAIN_ALARM:
		return "ALARM: ";
	}
	return "";
}

static enum paint paint_of(enum strain_level level)
{
	switch (level) {
	case STRAIN_NONE:
		return PAINT_GOOD;
	case STRAIN_NOTE:
		break;
	case STRAIN_WARNING:
		return PAINT_CHANGE;
	case STRAIN_ALARM:
		return PAINT_BAD;
	}
	return PAINT_BOLD;
}

static void put_strain(const struct term *term, enum strain_level level, const char *text)
{
	struct prose prose = prose_on(term, 2);

	prose_add(&prose, paint_of(level), word_of(level));
	prose_add(&prose, level == STRAIN_ALARM ? PAINT_BAD : PAINT_NONE, text);
	prose_end(&prose);
}

void view_status_strains(const struct status_view *view, const struct term *term)
{
	for (size_t i = 0; i < view->strains_len; i++)
		put_strain(term, view->strains[i].level, view->strains[i].text);
	if (view->strains_len == 0 && !view->brief)
		put_strain(term, STRAIN_NONE, "Nothing is short.");
}

/* A line of several parts, of which some are not told. */
struct line {
	const struct term *term;
	char text[LINE];
	size_t len, parts;
};

static struct line line_with(const struct term *term, const char *label)
{
	struct line line = { .term = term };

	line.len = (size_t)snprintf(line.text, LINE, "%-*s", STATUS_INDENT, label);
	return line;
}

__attribute__((format(printf, 2, 3))) static void add(struct line *line,
						      const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line->text + line->len, LINE - line->len, format, args);
	va_end(args);
	line->len += len > 0 ? (size_t)len : 0;
	if (line->len >= LINE)
		line->len = LINE - 1;
}

/* ", dirty 4K" */
static void add_part(struct line *line, const char *name, int64_t kib)
{
	char text[KIB_TEXT];

	if (kib >= 0)
		add(line, "%s%s %s", line->parts++ > 0 ? ", " : "", name,
		    kib_short((uint64_t)kib, text));
}

static void put(const struct line *line)
{
	prose_sentence(line->term, STATUS_INDENT, "", line->text);
}

static void put_parts(const struct line *line)
{
	if (line->parts > 0)
		put(line);
}

static void add_percent(struct line *line, int64_t free, int64_t total)
{
	int percent = total > 0 ? (int)((double)free * 100 / (double)total) : 0;

	if (total <= 0 || free < 0 || free > total)
		add(line, " %5s", "");
	else if (percent == 0 && free > 0)
		add(line, " %5s", "<1%");
	else
		add(line, " %4d%%", percent);
}

static void add_share(struct line *line, int64_t free, int64_t total)
{
	char first[KIB_TEXT], second[KIB_TEXT];

	add(line, "%6s %6s", kib_told(total, first), kib_told(free, second));
	add_percent(line, free, total);
}

static void put_all(const struct memory *memory, const struct term *term)
{
	const struct meminfo *info = &memory->info;
	struct line line = line_with(term, "Memory");
	char text[KIB_TEXT];
	bool estimated;
	int64_t available = headroom_available(memory, &estimated);

	add_share(&line, info->free, info->total);
	add(&line, "  %s%s available%s", estimated ? "about " : "",
	    kib_told(available, text),
	    info->high_total > 0 ? ", low and high as one" : "");
	put(&line);
}

static void put_low_and_high(const struct memory *memory, const struct term *term)
{
	const struct meminfo *info = &memory->info;
	struct line low = line_with(term, "Low memory");
	struct line high = line_with(term, "High memory");

	add_share(&low, memory_low_free(memory), memory_low_total(memory));
	add(&low, info->high_total > 0 ? "  where the kernel's own data has to be"
				       : "  all memory is low memory (no HighMem)");
	put(&low);
	if (info->high_total <= 0)
		return;
	add_share(&high, info->high_free, info->high_total);
	put(&high);
}

static void put_swap(const struct memory *memory, const struct term *term, bool verbose)
{
	const struct meminfo *info = &memory->info;
	struct line line = line_with(term, "Swap");
	char text[KIB_TEXT];

	if (info->swap_total == 0)
		add(&line, "%6s", "none");
	else
		add_share(&line, info->swap_free, info->swap_total);
	if (verbose && info->swap_total > 0 && info->swap_cached >= 0)
		add(&line, "  %s in memory as well", kib_told(info->swap_cached, text));
	put(&line);
}

/* Buffers are the page cache of block devices. */
static void put_caches(const struct meminfo *info, const struct term *term, bool verbose)
{
	int64_t buffers = info->buffers > 0 ? info->buffers : 0;
	struct line line = line_with(term, "Caches");
	char text[KIB_TEXT];

	if (info->cached >= 0)
		add_part(&line, "page cache", info->cached + buffers);
	if (info->cached >= 0 && info->shmem >= 0)
		add(&line, " (tmpfs %s)", kib_told(info->shmem, text));
	if (verbose)
		add_part(&line, "buffers", info->buffers);
	add_part(&line, "reclaimable slab", info->slab_reclaimable);
	add_part(&line, "dirty", info->dirty);
	if (verbose)
		add_part(&line, "writeback", info->writeback);
	put_parts(&line);
}

static void put_kernel(const struct meminfo *info, const struct term *term)
{
	struct line line = line_with(term, "Kernel");

	if (info->slab_unreclaimable >= 0)
		add_part(&line, "unreclaimable slab", info->slab_unreclaimable);
	else
		add_part(&line, "slab", info->slab);
	add_part(&line, "page tables", info->page_tables);
	add_part(&line, "stacks", info->kernel_stack);
	put_parts(&line);
}

static void put_processes(const struct meminfo *info, const struct term *term)
{
	struct line line = line_with(term, "Processes");
	struct line promised = line_with(term, "Promised");

	add_part(&line, "anonymous", info->anon);
	add_part(&line, "mapped", info->mapped);
	add_part(&line, "unevictable", info->unevictable);
	put_parts(&line);
	add_part(&promised, "committed", info->committed);
	add_part(&promised, "limit", info->commit_limit);
	put_parts(&promised);
}

static void put_huge(const struct meminfo *info, const struct term *term)
{
	struct line line = line_with(term, "Huge pages");
	char text[KIB_TEXT];

	if (info->huge_total < 0)
		return;
	add(&line, "%" PRId64 ", %" PRId64 " of them free, %s each", info->huge_total,
	    info->huge_free, kib_told(info->huge_size, text));
	put(&line);
}

static void add_averages(struct line *line, const char *name, const unsigned averages[3])
{
	add(line, "%s", name);
	for (unsigned i = 0; i < 3; i++)
		add(line, " %u.%02u", averages[i] / 100, averages[i] % 100);
}

static void put_pressure(const struct pressure *pressure, const struct term *term)
{
	const unsigned some[] = { pressure->some_avg10, pressure->some_avg60,
				  pressure->some_avg300 };
	const unsigned full[] = { pressure->full_avg10, pressure->full_avg60,
				  pressure->full_avg300 };
	struct line line = line_with(term, "Pressure");

	if (pressure->known) {
		add_averages(&line, "some", some);
		add_averages(&line, ", full", full);
		add(&line, " %% (10 s, 1 min, 5 min)");
	} else {
		add(&line, "not measured by this kernel (no /proc/pressure/memory)");
	}
	put(&line);
}

static void put_kills(const struct memory *memory, const struct term *term)
{
	struct line line = line_with(term, "OOM kills");

	if (memory->oom_kills < 0)
		add(&line, "not counted by this kernel");
	else
		add(&line, "%" PRId64 " since boot", memory->oom_kills);
	put(&line);
}

void view_status_totals(const struct status_view *view, const struct term *term)
{
	const struct memory *memory = view->memory;
	struct line title = line_with(term, "");

	add(&title, "%6s %6s", "TOTAL", "FREE");
	put(&title);
	put_all(memory, term);
	put_low_and_high(memory, term);
	put_swap(memory, term, view->verbose);
	put_caches(&memory->info, term, view->verbose);
	put_kernel(&memory->info, term);
	if (view->verbose) {
		put_processes(&memory->info, term);
		put_huge(&memory->info, term);
	}
	put_pressure(&memory->pressure, term);
	put_kills(memory, term);
}
