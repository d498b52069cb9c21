/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/closing.h"
#include "sys/root.h"

const char *drop_path(enum drop_step step)
{
	switch (step) {
	case DROP_STEP_SYNC:
		return NULL;
	case DROP_STEP_DROP:
		return "proc/sys/vm/drop_caches";
	case DROP_STEP_COMPACT:
		return "proc/sys/vm/compact_memory";
	}
	return NULL;
}

static bool is_asked(const struct drop_request *request, enum drop_step step)
{
	switch (step) {
	case DROP_STEP_SYNC:
		return request->sync;
	case DROP_STEP_DROP:
		return true;
	case DROP_STEP_COMPACT:
		return request->compact;
	}
	return false;
}

int drop_allowed(const struct root *root, const struct drop_request *request,
		 enum drop_step *ret_step)
{
	for (int i = 0; i < DROP_STEPS; i++) {
		const char *path = drop_path((enum drop_step)i);
		int r = path && is_asked(request, (enum drop_step)i)
				? root_writable(root, path)
				: 0;

		*ret_step = (enum drop_step)i;
		if (r < 0)
			return r;
	}
	return 0;
}

static int carry_out(const struct root *root, const struct drop_request *request,
		     enum drop_step step)
{
	char line[16];
	int len = snprintf(line, sizeof(line), "%d\n",
			   step == DROP_STEP_DROP ? (int)request->mode : 1);

	if (drop_path(step))
		return root_write(root, drop_path(step), line, (size_t)len);
	/* What another tree's kernel has dirty is not in reach. */
	if (root->live_proc)
		sync();
	return 0;
}

static struct drop_outcome carry_out_all(const struct root *root,
					 const struct drop_request *request)
{
	struct drop_outcome outcome = { .took_ms = { -1, -1, -1 } };

	for (int i = 0; outcome.error == 0 && i < DROP_STEPS; i++) {
		int64_t begin = clock_monotonic_ns();

		if (!is_asked(request, (enum drop_step)i))
			continue;
		outcome.failed = (enum drop_step)i;
		outcome.error = -carry_out(root, request, (enum drop_step)i);
		outcome.took_ms[i] = (clock_monotonic_ns() - begin) / 1000000;
	}
	return outcome;
}

/* Nothing is allocated here: it may be the child of a daemon on a host that is out of memory. */
static _Noreturn void work(const struct root *root, const struct drop_request *request,
			   int result)
{
	struct drop_outcome outcome;
	sigset_t none;

	/* What a daemon holds back for itself ends this process. */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	closing_all_but(root->fd, result);
	outcome = carry_out_all(root, request);
	_exit(write(result, &outcome, sizeof(outcome)) == sizeof(outcome) ? 0 : 1);
}

int drop_begin(const struct root *root, const struct drop_request *request,
	       struct drop_run *ret)
{
	int ends[2], err;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		work(root, request, ends[1]);
	err = errno;
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return -err;
	}
	*ret = (struct drop_run){ .pid = pid, .fd = ends[0] };
	return 0;
}

int drop_finish(struct drop_run *run, struct drop_outcome *ret)
{
	ssize_t len;

	do {
		len = read(run->fd, ret, sizeof(*ret));
	} while (len < 0 && errno == EINTR);
	(void)close(run->fd);
	while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	*run = (struct drop_run){ .fd = -1 };
	return len == sizeof(*ret) ? 0 : -ECHILD;
}
