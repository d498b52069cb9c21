/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/step.h"

#include <errno.h>
#include <string.h>

#include "apply/adj.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "state/state.h"
#include "sys/root.h"

/*
 * What a failed write means. ENOENT: the knob went away meanwhile (a module, a device). EROFS and
 * EACCES: the door, not the value. EINVAL and ERANGE: the value. EIO is also our word for a short
 * count: part of the value was taken for all of it. All of them end the run: a host that is half
 * as the profile wants is a state that nobody asked for.
 */
static const char *write_failed(struct arena *arena, const struct plan_item *item,
				int err)
{
	const char *accepts = NULL;

	if (err == EINVAL || err == ERANGE)
		accepts = value_accepts(arena, item->knob, KVER_ANY, 0);
	switch (err) {
	case EINVAL:
	case ERANGE:
		return arena_printf(arena, "the kernel refused %s (%s)%s%s", item->want,
				    strerror(err), accepts ? "; it takes " : "",
				    accepts ? accepts : "");
	case EROFS:
		return arena_printf(arena, "it is on a read-only mount");
	case EACCES:
	case EPERM:
		return arena_printf(arena, "permission denied");
	case ENOENT:
		return arena_printf(arena, "it is gone since the plan was made");
	case ESRCH:
		return "it has ended meanwhile";
	case EIO:
		return arena_printf(arena,
				    "the kernel failed at %s, or took only part of it",
				    item->want);
	case EBUSY:
		return arena_printf(arena, "it is in use and cannot be changed now");
	default:
		return arena_printf(arena, "writing %s failed: %s", item->want,
				    strerror(err));
	}
}

/*
 * The descriptor to work with; -1: it goes by path. A process never does: where its descriptor
 * could not be kept, as there were too many, it is looked for anew, and lies in *@own.
 */
static int descriptor_of(const struct root *root, const struct step *step, int *own)
{
	if (step->fd >= 0 || !step->item->process.pid)
		return step->fd;
	*own = adj_open(root, step->item);
	return *own;
}

/* The file of a tree may be longer than the value, and is emptied first (sys/root.h). */
static int write_line(const struct root *root, const struct step *step, const char *path,
		      const char *line, bool shorter)
{
	const struct item_process *process = &step->item->process;
	size_t len = strlen(line);
	cleanup_fd int own = -1;
	int fd = strcmp(path, step->item->path) == 0 ? descriptor_of(root, step, &own)
						     : -1;

	if (process->pid && fd < 0)
		return fd;
	if (process->pid)
		return adj_write(fd, line, len, shorter, process->hard);
	return fd < 0 ? root_write(root, path, line, len)
		      : root_write_at(fd, line, len, shorter);
}

static int write_wanted(struct arena *arena, const struct root *root,
			const struct step *step)
{
	const struct plan_item *item = step->item;
	const char *line = arena_printf(arena, "%s\n", item->want);
	const char *there = step->live	   ? step->live
			    : item->source ? item->source->text
					   : NULL;

	if (!line)
		return -ENOMEM;
	return write_line(root, step, item->path, line,
			  there && strlen(item->want) < strlen(there));
}

static int read_value(struct arena *arena, const struct root *root,
		      const struct step *step, const char **ret)
{
	const struct knob *knob = step->item->knob;
	cleanup_fd int own = -1;
	int fd = descriptor_of(root, step, &own);
	struct live live;
	int r = fd < 0 && step->item->process.pid
			? fd
			: state_read(arena, root, step->item->path, fd, &live);

	if (r < 0)
		return r;
	if (!live.text)
		return -live.error;
	*ret = value_meaning(arena, knob, live.text);
	return *ret ? 0 : -ENOMEM;
}

/* Holds what was read back against what was written, by the knob's rule. */
static int judge_readback(struct arena *arena, const struct plan_item *item,
			  const char *live, const char **ret_reason)
{
	const char *unit = item->knob && item->knob->unit ? item->knob->unit : "";
	const char *accepts;

	if (value_same(item->knob, live, item->want))
		return 0;
	if (item->knob && item->knob->readback == KNOB_READ_ROUNDED &&
	    !value_same(item->knob, live, item->live)) {
		*ret_reason = arena_printf(arena, "the kernel made %s of %s%s%s", live,
					   item->want, *unit ? " " : "", unit);
		return *ret_reason ? 1 : -ENOMEM;
	}
	accepts = value_accepts(arena, item->knob, KVER_ANY, 0);
	*ret_reason = arena_printf(
		arena,
		"the kernel reported success, but it is %s%s%s after writing %s%s%s",
		live, *unit ? " " : "", unit, item->want, accepts ? "; it takes " : "",
		accepts ? accepts : "");
	return -EINVAL;
}

int step_write(struct arena *arena, const struct root *root, struct step *step,
	       const char **ret_reason)
{
	const struct plan_item *item = step->item;
	int r = write_wanted(arena, root, step);

	if (r < 0) {
		*ret_reason = write_failed(arena, item, -r);
		return r;
	}
	if (item->knob && item->knob->readback == KNOB_READ_NONE)
		return 0;
	r = read_value(arena, root, step, &step->live);
	if (r < 0) {
		*ret_reason =
			arena_printf(arena, "it was written, but cannot be read back: %s",
				     strerror(-r));
		return r;
	}
	return judge_readback(arena, item, step->live, ret_reason);
}

int step_verify(struct arena *arena, const struct root *root, struct step *step,
		const char **ret_reason)
{
	const struct plan_item *item = step->item;
	const char *expected = step->live ? step->live : item->want;
	const char *live = NULL;
	int r;

	if (item->knob && item->knob->readback == KNOB_READ_NONE)
		return 0;
	r = read_value(arena, root, step, &live);
	if (r < 0) {
		*ret_reason =
			arena_printf(arena, "it can no longer be read: %s", strerror(-r));
		return r;
	}
	step->live = live;
	if (value_same(item->knob, live, expected))
		return 0;
	*ret_reason =
		arena_printf(arena,
			     "it was %s and is %s at the end: something else changed it",
			     expected, live);
	return -ECANCELED;
}

int step_prepare(struct arena *arena, const struct plan_item *item, struct step *ret)
{
	const char *raw = item->source && item->source->text ? item->source->text : "";
	bool writes = plan_item_writes(item);
	const char *old = writes ? item->undo_value : item->live;
	struct step step = {
		.item = item,
		.fd = item->source ? item->source->fd : -1,
		.old_path = writes ? item->undo_path : item->path,
	};

	if (old && step.old_path) {
		/* What does not fit is not what was there. */
		step.room_size = strlen(raw) + strlen(old) + 64;
		step.room = arena_alloc(arena, step.room_size);
		step.old_line = arena_printf(arena, "%s\n", old);
		if (!step.room || !step.old_line)
			return -ENOMEM;
	}
	*ret = step;
	return 0;
}

/* Where a twin carries the old state it is another file, of another knob. */
static bool is_same_file(const struct step *step)
{
	return strcmp(step->old_path, step->item->path) == 0;
}

int step_is_undone(const struct root *root, const struct step *step)
{
	const struct knob *knob = is_same_file(step) ? step->item->knob : NULL;
	cleanup_fd int own = -1;
	int fd = is_same_file(step) ? descriptor_of(root, step, &own) : -1;
	ssize_t len;

	step->room[0] = '\0';
	if (knob && knob->readback == KNOB_READ_NONE)
		return 0;
	if (fd < 0 && step->item->process.pid)
		return fd;
	len = fd >= 0 ? root_read_at(fd, step->room, step->room_size)
		      : root_read(root, step->old_path, step->room, step->room_size);
	if (len < 0) {
		step->room[0] = '\0';
		return len == -EFBIG ? 1 : (int)len;
	}
	return value_same(knob, step->room, step->old_line) ? 0 : 1;
}

static const char *undo_failed(struct arena *arena, const struct step *step, int r)
{
	int old = (int)strcspn(step->old_line, "\n"),
	    now = (int)strcspn(step->room, "\n");

	if (r < 0)
		return arena_printf(arena, "putting %.*s back failed: %s", old,
				    step->old_line, strerror(-r));
	return arena_printf(arena, "putting %.*s back did not take: it is %.*s", old,
			    step->old_line, now, step->room);
}

int step_undo(struct arena *arena, const struct root *root, struct step *step,
	      const char **ret_reason)
{
	int r;

	if (!step->old_line) {
		*ret_reason = "it cannot be put back";
		return -EOPNOTSUPP;
	}
	r = write_line(root, step, step->old_path, step->old_line, true);
	if (r == 0)
		r = step_is_undone(root, step);
	if (r != 0) {
		*ret_reason = undo_failed(arena, step, r);
		return r < 0 ? r : -EINVAL;
	}
	if (is_same_file(step))
		step->live = step->item->live;
	return 0;
}
