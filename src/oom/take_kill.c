/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/vec.h"
#include "oom/fields.h"
#include "oom/take.h"

#define COMM_MOST 15

/* What can stand behind a value of "oom-kill:": the names that can follow it. Values hold commas. */
static const char *const names[] = { "nodemask=",  "cpuset=",	 "mems_allowed=",
				     "global_oom", "oom_memcg=", "task_memcg=",
				     "task=",	   "pid=",	 "uid=" };

/* Does @text begin with a comma and one of @names? Who writes the line down anew puts blanks behind commas. */
static bool is_mark(struct span text)
{
	text = span_from(text, 1);
	blanks_take(&text);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (span_starts(text, names[i]))
			return true;
	}
	return false;
}

/* Is @name in @line, where names stand? What is behind it. */
static bool behind_name(struct span line, const char *name, struct span *ret)
{
	while (span_behind(line, name, &line)) {
		const char *before = line.at - strlen(name) - 1;

		if (*before == ',' || *before == ' ' || *before == ':') {
			*ret = line;
			return true;
		}
	}
	return false;
}

static struct span value_of(struct span line, const char *name)
{
	struct span value;

	if (!behind_name(line, name, &value))
		return (struct span){ line.at, 0 };
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == ',' && is_mark(span_from(value, i)))
			value.len = i;
	}
	return span_trim(value);
}

/* Names are short: what is longer is followed by what stood in front of the next line. */
static struct span name_of(struct span value)
{
	if (value.len <= COMM_MOST)
		return value;
	for (size_t len = COMM_MOST; len > 0; len--) {
		if (value.at[len] == ' ')
			return span_trim((struct span){ value.at, len });
	}
	return value;
}

static enum oom_constraint constraint_of(struct span word)
{
	if (span_starts(word, "CONSTRAINT_NONE"))
		return OOM_CONSTRAINT_NONE;
	if (span_starts(word, "CONSTRAINT_MEMCG"))
		return OOM_CONSTRAINT_MEMCG;
	if (span_starts(word, "CONSTRAINT_CPUSET"))
		return OOM_CONSTRAINT_CPUSET;
	if (span_starts(word, "CONSTRAINT_MEMORY_POLICY"))
		return OOM_CONSTRAINT_MEMPOLICY;
	return OOM_CONSTRAINT_UNTOLD;
}

int take_constraint(struct taking *taking, struct span line)
{
	struct oom_report *report = &taking->report;
	struct span number = value_of(line, "pid="), behind;
	uint64_t pid;
	int r;

	if (report->constraint == OOM_CONSTRAINT_UNTOLD)
		report->constraint = constraint_of(value_of(line, "constraint="));
	report->is_memcg = report->is_memcg || behind_name(line, "oom_memcg=", &behind);
	/* It does not end the line: where it does, some of it was cut off. */
	if (report->chosen_pid < 0 && behind_name(line, "uid=", &behind) &&
	    digits_take(&number, &pid) && number.len == 0)
		report->chosen_pid = pid < INT32_MAX ? (int64_t)pid : INT32_MAX;
	number = value_of(line, "uid=");
	if (report->chosen_uid < 0 && digits_take(&number, &pid))
		report->chosen_uid = pid < UINT32_MAX ? (int64_t)pid : UINT32_MAX;
	r = take_keep(taking, value_of(line, "nodemask="), &report->nodemask);
	if (r == 0)
		r = take_keep(taking, value_of(line, "cpuset="), &report->cpuset);
	if (r == 0)
		r = take_keep(taking, value_of(line, "mems_allowed="),
			      &report->mems_allowed);
	if (r == 0)
		r = take_keep(taking, value_of(line, "oom_memcg="), &report->memcg.path);
	if (r == 0)
		r = take_keep(taking, value_of(line, "task_memcg="),
			      &report->memcg.victim_path);
	if (r < 0)
		return r;
	return take_keep(taking, name_of(value_of(line, "task=")), &report->chosen_comm);
}

/* "(httpd)": a name may hold brackets of its own, and be cut within them, but is short. */
static bool take_comm(struct span *text, struct span *ret)
{
	size_t end = 0;
	int depth = 1;

	if (text->len == 0 || *text->at != '(')
		return false;
	for (size_t i = 1; i < text->len && i <= COMM_MOST + 1 && depth > 0; i++) {
		depth += (text->at[i] == '(') - (text->at[i] == ')');
		if (text->at[i] == ')')
			end = i;
	}
	if (end == 0)
		return false;
	*ret = (struct span){ text->at + 1, end - 1 };
	*text = span_from(*text, end + 1);
	return true;
}

static void read_amounts(struct span text, struct oom_kill *kill)
{
	struct field field;

	while (field_next(&text, &field)) {
		int64_t amount = field_amount(&field);

		if (span_is(field.name, "total-vm") || span_is(field.name, "vsz"))
			kill->total_vm_kib = amount;
		else if (span_is(field.name, "anon-rss") && kill->anon_rss_kib < 0)
			kill->anon_rss_kib = amount;
		else if (span_is(field.name, "file-rss") && kill->file_rss_kib < 0)
			kill->file_rss_kib = amount;
		else if (span_is(field.name, "shmem-rss") && kill->shmem_rss_kib < 0)
			kill->shmem_rss_kib = amount;
		else if (span_is(field.name, "pgtables"))
			kill->pgtables_kib = amount;
		else if (span_is(field.name, "UID"))
			kill->uid = amount;
		else if (span_is(field.name, "oom_score_adj"))
			kill->oom_score_adj = (int)(field.negative ? -(amount % 100000)
								   : amount % 100000);
	}
}

static void read_circumstances(struct span line, struct kill_line *ret)
{
	ret->memcg = span_has(line, "cgroup out of memory");
	ret->not_memcg =
		span_has(line, "Out of memory: ") || span_has(line, "Out of Memory: ");
	ret->cpuset = span_has(line, "memory in cpuset");
	ret->mempolicy = span_has(line, "MPOL_BIND");
	ret->allocating = span_has(line, "oom_kill_allocating_task");
	ret->sharing = span_has(line, "sharing same memory");
	ret->old = span_has(line, "Out of Memory: Killed");
}

/* Red Hat's: "Killed process 123, UID 48, (httpd)" of 5 and 6, "(httpd), UID 48," of 7 */
static void take_uid(struct span *text, struct oom_kill *kill)
{
	uint64_t uid;

	if (!span_starts(*text, ", UID "))
		return;
	*text = span_from(*text, strlen(", UID "));
	if (digits_take(text, &uid))
		kill->uid = uid < UINT32_MAX ? (int64_t)uid : UINT32_MAX;
	if (span_starts(*text, ","))
		*text = span_from(*text, 1);
}

bool kill_read(struct span line, struct kill_line *ret)
{
	struct span text, number;
	uint64_t pid;

	*ret = (struct kill_line){ .score = -1 };
	ret->kill = (struct oom_kill){ -1, -1, NULL, -1, -1, -1, -1, -1, OOM_UNTOLD, 0 };
	if (!span_behind(line, "illed process ", &text)) {
		ret->chosen = true;
		if (!span_behind(line, "ill process ", &text))
			return false;
	}
	blanks_take(&text);
	/* At the end of a line that was cut, there may have been more digits. */
	if (!digits_take(&text, &pid) || text.len == 0)
		return false;
	ret->kill.pid = pid < INT32_MAX ? (int64_t)pid : INT32_MAX;
	take_uid(&text, &ret->kill);
	blanks_take(&text);
	/* Where the line was cut, who it was is not known, but that it was. */
	if (!take_comm(&text, &ret->comm) && text.len > 0 && *text.at != '(' &&
	    !span_starts(text, "total-vm:"))
		return false;
	take_uid(&text, &ret->kill);
	/* A pattern: "(httpd) total-vm:..., anon-rss:..." */
	if (span_starts(text, " total-vm:.") || span_starts(text, " total-vm:%") ||
	    span_starts(text, " total-vm:<"))
		return false;
	read_circumstances(line, ret);
	if (span_behind(text, "score ", &number) && digits_take(&number, &pid))
		ret->score = pid < (uint64_t)FIELD_MOST ? (int64_t)pid : FIELD_MOST;
	read_amounts(text, &ret->kill);
	ret->whole = !ret->chosen && ret->kill.total_vm_kib >= 0 &&
		     span_has(line, "ut of memory: K");
	return true;
}

static void fill(int64_t *amount, int64_t other)
{
	*amount = *amount >= 0 ? *amount : other;
}

void kill_fill(struct kill_line *kill, const struct kill_line *other)
{
	fill(&kill->kill.anon_rss_kib, other->kill.anon_rss_kib);
	fill(&kill->kill.file_rss_kib, other->kill.file_rss_kib);
	fill(&kill->kill.shmem_rss_kib, other->kill.shmem_rss_kib);
}

static void take_circumstances(struct oom_report *report, const struct kill_line *kill)
{
	report->is_memcg = report->is_memcg || kill->memcg;
	report->not_memcg = report->not_memcg || kill->not_memcg;
	report->allocating_task = report->allocating_task || kill->allocating;
	if (report->constraint != OOM_CONSTRAINT_UNTOLD)
		return;
	if (kill->cpuset)
		report->constraint = OOM_CONSTRAINT_CPUSET;
	else if (kill->mempolicy)
		report->constraint = OOM_CONSTRAINT_MEMPOLICY;
}

int take_kill(struct taking *taking, const struct kill_line *line, uint64_t number)
{
	struct oom_report *report = &taking->report;
	struct oom_kill *kill;

	take_circumstances(report, line);
	if (line->sharing)
		return 0;
	if (line->chosen) {
		report->chosen_score = line->score;
		if (report->chosen_pid >= 0 && report->chosen_comm)
			return 0;
		report->chosen_pid = line->kill.pid;
		return take_keep(taking, line->comm, &report->chosen_comm);
	}
	for (size_t i = 0; i < report->kills.len; i++) {
		if (report->kills.items[i].pid == line->kill.pid)
			return 0;
	}
	kill = vec_push(taking->arena, &report->kills);
	if (!kill)
		return -ENOMEM;
	*kill = line->kill;
	kill->line = number;
	report->ending = OOM_ENDING_KILLED;
	return take_keep(taking, line->comm, &kill->comm);
}

void failed_read(struct span line, uint64_t number, struct failed *ret)
{
	struct span mask;
	uint64_t order;

	*ret = (struct failed){ .line = number };
	if (!span_behind(line, "__alloc_pages: ", &line) || !digits_take(&line, &order) ||
	    !span_starts(line, "-order allocation failed") ||
	    !span_behind(line, "gfp=", &mask))
		return;
	mask = span_before(span_before(mask, "/"), ")");
	if (mask.len >= sizeof(ret->gfp) || !span_starts(mask, "0x"))
		return;
	(void)memcpy(ret->gfp, mask.at, mask.len);
	ret->order = order < ZONE_ORDERS ? (int)order : OOM_UNTOLD;
}

int take_vm_kill(struct taking *taking, struct span line, uint64_t number,
		 const struct failed *failed)
{
	struct oom_report *report = &taking->report;
	struct oom_kill *kill = vec_push(taking->arena, &report->kills);
	int r = 0;

	if (!kill)
		return -ENOMEM;
	*kill = (struct oom_kill){ -1, -1, NULL, -1, -1, -1, -1, -1, OOM_UNTOLD, number };
	report->ending = OOM_ENDING_KILLED;
	/* Others may have failed meanwhile. */
	if (failed->gfp[0] != '\0' && failed->line + 1 == number) {
		report->order = failed->order;
		r = take_keep(taking, span_of(failed->gfp), &report->gfp_text);
	}
	return r < 0 || !span_behind(line, "process ", &line)
		       ? r
		       : take_keep(taking, span_trim(line), &kill->comm);
}
