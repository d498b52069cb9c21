/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/persist.h"

#include "persisting.h"

static void test_files(void)
{
	struct world world;
	const struct file_change *file;

	world_begin(&world);
	world_add(&world, &world.profile, "web.yaml",
		  V "sysctl: {vm.swappiness: 10}\n"
		    "sysfs: {/sys/kernel/mm/transparent_hugepage/enabled: madvise}\n");
	is_int(world_persist(&world, "systemd", false), 0, "a plan");
	is_int((long long)world.plan.files.len, 2, "two files");
	is_str(world.plan.files.items[0].path, DROPIN, "the drop-in first");
	ok(!world.plan.files.items[0].old, "it was not there");
	ok(strstr(world.plan.files.items[0].new,
		  "# profile web\n# web, line 2\nvm.swappiness = 10\n# end"),
	   "what it holds");
	file = world_file(&world, ACTIVE "web.yaml");
	ok(file && strstr(file->new, "transparent_hugepage/enabled: madvise"),
	   "what sysctl.d cannot hold is in the active copy");
	ok(world.plan.items[0].persisted && !world.plan.items[1].persisted,
	   "only sysctls are asked for afterwards");
	ok(plan_item_persists(&world.plan.items[0]) &&
		   !plan_item_writes(&world.plan.items[0]),
	   "live is not written");
	world_write(&world);
	is_int(world_persist(&world, "systemd", false), 0, "once more");
	ok(!world_file(&world, DROPIN), "the drop-in is the same");
	world_end(&world);
}

static void test_active(void)
{
	struct world world;
	struct persist_request request;

	world_begin(&world);
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 60}");
	request = world_request(&world, false);
	world_build(&world, "systemd", SCOPE_LIVE);
	is_int(persist_plan(world.arena, &request, SCOPE_LIVE, &world.plan), 0,
	       "live only");
	ok(world.plan.files.len == 0 && plan_in_sync(&world.plan), "nothing to do");
	world_add(&world, &world.active, "/" ACTIVE "web.yaml", V "name: web");
	world_build(&world, "systemd", SCOPE_LIVE);
	is_int(persist_plan(world.arena, &request, SCOPE_LIVE, &world.plan), 0, "active");
	ok(world.plan.files.len == 2 && plan_item_persists(&world.plan.items[0]),
	   "is judged at boot as well");
	is_str(world_file(&world, ACTIVE "web.yaml")->old, V "name: web", "its copy");
	world.active.items[0]->broken = true;
	world_build(&world, "systemd", SCOPE_LIVE);
	is_int(persist_plan(world.arena, &request, SCOPE_LIVE, &world.plan), 0, "broken");
	ok(world.plan.files.len == 0, "does not count");
	is_int(world_persist(&world, "systemd", false), 0, "but is replaced");
	is_str(world_file(&world, ACTIVE "web.yaml")->old, V "name: web",
	       "whatever it holds");
	world_add(&world, &world.profile, "other.yaml", V "name: web");
	is_int(world_persist(&world, "systemd", false), -EEXIST, "two of one name");
	world_end(&world);
}

/* The names' order is the files': what comes later wins, and is told. */
static void test_two(void)
{
	struct world world;

	world_begin(&world);
	tree_file(DROPIN, "# profile z\nvm.swappiness = 5\n# end of profile z\n");
	world_add(&world, &world.profile, "a.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", true), 0, "against an active one");
	ok(strstr(world.plan.items[0].reason,
		  "the active profile z sets vm.swappiness to 5") &&
		   strstr(world.plan.items[0].reason, "unpersist z"),
	   "its name is told");
	world_end(&world);
}

/* The loader prefers what names a key to every pattern, the order of the profiles does not. */
static void test_pattern(void)
{
	static const char dropin[] = "# profile z\nvm.swap* = 5\n# end of profile z\n";
	struct world world;

	world_begin(&world);
	tree_file(DROPIN, dropin);
	world_add(&world, &world.profile, "a.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", true), 0, "against an active pattern");
	ok(world.plan.items[0].reason &&
		   strstr(world.plan.items[0].reason,
			  "the active profile z sets vm.swap* to 5, and its name comes "
			  "later"),
	   "which is told");
	world_end(&world);
	world_begin(&world);
	tree_file(DROPIN, dropin);
	world_add(&world, &world.profile, "a.yaml", V "sysctl: {vm.swappiness: 5}");
	is_int(world_persist(&world, "systemd", false), 0, "of the same value");
	ok(world_file(&world, DROPIN) && !world.plan.items[0].reason, "goes with it");
	world_end(&world);
	world_begin(&world);
	tree_file("etc/sysctl.d/95-admin.conf", "vm.swap* = 5\n");
	world_add(&world, &world.profile, "a.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", false), 0, "against the admin's pattern");
	ok(world_file(&world, DROPIN) && !world.plan.items[0].reason, "it wins");
	world_end(&world);
	world_begin(&world);
	tree_file(DROPIN, "# profile a\nvm.swap* = 5\n# end of profile a\n");
	tree_file("etc/sysctl.d/95-admin.conf", "vm.swappiness = 10\n");
	world_add(&world, &world.profile, "z.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", false), 0,
	       "with the admin's line, against an earlier profile's pattern");
	ok(world_file(&world, DROPIN) && world_file(&world, DROPIN)->new,
	   "it wins under the first name");
	world_end(&world);
}

static void test_overridden(void)
{
	struct world world;
	const struct file_change *file;

	world_begin(&world);
	world_add(&world, &world.profile, "a.yaml",
		  V "sysctl: {vm.swappiness: 10, net.ipv4.conf.*.rp_filter: 2}");
	world_add(&world, &world.profile, "b.yaml",
		  V "sysctl: {vm.swappiness: 20, net.ipv4.conf.*.rp_filter: 1}");
	is_int(world_persist(&world, "systemd", false), 0, "two of one key");
	is_int((long long)world.plan.len, 3, "what is overridden is no item");
	file = world_file(&world, DROPIN);
	ok(file && strstr(file->new, "# a, line 2\nvm.swappiness = 10\n") &&
		   strstr(file->new, "# b, line 2\nvm.swappiness = 20\n"),
	   "each has its own line");
	file = world_file(&world, ACTIVE "a.yaml");
	ok(file && strstr(file->new, "  vm.swappiness: 10\n") &&
		   strstr(file->new, "  net.ipv4.conf.*.rp_filter: 2\n"),
	   "and all in its copy");
	world_end(&world);
}

static void test_memory(void)
{
	struct world world;
	struct persist_request request;
	int r = -ENOMEM;

	world_begin(&world);
	tree_file("etc/sysctl.conf", "vm.swappiness = 30\n");
	tree_file(DROPIN, "# profile z\nvm.dirty_ratio = 5\n# end of profile z\n");
	tree_file("etc/sysctl.d/99-x.conf", "net.ipv4.conf.lo.rp_filter = 1\n");
	world_add(&world, &world.profile, "web.yaml",
		  V "sysctl: {vm.swappiness: 10, net.ipv4.conf.*.rp_filter: 2}\n"
		    "processes: [{match: {comm: sshd}, oom_adj: -17}]\n"
		    "drop_caches: [{every: 6h}]\n");
	request = world_request(&world, true);
	world_build(&world, "procps", SCOPE_BOOT);
	for (size_t limit = 0; r == -ENOMEM && limit < (1U << 22); limit += 128) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct plan plan = world.plan;

		plan.items = arena_array(world.arena, plan.len, sizeof(*plan.items));
		memcpy(plan.items, world.plan.items, plan.len * sizeof(*plan.items));
		r = persist_plan(arena, &request, SCOPE_BOOT, &plan);
		if (r == 0)
			is_int((long long)plan.files.len, 4, "all files");
	}
	is_int(r, 0, "it succeeds once memory suffices");
	world_end(&world);
}

int main(void)
{
	test_files();
	test_active();
	test_two();
	test_pattern();
	test_overridden();
	test_memory();
	return done();
}
