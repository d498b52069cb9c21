/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/process.h"

#include <errno.h>

#include "base/cleanup.h"
#include "child.h"
#include "proctree.h"
#include "sys/procs.h"
#include "sys/root.h"
#include "tap.h"

#define PID 812
#define ALL ((1U << PROCESS_FIELDS) - 1)

static struct process process = { .dir = -1 };

/* The process in the tree, of which @fields are read. */
static int look(const struct procs *procs, unsigned fields)
{
	if (process_open(&process, procs, PID, 1) < 0)
		abort();
	return process_read(&process, procs, fields);
}

static void test_fields(const struct procs *procs)
{
	proc_add(PID, "sshd", 1, -17);
	proc_add(1, "init", 0, 0);
	proc_bytes(PID, "cmdline", "sshd\0-D\0", 8);
	proc_file(PID, "cgroup", "0::/system.slice/ssh.service\n");
	proc_file(PID, "status", "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n");
	tree_link("/usr/sbin/sshd", "proc/812/exe");
	is_int(look(procs, PROCESS_COMM), 0, "one field");
	is_int(process.have, PROCESS_COMM, "and no other");
	is_int(look(procs, ALL), 0, "all");
	is_int(process.have, ALL, "are read");
	is_int(process.denied, 0, "none is denied");
	is_str(process.comm, "sshd", "comm");
	is_str(process.exe, "/usr/sbin/sshd", "exe");
	is_str(process.cmdline, "sshd -D", "cmdline");
	is_str(process.cgroup, "0::/system.slice/ssh.service\n", "cgroup");
	is_str(process.parent, "init", "parent");
	is_int(process.uid, 2, "the effective user");
	is_int(process.gid, 6, "and group");
	is_int(process.ppid, 1, "ppid");
	is_int((long long)process.started, PID * 100, "when it started");
	is_int(process.adj, -17, "adj");
	ok(!process.kernel && !process.zombie && !process.unset && !process.legacy,
	   "an ordinary one");
	ok(process_knows(&process, PROCESS_EXE | PROCESS_ADJ), "both are known");
}

/* What nothing of the next one is, is not of the one before. */
static void test_forgets(const struct procs *procs)
{
	is_int(look(procs, ALL), 0, "one");
	is_int(process_open(&process, procs, 1, 2), 0, "then another");
	is_str(process.comm, "", "no name");
	is_str(process.cmdline, "", "no command line");
	is_int((long long)process.started, 0, "no start");
	is_int(process.ppid, 0, "no parent");
	is_int(process.adj, 0, "no adj");
	is_int(process.uid, (uid_t)-1, "nobody's");
	is_int(process.have, 0, "nothing is known");
	proc_unlink(PID, "comm");
	proc_file(PID, "stat", "garbage");
	is_int(look(procs, PROCESS_COMM | PROCESS_STAT | PROCESS_PARENT), 0, "garbage");
	is_int(process.denied, PROCESS_COMM | PROCESS_STAT | PROCESS_PARENT,
	       "is not known");
	is_str(process.comm, "", "and has no other's name");
	proc_add(PID, "sshd", 1, 0);
}

/* @len bytes of comm, and what the name is. */
static void check_comm(const struct procs *procs, const char *text, const char *want)
{
	proc_file(PID, "comm", text);
	is_int(look(procs, PROCESS_COMM), 0, "comm of %zu bytes", strlen(text));
	is_str(process.comm, want, "is its name");
}

static void test_comm(const struct procs *procs)
{
	char longest[80];

	check_comm(procs, "Web Content\n", "Web Content");
	check_comm(procs, ") R 1 (x\n", ") R 1 (x");
	check_comm(procs, "a\nb\n", "a\nb");
	check_comm(procs, "a\n\n", "a\n");
	check_comm(procs, "\n", "");
	check_comm(procs, "", "");
	memset(longest, 'w', 63);
	memcpy(longest + 63, "\n", 2);
	proc_file(PID, "comm", longest);
	is_int(look(procs, PROCESS_COMM), 0, "a kernel worker's");
	longest[63] = '\0';
	is_str(process.comm, longest, "has 63 bytes");
	memset(longest, 'w', 79);
	longest[79] = '\0';
	proc_file(PID, "comm", longest);
	is_int(look(procs, PROCESS_COMM), 0, "no kernel's");
	is_int((long long)strlen(process.comm), 63, "is cut");
}

/* Before 2.6.33 the name stands in stat alone. */
static void test_old_comm(const struct procs *procs)
{
	char name[101];

	proc_unlink(PID, "comm");
	proc_unlink(1, "comm");
	proc_stat(PID, "a) (b c", 'S', 1, 4096);
	is_int(look(procs, PROCESS_COMM | PROCESS_PARENT), 0, "without comm");
	is_str(process.comm, "a) (b c", "stat has the name");
	is_str(process.parent, "init", "the parent's, too");
	memset(name, 'n', 100);
	name[100] = '\0';
	proc_stat(PID, name, 'S', 1, 4096);
	is_int(look(procs, PROCESS_COMM), 0, "a long one");
	is_int((long long)strlen(process.comm), 63, "is cut");
	proc_add(PID, "sshd", 1, 0);
	proc_add(1, "init", 0, 0);
}

static const struct {
	const char *about, *text;
	size_t len;
	const char *want;
} cmdlines[] = {
	{ "none", "", 0, "" },
	{ "one word", "a\0", 2, "a" },
	{ "words", "a\0-b\0c\0", 7, "a -b c" },
	{ "an empty word", "a\0\0c\0", 5, "a  c" },
	{ "empty words alone", "\0\0\0", 3, "" },
	{ "no NUL at the end", "nginx: master process", 21, "nginx: master process" },
	{ "a newline", "a\nb\0", 4, "a\nb" },
};

static void test_cmdline(const struct procs *procs)
{
	char text[8192];

	for (size_t i = 0; i < sizeof(cmdlines) / sizeof(*cmdlines); i++) {
		proc_bytes(PID, "cmdline", cmdlines[i].text, cmdlines[i].len);
		is_int(look(procs, PROCESS_CMDLINE), 0, "cmdline: %s", cmdlines[i].about);
		is_str(process.cmdline, cmdlines[i].want, "%s", cmdlines[i].about);
	}
	memset(text, 'x', sizeof(text));
	proc_bytes(PID, "cmdline", text, sizeof(text));
	is_int(look(procs, PROCESS_CMDLINE), 0, "a long one");
	is_int((long long)strlen(process.cmdline), PROCESS_TEXT_MAX - 1, "is cut");
	proc_unlink(PID, "cmdline");
	is_int(look(procs, PROCESS_CMDLINE), 0, "none");
	is_int(process.denied, PROCESS_CMDLINE, "is not known");
	proc_add(PID, "sshd", 1, 0);
}

static void test_cgroup(const struct procs *procs)
{
	char text[8192];

	proc_unlink(PID, "cgroup");
	is_int(look(procs, PROCESS_CGROUP), 0, "no control groups");
	is_int(process.denied, 0, "is an answer");
	is_str(process.cgroup, "", "in none");
	memset(text, 'x', sizeof(text));
	proc_bytes(PID, "cgroup", text, sizeof(text));
	is_int(look(procs, PROCESS_CGROUP), 0, "more than can be held");
	is_int(process.denied, PROCESS_CGROUP, "is not known: what counts may be cut");
	proc_bytes(PID, "cgroup", text, PROCESS_TEXT_MAX - 2);
	is_int(look(procs, PROCESS_CGROUP), 0, "what just fits");
	is_int(process.denied, 0, "is");
}

static void test_exe(const struct procs *procs)
{
	(void)unlink(tree_path("proc/812/exe"));
	is_int(look(procs, PROCESS_EXE), 0, "a kernel thread has no program");
	is_int(process.denied, 0, "which is an answer");
	is_str(process.exe, "", "none");
	proc_file(PID, "exe", "no link");
	is_int(look(procs, PROCESS_EXE), 0, "no link");
	is_int(process.denied, PROCESS_EXE, "is not known");
	proc_unlink(PID, "exe");
}

/* What stands in the two files; NULL: it is not there. */
static const struct {
	const char *score, *legacy;
	bool denied, is_legacy, unset;
	int adj;
} adjs[] = {
	{ "0\n", NULL, false, false, false, 0 },
	{ "-1000\n", "-17\n", false, false, false, -1000 },
	{ "1000\n", "15\n", false, false, false, 1000 },
	{ NULL, "-17\n", false, true, false, -17 },
	{ NULL, "15\n", false, true, false, 15 },
	{ NULL, "16\n", true, true, false, 0 },
	{ NULL, "-18\n", true, true, false, 0 },
	{ NULL, "500\n", true, true, false, 0 },
	{ NULL, NULL, false, false, true, 0 },
	{ "1001\n", NULL, true, false, false, 0 },
	{ "-1001\n", NULL, true, false, false, 0 },
	{ "x\n", NULL, true, false, false, 0 },
	{ "", NULL, true, false, false, 0 },
	{ "5 6\n", NULL, true, false, false, 0 },
	{ "99999999999999999999999\n", NULL, true, false, false, 0 },
	{ "11111111111111111111111111111111111111111\n", NULL, true, false, false, 0 },
};

static void test_adj(const struct procs *procs)
{
	for (size_t i = 0; i < sizeof(adjs) / sizeof(*adjs); i++) {
		(void)unlink(tree_path("proc/812/oom_score_adj"));
		(void)unlink(tree_path("proc/812/oom_adj"));
		if (adjs[i].score)
			proc_file(PID, "oom_score_adj", adjs[i].score);
		if (adjs[i].legacy)
			proc_file(PID, "oom_adj", adjs[i].legacy);
		is_int(look(procs, PROCESS_ADJ), 0, "adj %zu", i);
		is_int(process.denied, adjs[i].denied ? PROCESS_ADJ : 0,
		       "adj %zu: denied", i);
		ok(process.legacy == adjs[i].is_legacy && process.unset == adjs[i].unset,
		   "adj %zu: which file", i);
		is_int(process.adj, adjs[i].adj, "adj %zu: what", i);
	}
	is_str(process_adj_file(&process), "oom_score_adj", "the one that is written");
	proc_add(PID, "sshd", 1, 0);
}

/* Lines of status, and whether they name an owner. */
static const struct {
	const char *text;
	bool denied;
} owners[] = {
	{ "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n", false },
	{ "Uid:\t0\t4294967294\t0\t0\nGid:\t0\t0\t0\t0\n", false },
	{ "Uid:\t0\t4294967295\t0\t0\nGid:\t0\t0\t0\t0\n", true },
	{ "Uid:\t0\t4294967296\t0\t0\nGid:\t0\t0\t0\t0\n", true },
	{ "Uid:\t0\t0\t0\t0\nGid:\t0\t4294967296\t0\t0\n", true },
	{ "Uid:\t0\t-2\t0\t0\nGid:\t0\t0\t0\t0\n", true },
	{ "Uid:\t0\nGid:\t0\t0\t0\t0\n", true },
	{ "Gid:\t0\t0\t0\t0\n", true },
	{ "", true },
};

static void test_owner(const struct procs *procs)
{
	for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++) {
		proc_file(PID, "status", owners[i].text);
		is_int(look(procs, PROCESS_OWNER), 0, "owner %zu", i);
		is_int(process.denied, owners[i].denied ? PROCESS_OWNER : 0,
		       "owner %zu: known", i);
		if (owners[i].denied)
			is_int(process.uid, (uid_t)-1, "owner %zu: nobody's", i);
	}
	proc_unlink(PID, "status");
	is_int(look(procs, PROCESS_OWNER), 0, "a tree without status");
	is_int(process.denied, PROCESS_OWNER, "does not say");
	proc_add(PID, "sshd", 1, 0);
}

static void test_stat(const struct procs *procs)
{
	proc_stat(PID, "kworker/0:1", 'I', 2, 0);
	is_int(look(procs, PROCESS_STAT), 0, "a kernel thread");
	ok(process.kernel && !process.zombie, "is one");
	proc_stat(PID, "gone", 'Z', 1, 0);
	is_int(look(procs, PROCESS_STAT), 0, "a zombie");
	ok(!process.kernel && process.zombie, "is one");
	proc_file(PID, "stat",
		  "812 (lead) Z 1 1 1 0 -1 4194304 9 0 0 0 3 4 0 0 20 0 3 0 5 0 0 0\n");
	is_int(look(procs, PROCESS_STAT), 0, "a leader that left its threads");
	ok(!process.kernel && !process.zombie, "is none: they have the memory");
	proc_file(PID, "stat",
		  "812 (x) S 4294967297 1 1 0 -1 0 9 0 0 0 3 4 0 0 20 0 1 0 5 99 0 0\n");
	is_int(look(procs, PROCESS_STAT), 0, "a parent that cannot be");
	is_int(process.denied, PROCESS_STAT, "is not known");
	proc_unlink(PID, "stat");
	is_int(look(procs, PROCESS_STAT), -ESRCH, "without stat there is no process");
	proc_add(PID, "sshd", 1, 0);
}

static void test_parent(const struct procs *procs)
{
	proc_stat(PID, "sshd", 'S', 0, 4096);
	is_int(look(procs, PROCESS_PARENT), 0, "no parent");
	ok(process_knows(&process, PROCESS_PARENT | PROCESS_STAT), "is known");
	is_str(process.parent, "", "and has no name");
	proc_stat(PID, "sshd", 'S', 4711, 4096);
	is_int(look(procs, PROCESS_PARENT), 0, "one that is gone, or hidden");
	is_int(process.denied, PROCESS_PARENT, "is not known");
	proc_add(PID, "sshd", 1, 0);
}

static void test_strangers(const struct procs *procs)
{
	tree_link("812", "proc/900");
	is_int(process_open(&process, procs, 900, 1), -ENOENT, "a link is no process");
	is_int(process.dir, -1, "nothing is open");
	tree_file("proc/901", "");
	is_int(process_open(&process, procs, 901, 1), -ENOENT, "nor is a file");
	proc_unlink(PID, "comm");
	if (mkfifo(tree_path("proc/812/comm"), 0644) < 0)
		abort();
	is_int(look(procs, PROCESS_COMM), 0, "a pipe is not waited for");
	is_str(process.comm, "", "and has nothing");
	proc_unlink(PID, "comm");
	tree_link("/etc/hostname", "proc/812/comm");
	is_int(look(procs, PROCESS_COMM), 0, "a link");
	is_int(process.denied, PROCESS_COMM, "is not followed");
	proc_unlink(PID, "comm");
	proc_add(PID, "sshd", 1, 0);
}

/* Line by line: what is no "ID:CONTROLLERS:/PATH" is passed over. */
static void test_cgroup_lines(void)
{
	static const char text[] = "12:cpu,memory:/a:b/c\n"
				   "\n"
				   "garbage\n"
				   "1:name=systemd:\n"
				   "0::/\n"
				   "1:name=systemd:/x";
	static const char *const wanted[][2] = { { "cpu,memory", "/a:b/c" },
						 { "", "/" },
						 { "name=systemd", "/x" } };
	struct span rest = span_of(text), controllers, path;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		ok(process_cgroup_next(&rest, &controllers, &path), "line %zu", i);
		ok(span_is(controllers, wanted[i][0]) && span_is(path, wanted[i][1]),
		   "line %zu: %s", i, wanted[i][1]);
	}
	ok(!process_cgroup_next(&rest, &controllers, &path), "the end");
}

static void test_names(void)
{
	static const char *const names[PROCESS_FIELDS] = {
		"owner",  "exe",  "oom_score_adj", "cmdline", "comm",
		"cgroup", "stat", "parent",	   "status"
	};

	for (unsigned i = 0; i < PROCESS_FIELDS; i++)
		is_str(process_field_name((enum process_field)(1U << i)), names[i],
		       "field %u", i);
}

/* It ends between two reads, whichever is the next. */
static void test_ends(const struct procs *procs)
{
	for (unsigned i = 0; i < PROCESS_FIELDS; i++) {
		pid_t pid = child_begin();

		is_int(process_open(&process, procs, pid, 1), 0, "a real one");
		is_int(process_read(&process, procs, i % 2 ? 0 : PROCESS_COMM), 0,
		       "is there");
		child_end(pid);
		process.have = 0;
		is_int(process_read(&process, procs, 1U << i), -ESRCH, "ended: %s",
		       process_field_name((enum process_field)(1U << i)));
	}
}

static void test_live(const struct procs *procs)
{
	pid_t pid = child_begin();

	is_int(process_open(&process, procs, pid, 1), 0, "a real one");
	is_int(process_read(&process, procs, ALL), 0, "all of it");
	ok(process_knows(&process, ALL & ~(unsigned)PROCESS_EXE), "is known");
	is_int(process.ppid, getpid(), "its parent");
	is_str(process.comm, "test_process", "its name");
	is_str(process.parent, "test_process", "its parent's");
	is_int(process.uid, geteuid(), "whose it is");
	ok(process.started > 0 && !process.kernel && !process.zombie, "it lives");
	process_close(&process);
	(void)kill(pid, SIGKILL);
	(void)waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
	is_int(process_open(&process, procs, pid, 1), 0, "killed, not waited for");
	is_int(process_read(&process, procs, ALL), 0, "can be read");
	ok(process.zombie && !process.kernel, "and is a zombie");
	is_str(process.cmdline, "", "without a command line");
	(void)waitpid(pid, NULL, 0);
}

int main(void)
{
	struct root root, host;
	struct procs procs;

	tree_begin();
	tree_folders("proc/x");
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(procs_open(&procs, &root), 0, "its processes");
	test_fields(&procs);
	test_forgets(&procs);
	test_comm(&procs);
	test_old_comm(&procs);
	test_cmdline(&procs);
	test_cgroup(&procs);
	test_exe(&procs);
	test_adj(&procs);
	test_owner(&procs);
	test_stat(&procs);
	test_parent(&procs);
	test_strangers(&procs);
	test_cgroup_lines();
	test_names();
	procs_done(&procs);
	root_done(&root);
	tree_end();
	is_int(root_init(&host, "/"), 0, "the host");
	is_int(procs_open(&procs, &host), 0, "its processes");
	test_ends(&procs);
	test_live(&procs);
	process_close(&process);
	procs_done(&procs);
	root_done(&host);
	return done();
}
