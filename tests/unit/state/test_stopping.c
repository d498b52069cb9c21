/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/stopping.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"
#include "state/persisted.h"

#define CONF_PATH "etc/sysctl.conf"
#define ALONE	  6 /* busybox, of the layout's loaders */

static const struct entry entries[] = {
	HAS(CONF_PATH, "vm.dirty_ratio=abc\n"	  /* not there */
		       "net.core.somaxconn=ten\n" /* not there, nor in the catalogue */
		       "net.core.a=x\n"		  /* words */
		       "net.core.b=1 x\n"	  /* one number */
		       "net.core.c=1 x\n"	  /* two: refused */
		       "vm.swappiness=abc\n"
		       "vm.swappiness=5\n"),
	HAS("proc/sys/net/core/a", "word\n"),
	HAS("proc/sys/net/core/b", "1\n"),
	HAS("proc/sys/net/core/c", "1 2\n"),
	HAS("proc/sys/vm/swappiness", "60\n"),
	{ 0 },
};

static void check(const struct persisted *persisted, size_t stop, const char *about)
{
	for (size_t i = 0; i < persisted->lines.len; i++) {
		const struct boot_line *line = &persisted->lines.items[i];

		is_int(line->refused, i == stop, "%s: line %zu", about, i + 1);
		is_int((long long)line->behind, i > stop ? (long long)stop : -1,
		       "%s: what line %zu is behind", about, i + 1);
		is_int(line->passed_over != NULL, i > stop, "%s: is passed over", about);
	}
}

/* What was seen of the host stays known when the files change. */
static void test_with(struct arena *arena, const struct persisted *persisted)
{
	static const char text[] = "vm.dirty_ratio=abc\nvm.swappiness=abc\nvm.x=1\n";
	const struct source source = { "/" CONF_PATH, text, strlen(text) };
	struct persisted with;

	is_int(persisted_with(arena, persisted, &source, &with), 0, "another file");
	is_int((long long)with.lines.len, 3, "its lines");
	check(&with, 1, "another file");
}

static void test_no_memory(const struct root *root, const struct sysctl_loader *loader)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 262144; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);
		struct persisted persisted;

		r = persisted_read(arena, root, &diags, loader, true, &persisted);
		if (r == 0)
			check(&persisted, 4, "with memory");
	}
	is_int(r, 0, "finds it once memory suffices");
	ok(limit > 1024, "and tells when it does not");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(root_done) struct root root = { .fd = -1 };
	struct diags diags = diags_in(arena);
	const struct sysctl_loader *loader;
	struct persisted persisted;

	tree_begin();
	layout_make(entries);
	is_int(root_init(&root, tree), 0, "a tree");
	loader = layout_loader(arena, &root, ALONE);
	is_int(persisted_read(arena, &root, &diags, loader, true, &persisted), 0, "read");
	is_int((long long)persisted.lines.len, 7, "all lines");
	check(&persisted, 4, "as the host has it");
	test_with(arena, &persisted);
	test_no_memory(&root, loader);
	tree_end();
	return done();
}
