/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a kernel log. Whatever is in it, and in whichever pieces it comes, the reports are
 * the same and in order, figures stay within what was told, sentences are whole, and the profile
 * made of it is valid.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "base/text.h"
#include "oom/reader.h"
#include "oom/suggest.h"
#include "oom/verdict.h"
#include "profile/draft.h"
#include "profile/profile.h"
#include "profile/ytree.h"

#define MEMORY	 ((size_t)64 * 1024 * 1024)
#define FINDINGS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one reading found: all of it in words, and the first of it as it is. */
struct reading {
	struct arena *arena;
	struct text text;
	struct oom_finding *findings;
	size_t len;
};

static void check(bool good)
{
	if (!good)
		abort();
}

/* It may begin with a name, and names with anything. */
static void check_sentence(const char *text)
{
	check(text && text[0] && !strchr(text, '\n'));
}

static bool ends_with_stop(const char *text)
{
	return text[strlen(text) - 1] == '.';
}

static void check_zone(const struct oom_report *report, const struct oom_zone *it)
{
	const struct zone *zone = &it->zone;

	check(memchr(zone->name, '\0', sizeof(zone->name)) && zone->name[0]);
	check(zone->free_kib >= -1 && zone->min_kib >= -1 && zone->low_kib >= -1 &&
	      zone->high_kib >= -1 && zone->managed_kib >= -1 && zone->present_kib >= -1);
	check(zone->cma_kib >= -1 && zone->boost_kib >= -1 && it->highatomic_kib >= -1);
	check(zone->orders <= ZONE_ORDERS && zone->classes <= ZONE_CLASSES);
	check(it->closed >> zone->orders == 0);
	check(it->all_unreclaimable >= -1 && it->all_unreclaimable <= 1);
	check(it->line == 0 ||
	      (it->line >= report->line && it->line <= report->last_line));
	for (unsigned i = 0; i < zone->classes; i++)
		check(zone->reserve_kib[i] >= 0);
}

static void check_sums(const struct oom_sums *sums)
{
	bool ended = false;

	check(sums->unkillable <= sums->processes && sums->most.count <= sums->processes);
	for (size_t i = 0; i < OOM_USERS; i++) {
		const struct oom_user *user = &sums->users[i];

		ended = ended || user->count == 0;
		check(ended == (user->count == 0) && user->count <= sums->processes);
		check(ended || user->name);
		check(ended || i == 0 || user->rss_kib <= sums->users[i - 1].rss_kib);
	}
}

static void check_report(const struct oom_report *report)
{
	struct oom_kill victim;

	check(report->line >= 1 && report->last_line >= report->line);
	check(report->order >= -1 || report->order == OOM_UNTOLD);
	check(report->constraint <= OOM_CONSTRAINT_MEMPOLICY);
	check(report->ending <= OOM_ENDING_NOTHING_TO_KILL);
	check(report->page_kib > 0 && (report->page_kib & (report->page_kib - 1)) == 0);
	check(report->gfp_mask >= -1 && report->trigger_pid >= -1);
	check(oom_report_victim(report, &victim) ? victim.pid >= 0 || victim.comm
						 : report->kills.len == 0);
	for (size_t i = 0; i < report->kills.len; i++) {
		const struct oom_kill *kill = &report->kills.items[i];

		check(kill->pid >= 0 && kill->uid >= -1 && kill->anon_rss_kib >= -1);
		check(kill->line >= report->line && kill->line <= report->last_line);
	}
	for (size_t i = 0; i < report->zones.len; i++)
		check_zone(report, &report->zones.items[i]);
	check_sums(&report->sums);
}

static bool is_below(const struct oom_zone *it, const char *name)
{
	char full[ZONE_NAME + 32];

	if (it->has_node)
		(void)snprintf(full, sizeof(full), "Node %u %s", it->zone.node,
			       it->zone.name);
	else
		(void)snprintf(full, sizeof(full), "%s", it->zone.name);
	return strcmp(full, name) == 0 && it->zone.free_kib < it->zone.min_kib;
}

static void check_below(const struct oom_report *report, const char *name)
{
	bool below = false;

	for (size_t i = 0; i < report->zones.len; i++)
		below = below || is_below(&report->zones.items[i], name);
	check(below);
}

static void check_verdict(const struct oom_report *report,
			  const struct oom_verdict *verdict)
{
	check(verdict->cause <= OOM_CAUSE_GLOBAL && oom_cause_word(verdict->cause)[0]);
	check(verdict->certainty <= OOM_GUESSED);
	check(verdict->facts_len <= OOM_FACTS_MOST &&
	      verdict->advice_len <= OOM_ADVICE_MOST);
	check(verdict->fragmented >= -1 && verdict->fragmented <= 1);
	check(verdict->highmem_free_kib >= -1 && verdict->hidden_free_kib >= -1);
	check(verdict->fragmented == -1 || report->zones.len > 0);
	check(verdict->watermarks ? report->zones.len > 0 : verdict->below_min_len == 0);
	check_sentence(verdict->headline);
	for (size_t i = 0; i < verdict->facts_len; i++)
		check_sentence(verdict->facts[i]);
	for (size_t i = 0; i < verdict->advice_len; i++) {
		check_sentence(verdict->advice[i].text);
		check(ends_with_stop(verdict->advice[i].text));
		check(verdict->advice[i].knob || !verdict->advice[i].value);
	}
	for (size_t i = 0; i < verdict->below_min_len; i++)
		check_below(report, verdict->below_min[i]);
}

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void describe_zones(struct text *text, const struct oom_zones *zones)
{
	for (size_t i = 0; i < zones->len; i++) {
		const struct oom_zone *it = &zones->items[i];

		text_addf(text, "\n %u %s %" PRId64 " %" PRId64 " %" PRIu64,
			  it->zone.node, it->zone.name, it->zone.free_kib,
			  it->zone.min_kib, it->line);
		for (unsigned o = 0; o < it->zone.orders; o++)
			text_addf(text, " %" PRIu64, it->zone.free_blocks[o]);
	}
}

static void describe(struct text *text, const struct oom_report *it)
{
	text_addf(text, "%" PRIu64 "-%" PRIu64 " %s %" PRId64 " %s %d %d %s %s", it->line,
		  it->last_line, or_none(it->trigger_comm), it->trigger_pid,
		  or_none(it->gfp_text), it->order, it->constraint,
		  or_none(it->memcg.path), or_none(it->kernel));
	text_addf(text, " %s %" PRId64 " %u %d %" PRId64, or_none(it->when), it->time,
		  it->page_kib, it->ending, it->chosen_pid);
	text_addf(text, " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRId64, it->totals.free,
		  it->totals.swap_free, it->sums.processes, it->sums.rss_kib);
	for (size_t i = 0; i < it->kills.len; i++)
		text_addf(text, "\n %" PRId64 " %s %" PRId64, it->kills.items[i].pid,
			  or_none(it->kills.items[i].comm),
			  it->kills.items[i].anon_rss_kib);
	describe_zones(text, &it->zones);
	text_addf(text, "\n");
}

static int found(void *data, const struct oom_report *report)
{
	struct reading *reading = data;
	struct oom_finding finding = { .report = *report };

	check_report(report);
	describe(&reading->text, report);
	if (oom_verdict(reading->arena, report, &finding.verdict) < 0)
		return -ENOMEM;
	check_verdict(report, &finding.verdict);
	if (reading->len < FINDINGS)
		reading->findings[reading->len++] = finding;
	return 0;
}

/* The next piece's size: what stands at the other end of the data decides. */
static size_t piece(const uint8_t *data, size_t size, size_t at)
{
	size_t wish = (size_t)data[size - 1 - at] * (data[at] % 3U + 1U) / 2 + 1;

	return wish < size - at ? wish : size - at;
}

static int read_all(struct reading *reading, const uint8_t *data, size_t size,
		    bool pieces)
{
	struct oom_reader_wish wish = { .keep_tasks = !pieces,
					.found = found,
					.data = reading };
	struct oom_reader *reader = oom_reader_new(reading->arena, &wish);
	int r;

	reading->text = text_in(reading->arena);
	reading->findings =
		arena_array(reading->arena, FINDINGS, sizeof(*reading->findings));
	if (!reader || !reading->findings)
		return -ENOMEM;
	r = oom_reader_begin(reader, "fuzz");
	for (size_t at = 0, n; r == 0 && at < size; at += n) {
		n = pieces ? piece(data, size, at) : size;
		r = oom_reader_feed(reader, (const char *)data + at, n);
	}
	return r < 0 ? r : oom_reader_end(reader);
}

/* What is suggested must be a profile. */
static void check_suggestion(const struct reading *reading)
{
	struct diags diags = diags_in(reading->arena);
	struct source source = { .name = "fuzz.yaml" };
	struct layer layer = { .name = NULL };
	const struct ynode *include;
	struct ynode *root = NULL;
	struct draft draft;
	int r = oom_suggest(reading->arena, reading->findings, reading->len, &draft);

	check(r == 0 || r == -ENOENT || r == -ENOMEM);
	if (r < 0 || draft_text(reading->arena, &draft, &source.text, &source.len) < 0)
		return;
	r = ytree_parse(reading->arena, &diags, &source, &root);
	if (r == 0)
		r = profile_decode(reading->arena, &diags, &source, root, &layer,
				   &include);
	check(r == 0 || r == -ENOMEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(arena_freep) struct arena *first = arena_new(MEMORY);
	cleanup(arena_freep) struct arena *second = arena_new(MEMORY);
	struct reading whole = { .arena = first }, pieces = { .arena = second };
	const char *a, *b;

	if (!first || !second)
		return 0;
	if (read_all(&whole, data, size, false) < 0 ||
	    read_all(&pieces, data, size, true) < 0)
		return 0;
	a = text_finish(&whole.text);
	b = text_finish(&pieces.text);
	check(!a || !b || strcmp(a, b) == 0);
	if (whole.len > 0)
		check_suggestion(&whole);
	return 0;
}
