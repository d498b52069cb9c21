/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What `get pid:N` asks about. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"
#include "cli/job.h"
#include "plan/victims.h"

struct context;
struct process_account;

struct get_processes {
	struct job job; /* its profile: the active ones, or that of --with */
	struct victims victims;
	struct {
		pid_t *items;
		size_t len, cap;
	} pids;
	struct process_account *items; /* of those that are there */
	size_t len, cap;
	bool missing; /* some are not */
};

/* Is @operand about a process? */
bool get_process_is(const char *operand);
enum status get_process_add(struct context *context, struct get_processes *processes,
			    const char *operand);
/* Makes the accounts; nothing where no process was asked for. job_done() gives back what it took. */
enum status get_process_read(struct context *context, struct get_processes *processes);
