/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/atomicfile.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define LARGE ((size_t)128 * 1024)

/* The steps that count, in order: each leaves its letter, and that of `fails` fails. */
static struct {
	char steps[16];
	char fails;
} calls;

static bool call(char letter)
{
	size_t len = strlen(calls.steps);

	if (len + 1 < sizeof(calls.steps))
		calls.steps[len] = letter;
	errno = EIO;
	return letter != calls.fails;
}

/* These stand before those of the C library. A process that is killed loses nothing that was not
 * synced, so nothing is. */
int fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	return call(S_ISDIR(st.st_mode) ? 'd' : 'f') ? 0 : -1;
}

int renameat(int from, const char *old, int to, const char *new)
{
	return call('r') ? (int)syscall(SYS_renameat2, from, old, to, new, 0) : -1;
}

int fchown(int fd, uid_t owner, gid_t group)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && (st.st_mode & 077) != 0)
		(void)call('!');
	return call('o') ? (int)syscall(SYS_fchown, fd, owner, group) : -1;
}

int fchmod(int fd, mode_t mode)
{
	return call('m') ? (int)syscall(SYS_fchmod, fd, mode) : -1;
}

static void calls_begin(char fails)
{
	memset(&calls, 0, sizeof(calls));
	calls.fails = fails;
}

static char buffer[LARGE + 2];

static ssize_t get(const struct root *root, const char *path)
{
	ssize_t len = root_read(root, path, buffer, sizeof(buffer));

	if (len < 0)
		buffer[0] = '\0';
	return len;
}

static int put(const struct root *root, const char *path, const char *text)
{
	return atomicfile_replace(root, path, text, strlen(text));
}

/* How many names there are in a folder. */
static int entries(const char *path)
{
	cleanup_dir DIR *dir = opendir(tree_path(path));
	int count = 0;

	while (dir && readdir(dir))
		count++;
	return count - 2;
}

static struct stat status(const char *path)
{
	struct stat st;

	memset(&st, 0, sizeof(st));
	(void)lstat(tree_path(path), &st);
	return st;
}

static void test_replace(const struct root *root)
{
	mode_t mask = umask(077);

	is_int(atomicfile_writable(root, "new/a/x.conf"), 0, "a file can be made");
	is_int(access(tree_path("new"), F_OK), -1, "to ask makes nothing");
	is_int(put(root, "new/a/x.conf", "one\n"), 0, "made with its folders");
	(void)umask(mask);
	is_int(get(root, "new/a/x.conf"), 4, "it holds the text");
	is_str(buffer, "one\n", "byte for byte");
	is_int(status("new/a/x.conf").st_mode, S_IFREG | 0644, "and all may read it");
	is_int(put(root, "new/a/x.conf", "longer\n"), 0, "replaced");
	(void)get(root, "new/a/x.conf");
	is_str(buffer, "longer\n", "by a longer text");
	is_int(put(root, "new/a/x.conf", "two\n"), 0, "replaced");
	(void)get(root, "new/a/x.conf");
	is_str(buffer, "two\n", "by a shorter one");
	is_int(put(root, "new/a/x.conf", ""), 0, "replaced");
	is_int(get(root, "new/a/x.conf"), 0, "by none");
	is_int(put(root, "top.conf", "top\n"), 0, "a file of the root's own folder");
	is_int(put(root, "new//b//x.conf", "b\n"), 0, "two slashes are one");
	is_int(get(root, "new/b/x.conf"), 2, "for the folders, too");
	is_int(entries("new/a"), 1, "nothing is left beside it");
	is_int(atomicfile_remove(root, "new/a/x.conf"), 0, "removed");
	is_int(atomicfile_remove(root, "new/a/x.conf"), -ENOENT, "once");
	is_int(atomicfile_remove(root, "none/x.conf"), -ENOENT, "never made before");
	is_int(atomicfile_remove(root, "top.conf"), 0, "removed from the root's own");
}

/* Whoever watches the file has nothing to do when nothing has changed. */
static void test_same(const struct root *root)
{
	static const size_t lens[] = { 8191, 4096, 0 };
	static char text[8193];
	struct stat before, after;

	memset(text, 'x', 8192);
	tree_file("same/x", text);
	before = status("same/x");
	calls_begin(0);
	is_int(put(root, "same/x", text), 0, "the same text");
	after = status("same/x");
	ok(after.st_ino == before.st_ino &&
		   after.st_mtim.tv_nsec == before.st_mtim.tv_nsec &&
		   after.st_ctim.tv_nsec == before.st_ctim.tv_nsec,
	   "is not written again");
	is_str(calls.steps, "", "nor is anything else done");
	for (size_t i = 0; i < 3; i++) {
		is_int(atomicfile_replace(root, "same/x", text, lens[i]), 0,
		       "its first %zu bytes", lens[i]);
		is_int(get(root, "same/x"), (long long)lens[i], "are another");
	}
	is_int(put(root, "same/x", text), 0, "so is what is longer");
	is_int(get(root, "same/x"), 8192, "than what is there");
	text[8191] = 'y';
	is_int(put(root, "same/x", text), 0, "and the last one");
	ok(get(root, "same/x") == 8192 && buffer[8191] == 'y', "is looked at");
}

/* A crash in between leaves what was synced before. */
static void test_order(const struct root *root)
{
	calls_begin(0);
	is_int(put(root, "order/x", "one\n"), 0, "a new file");
	is_str(calls.steps, "dmfrd", "is synced, then named, as are folders");
	calls_begin(0);
	is_int(put(root, "order/x", "two\n"), 0, "an old one");
	is_str(calls.steps, "omfrd",
	       "gets owner and mode before, and is closed till then");
	calls_begin(0);
	is_int(atomicfile_remove(root, "order/x"), 0, "what is removed");
	is_str(calls.steps, "d", "stays so");
}

static void test_failing_steps(const struct root *root)
{
	for (const char *step = "omfr"; *step; step++) {
		struct stat before;

		tree_file("steps/x", "old\n");
		before = status("steps/x");
		calls_begin(*step);
		is_int(put(root, "steps/x", "new\n"), -EIO, "step %c fails", *step);
		(void)get(root, "steps/x");
		is_str(buffer, "old\n", "the old text is there");
		ok(status("steps/x").st_ino == before.st_ino, "in the old file");
		is_int(entries("steps"), 1, "and nothing beside it");
	}
	calls_begin('m');
	is_int(put(root, "steps/y", "new\n"), -EIO, "so with a file to be made");
	is_int(entries("steps"), 1, "which is not");
	calls_begin('d');
	is_int(put(root, "steps/x", "new\n"), -EIO, "the last step comes too late");
	calls_begin(0);
	(void)get(root, "steps/x");
	is_str(buffer, "new\n", "and is told all the same");
	calls_begin('d');
	is_int(atomicfile_remove(root, "steps/x"), -EIO, "that of a removal, too");
	calls_begin(0);
}

static void test_short_write(const struct root *root)
{
	struct rlimit before, small;

	tree_file("partial/x", "old\n");
	(void)getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){ .rlim_cur = 5, .rlim_max = before.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)setrlimit(RLIMIT_FSIZE, &small);
	is_int(put(root, "partial/x", "a longer text\n"), -EFBIG, "it cannot be whole");
	(void)setrlimit(RLIMIT_FSIZE, &before);
	(void)get(root, "partial/x");
	is_str(buffer, "old\n", "so the old one is");
	is_int(entries("partial"), 1, "and alone");
}

static void test_stale(const struct root *root)
{
	tree_file("stale/x.conf", "old\n");
	tree_file("stale/other", "other\n");
	tree_link("other", "stale/.x.conf.lowmemctl-new");
	is_int(put(root, "stale/x.conf", "new\n"), 0,
	       "a link where the new file is to be");
	(void)get(root, "stale/other");
	is_str(buffer, "other\n", "is not written through");
	is_int(entries("stale"), 2, "and removed");
	tree_file("stale/.x.conf.lowmemctl-new", "half of somethi");
	is_int(put(root, "stale/x.conf", "new\n"), 0, "with nothing to write");
	is_int(entries("stale"), 2, "what a killed run left is removed, too");
	tree_file("stale/.x.conf.lowmemctl-new", "half of somethi");
	is_int(atomicfile_remove(root, "stale/x.conf"), 0, "and with the file");
	is_int(entries("stale"), 1, "of its own");
	tree_file("stale/.x.conf.lowmemctl-new/folder", "");
	is_int(put(root, "stale/x.conf", "new\n"), -EEXIST, "but for what is not ours");
	is_int(access(tree_path("stale/x.conf"), F_OK), -1, "which nothing is made of");
}

/* @link is put, and @target has it: the link stays. */
static void is_followed(const struct root *root, const char *link, const char *target)
{
	static int turn;
	char text[32];

	(void)snprintf(text, sizeof(text), "turn %d\n", ++turn);
	is_int(atomicfile_writable(root, link), 0, "%s can be put", link);
	is_int(put(root, link, text), 0, "%s is put", link);
	(void)get(root, target);
	is_str(buffer, text, "in %s", target);
	ok(S_ISLNK(status(link).st_mode), "and stays a link");
	ok(S_ISREG(status(target).st_mode), "to a file");
}

static void test_links(const struct root *root)
{
	tree_file("lib/conf/real", "old\n");
	tree_file("real", "beside\n");
	tree_link("../lib/conf/real", "etc/relative");
	is_followed(root, "etc/relative", "lib/conf/real");
	tree_link("/lib/conf/real", "etc/absolute");
	is_followed(root, "etc/absolute", "lib/conf/real");
	tree_link("absolute", "etc/chain");
	is_followed(root, "etc/chain", "lib/conf/real");
	/* A folder that is a link: the dots are those of where it leads to. */
	tree_link("lib/conf", "short");
	tree_link("../up", "lib/conf/dots");
	is_followed(root, "short/dots", "lib/up");
	tree_link("made", "etc/dangling");
	is_followed(root, "etc/dangling", "etc/made");
	is_followed(root, "etc/dangling", "etc/made");
	tree_link("../var/new/made", "etc/far");
	is_followed(root, "etc/far", "var/new/made");
	tree_link("../none/../var/dots", "etc/detour");
	is_followed(root, "etc/detour", "var/dots");
	is_int(entries("lib/conf"), 2, "nothing is left in the target's folder");
	is_int(atomicfile_remove(root, "etc/chain"), 0, "a link is removed");
	ok(S_ISLNK(status("etc/absolute").st_mode), "not where it leads to");
	ok(S_ISREG(status("lib/conf/real").st_mode), "nor the end of it");
	(void)get(root, "real");
	is_str(buffer, "beside\n", "nothing else is touched");
}

static void is_refused(const struct root *root, const char *path, int error)
{
	is_int(atomicfile_writable(root, path), error, "%s: refused beforehand", path);
	is_int(put(root, path, "x\n"), error, "and when it is done");
}

static void test_long_chains(const struct root *root)
{
	char from[32], to[32];

	for (int i = 41; i > 0; i--) {
		(void)snprintf(from, sizeof(from), "chain/%d", i);
		(void)snprintf(to, sizeof(to), "%d", i - 1);
		tree_link(to, from);
	}
	is_followed(root, "chain/40", "chain/0");
	is_refused(root, "chain/41", -ELOOP);
	tree_link("loop", "chain/loop");
	is_refused(root, "chain/loop", -ELOOP);
	tree_link("pong", "chain/ping");
	tree_link("/chain/ping", "chain/pong");
	is_refused(root, "chain/ping", -ELOOP);
	is_int(entries("chain"), 45, "nothing is made of it");
}

/* Whatever a link says, a tree is not left. */
static void test_outside(const struct root *root)
{
	struct stat st;

	tree_link("../../../../../../../../tmp/lowmemctl-up", "out/up");
	is_followed(root, "out/up", "tmp/lowmemctl-up");
	tree_link("/../../tmp/lowmemctl-abs", "out/abs");
	is_followed(root, "out/abs", "tmp/lowmemctl-abs");
	tree_link("/tmp/lowmemctl-new/abs", "out/made");
	is_followed(root, "out/made", "tmp/lowmemctl-new/abs");
	is_int(put(root, "../../tmp/lowmemctl-dots", "x\n"), 0, "dots of the path's own");
	is_int(get(root, "tmp/lowmemctl-dots"), 2, "stay below");
	ok(lstat("/tmp/lowmemctl-up", &st) < 0 && lstat("/tmp/lowmemctl-abs", &st) < 0 &&
		   lstat("/tmp/lowmemctl-new", &st) < 0 &&
		   lstat("/tmp/lowmemctl-dots", &st) < 0,
	   "and nothing is made outside");
	tree_link("/proc/self/cwd/x", "out/magic");
	is_int(put(root, "out/magic", "x\n"), 0, "nor through a real proc");
	is_int(access(tree_path("proc/self/cwd/x"), F_OK), 0, "there is none");
}

/* What is no file is left alone. */
static void test_no_files(const struct root *root)
{
	tree_folders("odd/folder/x");
	tree_link("folder", "odd/to-folder");
	tree_link("folder/none/", "odd/to-slash");
	tree_link("..", "odd/to-dots");
	tree_link("/", "odd/to-root");
	tree_file("odd/file", "x");
	tree_link("nowhere", "odd/dangling");
	is_refused(root, "odd/folder", -EISDIR);
	is_refused(root, "odd/folder/", -EISDIR);
	is_refused(root, "odd/to-folder", -EISDIR);
	is_refused(root, "odd/to-slash", -EISDIR);
	is_refused(root, "odd/to-dots", -EISDIR);
	is_refused(root, "odd/to-root", -EISDIR);
	is_refused(root, "", -EISDIR);
	is_int(atomicfile_remove(root, "odd/folder"), -EISDIR, "nor is it removed");
	is_int(atomicfile_remove(root, "odd/."), -EISDIR, "nor by another name");
	is_refused(root, "odd/file/x", -ENOTDIR);
	is_refused(root, "odd/file/y/x", -ENOTDIR);
	is_refused(root, "odd/dangling/x", -ENOENT);
	is_refused(root, "odd/dangling/y/x", -ENOENT);
	is_int(mkfifo(tree_path("odd/pipe"), 0600), 0, "a pipe");
	(void)alarm(10);
	is_refused(root, "odd/pipe", -EINVAL);
	tree_link("pipe", "odd/to-pipe");
	is_refused(root, "odd/to-pipe", -EINVAL);
	is_int(atomicfile_remove(root, "odd/pipe"), -EINVAL, "nor is that removed");
	(void)alarm(0);
	is_int(entries("odd"), 9, "nothing is made, and nothing gone");
	is_int(entries("odd/folder"), 0, "nor there");
}

/* A file that is masked says that somebody does not want it. */
static void test_masked(void)
{
	struct root host;
	char path[128];

	tree_link("/dev/null", "masked");
	(void)snprintf(path, sizeof(path), "%s", tree_path("masked") + 1);
	is_int(root_init(&host, "/"), 0, "on the host");
	is_refused(&host, path, -EINVAL);
	ok(S_ISLNK(status("masked").st_mode), "the link stays");
	is_int(atomicfile_remove(&host, path), 0, "until it is removed");
	is_int(access("/dev/null", W_OK), 0, "not what it leads to");
	is_int(put(&host, path, "x\n"), 0, "then there can be a file");
	is_int(status("masked").st_size, 2, "with the text");
	root_done(&host);
}

static void test_long_names(const struct root *root)
{
	static char path[PATH_MAX + 2];
	char name[NAME_MAX + 2] = "";

	memset(name, 'n', NAME_MAX + 1);
	is_refused(root, name, -ENAMETOOLONG);
	/* There must be room for the new one's name. */
	name[NAME_MAX - strlen("..lowmemctl-new") + 1] = '\0';
	is_refused(root, name, -ENAMETOOLONG);
	name[strlen(name) - 1] = '\0';
	is_int(put(root, name, "x\n"), 0, "one byte less will do");
	is_int(atomicfile_remove(root, name), 0, "and can be removed");
	memset(path, 'p', PATH_MAX);
	for (size_t i = 100; i < PATH_MAX; i += 100)
		path[i] = '/';
	is_refused(root, path, -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	tree_link(path, "long/link");
	is_refused(root, "long/link", -ENAMETOOLONG);
	path[99] = '\0';
	is_int(access(tree_path(path), F_OK), -1, "no folders are made for it");
}

/* Where `value` is "", the attribute is not there. */
static void is_xattr(const char *path, const char *name, const char *value)
{
	char found[64] = "";

	(void)lgetxattr(tree_path(path), name, found, sizeof(found) - 1);
	is_str(found, value, "%s", name);
}

static bool set_xattr(const char *path, const char *name, const char *value)
{
	if (lsetxattr(tree_path(path), name, value, strlen(value), 0) == 0)
		return true;
	skip("%s: %s", name, strerror(errno));
	return false;
}

static bool own(const char *path, uid_t user, gid_t group, mode_t mode)
{
	return chown(tree_path(path), user, group) == 0 &&
	       chmod(tree_path(path), mode) == 0;
}

static void test_mode(const struct root *root)
{
	tree_file("mode/x", "old\n");
	(void)chmod(tree_path("mode/x"), 06751);
	is_int(put(root, "mode/x", "new\n"), 0, "a mode");
	is_int(status("mode/x").st_mode, S_IFREG | 06751, "is kept, to the last bit");
	(void)chmod(tree_path("mode/x"), 0400);
	is_int(put(root, "mode/x", "newer\n"), 0, "a file that nobody may write");
	is_int(status("mode/x").st_mode, S_IFREG | 0400, "is replaced all the same");
	if (!own("mode/x", 12, 34, 06644)) {
		skip("owners are for root to give");
		return;
	}
	is_int(put(root, "mode/x", "new\n"), 0, "an owner");
	is_int(status("mode/x").st_uid, 12, "is kept");
	is_int(status("mode/x").st_gid, 34, "and a group");
	is_int(status("mode/x").st_mode, S_IFREG | 06644, "and the mode with them");
}

static void test_xattrs(const struct root *root)
{
	static char large[1025];

	tree_file("xattr/x", "old\n");
	memset(large, 'v', 1024);
	if (!set_xattr("xattr/x", "user.first", "1st") ||
	    !set_xattr("xattr/x", "user.large", large))
		return;
	(void)set_xattr("xattr/x", "security.ima", "signature");
	is_int(put(root, "xattr/x", "new\n"), 0, "attributes");
	is_xattr("xattr/x", "user.first", "1st");
	is_int(lgetxattr(tree_path("xattr/x"), "user.large", large, sizeof(large)), 1024,
	       "are kept");
	is_xattr("xattr/x", "security.ima", "");
	if (!set_xattr("xattr/x", "trusted.x", "trust"))
		return;
	is_int(put(root, "xattr/x", "newer\n"), 0, "so are those");
	is_xattr("xattr/x", "trusted.x", "trust");
}

/* As the kernel stores them: Linux include/uapi/linux/posix_acl_xattr.h. */
static const struct {
	uint32_t version;
	struct {
		uint16_t tag, perm;
		uint32_t id;
	} entries[5];
} acl = { 2,
	  { { 0x01, 6, ~0U },
	    { 0x02, 6, 1234 },
	    { 0x04, 4, ~0U },
	    { 0x10, 6, ~0U },
	    { 0x20, 4, ~0U } } };

static void test_acl(const struct root *root)
{
	char found[sizeof(acl) + 1];

	tree_file("acl/x", "old\n");
	tree_file("acl/plain", "old\n");
	if (setxattr(tree_path("acl/x"), "system.posix_acl_access", &acl, sizeof(acl),
		     0) < 0) {
		skip("no ACLs here: %s", strerror(errno));
		return;
	}
	is_int(put(root, "acl/x", "new\n"), 0, "an ACL");
	ok(getxattr(tree_path("acl/x"), "system.posix_acl_access", found,
		    sizeof(found)) == sizeof(acl) &&
		   memcmp(found, &acl, sizeof(acl)) == 0,
	   "is kept");
	is_int(status("acl/x").st_mode, S_IFREG | 0664, "and its mask, the group's bits");
	is_int(setxattr(tree_path("acl"), "system.posix_acl_default", &acl, sizeof(acl),
			0),
	       0, "that of the folder");
	is_int(put(root, "acl/plain", "new\n"), 0, "is no business");
	ok(getxattr(tree_path("acl/plain"), "system.posix_acl_access", NULL, 0) < 0,
	   "of a file without one");
	is_int(status("acl/plain").st_mode, S_IFREG | 0644, "nor of its mode");
	is_int(put(root, "acl/made", "new\n"), 0, "what is made there");
	ok(getxattr(tree_path("acl/made"), "system.posix_acl_access", NULL, 0) > 0,
	   "has it");
}

/* What a child found out: it writes here, and its parent checks. */
static int *told;

static void tell(const struct root *root, const char *path, const char *text)
{
	int at = told[0];

	told[0] = at + 2;
	told[at + 1] = atomicfile_writable(root, path);
	told[at + 2] = put(root, path, text);
}

/* False: the child could not be what it had to be. */
static bool in_child(bool (*what)(const struct root *), const struct root *root)
{
	int state = 0;
	pid_t pid;

	memset(told, 0, 32 * sizeof(*told));
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(what(root) ? 0 : 1);
	(void)waitpid(pid, &state, 0);
	return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

static bool become(uid_t user, gid_t group)
{
	return setgroups(0, NULL) == 0 && setgid(group) == 0 && setuid(user) == 0;
}

static bool as_nobody(const struct root *root)
{
	if (!become(65534, 65534))
		return false;
	tell(root, "rights/closed/x", "new\n");
	tell(root, "rights/closed/none/x", "new\n");
	tell(root, "rights/secret/x", "new\n");
	tell(root, "rights/open/theirs", "new\n");
	tell(root, "rights/open/unreadable", "new\n");
	tell(root, "rights/open/ours", "new\n");
	tell(root, "rights/open/our-group", "new\n");
	tell(root, "rights/open/made/x", "new\n");
	tell(root, "rights/closed/x", "old\n");
	return true;
}

static void test_rights(const struct root *root)
{
	static const int wanted[] = { -EACCES, -EACCES, -EACCES, -EACCES, -EACCES,
				      -EACCES, -EPERM,	-EPERM,	 -EACCES, -EACCES,
				      0,       0,	-EPERM,	 -EPERM,  0,
				      0,       -EACCES, 0 };

	tree_file("rights/closed/x", "old\n");
	tree_file("rights/secret/x", "old\n");
	tree_file("rights/open/theirs", "old\n");
	tree_file("rights/open/unreadable", "old\n");
	tree_file("rights/open/ours", "old\n");
	tree_file("rights/open/our-group", "old\n");
	if (!own("", 0, 0, 0755) || !own("rights/secret", 0, 0, 0700) ||
	    !own("rights/open", 0, 0, 0777) ||
	    !own("rights/open/unreadable", 0, 0, 0600) ||
	    !own("rights/open/ours", 65534, 65534, 0640) ||
	    !own("rights/open/our-group", 65534, 12, 0640) ||
	    !in_child(as_nobody, root)) {
		skip("only root can be somebody else");
		return;
	}
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		is_int(told[i + 1], wanted[i], "%s %zu as nobody",
		       i % 2 ? "put" : "writable", i / 2);
	(void)get(root, "rights/open/theirs");
	is_str(buffer, "old\n", "with an owner that cannot be kept, it is as it was");
	is_int(status("rights/open/theirs").st_uid, 0, "with its owner");
	is_int(status("rights/open/ours").st_mode, S_IFREG | 0640, "what is done is");
	is_int(entries("rights/open"), 5, "and nothing is left");
}

/* The folder gives its group away; the bit of it is for members. */
static bool without_group(const struct root *root)
{
	if (!become(65534, 65534))
		return false;
	tell(root, "setgid/x", "new\n");
	return true;
}

static void test_set_group_id(const struct root *root)
{
	tree_file("setgid/x", "old\n");
	if (!own("setgid", 65534, 12, 02755) || !own("setgid/x", 65534, 12, 02755) ||
	    !in_child(without_group, root)) {
		skip("only root can be somebody else");
		return;
	}
	is_int(told[2], -EPERM, "a mode that chmod(2) drops in silence");
	is_int(status("setgid/x").st_mode, S_IFREG | 02755, "is still there");
	is_int(entries("setgid"), 1, "and nothing is left");
}

static bool set_flags(const char *path, int flags)
{
	cleanup_fd int fd = open(tree_path(path), O_RDONLY | O_CLOEXEC);

	return fd >= 0 && ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
}

static void test_flags(const struct root *root)
{
	tree_file("flags/x", "old\n");
	if (!set_flags("flags/x", FS_IMMUTABLE_FL)) {
		skip("no file can be made immutable here: %s", strerror(errno));
		return;
	}
	is_refused(root, "flags/x", -EPERM);
	(void)set_flags("flags/x", FS_APPEND_FL);
	is_refused(root, "flags/x", -EPERM);
	(void)set_flags("flags/x", 0);
	(void)set_flags("flags", FS_IMMUTABLE_FL);
	is_refused(root, "flags/x", -EPERM);
	is_refused(root, "flags/y/x", -EPERM);
	(void)set_flags("flags", 0);
	is_int(entries("flags"), 1, "nothing is left beside it");
	(void)set_flags("flags", FS_APPEND_FL);
	is_int(atomicfile_writable(root, "flags/x"), -EPERM, "nor can it be renamed");
	is_int(put(root, "flags/x", "new\n"), -EPERM, "where names only come");
	(void)set_flags("flags", 0);
	(void)get(root, "flags/x");
	is_str(buffer, "old\n", "it is as it was");
}

static bool fill(const char *path)
{
	cleanup_fd int fd = open(tree_path(path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ssize_t put_now = 1;

	while (fd >= 0 && put_now > 0)
		put_now = write(fd, buffer, 4096);
	return fd >= 0 && errno == ENOSPC;
}

/* A disk of 128 KiB, mounted where no other process sees it. */
static bool on_small_disk(const struct root *outside)
{
	struct root inside = *outside;
	const struct root *root = &inside;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", tree_path("disk"), "tmpfs", 0, "size=128k") < 0 ||
	    /* The other one leads to the folder below the mount. */
	    root_init(&inside, tree) < 0)
		return false;
	tree_file("disk/x", "old\n");
	tree_file("disk/mounted", "old\n");
	if (mount(tree_path("disk/x"), tree_path("disk/mounted"), NULL, MS_BIND, NULL) <
	    0)
		return false;
	tell(root, "disk/mounted", "new\n");
	if (!fill("disk/full"))
		return false;
	tell(root, "disk/x", "new\n");
	told[20] = get(root, "disk/x") == 4 && strcmp(buffer, "old\n") == 0;
	told[21] = entries("disk");
	(void)unlink(tree_path("disk/full"));
	/* Half of it would fit. */
	memset(buffer, 'x', LARGE);
	told[22] = atomicfile_replace(root, "disk/x", buffer, LARGE);
	told[23] = get(root, "disk/x") == 4 && strcmp(buffer, "old\n") == 0;
	told[24] = entries("disk");
	if (mount(NULL, tree_path("disk"), NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
		return false;
	tell(root, "disk/x", "new\n");
	tell(root, "disk/y", "new\n");
	tell(root, "disk/y/z", "new\n");
	tell(root, "disk/x", "old\n");
	told[25] = atomicfile_remove(root, "disk/x");
	told[26] = atomicfile_remove(root, "disk/y");
	return true;
}

static void test_disks(const struct root *root)
{
	tree_folders("disk/x");
	if (!in_child(on_small_disk, root)) {
		skip("no private mounts here");
		return;
	}
	is_int(told[1], -EBUSY, "a file that another is mounted on");
	is_int(told[2], -EBUSY, "cannot be replaced");
	is_int(told[4], -ENOSPC, "a full disk");
	is_int(told[20], 1, "takes nothing from the old file");
	is_int(told[21], 3, "and nothing is left there");
	is_int(told[22], -ENOSPC, "nor when it is full half way");
	is_int(told[23], 1, "takes it anything");
	is_int(told[24], 2, "or leaves it");
	is_int(told[5], -EROFS, "a read-only disk");
	is_int(told[6], -EROFS, "takes nothing");
	is_int(told[7], -EROFS, "no new file");
	is_int(told[8], -EROFS, "either");
	is_int(told[9], -EROFS, "nor a folder");
	is_int(told[10], -EROFS, "with one");
	is_int(told[12], 0, "but what it has already need not be written");
	is_int(told[25], -EROFS, "nor is anything removed there");
	is_int(told[26], -ENOENT, "that is there");
}

static void put_by_turns(const struct root *root, int ready)
{
	bool good = write(ready, "x", 1) == 1;

	/* Should nobody be left to kill it. */
	(void)alarm(10);
	for (size_t i = 0; good; i++) {
		memset(buffer, i % 2 ? 'b' : 'a', LARGE);
		good = atomicfile_replace(root, "crash/x", buffer,
					  i % 2 ? LARGE : LARGE / 2) == 0;
	}
	_exit(1);
}

static bool is_whole(const struct root *root)
{
	ssize_t len = get(root, "crash/x");

	if (len != (ssize_t)(buffer[0] == 'a' ? LARGE / 2 : LARGE))
		return false;
	for (ssize_t i = 1; i < len; i++) {
		if (buffer[i] != buffer[0])
			return false;
	}
	return true;
}

/* True: after a writer was killed, the file is whole. */
static bool survives(const struct root *root)
{
	int ends[2], state = 0;
	char byte = 0;
	pid_t pid;

	if (pipe(ends) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		put_by_turns(root, ends[1]);
	(void)close(ends[1]);
	if (read(ends[0], &byte, 1) == 1)
		(void)usleep((useconds_t)rand() % 1000);
	(void)close(ends[0]);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &state, 0);
	return byte == 'x' && WIFSIGNALED(state) && is_whole(root);
}

static void test_crashes(const struct root *root)
{
	int whole = 0, leftovers = 0;

	memset(buffer, 'b', LARGE);
	is_int(atomicfile_replace(root, "crash/x", buffer, LARGE), 0, "a large file");
	(void)fflush(stdout);
	for (int i = 0; i < 200; i++) {
		whole += survives(root);
		leftovers += entries("crash") == 2;
	}
	is_int(whole, 200, "killed at any time, it leaves a whole file");
	printf("# %d times it was in the middle of it\n", leftovers);
	is_int(put(root, "crash/x", "x\n"), 0, "the next run goes on");
	is_int(entries("crash"), 1, "and removes what was left");
}

int main(void)
{
	struct root root;

	told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	if (told == MAP_FAILED)
		abort();
	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_replace(&root);
	test_same(&root);
	test_order(&root);
	test_failing_steps(&root);
	test_short_write(&root);
	test_stale(&root);
	test_links(&root);
	test_long_chains(&root);
	test_outside(&root);
	test_no_files(&root);
	test_masked();
	test_long_names(&root);
	test_mode(&root);
	test_xattrs(&root);
	test_acl(&root);
	test_rights(&root);
	test_set_group_id(&root);
	test_flags(&root);
	test_disks(&root);
	test_crashes(&root);
	root_done(&root);
	tree_end();
	return done();
}
