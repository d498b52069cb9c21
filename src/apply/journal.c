/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/journal_format.h"
#include "apply/result.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "base/num.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "plan/plan.h"
#include "sys/clock.h"
#include "sys/root.h"

#define JOURNAL_PATH  "var/lib/lowmemctl/journal"
#define BOOT_ID_PATH  "proc/sys/kernel/random/boot_id"
#define JOURNAL_KEEP  100 /* entries; older ones that are settled make room */
#define JOURNAL_LARGE ((size_t)16 * 1024 * 1024)

static void read_boot_id(const struct root *root, char *buffer, size_t size)
{
	ssize_t len = root_read(root, BOOT_ID_PATH, buffer, size);

	buffer[len > 0 ? strcspn(buffer, "\n") : 0] = '\0';
}

static const char *entry_path(struct arena *arena, const char *name)
{
	return arena_printf(arena, JOURNAL_PATH "/%s", name);
}

/* The ids of all entries, ascending. */
struct ids {
	unsigned long *items;
	size_t len, cap;
};

static int ascending(const void *a, const void *b)
{
	const unsigned long *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int list_ids(struct arena *arena, const struct root *root, struct ids *ret)
{
	const char *const *names;
	struct ids ids = { 0 };
	size_t len;
	int r = root_list(root, JOURNAL_PATH, arena, &names, &len);

	if (r < 0) {
		*ret = ids;
		return r == -ENOENT ? 0 : r;
	}
	for (size_t i = 0; i < len; i++) {
		const char *digits = names[i] + strspn(names[i], "0");
		unsigned long *id;
		uint64_t number;

		if (num_u64(span_of(digits), &number) < 0 || number > ULONG_MAX)
			continue;
		id = vec_push(arena, &ids);
		if (!id)
			return -ENOMEM;
		*id = (unsigned long)number;
	}
	/* Names are sorted as text, which is another order once they have seven digits. */
	if (ids.len > 1)
		qsort(ids.items, ids.len, sizeof(*ids.items), ascending);
	*ret = ids;
	return 0;
}

static void name_of(unsigned long id, char *name, size_t size)
{
	(void)snprintf(name, size, "%06lu", id);
}

/*
 * What may have to be put back: what is written, and what a write of another knob may disturb
 * (the catalogue's ordered knobs), though it is as wanted now.
 */
static bool belongs(const struct plan *plan, const struct plan_item *item)
{
	if (plan_item_writes(item))
		return true;
	return plan_writes(plan) && plan_item_holds(item) && item->live && item->knob &&
	       item->knob->order > 0;
}

/* "process 812 4711 sshd": its pid, when it started, and its name, which may hold anything. */
static int put_process(struct text *text, const struct item_process *process)
{
	char numbers[64];

	(void)snprintf(numbers, sizeof(numbers), "process %d %llu", (int)process->pid,
		       (unsigned long long)process->started);
	return text_line(text, numbers, process->comm);
}

static int put_item(struct text *text, const struct plan_item *item)
{
	int r = text_line(text, "item", item->path);

	if (r == 0 && item->process.pid)
		r = put_process(text, &item->process);

	if (r == 0)
		r = text_line(text, "key", item->key);
	if (r == 0)
		r = text_line(text, "found", item->live);
	if (r == 0)
		r = text_line(text, "value", item->want);
	if (r == 0 && plan_item_writes(item) && item->undo_value) {
		r = text_line(text, "undo", item->undo_path);
		if (r == 0)
			r = text_line(text, "restore", item->undo_value);
	} else if (r == 0 && !plan_item_writes(item)) {
		r = text_line(text, "undo", item->path);
		if (r == 0)
			r = text_line(text, "restore", item->live);
	}
	return r;
}

static int put_file(struct text *text, const struct file_change *change)
{
	int r = text_line(text, "file", change->path);

	if (r == 0 && change->old)
		r = text_line(text, "was", change->old);
	if (r == 0 && change->new)
		r = text_line(text, "new", change->new);
	return r;
}

static int put_head(struct text *text, const struct journal_run *run, const char *boot_id)
{
	int r = text_line(text, "lowmemctl", "journal 1");

	if (r == 0)
		r = text_line(text, "command", run->command);
	if (r == 0)
		r = text_line(text, "profiles", run->profiles);
	if (r == 0)
		r = text_number(text, "started", clock_wall());
	if (r == 0 && run->trial_until)
		r = text_number(text, "trial", run->trial_until);
	if (r == 0)
		r = text_line(text, "boot", boot_id);
	return r;
}

static int compose(struct arena *arena, const struct root *root, const struct plan *plan,
		   const struct journal_run *run, struct text *ret)
{
	struct text text = text_in(arena);
	char boot_id[64];
	int r;

	read_boot_id(root, boot_id, sizeof(boot_id));
	r = put_head(&text, run, boot_id);
	for (size_t i = 0; r == 0 && i < plan->len; i++) {
		if (belongs(plan, &plan->items[i]))
			r = put_item(&text, &plan->items[i]);
	}
	for (size_t i = 0; r == 0 && i < plan->files.len; i++)
		r = put_file(&text, &plan->files.items[i]);
	/* The last line of the head: where it is missing, nothing had been written yet. */
	if (r == 0)
		r = text_line(&text, "begin", "");
	if (r == 0)
		*ret = text;
	return r;
}

static int append(int fd, const struct text *text)
{
	ssize_t len = write(fd, text->items, text->len);

	if (len < 0)
		return -errno;
	if ((size_t)len != text->len)
		return -ENOSPC;
	return fsync(fd) < 0 ? -errno : 0;
}

static int sync_folder(const struct root *root)
{
	cleanup_fd int fd = root_open(root, JOURNAL_PATH, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	return fsync(fd) < 0 ? -errno : 0;
}

static int read_entry(struct arena *arena, const struct root *root, unsigned long id,
		      const char *boot_id, struct entry *ret)
{
	struct entry entry = { .id = id, .state = ENTRY_RESTORED };
	const char *entry_boot = "";
	char name[32], *text;
	const char *path;
	size_t len;
	int r;

	name_of(id, name, sizeof(name));
	path = entry_path(arena, name);
	r = path ? root_slurp(root, path, arena, JOURNAL_LARGE, &text, &len) : -ENOMEM;
	if (r == 0)
		r = journal_parse(arena, (struct span){ text, len }, &entry, &entry_boot);
	if (r < 0)
		return r;
	/* Live values end with the boot that they were written in; files do not. */
	if ((entry.state == ENTRY_OPEN || entry.state == ENTRY_TRIAL ||
	     entry.state == ENTRY_STUCK) &&
	    strcmp(entry_boot, boot_id) != 0) {
		entry.len = 0;
		if (entry.files.len == 0)
			entry.state = ENTRY_GONE;
	}
	*ret = entry;
	return 0;
}

/* An entry whose values may be in force by accident stays until somebody settles it. */
static bool may_go(struct arena *arena, const struct root *root, unsigned long id,
		   const char *boot_id)
{
	struct entry entry;

	if (read_entry(arena, root, id, boot_id, &entry) < 0)
		return false;
	return entry.state != ENTRY_OPEN && entry.state != ENTRY_TRIAL &&
	       entry.state != ENTRY_STUCK;
}

static void make_room(struct arena *arena, const struct root *root, const struct ids *ids)
{
	char boot_id[64], name[32];

	if (ids->len < JOURNAL_KEEP)
		return;
	read_boot_id(root, boot_id, sizeof(boot_id));
	for (size_t i = 0; i + JOURNAL_KEEP <= ids->len; i++) {
		const char *path;

		if (!may_go(arena, root, ids->items[i], boot_id))
			continue;
		name_of(ids->items[i], name, sizeof(name));
		path = entry_path(arena, name);
		/* Old entries only take up room: what cannot be removed now is next time. */
		if (path)
			(void)root_remove(root, path);
	}
}

static int create_next(struct arena *arena, const struct root *root,
		       unsigned long *ret_id, const char **ret_path)
{
	struct ids ids;
	char name[32];
	const char *path;
	int r = list_ids(arena, root, &ids);

	if (r < 0)
		return r;
	make_room(arena, root, &ids);
	*ret_id = ids.len > 0 ? ids.items[ids.len - 1] + 1 : 1;
	name_of(*ret_id, name, sizeof(name));
	path = entry_path(arena, name);
	if (!path)
		return -ENOMEM;
	*ret_path = path;
	return root_create(root, path, O_WRONLY | O_APPEND | O_EXCL, 0600);
}

int journal_begin(struct arena *arena, const struct root *root, const struct plan *plan,
		  const struct journal_run *run, unsigned long *ret_id, int *ret_fd)
{
	struct text text = { 0 };
	const char *path;
	int r = compose(arena, root, plan, run, &text);
	int fd;

	if (r < 0)
		return r;
	fd = create_next(arena, root, ret_id, &path);
	if (fd < 0)
		return fd;
	r = append(fd, &text);
	if (r == 0)
		r = sync_folder(root);
	if (r < 0) {
		(void)close(fd);
		/* It would look like a run that was cut short. */
		(void)root_remove(root, path);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* The last line of an entry, which needs no memory. */
static int append_end(int fd, enum entry_state state)
{
	char line[64];
	int len = snprintf(line, sizeof(line), "end %s\n", entry_state_word(state));

	return append(fd, &(struct text){ .items = line, .len = (size_t)len });
}

int journal_end(struct arena *arena, int fd, enum entry_state state,
		const struct plan *plan, const struct result *result)
{
	struct text text = text_in(arena);
	size_t index = 0;
	int r = 0;

	for (size_t i = 0; result && r == 0 && i < plan->len; i++) {
		const struct plan_item *item = &plan->items[i];
		const char *live = result->items[i].live;

		if (!belongs(plan, item))
			continue;
		if (live && strcmp(live, item->want) != 0)
			r = text_numbered(&text, "now", index, live);
		index++;
	}
	if (r == 0)
		r = text_line(&text, "end", entry_state_word(state));
	/* How it ended counts more than what the kernel made of the values. */
	return r == 0 ? append(fd, &text) : append_end(fd, state);
}

/* A line that a crash or a full disk cut short would spoil the one that is appended. */
static int remove_cut_line(int fd)
{
	off_t whole = lseek(fd, 0, SEEK_END), end = whole;
	char last;

	while (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n')
		end--;
	return end < whole && ftruncate(fd, end) < 0 ? -errno : 0;
}

int journal_mark(const struct root *root, unsigned long id, enum entry_state state)
{
	char path[sizeof(JOURNAL_PATH) + 32];
	cleanup_fd int fd = -1;
	int r;

	(void)snprintf(path, sizeof(path), JOURNAL_PATH "/%06lu", id);
	fd = root_open(root, path, O_RDWR | O_APPEND);
	r = fd < 0 ? fd : remove_cut_line(fd);
	return r < 0 ? r : append_end(fd, state);
}

static void warn_left_out(struct diags *diags, unsigned long id, int r)
{
	if (r == -EPROTONOSUPPORT)
		diag_warning(diags, NOWHERE,
			     "journal entry %lu is left out: a newer lowmemctl wrote it",
			     id);
	else
		diag_warning(diags, NOWHERE,
			     "journal entry %lu cannot be read and is left out: %s", id,
			     r == -EINVAL ? "it is damaged" : strerror(-r));
}

/* 1: it is in @ret; 0: it is left out. */
static int read_known(struct arena *arena, const struct root *root, unsigned long id,
		      const char *boot_id, struct diags *diags, struct entry *ret)
{
	int r = read_entry(arena, root, id, boot_id, ret);

	/* Who may not look cannot say that there is nothing. */
	if (r == -EACCES || r == -EPERM)
		return diag_error(diags, NOWHERE, -r,
				  "cannot read /" JOURNAL_PATH "/%06lu: %s", id,
				  strerror(-r));
	if (r == -ENOMEM || r == 0)
		return r < 0 ? r : 1;
	warn_left_out(diags, id, r);
	return r == -EPROTONOSUPPORT ? r : 0;
}

int journal_read(struct arena *arena, const struct root *root, size_t most,
		 struct diags *diags, struct entries *ret)
{
	struct entries entries = { 0 };
	char boot_id[64];
	struct ids ids;
	int r = list_ids(arena, root, &ids);

	if (r < 0)
		return diag_error(diags, NOWHERE, -r, "cannot read /" JOURNAL_PATH ": %s",
				  strerror(-r));
	if (ids.len > 0)
		read_boot_id(root, boot_id, sizeof(boot_id));
	for (size_t i = ids.len > most ? ids.len - most : 0; i < ids.len; i++) {
		struct entry entry, *place;

		r = read_known(arena, root, ids.items[i], boot_id, diags, &entry);
		if (r == -EPROTONOSUPPORT) {
			entries.newer = ids.items[i];
			continue;
		}
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		place = vec_push(arena, &entries);
		if (!place)
			return -ENOMEM;
		*place = entry;
	}
	*ret = entries;
	return 0;
}

static bool revert_would_undo(const struct entry *entry)
{
	switch (entry->state) {
	case ENTRY_OPEN:
	case ENTRY_APPLIED:
	case ENTRY_TRIAL:
	case ENTRY_STUCK:
		return strcmp(entry->command, "revert") != 0 ||
		       entry->state != ENTRY_APPLIED;
	case ENTRY_RESTORED:
	case ENTRY_REVERTED:
	case ENTRY_GONE:
		return false;
	}
	return false;
}

const struct entry *journal_find(const struct entries *entries, unsigned long id)
{
	for (size_t i = entries->len; i-- > 0;) {
		const struct entry *entry = &entries->items[i];

		if (id == 0 ? revert_would_undo(entry) : entry->id == id)
			return entry;
	}
	return NULL;
}

const struct entry *journal_newest(const struct entries *entries, enum entry_state state)
{
	for (size_t i = entries->len; i-- > 0;) {
		if (entries->items[i].state == state)
			return &entries->items[i];
	}
	return NULL;
}
