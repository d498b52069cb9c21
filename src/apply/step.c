/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/step.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
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
		accepts = value_accepts(arena, item->knob, KVER_ANY);
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

static int write_value(struct arena *arena, const struct root *root, const char *path,
		       const struct step *step, const char *value)
{
	const struct live *source = step ? step->item->source : NULL;
	const char *line = arena_printf(arena, "%s\n", value);
	const char *there = step && step->live ? step->live
			    : source	       ? source->text
					       : NULL;

	if (!line)
		return -ENOMEM;
	if (!step || step->fd < 0)
		return root_write(root, path, line, strlen(line));
	return root_write_at(step->fd, line, strlen(line),
			     there && strlen(value) < strlen(there));
}

static int read_value(struct arena *arena, const struct root *root,
		      const struct knob *knob, const char *path, int fd, const char **ret)
{
	struct live live;
	int r = state_read(arena, root, path, fd, &live);

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
	accepts = value_accepts(arena, item->knob, KVER_ANY);
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
	int r = write_value(arena, root, item->path, step, item->want);

	if (r < 0) {
		*ret_reason = write_failed(arena, item, -r);
		return r;
	}
	if (item->knob && item->knob->readback == KNOB_READ_NONE)
		return 0;
	r = read_value(arena, root, item->knob, item->path, step->fd, &step->live);
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
	r = read_value(arena, root, item->knob, item->path, step->fd, &live);
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

int step_undo(struct arena *arena, const struct root *root, struct step *step,
	      const char **ret_reason)
{
	const struct plan_item *item = step->item;
	bool same_file = item->undo_path && strcmp(item->undo_path, item->path) == 0;
	int fd = same_file ? step->fd : -1;
	const char *live = NULL;
	int r;

	if (!item->undo_value) {
		*ret_reason = arena_printf(arena, "it cannot be put back");
		return -EOPNOTSUPP;
	}
	r = write_value(arena, root, item->undo_path, same_file ? step : NULL,
			item->undo_value);
	if (r == 0)
		r = read_value(arena, root, same_file ? item->knob : NULL,
			       item->undo_path, fd, &live);
	if (r < 0) {
		*ret_reason = arena_printf(arena, "putting %s back failed: %s",
					   item->undo_value, strerror(-r));
		return r;
	}
	if (same_file)
		step->live = live;
	if (value_same(same_file ? item->knob : NULL, live, item->undo_value))
		return 0;
	*ret_reason = arena_printf(arena, "putting %s back did not take: it is %s",
				   item->undo_value, live);
	return -EINVAL;
}
