/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* From a settled candidate to an item of the plan: compared, judged, with its way back.
 */

struct arena;
struct candidate;
struct plan_item;
struct value_facts;
struct host;
struct knob;
struct live;

/* What one item needs to know besides its candidate. */
struct item_context {
	struct arena *arena;
	const struct host *host;
	const struct value_facts *facts;
	/* What the file at @path holds, if it was read; NULL otherwise. */
	const struct live *(*look_up)(const struct item_context *context,
				      const char *path);
	const void *data;
};

/* 0 or -ENOMEM. */
int item_from_candidate(const struct item_context *context,
			const struct candidate *candidate, struct plan_item *ret)
	__attribute__((warn_unused_result));

/* What it takes to write a setting (its kind, key and knob), as enum privilege bits: by the catalogue,
 * or by the folder that the key is in. */
unsigned item_needs(const struct plan_item *item);

/* Why the file of @knob (NULL: not in the catalogue) is not on @host, as far as the catalogue
 * knows. NULL: out of memory. */
const char *item_why_absent(struct arena *arena, const struct knob *knob,
			    const struct host *host);
