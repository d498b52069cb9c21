/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/victims.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/vec.h"
#include "plan/judging.h"
#include "state/memcg.h"

#define NO_RULE (-1)

static bool is_aside(const struct victims_judge *judge, const struct process *process)
{
	return judge->group && (!process_knows(process, PROCESS_CGROUP) ||
				!memcg_holds(judge->group, process->cgroup));
}

struct process_answer victims_answer(void *data, const struct process *process)
{
	const struct victims_judge *judge = data;
	unsigned fields = PROCESS_COMM | PROCESS_STAT | PROCESS_ADJ | PROCESS_FOOTPRINT |
			  (judge->group ? (unsigned)PROCESS_CGROUP : 0U);
	struct process_answer answer = { .rule = NO_RULE };

	if (judge->judging)
		answer = judging_answer(judge->judging, process);
	if (answer.more)
		return answer;
	if ((process->have & fields) != fields)
		return (struct process_answer){ .more = fields, .rule = NO_RULE };
	answer.keep = process_knows(process, PROCESS_COMM | PROCESS_FOOTPRINT);
	answer.write = false;
	answer.aside = is_aside(judge, process);
	return answer;
}

struct ranking {
	const struct victims_request *request;
	struct badness_host host;
	const uint64_t *child_pages; /* one for each process */
	struct victims victims;
};

static uint64_t held_kib(const struct badness_process *process)
{
	return process->rss_kib + process->swap_kib;
}

/* One of less than half of memory that shows so much is only to be had with the newer formula. */
static bool shows_666(const struct badness_host *host, const struct process_kept *kept)
{
	const struct footprint *footprint = kept->footprint;

	return footprint && footprint->has_score && footprint->score >= 600 &&
	       footprint->badness.has_memory && kept->adj == 0 &&
	       held_kib(&footprint->badness) + footprint->badness.table_kib <
		       host->total_kib / 2;
}

static void find_out(struct ranking *ranking)
{
	const struct processes *processes = ranking->request->processes;
	struct badness_host *host = &ranking->host;

	for (size_t i = 0; i < processes->len; i++) {
		const struct process_kept *kept = &processes->items[i];

		host->has_score_adj |=
			(kept->known & PROCESS_ADJ) && !kept->unset && !kept->legacy;
	}
	for (size_t i = 0; host->has_score_adj && i < processes->len; i++)
		host->shows_666 |= shows_666(host, &processes->items[i]);
	ranking->victims.legacy = !host->has_score_adj;
}

static int compare_pid(const void *key, const void *item)
{
	const pid_t *pid = key;
	const struct process_kept *kept = item;

	return *pid < kept->pid ? -1 : *pid > kept->pid;
}

/* What the children of each add to it: only up to 2.6.35. */
static int add_children(struct arena *arena, struct ranking *ranking)
{
	const struct processes *processes = ranking->request->processes;
	uint64_t *pages = arena_array(arena, processes->len + 1, sizeof(*pages));

	if (!pages)
		return -ENOMEM;
	ranking->child_pages = pages;
	if (badness_child_pages(&ranking->host, 0) == 0 || processes->len == 0)
		return 0;
	for (size_t i = 0; i < processes->len; i++) {
		const struct process_kept *kept = &processes->items[i], *parent;

		parent = bsearch(&kept->ppid, processes->items, processes->len,
				 sizeof(*processes->items), compare_pid);
		if (parent && kept->footprint && kept->footprint->badness.has_memory)
			pages[parent - processes->items] +=
				badness_child_pages(&ranking->host,
						    kept->footprint->badness.vm_kib);
	}
	return 0;
}

static uint64_t run_seconds(const struct victims_request *request,
			    const struct footprint *footprint)
{
	uint64_t started = footprint->started / 100;

	return request->uptime > started ? request->uptime - started : 0;
}

/* With @adj, as the kernel has it in its file's terms. */
static struct badness badness_with(const struct ranking *ranking, size_t index, int adj)
{
	const struct process_kept *kept = &ranking->request->processes->items[index];
	struct badness_process process = kept->footprint->badness;

	process.score_adj = kept->legacy ? 0 : adj;
	process.legacy_adj = kept->legacy ? adj : 0;
	process.child_pages = ranking->child_pages[index];
	process.run_seconds = run_seconds(ranking->request, kept->footprint);
	return badness_of(&ranking->host, &process);
}

static void count(struct victims_side *side, const struct badness *badness,
		  const struct victim *victim, pid_t self)
{
	side->killable +=
		badness->spared == BADNESS_KILLABLE && victim->kept->pid != self;
	if (badness->spared != BADNESS_NEVER)
		return;
	side->never++;
	side->never_kib += held_kib(&victim->kept->footprint->badness);
}

static int add(struct arena *arena, struct ranking *ranking, size_t index)
{
	const struct victims_request *request = ranking->request;
	const struct process_kept *kept = &request->processes->items[index];
	struct victims *victims = &ranking->victims;
	struct victim *victim = vec_push(arena, victims);

	if (!victim)
		return -ENOMEM;
	*victim = (struct victim){
		.kept = kept,
		.outcome.want = kept->adj,
		.now = badness_with(ranking, index, kept->adj),
	};
	/* Of init and kernel threads the rules have nothing to say, whoever started them. */
	if (request->rules && victim->now.spared != BADNESS_INIT && kept->pid != 1 &&
	    victim->now.spared != BADNESS_KERNEL &&
	    victim->now.spared != BADNESS_NO_MEMORY)
		victim->outcome = outcome_of(request->rules, request->processes, kept);
	victim->after = badness_with(ranking, index, victim->outcome.want);
	victims->threads += victim->now.spared == BADNESS_KERNEL;
	count(&victims->now, &victim->now, victim, request->self);
	count(&victims->after, &victim->after, victim, request->self);
	return 0;
}

/* What tells who comes first. */
struct place {
	bool spared;
	int64_t points;
	int64_t turn, pid; /* the lesser one comes first of equal ones */
	struct victim *victim;
};

static int compare(int64_t left, int64_t right)
{
	return left < right ? -1 : left > right;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;
	int order = compare(left->spared, right->spared);

	if (order == 0)
		order = compare(right->points, left->points);
	if (order == 0)
		order = compare(left->turn, right->turn);
	return order ? order : compare(left->pid, right->pid);
}

static bool before(const struct badness_host *host, struct kver version)
{
	return kver_known(host->kernel) ? kver_compare(host->kernel, version) < 0
					: !host->has_score_adj;
}

static struct place place_of(const struct badness_host *host, struct victim *victim,
			     const struct badness *badness)
{
	bool spared = badness->spared != BADNESS_KILLABLE;
	int sign = spared || before(host, KVER(5, 3, 0)) ? 1 : -1;

	return (struct place){
		.spared = spared,
		.points = badness->points,
		.turn = spared ? 0 : sign * (int64_t)victim->kept->footprint->started,
		.pid = sign * (int64_t)victim->kept->pid,
		.victim = victim,
	};
}

static void sort(const struct ranking *ranking, struct place *places, bool after)
{
	const struct victims *victims = &ranking->victims;

	for (size_t i = 0; i < victims->len; i++) {
		struct victim *victim = &victims->items[i];

		places[i] = place_of(&ranking->host, victim,
				     after ? &victim->after : &victim->now);
	}
	if (victims->len > 0)
		qsort(places, victims->len, sizeof(*places), compare_places);
	for (size_t i = 0; i < victims->len && !places[i].spared; i++)
		*(after ? &places[i].victim->rank_after : &places[i].victim->rank) =
			i + 1;
}

static int put_in_order(struct arena *arena, struct ranking *ranking)
{
	struct victims *victims = &ranking->victims;
	struct place *places = arena_array(arena, victims->len + 1, sizeof(*places));
	struct victim *items = arena_array(arena, victims->len + 1, sizeof(*items));

	if (!places || !items)
		return -ENOMEM;
	sort(ranking, places, true);
	sort(ranking, places, false);
	for (size_t i = 0; i < victims->len; i++)
		items[i] = *places[i].victim;
	victims->items = items;
	return 0;
}

int victims_rank(struct arena *arena, const struct victims_request *request,
		 struct victims *ret)
{
	struct ranking ranking = {
		.request = request,
		.host = request->host,
		.victims.judged = request->rules != NULL,
	};
	int r;

	find_out(&ranking);
	r = add_children(arena, &ranking);
	for (size_t i = 0; r == 0 && i < request->processes->len; i++) {
		const struct process_kept *kept = &request->processes->items[i];

		if (kept->footprint && !kept->aside)
			r = add(arena, &ranking, i);
	}
	if (r == 0)
		r = put_in_order(arena, &ranking);
	if (r < 0)
		return r;
	ranking.victims.children_first = before(&ranking.host, KVER(5, 1, 0));
	*ret = ranking.victims;
	return 0;
}

const struct victim *victims_find(const struct victims *victims, pid_t pid)
{
	for (size_t i = 0; i < victims->len; i++) {
		if (victims->items[i].kept->pid == pid)
			return &victims->items[i];
	}
	return NULL;
}
