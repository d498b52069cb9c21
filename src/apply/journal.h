/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The journal: one file for each apply, with what it found and what it meant
 * to write, on disk before the first write.
 *
 * var/lib/lowmemctl/journal/NNNNNN below the root. A file is only ever
 * appended to, line by line ("word rest"), and its last `end` line says how it
 * ended; one without was cut short (SIGKILL, power loss) and is open.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diags;
struct plan;
struct result;
struct root;

enum entry_state {
	ENTRY_OPEN,	/* cut short: some of it may be in force */
	ENTRY_APPLIED,	/* in force as far as this entry knows */
	ENTRY_TRIAL,	/* applied, and waits for `confirm` */
	ENTRY_RESTORED, /* failed, and everything was put back; or nothing was written */
	ENTRY_STUCK,	/* failed, and something stayed changed */
	ENTRY_REVERTED, /* undone later */
	ENTRY_GONE, /* it was open, a trial or stuck when the host was rebooted, and had no files */
};

struct entry_item {
	const char *key;
	const char *path;  /* what was written */
	const char *found; /* what it held before */
	const char *value; /* what was written to it */
	const char *
		now; /* what it then read as, where that is not `value`; NULL: the same */
	int64_t pid; /* of the process that it is about; 0: of none */
	uint64_t started; /* clock ticks after boot; with `comm` and pid */
	const char *comm;
	const char *undo_path;	/* what puts it back */
	const char *undo_value; /* NULL: it cannot be put back */
};

/* A file of the persisted configuration. */
struct entry_file {
	const char *path;
	const char *old; /* what it held; NULL: it was not there */
	const char *new; /* what it was made to hold; NULL: it was removed */
};

struct entry {
	unsigned long id;
	const char *command;  /* "apply", "revert" */
	const char *profiles; /* what the user named */
	int64_t started;      /* wall clock */
	int64_t trial_until;  /* 0: no trial */
	enum entry_state state;
	struct entry_item *items;
	size_t len, cap;
	struct {
		struct entry_file *items;
		size_t len, cap;
	} files;
};

struct entries {
	struct entry *items; /* oldest first */
	size_t len, cap;
	unsigned long newer; /* the last one of a newer version, left out; 0: none */
};

/* What an entry says of the run that it belongs to. */
struct journal_run {
	const char *command;
	const char *profiles;
	int64_t trial_until;
	/* Called when a trial is in force, while no signal can end this process. */
	void (*in_force)(void *data, unsigned long id);
	void *data;
};

const char *entry_state_word(enum entry_state state);

/*
 * Starts the entry for what @plan writes, and syncs it. 0 with the new id, or -errno with nothing
 * left that counts as an entry. The file stays open in *@ret_fd for journal_end().
 */
int journal_begin(struct arena *arena, const struct root *root, const struct plan *plan,
		  const struct journal_run *run, unsigned long *ret_id, int *ret_fd)
	__attribute__((warn_unused_result));
/*
 * Appends how it ended and syncs. @result may be NULL; with it, values that the kernel made
 * something else of are noted. 0 or -errno.
 */
int journal_end(struct arena *arena, int fd, enum entry_state state,
		const struct plan *plan, const struct result *result)
	__attribute__((warn_unused_result));
/* The state of an entry of an earlier run. 0 or -errno. */
int journal_mark(const struct root *root, unsigned long id, enum entry_state state)
	__attribute__((warn_unused_result));

/*
 * The newest @most entries, oldest first. A damaged file, or one of a newer version, is a warning in
 * @diags and left out; no journal at all is 0; one of which not all may be read is -EACCES. 0 or -errno.
 */
int journal_read(struct arena *arena, const struct root *root, size_t most,
		 struct diags *diags, struct entries *ret)
	__attribute__((warn_unused_result));
#define JOURNAL_ALL ((size_t)-1)

/* The entry with @id; 0: the newest that `revert` would undo. NULL: there is none. */
const struct entry *journal_find(const struct entries *entries, unsigned long id);
/* The newest entry in @state; NULL: there is none. */
const struct entry *journal_newest(const struct entries *entries, enum entry_state state);
