/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/victims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/judging.h"
#include "profile/profile.h"
#include "state/host.h"
#include "state/memcg.h"
#include "sys/root.h"
#include "tap.h"

#define ROWS(of) (sizeof(of) / sizeof(*(of)))
#define MIB	 UINT64_C(1024)
#define TOTAL	 (4 * 1024 * MIB)

#define PRINT(kib, when)                                                                 \
	&(const struct footprint)                                                        \
	{                                                                                \
		.badness = { .has_memory = true, .rss_kib = (kib) }, .started = (when)   \
	}
#define KEPT(number, size, when, has)                                                    \
	{                                                                                \
		.pid = (number), .comm = "x", .known = PROCESS_ADJ, .rule = -1,          \
		.adj = (has), .footprint = PRINT(size, when)                             \
	}

static const struct rule guard = { .name = "guard", .has_value = true, .value = -1000 };
static struct ready_rule ready[] = { { .rule = &guard } };
static const struct rules rules = { .items = ready, .len = 1, .shields = true };

/* "12 30 10": the pids in the order of @after or not, those that are never taken behind a "|". */
static const char *order(const struct victims *victims, bool after)
{
	static char text[256];
	size_t len = 0;

	text[0] = '\0';
	for (size_t rank = 1; rank <= victims->len; rank++) {
		for (size_t i = 0; i < victims->len; i++) {
			const struct victim *victim = &victims->items[i];

			if ((after ? victim->rank_after : victim->rank) == rank)
				len += (size_t)snprintf(text + len, sizeof(text) - len,
							"%d ", (int)victim->kept->pid);
		}
	}
	len += (size_t)snprintf(text + len, sizeof(text) - len, "|");
	for (size_t i = 0; i < victims->len; i++) {
		const struct victim *victim = &victims->items[i];

		if ((after ? victim->rank_after : victim->rank) == 0)
			len += (size_t)snprintf(text + len, sizeof(text) - len, " %d",
						(int)victim->kept->pid);
	}
	return text;
}

static struct victims rank(struct arena *arena, struct process_kept *kept, size_t len,
			   struct kver kernel, const struct rules *with)
{
	const struct processes processes = { .items = kept, .len = len };
	const struct victims_request request = {
		.host = { .kernel = kernel, .total_kib = TOTAL },
		.uptime = 100,
		.processes = &processes,
		.rules = with,
		.self = 30,
	};
	struct victims victims = { 0 };

	is_int(victims_rank(arena, &request, &victims), 0, "ranked");
	return victims;
}

static void test_order(struct arena *arena)
{
	static const struct footprint init = {
		.badness = { .has_memory = true, .is_init = true, .rss_kib = 9 * MIB }
	};
	static const struct footprint thread = { .badness = { .is_kernel = true } };
	static const struct footprint zombie = { .badness = { .rss_kib = 0 } };
	struct process_kept kept[] = {
		{ .pid = 1,
		  .comm = "init",
		  .known = PROCESS_ADJ,
		  .rule = -1,
		  .footprint = &init },
		{ .pid = 2,
		  .comm = "kthreadd",
		  .known = PROCESS_ADJ,
		  .rule = -1,
		  .footprint = &thread },
		KEPT(10, 100 * MIB, 5, 0),
		KEPT(20, 10 * MIB, 6, 900),
		KEPT(30, 300 * MIB, 7, -1000),
		KEPT(31, 900 * MIB, 8, -500),
		{ .pid = 40,
		  .comm = "gone",
		  .known = PROCESS_ADJ,
		  .rule = -1,
		  .footprint = &zombie },
		{ .pid = 50, .comm = "hidden", .rule = -1 },
		KEPT(60, 5 * MIB, 9, 0),
	};
	struct victims victims;

	kept[8].aside = true;
	victims = rank(arena, kept, ROWS(kept), KVER(6, 1, 0), NULL);
	is_str(order(&victims, false), "20 10 31 | 1 2 30 40",
	       "who has most comes first, who is spared last, by pid");
	is_int(victims.items[0].kept->pid, 20, "they lie in that order");
	is_int((long long)victims.threads, 1, "kernel threads");
	is_int((long long)victims.now.killable, 3, "can be killed");
	is_int((long long)victims.now.never, 1, "never are, for their adjustment");
	is_int((long long)victims.now.never_kib, 300 * (long long)MIB,
	       "and hold so much");
	ok(!victims.judged && !victims.legacy && !victims.children_first,
	   "no rules; a kernel of today");
	is_str(order(&victims, true), "20 10 31 | 1 2 30 40",
	       "without rules nothing moves");
	is_int(victims_find(&victims, 31)->rank > 0, 1, "one is found");
	ok(!victims_find(&victims, 60), "one that is aside is not");
}

static void test_ties(struct arena *arena)
{
	static const struct {
		struct kver kernel;
		const char *want;
		bool children_first;
	} rows[] = {
		{ { 6, 1, 0 }, "12 13 11 |", false },
		{ { 5, 3, 0 }, "12 13 11 |", false },
		{ { 5, 2, 21 }, "11 13 12 |", false },
		{ { 5, 0, 0 }, "11 13 12 |", true },
		{ { 3, 10, 0 }, "11 13 12 |", true },
		{ { 0, 0, 0 }, "12 13 11 |", false },
	};
	/* 12 was started last: the pids have begun anew meanwhile. */
	struct process_kept kept[] = {
		KEPT(11, 10 * MIB, 5, 0),
		KEPT(12, 10 * MIB, 50, 0),
		KEPT(13, 10 * MIB, 20, 0),
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct victims victims =
			rank(arena, kept, ROWS(kept), rows[i].kernel, NULL);

		is_str(order(&victims, false), rows[i].want, "ties %zu", i);
		ok(victims.children_first == rows[i].children_first, "children %zu", i);
	}
	kept[1].footprint = kept[2].footprint = kept[0].footprint;
	{
		struct victims victims =
			rank(arena, kept, ROWS(kept), KVER(6, 1, 0), NULL);

		is_str(order(&victims, false), "13 12 11 |",
		       "started in the same moment: by pid");
	}
}

static void test_rules(struct arena *arena)
{
	struct process_kept kept[] = {
		KEPT(10, 100 * MIB, 5, 0),
		KEPT(20, 10 * MIB, 6, 0),
		KEPT(30, 50 * MIB, 7, 0),
		KEPT(40, 900 * MIB, 8, -1000),
	};
	struct victims victims;

	kept[0].rule = 0;
	victims = rank(arena, kept, ROWS(kept), KVER(6, 1, 0), &rules);
	is_str(order(&victims, false), "10 30 20 | 40", "as it is");
	is_str(order(&victims, true), "30 20 | 10 40", "as the rule has it");
	ok(victims.judged, "there were rules");
	is_int(victims.items[0].outcome.want, -1000, "what it is to get");
	is_int(victims.items[0].after.spared, BADNESS_NEVER, "and why it is spared then");
	is_int((long long)victims.after.killable, 1,
	       "this program itself does not count");
	is_int((long long)victims.after.never_kib, 1000 * (long long)MIB,
	       "what those hold");
	kept[1].rule = 0;
	victims = rank(arena, kept, ROWS(kept), KVER(6, 1, 0), &rules);
	is_int((long long)victims.after.killable, 0, "nothing is left to kill");
}

/* A kernel that calls itself 4.18 and shows what 5.9 does. */
static void test_backport(struct arena *arena)
{
	static const struct footprint print = {
		.badness = { .has_memory = true, .rss_kib = 4 },
		.has_score = true,
		.score = 667,
	};
	struct process_kept kept[] = {
		KEPT(10, 100 * MIB, 5, -999),
		{ .pid = 20,
		  .comm = "x",
		  .known = PROCESS_ADJ,
		  .rule = -1,
		  .footprint = &print },
	};
	struct victims victims = rank(arena, kept, 1, KVER(4, 18, 0), NULL);

	is_int(victims.items[0].now.points, 1, "4.18: no less than 1");
	victims = rank(arena, kept, 2, KVER(4, 18, 0), NULL);
	is_int(victims_find(&victims, 10)->now.points < 0, 1, "with the newer formula");
}

static void test_answer(void)
{
	static const struct memcg group = { .path = "/a", .unified = true };
	struct victims_judge judge = { .judging = NULL };
	struct process process = { .pid = 7, .dir = -1 };
	struct process_answer answer = victims_answer(&judge, &process);

	is_int(answer.more, PROCESS_COMM | PROCESS_STAT | PROCESS_ADJ | PROCESS_FOOTPRINT,
	       "what must be known");
	judge.group = &group;
	answer = victims_answer(&judge, &process);
	ok(answer.more & PROCESS_CGROUP, "and its group, where one is asked about");
	process.have = answer.more;
	strcpy(process.cgroup, "0::/a/b\n");
	answer = victims_answer(&judge, &process);
	ok(answer.keep && !answer.aside && answer.rule == -1 && !answer.more,
	   "one in the group is kept");
	strcpy(process.cgroup, "0::/b\n");
	answer = victims_answer(&judge, &process);
	ok(answer.keep && answer.aside, "one outside is kept aside");
	process.denied = PROCESS_FOOTPRINT;
	ok(!victims_answer(&judge, &process).keep, "one that may not be read is not");
}

static void test_no_memory(void)
{
	struct process_kept kept[] = { KEPT(10, 100, 5, 0), KEPT(11, 100, 5, 0) };
	const struct processes processes = { .items = kept, .len = ROWS(kept) };
	const struct victims_request request = { .processes = &processes };
	size_t limit;
	int r = -ENOMEM;

	for (limit = 0; r == -ENOMEM && limit < 16384; limit += 16) {
		cleanup(arena_freep) struct arena *small = arena_new(limit);
		struct victims victims;

		r = victims_rank(small, &request, &victims);
	}
	is_int(r, 0, "ranks once memory suffices");
	ok(limit > 256, "and tells when it does not");
}

static int collect(struct arena *arena, const struct root *root,
		   struct processes *processes, struct victims *ret)
{
	struct victims_judge judge = { .judging = NULL };
	const struct processes_request ask = { .judge = victims_answer, .data = &judge };
	struct host host;
	struct victims_request request;
	int r = host_read(arena, root,
			  HOST_KERNEL | HOST_MEMORY | HOST_PAGE | HOST_UPTIME, &host);

	if (r == 0)
		r = processes_collect(arena, root, &ask, processes);
	if (r < 0)
		return r;
	request = (struct victims_request){
		.host = { .kernel = host.kernel,
			  .page_size = host.page_size,
			  .total_kib = host.mem_total_kib + host.swap_total_kib },
		.uptime = host.uptime,
		.processes = processes,
	};
	return victims_rank(arena, &request, ret);
}

static void check_scores(const struct victims *victims, const char *name)
{
	uint64_t last = UINT64_MAX;
	size_t wrong = 0, off = 0;

	for (size_t i = 0; i < victims->len; i++) {
		const struct victim *victim = &victims->items[i];
		uint64_t score = victim->kept->footprint->score;

		off += llabs((long long)(score - victim->now.score)) > 2;
		if (victim->rank == 0)
			continue;
		wrong += score > last;
		last = score;
	}
	ok(victims->now.killable > 3, "%s: there are some", name);
	is_int((long long)wrong, 0, "%s: they are in the order of their oom_score", name);
	is_int((long long)off, 0, "%s: and have the points that it shows", name);
}

static void test_trees(struct arena *arena)
{
	static const char *const names[] = {
		"victims-2.6.18-i686", "victims-2.6.32-el6", "victims-3.10-x86_64",
		"victims-6.1-686-pae", "victims-6.1-amd64",  "victims-6.18-x86_64",
	};

	for (size_t i = 0; i < ROWS(names); i++) {
		struct processes processes;
		struct victims victims = { 0 };
		struct root root;
		char path[128];

		(void)snprintf(path, sizeof(path), "tests/fixtures/sysroots/%s",
			       names[i]);
		if (root_init(&root, path) < 0) {
			skip("%s is not here", path);
			continue;
		}
		is_int(collect(arena, &root, &processes, &victims), 0, "%s", names[i]);
		check_scores(&victims, names[i]);
		root_done(&root);
	}
}

#define OWN 3

/* With so much memory of its own and, where it may, with this adjustment. */
static void be_victim(size_t mib, const char *adj, int ready_fd)
{
	char *memory = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, mib << 20);
	if (fd >= 0 && write(fd, adj, strlen(adj)) < 0)
		(void)close(fd);
	if (write(ready_fd, "", 1) != 1)
		_exit(1);
	(void)pause();
	_exit(0);
}

static void start_victims(pid_t *pids, int *ends)
{
	static const struct {
		size_t mib;
		const char *adj;
	} own[OWN] = { { 16, "0" }, { 96, "0" }, { 4, "500" } };
	char byte;

	(void)fflush(stdout);
	for (size_t i = 0; i < OWN; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			be_victim(own[i].mib, own[i].adj, ends[1]);
	}
	for (size_t i = 0; i < OWN; i++)
		is_int(read(ends[0], &byte, 1), 1, "a process of this test's own");
}

static void check_own(const struct victims *victims, const pid_t *pids)
{
	for (size_t i = 0; i < OWN; i++) {
		const struct victim *victim = victims_find(victims, pids[i]);
		long long by_kernel;

		if (!ok(victim && victim->rank > 0, "own process %zu is among them", i))
			return;
		by_kernel = (long long)victim->kept->footprint->score;
		ok(llabs((long long)victim->now.score - by_kernel) <= 2,
		   "%lld by the kernel, %lld by us", by_kernel,
		   (long long)victim->now.score);
	}
	ok(victims_find(victims, pids[2])->rank < victims_find(victims, pids[1])->rank,
	   "the one with the adjustment before the large one");
	ok(victims_find(victims, pids[1])->rank < victims_find(victims, pids[0])->rank,
	   "that before the small one");
}

static void test_running(struct arena *arena)
{
	struct processes processes;
	struct victims victims;
	struct root root;
	pid_t pids[OWN];
	int ends[2];

	if (access("/proc/self/oom_score_adj", W_OK) < 0) {
		skip("no oom_score_adj here");
		return;
	}
	if (!ok(pipe(ends) == 0, "a pipe") || !ok(root_init(&root, "/") == 0, "a root"))
		return;
	start_victims(pids, ends);
	if (is_int(collect(arena, &root, &processes, &victims), 0, "the running host"))
		check_own(&victims, pids);
	for (size_t i = 0; i < OWN; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
	(void)close(ends[0]);
	(void)close(ends[1]);
	root_done(&root);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)1 << 28);

	test_order(arena);
	test_ties(arena);
	test_rules(arena);
	test_backport(arena);
	test_answer();
	test_no_memory();
	test_trees(arena);
	test_running(arena);
	return done();
}
