/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * When schedules are due, for compare.py: a line of the form SECONDS<TAB>CRON asks for the first moment
 * after SECONDS by the zone in TZ, a line of seconds answers, or "refused".
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "plan/schedule.h"

static int offset(int64_t wall, void *data)
{
	time_t at = (time_t)wall;
	struct tm tm;

	(void)data;
	return localtime_r(&at, &tm) ? (int)tm.tm_gmtoff : 0;
}

static void answer(int64_t after, const char *text)
{
	static const struct local_time local = { .offset = offset };
	struct schedule schedule = { 0 };
	const char *why;
	size_t at;

	if (cron_parse(text, &schedule.cron, &why, &at) < 0)
		(void)puts("refused");
	else
		printf("%" PRId64 "\n", schedule_next(&schedule, after, &local));
}

int main(void)
{
	char line[512], text[512];
	int64_t after;

	tzset();
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%" SCNd64 "\t%511[^\n]", &after, text) != 2) {
			fprintf(stderr, "next: what is '%s'?\n", line);
			return 1;
		}
		answer(after, text);
	}
	return 0;
}
