/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/report.h"

#include <string.h>

bool oom_report_victim(const struct oom_report *report, struct oom_kill *ret)
{
	if (report->kills.len > 0) {
		*ret = report->kills.items[0];
		/* A line that was cut may have lost what another one tells. */
		if (ret->pid == report->chosen_pid || report->chosen_pid < 0) {
			ret->comm = ret->comm ? ret->comm : report->chosen_comm;
			ret->uid = ret->uid >= 0 ? ret->uid : report->chosen_uid;
		}
		return true;
	}
	if (report->chosen_pid < 0)
		return false;
	*ret = (struct oom_kill){ .pid = report->chosen_pid,
				  .uid = report->chosen_uid,
				  .comm = report->chosen_comm,
				  .total_vm_kib = -1,
				  .anon_rss_kib = -1,
				  .file_rss_kib = -1,
				  .shmem_rss_kib = -1,
				  .pgtables_kib = -1,
				  .oom_score_adj = OOM_UNTOLD };
	return true;
}

const struct oom_zone *oom_report_zone(const struct oom_report *report, const char *name)
{
	for (size_t i = 0; i < report->zones.len; i++) {
		if (strcmp(report->zones.items[i].zone.name, name) == 0)
			return &report->zones.items[i];
	}
	return NULL;
}

int64_t oom_report_printed_free(const struct oom_report *report)
{
	int64_t sum = 0;

	for (size_t i = 0; i < report->zones.len; i++) {
		if (report->zones.items[i].zone.free_kib > 0)
			sum += report->zones.items[i].zone.free_kib;
	}
	return sum;
}

int64_t oom_report_total(const struct oom_report *report)
{
	int64_t reserved = report->totals.reserved > 0 ? report->totals.reserved : 0;

	return report->totals.ram > reserved ? report->totals.ram - reserved : -1;
}
