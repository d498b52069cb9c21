/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/procstat.h"

#include <errno.h>
#include <string.h>

#include "base/num.h"

#define EXITING 0x4 /* PF_EXITING */

/* Fields by their place behind the name; the manual's number is 3 more. */
enum field {
	FIELD_STATE = 0,
	FIELD_PPID = 1,
	FIELD_FLAGS = 6,
	FIELD_UTIME = 11,
	FIELD_STIME = 12,
	FIELD_NICE = 16,
	FIELD_THREADS = 17,
	FIELD_START = 19,
	FIELD_VSIZE = 20,
	FIELD_RSS = 21,
	FIELDS,
};

/* "1234 (name": what stands before the last ')'. */
static int read_name(struct span head, struct procstat *stat)
{
	struct span pid;

	if (!span_until(&head, '(', &pid) || pid.len == 0 || head.at == pid.at + pid.len)
		return -EINVAL;
	stat->comm = head;
	return num_i64(span_trim(pid), &stat->pid);
}

static int read_numbers(const struct span *words, struct procstat *stat)
{
	const struct {
		enum field field;
		uint64_t *to;
	} counts[] = {
		{ FIELD_FLAGS, &stat->flags }, { FIELD_UTIME, &stat->utime },
		{ FIELD_STIME, &stat->stime }, { FIELD_START, &stat->start_time },
		{ FIELD_VSIZE, &stat->vsize },
	};
	const struct {
		enum field field;
		int64_t *to;
	} numbers[] = {
		{ FIELD_PPID, &stat->ppid },
		{ FIELD_NICE, &stat->nice },
		{ FIELD_THREADS, &stat->threads },
		{ FIELD_RSS, &stat->rss },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(counts) / sizeof(*counts); i++)
		r = num_u64(words[counts[i].field], counts[i].to);
	for (size_t i = 0; r == 0 && i < sizeof(numbers) / sizeof(*numbers); i++)
		r = num_i64(words[numbers[i].field], numbers[i].to);
	return r;
}

int procstat_parse(struct span text, struct procstat *ret)
{
	const char *bracket = text.len > 0 ? memrchr(text.at, ')', text.len) : NULL;
	struct procstat stat = { 0 };
	struct span words[FIELDS], rest;
	size_t head;

	if (!bracket)
		return -EINVAL;
	head = (size_t)(bracket - text.at);
	rest = (struct span){ bracket + 1, text.len - head - 1 };
	if (read_name((struct span){ text.at, head }, &stat) < 0)
		return -EINVAL;
	for (size_t i = 0; i < FIELDS; i++) {
		if (!span_word(&rest, &words[i]))
			return -EINVAL;
	}
	/* Nothing behind the last word: it may be half a number. */
	if (rest.len == 0 || words[FIELD_STATE].len != 1)
		return -EINVAL;
	stat.state = words[FIELD_STATE].at[0];
	if (read_numbers(words, &stat) < 0)
		return -EINVAL;
	*ret = stat;
	return 0;
}

bool procstat_is_kernel(const struct procstat *stat)
{
	return stat->vsize == 0 && stat->state != 'Z' && stat->state != 'X' &&
	       !(stat->flags & EXITING);
}
