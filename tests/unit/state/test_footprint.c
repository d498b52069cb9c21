/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/footprint.h"

#include <errno.h>
#include <unistd.h>

#include "sys/procs.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define STAT(state, threads)                                                             \
	"70 (a) b) " state " 1 70 70 0 -1 4194304 0 0 0 0 150 50 0 0 20 5 " threads      \
	" 0 1234 9000000 700 18446744073709551615\n"

static const char memory[] =
	"Name:\ta) b\nState:\tS (sleeping)\nTgid:\t70\nPPid:\t1\nUid:\t0\t0\t0\t0\n"
	"VmSize:\t    9000 kB\nVmRSS:\t    2800 kB\nVmPTE:\t      44 kB\n"
	"VmSwap:\t     120 kB\nThreads:\t2\nCapEff:\t0000000000000000\n";

static const char gone[] =
	"Name:\ta) b\nState:\tZ (zombie)\nTgid:\t70\nPPid:\t1\nUid:\t0\t0\t0\t0\nThreads:\t2\n";

/* What footprint_read() says of process 70 of the tree. */
static int read_70(struct footprint *ret)
{
	struct root root;
	struct procs procs;
	int dir, r = root_init(&root, tree);

	if (r < 0)
		return r;
	r = procs_open(&procs, &root);
	if (r < 0)
		return r;
	dir = procs_open_dir(&procs, 70);
	r = dir < 0 ? dir : footprint_read(dir, ret);
	if (dir >= 0)
		(void)close(dir);
	procs_done(&procs);
	root_done(&root);
	return r;
}

static void test_plain(void)
{
	struct footprint got = { 0 };

	tree_file("proc/70/stat", STAT("S", "2"));
	tree_file("proc/70/status", memory);
	tree_file("proc/70/oom_score", "668\n");
	is_int(read_70(&got), 0, "a process");
	ok(got.badness.has_memory && !got.badness.is_kernel, "it has memory");
	is_int((long long)got.badness.rss_kib, 2800, "resident");
	is_int((long long)got.badness.swap_kib, 120, "in swap");
	is_int((long long)got.badness.table_kib, 44, "page tables");
	is_int((long long)got.badness.vm_kib, 9000, "address space");
	is_int((long long)got.badness.cpu_ticks, 200, "CPU time");
	is_int(got.badness.nice, 5, "nice");
	ok(got.badness.root, "root's");
	is_int((long long)got.started, 1234, "when it started");
	ok(got.has_score && got.score == 668, "and what the kernel shows");
	(void)unlink(tree_path("proc/70/oom_score"));
	is_int(read_70(&got), 0, "a kernel that shows nothing");
	ok(!got.has_score, "has no score");
}

/* mm/oom_kill.c of 2.6.28: "p->uid == 0 || p->euid == 0" */
static void test_root(void)
{
	static const struct {
		const char *ids;
		bool root;
	} rows[] = {
		{ "0\t1000", true },
		{ "1000\t0", true },
		{ "1000\t1000", false },
	};
	struct footprint got = { 0 };

	tree_file("proc/70/stat", STAT("S", "1"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "Uid:\t%s\t1000\t1000\n", rows[i].ids);
		tree_file("proc/70/status", text);
		is_int(read_70(&got), 0, "real and effective user %s", rows[i].ids);
		is_int(got.badness.root, rows[i].root, "root's or not");
	}
}

static void test_leader(void)
{
	struct footprint got = { 0 };

	tree_file("proc/70/stat", STAT("Z", "2"));
	tree_file("proc/70/status", gone);
	is_int(read_70(&got), 0, "whose first thread has exited");
	ok(!got.badness.has_memory, "has no memory where no other is to be seen");
	tree_file("proc/70/task/70/status", gone);
	tree_file("proc/70/task/71/status", memory);
	is_int(read_70(&got), 0, "whose second thread lives");
	ok(got.badness.has_memory && got.badness.rss_kib == 2800, "has that one's");
	tree_file("proc/70/stat", STAT("Z", "1"));
	is_int(read_70(&got), 0, "a zombie");
	ok(!got.badness.has_memory && !got.badness.is_kernel, "has none");
}

static void test_bad(void)
{
	struct footprint got = { 0 };

	tree_file("proc/70/stat", "70 (a S 1\n");
	is_int(read_70(&got), -EACCES, "a stat that is none");
	(void)unlink(tree_path("proc/70/stat"));
	is_int(read_70(&got), -ENOENT, "one that has ended");
}

int main(void)
{
	tree_begin();
	test_plain();
	test_root();
	test_leader();
	test_bad();
	tree_end();
	return done();
}
