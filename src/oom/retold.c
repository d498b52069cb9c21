/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/retold.h"

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

static void keep(struct retold *retold, const struct taking *taking,
		 const struct retold_times *times)
{
	retold->kept[retold->next].times = *times;
	retold->kept[retold->next].asker = hash_of(taking->asker);
	retold->kept[retold->next].pid = victim_of(&taking->report);
	retold->kept[retold->next].killed = taking->report.kills.len > 0;
	retold->next = (retold->next + 1) % RETOLD_KEPT;
}

bool retold_is(struct retold *retold, const struct taking *taking,
	       const struct retold_times *times)
{
	const struct oom_report *report = &taking->report;
	int64_t pid = victim_of(report);

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
