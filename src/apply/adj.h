/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Writing a process's oom_score_adj.
 *
 * A writer that has CAP_SYS_RESOURCE effective moves a hidden floor along,
 * below which the process cannot lower itself again, and which nobody can read
 * (Linux fs/proc/base.c, __set_oom_adj: oom_score_adj_min). So it is taken out
 * of the effective set for a soft write, and used where the write is denied
 * without it.
 */

#include <stdbool.h>
#include <stddef.h>

struct plan_item;
struct process;
struct root;

/* One write of @len bytes to @fd, as root_write_at(); @hard: the floor goes along. -ESRCH: the
 * process has ended. */
int adj_write(int fd, const char *line, size_t len, bool shorter, bool hard)
	__attribute__((warn_unused_result));

/* Opens the file of the process that @item is about, and of no other that has its number now. The
 * descriptor, or -errno; -ESRCH: it has ended. */
int adj_open(const struct root *root, const struct plan_item *item)
	__attribute__((warn_unused_result));

/* Writes the adj of @process, which is open, and reads it back. 0; -ESRCH: it has ended; -EIO: it is
 * not what was written; or why it is denied. */
int adj_set(const struct process *process, int want, bool hard)
	__attribute__((warn_unused_result));
