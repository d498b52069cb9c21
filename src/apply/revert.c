/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/revert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "apply/files.h"
#include "apply/journal.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "plan/item.h"
#include "state/processes.h"
#include "state/state.h"

#define RELEASE_PATH "proc/sys/kernel/osrelease"

struct reverting {
	struct arena *arena;
	const struct root *root;
	const char *release;
	bool force;
	struct plan plan;
};

/* The number may be another's by now: only the process that it was written to is looked at. */
static int read_process(struct reverting *reverting, const struct entry_item *entry,
			struct live *live)
{
	cleanup_fd int fd =
		processes_open_adj(reverting->root, (pid_t)entry->pid, entry->started,
				   strrchr(entry->path, '/') + 1, O_RDONLY);
	int r;

	if (fd < 0) {
		*live = (struct live){ .path = entry->path, .error = -fd, .fd = -1 };
		return 0;
	}
	r = state_read(reverting->arena, reverting->root, entry->path, fd, live);
	live->fd = -1;
	return r;
}

static int read_meaning(struct reverting *reverting, const struct entry_item *entry,
			const char *path, const struct knob *knob, struct live **ret_live,
			const char **ret)
{
	struct live *live = arena_alloc(reverting->arena, sizeof(*live));
	int r = -ENOMEM;

	if (live)
		r = entry->comm ? read_process(reverting, entry, live)
				: state_read(reverting->arena, reverting->root, path, -1,
					     live);

	if (r < 0)
		return r;
	*ret_live = live;
	*ret = live->text ? value_meaning(reverting->arena, knob, live->text) : NULL;
	return live->text && !*ret ? -ENOMEM : 0;
}

static bool is_sysfs(const char *path)
{
	return strncmp(path, "sys/", 4) == 0;
}

static const char *key_of(struct arena *arena, const char *path)
{
	return is_sysfs(path) ? arena_printf(arena, "/%s", path)
			      : sysctlname_of_path(arena, path);
}

static void refuse(struct plan_item *item, enum status status, const char *reason)
{
	item->action = ACTION_REFUSE;
	item->refusal = status;
	item->reason = reason;
}

/* Is what was written still there, so that putting back takes nothing from anybody? */
static int check_unchanged(struct reverting *reverting, const struct entry_item *entry,
			   struct plan_item *item)
{
	struct arena *arena = reverting->arena;
	const struct knob *knob = knob_find(entry->key, reverting->release);
	const char *expected = entry->now ? entry->now : entry->value;
	struct live *live;
	const char *meaning;
	int r = read_meaning(reverting, entry, entry->path, knob, &live, &meaning);

	if (r < 0 || reverting->force || !meaning)
		return r;
	if (value_same(knob, meaning, expected) ||
	    value_same(knob, meaning, entry->found))
		return 0;
	refuse(item, STATUS_ERROR,
	       arena_printf(
		       arena,
		       "changed since: it is %s, not the %s that was written; --force puts "
		       "it back all the same",
		       meaning, expected));
	return item->reason ? 0 : -ENOMEM;
}

/* One that may not be looked at (hidepid) may well be there. */
static int settle_absent(struct reverting *reverting, const struct entry_item *entry,
			 struct plan_item *item)
{
	int err = item->source->error;

	if (entry->comm && err != ESRCH && err != ENOENT) {
		item->live_status = LIVE_UNREADABLE;
		refuse(item,
		       err == EACCES || err == EPERM ? STATUS_NO_PRIVILEGE : STATUS_ERROR,
		       arena_printf(reverting->arena, "cannot be looked at: %s",
				    strerror(err)));
		return item->reason ? 0 : -ENOMEM;
	}
	item->live_status = LIVE_ABSENT;
	item->action = ACTION_SKIP;
	item->reason = entry->comm ? "the process has ended" : "it is no longer there";
	return 0;
}

static int settle(struct reverting *reverting, const struct entry_item *entry,
		  struct plan_item *item)
{
	if (!item->live)
		return settle_absent(reverting, entry, item);
	if (value_same(item->knob, item->live, item->want)) {
		item->live_status = LIVE_SAME;
		return 0;
	}
	item->live_status = LIVE_DIFFERS;
	item->action = ACTION_WRITE;
	item->undo_path = item->path;
	item->undo_value = item->live;
	/* Where a twin carries the old state, what undoes the undoing is the value written then. */
	if (strcmp(item->path, entry->path) != 0 && value_same(NULL, item->live, "0")) {
		item->undo_path = entry->path;
		item->undo_value = entry->now ? entry->now : entry->value;
	}
	return check_unchanged(reverting, entry, item);
}

static int describe_setting(struct reverting *reverting, struct plan_item *item)
{
	bool sysfs = is_sysfs(item->path);

	item->kind = sysfs ? ITEM_SYSFS : ITEM_SYSCTL;
	item->key = key_of(reverting->arena, item->path);
	if (!item->key)
		return -ENOMEM;
	item->knob = knob_find(item->key, reverting->release);
	item->needs = item_needs(item);
	return 0;
}

/* The floor stays where it was moved to: where that was up, lowering needs the capability, and
 * writing tells. */
static int describe_process(struct reverting *reverting, const struct entry_item *entry,
			    struct plan_item *item)
{
	item->kind = ITEM_PROCESS;
	item->key = entry->key;
	item->process = (struct item_process){
		.pid = (pid_t)entry->pid,
		.comm = entry->comm,
		.started = entry->started,
	};
	item->label =
		arena_printf(reverting->arena, "pid:%d %s", (int)entry->pid, entry->comm);
	return item->label ? 0 : -ENOMEM;
}

static int add(struct reverting *reverting, const struct entry_item *entry)
{
	struct arena *arena = reverting->arena;
	struct plan_item *item = vec_push(arena, &reverting->plan);
	const char *path = entry->undo_path ? entry->undo_path : entry->path;
	struct live *live = NULL;
	int r;

	if (!item)
		return -ENOMEM;
	*item = (struct plan_item){
		.path = path,
		.want = entry->undo_value,
		.live_status = LIVE_UNKNOWN,
	};
	r = entry->comm ? describe_process(reverting, entry, item)
			: describe_setting(reverting, item);
	if (r < 0)
		return r;
	r = read_meaning(reverting, entry, path, item->knob, &live, &item->live);
	item->source = live;
	if (r < 0)
		return r;
	if (!entry->undo_value) {
		refuse(item, STATUS_ERROR, "what it was before cannot be put back");
		return 0;
	}
	return settle(reverting, entry, item);
}

/* A file is put back only where it is as the entry left it (or found it). */
static int add_file(struct reverting *reverting, const struct entry_file *file,
		    bool force)
{
	struct plan *plan = &reverting->plan;
	struct file_change *change;
	const char *now;
	int r = files_read(reverting->arena, reverting->root, file->path, &now);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && files_same(now, file->old))
		return 0;
	change = vec_push(reverting->arena, &plan->files);
	if (!change)
		return -ENOMEM;
	*change = (struct file_change){
		.path = file->path, .old = now, .new = file->old, .refused = NULL
	};
	if (r < 0)
		change->refused = strerror(-r);
	else if (!files_same(now, file->new) && !force)
		change->refused = "changed since: --force puts back what it was before";
	return 0;
}

int revert_plan(struct arena *arena, const struct root *root, const struct entry *entry,
		bool force, struct plan *ret)
{
	struct reverting reverting = {
		.arena = arena,
		.root = root,
		.force = force || entry->state == ENTRY_OPEN ||
			 entry->state == ENTRY_STUCK,
		.plan = { .applies = true },
	};
	struct live release;
	int r = state_read(arena, root, RELEASE_PATH, -1, &release);

	reverting.release = r == 0 ? release.text : NULL;
	/* Newest first: what was written last is put back first. */
	for (size_t i = entry->len; r == 0 && i-- > 0;)
		r = add(&reverting, &entry->items[i]);
	for (size_t i = entry->files.len; r == 0 && i-- > 0;)
		r = add_file(&reverting, &entry->files.items[i], force);
	if (r < 0)
		return r;
	plan_finish(&reverting.plan);
	*ret = reverting.plan;
	return 0;
}
