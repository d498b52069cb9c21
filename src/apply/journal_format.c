/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/journal_format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/enumtab.h"
#include "base/num.h"
#include "base/vec.h"

static const struct enumtab states[] = {
	{ "open", ENTRY_OPEN },	  { "applied", ENTRY_APPLIED },
	{ "trial", ENTRY_TRIAL }, { "restored", ENTRY_RESTORED },
	{ "stuck", ENTRY_STUCK }, { "reverted", ENTRY_REVERTED },
	{ "gone", ENTRY_GONE },	  { NULL, 0 },
};

enum word {
	WORD_MAGIC,
	WORD_COMMAND,
	WORD_PROFILES,
	WORD_STARTED,
	WORD_TRIAL,
	WORD_BOOT,
	WORD_ITEM,
	WORD_PROCESS,
	WORD_KEY,
	WORD_FOUND,
	WORD_VALUE,
	WORD_UNDO,
	WORD_RESTORE,
	WORD_FILE,
	WORD_WAS,
	WORD_NEW,
	WORD_BEGIN,
	WORD_NOW,
	WORD_END,
};

static const struct enumtab words[] = {
	{ "lowmemctl", WORD_MAGIC },   { "command", WORD_COMMAND },
	{ "profiles", WORD_PROFILES }, { "started", WORD_STARTED },
	{ "trial", WORD_TRIAL },       { "boot", WORD_BOOT },
	{ "item", WORD_ITEM },	       { "process", WORD_PROCESS },
	{ "key", WORD_KEY },	       { "found", WORD_FOUND },
	{ "value", WORD_VALUE },       { "undo", WORD_UNDO },
	{ "restore", WORD_RESTORE },   { "file", WORD_FILE },
	{ "was", WORD_WAS },	       { "new", WORD_NEW },
	{ "begin", WORD_BEGIN },       { "now", WORD_NOW },
	{ "end", WORD_END },	       { NULL, 0 },
};

const char *entry_state_word(enum entry_state state)
{
	return enumtab_word(states, (int)state);
}

static void put_escaped(struct text *text, const char *rest)
{
	while (*rest) {
		size_t plain = strcspn(rest, "\n\\");

		text_add(text, rest, plain);
		rest += plain;
		if (*rest)
			text_add(text, *rest == '\n' ? "\\n" : "\\\\", 2);
		rest += *rest != '\0';
	}
}

int text_line(struct text *text, const char *word, const char *rest)
{
	put_escaped(text, word);
	text_add(text, " ", 1);
	put_escaped(text, rest);
	text_add(text, "\n", 1);
	return text->full ? -ENOMEM : 0;
}

int text_number(struct text *text, const char *word, int64_t number)
{
	char digits[32];

	(void)snprintf(digits, sizeof(digits), "%lld", (long long)number);
	return text_line(text, word, digits);
}

int text_numbered(struct text *text, const char *word, size_t number, const char *rest)
{
	char head[64];

	(void)snprintf(head, sizeof(head), "%s %zu", word, number);
	return text_line(text, head, rest);
}

static const char *unescape(struct arena *arena, struct span rest)
{
	char *copy = arena_copy(arena, rest.at, rest.len);
	char *to = copy;

	for (const char *from = copy; copy && *from; from++) {
		if (*from == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 'n' ? '\n' : *from;
		} else {
			*to++ = *from;
		}
	}
	if (copy)
		*to = '\0';
	return copy;
}

struct reading {
	struct arena *arena;
	struct entry entry;
	const char *boot;
	bool magic;
};

static int read_text(struct reading *reading, struct span rest, const char **ret)
{
	const char *text = unescape(reading->arena, rest);

	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}

static int read_item(struct reading *reading, enum word word, struct span rest)
{
	struct entry *entry = &reading->entry;
	struct entry_item *item;

	if (word == WORD_ITEM && !vec_push(reading->arena, entry))
		return -ENOMEM;
	if (entry->len == 0)
		return -EINVAL;
	item = &entry->items[entry->len - 1];
	if (word == WORD_ITEM)
		return read_text(reading, rest, &item->path);
	if (word == WORD_KEY)
		return read_text(reading, rest, &item->key);
	if (word == WORD_FOUND)
		return read_text(reading, rest, &item->found);
	if (word == WORD_VALUE)
		return read_text(reading, rest, &item->value);
	if (word == WORD_UNDO)
		return read_text(reading, rest, &item->undo_path);
	return read_text(reading, rest, &item->undo_value);
}

/* "812 4711 sshd" */
static int read_process(struct reading *reading, struct span rest)
{
	struct entry *entry = &reading->entry;
	struct entry_item *item;
	struct span pid, started;

	if (entry->len == 0)
		return -EINVAL;
	item = &entry->items[entry->len - 1];
	if (!span_until(&rest, ' ', &pid) || !span_until(&rest, ' ', &started) ||
	    num_i64(pid, &item->pid) < 0 || num_u64(started, &item->started) < 0 ||
	    item->pid < 2 || item->pid > INT32_MAX)
		return -EINVAL;
	return read_text(reading, rest, &item->comm);
}

static int read_file(struct reading *reading, enum word word, struct span rest)
{
	struct entry *entry = &reading->entry;
	struct entry_file *file;

	if (word == WORD_FILE && !vec_push(reading->arena, &entry->files))
		return -ENOMEM;
	if (entry->files.len == 0)
		return -EINVAL;
	file = &entry->files.items[entry->files.len - 1];
	if (word == WORD_FILE)
		return read_text(reading, rest, &file->path);
	return read_text(reading, rest, word == WORD_WAS ? &file->old : &file->new);
}

static int read_now(struct reading *reading, struct span rest)
{
	struct span index;
	uint64_t number;

	if (!span_until(&rest, ' ', &index) || num_u64(index, &number) < 0 ||
	    number >= reading->entry.len)
		return -EINVAL;
	return read_text(reading, rest, &reading->entry.items[number].now);
}

static int read_end(struct reading *reading, struct span rest)
{
	int state;

	if (enumtab_value(states, rest, &state) < 0)
		return -EINVAL;
	reading->entry.state = (enum entry_state)state;
	return 0;
}

static int read_word(struct reading *reading, enum word word, struct span rest)
{
	struct entry *entry = &reading->entry;

	switch (word) {
	case WORD_MAGIC:
		reading->magic = span_is(rest, "journal 1");
		if (!reading->magic && span_starts(rest, "journal "))
			return -EPROTONOSUPPORT;
		return reading->magic ? 0 : -EINVAL;
	case WORD_COMMAND:
		return read_text(reading, rest, &entry->command);
	case WORD_PROFILES:
		return read_text(reading, rest, &entry->profiles);
	case WORD_STARTED:
		return num_i64(rest, &entry->started);
	case WORD_TRIAL:
		return num_i64(rest, &entry->trial_until);
	case WORD_BOOT:
		return read_text(reading, rest, &reading->boot);
	case WORD_PROCESS:
		return read_process(reading, rest);
	case WORD_ITEM:
	case WORD_KEY:
	case WORD_FOUND:
	case WORD_VALUE:
	case WORD_UNDO:
	case WORD_RESTORE:
		return read_item(reading, word, rest);
	case WORD_FILE:
	case WORD_WAS:
	case WORD_NEW:
		return read_file(reading, word, rest);
	case WORD_BEGIN:
		entry->state = ENTRY_OPEN;
		return 0;
	case WORD_NOW:
		return read_now(reading, rest);
	case WORD_END:
		return read_end(reading, rest);
	}
	return 0;
}

static bool is_below(const char *path, const char *folder)
{
	struct span rest = span_of(path), part;

	if (!span_starts(rest, folder))
		return false;
	while (span_until(&rest, '/', &part)) {
		if (part.len == 0 || span_is(part, ".") || span_is(part, ".."))
			return false;
	}
	return true;
}

/* Only a kernel's files, and those of the configuration, are ever written back, whatever a journal
 * says. */
static bool is_kernels(const char *path)
{
	return is_below(path, "proc/sys/") || is_below(path, "sys/");
}

/* So it is with a process, which is found by more than its number: apply/adj.h. */
static bool is_process(const struct entry_item *item)
{
	static const char *const names[] = { "oom_score_adj", "oom_adj" };
	char path[64];

	for (size_t i = 0; item->comm && i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(path, sizeof(path), "proc/%lld/%s", (long long)item->pid,
			       names[i]);
		if (strcmp(item->path, path) == 0 &&
		    (!item->undo_path || strcmp(item->undo_path, path) == 0))
			return true;
	}
	return false;
}

static bool is_writable(const struct entry_item *item)
{
	return is_process(item) || (!item->comm && is_kernels(item->path) &&
				    (!item->undo_path || is_kernels(item->undo_path)));
}

static bool complete(const struct reading *reading)
{
	const struct entry *entry = &reading->entry;

	if (!reading->magic || !entry->command || !entry->profiles || !reading->boot)
		return false;
	for (size_t i = 0; i < entry->len; i++) {
		const struct entry_item *item = &entry->items[i];

		if (!item->path || !item->key || !item->found || !item->value ||
		    !item->undo_path != !item->undo_value)
			return false;
		if (!is_writable(item))
			return false;
	}
	for (size_t i = 0; i < entry->files.len; i++) {
		if (!is_below(entry->files.items[i].path, "etc/"))
			return false;
	}
	return true;
}

int journal_parse(struct arena *arena, struct span text, struct entry *ret,
		  const char **ret_boot)
{
	struct reading reading = { .arena = arena, .entry = *ret };
	struct span line, word;
	int r = 0, value;
	bool nothing;

	reading.entry.state = ENTRY_RESTORED;
	while (text.len > 0 && text.at[text.len - 1] != '\n')
		text.len--;
	nothing = text.len == 0;
	while (r == 0 && span_line(&text, &line)) {
		if (span_until(&line, ' ', &word) &&
		    enumtab_value(words, word, &value) == 0)
			r = read_word(&reading, (enum word)value, line);
	}
	if (r < 0)
		return r == -ENOMEM || r == -EPROTONOSUPPORT ? r : -EINVAL;
	/* A head that was cut short belongs to a run that never wrote a value. */
	if (!complete(&reading) &&
	    (reading.entry.state != ENTRY_RESTORED || !(reading.magic || nothing)))
		return -EINVAL;
	if (!complete(&reading))
		reading.entry.len = reading.entry.files.len = 0;
	*ret = reading.entry;
	*ret_boot = reading.boot ? reading.boot : "";
	if (!ret->command)
		ret->command = "?";
	if (!ret->profiles)
		ret->profiles = "?";
	return 0;
}
