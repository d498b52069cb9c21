/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

/* -2: the report does not say, and the row keeps what it begins with. */
struct row {
	const char *columns, *line;
	const char *name;
	int64_t pid, uid, tgid, total_vm, rss, swap, pgtables;
	int adj;
};

static const struct row rows[] = {
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
	  "[  813]    33   812     1234      567   1     -17 apache2", "apache2", 813, 33,
	  812, 1234, 567, -1, -1, -17 },
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
	  "[  813]    33   813     1234      567   1     -17         -1000 sshd", "sshd",
	  813, 33, 813, 1234, 567, -1, -1, -1000 },
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name",
	  "[  813]    33   813     1234      567   1       5             0 sshd", "sshd",
	  813, 33, 813, 1234, 567, -1, -1, 0 },
	{ "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
	  "[  813]    33   813     1234      567      12       34           900 sshd",
	  "sshd", 813, 33, 813, 1234, 567, 34, -1, 900 },
	{ "[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds nr_puds swapents oom_score_adj name",
	  "[  813]    33   813     1234      567      12  3  4     34           -5 tmux: server",
	  "tmux: server", 813, 33, 813, 1234, 567, 34, -1, -5 },
	{ "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
	  "[    813]    33   813     1234      567    12288       34             0 (sd-pam)",
	  "(sd-pam)", 813, 33, 813, 1234, 567, 34, 12, 0 },
	{ "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes "
	  "swapents oom_score_adj name",
	  "[1234567]    33 1234567     1234      567  500 60 7  4096       34            0 a",
	  "a", 1234567, 33, 1234567, 1234, 567, 34, 4, 0 },
	/* in another order */
	{ "[  pid  ] oom_score_adj swapents pgtables_bytes rss total_vm tgid uid name",
	  "[    813] 5 34 12288 567 1234 812 33 a", "a", 813, 33, 812, 1234, 567, 34, 12,
	  5 },
	/* a column of tomorrow */
	{ "[  pid  ]   uid  tgid total_vm      rss new_thing swapents oom_score_adj name",
	  "[    813]    33   813     1234      567    77       34             1 a b c",
	  "a b c", 813, 33, 813, 1234, 567, 34, -1, 1 },
	/* a name that looks like a number, behind all columns */
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
	  "[  813]    33   813     1234      567   1       0 7 up", "7 up", 813, 33, 813,
	  1234, 567, -1, -1, 0 },
	/* the table's head was lost */
	{ NULL,
	  "[  813]    33   813     1234      567      12       34           900 sshd",
	  "sshd", 813, 33, 813, 1234, 567, -1, -1, 900 },
	{ NULL, "[  813]    33   813     1234      567   1     -17 sshd", "sshd", 813, 33,
	  813, 1234, 567, -1, -1, 0 },
	{ NULL,
	  "[  813]    33   813     1234      567      12       34          1001 sshd",
	  "sshd", 813, 33, 813, 1234, 567, -1, -1, 0 },
	/* the line was cut, or what is in it is no number */
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
	  "[  813]    33   813     1234", "", 813, 33, 813, 1234, -1, -1, -1, 0 },
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
	  "[  813]    33   813     12x4      567   1     -17 apache2",
	  "12x4      567   1     -17 apache2", 813, 33, 813, -1, -1, -1, -1, 0 },
	{ "[ pid ]   uid  tgid total_vm      rss cpu oom_adj name",
	  "[99999999999]    33   813     99999999999999999999      567   1     -17 a",
	  "a", INT32_MAX, 33, 813, FIELD_MOST, 567, -1, -1, -17 },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		const struct row *row = &rows[i];
		const struct oom_task *task;
		struct taking taking;

		taking_begin(&taking, arena);
		if (row->columns)
			take_columns(&taking, span_of(row->columns));
		is_int(take_task(&taking, span_of(row->line)), 0, "%s", row->line);
		/* One that was cut before its name is none. */
		is_int((long long)taking.rows.len, row->name[0] != '\0', "rows");
		if (taking.rows.len == 0)
			continue;
		task = &taking.rows.items[0];
		is_str(task->name, row->name, "name");
		is_int(task->pid, row->pid, "pid");
		is_int(task->uid, row->uid, "uid");
		is_int(task->tgid, row->tgid, "tgid");
		is_int(task->total_vm_kib, row->total_vm, "total_vm");
		is_int(task->rss_kib, row->rss, "rss");
		is_int(task->swap_kib, row->swap, "swapents");
		is_int(task->pgtables_kib, row->pgtables, "page tables");
		is_int(task->oom_score_adj, row->adj, "oom_score_adj");
		is_int(taking.rows_tell_adj, !row->columns && row->adj != 0,
		       "without a head");
	}
}

static void test_columns(void)
{
	struct taking taking = { 0 };

	take_columns(&taking, span_of("[ pid ] uid x rss name pid"));
	is_int((long long)taking.columns_len, 3, "up to the name");
	is_int(taking.columns[0], TASK_UID, "uid");
	is_int(taking.columns[1], TASK_OTHER, "unknown");
	is_int(taking.columns[2], TASK_RSS, "rss");
	take_columns(&taking, span_of("[ pid ] a b c d e f g h i j k l m n o p q r s t"));
	is_int((long long)taking.columns_len, TASK_COLUMNS,
	       "no more than there is room for");
	take_columns(&taking, span_of("[ pid "));
	is_int((long long)taking.columns_len, 0, "cut");
}

/* A table of more rows than there is memory for goes on without them. */
static void test_many(void)
{
	static const char line[] = "[  813]    33   813     1234      567 some-name";
	bool short_of = false;

	for (size_t limit = 0; limit < 4096; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct taking taking;
		size_t named = 0;

		taking_begin(&taking, arena);
		for (size_t i = 0; i < 8; i++) {
			if (take_task(&taking, span_of(line)) != 0)
				ok(false, "a row is no error");
		}
		for (size_t i = 0; i < taking.rows.len; i++)
			named += taking.rows.items[i].name != NULL;
		if (named != taking.rows.len)
			ok(false, "a row without a name, with %zu bytes", limit);
		short_of = short_of || taking.rows.len < 8;
	}
	ok(short_of, "memory was short");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;
	char line[200] = "[  1]  1  1  1  1 ";

	test_rows();
	test_columns();
	test_many();
	taking_begin(&taking, arena);
	(void)memset(line + strlen(line), 'x', 150);
	is_int(take_task(&taking, span_of(line)), 0, "a long name");
	is_int((long long)strlen(taking.rows.items[0].name), 64, "is cut");
	return done();
}
