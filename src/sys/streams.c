/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/streams.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void streams_guard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The wrong way round, so that using it fails as it does on a closed one. */
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd)
			_Exit(1);
	}
}
