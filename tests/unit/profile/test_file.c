/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/file.h"

#include <signal.h>

#include "hosts.h"
#include "profile/ytree.h"

#define V "version: 1\n"

static void test_order(struct hosts *h)
{
	(void)put("shipped/web.yaml", V "name: shipped\n");
	is_int(load_fresh(h, "web", TRUST_ANY), 0, "a shipped one");
	is_str(layers(h), "shipped", "is found");
	(void)put(LOCAL "web.yaml", V "name: local\n");
	is_int(load_fresh(h, "web", TRUST_ANY), 0, "a local one");
	is_str(layers(h), "local", "hides it");
	is_str(h->profile.items[0]->source->name, "/etc/lowmemctl/profiles/web.yaml",
	       "its path is the host's");
	(void)unlink(LOCAL "web.yaml");
	is_int(symlink("/dev/null", LOCAL "web.yaml"), 0, "symlink");
	is_int(load_fresh(h, "web", TRUST_ANY), -ENOENT, "a link to /dev/null");
	is_str(said(h),
	       "the profile 'web' is masked: /etc/lowmemctl/profiles/web.yaml is a link to "
	       "/dev/null",
	       "masks it");
	ok(file_is_masked(&h->loader, "etc/lowmemctl/profiles/web.yaml"), "masked");
	ok(!file_is_masked(&h->loader, "etc/lowmemctl/profiles/other.yaml"),
	   "not masked");
	(void)unlink(LOCAL "web.yaml");
	is_int(symlink("elsewhere.yaml", LOCAL "web.yaml"), 0, "symlink");
	is_int(load_fresh(h, "web", TRUST_ANY), -ENOENT, "a link that leads nowhere");
	is_str(said(h), "/etc/lowmemctl/profiles/web.yaml is a link that leads nowhere",
	       "does not let the shipped one through");
	(void)unlink(LOCAL "web.yaml");
}

static void test_names(struct hosts *h)
{
	is_int(load_fresh(h, "wbe", TRUST_ANY), -ENOENT, "a name that is not there");
	is_str(said(h), "there is no profile 'wbe': did you mean 'web'?", "the nearest");
	is_int(load_fresh(h, "Web", TRUST_ANY), -ENOENT, "what cannot be a name");
	is_int(load_fresh(h, "somewhere-else", TRUST_ANY), -ENOENT, "nothing is near");
	is_str(said(h),
	       "there is no profile 'somewhere-else' in /etc/lowmemctl/profiles or shipped "
	       "(a path has a '/' or ends in .yaml)",
	       "where it was looked for");
	is_int(load_fresh(h, "./nosuch", TRUST_ANY), -ENOENT, "a path that is not there");
	is_str(said(h), "./nosuch cannot be read: No such file or directory", "says so");
	is_int(load_fresh(h, "nosuch.yaml", TRUST_ANY), -ENOENT, "a suffix makes a path");
	is_str(said(h), "nosuch.yaml cannot be read: No such file or directory", "too");
}

static void test_kinds(struct hosts *h)
{
	is_int(load_fresh(h, "./own", TRUST_ANY), -EINVAL, "a directory");
	is_str(said(h), "./own is a directory: name a profile in it", "says so");
	(void)mkfifo("own/pipe", 0600);
	is_int(load_fresh(h, "own/pipe", TRUST_ANY), -EINVAL, "a pipe is not waited for");
	is_str(said(h), "own/pipe is not a regular file", "says so");
	is_int(load_fresh(h, "/dev/null", TRUST_ANY), -EINVAL, "a device");
}

static void test_size(struct hosts *h)
{
	(void)put("own/large.yaml", V);
	is_int(truncate("own/large.yaml", (off_t)YTREE_SIZE + 1), 0, "a large file");
	is_int(load_fresh(h, "own/large.yaml", TRUST_ANY), -EINVAL, "is refused");
	is_str(said(h), "own/large.yaml is larger than 1 MiB: no profile needs that much",
	       "says so");
	ok(arena_used(h->arena) < 4096, "and not read");
}

static void test_trust(struct hosts *h)
{
	(void)put("own/t.yaml", V);
	(void)chmod("own/t.yaml", 0646);
	is_int(load_fresh(h, "own/t.yaml", TRUST_ANY), 0, "looking at it is no matter");
	is_int((long long)h->diags.warnings, 1, "but a warning");
	is_int(load_fresh(h, "own/t.yaml", TRUST_OWNER), -EPERM, "all can write it");
	is_str(said(h),
	       "own/t.yaml is not to be trusted: others than its owner can write it (chmod "
	       "go-w)",
	       "says so");
	(void)chmod("own/t.yaml", 0644);
	is_int(load_fresh(h, "own/t.yaml", TRUST_OWNER), 0, "only its owner can");
	if (geteuid() != 0) {
		is_int(load_fresh(h, "own/t.yaml", TRUST_ROOT), -EPERM,
		       "it is not root's");
		return;
	}
	is_int(load_fresh(h, "own/t.yaml", TRUST_ROOT), 0, "it is root's");
	(void)chmod("own/t.yaml", 0664);
	is_int(load_fresh(h, "own/t.yaml", TRUST_ROOT), 0, "root's group is root");
	is_int(chown("own/t.yaml", 0, 1), 0, "chown");
	is_int(load_fresh(h, "own/t.yaml", TRUST_OWNER), -EPERM,
	       "another group can write");
	is_int(chown("own/t.yaml", 1, 0), 0, "chown");
	(void)chmod("own/t.yaml", 0644);
	is_int(load_fresh(h, "own/t.yaml", TRUST_OWNER), 0, "another's file is his");
	is_int(load_fresh(h, "own/t.yaml", TRUST_ROOT), -EPERM, "and not root's");
	is_str(said(h),
	       "own/t.yaml is not to be trusted: it must belong to root for unattended use",
	       "says so");
}

/* Loads "-" with @fd as standard input. */
static int load_stdin(struct hosts *h, int fd)
{
	int saved = dup(STDIN_FILENO), r;

	(void)dup2(fd, STDIN_FILENO);
	r = load_fresh(h, "-", TRUST_OWNER);
	(void)dup2(saved, STDIN_FILENO);
	(void)close(saved);
	return r;
}

static void feed(int fd, size_t len)
{
	static const char line[] = "# a line of thirty-one letters.\n";

	(void)signal(SIGPIPE, SIG_IGN);
	(void)!write(fd, V, strlen(V));
	for (size_t i = 0; i < len && write(fd, line, strlen(line)) > 0;
	     i += strlen(line))
		continue;
}

static void test_stdin(struct hosts *h)
{
	static const size_t lens[] = { 0, 40000, YTREE_SIZE + 100 };
	cleanup_fd int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < 3; i++) {
		int fds[2];
		pid_t child;

		if (pipe2(fds, O_CLOEXEC) < 0)
			return;
		child = fork();
		if (child == 0) {
			(void)close(fds[0]);
			feed(fds[1], lens[i]);
			_exit(0);
		}
		(void)close(fds[1]);
		is_int(load_stdin(h, fds[0]), i < 2 ? 0 : -EINVAL,
		       "%zu bytes from a pipe", lens[i]);
		(void)close(fds[0]);
		if (i < 2)
			is_str(layers(h), "stdin", "its name");
		else
			is_str(said(h),
			       "- is larger than 1 MiB: no profile needs that much",
			       "it is not read to its end");
	}
	is_int(load_stdin(h, null), -EINVAL, "/dev/null as standard input");
}

/* What is no profile is any file, however it is called; whom it belongs to is no matter. */
static void test_foreign(struct hosts *h)
{
	const struct file_wish wish = { .name = "sysctl", .foreign = true };
	const struct file_wish folder = { .name = "own", .foreign = true };
	cleanup(file_close) struct file file = { .fd = -1 };
	const struct source *source;
	char *large = malloc(YTREE_SIZE + 2);

	if (!large)
		abort();
	memset(large, '#', YTREE_SIZE + 1);
	large[YTREE_SIZE + 1] = '\0';
	(void)put("sysctl", large);
	free(large);
	(void)chmod("sysctl", 0666);
	hosts_reset(h, TRUST_ANY);
	is_int(file_open(&h->loader, &wish, &file), 0, "a name without a slash");
	is_int(file_read(&h->loader, &file, NOWHERE, &source), 0, "of 1 MiB and more");
	is_int((long long)source->len, YTREE_SIZE + 1, "all of it");
	is_str(source->name, "sysctl", "its name is as it was given");
	is_int((long long)h->diags.count, 0, "nothing is said of who can write it");
	file_close(&file);
	is_int(truncate("sysctl", (off_t)16 * 1024 * 1024 + 1), 0, "truncate");
	is_int(file_open(&h->loader, &wish, &file), -EINVAL, "more is too much");
	is_str(said(h), "sysctl is larger than 16 MiB", "and that is said");
	hosts_reset(h, TRUST_ANY);
	is_int(file_open(&h->loader, &folder, &file), -EINVAL, "a directory");
	is_str(said(h), "own is a directory: name a file in it", "is none");
}

int main(void)
{
	struct hosts hosts;

	if (!ok(hosts_init(&hosts), "a host to test with"))
		return done();
	test_order(&hosts);
	test_names(&hosts);
	test_kinds(&hosts);
	test_size(&hosts);
	test_trust(&hosts);
	test_stdin(&hosts);
	test_foreign(&hosts);
	hosts_done(&hosts);
	return done();
}
