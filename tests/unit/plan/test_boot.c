/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/boot.h"

#include "persisting.h"

/* vm.swappiness is 60, or what @live says, and 10 is wanted. */
static const struct {
	const char *live, *file, *line;
	unsigned scope;
	bool active;
	enum boot_status status;
	enum plan_action action;
	const char *boot;
} rows[] = {
	{ "60", NULL, NULL, SCOPE_LIVE, false, BOOT_UNSET, ACTION_WRITE, NULL },
	{ "60", NULL, NULL, SCOPE_BOOT, false, BOOT_UNSET, ACTION_PERSIST, NULL },
	{ "60", NULL, NULL, SCOPE_LIVE | SCOPE_BOOT, false, BOOT_UNSET,
	  ACTION_WRITE_PERSIST, NULL },
	{ "60", NULL, NULL, SCOPE_LIVE, true, BOOT_UNSET, ACTION_WRITE_PERSIST, NULL },
	{ "10", NULL, NULL, SCOPE_LIVE, false, BOOT_UNSET, ACTION_NONE, NULL },
	{ "10", NULL, NULL, SCOPE_LIVE, true, BOOT_UNSET, ACTION_PERSIST, NULL },
	{ "60", "x.conf", "vm.swappiness=0xa", SCOPE_BOOT, false, BOOT_SAME, ACTION_NONE,
	  "0xa" },
	{ "60", "x.conf", "vm.swappiness=10", SCOPE_LIVE, true, BOOT_SAME, ACTION_WRITE,
	  "10" },
	{ "10", "x.conf", "vm.swappiness=30", SCOPE_LIVE | SCOPE_BOOT, false,
	  BOOT_DIFFERS, ACTION_PERSIST, "30" },
	{ "10", "x.conf", "vm.swappiness=10\nvm.swappiness=30", SCOPE_BOOT, false,
	  BOOT_OVERRIDDEN, ACTION_PERSIST, "30" },
	{ "10", "x.conf", "vm.swappiness=high", SCOPE_LIVE, false, BOOT_UNSET,
	  ACTION_NONE, NULL },
};

static void test_sysctls(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct plan_item *item;
		struct world world;
		char path[64];

		world_begin(&world);
		tree_file(SWAPPINESS, rows[i].live);
		(void)snprintf(path, sizeof(path), "etc/sysctl.d/%s",
			       rows[i].file ? rows[i].file : "");
		if (rows[i].file)
			tree_file(path, rows[i].line);
		world_add(&world, &world.profile, "web.yaml",
			  V "sysctl: {vm.swappiness: 10}");
		if (rows[i].active)
			world_add(&world, &world.active, "/" ACTIVE "web.yaml",
				  V "name: web");
		world_build(&world, "systemd", rows[i].scope);
		item = &world.plan.items[0];
		is_int(item->boot_status, rows[i].status, "%zu: status", i);
		is_int(item->action, rows[i].action, "%zu: action", i);
		is_str(item->boot, rows[i].boot, "%zu: the value", i);
		ok(!rows[i].boot == !item->boot_from.source, "%zu: its line", i);
		ok(item->active == rows[i].active, "%zu: active", i);
		world_end(&world);
	}
}

/* What sysctl.d cannot hold is what the last active profile makes of it. */
static void test_sysfs(void)
{
	static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	struct world world;
	const struct plan_item *item;

	world_begin(&world);
	world_add(&world, &world.profile, "web.yaml",
		  V "sysfs: {/sys/kernel/mm/transparent_hugepage/enabled: madvise}");
	world_build(&world, "systemd", SCOPE_BOOT);
	is_int(world.plan.items[0].boot_status, BOOT_UNSET, "none has it");
	world_add(
		&world, &world.active, "/" ACTIVE "a.yaml",
		V
		"name: a\nsysfs: {/sys/kernel/mm/transparent_hugepage/enabled: madvise}");
	world_build(&world, "systemd", SCOPE_BOOT);
	is_int(world.plan.items[0].boot_status, BOOT_SAME, "one has");
	world_add(&world, &world.active, "/" ACTIVE "b.yaml",
		  V
		  "name: b\nsysfs: {/sys/kernel/mm/transparent_hugepage/enabled: never}");
	world_build(&world, "systemd", SCOPE_BOOT);
	item = &world.plan.items[0];
	is_str(item->key, path, "the last one counts");
	is_int(item->boot_status, BOOT_DIFFERS, "with another value");
	is_str(item->boot_from.source->name, "/" ACTIVE "b.yaml", "from its file");
	ok(!boot_is_active(&world.active, world.profile.items[0]), "web is not active");
	world_end(&world);
}

/* An image that is being built has no kernel to compare with. */
static void test_image(void)
{
	struct world world;

	world_begin(&world);
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 10}");
	(void)rename(tree_path("proc/sys"), tree_path("proc/gone"));
	world_build(&world, "systemd", SCOPE_BOOT);
	is_int(world.plan.items[0].action, ACTION_PERSIST, "it can be persisted");
	world_build(&world, "systemd", SCOPE_BOOT | SCOPE_LIVE);
	is_int(world.plan.items[0].action, ACTION_REFUSE, "and not be applied");
	world_end(&world);
}

int main(void)
{
	test_sysctls();
	test_sysfs();
	test_image();
	return done();
}
