/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

/* In a child that has them closed: what is the first descriptor that a file gets? */
static int first_free(bool guarded)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		for (int fd = 0; fd <= 2; fd++)
			(void)close(fd);
		if (guarded)
			streams_guard();
		if (guarded && (write(1, "x", 1) >= 0 || errno != EBADF))
			_exit(99);
		_exit(open("/dev/null", O_RDWR));
	}
	(void)waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

int main(void)
{
	is_int(first_free(false), 0,
	       "a closed stream's number is given to the next file");
	ok(first_free(true) > 2 && first_free(true) < 99,
	   "unless guarded; writing still fails");
	streams_guard();
	ok(fcntl(1, F_GETFD) >= 0, "open ones are left alone");
	return done();
}
