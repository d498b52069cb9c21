/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What is wrong with a host's memory, in words: what an administrator has to know first, the worst
 * first. Pure; it judges the picture of one moment.
 */

#include <stddef.h>

struct arena;
struct memory;

enum strain_level {
	STRAIN_NONE,	/* nothing to worry about */
	STRAIN_NOTE,	/* worth knowing */
	STRAIN_WARNING, /* it runs short */
	STRAIN_ALARM,	/* the OOM killer is near, or requests fail already */
};

enum strain_kind {
	STRAIN_LOW_MEMORY,    /* low memory runs out, whatever HighMem has */
	STRAIN_MEMORY,	      /* all memory does */
	STRAIN_NODE,	      /* that of one node does, while others have some */
	STRAIN_FRAGMENTATION, /* it is free, but in blocks too small */
	STRAIN_SWAP,	      /* swap is full */
	STRAIN_PRESSURE,      /* tasks wait for memory */
	STRAIN_KILLED,	      /* the OOM killer has been at work since boot */
};

struct strain {
	enum strain_kind kind;
	enum strain_level level;
	const char *text; /* whole sentences, with the figures; the first begins small */
};

/* *@ret_len is 0 where nothing is wrong. 0 or -ENOMEM. */
int strain_judge(struct arena *arena, const struct memory *memory, struct strain **ret,
		 size_t *ret_len) __attribute__((warn_unused_result));
