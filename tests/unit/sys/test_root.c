/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/root.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"
#include "tree.h"

static char buffer[64];

static ssize_t get(const struct root *root, const char *path)
{
	buffer[0] = '\0';
	return root_read(root, path, buffer, sizeof(buffer));
}

static void test_read(const struct root *root, struct arena *arena)
{
	const char *const *names;
	char *text, small[3];
	size_t len;

	tree_file("proc/sys/vm/swappiness", "60\n");
	is_int(get(root, "proc/sys/vm/swappiness"), 3, "a value is read");
	is_str(buffer, "60\n", "whole");
	is_int(root_read(root, "proc/sys/vm/swappiness", small, 3), -EFBIG,
	       "or told to be too long");
	is_int(get(root, "proc/sys/vm/none"), -ENOENT, "what is not there");
	is_int(get(root, "proc/sys/vm"), -EISDIR, "a folder");
	is_int(root_slurp(root, "proc/sys/vm/swappiness", arena, 3, &text, &len), 0,
	       "slurped");
	is_str(text, "60\n", "whole");
	is_int(root_slurp(root, "proc/sys/vm/swappiness", arena, 2, &text, &len), -EFBIG,
	       "up to a limit");
	is_int(root_slurp(root, "proc/none", arena, 2, &text, &len), -ENOENT,
	       "what is not there is not slurped");
	is_int(root_list(root, "proc/none", arena, &names, &len), -ENOENT, "nor listed");
	is_int(root_list(root, "proc/sys/vm/swappiness", arena, &names, &len), -ENOTDIR,
	       "nor is a file");
	tree_file("proc/sys/vm/a", "1");
	tree_file("proc/sys/vm/Z", "1");
	is_int(root_list(root, "proc/sys/vm", arena, &names, &len), 0, "listed");
	is_int((long long)len, 3, "all of them");
	is_str(names[0], "Z", "bytewise");
	is_str(names[2], "swappiness", "in order");
}

static void test_order(const struct root *root, struct arena *arena)
{
	const char *const *names;
	bool in_order = true;
	char path[64];
	size_t len;

	for (unsigned i = 0; i < 16; i++) {
		(void)snprintf(path, sizeof(path), "proc/sys/many/%02u", i * 7 % 16);
		tree_file(path, "1\n");
	}
	is_int(root_list(root, "proc/sys/many", arena, &names, &len), 0, "many names");
	for (size_t i = 1; i < len; i++)
		in_order = in_order && strcmp(names[i - 1], names[i]) < 0;
	ok(len == 16 && in_order, "are all in order");
}

/* A kernel file takes part of a text for a value: what is left over must not follow. */
static void test_short_write(const struct root *root)
{
	cleanup_fd int fd = root_open(root, "proc/sys/vm/knob", O_RDWR);
	struct rlimit before, small;

	(void)getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){ .rlim_cur = 2, .rlim_max = before.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)setrlimit(RLIMIT_FSIZE, &small);
	is_int(root_write(root, "proc/sys/vm/knob", "4096\n", 5), -EIO,
	       "a short count is a failure");
	is_int(root_write_at(fd, "4096\n", 5, true), -EIO, "through a descriptor, too");
	(void)setrlimit(RLIMIT_FSIZE, &before);
	(void)get(root, "proc/sys/vm/knob");
	is_str(buffer, "40", "and nothing more is written");
}

/* More than one read(2) gives. */
static void test_slurp(const struct root *root, struct arena *arena)
{
	static char large[40001];
	char *text;
	size_t len;

	for (size_t i = 0; i < sizeof(large) - 1; i++)
		large[i] = (char)('a' + i % 26);
	tree_file("proc/zoneinfo", large);
	is_int(root_slurp(root, "proc/zoneinfo", arena, 40000, &text, &len), 0,
	       "a large file");
	is_int((long long)len, 40000, "to its end");
	is_str(text, large, "byte for byte");
	tree_file("proc/zoneinfo", "");
	is_int(root_slurp(root, "proc/zoneinfo", arena, 10000, &text, &len), 0,
	       "an empty one");
	ok(len == 0 && text[0] == '\0', "is an empty text");
}

static void test_out_of_memory(const struct root *root)
{
	const char *const *names;
	int slurped = -ENOMEM, listed = -ENOMEM, failures = 0;
	char *text;
	size_t len;

	tree_file("proc/zoneinfo", "Node 0, zone   Normal\n");
	for (size_t limit = 0; limit < 65536 && (slurped < 0 || listed < 0);
	     limit += 64) {
		cleanup(arena_freep) struct arena *small = arena_new(limit);

		slurped = root_slurp(root, "proc/zoneinfo", small, 64, &text, &len);
		failures += slurped == -ENOMEM;
		listed = root_list(root, "proc/sys/vm", small, &names, &len);
		failures += listed == -ENOMEM;
	}
	ok(slurped == 0 && listed == 0, "succeeds once memory suffices");
	ok(failures > 4, "after %d clean failures", failures);
}

static void test_write(const struct root *root)
{
	cleanup_fd int fd = -1;

	tree_file("proc/sys/vm/knob", "100\n");
	is_int(root_write(root, "proc/sys/vm/knob", "5\n", 2), 0, "written");
	(void)get(root, "proc/sys/vm/knob");
	is_str(buffer, "5\n", "and nothing is left of the longer value");
	is_int(root_write(root, "proc/sys/vm/none", "5\n", 2), -ENOENT, "never creates");
	fd = root_open(root, "proc/sys/vm/knob", O_RDWR);
	is_int(root_write_at(fd, "100\n", 4, true), 0, "through a descriptor");
	is_int(root_write_at(fd, "7\n", 2, true), 0, "twice");
	is_int(root_read_at(fd, buffer, sizeof(buffer)), 2, "read back");
	is_str(buffer, "7\n", "what was written last, and no more");
	is_int(root_writable(root, "proc/sys/vm/knob"), 0, "may be written");
	is_int(root_writable(root, "proc/sys/vm/none"), -ENOENT, "is not there");
}

/* A tree may hold anything; waiting for somebody at the other end of a pipe is no answer. */
static void test_pipe(const struct root *root)
{
	char *text;
	size_t len;
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 16);

	tree_folders("proc/pipe");
	is_int(mkfifo(tree_path("proc/pipe"), 0600), 0, "a pipe");
	(void)alarm(10);
	ok(root_read(root, "proc/pipe", buffer, sizeof(buffer)) < 0, "is not read");
	is_int(root_slurp(root, "proc/pipe", arena, 100, &text, &len), 0,
	       "not waited for");
	ok(root_write(root, "proc/pipe", "x", 1) < 0, "nor written");
	ok(root_writable(root, "proc/pipe") < 0, "nor to be written");
	(void)alarm(0);
}

static void test_create(const struct root *root)
{
	int fd = root_create(root, "var/lib/lowmemctl/journal/000001", O_WRONLY | O_EXCL,
			     0600);

	ok(fd >= 0, "made with the folders above it");
	(void)close(fd);
	is_int(root_create(root, "var/lib/lowmemctl/journal/000001", O_WRONLY | O_EXCL,
			   0600),
	       -EEXIST, "made once");
	is_int(root_remove(root, "var/lib/lowmemctl/journal/000001"), 0, "removed");
	is_int(root_remove(root, "var/lib/lowmemctl/journal/000001"), -ENOENT, "once");
}

static void test_folders(const struct root *root)
{
	const char *path = "opt//deep/er/file", *name;
	struct stat st;
	mode_t mask;
	int fd;

	is_int(root_open_folder(root, path, O_PATH, &name), -ENOENT, "not there yet");
	is_str(name, "file", "the last component all the same");
	mask = umask(077);
	is_int(root_make_folders(root, path), 0, "folders are made");
	(void)umask(mask);
	ok(stat(tree_path("opt/deep"), &st) == 0 && (st.st_mode & 0777) == 0755,
	   "for all to look into, whatever the umask");
	is_int(root_make_folders(root, path), 0, "or there");
	is_int(access(tree_path(path), F_OK), -1, "not what is to be in them");
	fd = root_open_folder(root, path, O_RDONLY, &name);
	ok(fd >= 0 && faccessat(fd, "../er", F_OK, 0) == 0, "the folder is opened");
	ok(name == strrchr(path, '/') + 1, "the name is the path's end");
	(void)close(fd);
	fd = root_open_folder(root, "file", O_RDONLY, &name);
	ok(fd >= 0 && faccessat(fd, "opt", F_OK, 0) == 0, "without a slash, the root");
	is_str(name, "file", "and all of the path");
	(void)close(fd);
	is_int(root_make_folders(root, "file"), 0, "which is there");
}

/* The folders above may be reached through links, below the root like all else. */
static void test_create_through_links(const struct root *root)
{
	int fd;

	tree_folders("run/x");
	tree_link("/run", "var/run");
	fd = root_create(root, "var/run/lowmemctl/lock", O_RDWR, 0600);
	ok(fd >= 0, "made behind an absolute link");
	(void)close(fd);
	is_int(access(tree_path("run/lowmemctl/lock"), F_OK), 0, "inside the root");
	tree_file("file", "x");
	is_int(root_create(root, "file/below", O_RDWR, 0600), -ENOTDIR,
	       "a file is no folder");
	is_int(root_remove(root, "run/lowmemctl/lock"), 0, "and removed");
}

/* Nothing that is reached through a root lies outside it. */
static void test_outside(const struct root *root)
{
	tree_file("etc/inside", "inside\n");
	tree_link("/etc/inside", "etc/absolute");
	tree_link("../../../../../../etc/hostname", "etc/upward");
	tree_link("/proc/self/cwd", "etc/magic");
	is_int(get(root, "etc/absolute"), 7, "an absolute link is taken below the root");
	is_str(buffer, "inside\n", "and finds what is there");
	is_int(get(root, "etc/upward"), -ENOENT, "no way upward out of it");
	is_int(get(root, "../../../../../etc/passwd"), -ENOENT, "by dots neither");
	is_int(get(root, "etc/magic"), -ENOENT, "nor through the real proc");
	is_int(root_write(root, "etc/upward", "x", 1), -ENOENT, "nor for writing");
}

/* The kernel's word on a file is not always what its mode says. */
static void test_writable_on_host(const struct root *root)
{
	ok(root_is_read_only(root, "proc/sys/kernel/ostype"), "its mode tells");
	ok(!root_is_read_only(root, "proc/sys/kernel/panic"), "and that of others");
	is_int(root_writable(root, "proc/sys/kernel/ostype"), -EACCES,
	       "a read-only sysctl, even for root");
	if (access("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", F_OK) < 0)
		skip("no transparent huge pages here");
	else
		is_int(root_writable(root,
				     "sys/kernel/mm/transparent_hugepage/hpage_pmd_size"),
		       -EACCES, "a read-only file in sysfs, even for root");
}

/* 255: no private mounts are to be had here. */
static int writable_on_readonly_mount(void)
{
	struct root root;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(tree, tree, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, tree, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0 ||
	    root_init(&root, tree) < 0)
		return 255;
	return -root_writable(&root, "proc/sys/vm/knob");
}

static void test_readonly_mount(void)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(writable_on_readonly_mount());
	(void)waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 255)
		skip("no private mounts here");
	else
		is_int(WEXITSTATUS(status), EROFS, "a read-only mount");
}

static bool walk_reads(struct root_walk *walk, const char *path, const char *wanted)
{
	cleanup_fd int fd = root_walk_open(walk, path, O_RDONLY);

	return fd >= 0 && root_read_at(fd, buffer, sizeof(buffer)) >= 0 &&
	       strcmp(buffer, wanted) == 0;
}

/* In whatever order files and folders come, it is always the file of that path. */
static void test_walk(const struct root *root)
{
	static const char *const paths[] = { "w/a/x",	"w/a/y",   "w/a/x", "w/b/x",
					     "w/a/y",	"w/b/x",   "w/b/y", "w/b/x",
					     "w/a/b/x", "w/a/b/y", "w/a/x" };
	const struct root host = { .fd = root->fd, .host = true };
	struct root_walk walks[] = { root_walk(root), root_walk(&host) };

	tree_file("w/a/x", "ax");
	tree_file("w/a/y", "ay");
	tree_file("w/b/x", "bx");
	tree_file("w/b/y", "by");
	tree_file("w/a/b/x", "abx");
	tree_file("w/a/b/y", "aby");
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		bool deep = strncmp(paths[i], "w/a/b", 5) == 0;
		char wanted[4] = { paths[i][2], deep ? 'b' : paths[i][4], 0, 0 };

		if (deep)
			wanted[2] = paths[i][6];
		ok(walk_reads(&walks[0], paths[i], wanted), "walk of a tree: %s",
		   paths[i]);
		ok(walk_reads(&walks[1], paths[i], wanted), "walk of the host: %s",
		   paths[i]);
	}
	is_int(root_walk_open(&walks[1], "w/none/x", O_RDONLY), -ENOENT,
	       "no such folder");
	is_int(root_walk_open(&walks[1], "w/none/x", O_RDONLY), -ENOENT,
	       "the second time, too");
	is_int(root_walk_open(&walks[1], "none", O_RDONLY), -ENOENT,
	       "a file without a folder");
	root_walk_done(&walks[0]);
	root_walk_done(&walks[1]);
	root_walk_done(&walks[1]);
}

static void test_host(void)
{
	struct root root;

	is_int(root_init(&root, "/"), 0, "the host itself");
	ok(root.host && root.live_proc, "is known as such");
	ok(get(&root, "proc/sys/kernel/ostype") == 6 && strcmp(buffer, "Linux\n") == 0,
	   "its proc is the real one");
	test_writable_on_host(&root);
	root_done(&root);
	is_int(root_init(&root, "/proc/self/root/"), 0, "the host by another name");
	ok(!root.host && root.live_proc, "is a tree, with the real proc");
	ok(get(&root, "proc/sys/kernel/ostype") == 6, "which can be read");
	root_done(&root);
	is_int(root_init(&root, "/nonexistent/root"), -ENOENT,
	       "a root that is not there");
	is_int(root_init(&root, "/etc/passwd"), -ENOTDIR, "or no folder");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	ok(!root.host && !root.live_proc, "is not the host");
	test_read(&root, arena);
	test_slurp(&root, arena);
	test_out_of_memory(&root);
	test_order(&root, arena);
	test_write(&root);
	test_short_write(&root);
	test_pipe(&root);
	test_create(&root);
	test_create_through_links(&root);
	test_folders(&root);
	test_outside(&root);
	test_walk(&root);
	test_readonly_mount();
	root_done(&root);
	test_host();
	tree_end();
	return done();
}
