/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "oom/fields.h"
#include "oom/take.h"

#define NAME_MOST 64

/* dump_tasks(): the columns change with almost every second version, but have their names. */
static const struct {
	const char *name;
	enum task_column column;
} names[] = {
	{ "uid", TASK_UID },
	{ "tgid", TASK_TGID },
	{ "total_vm", TASK_TOTAL_VM },
	{ "rss", TASK_RSS },
	{ "pgtables_bytes", TASK_PGTABLES },
	{ "nr_ptes", TASK_PTES },
	{ "nr_pmds", TASK_PTES },
	{ "nr_puds", TASK_PTES },
	{ "swapents", TASK_SWAP },
	{ "oom_score_adj", TASK_ADJ },
	{ "oom_adj", TASK_OLD_ADJ },
};

static enum task_column column_of(struct span word)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (span_is(word, names[i].name))
			return names[i].column;
	}
	return TASK_OTHER;
}

void take_columns(struct taking *taking, struct span line)
{
	struct span text, word;

	taking->columns_len = 0;
	if (!span_behind(line, "]", &text))
		return;
	while (span_word(&text, &word) && !span_is(word, "name") &&
	       taking->columns_len < TASK_COLUMNS)
		taking->columns[taking->columns_len++] = column_of(word);
}

static void put(struct oom_task *task, enum task_column column, int64_t value)
{
	switch (column) {
	case TASK_UID:
		task->uid = value;
		break;
	case TASK_TGID:
		task->tgid = value;
		break;
	case TASK_TOTAL_VM:
		task->total_vm_kib = value;
		break;
	case TASK_RSS:
		task->rss_kib = value;
		break;
	case TASK_PGTABLES:
		task->pgtables_kib = value / 1024;
		break;
	case TASK_SWAP:
		task->swap_kib = value;
		break;
	case TASK_ADJ:
		task->oom_score_adj = (int)value;
		break;
	case TASK_OLD_ADJ:
		if (task->oom_score_adj == 0)
			task->oom_score_adj = (int)value;
		break;
	case TASK_PTES:
	case TASK_OTHER:
		break;
	}
}

static bool read_number(struct span word, int64_t *ret)
{
	bool negative = span_starts(word, "-");
	uint64_t number;

	word = negative ? span_from(word, 1) : word;
	if (!digits_take(&word, &number) || word.len > 0)
		return false;
	*ret = number < (uint64_t)FIELD_MOST ? (int64_t)number : FIELD_MOST;
	*ret = negative ? -*ret : *ret;
	return true;
}

/* Where the table's head was lost: all have these first, and the name last. */
static const enum task_column first_columns[] = { TASK_UID, TASK_TGID, TASK_TOTAL_VM,
						  TASK_RSS };

/* Tables of so many columns before the name have oom_score_adj as the last of them (2.6.36 and later). */
#define WITH_ADJ 7

static struct span take_values(struct taking *taking, struct span text,
			       struct oom_task *task)
{
	const enum task_column *columns =
		taking->columns_len > 0 ? taking->columns : first_columns;
	size_t len = taking->columns_len > 0
			     ? taking->columns_len
			     : sizeof(first_columns) / sizeof(*first_columns);
	struct span word;
	int64_t value = 0;
	size_t i;

	for (i = 0; taking->columns_len == 0 || i < len; i++) {
		struct span rest = text;
		int64_t next;

		if (!span_word(&rest, &word) || !read_number(word, &next))
			break;
		value = next;
		put(task, i < len ? columns[i] : TASK_OTHER, value);
		text = rest;
	}
	if (taking->columns_len == 0 && i >= WITH_ADJ && value >= -1000 &&
	    value <= 1000) {
		put(task, TASK_ADJ, value);
		taking->rows_tell_adj = true;
	}
	return span_trim(text);
}

int take_task(struct taking *taking, struct span line)
{
	struct oom_task *task = vec_push(taking->scratch, &taking->rows);
	struct span text = span_from(line, 1), name;
	uint64_t pid;

	/* A table of more rows than there is room for goes on without them. */
	if (!task)
		return 0;
	task->uid = task->tgid = -1;
	task->total_vm_kib = task->rss_kib = task->swap_kib = task->pgtables_kib = -1;
	blanks_take(&text);
	(void)digits_take(&text, &pid);
	task->pid = pid < INT32_MAX ? (int64_t)pid : INT32_MAX;
	(void)span_behind(text, "]", &text);
	name = take_values(taking, text, task);
	if (name.len > 0 && *name.at != '\0')
		task->name = arena_copy(taking->scratch, name.at,
					name.len < NAME_MOST ? name.len : NAME_MOST);
	/* A row that was cut off has no name. */
	if (!task->name)
		taking->rows.len--;
	return 0;
}
