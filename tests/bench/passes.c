/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * passes NAME VALUE: the passes that `watch` makes, with one rule for the processes
 * that are called NAME. Prints of each what it took in milliseconds, wall and CPU:
 * one that sets all of them to VALUE, one that finds them so, and the median of
 * those that pass over what is known.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/num.h"
#include "profile/profile.h"
#include "sys/clock.h"
#include "sys/root.h"
#include "watch/watch.h"

#define RESCANS 9

struct cost {
	double wall, cpu;
};

static void ignore(void *data, const struct notice *notice)
{
	(void)data;
	(void)notice;
}

static double cpu_ms(void)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

static struct cost pass(struct watch *watch, enum watch_pass kind)
{
	uint64_t from = (uint64_t)clock_monotonic_ns();
	double cpu = cpu_ms();

	if (watch_pass(watch, kind, from / 1000000) < 0) {
		(void)fputs("passes: cannot look at processes\n", stderr);
		exit(1);
	}
	return (struct cost){ (double)((uint64_t)clock_monotonic_ns() - from) / 1e6,
			      cpu_ms() - cpu };
}

static int by_wall(const void *a, const void *b)
{
	const struct cost *left = a, *right = b;

	return (left->wall > right->wall) - (left->wall < right->wall);
}

static int measure(struct watch *watch)
{
	struct cost costs[RESCANS];

	if (watch_begin(watch) < 0)
		return 1;
	for (int i = 0; i < 2; i++) {
		struct cost cost = pass(watch, WATCH_ALL);

		(void)printf("%s %.3f %.3f\n", i == 0 ? "set" : "look", cost.wall,
			     cost.cpu);
	}
	for (int i = 0; i < RESCANS; i++)
		costs[i] = pass(watch, WATCH_NEW);
	qsort(costs, RESCANS, sizeof(*costs), by_wall);
	(void)printf("known %.3f %.3f\n", costs[RESCANS / 2].wall,
		     costs[RESCANS / 2].cpu);
	(void)printf("processes %zu changed %llu\n", watch->seen,
		     (unsigned long long)watch->keeper.tally.changed);
	watch_done(watch);
	return 0;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new((size_t)1024 * 1024);
	struct rule rule = { .name = "bench", .has_value = true };
	struct layer layer = { .rules = &rule, .rules_len = 1 };
	static struct watch watch = { .keeper = { .tell = ignore } };
	struct rules rules = { 0 };
	struct root root;
	int64_t value;

	if (argc != 3 || !arena || num_i64(span_of(argv[2]), &value) < 0) {
		(void)fputs("Usage: passes NAME VALUE\n", stderr);
		return 64;
	}
	rule.comm = argv[1];
	rule.value = (int)value;
	if (rules_add(arena, &rules, &layer, NULL) < 0 || root_init(&root, "/") < 0)
		return 1;
	watch.keeper.root = &root;
	watch.keeper.rules = &rules;
	watch.keeper.self = getpid();
	return measure(&watch);
}
