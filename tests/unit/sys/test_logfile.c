/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "sys/clock.h"
#include "tap.h"
#include "tree.h"

#define LINE "Nov 29 10:00:00 host kernel: Killed process 812 (sshd)\n"

static char text[4096], words[HELPER_WORDS];

static const struct {
	const char *name, *pack;
} packs[] = {
	{ "plain", "cat" },   { "gz", "gzip" },	  { "xz", "xz" },
	{ "zst", "zstd -q" }, { "bz2", "bzip2" },
};

#define PACKS (sizeof(packs) / sizeof(*packs))

/* @line, with @file behind it, in the tree. False: it fails, as where there is no such program. */
static bool shell(const char *line, const char *file)
{
	char command[512];

	(void)snprintf(command, sizeof(command), "cd '%s' && { %s'%s'; } 2>/dev/null",
		       tree, line, file);
	return system(command) == 0;
}

/* All of it, and how it ends. */
static enum logfile_end read_all(struct logfile *log, int *ret_error)
{
	ssize_t got = 1;
	size_t len = 0;

	while (got > 0) {
		got = logfile_read(log, text + len, sizeof(text) - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	*ret_error = (int)got;
	text[len] = '\0';
	return logfile_close(log, words);
}

static enum logfile_end read_named(const char *path, int *ret_error)
{
	struct logfile log;

	*ret_error = logfile_open_named(&log, path);
	if (*ret_error == 0)
		return read_all(&log, ret_error);
	return logfile_close(&log, words);
}

/* The same through a pipe, which cannot be read twice. */
static enum logfile_end read_piped(const char *path, int *ret_error)
{
	enum logfile_end end;
	char command[700];
	struct logfile log;
	FILE *pipe;

	/* In two pieces, the first of which tells nothing. */
	(void)snprintf(command, sizeof(command),
		       "head -c 1 '%s'; sleep 0.1; tail -c +2 '%s'", path, path);
	pipe = popen(command, "r");
	if (!pipe)
		abort();
	*ret_error = logfile_open(&log, fcntl(fileno(pipe), F_DUPFD_CLOEXEC, 3));
	end = *ret_error == 0 ? read_all(&log, ret_error) : logfile_close(&log, words);
	(void)pclose(pipe);
	return end;
}

static void test_whole(const char *path, const char *name)
{
	int error;

	is_int(read_named(path, &error), LOGFILE_WHOLE, "%s: read to its end", name);
	is_int(error, 0, "%s: without an error", name);
	is_str(text, LINE LINE, "%s: as it was", name);
	is_int(read_piped(path, &error), LOGFILE_WHOLE, "%s: through a pipe", name);
	is_str(text, LINE LINE, "%s: nothing is lost", name);
}

static void test_packs(void)
{
	tree_file("log", LINE LINE);
	for (size_t i = 0; i < PACKS; i++) {
		char line[64], name[16];

		/* The name does not tell. */
		(void)snprintf(name, sizeof(name), "packed.%zu", i);
		(void)snprintf(line, sizeof(line), "%s <log >", packs[i].pack);
		if (shell(line, name))
			test_whole(tree_path(name), packs[i].name);
		else
			skip("needs %s", packs[i].pack);
	}
}

static void test_damaged(void)
{
	int error;

	for (size_t i = 1; i < PACKS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "packed.%zu", i);
		if (!shell("test -s packed.1 && truncate -c -s -9 ", name))
			continue;
		is_int(read_named(tree_path(name), &error), LOGFILE_DAMAGED,
		       "%s: cut short", packs[i].name);
		is_int(error, 0, "%s: is no failure to read", packs[i].name);
		ok(*words, "%s: and the helper says so: %s", packs[i].name, words);
		is_int(read_piped(tree_path(name), &error), LOGFILE_DAMAGED,
		       "%s: through a pipe", packs[i].name);
	}
}

static void test_trailed(void)
{
	int error;

	if (!shell("gzip <log >", "trailed") || !shell("echo more >>", "trailed")) {
		skip("needs gzip");
		return;
	}
	is_int(read_named(tree_path("trailed"), &error), LOGFILE_TRAILED,
	       "something behind it");
	is_str(text, LINE LINE, "which is no part of it");
}

static void test_refusals(void)
{
	int error;

	is_int(read_named(tree_path("none"), &error), LOGFILE_WHOLE, "no file");
	is_int(error, -ENOENT, "is told");
	(void)read_named(tree, &error);
	is_int(error, -EISDIR, "so is a folder");
	tree_file("empty", "");
	is_int(read_named(tree_path("empty"), &error), LOGFILE_WHOLE, "an empty one");
	is_int(error, 0, "is none");
	is_str(text, "", "and has nothing");
	tree_file("journal", "LPKSHHRH and no more");
	(void)read_piped(tree_path("journal"), &error);
	is_int(error, -ESPIPE, "a journal in a pipe");
	if (access("/dev/kmsg", R_OK) == 0) {
		(void)read_named("/dev/kmsg", &error);
		ok(error == -ENOTSUP || error == -EPERM, "the kernel's records");
	} else {
		skip("needs /dev/kmsg");
	}
	tree_file("short", "a\n");
	is_int(read_piped(tree_path("short"), &error), LOGFILE_WHOLE,
	       "one that is shorter than any packer's mark");
	is_str(text, "a\n", "is read");
}

/* Who reads no further waits for nobody, though the other end of the pipe never closes. */
static void test_let_go(void)
{
	int ends[2], fd = open(tree_path("packed.1"), O_RDONLY | O_CLOEXEC);
	struct logfile log;
	char bytes[64];
	ssize_t len = read(fd, bytes, sizeof(bytes));

	(void)close(fd);
	if (len <= 0 || pipe2(ends, O_CLOEXEC) < 0 ||
	    write(ends[1], bytes, (size_t)len) != len) {
		skip("needs gzip");
		return;
	}
	is_int(logfile_open(&log, ends[0]), 0, "a pipe that stays open");
	ok(logfile_close(&log, words) != LOGFILE_TRAILED, "is let go");
	is_int(waitpid(-1, NULL, WNOHANG), -1, "and nobody is left behind");
	is_int(errno, ECHILD, "of those that helped");
	(void)close(ends[1]);
}

static void test_progress(void)
{
	uint64_t done_bytes = 0, size = 0;
	struct logfile log;
	int ends[2];

	is_int(logfile_open_named(&log, tree_path("log")), 0, "a file");
	is_int(logfile_read(&log, text, 10), 10, "read in part");
	ok(logfile_progress(&log, &done_bytes, &size), "knows how far it is");
	is_int((long long)done_bytes, 10, "so far");
	is_int((long long)size, 2 * (long long)strlen(LINE), "of so much");
	ok(clock_wall() - logfile_written(&log) < 60, "and when it was written");
	(void)logfile_close(&log, words);
	if (pipe2(ends, O_CLOEXEC) < 0)
		abort();
	(void)close(ends[1]);
	is_int(logfile_open(&log, ends[0]), 0, "a pipe");
	ok(!logfile_progress(&log, &done_bytes, &size), "does not");
	ok(clock_wall() - logfile_written(&log) < 60, "and is written to now");
	(void)logfile_close(&log, words);
}

/* Standard input may be read in part already. */
static void test_stdin(void)
{
	int fd = open(tree_path("log"), O_RDONLY | O_CLOEXEC), error;

	if (fd < 0 || lseek(fd, (off_t)strlen(LINE), SEEK_SET) < 0 ||
	    dup2(fd, STDIN_FILENO) < 0)
		abort();
	is_int(read_named("-", &error), LOGFILE_WHOLE, "standard input");
	is_str(text, LINE, "from where it is");
	ok(fcntl(STDIN_FILENO, F_GETFD) >= 0, "stays open");
}

static void test_marks(void)
{
	ok(!packer_of((const unsigned char *)"BZ", 2), "half a mark is none");
	ok(!packer_of((const unsigned char *)"", 0), "nor is nothing");
	is_str(packer_of((const unsigned char *)"\x1f\x9d\x90", 3)->program, "gzip",
	       "compress(1) is gzip's, too");
	is_str(packer_of((const unsigned char *)"LPKSHHRH", 8)->program, "journalctl",
	       "a journal is journalctl's");
}

int main(void)
{
	tree_begin();
	test_packs();
	test_progress();
	test_stdin();
	test_let_go();
	test_refusals();
	test_trailed();
	test_damaged();
	test_marks();
	tree_end();
	return done();
}
