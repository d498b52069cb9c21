/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The daemon behind `watch`: one loop over events, signals, changed profiles and
 * the time.
 *
 * It subscribes before it looks, confines itself once it has looked, and says that
 * it is ready when everything is as wanted. From then on it allocates for other
 * rules only, and a reload that fails leaves those that are in force.
 */

#include "cli/command.h"
#include "cli/ruleset.h"
#include "cli/watch_drops.h"
#include "cli/watch_log.h"
#include "sys/changes.h"
#include "sys/clock.h"
#include "sys/notify.h"
#include "sys/pidfile.h"
#include "sys/procevents.h"
#include "sys/signals.h"
#include "watch/watch.h"

/* What others find it by. */
#define WATCHING_PID_PATH   "run/lowmemctl/watch.pid"
#define WATCHING_STATE_PATH "run/lowmemctl/watch.json"

/* Where the kernel tells of no events. */
#define WATCHING_SCAN_MS    5000
/* Profiles are mostly written in several steps. */
#define WATCHING_RELOAD_MS  300

struct watching {
	struct context *context;
	struct logger logger;
	struct watch_log log;
	struct notify notify;
	struct signals signals;
	struct changes changes;
	struct procevents events;
	struct root pid_root; /* what --pidfile is taken from */
	struct pidfile only, pidfile;
	struct ruleset rules;
	struct watch watch;
	struct watch_drops drops;
	const char *mode;      /* "events" or "scan" */
	uint64_t scan_ms;      /* the interval of passes; 0: there are events */
	uint64_t next_scan_ms; /* 0: none is due */
	uint64_t reload_ms; /* when the profiles are to be read again; 0: they are not */
	uint64_t next_alive_ms; /* when the manager's watchdog awaits a word; 0: never */
	bool stop;
};

/* From nothing to ready. */
enum status watching_start(struct watching *watching);
/* Until a signal asks to stop. */
enum status watching_run(struct watching *watching);
/* Puts back what it is to, and releases everything. */
void watching_end(struct watching *watching);

/* An error that ends it: "cannot WHAT: why". */
enum status watching_failed(struct watching *watching, int r, const char *what);
/* Where @r is an error, the log has @what and why. */
void watching_note_unless(struct watching *watching, int r, const char *what);
#define WATCHING_BLIND "cannot look at processes"

/* Reads the profiles again. */
void watching_reload(struct watching *watching);
/* Says how it is doing: to the log, the manager and whoever reads run/lowmemctl/watch.json. */
void watching_tell(struct watching *watching, bool log);
/* The same as a document, in @text. */
#define WATCHING_DOCUMENT 16384
const char *watching_document(const struct watching *watching, char *text, size_t size);

static inline uint64_t watching_now_ms(void)
{
	return (uint64_t)clock_monotonic_ns() / 1000000;
}
