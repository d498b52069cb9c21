/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/localtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/root.h"

#define PATH  "etc/localtime"
#define MAGIC "TZif" /* tzfile(5) */

static int set_zone(const char *name)
{
	if (setenv("TZ", name, 1) < 0)
		return -errno;
	tzset();
	return 0;
}

/* What the library cannot read it takes for UTC, and does not say so. */
static int check_file(int fd, const char *name)
{
	char magic[sizeof(MAGIC) - 1];
	ssize_t len;

	if (access(name, R_OK) < 0)
		return -errno;
	len = pread(fd, magic, sizeof(magic), 0);
	if (len < 0)
		return -errno;
	return len == sizeof(magic) && memcmp(magic, MAGIC, sizeof(magic)) == 0 ? 0
										: -EINVAL;
}

/* The library takes a file by its name, and this one may only be reached through its root. */
static int set_file(int fd)
{
	char name[40];
	int r;

	(void)snprintf(name, sizeof(name), ":/proc/self/fd/%d", fd);
	r = check_file(fd, name + 1);
	return r == 0 ? set_zone(name) : r;
}

int localtime_use(const struct root *root)
{
	cleanup_fd int fd = -1;
	int r;

	if (root->host) {
		tzset();
		return 0;
	}
	/* What stays where the tree's cannot be had. Besides, the library reads nothing anew where the
	 * name is the same. */
	r = set_zone("UTC0");
	if (r < 0)
		return r;
	fd = root_open(root, PATH, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	return set_file(fd);
}

int localtime_fix(void)
{
	return setenv("TZ", ":/" PATH, 0) < 0 ? -errno : 0;
}

void localtime_refresh(void)
{
	tzset();
}

static bool read_tm(int64_t wall, struct tm *ret)
{
	time_t at = (time_t)wall;

	return at == wall && localtime_r(&at, ret);
}

int localtime_offset(int64_t wall, void *unused)
{
	struct tm tm;

	(void)unused;
	return read_tm(wall, &tm) ? (int)tm.tm_gmtoff : 0;
}

/* Names of days are English whatever the locale is: only LC_CTYPE is ever set. */
const char *localtime_text(int64_t wall, char ret[LOCALTIME_TEXT])
{
	struct tm tm;

	if (!read_tm(wall, &tm) ||
	    strftime(ret, LOCALTIME_TEXT, "%a %Y-%m-%d %H:%M %Z", &tm) == 0)
		(void)snprintf(ret, LOCALTIME_TEXT, "?");
	return ret;
}

const char *localtime_rfc3339(int64_t wall, char ret[LOCALTIME_TEXT])
{
	char basic[32]; /* "...+0100" */
	struct tm tm;
	size_t minutes;

	if (!read_tm(wall, &tm) ||
	    strftime(basic, sizeof(basic), "%Y-%m-%dT%H:%M:%S%z", &tm) == 0) {
		(void)snprintf(ret, LOCALTIME_TEXT, "?");
		return ret;
	}
	minutes = strlen(basic) - 2;
	(void)snprintf(ret, LOCALTIME_TEXT, "%.*s:%s", (int)minutes, basic,
		       basic + minutes);
	return ret;
}

const char *localtime_zone(int64_t wall, char ret[LOCALTIME_TEXT])
{
	struct tm tm;

	if (!read_tm(wall, &tm) || strftime(ret, LOCALTIME_TEXT, "%Z", &tm) == 0)
		(void)snprintf(ret, LOCALTIME_TEXT, "?");
	return ret;
}

/* A number of @digits digits, off the head of *@rest; -1: there is none. */
static int take_number(struct span *rest, size_t digits)
{
	int number = 0;

	if (rest->len < digits)
		return -1;
	for (size_t i = 0; i < digits; i++) {
		if (rest->at[i] < '0' || rest->at[i] > '9')
			return -1;
		number = number * 10 + (rest->at[i] - '0');
	}
	*rest = (struct span){ rest->at + digits, rest->len - digits };
	return number;
}

static bool take_mark(struct span *rest, const char *marks)
{
	if (rest->len == 0 || !strchr(marks, *rest->at))
		return false;
	*rest = (struct span){ rest->at + 1, rest->len - 1 };
	return true;
}

/* "03:30" or "03:30:15", which ends the text. */
static bool read_clock(struct span rest, struct tm *tm)
{
	tm->tm_hour = take_number(&rest, 2);
	if (!take_mark(&rest, ":"))
		return false;
	tm->tm_min = take_number(&rest, 2);
	if (take_mark(&rest, ":"))
		tm->tm_sec = take_number(&rest, 2);
	return rest.len == 0 && tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 &&
	       tm->tm_min < 60 && tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

/* The library takes the 31st of June for the first of July. */
static bool is_day(const struct tm *tm)
{
	struct tm day = { .tm_year = tm->tm_year,
			  .tm_mon = tm->tm_mon,
			  .tm_mday = tm->tm_mday };

	return tm->tm_mday > 0 && timegm(&day) != -1 && day.tm_mday == tm->tm_mday &&
	       day.tm_mon == tm->tm_mon;
}

static int find_moment(const struct tm *from, int64_t *ret)
{
	struct tm tm = *from;

	if (!is_day(from))
		return -EINVAL;
	tm.tm_isdst = -1;
	*ret = mktime(&tm);
	return 0;
}

int localtime_read(struct span text, int64_t *ret)
{
	struct tm tm = { 0 };

	tm.tm_year = take_number(&text, 4) - 1900;
	if (!take_mark(&text, "-"))
		return -EINVAL;
	tm.tm_mon = take_number(&text, 2) - 1;
	if (!take_mark(&text, "-"))
		return -EINVAL;
	tm.tm_mday = take_number(&text, 2);
	if (tm.tm_year < 0 || tm.tm_mon < 0 || tm.tm_mday < 0)
		return -EINVAL;
	if (text.len > 0 && (!take_mark(&text, "T ") || !read_clock(text, &tm)))
		return -EINVAL;
	return find_moment(&tm, ret);
}
