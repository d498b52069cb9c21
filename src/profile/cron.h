/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * When a schedule is due: crontab(5)'s five fields, or @hourly @daily @weekly @monthly.
 *
 * Only the words are read here; whoever keeps time asks the bits.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cron {
	uint64_t minutes;  /* bits 0..59 */
	uint64_t hours;	   /* 0..23 */
	uint64_t days;	   /* 1..31 */
	uint64_t months;   /* 1..12 */
	uint64_t weekdays; /* 0..6, 0 is Sunday */
	/* The field begins with a "*". Where neither does, a day that is in one of the two
	 * is due, else one that is in both. */
	bool any_day, any_weekday;
};

/* 0, or -EINVAL with what is wrong in *@ret_why, at the byte *@ret_at. */
int cron_parse(const char *text, struct cron *ret, const char **ret_why, size_t *ret_at)
	__attribute__((warn_unused_result));

/* Five fields, also for a word such as @daily. */
const char *cron_fields(const char *text);

/* A regular expression for what cron_parse() takes (but for ranges that run backwards and
 * days that never come). */
extern const char cron_pattern[];
