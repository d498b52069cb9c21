/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What `verify` tells monitoring: metrics for the textfile collector of node_exporter, and the line of
 * a Nagios plugin.
 *
 * Names of metrics end in their unit. They are of this program only: what the kernel says of memory is
 * exported by node_exporter itself.
 */

#include <stdint.h>

#include "base/status.h"
#include "plan/plan.h"
#include "render/term.h"

struct arena;
struct diags;
struct watch_seen;

struct check_view {
	struct arena *arena;
	const struct plan *plan;	/* NULL: it never came to one */
	const struct watch_seen *watch; /* NULL: not looked at */
	const struct diags *diags;
	int64_t now;	     /* seconds since the epoch */
	int64_t last_change; /* of the newest entry of the journal; 0: not known */
	enum status status;  /* what verify ends with */
};

/* Is it not as wanted in the running kernel? */
static inline bool check_wrong_now(const struct plan_item *item)
{
	return plan_item_writes(item) ||
	       (item->action == ACTION_REFUSE && item->refusal != STATUS_RESTORED) ||
	       (item->action == ACTION_REFUSE && item->live_status == LIVE_DIFFERS);
}

/* Does the next boot make something else of it, or is there a line in the way of that? */
static inline bool check_wrong_at_boot(const struct plan_item *item)
{
	return plan_item_persists(item) ||
	       (item->action == ACTION_REFUSE && item->refusal == STATUS_RESTORED);
}

/* The whole file, in the text format of Prometheus; in the view's arena, or NULL: no memory. */
const char *view_metrics(const struct check_view *view);

/* As the plugin guidelines have them; they are exit statuses. */
enum nagios_state {
	NAGIOS_OK, /* nothing differs */
	NAGIOS_WARNING, /* what is live is as wanted, and the next boot makes something else of it */
	NAGIOS_CRITICAL, /* something is not as wanted */
	NAGIOS_UNKNOWN,	 /* that could not be told */
};

/* One line to @term's stream, with performance data. 0, -ENOMEM or -EIO. */
int view_nagios(const struct check_view *view, const struct term *term,
		enum nagios_state *ret) __attribute__((warn_unused_result));
