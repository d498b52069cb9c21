/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/watch_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "state/process.h"
#include "sys/clock.h"

#define MINUTE_MS 60000

static const char *kind_name(enum notice_kind kind)
{
	switch (kind) {
	case NOTICE_CHANGED:
		return "changed";
	case NOTICE_DENIED:
		return "denied";
	case NOTICE_DRIFTED:
		return "drifted";
	case NOTICE_LEFT:
		return "left";
	case NOTICE_UNKNOWN:
		return "unknown";
	case NOTICE_RESTORED:
		break;
	}
	return "restored";
}

/* Who did it can do nothing about it soon, but must not be told a thousand times. */
static bool is_repeated(enum notice_kind kind)
{
	return kind == NOTICE_DENIED || kind == NOTICE_UNKNOWN;
}

static struct watch_log_rate *rate_of(struct watch_log *log, const struct notice *notice)
{
	struct watch_log_rate *free = NULL;

	for (size_t i = 0; i < WATCH_LOG_RULES; i++) {
		struct watch_log_rate *rate = &log->rates[i];

		if (rate->rule == notice->rule && rate->kind == notice->kind &&
		    rate->told > 0)
			return rate;
		if (!free && rate->told == 0)
			free = rate;
	}
	/* More rules than that fail at the same time: the first place is shared. */
	return free ? free : &log->rates[0];
}

static bool may_tell(struct watch_log *log, const struct notice *notice)
{
	struct watch_log_rate *rate = rate_of(log, notice);
	uint64_t now = (uint64_t)clock_monotonic_ns() / 1000000;

	if (rate->told > 0 && now - rate->since_ms < MINUTE_MS) {
		if (rate->told < WATCH_LOG_MOST) {
			rate->told++;
			return true;
		}
		rate->kept_back++;
		return false;
	}
	if (rate->kept_back > 0)
		logger_say(log->logger, LOG_WARNING, NULL, 0,
			   "rule '%s': %u more like the last one since then",
			   notice->rule ? notice->rule : "-", rate->kept_back);
	*rate = (struct watch_log_rate){
		.rule = notice->rule, .kind = notice->kind, .since_ms = now, .told = 1
	};
	return true;
}

/* Why a write was denied, and what would help. */
static const char *why_denied(const struct notice *notice)
{
	if (notice->error == EIO)
		return "it was written, and is another value already: the program sets its "
		       "own, which 'drift: accept' leaves alone";
	if (notice->error != EACCES && notice->error != EPERM)
		return strerror(notice->error);
	return notice->after < notice->before
		       ? "permission denied: lowering takes CAP_SYS_RESOURCE in the initial "
			 "user namespace"
		       : "permission denied: another user's process takes CAP_DAC_OVERRIDE";
}

static void say(struct watch_log *log, const struct notice *notice,
		const struct logger_field *fields, size_t len)
{
	const char *file = notice->legacy ? "oom_adj" : "oom_score_adj";
	const char *of = notice->child ? "the parent's rule" : "rule";
	const char *rule = notice->rule ? notice->rule : "-";
	switch (notice->kind) {
	case NOTICE_CHANGED:
		if (!log->quiet)
			logger_say(log->logger, LOG_INFO, fields, len,
				   "%s[%d]: %s %d -> %d (%s '%s')", notice->comm,
				   (int)notice->pid, file, notice->before, notice->after,
				   of, rule);
		break;
	case NOTICE_DENIED:
		logger_say(log->logger, LOG_WARNING, fields, len,
			   "%s[%d]: %s stays %d, not %d (%s '%s'): %s", notice->comm,
			   (int)notice->pid, file, notice->before, notice->after, of,
			   rule, why_denied(notice));
		break;
	case NOTICE_DRIFTED:
		logger_say(log->logger, LOG_NOTICE, fields, len,
			   "%s[%d]: %s was made %d, and is %d now (%s '%s')",
			   notice->comm, (int)notice->pid, file, notice->after,
			   notice->before, of, rule);
		break;
	case NOTICE_LEFT:
		logger_say(
			log->logger, LOG_WARNING, fields, len,
			"%s[%d]: %s is %d again and again, not %d (%s '%s'): left alone",
			notice->comm, (int)notice->pid, file, notice->before,
			notice->after, of, rule);
		break;
	case NOTICE_UNKNOWN:
		logger_say(
			log->logger, LOG_WARNING, fields, len,
			"%s[%d]: whether rule '%s' is for it cannot be told: not all of "
			"it may be read (CAP_SYS_PTRACE)",
			notice->comm, (int)notice->pid, rule);
		break;
	case NOTICE_RESTORED:
		logger_say(log->logger, LOG_INFO, fields, len,
			   "%s[%d]: %s put back to %d", notice->comm, (int)notice->pid,
			   file, notice->after);
		break;
	}
}

void watch_log_notice(void *data, const struct notice *notice)
{
	struct watch_log *log = data;
	char pid[16], before[16], after[16];
	const struct logger_field fields[] = {
		{ "OBJECT_PID", pid },
		{ "LOWMEMCTL_EVENT", kind_name(notice->kind) },
		{ "LOWMEMCTL_COMM", notice->comm },
		{ "LOWMEMCTL_RULE", notice->rule ? notice->rule : "" },
		{ "LOWMEMCTL_BEFORE", before },
		{ "LOWMEMCTL_AFTER", after },
	};

	(void)snprintf(pid, sizeof(pid), "%d", (int)notice->pid);
	(void)snprintf(before, sizeof(before), "%d", notice->before);
	(void)snprintf(after, sizeof(after), "%d", notice->after);
	if (is_repeated(notice->kind) && !may_tell(log, notice))
		return;
	say(log, notice, fields, sizeof(fields) / sizeof(*fields));
}

void watch_log_forget(struct watch_log *log)
{
	for (size_t i = 0; i < WATCH_LOG_RULES; i++)
		log->rates[i] = (struct watch_log_rate){ 0 };
}

static int level_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return LOG_ERR;
	case SEVERITY_WARNING:
		return LOG_WARNING;
	case SEVERITY_NOTE:
		break;
	}
	return LOG_NOTICE;
}

void watch_log_diags(const struct watch_log *log, const struct diags *diags)
{
	for (const struct diag *diag = diags->first; diag; diag = diag->next) {
		struct origin at = diag->at;

		if (at.source)
			logger_say(log->logger, level_of(diag->severity), NULL, 0,
				   "%s:%u:%u: %s", at.source->name, at.line, at.column,
				   diag->message);
		else
			logger_say(log->logger, level_of(diag->severity), NULL, 0, "%s",
				   diag->message);
	}
}
