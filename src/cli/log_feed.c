/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/log_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "cli/command.h"
#include "oom/reader.h"
#include "sys/clock.h"
#include "sys/journalctl.h"
#include "sys/kmsg.h"
#include "sys/logfile.h"
#include "sys/root.h"

/* A few calls for each MiB, and in the caches of small processors. */
#define BUFFER_SIZE ((size_t)256 * 1024)
#define MEGA	    UINT64_C(1000000)

#define JOURNAL	    "journal"

/* Something to read a log from. */
struct tap {
	const char *name; /* as reports have it */
	ssize_t (*read)(void *data, char *buffer, size_t size);
	/* How far it is; NULL: nobody knows. */
	bool (*progress)(const void *data, uint64_t *ret_done, uint64_t *ret_size);
	void *data;
};

const char *log_spoken(const char *name)
{
	if (strcmp(name, "-") == 0)
		return "standard input";
	return strcmp(name, JOURNAL) == 0 ? "the journal" : name;
}

int log_feed_init(struct log_feed *feed, struct context *context)
{
	*feed = (struct log_feed){ .context = context, .booted = -1 };
	feed->progress = progress_for(context);
	feed->buffer = arena_alloc(context->arena, BUFFER_SIZE);
	return feed->buffer ? 0 : -ENOMEM;
}

static void failed(struct log_feed *feed, const char *name, int r)
{
	feed->failed = true;
	(void)diag_error(&feed->context->diags, NOWHERE, -r, "cannot read %s: %s",
			 log_spoken(name), strerror(-r));
}

static void show_progress(struct log_feed *feed, const struct tap *tap)
{
	uint64_t done = feed->bytes, size = 0;
	char text[256], total[32] = "";

	if (tap->progress && tap->progress(tap->data, &done, &size))
		(void)snprintf(total, sizeof(total), " of %" PRIu64, size / MEGA);
	(void)snprintf(text, sizeof(text), "reading %s: %" PRIu64 "%s MB, %zu report%s",
		       log_spoken(tap->name), done / MEGA, total, *feed->reports,
		       *feed->reports == 1 ? "" : "s");
	progress_show(&feed->progress, text);
}

/* Reads to the end. *@ret_failed: why it could not; what was read before counts. */
static int drain(struct log_feed *feed, const struct tap *tap, int *ret_failed)
{
	int r = oom_reader_begin(feed->reader, tap->name);
	ssize_t len = 1;

	*ret_failed = 0;
	feed->bytes = 0;
	feed->logs++;
	while (r == 0) {
		len = tap->read(tap->data, feed->buffer, BUFFER_SIZE);
		if (len <= 0)
			break;
		feed->bytes += (uint64_t)len;
		r = oom_reader_feed(feed->reader, feed->buffer, (size_t)len);
		if (progress_due(&feed->progress))
			show_progress(feed, tap);
	}
	*ret_failed = len < 0 ? (int)len : 0;
	return r == 0 ? oom_reader_end(feed->reader) : r;
}

static ssize_t read_logfile(void *data, char *buffer, size_t size)
{
	return logfile_read(data, buffer, size);
}

static bool progress_of_logfile(const void *data, uint64_t *ret_done, uint64_t *ret_size)
{
	return logfile_progress(data, ret_done, ret_size);
}

static void tell_damage(struct log_feed *feed, const char *name, const char *program,
			const char *words)
{
	struct span rest = span_of(words);
	size_t own = strlen(program);

	/* Some begin with their name, and not all. */
	if (span_starts(rest, program) && words[own] == ':')
		rest = span_trim(span_of(words + own + 1));
	while (rest.len > 0 && strchr(" ;.", rest.at[rest.len - 1]))
		rest.len--;
	feed->failed = true;
	(void)diag_error(&feed->context->diags, NOWHERE, EIO,
			 "%s is damaged: %s: %.*s; what could be unpacked of it was read",
			 log_spoken(name), program, (int)rest.len, rest.at);
}

static void judge_end(struct log_feed *feed, const char *name, struct logfile *log)
{
	const char *program = log->packer ? log->packer->program : "";
	char words[HELPER_WORDS];

	switch (logfile_close(log, words)) {
	case LOGFILE_WHOLE:
		return;
	case LOGFILE_TRAILED:
		diag_warning(&feed->context->diags, NOWHERE, "%s: %s", log_spoken(name),
			     *words ? words
				    : "something that is not packed stands behind it");
		return;
	case LOGFILE_DAMAGED:
		tell_damage(feed, name, program, *words ? words : "it ended early");
		return;
	}
}

static int open_failed(struct log_feed *feed, const char *name, struct logfile *log,
		       int r)
{
	const struct packer *packer = log->packer;

	(void)logfile_close(log, (char[HELPER_WORDS]){ 0 });
	feed->failed = true;
	if (r == -ENOTSUP)
		(void)diag_error(&feed->context->diags, NOWHERE, -r,
				 "cannot read %s as a file: --dmesg reads it", name);
	else if (r == -ESPIPE)
		(void)diag_error(&feed->context->diags, NOWHERE, -r,
				 "cannot read a journal through a pipe: name its file");
	if (r == -ENOTSUP || r == -ESPIPE)
		return 0;
	if (r != -ENOENT || !packer) {
		failed(feed, name, r);
		return 0;
	}
	(void)diag_error(
		&feed->context->diags, NOWHERE, ENOENT,
		"cannot unpack %s: the program %s (of the package %s) is not in " HELPER_FOLDERS,
		name, packer->program, packer->packages);
	return 0;
}

/* @r: what opening it came to. */
static int feed_logfile(struct log_feed *feed, const char *name, struct logfile *log,
			int r)
{
	struct tap tap = { .name = name,
			   .read = read_logfile,
			   .progress = progress_of_logfile,
			   .data = log };
	int reading;

	if (r < 0)
		return open_failed(feed, name, log, r);
	feed->written = logfile_written(log);
	r = drain(feed, &tap, &reading);
	if (reading < 0)
		failed(feed, name, reading);
	/* Who is not read to the end ends as it likes. */
	if (r < 0 || reading < 0)
		(void)logfile_close(log, (char[HELPER_WORDS]){ 0 });
	else
		judge_end(feed, name, log);
	return r;
}

int log_feed_named(struct log_feed *feed, const char *path)
{
	struct logfile log;
	int r = logfile_open_named(&log, path);

	return feed_logfile(feed, path, &log, r);
}

int log_feed_file(struct log_feed *feed, const char *path)
{
	const char *name = arena_join(feed->context->arena, "/", path, "");
	int fd = root_open(&feed->context->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct logfile log = LOGFILE_NONE;
	int r = fd < 0 ? fd : logfile_open(&log, fd);

	if (!name)
		(void)logfile_close(&log, (char[HELPER_WORDS]){ 0 });
	return name ? feed_logfile(feed, name, &log, r) : -ENOMEM;
}

static ssize_t read_kmsg(void *data, char *buffer, size_t size)
{
	return kmsg_read(data, buffer, size);
}

static void kmsg_failed(struct log_feed *feed, int r)
{
	if (r != -EPERM && r != -EACCES) {
		failed(feed, "/" KMSG_PATH, r);
		return;
	}
	feed->failed = feed->denied = true;
	(void)diag_error(&feed->context->diags, NOWHERE, -r,
			 "cannot read /" KMSG_PATH ": %s: %s", strerror(-r),
			 r == -EPERM ? "with kernel.dmesg_restrict it needs CAP_SYSLOG"
				     : "it needs root");
}

int log_feed_kmsg(struct log_feed *feed)
{
	struct kmsg kmsg;
	struct tap tap = { .name = "/" KMSG_PATH, .read = read_kmsg, .data = &kmsg };
	int reading = kmsg_open(&kmsg, &feed->context->root, feed->context->arena);
	int r = 0;

	feed->written = clock_wall();
	/* The running kernel's; a tree's may be anybody's. */
	if (feed->context->root.host)
		feed->booted = feed->written - clock_boot();
	if (reading == 0)
		r = drain(feed, &tap, &reading);
	if (reading < 0 && feed->bytes == 0)
		feed->logs = 0;
	kmsg_done(&kmsg);
	if (reading < 0)
		kmsg_failed(feed, reading);
	return r;
}

static ssize_t read_helper(void *data, char *buffer, size_t size)
{
	return helper_read(data, buffer, size);
}

/* @folder: NULL: this host's. */
static int feed_journal(struct log_feed *feed, const char *folder, int64_t since,
			int *ret_opened)
{
	struct helper helper;
	struct tap tap = { .name = JOURNAL, .read = read_helper, .data = &helper };
	char words[HELPER_WORDS];
	int reading, ended, r;

	*ret_opened = journalctl_start(&helper, &feed->context->root, folder, since);
	if (*ret_opened < 0)
		return 0;
	r = drain(feed, &tap, &reading);
	ended = helper_end(&helper, words);
	if (r < 0 || (reading == 0 && ended == 0))
		return r;
	feed->failed = true;
	(void)diag_error(&feed->context->diags, NOWHERE, EIO,
			 "cannot read the journal: %s",
			 reading < 0 ? strerror(-reading)
			 : *words    ? words
				     : "journalctl failed");
	return 0;
}

static const char *why_no_journal(const struct log_feed *feed, int r)
{
	if (r == -ELOOP)
		return "links among its files might lead out of the root";
	if (r != -ENOENT)
		return strerror(-r);
	return feed->context->root.host
		       ? "systemd's journalctl is not in " HELPER_FOLDERS
		       : "the root has neither /var/log/journal nor /run/log/journal";
}

static void journal_failed(struct log_feed *feed, int r)
{
	feed->failed = true;
	(void)diag_error(&feed->context->diags, NOWHERE, -r,
			 "cannot read the journal: %s", why_no_journal(feed, r));
}

int log_feed_journal(struct log_feed *feed, int64_t since, bool asked, bool *ret_there)
{
	static const char *const below[] = { "var/log/journal", "run/log/journal" };
	static const char *const here[] = { NULL };
	bool host = feed->context->root.host;
	const char *const *folders = host ? here : below;
	int r = 0, opened, why = -ENOENT;

	*ret_there = false;
	feed->written = clock_wall();
	for (size_t i = 0; r == 0 && i < (host ? 1 : 2); i++) {
		r = feed_journal(feed, folders[i], since, &opened);
		if (opened == 0)
			*ret_there = true;
		else if (opened != -ENOENT)
			why = opened;
	}
	if (r == 0 && (why != -ENOENT || (asked && !*ret_there)))
		journal_failed(feed, why);
	return r;
}
