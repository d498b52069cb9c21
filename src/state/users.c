/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/users.h"

#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "sys/root.h"

#define LARGEST ((size_t)4 * 1024 * 1024)

static int slurp(struct arena *arena, const struct root *root, const char *path,
		 struct span *ret)
{
	char *text;
	size_t len;
	int r = root_slurp(root, path, arena, LARGEST, &text, &len);

	*ret = r == 0 ? (struct span){ text, len } : (struct span){ "", 0 };
	return r == -ENOMEM ? r : 0;
}

int users_read(struct arena *arena, const struct root *root, struct users *ret)
{
	int r = slurp(arena, root, "etc/passwd", &ret->passwd);

	return r == 0 ? slurp(arena, root, "etc/group", &ret->group) : r;
}

/* Lines "name:password:number:..." */
static int find(struct span text, const char *name, uint32_t *ret)
{
	struct span line, word;
	uint64_t number;

	if (num_u64(span_of(name), &number) == 0 && number < UINT32_MAX) {
		*ret = (uint32_t)number;
		return 0;
	}
	/* A line may lack the name: that is nobody's. */
	while (*name && span_line(&text, &line)) {
		if (!span_until(&line, ':', &word) || !span_is(word, name) ||
		    !span_until(&line, ':', &word) || !span_until(&line, ':', &word) ||
		    num_u64(word, &number) < 0 || number >= UINT32_MAX)
			continue;
		*ret = (uint32_t)number;
		return 0;
	}
	/* Also where nobody wrote it down: an image that is being built, or half a tree. */
	*ret = 0;
	return strcmp(name, "root") == 0 ? 0 : -ENOENT;
}

int users_uid(const struct users *users, const char *name, uid_t *ret)
{
	return find(users->passwd, name, ret);
}

int users_gid(const struct users *users, const char *name, gid_t *ret)
{
	return find(users->group, name, ret);
}
