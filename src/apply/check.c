/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/check.h"

#include <errno.h>
#include <string.h>

#include "apply/adj.h"
#include "apply/files.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "state/state.h"
#include "sys/caps.h"
#include "sys/root.h"

/*
 * The ones that a handler asks for when it is written to; the others are the door's. So is
 * CAP_SYS_RESOURCE of user.*: what counts is the namespace that the files belong to.
 */
#define HANDLER_NEEDS (NEED_SYS_RAWIO | NEED_SYS_ADMIN)
#define PROCESS_NEEDS NEED_SYS_RESOURCE

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

/* As check_item(). The file is of mode 0644 and its process's: who cannot open it lacks the
 * capability, or is in another namespace. */
static int check_process(struct arena *arena, const struct root *root,
			 const struct caps *caps, const struct plan_item *item,
			 const char **ret_lacks)
{
	unsigned missing =
		root->live_proc ? item->needs & PROCESS_NEEDS & ~caps->have : 0;
	cleanup_fd int own = -1;
	int err = item->source->error;

	if (item->source->fd < 0 && err == 0) {
		own = adj_open(root, item);
		err = own < 0 ? -own : 0;
	}
	*ret_lacks = NULL;
	if (err == EACCES || err == EPERM)
		missing |= NEED_DAC_OVERRIDE;
	if (err == EROFS)
		*ret_lacks = "it is on a read-only mount (a container?)";
	else if (missing)
		*ret_lacks = arena_printf(arena, "needs %s%s", names_of(arena, missing),
					  missing & NEED_SYS_RESOURCE
						  ? " in the initial user namespace"
						  : "");
	else
		return 0;
	return *ret_lacks ? 0 : -ENOMEM;
}

/* NULL in *@ret_lacks: nothing is missing. 0 or -ENOMEM. */
static int check_item(struct arena *arena, const struct root *root,
		      const struct caps *caps, const struct plan_item *item,
		      const char **ret_lacks)
{
	unsigned missing = item->needs & HANDLER_NEEDS & ~caps->have;
	int err = 0;

	if (item->process.pid)
		return check_process(arena, root, caps, item, ret_lacks);
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

/* Is it that somebody with more privilege, or elsewhere, could write it? */
static bool is_privilege(int err)
{
	return err == EROFS || err == EXDEV || err == EACCES || err == EPERM;
}

/* 0, or what hinders: an errno, with the words for it; -ENOMEM. */
static int check_file(struct arena *arena, const struct root *root,
		      const struct file_change *change, const char **ret_lacks)
{
	int err = -files_may_write(root, change->path);

	*ret_lacks = NULL;
	if (err == 0)
		return 0;
	if (err == EROFS)
		*ret_lacks = "it is on a read-only mount (a container?)";
	else if (err == EXDEV)
		*ret_lacks = "it is a link to a package's file below /usr";
	else if (err == EACCES || err == EPERM)
		*ret_lacks = "needs root: permission denied";
	else
		*ret_lacks = arena_printf(arena, "cannot be written: %s",
					  err == EINVAL ? "what is there is no file"
							: strerror(err));
	return *ret_lacks ? err : -ENOMEM;
}

/* The files belong together: of one that cannot be written, none is. */
static int check_files(struct arena *arena, const struct root *root, struct plan *plan,
		       bool relax, struct diags *diags)
{
	int missing = 0;

	for (size_t i = 0; i < plan->files.len; i++) {
		const struct file_change *change = &plan->files.items[i];
		const char *lacks;
		int r = check_file(arena, root, change, &lacks);

		if (r < 0)
			return r;
		if (r == 0)
			continue;
		missing = is_privilege(r) || missing == -EPERM ? -EPERM : -ECANCELED;
		if (relax)
			diag_warning(diags, NOWHERE, "not persisted: /%s: %s",
				     change->path, lacks);
		else
			(void)diag_error(diags, NOWHERE, EPERM, "/%s: %s", change->path,
					 lacks);
	}
	if (missing == 0 || !relax)
		return missing;
	plan_leave_out_files(plan);
	return 0;
}

int check_privileges(struct arena *arena, const struct root *root, struct plan *plan,
		     bool relax, struct diags *diags)
{
	struct caps caps;
	bool missing = false;
	int r;

	if (!plan_changes(plan))
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
			plan_item_leave_out(item, lacks);
			continue;
		}
		missing = true;
		/* No column: nothing is the matter with what the line says. */
		(void)diag_error(diags,
				 (struct origin){ item->from.source, item->from.line, 0 },
				 EPERM, "%s: %s", plan_item_name(item), lacks);
	}
	if (relax)
		plan_finish(plan);
	if (r == 0)
		r = check_files(arena, root, plan, relax, diags);
	return missing && (r == 0 || r == -ECANCELED) ? -EPERM : r;
}

static unsigned needs_of(const struct plan_item *item)
{
	/* Where the floor is cannot be known, and putting back may have to go below it. */
	if (item->process.pid)
		return item->needs | NEED_SYS_RESOURCE | NEED_DAC_OVERRIDE;
	/* What the handler of a key asks for that nobody knows, only writing tells. */
	if (item->kind == ITEM_SYSCTL && !item->knob)
		return item->needs | HANDLER_NEEDS | NEED_SYS_PTRACE | NEED_NET_ADMIN;
	return item->needs;
}

unsigned check_needs(const struct plan *plan)
{
	unsigned needs = NEED_NOTHING;

	for (size_t i = 0; i < plan->len; i++) {
		if (plan_item_writes(&plan->items[i]))
			needs |= needs_of(&plan->items[i]);
	}
	if (plan->files.len > 0)
		needs |= NEED_DAC_OVERRIDE | NEED_CHOWN | NEED_FOWNER;
	return needs;
}
