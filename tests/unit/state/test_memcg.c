/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/memcg.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "state/host.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define V2	  "sys/fs/cgroup/"
#define V1	  "sys/fs/cgroup/memory/"
#define UNLIMITED "9223372036854771712\n"

/* 4 GiB and 1 GiB of swap. */
static const struct host host = { .mem_total_kib = 4194304, .swap_total_kib = 1048576 };

struct want {
	const char *name;
	int r;
	const char *path, *limited;
	long long total_kib;
};

static struct memcg find(struct arena *arena, const char *name, int want)
{
	struct memcg memcg = { 0 };
	struct root root;
	int r = root_init(&root, tree);

	if (r == 0) {
		r = memcg_find(arena, &root, name, &host, &memcg);
		root_done(&root);
	}
	is_int(r, want, "'%s'", name);
	return memcg;
}

static void check(struct arena *arena, const struct want *wants, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const struct want *want = &wants[i];
		struct memcg memcg = find(arena, want->name, want->r);

		if (want->r < 0)
			continue;
		is_str(memcg.path, want->path, "%s: path", want->name);
		is_str(memcg.limited, want->limited, "%s: whose limit", want->name);
		is_int((long long)memcg.total_kib, want->total_kib, "%s: how much",
		       want->name);
	}
}

static void test_v2(struct arena *arena)
{
	static const struct want wants[] = {
		{ "/web", 0, "/web", "/web", 262144 + 65536 },
		{ "web", 0, "/web", "/web", 262144 + 65536 },
		{ "//web/", 0, "/web", "/web", 262144 + 65536 },
		{ "/sys/fs/cgroup/web", 0, "/web", "/web", 262144 + 65536 },
		{ "/sys/fs/cgroup", 0, "/", NULL, 5242880 },
		{ "/", 0, "/", NULL, 5242880 },
		/* its own "max": the one above */
		{ "/web/a", 0, "/web/a", "/web", 262144 + 65536 },
		/* the controller is not there: the same */
		{ "/web/a/b", 0, "/web/a/b", "/web", 262144 + 65536 },
		/* no more swap than there is */
		{ "/much", 0, "/much", "/much", 1024 + 1048576 },
		{ "/free", 0, "/free", NULL, 5242880 },
		{ "/none", -ENOENT, NULL, NULL, 0 },
		{ "/web/memory.max", -ENOENT, NULL, NULL, 0 },
		{ "", -EINVAL, NULL, NULL, 0 },
		{ "/web/../much", -EINVAL, NULL, NULL, 0 },
		{ "/./web", -EINVAL, NULL, NULL, 0 },
	};

	tree_file(V2 "cgroup.controllers", "memory\n");
	tree_file(V2 "web/memory.max", "268435456\n");
	tree_file(V2 "web/memory.swap.max", "67108864\n");
	tree_file(V2 "web/memory.oom.group", "1\n");
	tree_file(V2 "web/a/memory.max", "max\n");
	tree_file(V2 "web/a/memory.oom.group", "0\n");
	tree_file(V2 "web/a/b/cgroup.procs", "");
	tree_file(V2 "much/memory.max", "1048576\n");
	tree_file(V2 "much/memory.swap.max", "max\n");
	tree_file(V2 "free/memory.max", "max\n");
	check(arena, wants, sizeof(wants) / sizeof(*wants));
	ok(find(arena, "/web", 0).all_die, "all of it die");
	ok(!find(arena, "/web/a", 0).all_die, "not all of it die");
	tree_file("proc/sys/vm/swappiness", "0\n");
	is_int((long long)find(arena, "/web", 0).total_kib, 262144,
	       "without swappiness, swap does not count");
	tree_file("proc/sys/vm/swappiness", "60\n");
	is_int((long long)find(arena, "/web", 0).total_kib, 262144 + 65536,
	       "with it, it does");
}

static void test_v1(struct arena *arena)
{
	static const struct want wants[] = {
		{ "/docker/1", 0, "/docker/1", "/docker/1", 262144 + 65536 },
		{ "/sys/fs/cgroup/memory/docker/1", 0, "/docker/1", "/docker/1",
		  262144 + 65536 },
		{ "/docker", 0, "/docker", NULL, 5242880 },
		{ "/sys/fs/cgroup/memory", 0, "/", NULL, 5242880 },
		/* no limit on both together: all the swap there is */
		{ "/swap", 0, "/swap", "/swap", 262144 + 1048576 },
		/* 32 bits' "no limit" */
		{ "/old", 0, "/old", NULL, 5242880 },
		{ "/calm", 0, "/calm", "/calm", 262144 },
		{ "/memory2", -ENOENT, NULL, NULL, 0 },
	};

	tree_file(V1 "memory.limit_in_bytes", UNLIMITED);
	tree_file(V1 "docker/memory.limit_in_bytes", UNLIMITED);
	tree_file(V1 "docker/1/memory.limit_in_bytes", "268435456\n");
	tree_file(V1 "docker/1/memory.memsw.limit_in_bytes", "335544320\n");
	tree_file(V1 "docker/1/memory.oom_control", "oom_kill_disable 1\nunder_oom 0\n");
	tree_file(V1 "swap/memory.limit_in_bytes", "268435456\n");
	tree_file(V1 "swap/memory.memsw.limit_in_bytes", UNLIMITED);
	tree_file(V1 "swap/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
	tree_file(V1 "old/memory.limit_in_bytes", "8796093018112\n");
	tree_file(V1 "calm/memory.limit_in_bytes", "268435456\n");
	tree_file(V1 "calm/memory.swappiness", "0\n");
	check(arena, wants, sizeof(wants) / sizeof(*wants));
	ok(find(arena, "/docker/1", 0).nobody_dies, "the killer is off");
	ok(!find(arena, "/swap", 0).nobody_dies, "it is on");
}

static const struct {
	const char *path;
	bool unified;
	const char *lines;
	bool holds;
} members[] = {
	{ "/a", true, "0::/a\n", true },
	{ "/a", true, "0::/a/b\n", true },
	{ "/a", true, "0::/ab\n", false },
	{ "/a", true, "0::/\n", false },
	{ "/a", true, "", false },
	{ "/", true, "0::/ab\n", true },
	{ "/a", false, "5:cpu,memory:/a/b\n0::/\n", true },
	{ "/a", false, "4:memory:/b\n3:cpu:/a\n0::/a\n", false },
	{ "/a", false, "1:name=memory:/a\n", false },
	{ "/", false, "3:cpu:/a\n", false },
};

static void test_members(void)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const struct memcg memcg = { .path = members[i].path,
					     .unified = members[i].unified };

		ok(memcg_holds(&memcg, members[i].lines) == members[i].holds,
		   "member %zu", i);
	}
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	tree_begin();
	(void)find(arena, "/web", -ENOSYS);
	test_v2(arena);
	tree_end();
	tree_begin();
	test_v1(arena);
	tree_end();
	test_members();
	return done();
}
