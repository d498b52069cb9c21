/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "taking.h"

struct row {
	const char *line, *asker;
	const char *comm, *gfp_text, *nodemask;
	int64_t mask;
	int order, adj;
};

#define INVOKED "invoked oom-killer: "

static const struct row rows[] = {
	{ "oom-killer: gfp_mask=0xd0", "", NULL, "0xd0", NULL, 0xd0, OOM_UNTOLD,
	  OOM_UNTOLD },
	{ "oom-killer: gfp_mask=0x84d0, order=0", "", NULL, "0x84d0", NULL, 0x84d0, 0,
	  OOM_UNTOLD },
	{ INVOKED "gfp_mask=0x201d2, order=0, oomkilladj=0", "bash", "bash", "0x201d2",
	  NULL, 0x201d2, 0, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0x201da, order=3, oom_adj=-17, oom_score_adj=-1000",
	  "tmux: server", "tmux: server", "0x201da", NULL, 0x201da, 3, -1000 },
	{ INVOKED "gfp_mask=0x24200ca(GFP_HIGHUSER_MOVABLE), nodemask=0-1, order=1, "
		  "oom_score_adj=5",
	  "runc:[2:INIT]", "runc:[2:INIT]", "0x24200ca(GFP_HIGHUSER_MOVABLE)", "0-1",
	  0x24200ca, 1, 5 },
	{ INVOKED "gfp_mask=0x6200ca(GFP_A|__GFP_B), nodemask=(null),  order=0",
	  "(sd-pam)", "(sd-pam)", "0x6200ca(GFP_A|__GFP_B)", "(null)", 0x6200ca, 0,
	  OOM_UNTOLD },
	{ INVOKED "gfp_mask=0x6200ca(GFP_A), nodemask=0 order=0", "a", "a",
	  "0x6200ca(GFP_A)", "0", 0x6200ca, 0, OOM_UNTOLD },
	/* the order of fields is nothing to rely upon */
	{ INVOKED "order=2, oom_score_adj=7, gfp_mask=0xcc0(GFP_KERNEL)", "a", "a",
	  "0xcc0(GFP_KERNEL)", NULL, 0xcc0, 2, 7 },
	{ INVOKED "gfp_mask=0xcc0(GFP_KERNEL), order=-1, oom_score_adj=0", "kworker/0:1",
	  "kworker/0:1", "0xcc0(GFP_KERNEL)", NULL, 0xcc0, -1, 0 },
	{ INVOKED "gfp_mask=0x0(), order=0, oom_score_adj=0", "a", "a", "0x0()", NULL, 0,
	  0, 0 },
	{ INVOKED "gfp_mask=0xCC0, order=0", "a", "a", "0xCC0", NULL, 0xcc0, 0,
	  OOM_UNTOLD },
	/* damaged */
	{ INVOKED "gfp_mask=0xd0, order=0", "[<c01484c4>] <4>cc1", "cc1", "0xd0", NULL,
	  0xd0, 0, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0, order=0", "<x>", "<x>", "0xd0", NULL, 0xd0, 0,
	  OOM_UNTOLD },
	{ INVOKED "gfp_mask=0x800d0order=1oom_score_adj=7", "a", "a", "0x800d0", NULL,
	  0x800d0, 1, 7 },
	{ INVOKED "gfp_mask=0xcc0(GFP_KER", "a", "a", "0xcc0", NULL, 0xcc0, OOM_UNTOLD,
	  OOM_UNTOLD },
	{ INVOKED "gfp_mask=", "a", "a", NULL, NULL, -1, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0x", "a", "a", "0x", NULL, -1, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=abc, order=0", "a", "a", "abc", NULL, -1, 0, OOM_UNTOLD },
	{ INVOKED, "a", "a", NULL, NULL, -1, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xffffffffffffffffffff, order=99999999999999999999", "a", "a",
	  "0xffffffffffffffffffff", NULL, 0xffffffffffff, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0, order=-99999999999999999999", "a", "a", "0xd0", NULL,
	  0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0, order=0, order=3", "a", "a", "0xd0", NULL, 0xd0, 0,
	  OOM_UNTOLD },
	/* what is too long for a name has somebody else's words before it */
	{ INVOKED "gfp_mask=0xd0", "exactly15letter", "exactly15letter", "0xd0", NULL,
	  0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0", "Jun 10 13:33:11 host: bash", "bash", "0xd0", NULL,
	  0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0", "x abcdefghijklmnopqrstuvwxyz", "lmnopqrstuvwxyz",
	  "0xd0", NULL, 0xd0, OOM_UNTOLD, OOM_UNTOLD },
	/* and grep's a file's name, and a number */
	{ INVOKED "gfp_mask=0xd0", "messages-20240610:swapper", "swapper", "0xd0", NULL,
	  0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0", "kern.log.1:20211:runc:[2:INIT]", "runc:[2:INIT]",
	  "0xd0", NULL, 0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0", "/var/log/kern.log:20211:rethinkdb", "rethinkdb",
	  "0xd0", NULL, 0xd0, OOM_UNTOLD, OOM_UNTOLD },
	{ INVOKED "gfp_mask=0xd0", "", NULL, "0xd0", NULL, 0xd0, OOM_UNTOLD, OOM_UNTOLD },
};

static void test_headers(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		const struct row *row = &rows[i];
		struct taking taking;
		const struct oom_report *report = &taking.report;

		taking_begin(&taking, arena);
		is_int(take_header(&taking, span_of(row->line), span_of(row->asker)), 0,
		       "'%s' %s", row->asker, row->line);
		ok(report->has_header, "is a header");
		is_str(report->trigger_comm, row->comm, "comm");
		is_str(report->gfp_text, row->gfp_text, "gfp_mask");
		is_int(report->gfp_mask, row->mask, "its bits");
		is_int(report->order, row->order, "order");
		is_int(report->trigger_adj, row->adj, "oom_score_adj");
		is_str(report->nodemask, row->nodemask, "nodemask");
	}
}

/* A header for a task of the name "tmux: server" */
static int add_header(struct taking *taking)
{
	return take_header(taking,
			   span_of(INVOKED
				   "gfp_mask=0xd0(GFP_KERNEL), nodemask=0, order=0"),
			   span_of("x tmux: server"));
}

static void test_cpu(void)
{
	static const struct {
		const char *line;
		int64_t pid;
		const char *kernel, *comm;
	} cpus[] = {
		{ "CPU: 4 PID: 29481 Comm: bash Not tainted 3.10.0-514.el7.x86_64 #1",
		  29481, "3.10.0-514.el7.x86_64", "bash" },
		{ "CPU: 5 UID: 0 PID: 1122 Comm: bash Not tainted 6.12.1 #1", 1122,
		  "6.12.1", "bash" },
		{ "Pid: 3836, comm: bash Not tainted 3.2.0-4-686-pae #1 Debian", 3836,
		  "3.2.0-4-686-pae", "bash" },
		{ "Pid: 3836, comm: bash Tainted: G        W  O 3.2.0 #1", 3836, "3.2.0",
		  "bash" },
		{ "CPU: 0 PID: 7 Comm: bash Tainted: P           OE     4.4.0-31-generic #50",
		  7, "4.4.0-31-generic", "bash" },
		{ "CPU: 0 PID: 7 Comm: bash Tainted: a.b 2 4.4.0-31 #50", 7, "4.4.0-31",
		  "bash" },
		{ "CPU: 0 PID: 7 Comm: bash Kdump: loaded Not tainted 4.18.0-80.el8 #1",
		  7, "4.18.0-80.el8", "bash" },
		{ "CPU: 0 PID: 7 Comm: bash Not tainted", 7, NULL, "bash" },
		{ "CPU: 0 PID: 7 Comm: bash", 7, NULL, "bash" },
		{ "CPU: 0 PID: 99999999999999999999 Comm: bash Not tainted 4.4.0 #1",
		  INT32_MAX, "4.4.0", "bash" },
		/* the stack of somebody else, or too little of the line */
		{ "CPU: 0 PID: 7 Comm: zsh Not tainted 4.4.0 #1", -1, NULL, "bash" },
		{ "CPU: 0 PID: x Comm: bash Not tainted 4.4.0 #1", -1, NULL, "bash" },
		{ "CPU: 0 PID: 7", -1, NULL, "bash" },
		{ "CPU: 0", -1, NULL, "bash" },
	};

	for (size_t i = 0; i < sizeof(cpus) / sizeof(*cpus); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		struct taking taking;

		taking_begin(&taking, arena);
		is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0"),
				   span_of("bash")),
		       0, "%s", cpus[i].line);
		is_int(take_cpu(&taking, span_of(cpus[i].line)), 0, "is taken");
		is_int(taking.report.trigger_pid, cpus[i].pid, "pid");
		is_str(taking.report.kernel, cpus[i].kernel, "kernel");
		is_str(taking.report.trigger_comm, cpus[i].comm, "comm");
	}
}

/* It tells which part of what stands before "invoked" is the name. */
static void test_name(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0"),
			   span_of("1 and more: tmux: server")),
	       0, "a name of two words, and a prefix");
	is_str(taking.report.trigger_comm, "server", "taken for the last word");
	is_int(take_cpu(&taking,
			span_of("CPU: 0 PID: 7 Comm: tmux: server Not tainted 4.4 #1")),
	       0, "the whole name");
	is_str(taking.report.trigger_comm, "tmux: server", "is mended");
	is_int(take_cpu(&taking,
			span_of("CPU: 0 PID: 8 Comm: server Not tainted 4.5 #1")),
	       0, "another stack");
	is_int(taking.report.trigger_pid, 7, "changes nothing");
	is_str(taking.report.kernel, "4.4", "nor the kernel");
}

static void test_elided(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0"), span_of("...")), 0,
	       "a name that was left out");
	is_str(taking.report.trigger_comm, NULL, "is none");
	taking_begin(&taking, arena);
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0"), span_of("a...")), 0,
	       "one with dots");
	is_str(taking.report.trigger_comm, "a...", "is one");
}

/* Of s390, and of others up to 2.6. */
static void test_process(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0"), span_of("a b")), 0,
	       "a header");
	is_int(take_cpu(&taking, span_of("Process c (pid: 8, task: 000000007baa6838)")),
	       0, "another stack");
	is_int(taking.report.trigger_pid, -1, "is not who asked");
	is_int(take_cpu(&taking, span_of("Process a b (pid: 7, task: 000000007baa6838)")),
	       0, "its stack");
	is_int(taking.report.trigger_pid, 7, "pid");
	is_str(taking.report.trigger_comm, "a b", "comm");
}

/* Without a header the line is of another stack. */
static void test_alone(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_cpu(&taking, span_of("CPU: 0 PID: 7 Comm: a Not tainted 4.4.0 #1")),
	       0, "no header");
	is_str(taking.report.kernel, NULL, "no kernel");
	is_int(taking.report.trigger_pid, -1, "no pid");
	is_str(taking.report.trigger_comm, NULL, "no name");
	ok(!taking.report.has_header, "no header");
}

static void test_twice(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
	struct taking taking;

	taking_begin(&taking, arena);
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd0, order=1"),
			   span_of("a")),
	       0, "once");
	is_int(take_header(&taking, span_of(INVOKED "gfp_mask=0xd2, nodemask=1, order=2"),
			   span_of("b")),
	       0, "twice");
	is_str(taking.report.trigger_comm, "a", "comm stays");
	is_int(taking.report.gfp_mask, 0xd0, "gfp_mask stays");
	is_int(taking.report.order, 1, "order stays");
	is_str(taking.report.nodemask, "1", "what was not there comes");
}

static void test_cpuset(void)
{
	static const struct {
		const char *line, *cpuset, *mems;
	} sets[] = {
		{ "cpuset=/ mems_allowed=0-1", "/", "0-1" },
		{ "cpuset=my group mems_allowed=0,2 more", "my group", "0,2" },
		{ "cpuset=/ mems_allowed=", "/", NULL },
		{ "cpuset=/", NULL, NULL },
		{ "mems_allowed=0", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(ROOM);
		struct taking taking;

		taking_begin(&taking, arena);
		is_int(take_cpuset(&taking, span_of(sets[i].line)), 0, "%s",
		       sets[i].line);
		is_str(taking.report.cpuset, sets[i].cpuset, "cpuset");
		is_str(taking.report.mems_allowed, sets[i].mems, "mems_allowed");
		is_int(take_cpuset(&taking, span_of("cpuset=no mems_allowed=no")), 0,
		       "twice");
		if (sets[i].cpuset)
			is_str(taking.report.cpuset, sets[i].cpuset, "stays");
	}
}

static int add_cpu(struct taking *taking)
{
	int r = add_header(taking);

	if (r == 0)
		r = take_cpu(
			taking,
			span_of("CPU: 0 PID: 7 Comm: tmux: server Not tainted 4.4 #1"));
	return r == 0 ? take_cpuset(taking, span_of("cpuset=/ mems_allowed=0")) : r;
}

int main(void)
{
	test_headers();
	test_cpu();
	test_name();
	test_elided();
	test_process();
	test_alone();
	test_twice();
	test_cpuset();
	needs_memory(add_header);
	needs_memory(add_cpu);
	return done();
}
