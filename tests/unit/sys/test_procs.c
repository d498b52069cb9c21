/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/procs.h"

#include <errno.h>

#include "base/cleanup.h"
#include "child.h"
#include "proctree.h"
#include "sys/root.h"
#include "tap.h"

#define MOST	 16
#define CHILDREN 3000

/* What a name in proc/ is taken for; 0: for no process. */
static const struct {
	const char *name;
	pid_t pid;
} names[] = {
	{ "1", 1 },	     { "12", 12 },
	{ "12x", 0 },	     { "x12", 0 },
	{ "0", 0 },	     { "007", 0 },
	{ "-5", 0 },	     { "+5", 0 },
	{ " 5", 0 },	     { "5 ", 0 },
	{ "self", 0 },	     { "4194304", 4194304 },
	{ "2147483648", 0 }, { "99999999999999999999999999", 0 },
};

static bool lists(struct procs *procs, pid_t wanted)
{
	uint64_t inode;
	bool found = false;
	pid_t pid;
	int r;

	while ((r = procs_next(procs, &pid, &inode)) > 0)
		found |= pid == wanted && inode != 0;
	return r == 0 && found;
}

static size_t count(struct procs *procs)
{
	size_t seen = 0;
	uint64_t inode;
	pid_t pid;

	while (procs_next(procs, &pid, &inode) > 0)
		seen++;
	return seen;
}

static void test_names(const struct root *root)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	size_t wanted = 0;
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(path, sizeof(path), "proc/%s/comm", names[i].name);
		tree_file(path, "x\n");
	}
	is_int(procs_open(&procs, root), 0, "opened");
	ok(!procs.live, "a tree is no procfs");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		wanted += names[i].pid > 0;
		if (names[i].pid > 0)
			ok(lists(&procs, names[i].pid), "'%s' is one", names[i].name);
		is_int(procs_rewind(&procs), 0, "again");
	}
	is_int((long long)count(&procs), (long long)wanted, "and nothing else is");
	is_int((long long)count(&procs), 0, "at the end there is no more");
}

static void test_strangers(const struct root *root)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };

	tree_link("1", "proc/123");
	tree_link("/", "proc/124");
	tree_file("proc/125", "a file\n");
	is_int(procs_open(&procs, root), 0, "opened");
	ok(procs_open_dir(&procs, 123) < 0, "a link is not followed");
	ok(procs_open_dir(&procs, 124) < 0, "least of all out of the tree");
	is_int(procs_open_dir(&procs, 125), -ENOTDIR, "a file is no process");
	is_int(procs_open_dir(&procs, 126), -ENOENT, "what is not there is none");
}

static void test_files(const struct root *root)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	cleanup_fd int dir = -1, other = -1;
	char text[8];

	proc_bytes(12, "cmdline", "a\0bc", 4);
	proc_file(12, "long", "123456789");
	tree_link("/etc/passwd", "proc/12/stat");
	if (mkfifo(tree_path("proc/12/fifo"), 0644) < 0)
		abort();
	is_int(procs_open(&procs, root), 0, "opened");
	dir = procs_open_dir(&procs, 12);
	is_int(proc_read(dir, "cmdline", text, sizeof(text)), 4, "NULs are read");
	ok(memcmp(text, "a\0bc", 5) == 0, "and one is put behind");
	is_int(proc_read(dir, "long", text, sizeof(text)), 7, "what is longer");
	is_str(text, "1234567", "is cut");
	is_int(proc_read(dir, "none", text, sizeof(text)), -ENOENT, "what is not there");
	is_int(proc_read(dir, "stat", text, sizeof(text)), -ELOOP,
	       "a link is not followed");
	is_int(proc_read(dir, "fifo", text, sizeof(text)), 0,
	       "nobody waits for the other end of a pipe");
	other = proc_open(dir, "fifo", O_RDWR);
	is_int(proc_read(dir, "fifo", text, sizeof(text)), -EAGAIN,
	       "nor for what comes out of it");
	is_int(proc_link(dir, "stat", text, sizeof(text)), 7, "a link's text");
	is_str(text, "/etc/pa", "is cut as well");
	is_int(proc_link(dir, "long", text, sizeof(text)), -EINVAL, "a file has none");
}

/* The kernel gives a page at a time, and a page ends within a number. */
static void test_children(const struct root *root)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	cleanup_fd int dir = -1;
	static char text[CHILDREN * 8];
	static pid_t found[CHILDREN + 1];
	size_t len = 0, same = 0;

	for (unsigned i = 0; i < CHILDREN; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u ", 98000 + i);
	tree_file("proc/77/task/77/children", text);
	tree_file("proc/77/task/78/children", "5 6 ");
	is_int(procs_open(&procs, root), 0, "a tree with a large family");
	dir = procs_open_dir(&procs, 77);
	is_int(proc_children(dir, found, CHILDREN), CHILDREN, "as many as there is room");
	is_int(proc_children(dir, found, 3), 3, "no more than there is room for");
	tree_file("proc/77/task/77/children", "");
	is_int(proc_children(dir, found, CHILDREN), 2, "those of another thread");
	tree_file("proc/77/task/77/children", text);
	tree_file("proc/77/task/78/children", "");
	is_int(proc_children(dir, found, CHILDREN + 1), CHILDREN, "all there are");
	for (unsigned i = 0; i < CHILDREN; i++)
		same += found[i] == (pid_t)(98000 + i);
	is_int((long long)same, CHILDREN, "each of them");
}

static void test_nothing(void)
{
	struct procs procs;
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "an empty tree");
	is_int(procs_open(&procs, &root), -ENOENT, "has no proc");
	procs_done(&procs);
	root_done(&root);
	tree_end();
}

/* More than one call gives. */
static void test_many(void)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	struct root root;
	char path[64];

	tree_begin();
	tree_folders("proc/x");
	for (int pid = 1; pid <= 3000; pid++) {
		(void)snprintf(path, sizeof(path), "proc/%d", pid);
		if (mkdir(tree_path(path), 0755) < 0)
			abort();
	}
	is_int(root_init(&root, tree), 0, "a tree of 3000");
	is_int(procs_open(&procs, &root), 0, "opened");
	is_int((long long)count(&procs), 3000, "all are found");
	root_done(&root);
	tree_end();
}

static uint64_t inode_of(struct procs *procs, pid_t wanted)
{
	uint64_t inode, found = 0;
	pid_t pid;

	if (procs_rewind(procs) < 0)
		return 0;
	while (procs_next(procs, &pid, &inode) > 0)
		found = pid == wanted ? inode : found;
	return found;
}

/* Of a process that has ended all is ESRCH, the owner too: fstat(2) would say root. */
static void test_live(const struct root *host)
{
	cleanup(procs_done) struct procs procs = { .fd = -1 };
	cleanup_fd int dir = -1, adj = -1;
	pid_t pid = child_begin();
	char text[64];
	uid_t uid = 7;
	gid_t gid = 7;

	is_int(procs_open(&procs, host), 0, "the real ones");
	ok(procs.live, "are known to be");
	ok(inode_of(&procs, getpid()) != 0, "this one is among them");
	is_int((long long)inode_of(&procs, pid), (long long)inode_of(&procs, pid),
	       "an inode stays");
	dir = procs_open_dir(&procs, pid);
	is_int(proc_owner(dir, &uid, &gid), 0, "an owner");
	ok(uid == geteuid() && gid == getegid(), "who it is");
	adj = proc_open(dir, "oom_score_adj", O_RDWR);
	child_end(pid);
	is_int(proc_owner(dir, &uid, &gid), -ESRCH, "ended: owner");
	is_int(proc_read(dir, "comm", text, sizeof(text)), -ESRCH, "ended: comm");
	is_int(proc_link(dir, "exe", text, sizeof(text)), -ESRCH, "ended: exe");
	is_int(proc_open(dir, "oom_score_adj", O_RDWR), -ESRCH, "ended: no file");
	ok(read(adj, text, 1) < 0 && errno == ESRCH, "ended: what was open");
	is_int(procs_open_dir(&procs, pid), -ENOENT, "nor is there another");
}

int main(void)
{
	struct root root, host;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(root_init(&host, "/"), 0, "the host");
	test_names(&root);
	test_strangers(&root);
	test_files(&root);
	test_children(&root);
	root_done(&root);
	tree_end();
	test_nothing();
	test_many();
	test_live(&host);
	root_done(&host);
	return done();
}
