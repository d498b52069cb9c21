/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/persisted.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"
#include "state/bootanswer.h"

#define ETC "etc/sysctl.d/"
#define USR "usr/lib/sysctl.d/"

struct world {
	struct arena *arena;
	struct root root;
	struct diags diags;
	struct persisted persisted;
};

static void world_begin(struct world *world, const struct entry *entries, unsigned loader)
{
	tree_begin();
	layout_make(entries);
	*world = (struct world){ .arena = arena_new(SIZE_MAX) };
	world->diags = diags_in(world->arena);
	is_int(root_init(&world->root, tree), 0, "a tree");
	is_int(persisted_read(world->arena, &world->root, &world->diags,
			      layout_loader(world->arena, &world->root, loader), true,
			      &world->persisted),
	       0, "read");
}

static void world_end(struct world *world)
{
	root_done(&world->root);
	arena_free(world->arena);
	tree_end();
}

static const struct boot_key *key_of(const struct persisted *persisted, const char *key)
{
	const size_t *index = keyset_get(&persisted->index, key);

	return index ? &persisted->keys.items[*index] : NULL;
}

static void test_index(void)
{
	static const struct entry entries[] = {
		HAS("proc/cmdline", "sysctl.vm.c=0"),
		HAS(ETC "a.conf",
		    "vm.a=1\nvm.*=2\nvm.a=3\nbad\n-vm.b\nvm.?=4\n-vm.*=2\n"),
		HAS(USR "a.conf", "vm.d=9\nbad\n"),
		{ 0 },
	};
	const struct boot_key *key;
	struct world world;

	world_begin(&world, entries, 2);
	is_int((long long)world.persisted.command_line, 1, "the kernel's lines");
	is_int((long long)world.persisted.lines.len, 8, "all lines");
	is_int((long long)world.diags.count, 1,
	       "of a file that is hidden no fault is told");
	key = key_of(&world.persisted, "vm.a");
	is_int((long long)key->last, 3, "the last line of a key");
	is_int((long long)world.persisted.lines.items[3].before, 1, "the one before it");
	is_int((long long)world.persisted.lines.items[1].before, (long long)NO_LINE,
	       "and none before that");
	ok(key->guards && !key->path, "it is a name");
	key = key_of(&world.persisted, "vm.b");
	ok(key->last == NO_LINE && key->exclusion == 4, "an exclusion");
	key = key_of(&world.persisted, "vm.*");
	is_str(key->path, "proc/sys/vm/*", "a pattern's path");
	is_int((long long)world.persisted.globs.len, 2, "the patterns");
	is_str(world.persisted.keys.items[world.persisted.globs.items[0]].key, "vm.?",
	       "in the order of writing: a repetition comes last");
	ok(!key_of(&world.persisted, "vm.c"), "the kernel's are no keys of the loader");
	ok(!key_of(&world.persisted, "vm.d"), "nor are those that are not read");
	ok(world.persisted.lines.items[7].passed_over, "though their lines are there");
	world_end(&world);
	world_begin(&world, entries, 0);
	is_str(world.persisted.keys.items[world.persisted.globs.items[0]].key, "vm.*",
	       "an equal repetition keeps its place where each is written once");
	is_int((long long)key_of(&world.persisted, "vm.*")->place, 2,
	       "which is the first's");
	is_int((long long)key_of(&world.persisted, "vm.a")->place, 3,
	       "another value's is new");
	world_end(&world);
}

static const char *answer(const struct world *world, const struct persisted *persisted,
			  const char *key, const char **from)
{
	struct boot_answer got;

	is_int(boot_ask(world->arena, persisted, key, NULL, true, &got), 0, "asked");
	*from = got.line ? got.line->at.source->name : NULL;
	return got.value;
}

/* @key's value and place once @path holds @text. */
static void with(const struct world *world, const char *path, const char *text,
		 const char *key, const char *value, const char *from)
{
	struct source *source = arena_alloc(world->arena, sizeof(*source));
	struct persisted changed;
	const char *place;

	*source = (struct source){ path, text, strlen(text) };
	is_int(persisted_with(world->arena, &world->persisted, source, &changed), 0,
	       "with %s", path);
	is_str(answer(world, &changed, key, &place), value, "with %s: %s", path, key);
	is_str(place, from, "with %s: who decides", path);
}

static void test_with(void)
{
	static const struct entry entries[] = {
		HAS("proc/cmdline", "sysctl.vm.c=0"),
		HAS(ETC "50.conf", "vm.a=1\nbad\n"),
		HAS(USR "60.conf", "vm.a=2\nvm.b=2\n"),
		LEADS(ETC "99-sysctl.conf", "../sysctl.conf"),
		HAS("etc/sysctl.conf", "vm.x=5\n"),
		{ 0 },
	};
	const char *from;
	struct world world;
	size_t count;

	world_begin(&world, entries, 0);
	count = world.diags.count;
	is_int((long long)count, 1, "a bad line is told");
	with(&world, "/etc/sysctl.d/50.conf", "vm.q=1\n", "vm.q", "1",
	     "/etc/sysctl.d/50.conf");
	with(&world, "/etc/sysctl.d/70.conf", "vm.a=7\n", "vm.a", "7",
	     "/etc/sysctl.d/70.conf");
	with(&world, "/etc/sysctl.d/55.conf", "vm.a=7\n", "vm.a", "2",
	     "/usr/lib/sysctl.d/60.conf");
	with(&world, "/etc/sysctl.d/60.conf", "-vm.a\n", "vm.b", NULL, NULL);
	with(&world, "/etc/sysctl.d/60.conf", "-vm.a\n", "vm.a", NULL,
	     "/etc/sysctl.d/60.conf");
	with(&world, "/run/sysctl.d/50.conf", "vm.q=1\n", "vm.q", NULL, NULL);
	with(&world, "/etc/sysctl.conf", "vm.x=6\n", "vm.x", "6",
	     "/etc/sysctl.d/99-sysctl.conf");
	with(&world, "/etc/sysctl.d/70.conf", "vm.a=7\n", "vm.c", "0", "/proc/cmdline");
	with(&world, "/etc/sysctl.d/70.conf", "", "vm.a", "2",
	     "/usr/lib/sysctl.d/60.conf");
	is_str(answer(&world, &world.persisted, "vm.a", &from), "2",
	       "what it was made of is as it was");
	is_int((long long)world.diags.count, (long long)count,
	       "and nothing is told twice");
	world_end(&world);
}

/* One can be made of others' results. */
static void test_with_twice(void)
{
	static const struct entry entries[] = { HAS(ETC "a.conf", "vm.a=1"), { 0 } };
	static const struct source b = { "/etc/sysctl.d/b.conf", "vm.b=2", 6 },
				   c = { "/etc/sysctl.d/c.conf", "vm.b=3", 6 };
	struct persisted first, second;
	struct world world;
	const char *from;

	world_begin(&world, entries, 0);
	is_int(persisted_with(world.arena, &world.persisted, &b, &first), 0, "with one");
	is_int(persisted_with(world.arena, &first, &c, &second), 0, "with another");
	is_str(answer(&world, &second, "vm.b", &from), "3", "both are there");
	is_str(answer(&world, &second, "vm.a", &from), "1", "and what was before");
	is_str(answer(&world, &first, "vm.b", &from), "2", "the first is as it was");
	world_end(&world);
}

static void test_no_memory(unsigned loader)
{
	static const struct entry entries[] = {
		HAS("proc/cmdline", "quiet sysctl.vm.c=0 \"sysctl.vm.d=1 2\""),
		HAS(ETC "a.conf", "vm.a=1\nvm.*=2\n-vm.b\nbad\nvm..c=3\n"),
		HAS(USR "a.conf", "vm.a=1\n"),
		HAS("etc/sysctl.conf", "vm.?=4\n"),
		{ 0 },
	};
	static const struct source source = { "/etc/sysctl.d/b.conf", "vm.b=2", 6 };
	struct persisted persisted, changed;
	struct world world;
	int r = -ENOMEM;
	size_t limit;

	world_begin(&world, entries, loader);
	for (limit = 0; r == -ENOMEM && limit < 262144; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);

		r = persisted_read(arena, &world.root, &diags, world.persisted.loader,
				   true, &persisted);
	}
	is_int(r, 0, "reads once memory suffices");
	is_int((long long)persisted.lines.len, (long long)world.persisted.lines.len,
	       "all of it");
	ok(limit > 4096, "and tells when it does not");
	r = -ENOMEM;
	for (limit = 0; r == -ENOMEM && limit < 262144; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = persisted_with(arena, &world.persisted, &source, &changed);
	}
	is_int(r, 0, "adds once memory suffices");
	is_int((long long)changed.lines.len, (long long)persisted.lines.len + 1,
	       "a line more");
	ok(limit > 1024, "and tells when it does not");
	world_end(&world);
}

int main(void)
{
	test_index();
	test_with();
	test_with_twice();
	for (unsigned i = 0; i < LAYOUT_LOADERS; i++)
		test_no_memory(i);
	return done();
}
