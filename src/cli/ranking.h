/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* From the host to its processes in the order in which the OOM killer would take them. */

#include <stdbool.h>

#include "base/status.h"

struct context;
struct job;
struct memcg;
struct victims;

/* Reads what is to be known of the host, into job->state. */
enum status ranking_read_host(struct context *context, struct job *job);
/* Collects the processes and ranks them, where the host has been read; @rules: as the rules of the
 * job's profile would have them, too. @group: the processes in it alone; NULL: all. */
enum status ranking_read(struct context *context, struct job *job, bool rules,
			 const struct memcg *group, struct victims *ret);
