/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * One report of the kernel's OOM killer, as far as a log has it: who asked for memory, what there
 * was, and who was killed (Linux mm/oom_kill.c, dump_header() and oom_kill_process();
 * mm/show_mem.c, __show_mem(), mm/page_alloc.c before 6.5).
 *
 * Kernels print less or more of it, and logs lose parts: what is not told is NULL, -1, or
 * OOM_UNTOLD where -1 has a meaning. All strings may hold any byte but NUL.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oom/figures.h"

#define OOM_UNTOLD	INT_MIN

/* The bits of a gfp_mask that stayed where they are since 2.6.9 (include/linux/gfp.h). */
#define OOM_GFP_DMA	0x1U
#define OOM_GFP_HIGHMEM 0x2U
#define OOM_GFP_DMA32	0x4U /* 2.6.15 */
#define OOM_GFP_MOVABLE 0x8U /* 2.6.31 */

enum oom_constraint {
	OOM_CONSTRAINT_UNTOLD,
	OOM_CONSTRAINT_NONE,
	OOM_CONSTRAINT_MEMCG,
	OOM_CONSTRAINT_CPUSET,
	OOM_CONSTRAINT_MEMPOLICY,
};

/* What the killer did in the end. */
enum oom_ending {
	OOM_ENDING_UNTOLD,
	OOM_ENDING_KILLED,
	OOM_ENDING_PANIC,	    /* panic_on_oom */
	OOM_ENDING_DISABLED,	    /* vm.oom-kill was 0 */
	OOM_ENDING_NOTHING_TO_KILL, /* with or without a panic */
};

struct oom_kill {
	int64_t pid, uid;
	const char *comm;
	int64_t total_vm_kib, anon_rss_kib, file_rss_kib, shmem_rss_kib, pgtables_kib;
	int oom_score_adj;
	uint64_t line;
};

struct oom_kills {
	struct oom_kill *items;
	size_t len, cap;
};

/* A row of the task table. */
struct oom_task {
	int64_t pid, tgid, uid;
	int64_t total_vm_kib, rss_kib, swap_kib, pgtables_kib; /* -1: no such column */
	int oom_score_adj; /* of the other scale up to 2.6.35: oom_adj */
	const char *name;
};

struct oom_tasks {
	struct oom_task *items;
	size_t len, cap;
};

/* Processes of one name. */
struct oom_user {
	const char *name;
	uint64_t count, rss_kib;
};

#define OOM_USERS 5

/* What all rows of the task table come to: every process once. */
struct oom_sums {
	uint64_t processes; /* 0: no table */
	int64_t rss_kib, swap_kib, pgtables_kib;
	struct oom_user users[OOM_USERS]; /* the largest first; count 0 ends them */
	struct oom_user most;		  /* the name that most processes have */
	uint64_t unkillable;		  /* -1000, or -17 */
};

struct oom_report {
	const char *file;	  /* the log's name */
	uint64_t line, last_line; /* from 1; in that file */
	const char *when;	  /* as the log says */
	int64_t time; /* seconds since the epoch, as far as that tells; -1: it does not */

	bool has_header; /* "invoked oom-killer" is there */
	const char *trigger_comm;
	int64_t trigger_pid;
	const char *kernel;   /* "3.10.0-514.el7.x86_64" */
	const char *gfp_text; /* as printed: "0xcc0(GFP_KERNEL)" */
	int64_t gfp_mask;
	int order; /* -1: by hand, with SysRq */
	int trigger_adj;

	enum oom_constraint constraint; /* as far as any line tells */
	bool is_memcg;			/* some line says so */
	bool not_memcg; /* a kill in words that are not those for a group at its limit */
	const char *nodemask, *cpuset, *mems_allowed;
	struct oom_memcg memcg;

	bool has_mem_info;
	unsigned page_kib; /* of the machine; 4 where it does not show */
	bool page_told;
	struct oom_zones zones;
	struct oom_totals totals;
	bool slab_table; /* "Unreclaimable slab info": there is more of it than of user memory */

	struct oom_tasks tasks; /* empty where the reader was not to keep them */
	struct oom_sums sums;

	/* "Kill process N (comm) score S": the victim may be a child; or what "oom-kill:" names. */
	int64_t chosen_pid, chosen_uid;
	const char *chosen_comm;
	int64_t chosen_score;
	struct oom_kills kills;
	bool group_kill;      /* memory.oom.group */
	bool allocating_task; /* oom_kill_allocating_task */
	enum oom_ending ending;
	uint64_t ending_line;
	const char *panic; /* its words; NULL: no line says that the kernel panicked */
};

/* The one who was killed first, or chosen where no line says who was killed; false: nobody. */
bool oom_report_victim(const struct oom_report *report, struct oom_kill *ret);

/* The zone, by name and node; NULL: not in the report. */
const struct oom_zone *oom_report_zone(const struct oom_report *report, const char *name);

/* What is free in all zones of the report, in KiB; the machine may have others. */
int64_t oom_report_printed_free(const struct oom_report *report);
/* Memory that the kernel gives out, in KiB; -1: not told. */
int64_t oom_report_total(const struct oom_report *report);
