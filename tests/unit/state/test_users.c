/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/users.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "\n"
			     "# a comment\n"
			     "broken\n"
			     "alice:x:\n"
			     "bob:x:+5:5::/:\n"
			     "carol:x:99999999999:5::/:\n"
			     "nobody2:x:4294967295:5::/:\n"
			     ":x:7:7::/:\n"
			     "+::::::\n"
			     "dave:x:1001:5::/:\n"
			     "dave:x:1002:5::/:\n"
			     "eve:x:010:5::/:\n"
			     "rootling:x:1003:5::/:\n"
			     "42:x:1004:5::/:\n"
			     "crlf:x:1005:5::/:\r\n"
			     "last:x:1006";

/* -1: there is none. */
static const struct {
	const char *name;
	int64_t uid;
} rows[] = {
	{ "root", 0 },	      { "broken", -1 },
	{ "alice", -1 },   /* no number */
	{ "bob", -1 },	   /* no number either */
	{ "carol", -1 },   /* too large */
	{ "nobody2", -1 }, /* (uid_t)-1 is nobody */
	{ "", -1 },	      { "+", -1 },
	{ "dave", 1001 }, /* the first counts */
	{ "eve", -1 },	      { "roo", -1 },
	{ "rootling", 1003 }, { "42", 42 }, /* a number is one */
	{ "crlf", 1005 },     { "last", 1006 },
	{ "0", 0 },	      { "4294967294", 4294967294 },
	{ "4294967295", -1 }, { "-1", -1 },
	{ "0x10", -1 },
};

static void test_rows(struct arena *arena, const struct root *root)
{
	struct users users;

	tree_file("etc/passwd", passwd);
	tree_file("etc/group", "wheel:x:10:a,b\nroot:x:0:\nlast:x:11");
	is_int(users_read(arena, root, &users), 0, "read");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uid_t uid = 77;
		int r = users_uid(&users, rows[i].name, &uid);

		if (is_int(r, rows[i].uid < 0 ? -ENOENT : 0, "user '%s'", rows[i].name) &&
		    r == 0)
			is_int(uid, rows[i].uid, "'%s': number", rows[i].name);
	}
	for (int i = 0; i < 2; i++) {
		gid_t gid = 77;

		is_int(users_gid(&users, i ? "last" : "wheel", &gid), 0, "a group");
		is_int(gid, 10 + i, "has a number");
		is_int(users_gid(&users, "dave", &gid), -ENOENT, "users are no groups");
		is_int(users_uid(&users, "wheel", &gid), -ENOENT, "nor the other way");
	}
}

static void test_none(struct arena *arena)
{
	struct users users;
	struct root root;
	uid_t uid = 77;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(users_read(arena, &root, &users), 0, "without files");
	is_int(users_uid(&users, "daemon", &uid), -ENOENT, "nobody has a name");
	is_int(users_uid(&users, "root", &uid), 0, "but root");
	is_int(uid, 0, "who is 0");
	is_int(users_gid(&users, "root", &uid), 0, "as is its group");
	is_int(users_uid(&users, "0", &uid), 0, "numbers go on");
	is_int(uid, 0, "as what they are");
	root_done(&root);
	tree_end();
}

static void test_out_of_memory(const struct root *root)
{
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct users users;

		r = users_read(arena, root, &users);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 3, "after %d clean failures", failures);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	test_rows(arena, &root);
	test_out_of_memory(&root);
	root_done(&root);
	tree_end();
	test_none(arena);
	return done();
}
