/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/watching.h"
#include "sys/atomicfile.h"

/* What the latency takes at most, behind the schedules: its pairs have up to 20 digits each. */
#define REST ((size_t)TALLY_BUCKETS * 44 + 256)

/* Appended to a document that is cut where it has no more room. */
struct page {
	char *text;
	size_t size, len;
};

__attribute__((format(printf, 2, 3))) static void add(struct page *page,
						      const char *format, ...)
{
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(page->text + page->len, page->size - page->len, format, args);
	va_end(args);
	if (more > 0)
		page->len += (size_t)more < page->size - page->len
				     ? (size_t)more
				     : page->size - page->len - 1;
}

/* What is in a profile's words, as a JSON string: they are plain but for tabs. */
static void add_words(struct page *page, const char *words)
{
	add(page, "\"");
	for (; *words; words++) {
		bool plain = *words >= ' ' && *words != '"' && *words != '\\';

		add(page, "%c", plain ? *words : ' ');
	}
	add(page, "\"");
}

/* How many took how long: pairs of microseconds and counts. */
static void add_histogram(struct page *page, const struct tally *tally)
{
	const char *comma = "";
	size_t at = 0;
	uint64_t us, count;

	add(page, "\"histogram\":[");
	for (; (count = tally_next(tally, &at, &us)) > 0; comma = ",")
		add(page, "%s[%llu,%llu]", comma, (unsigned long long)us,
		    (unsigned long long)count);
	add(page, "]");
}

static void add_latency(struct page *page, const struct tally *tally)
{
	add(page, "\"latency_us\":{\"p50\":%llu,\"p90\":%llu,\"p99\":%llu,\"max\":%llu,",
	    (unsigned long long)tally_quantile_us(tally, 50),
	    (unsigned long long)tally_quantile_us(tally, 90),
	    (unsigned long long)tally_quantile_us(tally, 99),
	    (unsigned long long)tally_quantile_us(tally, 100));
	add_histogram(page, tally);
	add(page, "}");
}

static void add_last(struct page *page, const struct watch_drops_last *last)
{
	if (last->wall == 0)
		return;
	add(page, ",\"last\":%lld", (long long)last->wall);
	if (last->skipped[0]) {
		add(page, ",\"skipped\":");
		add_words(page, last->skipped);
	} else if (last->failed) {
		add(page, ",\"failed\":true");
	} else {
		add(page, ",\"freed_kib\":%lld,\"took_ms\":%lld",
		    (long long)last->freed_kib, (long long)last->took_ms);
	}
}

/* Up to the first one that there is no room for. */
static void add_schedules(struct page *page, const struct watch_drops *drops)
{
	size_t len = drops->agenda.len < WATCH_DROPS_LASTS ? drops->agenda.len
							   : WATCH_DROPS_LASTS;

	add(page, "\"schedules\":[");
	for (size_t i = 0; i < len; i++) {
		const struct agenda_entry *entry = &drops->agenda.items[i];
		size_t before = page->len;

		add(page, "%s{\"profile\":", i > 0 ? "," : "");
		add_words(page, entry->profile);
		add(page, ",\"key\":");
		add_words(page, entry->text);
		add(page, ",\"next\":%lld", (long long)entry->due);
		add_last(page, &drops->lasts[i]);
		add(page, "}");
		if (page->size - page->len < REST) {
			page->len = before;
			break;
		}
	}
	add(page, "]");
}

const char *watching_document(const struct watching *watching, char *text, size_t size)
{
	const struct tally *tally = &watching->watch.keeper.tally;
	struct page page = { .size = size };

	page.text = text;
	add(&page,
	    "{\"schema\":\"lowmemctl/1\",\"command\":\"watch\",\"pid\":%ld,"
	    "\"mode\":\"%s\",\"rules\":%zu,\"processes\":%zu,\"events\":%llu,"
	    "\"changed\":%llu,\"denied\":%llu,\"drifted\":%llu,\"unknown\":%llu,"
	    "\"lost\":%llu,\"passes\":%llu,\"rescans\":%llu,",
	    (long)getpid(), watching->mode, watching->rules.job.judging.rules.len,
	    watching->watch.seen, (unsigned long long)tally->events,
	    (unsigned long long)tally->changed, (unsigned long long)tally->denied,
	    (unsigned long long)tally->drifted, (unsigned long long)tally->unknown,
	    (unsigned long long)tally->lost, (unsigned long long)tally->scans,
	    (unsigned long long)tally->rescans);
	add_schedules(&page, &watching->drops);
	add(&page, ",");
	add_latency(&page, tally);
	add(&page, "}\n");
	return text;
}

void watching_tell(struct watching *watching, bool log)
{
	const struct tally *tally = &watching->watch.keeper.tally;
	char line[256], text[WATCHING_DOCUMENT];

	(void)snprintf(
		line, sizeof(line),
		"%s: %zu rules, %zu schedules, %zu processes, %llu changed, %llu denied, "
		"%llu lost, %llu passes; p50 %llu us, p99 %llu us",
		watching->mode, watching->rules.job.judging.rules.len,
		watching->drops.agenda.len, watching->watch.seen,
		(unsigned long long)tally->changed, (unsigned long long)tally->denied,
		(unsigned long long)tally->lost, (unsigned long long)tally->scans,
		(unsigned long long)tally_quantile_us(tally, 50),
		(unsigned long long)tally_quantile_us(tally, 99));
	(void)notify_tell(&watching->notify, NOTIFY_STATUS, line);
	if (log)
		logger_say(&watching->logger, LOG_INFO, NULL, 0, "%s", line);
	if (given(watching->context, OPTION_USER))
		return;
	(void)watching_document(watching, text, sizeof(text));
	watching_note_unless(watching,
			     atomicfile_replace(&watching->context->root,
						WATCHING_STATE_PATH, text, strlen(text)),
			     "/" WATCHING_STATE_PATH " cannot be written");
}
