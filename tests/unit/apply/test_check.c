/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/check.h"

#include <errno.h>
#include <linux/capability.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "fake/fake_root.h"
#include "knob/knob.h"
#include "state/state.h"
#include "sys/caps.h"
#include "tap.h"

#define FILES 5

static const struct {
	const char *path;
	enum fake_how how;
	int err;
	unsigned needs;
	const char *lacks; /* NULL: nothing */
} rows[FILES] = {
	{ "proc/sys/vm/swappiness", FAKE_OBEYS, 0, NEED_ROOT, NULL },
	{ "proc/sys/vm/a", FAKE_CLOSED, EACCES, NEED_ROOT,
	  "needs root: permission denied" },
	{ "proc/sys/vm/b", FAKE_CLOSED, EROFS, NEED_ROOT | NEED_WRITABLE,
	  "read-only mount" },
	{ "sys/kernel/mm/c", FAKE_CLOSED, EACCES, NEED_DAC_OVERRIDE,
	  "needs cap_dac_override" },
	/* Over its own user namespace, which opening the file tells. */
	{ "proc/sys/user/max_net_namespaces", FAKE_OBEYS, 0, NEED_SYS_RESOURCE, NULL },
};

static struct plan plan_in(struct arena *arena)
{
	struct plan plan = { .items = arena_array(arena, FILES, sizeof(*plan.items)),
			     .len = FILES };

	for (size_t i = 0; i < FILES; i++)
		plan.items[i] = (struct plan_item){
			.key = rows[i].path,
			.path = rows[i].path,
			/* Any that is known. */
			.knob = knob_find("vm.swappiness", NULL),
			.want = "1",
			.live = "0",
			.action = ACTION_WRITE,
			.needs = rows[i].needs,
		};
	plan_finish(&plan);
	return plan;
}

static bool is_told(const struct diags *diags, const char *path, const char *lacks)
{
	for (const struct diag *diag = diags->first; diag; diag = diag->next) {
		if (strstr(diag->message, path) && strstr(diag->message, lacks))
			return true;
	}
	return false;
}

/* What opening the file of a process gave, what its write needs, and what is lacking then. */
static const struct {
	int error;
	unsigned needs;
	const char *lacks; /* NULL: nothing */
} processes[] = {
	{ EACCES, NEED_NOTHING, "needs cap_dac_override" },
	{ EPERM, NEED_DAC_OVERRIDE, "needs cap_dac_override" },
	{ EROFS, NEED_NOTHING, "read-only mount" },
	/* It ended before it could be opened: that is found when it is written. */
	{ ESRCH, NEED_NOTHING, NULL },
	{ 0, NEED_NOTHING, NULL },
	{ 0, NEED_SYS_RESOURCE, "needs cap_sys_resource in the initial user namespace" },
	{ EACCES, NEED_SYS_RESOURCE,
	  "needs cap_sys_resource, cap_dac_override in the initial user namespace" },
};

static void check_process(struct arena *arena, size_t i)
{
	struct live live = { .path = "proc/812/oom_score_adj",
			     .error = processes[i].error,
			     .fd = processes[i].error ? -1 : 0 };
	struct plan_item item = {
		.kind = ITEM_PROCESS,
		.key = "pid:812",
		.label = "pid:812 sshd",
		.path = live.path,
		.source = &live,
		.want = "1",
		.live = "0",
		.action = ACTION_WRITE,
		.needs = processes[i].needs,
		.process = { .pid = 812, .comm = "sshd" },
	};
	struct plan plan = { .items = &item, .len = 1 };
	struct diags diags = diags_in(arena);
	const char *lacks = processes[i].lacks;

	if ((processes[i].needs & NEED_SYS_RESOURCE) && caps_holds(CAP_SYS_RESOURCE)) {
		skip("nothing lacks cap_sys_resource here");
		return;
	}
	plan_finish(&plan);
	is_int(check_privileges(arena, &fake.root, &plan, false, &diags),
	       lacks ? -EPERM : 0, "process %zu", i);
	ok(!lacks || is_told(&diags, "pid:812 sshd", lacks), "process %zu: %s", i,
	   lacks ? lacks : "nothing");
	is_int((int)(check_needs(&plan) & (NEED_SYS_RESOURCE | NEED_DAC_OVERRIDE)),
	       NEED_SYS_RESOURCE | NEED_DAC_OVERRIDE,
	       "process %zu: what is kept for the writing", i);
	fake.root.live_proc = false;
	if (processes[i].error == 0)
		is_int(check_privileges(arena, &fake.root, &plan, false, &diags), 0,
		       "process %zu: a tree's needs no capability", i);
	fake.root.live_proc = true;
}

/* A file may be opened by root, and its handler still ask for a capability. */
static void check_unknown(void)
{
	struct plan_item item = { .kind = ITEM_SYSCTL,
				  .key = "kernel.kptr_restrict",
				  .path = "proc/sys/kernel/kptr_restrict",
				  .want = "1",
				  .live = "0",
				  .action = ACTION_WRITE,
				  .needs = NEED_ROOT };
	struct plan plan = { .items = &item, .len = 1 };

	is_int((int)(check_needs(&plan) & NEED_SYS_ADMIN), NEED_SYS_ADMIN,
	       "of a key that nobody knows: what is kept for the writing");
	item.knob = knob_find("vm.swappiness", NULL);
	is_int((int)(check_needs(&plan) & NEED_SYS_ADMIN), 0, "not of one that is known");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct diags diags = diags_in(arena), quiet = diags_in(arena);
	struct plan plan = plan_in(arena), nothing = { 0 };

	check_unknown();
	fake_begin();
	for (size_t i = 0; i < FILES; i++)
		fake_add(rows[i].path, "0", rows[i].how, rows[i].err);
	is_int(check_privileges(arena, &fake.root, &nothing, false, &diags), 0,
	       "nothing to do");
	is_int(check_privileges(arena, &fake.root, &plan, false, &diags), -EPERM,
	       "missing");
	is_int((long long)diags.errors, 3, "all that is missing is told in one run");
	for (size_t i = 0; i < FILES; i++) {
		if (rows[i].lacks)
			ok(is_told(&diags, rows[i].path, rows[i].lacks), "%s: %s",
			   rows[i].path, rows[i].lacks);
	}
	is_int((long long)check_needs(&plan),
	       NEED_ROOT | NEED_WRITABLE | NEED_DAC_OVERRIDE | NEED_SYS_RESOURCE,
	       "what the plan needs in all");
	is_int(check_privileges(arena, &fake.root, &plan, true, &quiet), 0, "relaxed");
	is_int((long long)plan.counts.skipped, 3, "what cannot be done is left out");
	is_int((long long)plan.counts.differs, 2, "the rest stays");
	is_int((long long)quiet.errors, 0, "without an error");
	for (size_t i = 0; i < sizeof(processes) / sizeof(*processes); i++)
		check_process(arena, i);
	is_int((long long)fake.logged, 0, "nothing was written");
	fake_end();
	return done();
}
