/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/kver.h"

#include <errno.h>
#include <limits.h>

#include "base/compare.h"
#include "base/num.h"
#include "base/span.h"

/* Reads "2.6.9" off the head of *@text: one to three numbers joined by dots. */
static int take_version(struct span *text, struct kver *ret)
{
	unsigned short parts[3] = { 0 };
	size_t count = 0;
	struct span rest = *text;

	while (count < 3) {
		uint64_t number;
		size_t len = 0;

		while (len < rest.len && rest.at[len] >= '0' && rest.at[len] <= '9')
			len++;
		if (num_u64((struct span){ rest.at, len }, &number) < 0 ||
		    number > USHRT_MAX)
			return -EINVAL;
		parts[count++] = (unsigned short)number;
		rest = (struct span){ rest.at + len, rest.len - len };
		if (rest.len < 2 || rest.at[0] != '.' || rest.at[1] < '0' ||
		    rest.at[1] > '9')
			break;
		if (count < 3)
			rest = (struct span){ rest.at + 1, rest.len - 1 };
	}
	*text = rest;
	*ret = KVER(parts[0], parts[1], parts[2]);
	return 0;
}

int kver_parse(const char *release, struct kver *ret)
{
	struct span text = span_of(release);

	return take_version(&text, ret);
}

int kver_compare(struct kver a, struct kver b)
{
	if (a.major != b.major)
		return a.major < b.major ? -1 : 1;
	if (a.minor != b.minor)
		return a.minor < b.minor ? -1 : 1;
	if (a.patch != b.patch)
		return a.patch < b.patch ? -1 : 1;
	return 0;
}

bool kver_known(struct kver v)
{
	return v.major != 0 || v.minor != 0 || v.patch != 0;
}

static int read_comparison(struct span word, enum comparator *ret_op,
			   struct kver *ret_bound)
{
	int r = compare_take(&word, ret_op);

	if (r < 0)
		return r;
	r = take_version(&word, ret_bound);
	return r < 0 || word.len == 0 ? r : -EINVAL;
}

int kver_condition_check(const char *condition, unsigned *ret_at)
{
	struct span rest = span_of(condition), word;
	enum comparator op;
	struct kver bound;
	size_t count = 0;

	while (span_word(&rest, &word)) {
		if (read_comparison(word, &op, &bound) < 0) {
			*ret_at = (unsigned)(word.at - condition);
			return -EINVAL;
		}
		count++;
	}
	if (count > 0)
		return 0;
	*ret_at = 0;
	return -EINVAL;
}

bool kver_matches(const char *condition, struct kver v)
{
	struct span rest = span_of(condition), word;
	enum comparator op;
	struct kver bound;

	while (span_word(&rest, &word)) {
		if (read_comparison(word, &op, &bound) < 0 ||
		    !compare_holds(op, kver_compare(v, bound)))
			return false;
	}
	return true;
}
