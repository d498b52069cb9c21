/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A process rule: which processes it is for, and what they get of the OOM killer.
 *
 * Like all of a profile it looks at no host: globs, users and groups stay as they are
 * written.
 */

#include <stdbool.h>

#include "base/diag.h"

/* What the processes get that the process starts. */
enum rule_children {
	CHILDREN_INHERIT,
	CHILDREN_RESET,
	CHILDREN_VALUE,
};

/* What is done when the program itself changes the value that it was given. */
enum rule_drift {
	DRIFT_REAPPLY, /* it is set again, some times in a row */
	DRIFT_REPORT,  /* it is said once, and left */
	DRIFT_ACCEPT,  /* it is left */
};

struct rule {
	struct origin at;
	const char *name; /* "rule 2" where it has none of its own */
	/* All that are not NULL must match. */
	const char *comm, *exe, *cmdline, *cmdline_regex, *user, *group, *cgroup, *unit,
		*parent;
	struct origin comm_at, parent_at;
	bool has_value;
	int value;	       /* oom_score_adj, oom_adj already turned into it */
	bool legacy;	       /* written as `oom_adj` */
	int legacy_value;      /* what was written then */
	bool has_min, has_max; /* a clamp instead of a value */
	int min, max;
	struct origin value_at; /* of the value or the clamp */
	enum rule_children children;
	int children_value;
	bool hard_floor;
	enum rule_drift drift;
};
