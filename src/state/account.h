/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* An account of one knob: all that a host tells of it. */

#include <stdbool.h>
#include <stddef.h>

#include "state/bootanswer.h"
#include "state/writers.h"

struct arena;
struct diags;
struct host;
struct knob;
struct live;
struct persisted;
struct root;

/* How what is in force and what is configured go together. */
enum account_state {
	ACCOUNT_SETTLED,      /* both are the same */
	ACCOUNT_NOT_IN_FORCE, /* configured, but live is another value */
	ACCOUNT_DEFAULT,   /* the kernel's own value, and nothing sets another at boot */
	ACCOUNT_TRANSIENT, /* in force, but nothing sets it at boot */
	ACCOUNT_PENDING,   /* configured, but the knob is not there */
	ACCOUNT_ABSENT,	   /* neither there nor configured */
	ACCOUNT_UNKNOWN,   /* it cannot be read, or nothing persists knobs of its kind */
};

struct account {
	const char *key;
	const struct knob *knob; /* the row for this kernel; NULL: not in the catalogue */
	const struct live *source; /* what was read */
	const char *live; /* its meaning; NULL: it is not there, or cannot be read */
	bool sysctl;	  /* else a path in /sys, which no loader sets */
	struct boot_answer boot;
	/* What the other loader of the same folders would make of them, where that differs. */
	const char *rival; /* its name; NULL: the same */
	struct boot_answer rival_boot;
	struct writers writers;
	enum account_state state;
};

struct account_request {
	const struct root *root;
	const struct host *host;
	const struct persisted *persisted;
	const struct persisted *rival; /* NULL: there is none */
};

/* The account of @key, of which @live was read. 0 or -ENOMEM. */
int account_of(struct arena *arena, const struct account_request *request,
	       const char *key, const struct live *live, struct account *ret)
	__attribute__((warn_unused_result));
