/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/outcome.h"

#include <stdlib.h>

#include "plan/rules.h"
#include "state/processes.h"

/* Deeper than this nobody looks for an ancestor: a tree that was read while it changed may have a
 * circle. */
#define MOST_ANCESTORS 256

static int compare_pid(const void *key, const void *item)
{
	const pid_t *pid = key;
	const struct process_kept *kept = item;

	return *pid < kept->pid ? -1 : *pid > kept->pid;
}

static const struct process_kept *find(const struct processes *processes, pid_t pid)
{
	if (processes->len == 0)
		return NULL;
	return bsearch(&pid, processes->items, processes->len, sizeof(*processes->items),
		       compare_pid);
}

/* The nearest ancestor that a rule is for. */
static const struct process_kept *governor_of(const struct processes *processes,
					      const struct process_kept *kept)
{
	for (size_t i = 0; kept && i < MOST_ANCESTORS; i++) {
		kept = find(processes, kept->ppid);
		if (kept && kept->rule >= 0)
			return kept->unknown ? NULL : kept;
	}
	return NULL;
}

static struct outcome of_child(const struct rules *rules,
			       const struct processes *processes,
			       const struct process_kept *kept)
{
	struct outcome outcome = { .want = kept->adj };
	const struct process_kept *governor =
		rules->children ? governor_of(processes, kept) : NULL;

	if (!governor)
		return outcome;
	outcome.governor = governor;
	outcome.ready = &rules->items[governor->rule];
	if (!kept->unset && !governor->unset)
		outcome.want = rules_want_child(outcome.ready->rule, governor->adj,
						kept->adj, kept->legacy);
	return outcome;
}

struct outcome outcome_of(const struct rules *rules, const struct processes *processes,
			  const struct process_kept *kept)
{
	struct outcome outcome = { .want = kept->adj };

	if (kept->rule < 0)
		return of_child(rules, processes, kept);
	outcome.ready = &rules->items[kept->rule];
	if (!kept->unknown && !kept->unset)
		outcome.want = rules_want(outcome.ready->rule, kept->adj, kept->legacy);
	return outcome;
}
