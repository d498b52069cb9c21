/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/processes.h"

#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "child.h"
#include "proctree.h"
#include "sys/root.h"
#include "tap.h"

/* What is asked about each, in which order, and what is answered then. */
struct asking {
	unsigned fields[4]; /* one after the other; 0: no more */
	bool write;
	pid_t only; /* 0: all are kept */
	size_t asked;
};

static struct process_answer answer(void *data, const struct process *process)
{
	struct asking *asking = data;

	asking->asked++;
	for (size_t i = 0; i < 4 && asking->fields[i]; i++) {
		if ((process->have & asking->fields[i]) != asking->fields[i])
			return (struct process_answer){ .more = asking->fields[i] };
	}
	return (struct process_answer){
		.keep = !asking->only || process->pid == asking->only,
		.write = asking->write,
		.rule = (int)process->pid,
		.unknown = process->denied,
	};
}

static struct processes collect(struct arena *arena, const struct root *root,
				struct asking *asking, bool keep)
{
	const struct processes_request request = { .judge = answer,
						   .data = asking,
						   .keep = keep };
	struct processes processes;

	is_int(processes_collect(arena, root, &request, &processes), 0, "collected");
	return processes;
}

static void make_tree(void)
{
	proc_add(300, "c", 20, -5);
	proc_add(20, "b", 1, 7);
	proc_add(1000, "d", 20, 0);
	tree_file("proc/vmstat", "x\n");
	tree_link("20", "proc/21");
}

static void test_order(struct arena *arena, const struct root *root)
{
	struct asking asking = { .fields = { PROCESS_COMM, PROCESS_ADJ } };
	struct processes processes = collect(arena, root, &asking, false);
	static const pid_t pids[] = { 20, 300, 1000 };

	is_int((long long)processes.len, 3, "all that are processes");
	for (size_t i = 0; i < processes.len && i < 3; i++) {
		is_int(processes.items[i].pid, pids[i], "in order");
		is_int(processes.items[i].rule, pids[i], "with the rule");
		is_int(processes.items[i].fd, -1, "not kept open");
	}
	is_int((long long)asking.asked, 9, "asked again for each thing to be known");
	is_int((long long)processes.seen, 3, "seen");
	ok(processes.partial, "PID 1 is not among them");
	is_int((long long)processes.hidden, 0, "none is hidden");
	is_int(processes.caller, geteuid(), "who looks");
	is_int(processes.items[1].adj, -5, "adj");
	is_str(processes.items[1].comm, "c", "comm");
	is_int(processes.items[1].known, PROCESS_COMM | PROCESS_ADJ, "what is known");
	is_int((long long)processes.items[1].started, 0, "what was not read is not told");
	processes_done(&processes);
	proc_add(1, "init", 0, 0);
	asking = (struct asking){ .only = 300 };
	processes = collect(arena, root, &asking, false);
	is_int((long long)processes.len, 1, "only what is to be kept");
	ok(!processes.partial, "PID 1 is there");
	is_int((long long)asking.asked, 4, "asked once where nothing must be known");
	processes_done(&processes);
}

static void test_kept(struct arena *arena, const struct root *root)
{
	struct asking asking = { .fields = { PROCESS_ADJ | PROCESS_STAT },
				 .write = true };
	struct processes processes = collect(arena, root, &asking, true);

	is_int((long long)processes.len, 4, "all");
	for (size_t i = 0; i < processes.len; i++) {
		ok(processes.items[i].fd >= 0, "kept open");
		is_int((long long)processes.items[i].started,
		       processes.items[i].pid * 100, "with its start");
	}
	processes_done(&processes);
	processes_done(&processes);
	is_int(processes.items[0].fd, -1, "let go, once");
	asking.write = false;
	processes = collect(arena, root, &asking, true);
	is_int(processes.items[0].fd, -1, "only what may be written");
	processes_done(&processes);
	asking.write = true;
	processes = collect(arena, root, &asking, false);
	is_int(processes.items[0].fd, -1, "and only if it is to be");
	processes_done(&processes);
	proc_unlink(20, "oom_score_adj");
	proc_file(20, "oom_adj", "3\n");
	processes = collect(arena, root, &asking, true);
	ok(processes.items[1].legacy && processes.items[1].fd >= 0, "the older file");
	processes_done(&processes);
	proc_unlink(20, "oom_adj");
	processes = collect(arena, root, &asking, true);
	ok(processes.items[1].unset && processes.items[1].fd < 0, "neither file");
	is_int(processes.items[1].error, ENOENT, "is told");
	processes_done(&processes);
	proc_add(20, "b", 1, 7);
}

/* A name that may not be read hides the whole process. */
static void test_hidden(struct arena *arena, const struct root *root)
{
	struct asking asking = { .fields = { PROCESS_COMM } };
	struct processes processes;

	proc_unlink(300, "comm");
	tree_link("stat", "proc/300/comm");
	processes = collect(arena, root, &asking, false);
	is_int((long long)processes.hidden, 1, "one is hidden");
	is_int((long long)processes.len, 4, "kept all the same, if it is to be");
	is_int(processes.items[2].known, 0, "its name is not known");
	is_int(processes.items[2].unknown, PROCESS_COMM, "as the answer had it");
	processes_done(&processes);
	proc_unlink(300, "comm");
	proc_add(300, "c", 20, -5);
}

/* One that ends while it is looked at is not there; nor is one without stat. */
static void test_ended(struct arena *arena, const struct root *root)
{
	struct asking asking = { .fields = { PROCESS_COMM, PROCESS_STAT } };
	struct processes processes;

	proc_unlink(20, "stat");
	processes = collect(arena, root, &asking, false);
	is_int((long long)processes.len, 3, "it is not there");
	is_int((long long)processes.seen, 4, "though it was seen");
	processes_done(&processes);
	proc_add(20, "b", 1, 7);
}

static void test_none(struct arena *arena)
{
	const struct processes_request request = { .judge = answer };
	struct processes processes = { 0 };
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(processes_collect(arena, &root, &request, &processes), -ENOENT,
	       "without proc");
	is_int((long long)processes.len, 0, "has none");
	tree_file("proc", "");
	is_int(processes_collect(arena, &root, &request, &processes), -ENOTDIR,
	       "a file is no proc");
	root_done(&root);
	tree_end();
}

static int open_adj(const struct root *root, pid_t pid, uint64_t started)
{
	return processes_open_adj(root, pid, started, "oom_score_adj", O_RDWR);
}

static void test_open_adj(const struct root *root)
{
	cleanup_fd int fd = open_adj(root, 300, 30000), other = -1;
	char text[8] = "";

	ok(fd >= 0 && read(fd, text, sizeof(text) - 1) == 3, "the one that it is");
	is_str(text, "-5\n", "its adj");
	is_int(open_adj(root, 300, 30001), -ESRCH, "one that began later");
	is_int(open_adj(root, 300, 0), -ESRCH, "one whose start is not known");
	is_int(open_adj(root, 301, 30100), -ESRCH, "one that has ended");
	is_int(open_adj(root, 21, 2000), -ESRCH, "a link");
	other = processes_open_adj(root, 300, 30000, "oom_adj", O_RDWR);
	is_int(other, -ENOENT, "a file that is not there");
	proc_file(20, "stat", "garbage\n");
	is_int(open_adj(root, 20, 2000), -ESRCH, "no start can be read");
	proc_unlink(20, "stat");
	is_int(open_adj(root, 20, 2000), -ESRCH, "no stat");
	proc_add(20, "b", 1, 7);
}

/* Want of descriptors is not the end of a process. */
static void test_no_descriptor(const struct root *root)
{
	struct rlimit limit, none;
	int lowest = dup(0);

	(void)close(lowest);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	for (int spare = 0; spare < 3; spare++) {
		int r;

		none.rlim_cur = (rlim_t)(lowest + spare);
		(void)setrlimit(RLIMIT_NOFILE, &none);
		r = open_adj(root, 300, 30000);
		(void)setrlimit(RLIMIT_NOFILE, &limit);
		is_int(r < 0 ? r : 0, spare < 2 ? -EMFILE : 0, "%d descriptors left",
		       spare);
		if (r >= 0)
			(void)close(r);
	}
}

static void test_reused(const struct root *host)
{
	pid_t pid = child_begin();
	struct arena *arena = arena_new(1 << 20);
	struct asking asking = { .fields = { PROCESS_STAT | PROCESS_ADJ },
				 .write = true,
				 .only = pid };
	struct processes processes = collect(arena, host, &asking, true);
	struct process_kept kept = { 0 };
	int fd;

	is_int((long long)processes.len, 1, "a real one");
	if (processes.len == 1)
		kept = processes.items[0];
	fd = open_adj(host, pid, kept.started);
	ok(fd >= 0, "is opened again");
	if (fd >= 0)
		(void)close(fd);
	is_int(open_adj(host, pid, kept.started + 1), -ESRCH, "another is not");
	child_end(pid);
	is_int(open_adj(host, pid, kept.started), -ESRCH, "ended");
	ok(write(kept.fd, "0", 1) < 0 && errno == ESRCH, "so is what was kept");
	processes_done(&processes);
	arena_free(arena);
}

static void test_out_of_memory(const struct root *root)
{
	struct asking asking = { .fields = { PROCESS_ADJ }, .write = true };
	const struct processes_request request = { .judge = answer,
						   .data = &asking,
						   .keep = true };
	int r = -ENOMEM, failures = 0, before = dup(0), after;

	(void)close(before);
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct processes processes;

		r = processes_collect(arena, root, &request, &processes);
		failures += r == -ENOMEM;
		if (r == 0)
			processes_done(&processes);
	}
	after = dup(0);
	(void)close(after);
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 3, "after %d clean failures", failures);
	is_int(after, before, "that leave no descriptor open");
}

/* What finds no room among the descriptors is collected all the same, and opened later. */
static void test_few_descriptors(struct arena *arena, const struct root *root)
{
	const struct rlimit few = { .rlim_cur = 208, .rlim_max = 208 };
	struct asking asking = { .fields = { PROCESS_ADJ }, .write = true };
	struct processes processes;
	size_t kept = 0, wrong = 0;

	for (int pid = 2000; pid < 2250; pid++)
		proc_add(pid, "many", 1, 0);
	is_int(setrlimit(RLIMIT_NOFILE, &few), 0, "few descriptors");
	processes = collect(arena, root, &asking, true);
	is_int((long long)processes.len, 254, "all are found");
	for (size_t i = 0; i < processes.len; i++) {
		kept += processes.items[i].fd >= 0;
		wrong += processes.items[i].error != 0;
	}
	ok(kept > 4 && kept <= 16, "kept open as far as there is room: %zu", kept);
	is_int((long long)wrong, 0, "which is no error");
	processes_done(&processes);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 22);
	struct root root, host;

	test_none(arena);
	tree_begin();
	make_tree();
	is_int(root_init(&root, tree), 0, "root");
	is_int(root_init(&host, "/"), 0, "the host");
	test_order(arena, &root);
	test_kept(arena, &root);
	test_hidden(arena, &root);
	test_ended(arena, &root);
	test_open_adj(&root);
	test_no_descriptor(&root);
	test_reused(&host);
	test_out_of_memory(&root);
	test_few_descriptors(arena, &root);
	root_done(&host);
	root_done(&root);
	tree_end();
	return done();
}
