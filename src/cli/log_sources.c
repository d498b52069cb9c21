/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/log_sources.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/diagnosing.h"
#include "sys/kmsg.h"
#include "sys/rotated.h"

/* In this order; of each what was rotated out of it, too. The journal comes last: reading all of it
 * takes longest. */
static const char *const usual[] = { "var/log/messages", "var/log/kern.log",
				     "var/log/syslog" };

#define USUAL	    (sizeof(usual) / sizeof(*usual))
#define NAMES_SHOWN 5 /* of a long command line */

enum status log_sources_check(const struct diagnosing *diagnosing)
{
	struct context *context = diagnosing->context;
	int kinds = (context->operands_len > 0) + given(context, OPTION_DMESG) +
		    given(context, OPTION_JOURNAL);

	if (kinds <= 1)
		return STATUS_OK;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "files, --dmesg and --journal exclude each other");
	return STATUS_USAGE;
}

static void add_place(struct text *places, const char *place)
{
	text_addf(places, "%s%s", places->len > 0 ? ", " : "", place);
}

static int read_named(struct diagnosing *diagnosing, struct text *places)
{
	const struct context *context = diagnosing->context;
	size_t len = context->operands_len;
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++) {
		const char *name = context->operands[i];

		if (i < NAMES_SHOWN)
			add_place(places, log_spoken(name));
		r = log_feed_named(&diagnosing->feed, name);
	}
	if (len > NAMES_SHOWN)
		text_addf(places, " and %zu more", len - NAMES_SHOWN);
	return r;
}

/* A log of the host and its companions. */
static int read_family(struct diagnosing *diagnosing, const char *path,
		       struct text *places)
{
	struct context *context = diagnosing->context;
	const char *const *paths;
	size_t len;
	int r = rotated_list(&context->root, context->arena, path, &paths, &len);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		diagnosing->feed.failed = true;
		(void)diag_error(&context->diags, NOWHERE, -r, "cannot look for /%s: %s",
				 path, strerror(-r));
		return 0;
	}
	text_addf(places, "%s/%s (", places->len > 0 ? ", " : "", path);
	if (len == 0)
		text_addf(places, "not there)");
	else
		text_addf(places, "%zu file%s)", len, len == 1 ? "" : "s");
	for (size_t i = 0; r == 0 && i < len; i++)
		r = log_feed_file(&diagnosing->feed, paths[i]);
	return r;
}

static int read_usual(struct diagnosing *diagnosing, struct text *places)
{
	bool there = false;
	int r = 0;

	for (size_t i = 0; i < USUAL && r == 0; i++) {
		r = read_family(diagnosing, usual[i], places);
		if (r == 0 && diagnosing->findings.len > 0)
			return 0;
	}
	if (r == 0)
		r = log_feed_journal(&diagnosing->feed, diagnosing->since, false, &there);
	add_place(places, there ? "the journal" : "the journal (not there)");
	return r;
}

static int read_all(struct diagnosing *diagnosing, struct text *places)
{
	const struct context *context = diagnosing->context;
	bool there;

	if (context->operands_len > 0)
		return read_named(diagnosing, places);
	if (given(context, OPTION_DMESG)) {
		add_place(places, "/" KMSG_PATH);
		return log_feed_kmsg(&diagnosing->feed);
	}
	if (!given(context, OPTION_JOURNAL))
		return read_usual(diagnosing, places);
	add_place(places, "the journal");
	return log_feed_journal(&diagnosing->feed, diagnosing->since, true, &there);
}

int log_sources_read(struct diagnosing *diagnosing, const char **ret_places)
{
	struct text places = text_in(diagnosing->context->arena);
	int r = read_all(diagnosing, &places);

	*ret_places = text_finish(&places);
	return r < 0 || *ret_places ? r : -ENOMEM;
}
