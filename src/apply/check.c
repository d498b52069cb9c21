/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/check.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "state/state.h"
#include "sys/caps.h"
#include "sys/root.h"

/*
 * The ones that a handler asks for when it is written to; the others are the door's. So is
 * CAP_SYS_RESOURCE of user.*: what counts is the namespace that the files belong to.
 */
#define HANDLER_NEEDS (NEED_SYS_RAWIO | NEED_SYS_ADMIN)

static const char *names_of(struct arena *arena, unsigned needs)
{
	const char *names = "";

	for (unsigned i = 0; names && i < PRIVILEGE_COUNT; i++) {
		if (needs & 1U << i)
			names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "",
					     privilege_name(i));
	}
	return names;
}

static const char *door_closed(struct arena *arena, const struct root *root,
			       const struct plan_item *item, int err)
{
	if (err == EROFS)
		return "it is on a read-only mount (a container?)";
	if (root_is_read_only(root, item->path))
		return "nobody can write it here: its mode says read-only";
	if (err == EACCES || err == EPERM)
		return arena_printf(arena, "needs %s: permission denied",
				    names_of(arena,
					     item->needs & ~(unsigned)NEED_WRITABLE));
	return arena_printf(arena, "cannot be opened for writing: %s", strerror(err));
}

/* NULL in *@ret_lacks: nothing is missing. 0 or -ENOMEM. */
static int check_item(struct arena *arena, const struct root *root,
		      const struct caps *caps, const struct plan_item *item,
		      const char **ret_lacks)
{
	unsigned missing = item->needs & HANDLER_NEEDS & ~caps->have;
	int err = 0;

	*ret_lacks = NULL;
	if (!item->source || item->source->fd < 0)
		err = -root_writable(root, item->path);
	if (err != 0) {
		*ret_lacks = door_closed(arena, root, item, err);
		return *ret_lacks ? 0 : -ENOMEM;
	}
	/* Only the running kernel's handlers ask. */
	if (missing == 0 || !root->live_proc)
		return 0;
	*ret_lacks = arena_printf(arena, "needs %s", names_of(arena, missing));
	return *ret_lacks ? 0 : -ENOMEM;
}

int check_privileges(struct arena *arena, const struct root *root, struct plan *plan,
		     bool relax, struct diags *diags)
{
	struct caps caps;
	bool missing = false;
	int r;

	if (plan->counts.differs == 0)
		return 0;
	r = caps_read(&caps);

	for (size_t i = 0; r == 0 && i < plan->len; i++) {
		struct plan_item *item = &plan->items[i];
		const char *lacks;

		if (!plan_item_writes(item))
			continue;
		r = check_item(arena, root, &caps, item, &lacks);
		if (r < 0 || !lacks)
			continue;
		if (relax) {
			plan_leave_out(plan, item, lacks);
			continue;
		}
		missing = true;
		/* No column: nothing is the matter with what the line says. */
		(void)diag_error(diags,
				 (struct origin){ item->from.source, item->from.line, 0 },
				 EPERM, "%s: %s", item->key, lacks);
	}
	if (r < 0)
		return r;
	return missing ? -EPERM : 0;
}

unsigned check_needs(const struct plan *plan)
{
	unsigned needs = NEED_NOTHING;

	for (size_t i = 0; i < plan->len; i++) {
		if (plan_item_writes(&plan->items[i]))
			needs |= plan->items[i].needs;
	}
	return needs;
}
