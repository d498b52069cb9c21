/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4 /* Linux 4.4 */
#endif

#define STACK_BYTES (32 * 1024)
#define PAGE_BYTES  4096 /* the smallest there is */

/* A fault in the middle of an emergency would ask for memory. */
static void touch_stack(void)
{
	volatile char stack[STACK_BYTES];

	for (size_t i = 0; i < sizeof(stack); i += PAGE_BYTES)
		stack[i] = 0;
}

int confine_memory(void)
{
	int r = mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);

	if (r < 0 && errno == EINVAL)
		r = mlockall(MCL_CURRENT | MCL_FUTURE);
	if (r < 0)
		return -errno;
	touch_stack();
	return 0;
}

int confine_score(int score)
{
	cleanup_fd int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", score);

	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)len) < 0 ? -errno : 0;
}

int confine_realtime(void)
{
	const struct sched_param lowest = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) < 0
		       ? -errno
		       : 0;
}

int confine_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		return 0;
	return errno == EINVAL ? -ENOSYS : -errno;
}
