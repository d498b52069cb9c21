/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/rotated.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

/* The paths, joined by blanks. */
static const char *list(const struct root *root, const char *path)
{
	static char text[1024];
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	FILE *out = fmemopen(text, sizeof(text), "w");
	const char *const *paths;
	size_t len;
	int r = rotated_list(root, arena, path, &paths, &len);

	if (!out)
		return NULL;
	if (r < 0)
		(void)fprintf(out, "%d", r);
	for (size_t i = 0; r == 0 && i < len; i++)
		(void)fprintf(out, "%s%s", i > 0 ? " " : "", paths[i]);
	(void)fputc('\0', out);
	(void)fclose(out);
	return text;
}

static void make(const char *folder, const char *const names[])
{
	for (size_t i = 0; names[i]; i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		tree_file(path, "");
	}
}

static void test_numbers(const struct root *root)
{
	static const char *const names[] = { "log",	  "log.1",     "log.10.gz",
					     "log.2.gz",  "log.0",     "log.9.xz",
					     "log.3.zst", "log.4.bz2", "log.5.Z",
					     NULL };

	make("n", names);
	is_str(list(root, "n/log"),
	       "n/log.10.gz n/log.9.xz n/log.5.Z n/log.4.bz2 n/log.3.zst n/log.2.gz n/log.1 "
	       "n/log.0 n/log",
	       "by number, the largest is the oldest");
}

static void test_dates(const struct root *root)
{
	static const char *const names[] = { "log-20260201",	"log",
					     "log-20251231.gz", "log-20260101-1767225600",
					     "log-20260101",	"log-2025-06-30",
					     "log.20250101.xz", NULL };

	make("d", names);
	is_str(list(root, "d/log"),
	       "d/log.20250101.xz d/log-2025-06-30 d/log-20251231.gz d/log-20260101 "
	       "d/log-20260101-1767225600 d/log-20260201 d/log",
	       "by date");
}

static void test_others(const struct root *root)
{
	static const char *const names[] = { "log.old",
					     "log.1.gz.tmp",
					     "log-",
					     "log.",
					     "log.gz",
					     "logs",
					     "log-20260101x",
					     "log.-1",
					     "log-1",
					     "log.00000000000000000000000001",
					     "alog.1",
					     "log.1",
					     NULL };

	make("o", names);
	is_str(list(root, "o/log"), "o/log.1", "other names are no part of it");
	is_str(list(root, "o/none"), "", "a log that is not there");
	is_str(list(root, "none/log"), "", "nor its folder");
	is_str(list(root, "o/log.1/x"), "-20", "a file where a folder should be");
}

static void test_twice(const struct root *root)
{
	static const char *const names[] = {
		"log.1",	   "log.1.gz",	   "log.2.gz", "log.2.xz",
		"log-20260101.gz", "log-20260101", NULL
	};

	make("t", names);
	is_str(list(root, "t/log"), "t/log-20260101 t/log.2.gz t/log.2.xz t/log.1",
	       "what is there both packed and not is read once");
}

static void test_memory(const struct root *root)
{
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const char *const *paths;
		size_t len;

		r = rotated_list(root, arena, "n/log", &paths, &len);
	}
	is_int(r, 0, "with enough memory");
}

int main(void)
{
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_numbers(&root);
	test_dates(&root);
	test_others(&root);
	test_twice(&root);
	test_memory(&root);
	root_done(&root);
	tree_end();
	return done();
}
