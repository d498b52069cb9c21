/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the files of a process, lines of "--" between them: stat, status, cgroup, cmdline,
 * exe, and a pattern that stands in a rule for each criterion.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/rules.h"
#include "profile/profile.h"
#include "state/process.h"
#include "state/procstat.h"
#include "state/procstatus.h"
#include "state/users.h"

#define MEMORY	 ((size_t)1024 * 1024)
#define PARTS	 6
#define ALL	 ((1U << PROCESS_FIELDS) - 1)
#define RULES	 7
#define SHORTEST 256 /* of a pattern that is no text's: globs take their time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

static bool lies_in(struct span part, struct span whole)
{
	return part.len == 0 ||
	       (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

static struct span take(struct span *rest)
{
	const char *mark =
		rest->len > 0 ? memmem(rest->at, rest->len, "\n--\n", 4) : NULL;
	struct span part = *rest;

	if (!mark) {
		*rest = (struct span){ "", 0 };
		return part;
	}
	part.len = (size_t)(mark - rest->at) + 1;
	rest->at += part.len + 3;
	rest->len -= part.len + 3;
	return part;
}

/* As a file is read: cut, and with a NUL behind. */
static void hold(char *text, size_t size, struct span part)
{
	size_t len = part.len < size ? part.len : size - 1;

	memcpy(text, part.at, len);
	text[len] = '\0';
}

static void read_stat(struct span text, struct process *process)
{
	struct procstat stat;

	if (procstat_parse(text, &stat) < 0)
		return;
	check(lies_in(stat.comm, text));
	process->kernel = procstat_is_kernel(&stat);
	process->zombie = stat.state == 'Z';
	check(!process->kernel || !process->zombie);
	hold(process->comm, sizeof(process->comm), stat.comm);
	hold(process->parent, sizeof(process->parent), stat.comm);
}

static void read_status(struct span text, struct process *process)
{
	const struct procstatus status = procstatus_parse(text);

	check(lies_in(status.name, text));
	process->uid = (uid_t)status.euid;
	process->gid = (gid_t)status.egid;
}

static void check_groups(struct span text)
{
	struct span rest = text, controllers, path;

	while (process_cgroup_next(&rest, &controllers, &path)) {
		check(lies_in(controllers, text) && lies_in(path, text));
		check(path.len > 0 && !memchr(path.at, '\n', path.len));
		check(!memchr(controllers.at, ':', controllers.len));
	}
}

/* All that is known decides; with one field denied it is that, or not known; with none, more. */
static void judge(const struct rules *rules, const struct process *known)
{
	struct process process = *known;
	struct judgement judgement = rules_judge(rules, &process), other;

	check(judgement.verdict == VERDICT_NONE || judgement.verdict == VERDICT_RULE);
	for (size_t i = 0; i < rules->len; i++) {
		other = rules_judge_one(rules, i, &process);
		check(other.verdict == VERDICT_NONE || other.verdict == VERDICT_RULE);
		check(other.verdict == VERDICT_NONE ||
		      (judgement.verdict == VERDICT_RULE && judgement.rule <= i));
		check((other.verdict == VERDICT_RULE) <=
		      (rules_why_not(&rules->items[i], &process) == NULL));
	}
	process.denied = PROCESS_CGROUP | PROCESS_EXE;
	other = rules_judge(rules, &process);
	check(other.verdict != VERDICT_MORE);
	check(other.verdict != VERDICT_UNKNOWN || (other.fields & ~process.denied) == 0);
	process.denied = process.have = 0;
	other = rules_judge(rules, &process);
	check(other.verdict == VERDICT_MORE && other.fields != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct process process;
	cleanup(arena_freep) struct arena *arena = arena_new(MEMORY);
	struct span rest = { (const char *)data, size }, parts[PARTS];
	char pattern[SHORTEST];
	struct rule rules[RULES] = {
		{ .comm = pattern },   { .exe = pattern },  { .cmdline = pattern },
		{ .cgroup = pattern }, { .unit = pattern }, { .parent = pattern },
		{ .user = "1000" },
	};
	const struct layer layer = { .name = "p", .rules = rules, .rules_len = RULES };
	const struct users users = { .passwd = rest, .group = rest };
	struct rules ready = { 0 };
	uid_t number;

	for (size_t i = 0; i < PARTS; i++)
		parts[i] = take(&rest);
	memset(&process, 0, sizeof(process));
	process.pid = 812;
	process.have = ALL;
	read_stat(parts[0], &process);
	read_status(parts[1], &process);
	check_groups(parts[2]);
	hold(process.cgroup, sizeof(process.cgroup), parts[2]);
	hold(process.cmdline, sizeof(process.cmdline), parts[3]);
	hold(process.exe, sizeof(process.exe), parts[4]);
	hold(pattern, sizeof(pattern), parts[5]);
	(void)users_uid(&users, pattern, &number);
	(void)users_gid(&users, pattern, &number);
	if (arena && rules_add(arena, &ready, &layer, &users) == 0)
		judge(&ready, &process);
	rules_done(&ready);
	return 0;
}
