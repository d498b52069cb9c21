/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/unitadj.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define ETC "etc/systemd/system/"
#define USR "usr/lib/systemd/system/"

static const struct {
	const char *lines;
	const char *unit, *file;
	int adj;
	unsigned line;
	bool user;
} rows[] = {
	/* no unit */
	{ "0::/\n", NULL, NULL, 0, 0, false },
	{ "0::/user.slice/user-0.slice/session-1.scope\n", NULL, NULL, 0, 0, false },
	{ "", NULL, NULL, 0, 0, false },
	/* the file in /etc hides the one in /usr */
	{ "0::/system.slice/a.service\n", "a.service", "/" ETC "a.service", -100, 4,
	  false },
	{ "4:memory:/x.service\n1:name=systemd:/system.slice/a.service/b\n", "a.service",
	  "/" ETC "a.service", -100, 4, false },
	/* a drop-in, of names in order, the last of which wins; of one name the one in /etc */
	{ "0::/b.service\n", "b.service", "/" ETC "b.service.d/20.conf", 7, 2, false },
	/* the last line, and only in its section */
	{ "0::/c.service\n", "c.service", "/" USR "c.service", 5, 3, false },
	/* taken back */
	{ "0::/d.service\n", "d.service", NULL, 0, 0, false },
	/* of a template, of a prefix, of all services */
	{ "0::/e@1.service\n", "e@1.service", "/" USR "e@.service", 11, 2, false },
	{ "0::/f@1.service\n", "f@1.service", "/" ETC "f@.service.d/x.conf", 12, 2,
	  false },
	{ "0::/g-h-i.service\n", "g-h-i.service", "/" ETC "g-.service.d/x.conf", 13, 2,
	  false },
	{ "0::/k.service\n", "k.service", "/run/systemd/system/service.d/y.conf", 14, 2,
	  false },
	/* a user's */
	{ "0::/user.slice/user-1.slice/user@1.service/app.slice/l.service\n", "l.service",
	  "/etc/systemd/user/l.service", 200, 2, true },
	/* no number of that range */
	{ "0::/m.service\n", "m.service", NULL, 0, 0, false },
};

static void make_tree(void)
{
	tree_file(ETC "a.service", "# a\n\n[Service]\n OOMScoreAdjust = -100\n");
	tree_file(USR "a.service", "[Service]\nOOMScoreAdjust=-200\n");
	tree_file(USR "b.service", "[Service]\nOOMScoreAdjust=1\n");
	tree_file(USR "b.service.d/20.conf", "[Service]\nOOMScoreAdjust=6\n");
	tree_file(ETC "b.service.d/20.conf", "[Service]\nOOMScoreAdjust=7\n");
	tree_file(ETC "b.service.d/10.conf", "[Service]\nOOMScoreAdjust=8\n");
	tree_file(ETC "b.service.d/30", "[Service]\nOOMScoreAdjust=9\n");
	tree_file(USR "c.service", "[Service]\nOOMScoreAdjust=4\nOOMScoreAdjust=+5\n"
				   "#OOMScoreAdjust=6\n[Install]\nOOMScoreAdjust=7\n");
	tree_file(USR "d.service", "[Service]\nOOMScoreAdjust=4\n");
	tree_file(ETC "d.service.d/a.conf", "[Service]\nOOMScoreAdjust=\n");
	tree_file(USR "e@.service", "[Service]\nOOMScoreAdjust=11\n");
	tree_file(USR "f@1.service", "[Service]\nOOMScoreAdjust=1\n");
	tree_file(ETC "f@.service.d/x.conf", "[Service]\nOOMScoreAdjust=12\n");
	tree_file(ETC "g-.service.d/x.conf", "[Service]\nOOMScoreAdjust=13\n");
	tree_file("etc/systemd/user/l.service", "[Service]\nOOMScoreAdjust=200\n");
	tree_file(ETC "l.service", "[Service]\nOOMScoreAdjust=201\n");
	tree_file(ETC "m.service", "[Service]\nOOMScoreAdjust=1001\nOOMScoreAdjust=x\n");
}

static void test_row(struct arena *arena, const struct root *root, size_t i)
{
	struct unit_adj got;

	is_int(unit_adj_find(arena, root, rows[i].lines, &got), 0, "unit %zu", i);
	is_str(got.unit, rows[i].unit, "unit %zu: its name", i);
	ok(got.user == rows[i].user, "unit %zu: whose it is", i);
	ok(got.set == (rows[i].file != NULL), "unit %zu: it says so", i);
	if (!got.set)
		return;
	is_int(got.adj, rows[i].adj, "unit %zu: what", i);
	is_str(got.file, rows[i].file, "unit %zu: in which file", i);
	is_int(got.line, rows[i].line, "unit %zu: in which line", i);
}

static void test_no_memory(const struct root *root)
{
	size_t limit;
	int r = -ENOMEM;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 64) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct unit_adj got;

		r = unit_adj_find(arena, root, "0::/b.service\n", &got);
	}
	is_int(r, 0, "found once memory suffices");
	ok(limit > 512, "and tells when it does not");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 22);
	struct root root;

	tree_begin();
	make_tree();
	is_int(root_init(&root, tree), 0, "a tree");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		/* The drop-in for all services would hide the others' answers. */
		if (rows[i].adj == 14)
			tree_file("run/systemd/system/service.d/y.conf",
				  "[Service]\nOOMScoreAdjust=14\n");
		test_row(arena, &root, i);
		if (rows[i].adj == 14)
			(void)unlink(tree_path("run/systemd/system/service.d/y.conf"));
	}
	test_no_memory(&root);
	root_done(&root);
	tree_end();
	return done();
}
