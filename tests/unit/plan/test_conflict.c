/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/conflict.h"

#include "persisting.h"
#include "state/bootanswer.h"

/* Who sets vm.swappiness, and what of that may be edited. */
static const struct {
	const char *path, *text, *link;
	bool may;
	const char *reason;
} rows[] = {
	{ "etc/sysctl.d/x.conf", "vm.swappiness = 30\n", NULL, true,
	  "/etc/sysctl.d/x.conf:1 sets vm.swappiness to 30, and always comes later: "
	  "--edit-conflicts disables that line, reversibly" },
	{ "usr/lib/sysctl.d/x.conf", "vm.swappiness = 30\n", NULL, false,
	  "/usr/lib/sysctl.d/x.conf:1 sets vm.swappiness to 30, and always comes later: it "
	  "is not ours to change" },
	{ "run/sysctl.d/x.conf", "vm.swappiness = 30\n", NULL, false, NULL },
	{ "usr/share/x.conf", "vm.swappiness = 30\n", "etc/sysctl.d/x.conf", false,
	  NULL },
	{ "opt/x.conf", "vm.swappiness = 30\n", "etc/sysctl.d/x.conf", true, NULL },
	{ "etc/sysctl.d/x.conf", "-vm.swappiness\n", NULL, true,
	  "/etc/sysctl.d/x.conf:1 takes it back, and always comes later: --edit-conflicts "
	  "disables that line, reversibly" },
	{ DROPIN, "vm.swappiness = 30\n", NULL, false, NULL },
	{ DROPIN, "# profile z\nvm.swappiness = 30\n# end of profile z\n", NULL, false,
	  "the active profile z sets vm.swappiness to 30, and its name comes later: "
	  "'lowmemctl unpersist z' takes that out" },
	{ "etc/sysctl.d/x.conf", "# profile z\nvm.swappiness = 30\n# end of profile z\n",
	  NULL, true, NULL },
	{ "proc/cmdline", "sysctl.vm.swappiness=30\n", NULL, false, NULL },
	{ "etc/sysctl.d/x.conf", "vm.swappiness = 30\r\n", NULL, true, NULL },
	{ "etc/sysctl.d/x.conf", "vm.a = 1\rvm.swappiness = 30\n", NULL, false,
	  "/etc/sysctl.d/x.conf:1 sets vm.swappiness to 30, and always comes later: it is "
	  "not ours to change" },
	{ "etc/sysctl.d/x.conf", "# x\n\rvm.swappiness = 30\n", NULL, false, NULL },
	{ "etc/sysctl.d/x.conf", "vm.a = 30\n", NULL, false,
	  "no line of ours would set it at boot" },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct conflicts conflicts;
		const struct conf_line *line;
		struct plan_item *item;
		struct world world;

		world_begin(&world);
		tree_file(rows[i].path, rows[i].text);
		if (rows[i].link)
			tree_link(*rows[i].path == 'u' ? "/usr/share/x.conf"
						       : "/opt/x.conf",
				  rows[i].link);
		world_add(&world, &world.profile, "a.yaml",
			  V "sysctl: {vm.swappiness: 10}");
		world_build(&world, "systemd", SCOPE_BOOT);
		item = &world.plan.items[0];
		is_int(conflicts_find(world.arena, &world.plan, &world.persisted,
				      &conflicts),
		       0, "%zu: looked", i);
		is_int((long long)conflicts.len, 0, "%zu: of what is not persisted", i);
		item->persisted = true;
		is_int(conflicts_find(world.arena, &world.plan, &world.persisted,
				      &conflicts),
		       0, "%zu: looked", i);
		is_int((long long)conflicts.len, 1, "%zu: it conflicts", i);
		line = conflicts.items[0].line;
		ok(line ? conflict_may_be_edited(&world.persisted, line) == rows[i].may
			: !rows[i].may,
		   "%zu: may it be edited?", i);
		is_int(conflicts_refuse(world.arena, &world.plan, &world.persisted,
					&conflicts),
		       0, "%zu: refused", i);
		ok(item->action == ACTION_REFUSE && item->refusal == STATUS_RESTORED &&
			   item->boot_status == BOOT_OVERRIDDEN,
		   "%zu: for that", i);
		if (rows[i].reason)
			is_str(item->reason, rows[i].reason, "%zu: why", i);
		world_end(&world);
	}
	return done();
}
