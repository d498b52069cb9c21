/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/badness.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "state/host.h"
#include "state/procstat.h"
#include "state/procstatus.h"
#include "sys/root.h"
#include "tap.h"

#define MIB	 UINT64_C(1024)
#define CAP(cap) (UINT64_C(1) << (cap))
#define ROWS(of) (sizeof(of) / sizeof(*(of)))

/* 4 GiB: 1048576 pages, a thousandth is 1048. */
#define TOTAL	 (4 * 1024 * MIB)

/* 102400 pages in memory, 25600 in swap, 1024 of page tables: 129024, without the tables 128000. */
static const struct badness_process usual = {
	.has_memory = true,
	.rss_kib = 400 * MIB,
	.swap_kib = 100 * MIB,
	.table_kib = 4 * MIB,
	.vm_kib = 400 * MIB,
};

static const struct {
	struct kver kernel;
	bool has_score_adj, shows_666;
	int adj;
	uint64_t caps;
	long long points, score;
} modern[] = {
	/* (1000 + 123) * 2 / 3 */
	{ { 6, 18, 0 }, true, false, 0, 0, 129024, 748 },
	{ { 5, 9, 0 }, true, false, 0, 0, 129024, 748 },
	/* 129024 + 300 * 1048, of which 422 thousandths */
	{ { 6, 1, 0 }, true, false, 300, 0, 443424, 948 },
	/* 129024 - 999 * 1048: -875 thousandths */
	{ { 6, 1, 0 }, true, false, -999, 0, -917928, 83 },
	{ { 6, 1, 0 }, true, false, 1000, 0, 1177024, 1414 },
	{ { 6, 1, 0 }, true, false, 4711, 0, 1177024, 1414 },
	{ { 6, 1, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 129024, 748 },
	/* one that calls itself older, or nothing */
	{ { 4, 18, 0 }, true, true, 0, 0, 129024, 748 },
	{ { 0, 0, 0 }, true, false, 0, 0, 129024, 748 },
	/* never below 1 */
	{ { 5, 8, 18 }, true, false, 0, 0, 129024, 123 },
	{ { 5, 8, 18 }, true, false, 300, 0, 443424, 422 },
	{ { 5, 8, 18 }, true, false, -999, 0, 1, 0 },
	{ { 5, 8, 18 }, true, false, 1000, 0, 1177024, 1122 },
	/* root's bonus: 3 % of 129024 are 3870; before, 30 * 1048 = 31440 */
	{ { 4, 17, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 129024, 123 },
	{ { 4, 16, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 125154, 119 },
	{ { 4, 16, 0 }, true, false, 0, ~CAP(CAP_SYS_ADMIN), 129024, 123 },
	{ { 3, 14, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 125154, 119 },
	{ { 3, 13, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 97584, 93 },
	{ { 3, 10, 0 }, true, false, 300, CAP(CAP_SYS_ADMIN), 411984, 392 },
	{ { 3, 5, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 97584, 93 },
	/* thousandths: 123 with the page tables, 122 without */
	{ { 3, 4, 0 }, true, false, 0, 0, 123, 123 },
	{ { 3, 4, 0 }, true, false, 0, CAP(CAP_SYS_ADMIN), 93, 93 },
	{ { 3, 4, 0 }, true, false, 300, 0, 423, 423 },
	{ { 3, 4, 0 }, true, false, 1000, 0, 1000, 1000 },
	{ { 3, 4, 0 }, true, false, -200, 0, 1, 1 },
	{ { 2, 6, 39 }, true, false, 0, 0, 123, 123 },
	{ { 2, 6, 38 }, true, false, 0, 0, 122, 122 },
	{ { 2, 6, 37 }, true, false, -200, 0, 1, 1 },
	{ { 2, 6, 36 }, true, false, -200, 0, 0, 0 },
	{ { 2, 6, 36 }, true, false, 0, 0, 122, 122 },
	/* RHEL 6 */
	{ { 2, 6, 32 }, true, false, 0, 0, 123, 123 },
	{ { 2, 6, 32 }, true, false, 300, CAP(CAP_SYS_ADMIN), 393, 393 },
};

static void test_modern(void)
{
	for (size_t i = 0; i < ROWS(modern); i++) {
		const struct badness_host host = {
			.kernel = modern[i].kernel,
			.has_score_adj = modern[i].has_score_adj,
			.shows_666 = modern[i].shows_666,
			.page_size = 4096,
			.total_kib = TOTAL,
		};
		struct badness_process process = usual;
		struct badness badness;

		process.score_adj = modern[i].adj;
		process.caps = modern[i].caps;
		process.legacy_adj = -17;
		badness = badness_of(&host, &process);
		is_int(badness.spared, BADNESS_KILLABLE, "modern %zu: can be killed", i);
		is_int(badness.points, modern[i].points, "modern %zu: points", i);
		is_int((long long)badness.score, modern[i].score, "modern %zu: score", i);
	}
}

static void test_sizes(void)
{
	struct badness_host host = { .kernel = KVER(6, 1, 0), .total_kib = TOTAL };
	struct badness_process process = usual;

	is_int(badness_of(&host, &process).points, 129024,
	       "pages of 4 KiB where none are said");
	host.page_size = 65536;
	is_int(badness_of(&host, &process).points, 6400 + 1600 + 64, "pages of 64 KiB");
	host.page_size = 4096;
	process.score_adj = 300;
	host.total_kib = 1024 * MIB;
	is_int(badness_of(&host, &process).points, 129024 + 300 * 262,
	       "an adjustment is of the limit");
	process = (struct badness_process){ .has_memory = true };
	is_int((long long)badness_of(&host, &process).score, 666,
	       "one of no size shows 666");
	is_int(badness_of(&host, &process).points, 0, "and has no points");
	host.total_kib = 0;
	process = usual;
	is_int(badness_of(&host, &process).points, 129024, "a host of no size");
}

/* 102400 pages; each row changes something. */
static const struct {
	struct kver kernel;
	struct badness_process add;
	long long points, score;
} legacy[] = {
	{ { 2, 6, 9 }, { 0 }, 102400, 102400 },
	{ { 0, 0, 0 }, { 0 }, 102400, 102400 },
	{ { 2, 6, 32 }, { 0 }, 102400, 102400 },
	{ { 2, 6, 18 }, { .child_pages = 12801 }, 115201, 115201 },
	/* 819200 ms of CPU time: 100 times 8192 ms, whose root is 10 */
	{ { 2, 6, 18 }, { .cpu_ticks = 81920 }, 10240, 10240 },
	{ { 2, 6, 18 }, { .cpu_ticks = 819 }, 102400, 102400 },
	{ { 2, 6, 18 }, { .cpu_ticks = 3277 }, 51200, 51200 },
	/* 81 * 1024 s: the root of 81 is 9, its root 3 */
	{ { 2, 6, 18 }, { .run_seconds = 82944 }, 34133, 34133 },
	{ { 2, 6, 18 }, { .run_seconds = 82943 }, 51200, 51200 },
	{ { 2, 6, 18 }, { .cpu_ticks = 81920, .run_seconds = 82944 }, 3413, 3413 },
	{ { 2, 6, 18 }, { .nice = 1 }, 204800, 204800 },
	{ { 2, 6, 18 }, { .nice = -20 }, 102400, 102400 },
	{ { 2, 6, 18 }, { .root = true }, 25600, 25600 },
	{ { 2, 6, 18 }, { .caps = CAP(CAP_SYS_ADMIN) }, 25600, 25600 },
	{ { 2, 6, 18 }, { .caps = CAP(CAP_SYS_RESOURCE) }, 102400, 102400 },
	{ { 2, 6, 18 }, { .caps = CAP(CAP_SYS_RAWIO) }, 25600, 25600 },
	{ { 2, 6, 18 }, { .root = true, .caps = ~UINT64_C(0) }, 6400, 6400 },
	{ { 2, 6, 32 }, { .root = true }, 102400, 102400 },
	{ { 2, 6, 32 }, { .caps = CAP(CAP_SYS_RESOURCE) }, 25600, 25600 },
	{ { 2, 6, 18 }, { .legacy_adj = 3 }, 819200, 819200 },
	{ { 2, 6, 18 }, { .legacy_adj = 15 }, 3355443200, 3355443200 },
	{ { 2, 6, 18 }, { .legacy_adj = -3 }, 12800, 12800 },
	{ { 2, 6, 18 }, { .legacy_adj = -16 }, 1, 1 },
	{ { 2, 6, 11 }, { .legacy_adj = -17 }, 0, 0 },
	{ { 2, 6, 12 }, { .legacy_adj = -17 }, BADNESS_NONE, 0 },
	{ { 2, 6, 35 }, { .legacy_adj = -17 }, BADNESS_NONE, 0 },
	/* oom_score_adj is no file of these kernels */
	{ { 2, 6, 35 }, { .score_adj = -1000 }, 102400, 102400 },
	{ { 2, 6, 35 }, { .rss_kib = 1, .swap_kib = 1, .table_kib = 1 }, 102400, 102400 },
	{ { 2, 6, 18 }, { .is_init = true }, BADNESS_NONE, 102400 },
	{ { 2, 6, 18 }, { .is_kernel = true }, BADNESS_NONE, 0 },
};

static void test_legacy(void)
{
	for (size_t i = 0; i < ROWS(legacy); i++) {
		const struct badness_host host = {
			.kernel = legacy[i].kernel,
			.page_size = 4096,
			.total_kib = TOTAL,
		};
		struct badness_process process = legacy[i].add;
		struct badness badness;

		process.has_memory = true;
		process.vm_kib = usual.vm_kib;
		badness = badness_of(&host, &process);
		is_int(badness.points, legacy[i].points, "legacy %zu: points", i);
		is_int((long long)badness.score, legacy[i].score, "legacy %zu: score", i);
	}
}

/* One page of root's: nothing is left of it. */
static void test_saintly(void)
{
	struct badness_host host = { .kernel = KVER(2, 6, 21), .total_kib = TOTAL };
	const struct badness_process process = {
		.has_memory = true,
		.vm_kib = 4,
		.caps = CAP(CAP_SYS_ADMIN),
		.legacy_adj = 2,
	};

	is_int(badness_of(&host, &process).points, 0, "0 doubled is 0");
	host.kernel = KVER(2, 6, 22);
	is_int(badness_of(&host, &process).points, 4, "from 2.6.22 on 1 is doubled");
}

static const struct {
	struct kver kernel;
	bool has_score_adj;
	long long pages;
} children[] = {
	{ { 2, 6, 9 }, false, 0 },	{ { 2, 6, 11 }, false, 25601 },
	{ { 2, 6, 15 }, false, 25601 }, { { 2, 6, 16 }, false, 12801 },
	{ { 2, 6, 35 }, false, 12801 }, { { 2, 6, 36 }, true, 0 },
	{ { 2, 6, 32 }, false, 12801 }, { { 2, 6, 32 }, true, 0 },
	{ { 0, 0, 0 }, false, 12801 },	{ { 0, 0, 0 }, true, 0 },
};

static void test_children(void)
{
	for (size_t i = 0; i < ROWS(children); i++) {
		const struct badness_host host = {
			.kernel = children[i].kernel,
			.has_score_adj = children[i].has_score_adj,
		};

		is_int((long long)badness_child_pages(&host, 100 * MIB + 4),
		       children[i].pages, "child %zu", i);
	}
}

static const struct {
	struct badness_process process;
	enum badness_spared spared;
	const char *word;
} spared[] = {
	{ { .has_memory = true, .score_adj = -999 }, BADNESS_KILLABLE, "" },
	{ { .has_memory = true, .is_init = true }, BADNESS_INIT, "init" },
	{ { .is_kernel = true }, BADNESS_KERNEL, "kernel thread" },
	{ { .rss_kib = 100 * MIB }, BADNESS_NO_MEMORY, "no memory" },
	{ { .has_memory = true, .score_adj = -1000 }, BADNESS_NEVER, "never" },
	{ { .has_memory = true, .is_init = true, .score_adj = -1000 },
	  BADNESS_INIT,
	  "init" },
};

static void test_spared(void)
{
	static const struct kver kernels[] = { { 6, 1, 0 }, { 4, 19, 0 }, { 2, 6, 36 } };

	for (size_t i = 0; i < ROWS(spared) * ROWS(kernels); i++) {
		const struct badness_host host = {
			.kernel = kernels[i / ROWS(spared)],
			.total_kib = TOTAL,
		};
		size_t row = i % ROWS(spared);
		struct badness badness = badness_of(&host, &spared[row].process);

		is_int(badness.spared, spared[row].spared, "spared %zu: why", i);
		is_str(badness_spared_word(badness.spared), spared[row].word,
		       "spared %zu: word", i);
		if (badness.spared == BADNESS_KILLABLE)
			continue;
		ok(badness.points == BADNESS_NONE, "spared %zu: no points", i);
		is_int((long long)badness.score, 0, "spared %zu: shows 0", i);
	}
}

/* Sizes that no host has must not overflow: with -fsanitize=undefined that shows. */
static void test_huge(void)
{
	static const struct kver kernels[] = { { 6, 1, 0 },  { 4, 19, 0 }, { 4, 4, 0 },
					       { 3, 10, 0 }, { 2, 6, 39 }, { 2, 6, 18 } };
	struct badness_process process = {
		.has_memory = true,
		.rss_kib = UINT64_MAX,
		.swap_kib = UINT64_MAX,
		.table_kib = UINT64_MAX,
		.vm_kib = UINT64_MAX,
		.child_pages = UINT64_MAX,
		.cpu_ticks = UINT64_MAX,
		.run_seconds = UINT64_MAX,
		.caps = UINT64_MAX,
	};

	for (size_t i = 0; i < 4 * ROWS(kernels); i++) {
		const struct badness_host host = {
			.kernel = kernels[i / 4],
			.page_size = i & 1 ? 1 : 4096,
			.total_kib = i & 1 ? 1 : UINT64_MAX,
		};

		process.score_adj = i & 2 ? INT32_MAX : -999;
		process.legacy_adj = i & 2 ? INT32_MAX : -16;
		ok(badness_of(&host, &process).points != BADNESS_NONE, "huge %zu", i);
	}
}

/* What /proc says of the processes that a test looks at. */
struct found {
	struct badness_process process;
	int64_t pid, ppid;
	uint64_t started; /* hundredths of a second after boot */
	uint64_t score;	  /* what the kernel shows */
};

static struct span slurp(struct arena *arena, const struct root *root, const char *path)
{
	struct span text = { 0 };
	char *bytes;

	if (root_slurp(root, path, arena, 1 << 20, &bytes, &text.len) == 0)
		text.at = bytes;
	return text;
}

static struct span read_file(struct arena *arena, const struct root *root,
			     const char *pid, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "proc/%s/%s", pid, name);
	return slurp(arena, root, path);
}

static int64_t read_number(struct arena *arena, const struct root *root, const char *pid,
			   const char *name)
{
	int64_t number = 0;

	if (num_i64(span_trim(read_file(arena, root, pid, name)), &number) < 0)
		return 0;
	return number;
}

static bool read_found(struct arena *arena, const struct root *root, const char *pid,
		       struct found *ret)
{
	const struct procstatus status =
		procstatus_parse(read_file(arena, root, pid, "status"));
	struct procstat stat;

	if (procstat_parse(read_file(arena, root, pid, "stat"), &stat) < 0)
		return false;
	*ret = (struct found){
		.pid = stat.pid,
		.ppid = stat.ppid,
		.started = stat.start_time,
		.score = (uint64_t)read_number(arena, root, pid, "oom_score"),
		.process = {
			.is_init = stat.pid == 1,
			.is_kernel = procstat_is_kernel(&stat),
			.has_memory = status.has_memory,
			.score_adj = (int)read_number(arena, root, pid, "oom_score_adj"),
			.legacy_adj = (int)read_number(arena, root, pid, "oom_adj"),
			.rss_kib = status.rss_kib,
			.swap_kib = status.swap_kib,
			.table_kib = status.table_kib,
			.caps = status.caps,
			.vm_kib = status.vm_kib,
			.cpu_ticks = stat.utime + stat.stime,
			.nice = (int)stat.nice,
			.root = status.uid == 0 || status.euid == 0,
		},
	};
	return true;
}

static uint64_t meminfo(struct span text, const char *name)
{
	struct span line, word;
	uint64_t kib = 0;

	while (span_line(&text, &line)) {
		if (span_until(&line, ':', &word) && span_is(word, name) &&
		    span_word(&line, &word) && num_u64(word, &kib) == 0)
			return kib;
	}
	return 0;
}

static struct badness_host read_host(struct arena *arena, const struct root *root,
				     bool has_score_adj)
{
	const struct span text = slurp(arena, root, "proc/meminfo");
	struct host host = { 0 };

	is_int(host_read(arena, root, HOST_KERNEL | HOST_MEMORY | HOST_PAGE, &host), 0,
	       "host");
	return (struct badness_host){
		.kernel = host.kernel,
		.has_score_adj = has_score_adj,
		.page_size = host.page_size,
		.total_kib = meminfo(text, "MemTotal") + meminfo(text, "SwapTotal"),
	};
}

static void compare(const struct badness_host *host, const struct found *found,
		    const char *what)
{
	long long want = (long long)found->score;
	long long got = (long long)badness_of(host, &found->process).score;

	ok(got - want <= 2 && want - got <= 2,
	   "%s: %lld has %lld by the kernel, %lld by us", what, (long long)found->pid,
	   want, got);
}

static uint64_t uptime(struct arena *arena, const struct root *root)
{
	struct span text = slurp(arena, root, "proc/uptime"), seconds;
	uint64_t value = 0;

	if (!span_until(&text, '.', &seconds) || num_u64(seconds, &value) < 0)
		return 0;
	return value;
}

static void test_tree(struct arena *arena, const struct root *root, const char *name,
		      size_t want)
{
	const char *const *names;
	struct found found[16];
	struct badness_host host;
	size_t len = 0, count = 0;

	is_int(root_list(root, "proc", arena, &names, &len), 0, "%s", name);
	for (size_t i = 0; i < len && count < ROWS(found); i++)
		count += read_found(arena, root, names[i], &found[count]);
	is_int((long long)count, (long long)want, "%s: processes", name);
	host = read_host(arena, root,
			 read_file(arena, root, "1", "oom_score_adj").len > 0);
	for (size_t i = 0; i < count; i++) {
		struct badness_process *process = &found[i].process;

		process->run_seconds = uptime(arena, root) - found[i].started / 100;
		for (size_t j = 0; j < count; j++) {
			if (found[j].ppid == found[i].pid && found[j].process.has_memory)
				process->child_pages +=
					badness_child_pages(&host,
							    found[j].process.vm_kib);
		}
		compare(&host, &found[i], name);
	}
}

/* The scores in the trees of 6.1 and 6.18 are the kernel's own. */
static const struct {
	const char *name;
	size_t processes;
} trees[] = {
	{ "victims-2.6.18-i686", 10 }, { "victims-2.6.32-el6", 9 },
	{ "victims-3.10-x86_64", 9 },  { "victims-6.1-686-pae", 13 },
	{ "victims-6.1-amd64", 13 },   { "victims-6.18-x86_64", 10 },
};

static void test_trees(struct arena *arena)
{
	for (size_t i = 0; i < ROWS(trees); i++) {
		struct root root;
		char path[128];

		(void)snprintf(path, sizeof(path), "tests/fixtures/sysroots/%s",
			       trees[i].name);
		if (root_init(&root, path) < 0) {
			skip("%s is not here", path);
			continue;
		}
		test_tree(arena, &root, trees[i].name, trees[i].processes);
		root_done(&root);
	}
}

static void compare_running(struct arena *arena, const struct root *root, long pid,
			    const char *what)
{
	struct badness_host host = read_host(arena, root, true);
	struct found found;
	char name[32];

	(void)snprintf(name, sizeof(name), "%ld", pid);
	if (read_file(arena, root, name, "oom_score_adj").len == 0)
		skip("no oom_score_adj here");
	else if (ok(read_found(arena, root, name, &found), "%s is read", what))
		compare(&host, &found, what);
}

/* With 64 MiB of its own and, where it may, with this adjustment. */
static void be_victim(const char *adj, int ready)
{
	const size_t size = (size_t)64 << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, size);
	if (fd >= 0 && write(fd, adj, strlen(adj)) < 0)
		(void)close(fd);
	if (write(ready, "", 1) != 1)
		_exit(1);
	(void)pause();
	_exit(0);
}

static void test_child(struct arena *arena, const struct root *root, const char *adj)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (!ok(pipe(ends) == 0, "a pipe"))
		return;
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		be_victim(adj, ends[1]);
	(void)close(ends[1]);
	if (ok(read(ends[0], &byte, 1) == 1, "a child that asks for %s", adj))
		compare_running(arena, root, pid, adj);
	(void)close(ends[0]);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void test_running(struct arena *arena)
{
	struct root root;

	is_int(root_init(&root, "/"), 0, "the running host");
	compare_running(arena, &root, getpid(), "this process");
	test_child(arena, &root, "300");
	test_child(arena, &root, "0");
	root_done(&root);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);

	test_modern();
	test_sizes();
	test_legacy();
	test_saintly();
	test_children();
	test_spared();
	test_huge();
	test_trees(arena);
	test_running(arena);
	return done();
}
