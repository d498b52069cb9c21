/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * All that is known of one process and the OOM killer: what it has, who gave it that, which rule
 * decides, and why the others do not. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"
#include "plan/victims.h"
#include "state/unitadj.h"

struct arena;
struct host;
struct layer;
struct process;
struct profile;
struct rule;

enum process_standing {
	STANDING_NONE, /* no rule has a say */
	STANDING_RULE, /* `rule` is for it */
	STANDING_CHILD, /* `rule` is for its ancestor `governor`, and says what that starts gets */
	STANDING_UNKNOWN, /* whether `rule` is for it cannot be told */
	STANDING_INIT,	  /* PID 1, a kernel thread and a zombie are never touched */
	STANDING_KERNEL,
	STANDING_ZOMBIE,
};

struct rule_loser {
	const struct rule *rule;
	const char *layer;
	const char *why;
};

/* Who gave it the adjustment that it has, as far as that can be told. */
enum process_setter {
	SETTER_UNTOLD,	  /* none of these has it: the program itself, or another one */
	SETTER_DEFAULT,	  /* nobody: what processes begin with */
	SETTER_UNIT,	  /* `unit` */
	SETTER_RULE,	  /* `rule` asks for just that */
	SETTER_INHERITED, /* its parent has the same */
};

struct process_account {
	const struct process *process;
	const struct process_kept *kept;
	const struct victim *victim;
	enum process_standing standing;
	const struct rule *rule;
	const char *layer;
	const char *reason; /* what cannot be told, and why; NULL: nothing */
	const struct process_kept *governor; /* NULL: none */
	int want;			     /* its adj as it is to be */
	struct {
		struct rule_loser *items;
		size_t len, cap;
	} losers;
	enum process_setter setter;
	struct unit_adj unit;
	const struct process_kept *parent; /* NULL: it is not seen */
	const char *
		oom_adj; /* what the kernel shows in that file, too; NULL: there is none */
};

struct process_account_request {
	const struct profile *profile;
	const struct host *host;
	const struct rules
		*rules; /* judging_begin() made them ready of @profile for @host */
	const struct processes *processes;
	const struct victims *victims; /* ranked of them, with the rules */
	const struct process *process; /* with all its fields read */
	struct unit_adj unit;
	const char *oom_adj;
};

/* 0; -ESRCH: it is not among the processes; -ENOMEM. */
int process_account_of(struct arena *arena, const struct process_account_request *request,
		       struct process_account *ret) __attribute__((warn_unused_result));

/* "rule", "child", "none"...; "systemd", "inherited"... */
const char *process_standing_word(enum process_standing standing);
const char *process_setter_word(enum process_setter setter);
