/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A profile's schedules as others carry them out: units of systemd (systemd.timer(5)), or a file for
 * cron (crontab(5)), that call `lowmemctl drop-caches`. Pure.
 *
 * Every file begins with a comment of ours, by which it is told from others' files of that name.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/enumtab.h"

struct arena;
struct drop_schedule;

/* Who carries schedules out. */
enum carrier {
	CARRIER_WATCH, /* the daemon: there are no files */
	CARRIER_SYSTEMD,
	CARRIER_CRON,
};

/* Their words: all of them, and those who need files. */
extern const struct enumtab carrier_all[], *const carrier_others;

struct timer_file {
	const char *path; /* below the root: "etc/cron.d/lowmemctl-web" */
	const char *text;
};

struct timer_files {
	struct timer_file *items; /* in the order of writing */
	size_t len, cap;
};

struct timers_request {
	const char *profile; /* its name */
	const struct drop_schedule *schedules;
	size_t len;
	enum carrier carrier;
};

/*
 * Adds the files to @ret. For systemd a .timer and a .service for each schedule, numbered from 1, and a
 * drop-in of timers.target that wants the timers, which is what enables them: a plain file, that can be
 * written, undone and compared as any other. 0, -ENOMEM, or -EINVAL where cron cannot do it: *@ret_which is
 * the schedule, *@ret_why the reason.
 */
int timers_write(struct arena *arena, const struct timers_request *request,
		 struct timer_files *ret, size_t *ret_which, const char **ret_why)
	__attribute__((warn_unused_result));

/* Is @text, of a file, one that timers_write() wrote? */
bool timers_are_ours(const char *text);

/* Paths of the files that a profile's schedules may have, by which others can find them: the cron file, the
 * drop-in of timers.target, and the unit of its schedule @number with @suffix "timer" or "service". NULL:
 * out of memory. */
const char *timers_cron_path(struct arena *arena, const char *profile);
const char *timers_target_path(struct arena *arena, const char *profile);
const char *timers_unit_path(struct arena *arena, const char *profile, size_t number,
			     const char *suffix);
