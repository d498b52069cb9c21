/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/applying.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "plan/plan.h"

static enum status run_persist(struct context *context)
{
	return apply_with(context, SCOPE_BOOT);
}

static const struct option_row persist_options[] = {
	{ OPTION_DRY_RUN, "dry-run", 'n', NULL,
	  "show what would be written, write nothing" },
	{ OPTION_EDIT_CONFLICTS, "edit-conflicts", 0, NULL,
	  "disable lines in files below /etc that win over it" },
	{ OPTION_SCHEDULES, "schedules", 0, "WHO",
	  "who carries schedules out: watch, systemd, cron" },
	{ OPTION_DETAILED, "detailed-exitcode", 0, NULL,
	  "exit with 2 where something was changed" },
	{ OPTION_FORCE, "force", 0, NULL,
	  "also schedules that are due more often than every 10 minutes" },
	{ OPTION_BEST_EFFORT, "best-effort", 0, NULL,
	  "for package scripts: leave out what cannot be done" },
	{ 0 },
};

const struct command command_persist = {
	.name = "persist",
	.synopsis = "[OPTION]... PROFILE...",
	.summary =
		"Make the value at the next boot as profiles want it; live is not touched",
	.text = "Sysctls go into a drop-in in /etc/sysctl.d, under a name with which it wins (or\n"
		"into a block in /etc/sysctl.conf, where that is all that is read at boot). Then\n"
		"the value at boot is computed again; where it is not the one that is wanted, all\n"
		"is put back (exit status 4). The profile becomes an active one.\n\n"
		"A line that wins all the same is named; --edit-conflicts makes it a comment, which\n"
		"'unpersist' and 'revert' undo. Files below /usr are never touched.",
	.options = persist_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.writes = true,
	.run = run_persist,
};
