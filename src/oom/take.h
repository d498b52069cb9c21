/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What one line says, put into the report that it belongs to.
 *
 * Lines may come wrapped together with something else behind them, and twice: what a report has
 * already stays. Pages are put in as they are printed; report_finish() makes KiB of them.
 */

#include <stddef.h>

#include "base/span.h"
#include "oom/report.h"

struct arena;

#define TASK_COLUMNS 16

/* The columns of a task table, by what they hold. */
enum task_column {
	TASK_OTHER,
	TASK_UID,
	TASK_TGID,
	TASK_TOTAL_VM,
	TASK_RSS,
	TASK_PGTABLES, /* bytes */
	TASK_PTES,     /* pages */
	TASK_SWAP,
	TASK_ADJ,
	TASK_OLD_ADJ,
};

/* A report that is being put together. */
struct taking {
	struct arena *arena;   /* what stays */
	struct arena *scratch; /* what goes with the report's last line */
	struct oom_report report;
	struct span asker; /* all that stands before "invoked", in `arena` */
	enum task_column columns[TASK_COLUMNS];
	size_t columns_len;
	struct oom_tasks rows; /* in `scratch` */
	bool rows_tell_adj; /* of them the oom_score_adj, though the table's head was lost */
	int64_t node_anon_kib; /* of all nodes: beside the pages it tells how large these are */
	int node_unreclaimable; /* of the last line about a node; -1: none */
	unsigned node;
};

/* @line from "invoked oom-killer:" on; @asker stands before that. 0 or -ENOMEM; so have all below. */
int take_header(struct taking *taking, struct span line, struct span asker)
	__attribute__((warn_unused_result));
/* From "CPU: " or "Pid: " on: who asked, and which kernel. */
int take_cpu(struct taking *taking, struct span line) __attribute__((warn_unused_result));
/* From "cpuset=" on. */
int take_cpuset(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));

void take_totals(struct taking *taking, struct span line);
void take_node(struct taking *taking, struct span line);
void take_swap(struct taking *taking, struct span line);
void take_pages(struct taking *taking, struct span line);

/* From "Node " or the zone's name on. -EEXIST where the report has that zone already. */
int take_zone(struct taking *taking, struct span line, uint64_t number)
	__attribute__((warn_unused_result));
/* From "Zone:" on, as 2.4 has it: in pages. */
int take_zone_24(struct taking *taking, struct span line, uint64_t number)
	__attribute__((warn_unused_result));
/* What is kept in the zone of the line before, from higher classes; @marks: protections[]. */
void take_reserve(struct taking *taking, struct span line, bool marks);
int take_blocks(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));

void take_columns(struct taking *taking, struct span line);
int take_task(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));

int take_limit(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));
void take_usage(struct taking *taking, struct span line, uint64_t number);
int take_memcg_stats(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));
/* "anon 535658496 file 0": lines of memory.stat; nothing where they are none. */
void take_memcg_stat(struct taking *taking, struct span line);

/* From "oom-kill:" on. */
int take_constraint(struct taking *taking, struct span line)
	__attribute__((warn_unused_result));

/* A request that could not be had, of which 2.4 says so. */
struct failed {
	char gfp[16]; /* "0x1d2"; "": there is none */
	int order;
	uint64_t line;
};

/* From "__alloc_pages:" on. */
void failed_read(struct span line, uint64_t number, struct failed *ret);
/* From "VM: killing" on: whoever touched the page that could not be had. */
int take_vm_kill(struct taking *taking, struct span line, uint64_t number,
		 const struct failed *failed) __attribute__((warn_unused_result));

/* What a line says of a victim. */
struct kill_line {
	bool chosen;  /* is to be killed, or a child of it */
	bool sharing; /* is killed as it shares the victim's memory */
	bool whole;   /* says all of it in one line (5.1) */
	bool old;     /* in the words of 2.6.17 and before, one line for each thread */
	bool memcg, cpuset, mempolicy, allocating;
	bool not_memcg; /* "Out of memory: ", and not "Memory cgroup out of memory: " */
	struct span comm;
	struct oom_kill kill; /* without comm */
	int64_t score;
};

/* False where it names nobody. */
bool kill_read(struct span line, struct kill_line *ret);
/* Amounts that @kill does not tell are those of @other, which is the same line read in another way. */
void kill_fill(struct kill_line *kill, const struct kill_line *other);
int take_kill(struct taking *taking, const struct kill_line *kill, uint64_t number)
	__attribute__((warn_unused_result));

/* Copies @text to where it stays. NULL: out of memory. */
const char *take_text(struct taking *taking, struct span text);
/* Copies it into *@ret, where that has nothing yet. 0 or -ENOMEM. */
int take_keep(struct taking *taking, struct span text, const char **ret)
	__attribute__((warn_unused_result));
