/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/closing.h"

#include <fcntl.h>
#include <unistd.h>

#include "tap.h"

#define FILES (CLOSING_MOST + 40)

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

int main(void)
{
	struct closing closing = { .len = 0 };
	int fds[FILES], open_still = 0, wrong = 0;

	closing_add(&closing, -1);
	closing_done(&closing);
	for (int i = 0; i < FILES; i++)
		fds[i] = open("/dev/null", O_RDONLY);
	/* Each seventh stays somebody's; the last come first. */
	for (int i = FILES; i-- > 0;) {
		if (i % 7 != 0)
			closing_add(&closing, fds[i]);
	}
	for (int i = 0; i < FILES; i++)
		open_still += is_open(fds[i]) && i % 7 != 0;
	is_int(open_still, (long long)closing.len,
	       "those that wait are open, the others not");
	closing_done(&closing);
	closing_done(&closing);
	for (int i = 0; i < FILES; i++)
		wrong += is_open(fds[i]) != (i % 7 == 0);
	is_int(wrong, 0, "then all are closed, and nobody else's");
	closing_all_but(fds[14], fds[7]);
	wrong = 0;
	for (int i = 0; i < FILES; i++)
		wrong += is_open(fds[i]) != (i == 7 || i == 14);
	is_int(wrong, 0, "all but two are closed");
	ok(is_open(STDIN_FILENO) && is_open(STDOUT_FILENO) && is_open(STDERR_FILENO),
	   "and the standard ones");
	return done();
}
