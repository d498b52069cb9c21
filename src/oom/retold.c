/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/retold.h"

#include <string.h>

#include "oom/take.h"

/* FNV-1a; never 0. */
static uint64_t hash_of(struct span text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001b3);
	return hash | 1;
}

void retold_time(struct retold_times *times, struct span when)
{
	uint64_t hash = hash_of(when);

	for (size_t i = 0; when.len > 0 && i < RETOLD_TIMES; i++) {
		if (times->hashes[i] == hash)
			return;
		if (times->hashes[i] == 0) {
			times->hashes[i] = hash;
			return;
		}
	}
}

static bool has_all(const struct retold_times *times, const struct retold_times *of)
{
	for (size_t i = 0; i < RETOLD_TIMES && of->hashes[i] != 0; i++) {
		bool found = false;

		for (size_t k = 0; k < RETOLD_TIMES; k++)
			found = found || times->hashes[k] == of->hashes[i];
		if (!found)
			return false;
	}
	return of->hashes[0] != 0;
}

/* What nobody repeats: figures. */
static bool has_figures(const struct taking *taking)
{
	const struct oom_report *report = &taking->report;

	return report->zones.len > 0 || taking->rows.len > 0 ||
	       report->memcg.usage >= 0 || report->totals.free >= 0;
}

static int64_t victim_of(const struct oom_report *report)
{
	return report->kills.len > 0 ? report->kills.items[0].pid : report->chosen_pid;
}

/* Does it say nothing but what a control group used? */
static bool is_of_group(const struct taking *taking)
{
	const struct oom_report *report = &taking->report;

	return report->is_memcg && !report->has_header && victim_of(report) < 0 &&
	       report->zones.len == 0 && taking->rows.len == 0 && report->totals.free < 0;
}

static bool is_same_group(const struct retold *retold, size_t i,
			  const struct oom_memcg *memcg)
{
	const char *path = retold->kept[i].path;

	if (memcg->usage >= 0 && (memcg->usage != retold->kept[i].usage ||
				  memcg->limit != retold->kept[i].limit))
		return false;
	if (memcg->path && (!path || strcmp(memcg->path, path) != 0))
		return false;
	return memcg->usage >= 0 || memcg->path;
}

/* Is a group told of again, with the same time or none? */
static bool is_group_again(const struct retold *retold, const struct taking *taking,
			   const struct retold_times *times)
{
	for (size_t i = 0; i < RETOLD_KEPT; i++) {
		if ((times->hashes[0] == 0 || has_all(&retold->kept[i].times, times)) &&
		    is_same_group(retold, i, &taking->report.memcg))
			return true;
	}
	return false;
}

static void keep(struct retold *retold, const struct taking *taking,
		 const struct retold_times *times)
{
	retold->kept[retold->next].times = *times;
	retold->kept[retold->next].asker = hash_of(taking->asker);
	retold->kept[retold->next].pid = victim_of(&taking->report);
	retold->kept[retold->next].killed = taking->report.kills.len > 0;
	retold->kept[retold->next].usage = taking->report.memcg.usage;
	retold->kept[retold->next].limit = taking->report.memcg.limit;
	retold->kept[retold->next].path = taking->report.memcg.path;
	retold->next = (retold->next + 1) % RETOLD_KEPT;
}

bool retold_is(struct retold *retold, const struct taking *taking,
	       const struct retold_times *times)
{
	const struct oom_report *report = &taking->report;
	int64_t pid = victim_of(report);

	if (is_of_group(taking))
		return is_group_again(retold, taking, times);
	if (has_figures(taking)) {
		if (pid >= 0)
			keep(retold, taking, times);
		return false;
	}
	for (size_t i = 0; i < RETOLD_KEPT; i++) {
		if (!has_all(&retold->kept[i].times, times))
			continue;
		/* Else it is what was missing there. */
		if (report->kills.len > retold->kept[i].killed)
			continue;
		if (report->has_header && hash_of(taking->asker) != retold->kept[i].asker)
			continue;
		if (pid < 0 ? report->has_header : pid == retold->kept[i].pid)
			return true;
	}
	return false;
}
