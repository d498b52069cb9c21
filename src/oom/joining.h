/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From the lines of a log to the kernel's.
 *
 * Mail programs and terminals wrap lines, rsyslog and /dev/kmsg put several into one, and some are
 * glued together. What has no time of its own and begins no message continues the line before.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "oom/fields.h"
#include "oom/logprefix.h"
#include "oom/printable.h"
#include "oom/shape.h"

#define JOINED_MOST   2048 /* no line of the kernel's is longer, but for a cgroup's path */
#define JOINED_BREAKS 24
#define JOINED_WHEN   48

/* One line of the kernel's. */
struct logical {
	struct shape shape;
	struct span text; /* parts joined by a blank */
	struct span
		tight; /* joined by nothing, as some break lines anywhere; text where it is whole */
	size_t prefix_len; /* of text */
	struct span when;
	uint32_t caller;
	bool counted;	 /* of a list that is sorted, not in order of time */
	uint64_t number; /* its first line in the log */
};

/* What stands between the prefix and the message. */
static inline struct span logical_before(const struct logical *logical)
{
	return span_trim((struct span){ logical->text.at + logical->prefix_len,
					logical->shape.at - logical->prefix_len });
}

/* From the message's first word on. */
static inline struct span logical_message(const struct logical *logical)
{
	return span_from(logical->text, logical->shape.at);
}

/* Was it put together from several lines? */
static inline bool logical_is_broken(const struct logical *logical)
{
	return logical->tight.at != logical->text.at;
}

/* The message, joined by nothing; `text` where that makes no difference. */
static inline struct span logical_tight(const struct logical *logical)
{
	size_t at = logical->shape.at < logical->tight.len ? logical->shape.at
							   : logical->tight.len;

	return logical_is_broken(logical) ? span_from(logical->tight, at)
					  : logical_message(logical);
}

struct joining {
	/* Called for each. 0 or a negative errno, which joining_line() returns. */
	int (*take)(void *data, const struct logical *logical);
	void *data;

	bool active;
	bool wrapped; /* it is of several lines */
	struct shape shape;
	struct logprefix prefix;
	char text[JOINED_MOST], tight[JOINED_MOST], when[JOINED_WHEN];
	size_t len, when_len;
	size_t breaks[JOINED_BREAKS]; /* where in text blanks were put */
	size_t breaks_len;
	uint64_t number;
	uint64_t current; /* of the line that is being read */
	struct printable printable;
};

/* A line of the log. 0 or a negative errno. */
int joining_line(struct joining *joining, struct span line, uint64_t number)
	__attribute__((warn_unused_result));
/* The last one is whole, and what comes is of another place, or another log. */
int joining_flush(struct joining *joining) __attribute__((warn_unused_result));
