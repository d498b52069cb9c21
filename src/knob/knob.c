/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/knob.h"

#include <fnmatch.h>
#include <string.h>

#include "base/near.h"

/* The words of knobs.def, which says what they mean. */
#define ROW(id_, key_, class_, needs_, ...)                                              \
	{ .id = id_, .key = key_, .class = class_, .needs = needs_, __VA_ARGS__ },
#define SYSCTL(key, ...) ROW(key, key, KNOB_SYSCTL, NEED_ROOT, __VA_ARGS__)
#define SYSCTL_AND(need, key, ...)                                                       \
	ROW(key, key, KNOB_SYSCTL, NEED_ROOT | (need), __VA_ARGS__)
#define NETCTL(key, ...)       ROW(key, key, KNOB_SYSCTL, NEED_NET_ADMIN, __VA_ARGS__)
#define USERCTL(key, ...)      ROW(key, key, KNOB_SYSCTL, NEED_SYS_RESOURCE, __VA_ARGS__)
#define VARIANT(key, who, ...) ROW(key "@" who, key, KNOB_SYSCTL, NEED_ROOT, __VA_ARGS__)
#define READ_ONLY(key, ...)                                                              \
	ROW(key, key, KNOB_SYSCTL, NEED_NOTHING, .read_only = true, __VA_ARGS__)
#define SYSFS(id, path, ...)	ROW(id, path, KNOB_SYSFS, NEED_DAC_OVERRIDE, __VA_ARGS__)
#define PROCESS(key, need, ...) ROW(key, key, KNOB_PROCESS, need, __VA_ARGS__)
#define BOOTPARAM(key, ...)	ROW(key, key, KNOB_BOOTPARAM, NEED_NOTHING, __VA_ARGS__)

#define V(a, b, c)                                                                       \
	{                                                                                \
		(a), (b), (c)                                                            \
	}
#define FROM(a, b, c, low, high)                                                         \
	{                                                                                \
		.since = V(a, b, c), .min = (low), .max = (high)                         \
	}
#define ALL(low, high) FROM(0, 0, 0, low, high)
#define ON(bits, low, high)                                                              \
	{                                                                                \
		.word = (bits), .min = (low), .max = (high)                              \
	}
#define CHOICES(...)                                                                     \
	(const struct knob_choice[])                                                     \
	{                                                                                \
		__VA_ARGS__,                                                             \
		{                                                                        \
			NULL, NULL                                                       \
		}                                                                        \
	}
#define KEYS(...)                                                                        \
	(const char *const[])                                                            \
	{                                                                                \
		__VA_ARGS__, NULL                                                        \
	}

static const struct knob knobs[] = {
#include "knob/knobs.def"
};

#define KNOBS (sizeof(knobs) / sizeof(knobs[0]))

const struct knob *knob_all(size_t *ret_len)
{
	*ret_len = KNOBS;
	return knobs;
}

static bool is_pattern(const struct knob *knob)
{
	return strchr(knob->key, '*') != NULL;
}

/* The first row that does not come before @key; patterns come after every key. */
static size_t lower_bound(const char *key)
{
	size_t low = 0, high = KNOBS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!is_pattern(&knobs[middle]) && strcmp(knobs[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of the rows of one key, which begin at @first, the one that @release means. */
static const struct knob *choose_variant(const struct knob *first, const char *release)
{
	const struct knob *mainline = NULL, *knob = first;

	for (; knob < knobs + KNOBS && strcmp(knob->key, first->key) == 0; knob++) {
		if (!knob->releases)
			mainline = knob;
		else if (release && fnmatch(knob->releases, release, 0) == 0)
			return knob;
	}
	return mainline ? mainline : knob - 1;
}

static bool pattern_matches(const char *pattern, const char *path)
{
	/* Without FNM_PATHNAME an asterisk runs across slashes, which "**" is to do. */
	return fnmatch(pattern, path, strstr(pattern, "**") ? 0 : FNM_PATHNAME) == 0;
}

const struct knob *knob_find(const char *key, const char *release)
{
	size_t at = lower_bound(key);

	if (at < KNOBS && strcmp(knobs[at].key, key) == 0)
		return choose_variant(&knobs[at], release);
	if (key[0] != '/')
		return NULL;
	for (at = KNOBS; at > 0 && is_pattern(&knobs[at - 1]); at--)
		if (pattern_matches(knobs[at - 1].key, key))
			return &knobs[at - 1];
	return NULL;
}

/* The length of the whole parts ("vm.", "/sys/kernel/") that both begin with. */
static size_t shared_parts(const char *a, const char *b)
{
	size_t shared = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '.' || a[i] == '/')
			shared = i + 1;
	return shared;
}

const char *knob_nearest(const char *key)
{
	const char *nearest = NULL;
	size_t distance = SIZE_MAX;

	for (const struct knob *knob = knobs; knob < knobs + KNOBS; knob++) {
		/* What is spelt right is no measure of what is spelt wrong. */
		size_t shared = shared_parts(key, knob->key);
		struct near near = near_to(key + shared);

		if (knob->class != KNOB_SYSCTL && knob->class != KNOB_SYSFS)
			continue;
		near_try(&near, knob->key + shared);
		if (near.best && near.distance < distance) {
			nearest = knob->key;
			distance = near.distance;
		}
	}
	return nearest;
}

bool knob_may_be_read(const struct knob *knob)
{
	return !knob || !(knob->write_only || knob->never_read);
}

static bool excludes(const struct knob *knob, const char *key)
{
	for (const char *const *other = knob->excludes; other && *other; other++) {
		if (strcmp(*other, key) == 0)
			return true;
	}
	return false;
}

bool knob_are_twins(const struct knob *a, const struct knob *b)
{
	return excludes(a, b->key) && excludes(b, a->key);
}

bool knob_expected(const struct knob *knob, struct kver v)
{
	if (!kver_known(v))
		return true;
	if (kver_known(knob->since) && kver_compare(v, knob->since) < 0)
		return false;
	/* From 3.0 on the third number counts stable updates, which remove nothing. */
	if (v.major >= 3)
		v.patch = 0;
	return !kver_known(knob->until) || kver_compare(v, knob->until) <= 0;
}

/* What the type of @knob holds. False where that is no number. */
static bool type_range(enum knob_type type, struct knob_range *ret)
{
	switch (type) {
	case KNOB_BOOL:
		*ret = (struct knob_range){ .min = 0, .max = 1 };
		return true;
	case KNOB_INT:
		*ret = (struct knob_range){ .min = INT32_MIN, .max = INT32_MAX };
		return true;
	case KNOB_UINT:
		*ret = (struct knob_range){ .min = 0, .max = UINT32_MAX };
		return true;
	case KNOB_ULONG:
		*ret = (struct knob_range){ .min = 0, .max = UINT64_MAX };
		return true;
	case KNOB_VECTOR:
	case KNOB_WORD:
	case KNOB_TRIGGER:
	case KNOB_STRING:
		return false;
	}
	return false;
}

static void widen(struct knob_range *range, const struct knob_range *by)
{
	if (by->min < range->min)
		range->min = by->min;
	if (by->max > range->max)
		range->max = by->max;
}

/* Such numbers are longs of the kernel's, signed or not; files below /sys may count with more. */
static void fit_word(const struct knob *knob, struct knob_range *range)
{
	if (knob->class == KNOB_SYSCTL && range->max > UINT32_MAX)
		range->max = range->max == INT64_MAX ? INT32_MAX : UINT32_MAX;
}

bool knob_is_by_word(const struct knob *knob)
{
	struct knob_range range = { 0 };

	if (knob->class != KNOB_SYSCTL)
		return false;
	for (size_t i = 0; i < KNOB_RANGES && knob->ranges[i].max != 0; i++) {
		if (knob->ranges[i].word != 0 || knob->ranges[i].max > UINT32_MAX)
			return true;
	}
	return knob->ranges[0].max == 0 && type_range(knob->type, &range) &&
	       range.max > UINT32_MAX;
}

bool knob_range(const struct knob *knob, struct kver v, unsigned word, int64_t *ret_min,
		uint64_t *ret_max)
{
	struct knob_range range = { 0 };
	bool found = false;

	for (size_t i = 0; i < KNOB_RANGES && knob->ranges[i].max != 0; i++) {
		const struct knob_range *row = &knob->ranges[i];

		if (kver_known(v) && kver_compare(v, row->since) < 0)
			continue;
		if (word != 0 && row->word != 0 && word != row->word)
			continue;
		if (!found)
			range = *row;
		widen(&range, row);
		found = true;
		if (kver_known(v) && (word != 0 || row->word == 0))
			break;
	}
	if (!found && !type_range(knob->type, &range))
		return false;
	if (word == 32)
		fit_word(knob, &range);
	*ret_min = range.min;
	*ret_max = range.max;
	return true;
}
