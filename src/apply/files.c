/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/files.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "plan/conflict.h"
#include "plan/plan.h"
#include "state/conffile.h"
#include "state/persisted.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"
#include "sys/atomicfile.h"
#include "sys/root.h"

#define LARGEST ((size_t)16 * 1024 * 1024)

int files_read(struct arena *arena, const struct root *root, const char *path,
	       const char **ret)
{
	char *text;
	size_t len;
	int r = root_slurp(root, path, arena, LARGEST, &text, &len);

	*ret = NULL;
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0)
		return r;
	if (strlen(text) != len)
		return -EILSEQ;
	*ret = text;
	return 0;
}

bool files_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

int files_may_write(const struct root *root, const char *path)
{
	return conf_file_is_packaged(root, path) ? -EXDEV
						 : atomicfile_writable(root, path);
}

/* 0, or -errno with the file as it was. */
static int put(const struct root *root, const char *path, const char *text)
{
	int r = text ? atomicfile_replace(root, path, text, strlen(text))
		     : atomicfile_remove(root, path);

	return !text && r == -ENOENT ? 0 : r;
}

static void fail(struct files_run *run, size_t i, const char *reason)
{
	run->outcomes[i].result = RESULT_FAILED;
	run->outcomes[i].reason = reason;
}

static bool write_file(struct files_run *run, size_t i)
{
	const struct file_change *change = &run->plan->files.items[i];
	const char *now = NULL;
	int r = files_read(run->arena, run->root, change->path, &now);

	if (r == 0 && !files_same(now, change->old)) {
		fail(run, i, "somebody else changed it meanwhile");
		return false;
	}
	if (r == 0)
		r = put(run->root, change->path, change->new);
	if (r < 0) {
		fail(run, i, strerror(-r));
		return false;
	}
	run->outcomes[i].result = RESULT_DONE;
	return true;
}

bool files_write(struct files_run *run)
{
	for (size_t i = 0; i < run->plan->files.len; i++) {
		if (!write_file(run, i))
			return false;
	}
	return true;
}

bool files_verify(struct files_run *run, const char **ret_reason)
{
	const struct plan *plan = run->plan;
	struct diags ignored = diags_in(run->arena);
	struct conflicts conflicts = { 0 };
	struct persisted now;
	const struct conf_line *line;
	int r;

	if (!plan->loader || plan->files.len == 0)
		return true;
	r = persisted_read(run->arena, run->root, &ignored, plan->loader, false, &now);
	if (r == 0)
		r = conflicts_find(run->arena, plan, &now, &conflicts);
	if (r < 0) {
		*ret_reason = "the configuration could not be read again: out of memory";
		return false;
	}
	if (conflicts.len == 0)
		return true;
	line = conflicts.items[0].line;
	*ret_reason = arena_printf(run->arena, "%s would not be %s after a reboot: %s%s",
				   plan->items[conflicts.items[0].item].key,
				   plan->items[conflicts.items[0].item].want,
				   line ? "it is decided by " : "nothing sets it",
				   line ? conf_line_place(run->arena, line) : "");
	return false;
}

/* Is file @i the new one? One of which the writing failed may be: where only its folder could not be
 * synced. */
static bool is_written(struct files_run *run, size_t i)
{
	const struct file_change *change = &run->plan->files.items[i];
	const char *now;

	if (run->outcomes[i].result == RESULT_DONE)
		return true;
	return files_read(run->arena, run->root, change->path, &now) == 0 &&
	       files_same(now, change->new);
}

static void stuck(struct files_run *run, size_t i, const char *why)
{
	struct file_outcome *outcome = &run->outcomes[i];

	outcome->reason =
		outcome->reason
			? arena_printf(run->arena, "%s; then putting it back failed: %s",
				       outcome->reason, why)
			: arena_printf(run->arena, "putting it back failed: %s", why);
	outcome->result = RESULT_STUCK;
}

void files_undo(struct files_run *run)
{
	for (size_t i = run->plan->files.len; i-- > 0;) {
		const struct file_change *change = &run->plan->files.items[i];
		int r;

		if (run->outcomes[i].result == RESULT_NULL || !is_written(run, i))
			continue;
		r = put(run->root, change->path, change->old);
		if (r < 0)
			stuck(run, i, strerror(-r));
		else if (run->outcomes[i].result == RESULT_DONE)
			run->outcomes[i].result = RESULT_RESTORED;
	}
}
