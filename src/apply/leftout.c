/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/leftout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/plan.h"
#include "sys/root.h"

#define LEFT_OUT_PATH "var/lib/lowmemctl/left-out"

static int put_line(int fd, const char *line)
{
	size_t len = strlen(line);
	ssize_t put = write(fd, line, len);

	if (put < 0)
		return -errno;
	return (size_t)put == len ? 0 : -ENOSPC;
}

int leftout_record(struct arena *arena, const struct root *root, const struct plan *plan,
		   const char *profiles)
{
	const char *text = arena_printf(arena, "# %s\n", profiles);
	cleanup_fd int fd = -1;

	for (size_t i = 0; text && i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->action == ACTION_SKIP)
			text = arena_printf(arena, "%s%s\t%s\n", text, item->key,
					    item->reason);
	}
	if (!text)
		return -ENOMEM;
	if (plan->counts.skipped == 0) {
		int r = root_remove(root, LEFT_OUT_PATH);

		return r == -ENOENT ? 0 : r;
	}
	fd = root_create(root, LEFT_OUT_PATH, O_WRONLY | O_TRUNC, 0644);
	return fd < 0 ? fd : put_line(fd, text);
}
