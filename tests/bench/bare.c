/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * bare NAME FIELD...: the least that reading all processes takes, to compare with.
 * FIELD is owner, or the name of a file. The first is read of every process, the
 * others of those whose comm is NAME; * is all.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
	uint64_t inode;
	int64_t next;
	unsigned short len;
	unsigned char type;
	char name[];
};

static ssize_t read_field(int dir, const char *field, char *text, size_t size)
{
	ssize_t len;
	int fd;

	if (strcmp(field, "owner") == 0) {
		struct stat st;

		return fstat(dir, &st);
	}
	fd = openat(dir, field, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = read(fd, text, size);
	(void)close(fd);
	return len;
}

static void look(int proc, const char *pid, char **words)
{
	int dir = openat(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *name = words[0];
	char text[4096];
	ssize_t len;

	if (dir < 0)
		return;
	len = read_field(dir, words[1], text, sizeof(text));
	if (*name == '*' || (len == (ssize_t)strlen(name) + 1 &&
			     memcmp(text, name, (size_t)len - 1) == 0)) {
		for (int i = 2; words[i]; i++)
			(void)read_field(dir, words[i], text, sizeof(text));
	}
	(void)close(dir);
}

int main(int argc, char **argv)
{
	static _Alignas(8) char entries[64 * 1024];
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long len;

	if (argc < 3 || proc < 0) {
		(void)fputs("Usage: bare NAME|* FIELD...\n", stderr);
		return 64;
	}
	while ((len = syscall(SYS_getdents64, proc, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < len;) {
			const struct entry *entry = (const void *)(entries + at);

			if (*entry->name >= '1' && *entry->name <= '9')
				look(proc, entry->name, argv + 1);
			at += entry->len;
		}
	}
	return len < 0;
}
