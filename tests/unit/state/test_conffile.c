/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/conffile.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"

#define ETC "etc/sysctl.d/"
#define USR "usr/lib/sysctl.d/"

/* All that a test needs. */
struct world {
	struct arena *arena;
	struct root root;
	struct diags diags;
	const struct sysctl_loader *loader;
	struct conf_files files;
};

static void world_begin(struct world *world, const struct entry *entries, unsigned loader)
{
	tree_begin();
	layout_make(entries);
	*world = (struct world){ .arena = arena_new(SIZE_MAX) };
	world->diags = diags_in(world->arena);
	is_int(root_init(&world->root, tree), 0, "a tree");
	world->loader = layout_loader(world->arena, &world->root, loader);
}

static void world_end(struct world *world)
{
	root_done(&world->root);
	arena_free(world->arena);
	tree_end();
}

static void read_all(struct world *world, bool all)
{
	is_int(conf_files_read(world->arena, &world->root, &world->diags, world->loader,
			       all, &world->files),
	       0, "read");
}

/* The files' names, "|" between those that are read and the others. */
static const char *list(struct world *world, const struct conf_files *files)
{
	const char *text = "";

	for (size_t i = 0; i < files->len; i++)
		text = arena_printf(world->arena, "%s%s%s", text,
				    i == files->read ? "|" : " ",
				    files->items[i].source->name);
	for (size_t i = 0; i < files->len; i++)
		is_int(files->items[i].passed_over != NULL, i >= files->read,
		       "%s: told whether it is read", files->items[i].source->name);
	return text;
}

static void test_order(void)
{
	static const struct entry entries[] = {
		HAS(USR "50-a.conf", "vendor"),	 HAS(ETC "50-a.conf", "admin"),
		HAS(ETC "9.conf", ""),		 HAS("run/sysctl.d/10.conf", ""),
		HAS("lib/sysctl.d/.h.conf", ""), HAS("etc/sysctl.conf", ""),
		HAS(ETC "README", ""),		 { 0 },
	};
	struct world world;

	world_begin(&world, entries, 0);
	read_all(&world, true);
	is_str(list(&world, &world.files),
	       " /run/sysctl.d/10.conf /etc/sysctl.d/50-a.conf /etc/sysctl.d/9.conf"
	       "|/lib/sysctl.d/.h.conf /usr/lib/sysctl.d/50-a.conf /etc/sysctl.conf",
	       "systemd, with those that it passes over");
	is_str(conf_files_find(&world.files, "/etc/sysctl.d/50-a.conf")->source->text,
	       "admin", "by its name");
	is_str(conf_files_find(&world.files, "/usr/lib/sysctl.d/50-a.conf")->source->text,
	       "vendor", "read, though it does not count");
	ok(!conf_files_find(&world.files, "/etc/sysctl.d/README"),
	   "others are not there");
	read_all(&world, false);
	is_str(list(&world, &world.files),
	       " /run/sysctl.d/10.conf /etc/sysctl.d/50-a.conf /etc/sysctl.d/9.conf",
	       "without them");
	world.loader = layout_loader(world.arena, &world.root, 2);
	read_all(&world, false);
	is_str(list(&world, &world.files),
	       " /lib/sysctl.d/.h.conf /run/sysctl.d/10.conf /etc/sysctl.d/50-a.conf"
	       " /etc/sysctl.d/9.conf /etc/sysctl.conf",
	       "procps");
	world_end(&world);
}

static void test_in_turn(void)
{
	static const struct entry entries[] = {
		HAS("lib/sysctl.d/z.conf", "lib"),
		HAS("lib/sysctl.d/y.conf", "lib"),
		HAS(USR "y.conf", "usr"),
		HAS(USR "a.conf", "usr"),
		LEADS(ETC "y.conf", "/dev/null"),
		HAS(ETC "z.conf", "etc"),
		HAS(ETC "b.conf", "etc"),
		HAS(ETC ".h.conf", "etc"),
		HAS("run/sysctl.d/b.conf", "run"),
		HAS("usr/local/lib/sysctl.d/b.conf", "local"),
		HAS("etc/sysctl.conf", "conf"),
		{ 0 },
	};
	const struct source source = { "/etc/sysctl.d/y.conf", "new", 3 };
	struct conf_files files;
	struct world world;

	world_begin(&world, entries, 7);
	read_all(&world, true);
	is_str(list(&world, &world.files),
	       " /lib/sysctl.d/y.conf /usr/lib/sysctl.d/a.conf /usr/lib/sysctl.d/y.conf"
	       " /etc/sysctl.d/z.conf /etc/sysctl.conf /run/sysctl.d/b.conf"
	       "|/lib/sysctl.d/z.conf /etc/sysctl.d/.h.conf /etc/sysctl.d/b.conf"
	       " /etc/sysctl.d/y.conf",
	       "Alpine's service: a folder after the other");
	is_str(conf_files_find(&world.files, "/etc/sysctl.d/y.conf")->passed_over,
	       "it is no file", "a link to /dev/null counts for nothing");
	is_str(conf_files_find(&world.files, "/etc/sysctl.d/b.conf")->passed_over,
	       "/run/sysctl.d/b.conf of the same name hides the file", "by /run");
	read_all(&world, false);
	is_int((long long)world.files.len, 6, "without the others");
	read_all(&world, true);
	is_int(conf_files_with(world.arena, &world.files, world.loader, &source, &files),
	       0, "a file in the place of a link");
	is_str(list(&world, &files),
	       " /usr/lib/sysctl.d/a.conf /etc/sysctl.d/y.conf /etc/sysctl.d/z.conf"
	       " /etc/sysctl.conf /run/sysctl.d/b.conf"
	       "|/lib/sysctl.d/y.conf /lib/sysctl.d/z.conf /usr/lib/sysctl.d/y.conf"
	       " /etc/sysctl.d/.h.conf /etc/sysctl.d/b.conf",
	       "hides those of its name");
	world_end(&world);
}

/* The one warning, or none. */
static void is_warning(const struct world *world, const char *piece, const char *name)
{
	const struct diag *diag = world->diags.first;

	is_int((long long)world->diags.errors, 0, "%s: no error", name);
	is_int((long long)world->diags.count, piece ? 1 : 0, "%s: warnings", name);
	if (diag && piece)
		ok(strstr(diag->message, piece), "%s: %s", name, diag->message);
}

static void test_what_cannot_be_read(void)
{
	static const struct {
		const char *name;
		struct entry entries[3];
		const char *warning;
	} cases[] = {
		{ "a folder",
		  { FOLDER(ETC "a.conf") },
		  "/etc/sysctl.d/a.conf cannot be read" },
		{ "a circle",
		  { LEADS(ETC "a.conf", "a.conf") },
		  "a.conf cannot be read" },
		{ "a link to nothing", { LEADS(ETC "a.conf", "none") }, NULL },
		{ "a mask", { LEADS(ETC "a.conf", "/dev/null") }, NULL },
		{ "below a file",
		  { LEADS(ETC "a.conf", "../f/x"), HAS("etc/f", "") },
		  "a.conf cannot be read" },
		{ "what is hidden",
		  { FOLDER(USR "a.conf"), HAS(ETC "a.conf", "x=1") },
		  NULL },
		{ "a folder of folders",
		  { LEADS("etc/sysctl.d", "sysctl.d") },
		  "/etc/sysctl.d cannot be read" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_begin(&world, cases[i].entries, 0);
		read_all(&world, true);
		is_warning(&world, cases[i].warning, cases[i].name);
		if (world.files.len > 0 && cases[i].warning)
			ok(world.files.items[0].unreadable &&
				   world.files.items[0].source->len == 0,
			   "%s: counts as empty", cases[i].name);
		world_end(&world);
	}
}

/* Nobody will ever write to it. @host: as if the tree were "/". */
static void test_pipe(bool host)
{
	static const struct entry entries[] = { HAS(ETC "b.conf", "x=1"), { 0 } };
	struct world world;

	world_begin(&world, entries, 0);
	world.root.host = host;
	if (mkfifo(tree_path(ETC "a.conf"), 0600) < 0)
		abort();
	(void)alarm(20);
	read_all(&world, true);
	(void)alarm(0);
	is_str(list(&world, &world.files), " /etc/sysctl.d/a.conf /etc/sysctl.d/b.conf",
	       "a pipe does not stop the reading");
	ok(world.files.items[0].unreadable, "it counts as empty");
	is_warning(
		&world,
		"/etc/sysctl.d/a.conf is a pipe: the loader waits there until somebody writes",
		"a pipe");
	world_end(&world);
}

static void test_large(void)
{
	static char text[5 * 1024 * 1024];
	const struct entry entries[] = { HAS(ETC "a.conf", text), { 0 } };
	struct world world;

	memset(text, '#', sizeof(text) - 1);
	world_begin(&world, entries, 0);
	read_all(&world, false);
	is_warning(&world, "a.conf cannot be read, and counts as empty", "a huge file");
	world_end(&world);
}

static void test_links(void)
{
	static const struct entry entries[] = {
		LEADS(ETC "99-sysctl.conf", "../sysctl.conf"),
		HAS("etc/sysctl.conf", "x=1"),
		LEADS(ETC "m1.conf", "/dev/null"),
		LEADS(ETC "m2.conf", "/dev/null"),
		HAS("dev/null", ""),
		{ 0 },
	};
	struct world world;

	world_begin(&world, entries, 0);
	read_all(&world, true);
	is_str(list(&world, &world.files),
	       " /etc/sysctl.d/99-sysctl.conf /etc/sysctl.d/m1.conf /etc/sysctl.d/m2.conf"
	       "|/etc/sysctl.conf",
	       "a link, masks, and one file that is passed over");
	ok(conf_files_find(&world.files, "/etc/sysctl.conf")->repeated,
	   "which is read through the link all the same");
	world_end(&world);
}

/* What the loader would read if @path held @text. */
static void with(struct world *world, const char *path, const char *text,
		 struct conf_files *ret)
{
	struct source *source = arena_alloc(world->arena, sizeof(*source));

	*source = (struct source){ path, text, strlen(text) };
	is_int(conf_files_with(world->arena, &world->files, world->loader, source, ret),
	       0, "with %s", path);
	for (size_t i = 0; i < ret->read; i++)
		ok(i == 0 || ret->items[i - 1].folder > 99 || ret->items[i].folder > 99 ||
			   strcmp(ret->items[i - 1].base, ret->items[i].base) < 0,
		   "in order");
}

static void test_with(void)
{
	static const struct entry entries[] = {
		HAS(ETC "50.conf", "a"),
		HAS(USR "50.conf", "b"),
		HAS(USR "60.conf", "c"),
		HAS("etc/sysctl.conf", "d"),
		LEADS(ETC "99.conf", "../sysctl.conf"),
		LEADS(ETC "m.conf", "/dev/null"),
		LEADS(ETC "n.conf", "/dev/null"),
		{ 0 },
	};
	struct conf_files files;
	struct world world;

	world_begin(&world, entries, 0);
	read_all(&world, true);
	with(&world, "/etc/sysctl.d/50.conf", "new", &files);
	is_str(list(&world, &files), list(&world, &world.files), "one that is there");
	is_str(conf_files_find(&files, "/etc/sysctl.d/50.conf")->source->text, "new",
	       "is replaced");
	is_str(conf_files_find(&world.files, "/etc/sysctl.d/50.conf")->source->text, "a",
	       "not where it came from");
	with(&world, "/etc/sysctl.d/55.conf", "new", &files);
	is_str(list(&world, &files),
	       " /etc/sysctl.d/50.conf /etc/sysctl.d/55.conf /usr/lib/sysctl.d/60.conf"
	       " /etc/sysctl.d/99.conf /etc/sysctl.d/m.conf /etc/sysctl.d/n.conf"
	       "|/usr/lib/sysctl.d/50.conf /etc/sysctl.conf",
	       "a new one has its place");
	with(&world, "/etc/sysctl.d/60.conf", "new", &files);
	is_str(list(&world, &files),
	       " /etc/sysctl.d/50.conf /etc/sysctl.d/60.conf /etc/sysctl.d/99.conf"
	       " /etc/sysctl.d/m.conf /etc/sysctl.d/n.conf"
	       "|/usr/lib/sysctl.d/50.conf /usr/lib/sysctl.d/60.conf /etc/sysctl.conf",
	       "a new one hides others");
	with(&world, "/run/sysctl.d/50.conf", "new", &files);
	ok(conf_files_find(&files, "/run/sysctl.d/50.conf")->passed_over,
	   "a new one may be hidden itself");
	with(&world, "/etc/sysctl.d/.h.conf", "new", &files);
	ok(strstr(conf_files_find(&files, "/etc/sysctl.d/.h.conf")->passed_over,
		  "hidden"),
	   "or never be read");
	with(&world, "/etc/sysctl.conf", "new", &files);
	is_str(files.items[2].source->text, "new", "a link to it shows it");
	ok(conf_files_find(&files, "/etc/sysctl.conf")->repeated,
	   "and it is not passed over");
	world_end(&world);
}

static void test_with_nothing(void)
{
	static const struct entry entries[] = { { 0 } };
	struct conf_files files;
	struct world world;

	world_begin(&world, entries, 0);
	read_all(&world, true);
	is_int((long long)world.files.len, 0, "no files");
	with(&world, "/etc/sysctl.d/a.conf", "new", &files);
	is_str(list(&world, &files), " /etc/sysctl.d/a.conf", "the first of all");
	world_end(&world);
}

static void test_with_links(void)
{
	static const struct entry entries[] = {
		HAS("etc/sysctl.conf", "d"),
		LEADS(ETC "99.conf", "../sysctl.conf"),
		LEADS(ETC "m.conf", "/dev/null"),
		LEADS(ETC "n.conf", "/dev/null"),
		HAS("opt/file", ""),
		{ 0 },
	};
	struct conf_files files;
	struct world world;

	world_begin(&world, entries, 2);
	if (mkdir(tree_path("dev"), 0755) < 0 || mkfifo(tree_path("dev/null"), 0600) < 0)
		abort();
	read_all(&world, true);
	with(&world, "/etc/sysctl.conf", "new", &files);
	is_int((long long)files.read, 4, "no file more");
	for (size_t i = 0; i < files.read; i++)
		is_str(files.items[i].source->text,
		       files.items[i].base[0] == 'm' || files.items[i].base[0] == 'n'
			       ? ""
			       : "new",
		       "%s: as its target, or as it was", files.items[i].base);
	with(&world, "/etc/sysctl.d/m.conf", "new", &files);
	is_str(conf_files_find(&files, "/etc/sysctl.d/n.conf")->source->text, "",
	       "what is masked, too, stays so");
	world_end(&world);
}

/* SUSE's link is a vendor's. */
static void test_with_hidden_link(void)
{
	static const struct entry entries[] = {
		HAS("etc/sysctl.conf", "d"),
		LEADS(USR "99.conf", "../../../etc/sysctl.conf"),
		{ 0 },
	};
	struct conf_files files;
	struct world world;

	world_begin(&world, entries, 0);
	read_all(&world, true);
	ok(conf_files_find(&world.files, "/etc/sysctl.conf")->repeated, "read by a link");
	with(&world, "/etc/sysctl.d/99.conf", "new", &files);
	is_str(list(&world, &files),
	       " /etc/sysctl.d/99.conf|/usr/lib/sysctl.d/99.conf /etc/sysctl.conf",
	       "that is hidden then");
	ok(!conf_files_find(&files, "/etc/sysctl.conf")->repeated, "read no more");
	world_end(&world);
}

static void test_no_memory(void)
{
	static const struct entry entries[] = {
		HAS(ETC "50.conf", "a"),
		HAS(USR "50.conf", "b"),
		LEADS(ETC "99.conf", "../sysctl.conf"),
		HAS("etc/sysctl.conf", "d"),
		FOLDER(ETC "x.conf"),
		{ 0 },
	};
	const struct source source = { "/etc/sysctl.d/60.conf", "x=1", 3 };
	struct conf_files files;
	struct world world;
	int r = -ENOMEM;
	size_t limit;

	world_begin(&world, entries, 0);
	for (limit = 0; r == -ENOMEM && limit < 262144; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);

		r = conf_files_read(arena, &world.root, &diags, world.loader, true,
				    &files);
		if (r == 0)
			r = conf_files_with(arena, &files, world.loader, &source, &files);
	}
	is_int(r, 0, "reads once memory suffices");
	is_int((long long)files.len, 6, "all of them");
	ok(limit > 1024, "and tells when it does not");
	world_end(&world);
}

int main(void)
{
	test_order();
	test_in_turn();
	test_what_cannot_be_read();
	test_pipe(false);
	test_pipe(true);
	test_large();
	test_links();
	test_with();
	test_with_nothing();
	test_with_links();
	test_with_hidden_link();
	test_no_memory();
	return done();
}
