/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/applying.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "plan/plan.h"

static enum status run_apply(struct context *context)
{
	return apply_with(context, given(context, OPTION_PERSIST)
					   ? SCOPE_LIVE | SCOPE_BOOT
					   : SCOPE_LIVE);
}

static const struct option_row apply_options[] = {
	{ OPTION_ACTIVE, "active", 0, NULL,
	  "instead of PROFILE: the persisted ones, live; for the boot service" },
	{ OPTION_DRY_RUN, "dry-run", 'n', NULL,
	  "show what would be done, write nothing" },
	{ OPTION_PERSIST, "persist", 0, NULL,
	  "make it last: see 'lowmemctl persist --help'" },
	{ OPTION_EDIT_CONFLICTS, "edit-conflicts", 0, NULL,
	  "with --persist: disable lines that win over it" },
	{ OPTION_TRIAL, "trial", 0, "TIME",
	  "put it back after TIME (5m) unless 'confirm' comes" },
	{ OPTION_SCHEDULES, "schedules", 0, "WHO",
	  "with --persist: who does schedules: watch, systemd, cron" },
	{ OPTION_DETAILED, "detailed-exitcode", 0, NULL,
	  "exit with 2 where something was changed" },
	{ OPTION_FORCE, "force", 0, NULL,
	  "also what leaves the OOM killer nothing, or drops caches often" },
	{ OPTION_BEST_EFFORT, "best-effort", 0, NULL,
	  "for package scripts: leave out what cannot be done" },
	{ 0 },
};

const struct command command_apply = {
	.name = "apply",
	.synopsis = "[OPTION]... PROFILE... | --active",
	.summary = "Make the running kernel as profiles want it: all of it, or nothing",
	.text = "Every change is checked for privilege before the first one is made, read back\n"
		"after it was made, and noted so that 'lowmemctl revert' undoes it. When one\n"
		"fails, all are put back (exit status 4; 6 where that failed, too).",
	.options = apply_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.instead = &apply_options[0],
	.writes = true,
	.run = run_apply,
};
