/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/commands.h"
#include "cli/watching.h"

/* What it came to, for whoever asked for a document. */
static void show(const struct watching *watching)
{
	struct context *context = watching->context;
	char text[WATCHING_DOCUMENT];

	if (!given(context, OPTION_JSON))
		return;
	(void)fputs(watching_document(watching, text, sizeof(text)), context->out.file);
	context->shown = true;
}

static enum status run_watch(struct context *context)
{
	struct watching watching = {
		.context = context,
		.notify = { .fd = -1 },
		.signals = { .fd = -1 },
		.changes = { .fd = -1 },
		.events = { .fd = -1 },
		.pid_root = { .fd = -1 },
		.only = { .fd = -1 },
		.pidfile = { .fd = -1 },
		.drops = { .alarm = -1, .run = { .fd = -1 } },
		.watch = { .procs = { .fd = -1 },
			   .keeper = { .process = { .dir = -1 } } },
	};
	enum status status = watching_start(&watching);

	if (status == STATUS_OK) {
		status = watching_run(&watching);
		show(&watching);
	}
	watching_end(&watching);
	return status;
}

static const struct option_row watch_options[] = {
	{ OPTION_SCAN, "scan", 0, "TIME",
	  "look every TIME (5s), and ask the kernel for no events" },
	{ OPTION_USER, "user", 0, NULL, "only the caller's own processes; no privilege" },
	{ OPTION_RESTORE, "restore-on-exit", 0, NULL,
	  "put back what each process had before" },
	{ OPTION_REALTIME, "realtime", 0, NULL,
	  "run before all that is not of real time (SCHED_FIFO)" },
	{ OPTION_PIDFILE, "pidfile", 0, "FILE", "write the daemon's pid to FILE" },
	{ OPTION_FORCE, "force", 'f', NULL,
	  "also what leaves the OOM killer nothing, or drops caches often" },
	{ 0 },
};

const struct command command_watch = {
	.name = "watch",
	.synopsis = "[OPTION]... [PROFILE...]",
	.summary = "The daemon: keep rules for processes in force, and schedules",
	.text = "Stays in the foreground. Without a PROFILE: all active profiles, and a change of\n"
		"those is noticed. New processes are set as soon as they run a program, by the\n"
		"kernel's own events, or within 5 seconds where it has none.\n\n"
		"SIGHUP reads the profiles again, SIGUSR1 tells how it is doing, SIGTERM ends it.",
	.options = watch_options,
	.most = (size_t)-1,
	.operand = "PROFILE",
	.writes = true,
	.run = run_watch,
};
