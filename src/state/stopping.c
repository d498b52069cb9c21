/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/stopping.h"

#include <errno.h>
#include <fcntl.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "state/bootvalue.h"
#include "state/persisted.h"
#include "sys/root.h"

/* More than a sysctl shows that is a number or several. */
#define NUMBERS_MOST 4096

/* How many fields of @text are numbers, before the first that is none. */
static size_t count_numbers(const char *text, bool *ret_all)
{
	struct span rest = span_of(text), word;
	struct num number;
	size_t len = 0;

	*ret_all = false;
	while (span_word(&rest, &word)) {
		if (num_kernel(word, &number) < 0)
			return len;
		len++;
	}
	*ret_all = len > 0;
	return len;
}

/* A tree without any sysctl tells nothing of a kernel. */
static bool is_absent(const struct root *root, const char *path)
{
	cleanup_fd int folder = root_open(root, SYSCTLNAME_FOLDER, O_PATH);
	cleanup_fd int file = root_open(root, path, O_PATH);

	return folder >= 0 && file == -ENOENT;
}

/* Notes that the host does not have @key, if so. */
static int note_absent(struct arena *arena, const struct root *root,
		       struct keyset *absent, const char *key)
{
	const char *path = root ? sysctlname_path(arena, key) : NULL;
	const void *earlier;

	if (!path)
		return root ? -ENOMEM : 0;
	return is_absent(root, path) ? keyset_add(arena, absent, key, key, &earlier) : 0;
}

/* Notes how many numbers @key holds on the host, if nothing else. */
static int note_numbers(struct arena *arena, const struct root *root,
			struct keyset *numbers, const char *key)
{
	const char *path = root ? sysctlname_path(arena, key) : NULL;
	const void *earlier;
	char text[NUMBERS_MOST];
	bool all = false;
	size_t *len;

	if (!path)
		return root ? -ENOMEM : 0;
	len = arena_alloc(arena, sizeof(*len));
	if (!len)
		return -ENOMEM;
	if (root_read(root, path, text, sizeof(text)) > 0)
		*len = count_numbers(text, &all);
	return all ? keyset_add(arena, numbers, key, len, &earlier) : 0;
}

/* What the catalogue does not know takes as many numbers as it holds. */
static int judge_unknown(struct arena *arena, const struct root *root,
			 struct persisted *persisted, struct boot_line *line)
{
	const char *key = line->line.key;
	const size_t *wanted;
	bool all;
	size_t len = count_numbers(line->line.value, &all);
	int r = all ? 0 : note_numbers(arena, root, &persisted->numbers, key);

	if (r < 0 || all)
		return r;
	wanted = keyset_get(&persisted->numbers, key);
	line->refused = wanted && len < *wanted;
	return 0;
}

/* Does the loader stop at @line? Not where there is no such sysctl. */
static int judge(struct arena *arena, const struct root *root,
		 struct persisted *persisted, struct boot_line *line)
{
	const char *key = line->line.key, *value;
	const struct knob *knob = knob_find(key, NULL);
	int r = boot_value(arena, knob, line->line.value, &value);

	if (r < 0)
		return r;
	if (!knob)
		return judge_unknown(arena, root, persisted, line);
	if (r == VALUE_OK)
		return 0;
	r = note_absent(arena, root, &persisted->absent, key);
	line->refused = !keyset_get(&persisted->absent, key);
	return r;
}

static const char *reason(struct arena *arena, const struct boot_line *line)
{
	return arena_printf(
		arena, "the kernel refuses the value in %s, and there the loader stops",
		conf_line_place(arena, &line->line));
}

int stopping_find(struct arena *arena, const struct root *root,
		  struct persisted *persisted, size_t first)
{
	const char *why = NULL;
	size_t stop = NO_LINE;

	for (size_t i = first; i < persisted->lines.len; i++) {
		struct boot_line *line = &persisted->lines.items[i];
		int r = 0;

		line->behind = stop;
		line->passed_over = why;
		if (stop == NO_LINE)
			r = judge(arena, root, persisted, line);
		if (r < 0)
			return r;
		if (!line->refused)
			continue;
		stop = i;
		why = reason(arena, line);
		if (!why)
			return -ENOMEM;
	}
	return 0;
}
