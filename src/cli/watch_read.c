/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/watch_read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/vec.h"
#include "cli/command.h"
#include "cli/watching.h"
#include "profile/ytree.h"
#include "render/view_status.h"
#include "sys/pidfile.h"

/* -1: there is none. */
static int64_t number_of(const struct ynode *map, const char *key)
{
	const struct ynode *node = ynode_get(map, key);
	int64_t number;

	if (!node || node->kind != YNODE_SCALAR || node->quoted ||
	    num_i64(span_of(node->text), &number) < 0 || number < 0)
		return -1;
	return number;
}

static const char *word_of(const struct ynode *map, const char *key)
{
	const struct ynode *node = ynode_get(map, key);

	return node && node->kind == YNODE_SCALAR && node->quoted ? node->text : NULL;
}

static int take_schedules(struct arena *arena, const struct ynode *document,
			  struct watch_seen *ret)
{
	const struct ynode *list = ynode_get(document, "schedules");
	const struct ynode *node = list && list->kind == YNODE_LIST ? list->first : NULL;
	struct {
		struct schedule_seen *items;
		size_t len, cap;
	} schedules = { 0 };

	for (; node; node = node->next) {
		struct schedule_seen *schedule;

		if (node->kind != YNODE_MAP)
			continue;
		schedule = vec_push(arena, &schedules);
		if (!schedule)
			return -ENOMEM;
		*schedule = (struct schedule_seen){
			.profile = word_of(node, "profile"),
			.key = word_of(node, "key"),
			.next = number_of(node, "next"),
			.last = number_of(node, "last"),
			.freed_kib = number_of(node, "freed_kib"),
			.took_ms = number_of(node, "took_ms"),
			.skipped = word_of(node, "skipped"),
		};
	}
	ret->schedules = schedules.items;
	ret->schedules_len = schedules.len;
	return 0;
}

static int take_document(struct arena *arena, const struct ynode *document,
			 struct watch_seen *ret)
{
	const struct ynode *latency = ynode_get(document, "latency_us");

	ret->told = true;
	ret->mode = word_of(document, "mode");
	ret->rules = number_of(document, "rules");
	ret->processes = number_of(document, "processes");
	ret->changed = number_of(document, "changed");
	ret->denied = number_of(document, "denied");
	ret->drifted = number_of(document, "drifted");
	ret->lost = number_of(document, "lost");
	if (latency && latency->kind == YNODE_MAP) {
		ret->p50_us = number_of(latency, "p50");
		ret->p99_us = number_of(latency, "p99");
	}
	return take_schedules(arena, document, ret);
}

/* It is written when something changes, and when it is asked for: what it says may be old. */
static int64_t written_at(const struct context *context)
{
	cleanup_fd int fd = root_open(&context->root, WATCHING_STATE_PATH, O_PATH);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? (int64_t)st.st_mtime : -1;
}

/* JSON is read as the YAML that it nearly is. */
static int read_document(const struct context *context, struct watch_seen *ret)
{
	struct diags ignored = diags_in(context->arena);
	struct source *source = arena_alloc(context->arena, sizeof(*source));
	struct ynode *document = NULL;
	char *text;
	int r;

	if (!source)
		return -ENOMEM;
	source->name = WATCHING_STATE_PATH;
	r = root_slurp(&context->root, WATCHING_STATE_PATH, context->arena, YTREE_SIZE,
		       &text, &source->len);
	if (r < 0)
		return r;
	source->text = text;
	r = ytree_parse(context->arena, &ignored, source, &document);
	if (r < 0)
		return r;
	/* One that ended badly left what it last said, which is not to be taken for another's. */
	if (!document || document->kind != YNODE_MAP ||
	    (ret->pid > 0 && number_of(document, "pid") != ret->pid))
		return -EINVAL;
	ret->told_at = written_at(context);
	return take_document(context->arena, document, ret);
}

static const char *why_silent(int r)
{
	switch (-r) {
	case ENOENT:
		return "it has not said how it is doing yet";
	case EINVAL:
		return "what it says of itself in /" WATCHING_STATE_PATH
		       " cannot be understood, or is another's";
	default:
		return strerror(-r);
	}
}

int watch_read(const struct context *context, struct watch_seen *ret)
{
	int r;

	*ret = (struct watch_seen){
		.rules = -1,
		.processes = -1,
		.changed = -1,
		.denied = -1,
		.drifted = -1,
		.lost = -1,
		.p50_us = -1,
		.p99_us = -1,
	};
	r = pidfile_look(&context->root, WATCHING_PID_PATH, &ret->pid);
	if (r == -ENOMEM || r == -ENOENT)
		return r == -ENOENT ? 0 : r;
	if (r < 0) {
		ret->problem = strerror(-r);
		return 0;
	}
	ret->running = true;
	r = read_document(context, ret);
	if (r < 0 && r != -ENOMEM)
		ret->problem = why_silent(r);
	return r == -ENOMEM ? r : 0;
}
