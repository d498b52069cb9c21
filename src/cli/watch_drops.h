/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A watch's schedules at work: what is due is judged, dropped by a child, and told of in one line.
 *
 * One run at a time, and none within ten minutes of the last, unless that is forced: several
 * profiles together must not come to what one may not ask for.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apply/drop.h"
#include "state/memory.h"
#include "sys/logger.h"
#include "watch/agenda.h"

struct arena;
struct root;

#define WATCH_DROPS_LABEL 160
#define WATCH_DROPS_WHY	  200

/* How a schedule's last time went. */
struct watch_drops_last {
	int64_t wall; /* when; 0: there was none */
	int64_t freed_kib, took_ms;
	bool failed;
	char skipped[WATCH_DROPS_WHY]; /* why; "": it was not */
};

/* The last times of so many schedules are kept; there are hardly ever more than one or two. */
#define WATCH_DROPS_LASTS 16

struct watch_drops {
	const struct root *root;
	struct logger *logger;
	bool force; /* however often */
	int alarm;  /* -1: the time is not kept */
	struct agenda agenda;
	struct watch_drops_last lasts[WATCH_DROPS_LASTS];

	struct drop_run run; /* of fd -1: none is under way */
	size_t running;	     /* the entry that it is for; beyond all: of rules before */
	char label[WATCH_DROPS_LABEL];
	unsigned page_size;
	int64_t free_kib; /* before it */
};

/* 0 or -errno. */
int watch_drops_begin(struct watch_drops *drops) __attribute__((warn_unused_result));
void watch_drops_done(struct watch_drops *drops);

/* Other schedules from now on: @agenda is copied, and what it points to must live on. */
void watch_drops_adopt(struct watch_drops *drops, const struct agenda *agenda);

/* Does what is due. True: something happened that the status tells of. */
bool watch_drops_due(struct watch_drops *drops);
/* The run under way is over. */
void watch_drops_over(struct watch_drops *drops);
