/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/closing.h"

#include <stdlib.h>
#include <unistd.h>

#include "sys/newcalls.h"

static int ascending(const void *a, const void *b)
{
	const int *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void close_run(const int *fds, size_t len)
{
	if (len > 1 &&
	    syscall(SYS_close_range, (unsigned)fds[0], (unsigned)fds[len - 1], 0) == 0)
		return;
	for (size_t i = 0; i < len; i++)
		(void)close(fds[i]);
}

static void close_between(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	/* Before Linux 5.9; higher numbers are hardly ever in use. */
	for (unsigned fd = first; fd <= last && fd < 65536; fd++)
		(void)close((int)fd);
}

void closing_all_but(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);

	close_between(STDERR_FILENO + 1, low - 1);
	close_between(low + 1, high - 1);
	close_between(high + 1, ~0U);
}

void closing_done(struct closing *closing)
{
	size_t first = 0;

	if (closing->len > 1)
		qsort(closing->fds, closing->len, sizeof(*closing->fds), ascending);
	/* Others in between are somebody's: a run ends where a number is missing. */
	for (size_t i = 1; i <= closing->len; i++) {
		if (i < closing->len && closing->fds[i] == closing->fds[i - 1] + 1)
			continue;
		close_run(&closing->fds[first], i - first);
		first = i;
	}
	closing->len = 0;
}

void closing_add(struct closing *closing, int fd)
{
	if (fd < 0)
		return;
	if (closing->len == CLOSING_MOST)
		closing_done(closing);
	closing->fds[closing->len++] = fd;
}
