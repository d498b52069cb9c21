/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

/* One letter for each thing that a line says of a victim. */
struct row {
	const char *line;
	const char *flags;
	const char *comm; /* NULL: not told */
	int64_t pid, uid, score;
};

static const struct row rows[] = {
	{ "Out of Memory: Killed process 6906 (kdm_greet).", "o", "kdm_greet", 6906, -1,
	  -1 },
	{ "Out of Memory: Kill process 1 (init) score 0 and children.", "c", "init", 1,
	  -1, 0 },
	{ "No available memory (MPOL_BIND): Killed process 1267 (rc).", "p", "rc", 1267,
	  -1, -1 },
	{ "No available memory in cpuset: Killed process 1267 (rc).", "u", "rc", 1267, -1,
	  -1 },
	{ "Out of memory: Killed process 123, UID 48, (httpd).", "", "httpd", 123, 48,
	  -1 },
	{ "Out of memory: kill process 995 (httpd) score 2646 or a child", "c", "httpd",
	  995, -1, 2646 },
	{ "Killed process 2491 (stream.cgi)", "", "stream.cgi", 2491, -1, -1 },
	{ "Killed process 40738, UID 27, (mysqld) total-vm:1kB", "", "mysqld", 40738, 27,
	  -1 },
	{ "Out of memory: Kill process 40738 (mysqld) score 16 or sacrifice child", "c",
	  "mysqld", 40738, -1, 16 },
	{ "Memory cgroup out of memory: Kill process 5 (a) score 9 or sacrifice child",
	  "cm", "a", 5, -1, 9 },
	{ "Memory cgroup out of memory: Killed process 5 (a) total-vm:1kB, UID:33", "m",
	  "a", 5, 33, -1 },
	{ "Out of memory (oom_kill_allocating_task): Killed process 5 (a)", "a", "a", 5,
	  -1, -1 },
	{ "Kill process 3 (a) sharing same memory", "cs", "a", 3, -1, -1 },
	{ "Out of Memory: Kill process\t1 (init)", NULL, NULL, 0, 0, 0 },
	/* names */
	{ "Killed process 5 ((sd-pam)) total-vm:1kB", "", "(sd-pam)", 5, -1, -1 },
	{ "Killed process 5 (tmux: server) total-vm:1kB", "", "tmux: server", 5, -1, -1 },
	{ "Killed process 5 (a) b (c) total-vm:1kB", "", "a", 5, -1, -1 },
	{ "Killed process 5 (15letters(cut) total-vm:1kB", "", "15letters(cut", 5, -1,
	  -1 },
	{ "Killed process 5 (exactly15letter) x", "", "exactly15letter", 5, -1, -1 },
	{ "Killed process 5 () x", "", "", 5, -1, -1 },
	/* cut: who it was is not known, but that it was */
	{ "Killed process 5 (mysq", "", NULL, 5, -1, -1 },
	{ "Killed process 5 ", "", NULL, 5, -1, -1 },
	{ "Killed process 5", NULL, NULL, 0, 0, 0 },
	{ "Killed process 40738, UID 27, ", "", NULL, 40738, 27, -1 },
	/* nobody */
	{ "Killed process", NULL, NULL, 0, 0, 0 },
	{ "Killed process apache (1)", NULL, NULL, 0, 0, 0 },
	{ "Killed process 5 with fire", NULL, NULL, 0, 0, 0 },
	/* by hand, without its name */
	{ "Out of memory: Killed process 5 total-vm:1kB anon-rss:1kB", "", NULL, 5, -1,
	  -1 },
	{ "", NULL, NULL, 0, 0, 0 },
	/* nonsense */
	{ "Out of memory: Kill process 99999999999 (a) score 99999999999999999999 x", "c",
	  "a", INT32_MAX, -1, FIELD_MOST },
	{ "Killed process 5, UID 99999999999, (a)", "", "a", 5, UINT32_MAX, -1 },
};

static bool is_flagged(const struct kill_line *kill, const char *flags)
{
	return kill->chosen == (strchr(flags, 'c') != NULL) &&
	       kill->sharing == (strchr(flags, 's') != NULL) &&
	       kill->old == (strchr(flags, 'o') != NULL) &&
	       kill->memcg == (strchr(flags, 'm') != NULL) &&
	       kill->cpuset == (strchr(flags, 'u') != NULL) &&
	       kill->mempolicy == (strchr(flags, 'p') != NULL) &&
	       kill->allocating == (strchr(flags, 'a') != NULL);
}

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct kill_line kill;

		if (!ok(kill_read(span_of(row->line), &kill) == (row->flags != NULL),
			"'%s'", row->line) ||
		    !row->flags)
			continue;
		ok(is_flagged(&kill, row->flags), "is '%s'", row->flags);
		ok(row->comm ? span_is(kill.comm, row->comm) : kill.comm.len == 0,
		   "comm '%.*s'", (int)kill.comm.len, kill.comm.at);
		is_int(kill.kill.pid, row->pid, "pid");
		is_int(kill.kill.uid, row->uid, "uid");
		is_int(kill.score, row->score, "score");
	}
}

static void is_amounts(const char *line, const struct oom_kill *want)
{
	struct kill_line kill;

	ok(kill_read(span_of(line), &kill), "%s", line);
	is_int(kill.kill.total_vm_kib, want->total_vm_kib, "total-vm");
	is_int(kill.kill.anon_rss_kib, want->anon_rss_kib, "anon-rss");
	is_int(kill.kill.file_rss_kib, want->file_rss_kib, "file-rss");
	is_int(kill.kill.shmem_rss_kib, want->shmem_rss_kib, "shmem-rss");
	is_int(kill.kill.pgtables_kib, want->pgtables_kib, "pgtables");
	is_int(kill.kill.oom_score_adj, want->oom_score_adj, "oom_score_adj");
}

static void test_amounts(void)
{
	is_amounts("Killed process 5 (a) total-vm:10kB, anon-rss:20kB, file-rss:30kB, "
		   "shmem-rss:40kB, UID:1000 pgtables:50kB oom_score_adj:-900",
		   &(struct oom_kill){ 5, 1000, NULL, 10, 20, 30, 40, 50, -900, 0 });
	is_amounts("Killed process 5 (a) vsz:10kB, anon-rss:20kB, file-rss:30kB",
		   &(struct oom_kill){ 5, -1, NULL, 10, 20, 30, -1, -1, OOM_UNTOLD, 0 });
	is_amounts("Killed process 5 (a)",
		   &(struct oom_kill){ 5, -1, NULL, -1, -1, -1, -1, -1, OOM_UNTOLD, 0 });
	is_amounts("Killed process 5 (a) total-vm:1kB, anon-rss:18446744073709551615kB, "
		   "file-rss:3",
		   &(struct oom_kill){ 5, -1, NULL, 1, FIELD_MOST, 3, -1, -1, OOM_UNTOLD,
				       0 });
	is_amounts("Killed process 5 (pgtables:4) oom_score_adj:0",
		   &(struct oom_kill){ 5, -1, NULL, -1, -1, -1, -1, -1, 0, 0 });
}

static int take(struct taking *taking, const char *line, uint64_t number)
{
	struct kill_line kill;

	return kill_read(span_of(line), &kill) ? take_kill(taking, &kill, number)
					       : -EINVAL;
}

static void test_kills(struct arena *arena)
{
	struct taking taking;
	const struct oom_report *report = &taking.report;

	taking_begin(&taking, arena);
	is_int(take(&taking,
		    "Out of memory: Kill process 5 (parent) score 16 or sacrifice child",
		    3),
	       0, "chosen");
	is_int(report->ending, OOM_ENDING_UNTOLD, "nobody is killed yet");
	is_int((long long)report->kills.len, 0, "nobody");
	is_int(report->chosen_pid, 5, "chosen pid");
	is_str(report->chosen_comm, "parent", "chosen comm");
	is_int(report->chosen_score, 16, "score");
	is_int(take(&taking, "Killed process 6 (child) total-vm:1kB", 4), 0, "a child");
	is_int(take(&taking, "Kill process 7 (thread) sharing same memory", 5), 0,
	       "a thread");
	is_int(take(&taking, "Killed process 6 (child) total-vm:2kB", 6), 0, "twice");
	is_int(take(&taking, "Killed process 8 (b) total-vm:3kB", 7), 0, "one more");
	is_int(report->ending, OOM_ENDING_KILLED, "somebody was killed");
	if (is_int((long long)report->kills.len, 2, "two of them")) {
		is_int(report->kills.items[0].pid, 6, "the first");
		is_str(report->kills.items[0].comm, "child", "its comm");
		is_int((long long)report->kills.items[0].line, 4, "its line");
		is_int(report->kills.items[0].total_vm_kib, 1, "as its first line says");
		is_int(report->kills.items[1].pid, 8, "the second");
	}
	is_int(report->chosen_pid, 5, "the chosen stays");
	ok(!report->is_memcg && !report->allocating_task, "an ordinary one");
	is_int(report->constraint, OOM_CONSTRAINT_UNTOLD, "nothing is told of it");
}

static void test_circumstances(struct arena *arena)
{
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take(&taking, "Memory cgroup out of memory: Killed process 5 (a)", 1), 0,
	       "memcg");
	ok(taking.report.is_memcg && !taking.report.not_memcg, "is one");
	taking_begin(&taking, arena);
	is_int(take(&taking, "Killed process 5 (a)", 1), 0, "no words");
	ok(!taking.report.not_memcg, "tell of none");
	is_int(take(&taking, "Out of memory: Killed process 6 (a) total-vm:1kB", 2), 0,
	       "not a group's words");
	ok(taking.report.not_memcg && !taking.report.is_memcg, "are noted");
	taking_begin(&taking, arena);
	is_int(take(&taking,
		    "Out of memory (oom_kill_allocating_task): Kill process 5 (a) x", 1),
	       0, "who asks");
	ok(taking.report.allocating_task, "is killed");
	taking_begin(&taking, arena);
	is_int(take(&taking, "No available memory in cpuset: Killed process 5 (a)", 1), 0,
	       "cpuset");
	is_int(taking.report.constraint, OOM_CONSTRAINT_CPUSET, "is one");
	taking_begin(&taking, arena);
	taking.report.constraint = OOM_CONSTRAINT_NONE;
	is_int(take(&taking, "No available memory (MPOL_BIND): Killed process 5 (a)", 1),
	       0, "mempolicy");
	is_int(taking.report.constraint, OOM_CONSTRAINT_NONE, "what was told stays");
	taking_begin(&taking, arena);
	is_int(take(&taking, "No available memory (MPOL_BIND): kill process 5 (a) x", 1),
	       0, "mempolicy");
	is_int(taking.report.constraint, OOM_CONSTRAINT_MEMPOLICY, "is one");
}

/* At the end of a line that goes on in the next one, whatever stands in front of that follows. */
static void test_names(struct arena *arena)
{
	static const struct {
		const char *line, *comm;
	} names[] = {
		{ "oom-kill: nodemask=2, task=render::worker", "render::worker" },
		{ "oom-kill: nodemask=2, task=render::worker box.example |",
		  "render::worker" },
		{ "oom-kill: nodemask=2, task=CPU 0/KVM box.example |", "CPU 0/KVM" },
		{ "oom-kill: nodemask=2, task=exactly15letter box |", "exactly15letter" },
		{ "oom-kill: nodemask=2, task=more-than-15-letters",
		  "more-than-15-letters" },
		{ "oom-kill: nodemask=2, task=", NULL },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct taking taking;

		taking_begin(&taking, arena);
		is_int(take_constraint(&taking, span_of(names[i].line)), 0, "%s",
		       names[i].line);
		is_str(taking.report.chosen_comm, names[i].comm, "its task");
	}
}

static void test_constraint(struct arena *arena)
{
	struct taking taking;
	const struct oom_report *report = &taking.report;

	taking_begin(&taking, arena);
	is_int(take_constraint(
		       &taking,
		       span_of("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),"
			       "cpuset=a,b,mems_allowed=0-1,oom_memcg=/x,y,task_memcg=/x,y/z,"
			       "task=a,pid=b,pid=813,uid=33")),
	       0, "all of it");
	is_int(report->constraint, OOM_CONSTRAINT_MEMCG, "constraint");
	ok(report->is_memcg, "a memory cgroup's");
	is_str(report->nodemask, "(null)", "nodemask");
	is_str(report->cpuset, "a,b", "values hold commas");
	is_str(report->mems_allowed, "0-1", "mems_allowed");
	is_str(report->memcg.path, "/x,y", "oom_memcg");
	is_str(report->memcg.victim_path, "/x,y/z", "task_memcg");
	is_int(report->chosen_uid, 33, "uid");
	taking_begin(&taking, arena);
	is_int(take_constraint(&taking,
			       span_of("oom-kill:constraint=CONSTRAINT_NONE,nodemask=0,1,"
				       "cpuset=/,mems_allowed=0,1,global_oom,"
				       "task_memcg=/a,task=tmux: server,pid=5,uid=0")),
	       0, "a global one");
	is_int(report->constraint, OOM_CONSTRAINT_NONE, "constraint");
	ok(!report->is_memcg, "of no memory cgroup");
	is_str(report->nodemask, "0,1", "nodes");
	is_str(report->mems_allowed, "0,1", "ends before global_oom");
	is_str(report->memcg.path, NULL, "no limit");
	is_str(report->memcg.victim_path, "/a", "task_memcg");
	is_str(report->chosen_comm, "tmux: server", "task");
	is_int(report->chosen_pid, 5, "pid");
	is_int(report->chosen_uid, 0, "root");
	is_int(take_constraint(&taking,
			       span_of("oom-kill:constraint=CONSTRAINT_CPUSET,task=b,"
				       "pid=6,uid=7")),
	       0, "again");
	is_int(report->constraint, OOM_CONSTRAINT_NONE, "the first stays");
	is_int(report->chosen_pid, 5, "and its pid");
	is_str(report->chosen_comm, "tmux: server", "and its task");
}

static void test_words(struct arena *arena)
{
	static const struct {
		const char *line;
		enum oom_constraint want;
		int64_t pid;
	} words[] = {
		{ "oom-kill:constraint=CONSTRAINT_CPUSET,task=a,pid=5,uid=0",
		  OOM_CONSTRAINT_CPUSET, 5 },
		{ "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,pid=5,uid=0",
		  OOM_CONSTRAINT_MEMPOLICY, 5 },
		{ "oom-kill:constraint=CONSTRAINT_NEW,pid=5,uid=0", OOM_CONSTRAINT_UNTOLD,
		  5 },
		{ "oom-kill:constraint=", OOM_CONSTRAINT_UNTOLD, -1 },
		/* The end was cut off: perhaps some of the pid's digits. */
		{ "oom-kill:constraint=CONSTRAINT_NONE,task=a,pid=81",
		  OOM_CONSTRAINT_NONE, -1 },
		{ "oom-kill:constraint=CONSTRAINT_NONE,task=a,pid=99999999999,uid=1",
		  OOM_CONSTRAINT_NONE, INT32_MAX },
		{ "oom-kill: constraint=CONSTRAINT_CPUSET, task=a, pid=5, uid=0",
		  OOM_CONSTRAINT_CPUSET, 5 },
		{ "oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/a_pid=7,pid=5,uid=0",
		  OOM_CONSTRAINT_NONE, 5 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct taking taking;

		taking_begin(&taking, arena);
		is_int(take_constraint(&taking, span_of(words[i].line)), 0, "%s",
		       words[i].line);
		is_int(taking.report.constraint, words[i].want, "constraint");
		is_int(taking.report.chosen_pid, words[i].pid, "pid");
	}
}

static void test_fill(void)
{
	struct kill_line kill, other;

	ok(kill_read(span_of("Killed process 5 (a) vsz:1kB, anon- rss:2kB, file-rss:3kB"),
		     &kill) &&
		   kill_read(span_of("Killed process 5 (a) vsz:1kB, anon-rss:4kB, "
				     "file-rss:5kB, shmem-rss:6kB"),
			     &other),
	   "the same in two ways");
	kill_fill(&kill, &other);
	is_int(kill.kill.anon_rss_kib, 4, "what it does not tell");
	is_int(kill.kill.file_rss_kib, 3, "what it tells stays");
	is_int(kill.kill.shmem_rss_kib, 6, "what it does not tell");
}

static void test_failed(void)
{
	static const struct {
		const char *line, *gfp;
		int order;
	} lines[] = {
		{ "__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)", "0x1d2", 0 },
		{ "__alloc_pages: 1-order allocation failed (gfp=0x1f0)", "0x1f0", 1 },
		{ "__alloc_pages: 99-order allocation failed (gfp=0x20/1)", "0x20",
		  OOM_UNTOLD },
		{ "__alloc_pages: 0-order allocation failed.", "", 0 },
		{ "__alloc_pages: 0-order allocation failed (gfp=0x123456789abcdef/0)",
		  "", 0 },
		{ "__alloc_pages: 3 of them", "", 0 },
		{ "__alloc_pages: none", "", 0 },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct failed failed;

		failed_read(span_of(lines[i].line), 7, &failed);
		is_str(failed.gfp, lines[i].gfp, "%s", lines[i].line);
		is_int(failed.order, lines[i].order, "order");
		is_int((long long)failed.line, 7, "line");
	}
}

static void test_vm_kill(struct arena *arena)
{
	const struct failed failed = { "0x1d2", 0, 7 };
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_vm_kill(&taking, span_of("VM: killing process httpd "), 8, &failed),
	       0, "a kill");
	if (is_int((long long)taking.report.kills.len, 1, "one")) {
		is_str(taking.report.kills.items[0].comm, "httpd", "its name");
		is_int(taking.report.kills.items[0].pid, -1, "no pid");
		is_int((long long)taking.report.kills.items[0].line, 8, "its line");
	}
	is_int(taking.report.ending, OOM_ENDING_KILLED, "the end");
	is_str(taking.report.gfp_text, "0x1d2", "of the line before");
	is_int(taking.report.order, 0, "its order");
	taking_begin(&taking, arena);
	is_int(take_vm_kill(&taking, span_of("VM: killing process httpd"), 9, &failed), 0,
	       "another");
	is_str(taking.report.gfp_text, NULL, "not of a line further up");
	is_int(taking.report.order, OOM_UNTOLD, "nor is its order");
}

static int add_vm_kill(struct taking *taking)
{
	const struct failed failed = { "0x1d2", 0, 7 };

	return take_vm_kill(taking, span_of("VM: killing process a"), 8, &failed);
}

static int add_kill(struct taking *taking)
{
	int r = take(taking, "Out of memory: Kill process 5 (a) score 1", 1);

	return r == 0 ? take(taking, "Killed process 5 (a)", 2) : r;
}

static int add_constraint(struct taking *taking)
{
	return take_constraint(
		taking,
		span_of("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=0,cpuset=/,"
			"mems_allowed=0,oom_memcg=/x,task_memcg=/x,task=a,pid=5,uid=0"));
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);

	test_lines();
	test_amounts();
	test_kills(arena);
	test_circumstances(arena);
	test_names(arena);
	test_constraint(arena);
	test_words(arena);
	test_fill();
	test_failed();
	test_vm_kill(arena);
	needs_memory(add_vm_kill);
	needs_memory(add_kill);
	needs_memory(add_constraint);
	return done();
}
