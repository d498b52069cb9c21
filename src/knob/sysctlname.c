/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/sysctlname.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"

/* The mapping is its own inverse: dots become slashes and slashes dots. */
static void swap_separators(char *text)
{
	for (; *text; text++) {
		if (*text == '.')
			*text = '/';
		else if (*text == '/')
			*text = '.';
	}
}

static bool parts_are_sound(const char *path)
{
	struct span rest = span_of(path), part;

	while (span_until(&rest, '/', &part)) {
		if (part.len == 0 || span_is(part, ".") || span_is(part, ".."))
			return false;
	}
	return *path && path[strlen(path) - 1] != '/';
}

int sysctlname_canonical(struct arena *arena, const char *text, const char **ret)
{
	size_t first = strcspn(text, "./");
	char *name = arena_copy(arena, text, strlen(text));

	if (!name)
		return -ENOMEM;
	/* To the form of a path, where bad parts are easy to see, and back. */
	if (text[first] == '.')
		swap_separators(name);
	if (!parts_are_sound(name))
		return -EINVAL;
	swap_separators(name);
	*ret = name;
	return 0;
}

const char *sysctlname_path(struct arena *arena, const char *name)
{
	size_t len = strlen(name);
	char *path = arena_alloc(arena, sizeof(SYSCTLNAME_FOLDER) + len);

	if (!path)
		return NULL;
	memcpy(path, SYSCTLNAME_FOLDER, strlen(SYSCTLNAME_FOLDER));
	memcpy(path + strlen(SYSCTLNAME_FOLDER), name, len);
	swap_separators(path + strlen(SYSCTLNAME_FOLDER));
	return path;
}

const char *sysctlname_of_path(struct arena *arena, const char *path)
{
	char *name = arena_copy(arena, path, strlen(path));

	if (!name || strncmp(name, SYSCTLNAME_FOLDER, strlen(SYSCTLNAME_FOLDER)) != 0)
		return name;
	name += strlen(SYSCTLNAME_FOLDER);
	swap_separators(name);
	return name;
}
