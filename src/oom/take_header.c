/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "oom/fields.h"
#include "oom/take.h"

#define COMM_MOST 15 /* TASK_COMM_LEN - 1 (include/linux/sched.h) */

const char *take_text(struct taking *taking, struct span text)
{
	return arena_copy(taking->arena, text.at, text.len);
}

int take_keep(struct taking *taking, struct span text, const char **ret)
{
	if (*ret || text.len == 0 || *text.at == '\0')
		return 0;
	*ret = take_text(taking, text);
	return *ret ? 0 : -ENOMEM;
}

/* A level, "<4>", within the line of another CPU: a message begins there. */
static struct span behind_level(struct span asker)
{
	for (size_t i = asker.len; i-- > 3;) {
		if (asker.at[i - 1] == '>' && asker.at[i - 3] == '<' &&
		    isdigit((unsigned char)asker.at[i - 2]))
			return span_from(asker, i);
	}
	return asker;
}

/* "...": who tells it left the name out. */
static bool is_elided(struct span asker)
{
	size_t dots = 0;

	while (dots < asker.len && asker.at[dots] == '.')
		dots++;
	return dots > 0 && dots == asker.len;
}

/* "messages:10:sshd", of grep's: the name without the file and the number. Names have colons too. */
static struct span behind_file(struct span word)
{
	struct span rest = word, part;
	uint64_t number;

	while (rest.len > COMM_MOST) {
		if (!span_behind(rest, ":", &rest))
			return span_from(word, word.len - COMM_MOST);
	}
	part = rest;
	return digits_take(&part, &number) && span_starts(part, ":") ? span_from(part, 1)
								     : rest;
}

/* No name is longer: what stands before a longer one is of somebody else's line. */
static struct span cut_comm(struct span asker)
{
	struct span word, rest;

	asker = behind_level(asker);
	if (is_elided(asker))
		return span_from(asker, asker.len);
	if (asker.len <= COMM_MOST)
		return asker;
	rest = asker;
	while (span_word(&rest, &word))
		asker = word;
	return asker.len <= COMM_MOST ? asker : behind_file(asker);
}

/* "0xcc0(GFP_KERNEL)" */
static struct span mask_of(struct span text)
{
	size_t len = 0;

	while (len < text.len &&
	       (isxdigit((unsigned char)text.at[len]) || text.at[len] == 'x'))
		len++;
	if (len < text.len && text.at[len] == '(') {
		const char *end = memchr(text.at + len, ')', text.len - len);

		if (end)
			len = (size_t)(end - text.at) + 1;
	}
	return (struct span){ text.at, len };
}

static int64_t hexadecimal(struct span text)
{
	int64_t value = 0;

	if (!span_starts(text, "0x") || text.len == 2 ||
	    !isxdigit((unsigned char)text.at[2]))
		return -1;
	for (size_t i = 2; i < text.len && isxdigit((unsigned char)text.at[i]) && i < 14;
	     i++)
		value = value * 16 + (isdigit((unsigned char)text.at[i])
					      ? text.at[i] - '0'
					      : (text.at[i] | 0x20) - 'a' + 10);
	return value;
}

static int take_mask(struct taking *taking, struct span line)
{
	struct oom_report *report = &taking->report;
	struct span text;

	if (report->gfp_text || !span_behind(line, "gfp_mask=", &text))
		return 0;
	report->gfp_mask = hexadecimal(text);
	return take_keep(taking, mask_of(text), &report->gfp_text);
}

static int small(const struct field *field)
{
	int64_t amount = field_amount(field);

	amount = amount < 1000000 ? amount : 1000000;
	return (int)(field->negative ? -amount : amount);
}

static bool ends_with(struct span text, struct span end)
{
	return text.len >= end.len && span_same(span_from(text, text.len - end.len), end);
}

/* Some logs have lost the commas: "gfp_mask=0x800d0order=0oom_score_adj=0". */
static void take_numbers(struct oom_report *report, struct span line)
{
	struct field field;

	while (field_next(&line, &field)) {
		if (ends_with(field.name, span_of("oom_score_adj")))
			report->trigger_adj = small(&field);
		else if (ends_with(field.name, span_of("order")) &&
			 report->order == OOM_UNTOLD && small(&field) >= -1 &&
			 small(&field) < ZONE_ORDERS)
			report->order = small(&field);
	}
}

int take_header(struct taking *taking, struct span line, struct span asker)
{
	struct oom_report *report = &taking->report;
	struct span nodemask;
	int r;

	report->has_header = true;
	taking->asker = asker;
	r = take_mask(taking, line);
	if (r == 0)
		r = take_keep(taking, cut_comm(asker), &report->trigger_comm);
	if (r == 0 && span_behind(line, "nodemask=", &nodemask))
		r = take_keep(taking, span_before(span_before(nodemask, ", "), " "),
			      &report->nodemask);
	if (r == 0)
		take_numbers(report, line);
	return r;
}

/* The word behind "tainted", or behind the letters that say how. */
static struct span release_of(struct span text)
{
	struct span word;

	if (!span_behind(text, "ainted", &text))
		return (struct span){ text.at, 0 };
	while (span_word(&text, &word)) {
		if (isdigit((unsigned char)*word.at) && memchr(word.at, '.', word.len))
			return word;
	}
	return (struct span){ text.at, 0 };
}

/* "PID: 813 Comm: httpd Not tainted", "Process httpd (pid: 813, ..."; @ret_rest: behind the pid */
static bool read_process(struct span line, uint64_t *ret_pid, struct span *ret_comm,
			 struct span *ret_rest)
{
	struct span comm, text;

	if (span_behind(line, "Process ", &comm) && span_behind(comm, " (pid: ", &text)) {
		*ret_comm = span_before(comm, " (pid: ");
		*ret_rest = text;
		return digits_take(ret_rest, ret_pid);
	}
	if ((!span_behind(line, "PID: ", &text) && !span_behind(line, "Pid: ", &text)) ||
	    !digits_take(&text, ret_pid) || !span_behind(text, "omm: ", &comm))
		return false;
	comm = span_before(span_before(comm, " Not tainted"), " Tainted:");
	*ret_comm = span_trim(span_before(comm, " Kdump:"));
	*ret_rest = text;
	return true;
}

int take_cpu(struct taking *taking, struct span line)
{
	struct oom_report *report = &taking->report;
	struct span comm, text;
	uint64_t pid;
	int r;

	/* Without a header it is of another stack: nothing else begins a report before it. */
	if (!report->has_header || report->trigger_pid >= 0 ||
	    !read_process(line, &pid, &comm, &text))
		return 0;
	/* The line may be of another stack, or the name have been taken for a longer one. */
	if (report->trigger_comm && !ends_with(taking->asker, comm))
		return 0;
	report->trigger_pid = (int64_t)(pid < INT32_MAX ? pid : INT32_MAX);
	r = take_keep(taking, release_of(text), &report->kernel);
	if (r < 0 || comm.len == 0 || comm.len > COMM_MOST)
		return r;
	report->trigger_comm = take_text(taking, comm);
	return report->trigger_comm ? 0 : -ENOMEM;
}

int take_cpuset(struct taking *taking, struct span line)
{
	struct oom_report *report = &taking->report;
	struct span cpuset, mems;
	int r;

	if (!span_behind(line, "cpuset=", &cpuset) ||
	    !span_behind(line, "mems_allowed=", &mems))
		return 0;
	r = take_keep(taking, span_trim(span_before(cpuset, " mems_allowed")),
		      &report->cpuset);
	return r == 0 ? take_keep(taking, span_before(mems, " "), &report->mems_allowed)
		      : r;
}
