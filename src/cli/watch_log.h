/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a watch says: a line for each change, and few of what goes wrong again and again. */

#include <stdint.h>

#include "base/diag.h"
#include "sys/logger.h"
#include "watch/keeper.h"

/* Of one kind for one rule, so many a minute are told; the rest are counted. */
#define WATCH_LOG_MOST	5
#define WATCH_LOG_RULES 64

struct watch_log {
	struct logger *logger;
	bool quiet; /* changes are not told */
	struct watch_log_rate {
		const char *rule;
		enum notice_kind kind;
		uint64_t since_ms;
		unsigned told, kept_back;
	} rates[WATCH_LOG_RULES];
};

/* A keeper's tell(); @data is the struct watch_log. */
void watch_log_notice(void *data, const struct notice *notice);
/* The rules are others: what was counted for them is forgotten. */
void watch_log_forget(struct watch_log *log);
/* "p.yaml:3:5: what is wrong", each. */
void watch_log_diags(const struct watch_log *log, const struct diags *diags);
