/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/adj.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/privilege.h"
#include "plan/plan_item.h"
#include "state/processes.h"
#include "sys/caps.h"
#include "sys/procs.h"
#include "sys/root.h"

int adj_write(int fd, const char *line, size_t len, bool shorter, bool hard)
{
	int r = -EACCES;

	if (!hard && caps_effective(NEED_SYS_RESOURCE, false) == 0) {
		r = root_write_at(fd, line, len, shorter);
		if (caps_effective(NEED_SYS_RESOURCE, true) < 0)
			return r;
	}
	return r == -EACCES ? root_write_at(fd, line, len, shorter) : r;
}

int adj_open(const struct root *root, const struct plan_item *item)
{
	return processes_open_adj(root, item->process.pid, item->process.started,
				  strrchr(item->path, '/') + 1, O_RDWR);
}

int adj_set(const struct process *process, int want, bool hard)
{
	cleanup_fd int fd = proc_open(process->dir, process_adj_file(process), O_RDWR);
	char line[16], back[32];
	int len = snprintf(line, sizeof(line), "%d\n", want);
	ssize_t got;
	int64_t is;
	int r;

	if (fd < 0)
		return fd;
	/* What the kernel makes of it is no longer than what was written; a tree's file may be. */
	r = adj_write(fd, line, (size_t)len, !process->live, hard);
	if (r < 0)
		return r;
	got = root_read_at(fd, back, sizeof(back));
	if (got < 0)
		return (int)got;
	if (num_i64(span_trim((struct span){ back, (size_t)got }), &is) < 0 || is != want)
		return -EIO;
	return 0;
}
