/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/rotated.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/span.h"
#include "base/vec.h"
#include "sys/root.h"

/* A number has no more digits, and a date no fewer. */
#define NUMBER_DIGITS 4
#define DATE_DIGITS   24

/* In their order the oldest come first. */
enum age { AGE_DATED, AGE_NUMBERED, AGE_CURRENT };

struct member {
	const char *name;
	enum age age;
	uint64_t number;
	char date[DATE_DIGITS + 1]; /* its digits */
	bool packed;
};

struct members {
	struct member *items;
	size_t len, cap;
};

static const char *const packed_ends[] = { ".gz", ".xz", ".zst", ".bz2", ".Z" };

static bool take_packed_end(struct span *rest)
{
	for (size_t i = 0; i < sizeof(packed_ends) / sizeof(*packed_ends); i++) {
		size_t len = strlen(packed_ends[i]);

		if (rest->len > len &&
		    memcmp(rest->at + rest->len - len, packed_ends[i], len) == 0) {
			rest->len -= len;
			return true;
		}
	}
	return false;
}

/* The digits of "2026-01-01T03", where it is of nothing else. */
static bool read_date(struct span text, char ret[DATE_DIGITS + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c >= '0' && c <= '9' && len < DATE_DIGITS)
			ret[len++] = c;
		else if (i == 0 || !strchr("-_.:T", c))
			return false;
	}
	ret[len] = '\0';
	return len > NUMBER_DIGITS;
}

/* Is @name one of the family of @base? */
static bool read_member(const char *name, const char *base, struct member *ret)
{
	struct span rest = span_of(name);
	bool numbered;

	*ret = (struct member){ .name = name, .age = AGE_CURRENT };
	if (!span_starts(rest, base))
		return false;
	rest.at += strlen(base);
	rest.len -= strlen(base);
	if (rest.len == 0)
		return true;
	numbered = *rest.at == '.';
	if (!numbered && *rest.at != '-')
		return false;
	rest.at++;
	rest.len--;
	ret->packed = take_packed_end(&rest);
	ret->age = AGE_NUMBERED;
	if (numbered && rest.len <= NUMBER_DIGITS && num_u64(rest, &ret->number) == 0)
		return true;
	ret->age = AGE_DATED;
	return read_date(rest, ret->date);
}

static int by_age(const void *a, const void *b)
{
	const struct member *left = a, *right = b;
	int order = strcmp(left->date, right->date);

	if (left->age != right->age)
		return left->age < right->age ? -1 : 1;
	if (left->number != right->number)
		return left->number > right->number ? -1 : 1;
	if (order != 0)
		return order;
	if (left->packed != right->packed)
		return left->packed ? 1 : -1;
	return strcmp(left->name, right->name);
}

static bool same_age(const struct member *a, const struct member *b)
{
	return a->age == b->age && a->number == b->number &&
	       strcmp(a->date, b->date) == 0;
}

static int find_members(struct arena *arena, const char *const *names, size_t len,
			const char *base, struct members *members)
{
	for (size_t i = 0; i < len; i++) {
		struct member found, *member;

		if (!read_member(names[i], base, &found))
			continue;
		member = vec_push(arena, members);
		if (!member)
			return -ENOMEM;
		*member = found;
	}
	if (members->len > 0)
		qsort(members->items, members->len, sizeof(*members->items), by_age);
	return 0;
}

static int make_paths(struct arena *arena, const char *folder,
		      const struct members *members, const char *const **ret_paths,
		      size_t *ret_len)
{
	const char **paths = arena_array(arena, members->len + 1, sizeof(*paths));
	size_t len = 0;

	for (size_t i = 0; paths && i < members->len; i++) {
		const struct member *member = &members->items[i];

		/* A packer that was interrupted leaves both. */
		if (member->packed && i > 0 && !members->items[i - 1].packed &&
		    same_age(member, &members->items[i - 1]))
			continue;
		paths[len] = arena_join(arena, folder, "/", member->name);
		if (!paths[len++])
			return -ENOMEM;
	}
	*ret_paths = paths;
	*ret_len = len;
	return paths ? 0 : -ENOMEM;
}

int rotated_list(const struct root *root, struct arena *arena, const char *path,
		 const char *const **ret_paths, size_t *ret_len)
{
	const char *slash = strrchr(path, '/');
	const char *folder =
		slash ? arena_copy(arena, path, (size_t)(slash - path)) : ".";
	const char *const *names = NULL;
	struct members members = { 0 };
	size_t len = 0;
	int r = folder ? root_list(root, folder, arena, &names, &len) : -ENOMEM;

	if (r < 0 && r != -ENOENT)
		return r;
	r = find_members(arena, names, len, slash ? slash + 1 : path, &members);
	return r < 0 ? r : make_paths(arena, folder, &members, ret_paths, ret_len);
}
