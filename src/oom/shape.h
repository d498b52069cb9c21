/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which of the kernel's messages a line holds, told by the words that it begins with, wherever in the
 * line that is: what stands before them is somebody's prefix.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum shape_kind {
	SHAPE_NONE,
	SHAPE_INVOKED, /* "COMM invoked oom-killer: gfp_mask=..." (2.6.19 and later) */
	SHAPE_HEADER,  /* "oom-killer: gfp_mask=..." (up to 2.6.18) */
	SHAPE_CPU, /* "CPU: 4 PID: 29481 Comm: sed ..." (3.10), "Pid: 3836, comm: bash ..." */
	SHAPE_CPUSET,	   /* "COMM cpuset=/ mems_allowed=0" (2.6.30 to 4.20) */
	SHAPE_MEM_INFO,	   /* "Mem-Info:" */
	SHAPE_TOTALS,	   /* "active_anon:13497 inactive_anon:129 ..." */
	SHAPE_NODE,	   /* "Node 0 active_anon:..kB" (4.8) */
	SHAPE_ZONE,	   /* "Node 0 DMA32 free:..kB min:..." */
	SHAPE_ZONE_24,	   /* "Zone:Normal freepages: ..." */
	SHAPE_RESERVE,	   /* "lowmem_reserve[]: ..." */
	SHAPE_PROTECTIONS, /* "protections[]: ..." (up to 2.6.10) */
	SHAPE_BLOCKS,	   /* "Normal: 1*4kB 2*8kB ..." */
	SHAPE_SWAP,	   /* "Free swap  = 0kB", "Total swap = 0kB" */
	SHAPE_PAGES,	   /* "813 pages RAM" and their like */
	SHAPE_SLAB_TABLE,  /* "Unreclaimable slab info:" (4.15) */
	SHAPE_TASKS,	   /* "[ pid ]   uid  tgid ..." */
	SHAPE_TASK,	   /* "[  813]     0   813 ..." */
	SHAPE_LIMIT, /* "Task in /A killed as a result of limit of /B" (2.6.30 to 4.20) */
	SHAPE_USAGE, /* "memory: usage ..kB, limit ..kB", also of swap and kmem */
	SHAPE_MEMCG_STATS, /* "Memory cgroup stats for /B..." */
	SHAPE_CONSTRAINT,  /* "oom-kill:constraint=..." (5.0) */
	SHAPE_KILL,	   /* any line that says who is killed, or chosen */
	SHAPE_VM_KILL,	   /* "VM: killing process httpd" (up to 2.6) */
	SHAPE_FAILED, /* "__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)" (2.4) */
	SHAPE_GROUP, /* "Tasks in /B are going to be killed due to memory.oom.group set" */
	SHAPE_DISABLED,	  /* "Would have oom-killed ..." (RHEL 4) */
	SHAPE_PANIC,	  /* a panic for want of memory, and what comes before it */
	SHAPE_MEMCG_CALL, /* a stack with mem_cgroup_out_of_memory() */
	SHAPE_FOREIGN, /* begins something that looks alike: "page allocation failure", "vmalloc error", SysRq */
	SHAPE_KNOWN, /* another line of a report */
};

struct shape {
	enum shape_kind kind;
	size_t at; /* where in the line; of SHAPE_INVOKED where "invoked" is */
};

/* The first message that begins in @line, from the byte @from on; SHAPE_NONE where there is none. */
struct shape shape_find(struct span line, size_t from);
