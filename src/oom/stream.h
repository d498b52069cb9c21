/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A report while lines are added to it, and whether a line can be its own. */

#include <stdbool.h>
#include <stdint.h>

#include "oom/joining.h"
#include "oom/reader.h"
#include "oom/retold.h"
#include "oom/take.h"

struct arena;

/* A report that lines are added to. */
struct stream {
	bool open;
	uint32_t caller;
	struct taking taking;
	struct retold_times times;
	enum shape_kind last;
	bool mem_info; /* "Mem-Info:" was there */
	bool named;    /* by "oom-kill:" */
	bool limited;  /* the line of whose limit it was is there */
	bool chosen;   /* by "Kill process" */
	bool proven;   /* what it has is of an OOM report and nothing else */
	bool tangled;  /* lines of another report came among its own */
	bool late;     /* what there was comes behind who was killed, as 2.4 has it */
	bool counted;  /* lines are sorted: order tells nothing */
};

/* Begins a report with the line @logical; @stream is closed. 0 or -ENOMEM. */
int stream_begin(struct stream *stream, struct arena *arena, const char *file,
		 const struct logical *logical) __attribute__((warn_unused_result));
/* Hands the report over, where it is one. 0 or a negative errno. */
int stream_close(struct stream *stream, const struct oom_reader_wish *wish,
		 struct retold *retold) __attribute__((warn_unused_result));

/* Gives back what it needed; it is closed. */
void stream_done(struct stream *stream);

/* Has it a victim, or another end? */
bool stream_is_over(const struct stream *stream);
/* Is somebody killed, or chosen? */
bool stream_has_victim(const struct stream *stream);
/* Has it @comm as a victim with a pid? Such a one touches pages on its way out, of which kernels tell. */
bool stream_has_killed(const struct stream *stream, struct span comm);
/* Does a line of it name @comm? Names may be broken where a line is: one that was named is whole. */
bool stream_names(const struct stream *stream, struct span comm);
/* Is a line about a control group of this report? */
bool stream_takes_cgroup(const struct stream *stream, const struct logical *logical);
/* Is a line about a victim of this report? */
bool stream_takes_kill(const struct stream *stream, const struct kill_line *kill);
