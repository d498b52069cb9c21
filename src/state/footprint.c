/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/footprint.h"

#include <errno.h>
#include <stdio.h>

#include "base/num.h"
#include "base/span.h"
#include "state/procstat.h"
#include "state/procstatus.h"
#include "sys/procs.h"

#define STAT_SIZE    1024
#define STATUS_SIZE  8192
/* Threads that are looked at when the first one has exited. */
#define MOST_THREADS 64

struct texts {
	char stat[STAT_SIZE], status[STATUS_SIZE];
	struct procstat parsed;
	struct procstatus memory;
};

static int read_status(int dir, const char *name, struct texts *texts)
{
	ssize_t len = proc_read(dir, name, texts->status, sizeof(texts->status));

	if (len < 0)
		return (int)len;
	texts->memory = procstatus_parse((struct span){ texts->status, (size_t)len });
	return 0;
}

static int read_stat(int dir, struct texts *texts)
{
	ssize_t len = proc_read(dir, "stat", texts->stat, sizeof(texts->stat));

	if (len < 0)
		return (int)len;
	return procstat_parse((struct span){ texts->stat, (size_t)len }, &texts->parsed) <
			       0
		       ? -EACCES
		       : 0;
}

/* The memory is that of the first thread that still has it, as find_lock_task_mm() has it. */
static void read_threads(int dir, struct texts *texts)
{
	pid_t threads[MOST_THREADS];
	ssize_t len = proc_threads(dir, threads, MOST_THREADS);

	for (ssize_t i = 0; i < len && i < MOST_THREADS && !texts->memory.has_memory;
	     i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "task/%d/status", (int)threads[i]);
		/* One that has ended meanwhile has no memory, either. */
		if (read_status(dir, name, texts) < 0)
			texts->memory.has_memory = false;
	}
}

static bool read_score(int dir, uint64_t *ret)
{
	char text[32];
	ssize_t len = proc_read(dir, "oom_score", text, sizeof(text));

	return len > 0 &&
	       num_u64(span_trim((struct span){ text, (size_t)len }), ret) == 0;
}

static struct badness_process found(const struct texts *texts)
{
	const struct procstatus *memory = &texts->memory;

	return (struct badness_process){
		.is_kernel = procstat_is_kernel(&texts->parsed),
		.has_memory = memory->has_memory,
		.rss_kib = memory->rss_kib,
		.swap_kib = memory->swap_kib,
		.table_kib = memory->table_kib,
		.caps = memory->caps,
		.vm_kib = memory->vm_kib,
		.cpu_ticks = texts->parsed.utime + texts->parsed.stime,
		.nice = (int)texts->parsed.nice,
		.root = memory->uid == 0 || memory->euid == 0,
	};
}

int footprint_read(int dir, struct footprint *ret)
{
	struct texts texts;
	int r = read_stat(dir, &texts);

	if (r == 0)
		r = read_status(dir, "status", &texts);
	if (r < 0)
		return r;
	if (!texts.memory.has_memory && texts.parsed.state == 'Z' &&
	    texts.parsed.threads > 1)
		read_threads(dir, &texts);
	*ret = (struct footprint){ .badness = found(&texts),
				   .started = texts.parsed.start_time };
	ret->has_score = read_score(dir, &ret->score);
	return 0;
}
