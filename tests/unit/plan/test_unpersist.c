/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "persisting.h"

#define OFF "# lowmemctl persist disabled: "

static const char *const web[] = { "web", NULL };
static const char *const both[] = { "web", "db", NULL };

static int unpersist(struct world *world, const char *loader, const char *const *names)
{
	const struct persist_request request = world_request(world, false);

	world_build(world, loader, SCOPE_BOOT);
	return unpersist_plan(world->arena, &request, names, &world->plan);
}

static void test_sections(void)
{
	struct world world;

	world_begin(&world);
	tree_file(DROPIN, "# profile db\nvm.a = 1\n# end of profile db\n"
			  "# profile web\nvm.b = 1\n# end of profile web\n");
	world_add(&world, &world.active, "/" ACTIVE "web.yaml", V "name: web");
	is_int(unpersist(&world, "systemd", web), 0, "one of two");
	ok(strstr(world_file(&world, DROPIN)->new, "vm.a = 1") &&
		   !strstr(world_file(&world, DROPIN)->new, "vm.b"),
	   "the other one stays");
	ok(!world_file(&world, ACTIVE "web.yaml")->new, "its active copy goes");
	is_int(unpersist(&world, "systemd", both), 0, "both");
	ok(!world_file(&world, DROPIN)->new, "and the file with them");
	is_int(unpersist(&world, "systemd", (const char *const[]){ "x", NULL }), 0,
	       "one that is not there");
	is_int((long long)world.plan.files.len, 0, "changes nothing");
	world_end(&world);
}

/* What is disabled, what the section that stays sets, and whether the line stays so. */
static const struct {
	const char *line, *kept;
	bool disabled;
} lines[] = {
	{ "vm.swappiness = 30", "vm.dirty_bytes = 1", false },
	{ "vm.swappiness = 30", "vm.swappiness = 1", true },
	{ "vm/swappiness = 30", "vm.swappiness = 1", true },
	{ "vm.dirty_ratio = 30", "vm.dirty_bytes = 1", true },
	{ "net.ipv4.conf.lo.rp_filter = 1", "net.ipv4.conf.*.rp_filter = 2", true },
	{ "net.ipv4.conf.*.rp_filter = 1", "net.ipv4.conf.lo.rp_filter = 2", true },
	{ "-vm.swappiness", "vm.swappiness = 1", true },
	{ "no setting", "vm.swappiness = 1", false },
};

static void test_disabled(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct file_change *file;
		struct world world;
		char text[256];

		world_begin(&world);
		(void)snprintf(text, sizeof(text),
			       "# profile web\nvm.a = 1\n# end of profile web\n"
			       "# profile db\n%s\n# end of profile db\n",
			       lines[i].kept);
		tree_file(DROPIN, text);
		(void)snprintf(text, sizeof(text), "x = 1\n" OFF "%s", lines[i].line);
		tree_file("etc/sysctl.conf", text);
		is_int(unpersist(&world, "procps", web), 0, "%s", lines[i].line);
		file = world_file(&world, "etc/sysctl.conf");
		ok(lines[i].disabled == !file, "is %s", lines[i].kept);
		is_int(unpersist(&world, "procps", both), 0, "all go");
		file = world_file(&world, "etc/sysctl.conf");
		(void)snprintf(text, sizeof(text), "x = 1\n%s", lines[i].line);
		is_str(file ? file->new : NULL, text, "so it is enabled");
		world_end(&world);
	}
}

static void test_links(void)
{
	struct world world;

	world_begin(&world);
	tree_file("etc/sysctl.conf", OFF "vm.a = 1\n");
	tree_link("../sysctl.conf", "etc/sysctl.d/99-sysctl.conf");
	tree_file("usr/share/x.conf", OFF "vm.a = 1\n");
	tree_link("/usr/share/x.conf", "etc/sysctl.d/x.conf");
	is_int(unpersist(&world, "systemd", web), 0, "a file under two names");
	is_int((long long)world.plan.files.len, 1,
	       "is changed once; a package's file is not");
	world_end(&world);
}

static void test_memory(void)
{
	struct world world;
	struct persist_request request;
	int r = -ENOMEM;

	world_begin(&world);
	tree_file(DROPIN, "# profile db\nvm.b = 1\n# end of profile db\n"
			  "# profile web\nvm.a = 1\n# end of profile web\n");
	tree_file("etc/sysctl.conf", OFF "vm.a = 2\n" OFF "vm.b = 2\n");
	world_add(&world, &world.active, "/" ACTIVE "web.yaml", V "name: web");
	request = world_request(&world, false);
	world_build(&world, "procps", SCOPE_BOOT);
	for (size_t limit = 0; r == -ENOMEM && limit < (1U << 20); limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct plan plan = world.plan;

		r = unpersist_plan(arena, &request, web, &plan);
		if (r == 0)
			is_int((long long)plan.files.len, 3, "all files");
	}
	is_int(r, 0, "it succeeds once memory suffices");
	world_end(&world);
}

int main(void)
{
	test_sections();
	test_disabled();
	test_links();
	test_memory();
	return done();
}
