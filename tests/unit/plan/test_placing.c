/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/placing.h"

#include "persisting.h"

static const struct {
	const char *other, *dropin;
} names[] = {
	{ "50-x.conf", "90-lowmemctl.conf" },
	{ "99-sysctl.conf", "99-zz-lowmemctl.conf" },
	{ "99-zzz.conf", "zz-lowmemctl.conf" },
	{ "zz.conf", "zzzzzz-lowmemctl.conf" },
	{ "zzzzzzz.conf", NULL },
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct world world;
		char path[64];

		world_begin(&world);
		(void)snprintf(path, sizeof(path), "etc/sysctl.d/%s", names[i].other);
		tree_file(path, "vm.swappiness = 30\n");
		world_add(&world, &world.profile, "web.yaml",
			  V "sysctl: {vm.swappiness: 10}");
		is_int(world_persist(&world, "systemd", false), 0, "%s", names[i].other);
		(void)snprintf(path, sizeof(path), "etc/sysctl.d/%s",
			       names[i].dropin ? names[i].dropin : "");
		if (names[i].dropin) {
			is_str(world.plan.files.items[0].path, path, "the name");
		} else {
			is_int((long long)world.plan.files.len, 0, "nothing is written");
			is_int(world.plan.refusal, STATUS_RESTORED, "it is refused");
			is_int(world.plan.items[0].boot_status, BOOT_OVERRIDDEN,
			       "and why");
			ok(strstr(world.plan.items[0].reason,
				  "zzzzzzz.conf:1 sets vm.swap"),
			   "with the line");
		}
		world_end(&world);
	}
}

static void test_rename(void)
{
	struct world world;

	world_begin(&world);
	tree_file(DROPIN, "# profile db\nvm.dirty_ratio = 5\n# end of profile db\n");
	tree_file("etc/sysctl.d/99-x.conf", "vm.swappiness = 30\n");
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", false), 0, "a plan");
	is_str(world.plan.files.items[0].path, "etc/sysctl.d/99-zz-lowmemctl.conf",
	       "the new one is written first");
	ok(strstr(world.plan.files.items[0].new, "vm.dirty_ratio = 5"),
	   "with what the old one holds");
	is_str(world.plan.files.items[1].path, DROPIN, "then the old one");
	ok(!world.plan.files.items[1].new, "goes");
	world_write(&world);
	(void)unlink(tree_path("etc/sysctl.d/99-x.conf"));
	is_int(world_persist(&world, "systemd", false), 0, "without need of it");
	ok(!world_file(&world, DROPIN), "the name stays");
	world_end(&world);
}

static void test_edit(void)
{
	struct world world;
	const struct file_change *file;

	world_begin(&world);
	tree_file("etc/sysctl.conf",
		  "# profile x\nvm.swappiness = 30\nvm.dirty_ratio = 30");
	world_add(&world, &world.profile, "web.yaml",
		  V "sysctl: {vm.swappiness: 10, vm.dirty_bytes: 64M}");
	is_int(world_persist(&world, "procps", false), 0, "a plan");
	is_int((long long)world.plan.counts.refused, 2, "lines that come later");
	ok(strstr(world.plan.items[0].reason, "--edit-conflicts"),
	   "and what can be done");
	is_int(world_persist(&world, "procps", true), 0, "that is done");
	is_int((long long)world.plan.counts.refused, 0, "nothing is refused");
	file = world_file(&world, "etc/sysctl.conf");
	is_str(file ? file->new : NULL,
	       "# profile x\n# lowmemctl persist disabled: vm.swappiness = 30\n"
	       "# lowmemctl persist disabled: vm.dirty_ratio = 30",
	       "both lines, and of a pair the other one's");
	world_end(&world);
}

/* Files that are not ours to edit, under names that always come later. */
static void test_untouchable(void)
{
	static const char line[] = "vm.swappiness = 30\n";
	struct world world;
	size_t i;

	for (i = 0; i < 4; i++) {
		world_begin(&world);
		tree_folders("usr/share/x/x");
		tree_folders("usr/lib/sysctl.d/x");
		tree_file(i == 0 ? "usr/lib/sysctl.d/zzzzzzz.conf" : "usr/share/x.conf",
			  line);
		if (i == 1)
			tree_link("/usr/share/x.conf", "etc/sysctl.d/zzzzzzz.conf");
		if (i == 2)
			tree_link("../../usr/share/x/../x.conf",
				  "etc/sysctl.d/zzzzzzz.conf");
		if (i == 3) {
			FILE *file;

			file = fopen(tree_path("etc/sysctl.d/zzzzzzz.conf"), "w");
			if (!file ||
			    fwrite("vm.swappiness = 30\n\0\n", 1, 21, file) != 21 ||
			    fclose(file) != 0)
				abort();
		}
		world_add(&world, &world.profile, "web.yaml",
			  V "sysctl: {vm.swappiness: 10}");
		is_int(world_persist(&world, "systemd", true), 0, "%zu: a plan", i);
		ok(world.plan.files.len == 0 && world.plan.refusal == STATUS_RESTORED,
		   "%zu: is refused", i);
		ok(strstr(world.plan.items[0].reason, "it is not ours to change"),
		   "%zu: why", i);
		world_end(&world);
	}
}

static void test_block(void)
{
	struct world world;

	world_begin(&world);
	tree_file("etc/sysctl.conf", "vm.swappiness = 30");
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "sysctl.conf", false), 0, "sysctl.conf alone");
	is_str(world.plan.files.items[0].path, "etc/sysctl.conf", "is where it goes");
	ok(strstr(world.plan.files.items[0].new, "vm.swappiness = 30\n# BEGIN lowmemctl"),
	   "in a block");
	world_write(&world);
	is_int(world_persist(&world, "systemd", false), 0, "with folders");
	ok(world_file(&world, DROPIN), "a drop-in");
	is_str(world_file(&world, "etc/sysctl.conf")->new, "vm.swappiness = 30",
	       "instead of the block");
	world_end(&world);
	world_begin(&world);
	is_int(symlink("nul", tree_path("etc/sysctl.conf")), 0, "symlink");
	tree_file("etc/nul", "x");
	is_int(truncate(tree_path("etc/nul"), 3), 0, "truncate");
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "sysctl.conf", false), -EILSEQ, "NUL bytes");
	world_end(&world);
}

static void test_pattern(void)
{
	struct world world;
	const char *text;

	world_begin(&world);
	world_add(&world, &world.profile, "n.yaml",
		  V "sysctl: {net.ipv4.conf.*.rp_filter: 2}");
	is_int(world_persist(&world, "systemd", false), 0, "a pattern");
	text = world.plan.files.items[0].new;
	ok(strstr(text, "net.ipv4.conf.*.rp_filter = 2\n# end"), "is one line");
	tree_file("etc/sysctl.d/10.conf", "net.ipv4.conf.lo.rp_filter = 1\n");
	is_int(world_persist(&world, "systemd", false), 0, "a name that counts more");
	text = world.plan.files.items[0].new;
	ok(strstr(text, "net.ipv4.conf.*.rp_filter = 2\n") &&
		   strstr(text, "net.ipv4.conf.lo.rp_filter = 2\n") &&
		   !strstr(text, "eth0"),
	   "is named, too");
	tree_file("usr/lib/libprocps.so.8.0.3", "");
	is_int(world_persist(&world, "procps", false), 0, "a loader without patterns");
	text = world.plan.files.items[0].new;
	ok(!strstr(text, "*") && strstr(text, "eth0"), "all are named");
	world_end(&world);
}

/* The lines are there, as they are to be, and win no more. */
static void test_overtaken(void)
{
	struct world world;

	world_begin(&world);
	world_add(&world, &world.profile, "web.yaml", V "sysctl: {vm.swappiness: 10}");
	is_int(world_persist(&world, "systemd", false), 0, "a plan");
	world_write(&world);
	tree_file("etc/sysctl.d/99-x.conf", "vm.swappiness = 30\n");
	is_int(world_persist(&world, "systemd", false), 0, "once another file wins");
	is_int(world.plan.refusal, STATUS_OK, "nothing is refused");
	ok(world_file(&world, "etc/sysctl.d/99-zz-lowmemctl.conf") &&
		   !world_file(&world, DROPIN)->new,
	   "they move behind it");
	world_end(&world);
}

/* For package scripts: what loses is left out, and the rest has its place. */
static void test_yield(void)
{
	struct persist_request request;
	struct world world;

	world_begin(&world);
	tree_file("etc/sysctl.conf", "vm.swappiness = 30\n");
	world_add(&world, &world.profile, "web.yaml",
		  V "sysctl: {vm.swappiness: 10, vm.dirty_ratio: 5}");
	request = world_request(&world, false);
	request.yield = true;
	world_build(&world, "procps", SCOPE_BOOT | SCOPE_LIVE);
	is_int(persist_plan(world.arena, &request, SCOPE_BOOT | SCOPE_LIVE, &world.plan),
	       0, "a plan");
	is_int((long long)world.plan.counts.refused, 0, "nothing is refused");
	ok(!world.plan.items[0].persisted && plan_item_writes(&world.plan.items[0]) &&
		   !plan_item_persists(&world.plan.items[0]),
	   "what loses is applied, and not persisted");
	ok(strstr(world.plan.items[0].reason, "/etc/sysctl.conf:1 sets vm.swappiness"),
	   "and it is told why");
	is_str(strstr(world_file(&world, DROPIN)->new, "vm."),
	       "vm.dirty_ratio = 5\n# end of profile web\n", "the rest is");
	world_end(&world);
}

int main(void)
{
	test_names();
	test_rename();
	test_edit();
	test_untouchable();
	test_block();
	test_pattern();
	test_overtaken();
	test_yield();
	return done();
}
