/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/watching.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/num.h"
#include "cli/own_path.h"
#include "plan/rules.h"
#include "profile/profile.h"
#include "sys/atomicfile.h"
#include "sys/caps.h"
#include "sys/confine.h"
#include "sys/localtime.h"
#include "sys/resident.h"
#include "sys/root.h"

#define MOST_SECONDS   UINT64_C(86400)
#define ACTIVE_PATH    "etc/lowmemctl/active.d"
#define PID_PATH       WATCHING_PID_PATH
/* Some 8000 events; a burst on two busy processors was never longer than 40. */
#define EVENTS_BUFFER  ((size_t)6 * 1024 * 1024)
#define MOUNTS_LARGEST ((size_t)1024 * 1024)

enum status watching_failed(struct watching *watching, int r, const char *what)
{
	(void)diag_error(&watching->context->diags, NOWHERE, -r, "cannot %s: %s", what,
			 strerror(-r));
	return STATUS_ERROR;
}

static bool is_user(const struct watching *watching)
{
	return given(watching->context, OPTION_USER);
}

/* Whose processes others are takes a capability to write; without one all would be denied. */
static enum status check_privileges(struct watching *watching)
{
	struct context *context = watching->context;
	struct caps caps;

	if (is_user(watching) || !context->root.live_proc || caps_read(&caps) < 0 ||
	    (caps.have & NEED_DAC_OVERRIDE))
		return STATUS_OK;
	(void)diag_error(
		&context->diags, NOWHERE, EPERM,
		"other users' processes take cap_dac_override (and cap_sys_resource, "
		"to lower them): run it as root, or 'watch --user' for your own");
	return STATUS_NO_PRIVILEGE;
}

static enum status take(struct watching *watching, struct pidfile *pidfile,
			const struct root *root, const char *path)
{
	struct context *context = watching->context;
	pid_t holder = 0;
	int r = pidfile_take(pidfile, root, path, &holder);

	if (r == 0)
		return STATUS_OK;
	if (r == -EWOULDBLOCK)
		(void)diag_error(&context->diags, NOWHERE, -r,
				 "a watch is at work already (pid %ld, /%s)",
				 (long)holder, path);
	else
		(void)diag_error(&context->diags, NOWHERE, -r, "cannot write /%s: %s",
				 path,
				 r == -EEXIST ? "what is there is no file with a pid"
					      : strerror(-r));
	return r == -EWOULDBLOCK ? STATUS_LOCKED : STATUS_ERROR;
}

static enum status take_pidfiles(struct watching *watching)
{
	struct context *context = watching->context;
	const char *path = context->option[OPTION_PIDFILE];
	enum status status = STATUS_OK;
	int r;

	if (!is_user(watching))
		status = take(watching, &watching->only, &context->root, PID_PATH);
	if (status != STATUS_OK || !path)
		return status;
	r = own_path(context, path, &path);
	if (r == 0)
		r = root_init(&watching->pid_root, "/");
	if (r < 0)
		return watching_failed(watching, r, "open the folder of --pidfile");
	return take(watching, &watching->pidfile, &watching->pid_root, path);
}

static enum status read_interval(struct watching *watching)
{
	struct context *context = watching->context;
	const char *text = context->option[OPTION_SCAN];
	uint64_t seconds;

	if (!text)
		return STATUS_OK;
	if (num_duration(span_of(text), &seconds) == 0 && seconds <= MOST_SECONDS) {
		watching->scan_ms = seconds * 1000;
		return STATUS_OK;
	}
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "--scan takes a duration of at most a day, such as 5s or 1m, "
			 "not '%s'",
			 text);
	return STATUS_USAGE;
}

static enum status load(struct watching *watching)
{
	struct context *context = watching->context;
	enum status status = ruleset_load(context, false, &watching->rules);

	if (watching->rules.arena)
		context->diags = watching->rules.diags;
	if (status == STATUS_OK && watching->rules.job.judging.rules.len == 0 &&
	    watching->rules.agenda.len == 0)
		diag_note(
			&context->diags, NOWHERE,
			"no profile has a rule for processes or a schedule that applies "
			"here: it waits for one");
	return status;
}

static const char *why_deaf(int err)
{
	switch (err) {
	case ETIMEDOUT:
		return "the kernel answers nothing: a container, or no PROC_EVENTS";
	case EPERM:
		return "it takes CAP_NET_ADMIN before Linux 6.6";
	case ECONNREFUSED:
		return "this is another network namespace";
	default:
		return strerror(err);
	}
}

/* What the kernel tells is better than looking; where it tells nothing, looking is what there is. */
static void subscribe(struct watching *watching)
{
	unsigned kinds = watch_kinds(&watching->rules.job.judging.rules);
	int r = -ENOTSUP;

	watching->mode = "scan";
	watching->watch.events = NULL;
	if (watching->scan_ms == 0 && watching->context->root.live_proc) {
		r = procevents_init(&watching->events, kinds, EVENTS_BUFFER);
		if (r < 0) {
			procevents_done(&watching->events);
			logger_say(
				&watching->logger, LOG_WARNING, NULL, 0,
				"no events of processes: %s; looking every %d s instead",
				why_deaf(-r), WATCHING_SCAN_MS / 1000);
		}
	}
	if (r == 0) {
		watching->mode = "events";
		watching->watch.events = &watching->events;
	} else if (watching->scan_ms == 0) {
		watching->scan_ms = WATCHING_SCAN_MS;
	}
}

void watching_note_unless(struct watching *watching, int r, const char *what)
{
	if (r < 0)
		logger_say(&watching->logger, LOG_NOTICE, NULL, 0, "%s: %s", what,
			   strerror(-r));
}

/* Is proc mounted so that it hides processes (hidepid, proc(5))? */
static bool hides(const struct context *context)
{
	struct span rest, line;
	char *text;

	/* Where that cannot be told, the capability does no harm. */
	if (root_slurp(&context->root, "proc/self/mountinfo", context->arena,
		       MOUNTS_LARGEST, &text, &rest.len) < 0)
		return true;
	rest.at = text;
	while (span_line(&rest, &line)) {
		if (memmem(line.at, line.len, " /proc ", 7) &&
		    memmem(line.at, line.len, "hidepid=", 8))
			return true;
	}
	return false;
}

static unsigned needs(const struct watching *watching)
{
	const struct rules *rules = &watching->rules.job.judging.rules;
	unsigned needs = NEED_SYS_RESOURCE | NEED_DAC_OVERRIDE | NEED_NET_ADMIN;

	for (size_t i = 0; i < rules->len; i++) {
		if (rules->items[i].rule->exe)
			needs |= NEED_SYS_PTRACE;
	}
	/* Where others' processes are hidden, that is the way to see them. */
	if (hides(watching->context))
		needs |= NEED_SYS_PTRACE;
	return needs;
}

/* It goes on when memory is out, and can do no more than it has to. */
static void confine(struct watching *watching)
{
	if (!watching->context->root.live_proc)
		return;
	if (!is_user(watching))
		watching_note_unless(
			watching, confine_score(ADJ_NEVER),
			"not safe from the OOM killer itself (CAP_SYS_RESOURCE)");
	if (given(watching->context, OPTION_REALTIME))
		watching_note_unless(watching, confine_realtime(),
				     "no real-time priority (CAP_SYS_NICE)");
	watching_note_unless(watching, confine_privileges(), "privileges can be gained");
	watching_note_unless(watching, confine_syscalls(),
			     "system calls are not filtered");
	/* What the allocator holds free is not to be locked. */
	resident_shrink();
	watching_note_unless(
		watching, confine_memory(),
		"its memory is not locked (CAP_IPC_LOCK, or RLIMIT_MEMLOCK)");
	watching_note_unless(watching, caps_keep(needs(watching)),
			     "capabilities are not given up");
}

/* Before they are read, so that no change is missed. */
static void watch_profiles(struct watching *watching)
{
	struct context *context = watching->context;

	if (context->operands_len > 0)
		return;
	watching_note_unless(watching,
			     changes_init(&watching->changes, &context->root,
					  ACTIVE_PATH),
			     "changed profiles are seen after a SIGHUP only");
}

static void open_doors(struct watching *watching)
{
	struct context *context = watching->context;
	int r = notify_init(&watching->notify);

	watching_note_unless(watching, r, "the service manager is not told");
	watching->log = (struct watch_log){ .logger = &watching->logger,
					    .quiet = given(context, OPTION_QUIET) };
	watching->watch.keeper.root = &context->root;
	watching->watch.keeper.rules = &watching->rules.job.judging.rules;
	watching->watch.keeper.tell = watch_log_notice;
	watching->watch.keeper.data = &watching->log;
	watching->watch.keeper.self = watching->rules.job.judging.self;
	watching->watch.keeper.mine = is_user(watching);
	watching->watch.keeper.user = geteuid();
}

/* What is due when: as far as the host lets this process drop anything. */
static void adopt_schedules(struct watching *watching)
{
	const struct drop_request request = { .mode = DROP_ALL };
	struct agenda *agenda = &watching->rules.agenda;
	enum drop_step step;
	int r = agenda->len > 0 ? drop_allowed(&watching->context->root, &request, &step)
				: 0;

	if (agenda->len > 0 && is_user(watching))
		r = -EPERM;
	watching_note_unless(watching, r,
			     "schedules are not carried out: /proc/sys/vm/drop_caches");
	if (r < 0 || watching->drops.alarm < 0)
		agenda->len = 0;
	watch_drops_adopt(&watching->drops, agenda);
}

static void begin_schedules(struct watching *watching)
{
	watching->drops.root = &watching->context->root;
	watching->drops.logger = &watching->logger;
	watching->drops.force = given(watching->context, OPTION_FORCE);
	watching_note_unless(watching, localtime_use(&watching->context->root),
			     "local time is not known: schedules go by UTC");
	watching_note_unless(watching, watch_drops_begin(&watching->drops),
			     "schedules are not carried out: there is no timer");
	adopt_schedules(watching);
}

static enum status look(struct watching *watching)
{
	uint64_t now = watching_now_ms();
	int r = watch_begin(&watching->watch);

	if (r == 0)
		r = watch_pass(&watching->watch, WATCH_ALL, now);
	if (r < 0)
		return watching_failed(watching, r, "look at processes");
	if (!watching->watch.events)
		watching->next_scan_ms = now + watching->scan_ms;
	if (watching->notify.watchdog_us > 0)
		watching->next_alive_ms = now + watching->notify.watchdog_us / 2000;
	return STATUS_OK;
}

/* What stays in memory is what it works with, and not what starting took. */
static void shrink(struct watching *watching)
{
	resident_shrink();
	watching_note_unless(watching, keeper_warm_up(&watching->watch.keeper),
			     "cannot write to processes");
	watching_note_unless(watching,
			     watch_pass(&watching->watch, WATCH_NEW, watching_now_ms()),
			     WATCHING_BLIND);
}

enum status watching_start(struct watching *watching)
{
	struct context *context = watching->context;
	enum status status = read_interval(watching);
	int r;

	logger_init(&watching->logger, "lowmemctl", STDERR_FILENO, LOGGER_JOURNAL);
	if (status == STATUS_OK)
		status = check_privileges(watching);
	if (status == STATUS_OK)
		watch_profiles(watching);
	if (status == STATUS_OK)
		status = load(watching);
	if (status == STATUS_OK)
		status = take_pidfiles(watching);
	if (status != STATUS_OK)
		return status;
	r = signals_hold(&watching->signals);
	if (r < 0)
		return watching_failed(watching, r, "hold signals");
	open_doors(watching);
	subscribe(watching);
	status = look(watching);
	if (status != STATUS_OK)
		return status;
	begin_schedules(watching);
	confine(watching);
	watch_log_diags(&watching->log, &context->diags);
	context->diags = diags_in(context->arena);
	(void)notify_tell(&watching->notify, NOTIFY_READY, NULL);
	watching_tell(watching, true);
	shrink(watching);
	return STATUS_OK;
}

void watching_reload(struct watching *watching)
{
	struct ruleset fresh;
	enum status status;
	bool full;

	watching->reload_ms = 0;
	(void)notify_tell(&watching->notify, NOTIFY_RELOADING, NULL);
	status = ruleset_load(watching->context, true, &fresh);
	full = !fresh.arena || fresh.diags.lost;
	if (fresh.arena)
		watch_log_diags(&watching->log, &fresh.diags);
	if (status == STATUS_OK) {
		watch_adopt(&watching->watch, &fresh.job.judging.rules);
		watch_log_forget(&watching->log);
		ruleset_done(&watching->rules);
		watching->rules = fresh;
		watching->watch.keeper.rules = &watching->rules.job.judging.rules;
		adopt_schedules(watching);
		watching_note_unless(watching,
				     watch_pass(&watching->watch, WATCH_ALL,
						watching_now_ms()),
				     WATCHING_BLIND);
		if (given(watching->context, OPTION_RESTORE))
			keeper_restore(&watching->watch.keeper, true);
	} else {
		ruleset_done(&fresh);
		logger_say(
			&watching->logger, LOG_ERR, NULL, 0,
			"the profiles cannot be used%s: the rules of before stay in force",
			full ? ", as memory is out" : "");
	}
	(void)notify_tell(&watching->notify, NOTIFY_READY, NULL);
	watching_tell(watching, true);
	shrink(watching);
}

void watching_end(struct watching *watching)
{
	struct watch *watch = &watching->watch;

	if (watching->stop && given(watching->context, OPTION_RESTORE))
		keeper_restore(&watch->keeper, false);
	if (!is_user(watching) && watching->only.fd >= 0) {
		int r = atomicfile_remove(&watching->context->root, WATCHING_STATE_PATH);

		/* A start that failed had written none. */
		watching_note_unless(watching, r == -ENOENT ? 0 : r,
				     "/" WATCHING_STATE_PATH " cannot be removed");
	}
	if (watch->events)
		procevents_done(watch->events);
	watch_done(watch);
	watch_drops_done(&watching->drops);
	ruleset_done(&watching->rules);
	changes_done(&watching->changes);
	notify_done(&watching->notify);
	pidfile_drop(&watching->pidfile);
	pidfile_drop(&watching->only);
	root_done(&watching->pid_root);
	logger_done(&watching->logger);
	signals_release(&watching->signals);
}
