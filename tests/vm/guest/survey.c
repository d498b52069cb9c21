/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads lines "KEY PATTERN HOW [FIELD=VALUE]..." with tabs between, and prints of every file
 * that matches PATTERN what the kernel makes of it, with tabs between:
 *
 *	file KEY PATH MODE TEXT          what it holds
 *	write KEY PATH FIELD VALUE WHAT  taken, refused:ERRNO, ignored, or reads:TEXT
 *	bare KEY PATH MASK WHAT          root with these capabilities alone: allowed or denied
 *	moves KEY PATH OTHER OLD NEW     another file that was changed by it
 *	stuck KEY PATH NEW               it could not be put back
 *
 * HOW: "rw", "w" (it cannot be read), or "no" (it is neither read nor written). All is done
 * by one process, because after some writes none can be started.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE  1024
#define FILES 400
#define WORDS 40

struct file {
	const char *key, *path, *how;
	char *tries[WORDS]; /* "FIELD=VALUE", NULL-ended */
	char live[SIZE];
};

struct survey {
	struct file files[FILES];
	int count;
};

/* One comma between words, and of "a [b] c" only b. */
static void tidy(char *text)
{
	char *from = text, *to = text, *open = strchr(text, '['),
	     *close = open ? strchr(open, ']') : NULL;

	if (close) {
		*close = '\0';
		from = open + 1;
	}
	for (char *word; (word = strsep(&from, " \t\n"));) {
		size_t length = strlen(word);

		if (length == 0)
			continue;
		if (to > text)
			*to++ = ',';
		memmove(to, word, length);
		to += length;
	}
	*to = '\0';
}

/* What cannot be read is empty. */
static void get(const char *path, char text[SIZE])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, SIZE - 1);

	if (fd >= 0)
		(void)close(fd);
	text[length < 0 ? 0 : length] = '\0';
	tidy(text);
}

/* With blanks for the commas. 0 or an errno. */
static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;
	char text[SIZE];
	ssize_t length = snprintf(text, sizeof(text), "%s\n", value);

	if (fd < 0)
		return errno;
	for (char *at = text; (at = strchr(at, ','));)
		*at = ' ';
	if (write(fd, text, (size_t)length) != length)
		error = errno;
	(void)close(fd);
	return error;
}

/* A flag reads as Y, and a mask in hexadecimal. */
static bool same(const char *now, const char *value)
{
	char *end;
	unsigned long long number;

	if (strcmp(now, "Y") == 0 || strcmp(now, "true") == 0)
		now = "1";
	else if (strcmp(now, "N") == 0 || strcmp(now, "false") == 0)
		now = "0";
	if (strcmp(now, value) == 0)
		return true;
	if (strncmp(now, "0x", 2) != 0)
		return false;
	number = strtoull(now, &end, 16);
	return *end == '\0' && number == strtoull(value, NULL, 10);
}

/* "*3": as many as the file has. "-1+": in place of the first. */
static void expand(const struct file *file, const char *value, char text[SIZE])
{
	const char *rest = strchr(file->live, ',');
	int length = 0;

	if (value[0] == '*') {
		length = snprintf(text, SIZE, "%s", value + 1);
		for (const char *at = file->live; (at = strchr(at, ',')); at++)
			length += snprintf(text + length, (size_t)(SIZE - length), ",%s",
					   value + 1);
		return;
	}
	(void)snprintf(text, SIZE, "%s", value);
	length = (int)strlen(text);
	if (length > 0 && text[length - 1] == '+')
		(void)snprintf(text + length - 1, (size_t)(SIZE - length), "%s",
			       rest ? rest : "");
}

static void try(const struct file *file, const char *field, const char *asked)
{
	char before[SIZE], now[SIZE], value[SIZE];
	bool blind = strcmp(file->how, "w") == 0;
	int error;

	expand(file, asked, value);
	get(file->path, before);
	error = put(file->path, value);
	get(file->path, now);
	printf("write\t%s\t%s\t%s\t%s\t", file->key, file->path, field, value);
	if (error)
		printf("refused:%s\n", strerrorname_np(error));
	else if (blind || same(now, value))
		puts("taken");
	else if (strcmp(now, before) == 0)
		puts("ignored");
	else
		printf("reads:%s\n", now);
}

static void keep_capabilities(unsigned long long kept)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (__u32)kept, .permitted = (__u32)kept },
		{ .effective = (__u32)(kept >> 32), .permitted = (__u32)(kept >> 32) },
	};

	if (syscall(SYS_capset, &header, data) != 0)
		_exit(2);
}

/* May root with these capabilities alone write what is there? */
static void try_bare(const struct file *file, const char *mask)
{
	int status = -1;
	pid_t child;

	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		int error;

		keep_capabilities(strtoull(mask, NULL, 16));
		error = put(file->path, file->live);
		_exit(error == EPERM || error == EACCES);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		status = -1;
	printf("bare\t%s\t%s\t%s\t%s\n", file->key, file->path, mask,
	       status == 0	  ? "allowed"
	       : status == 1 << 8 ? "denied"
				  : "failed");
}

static bool is_moved(const struct file *file, char now[SIZE])
{
	if (strcmp(file->how, "rw") != 0)
		return false;
	get(file->path, now);
	return strcmp(now, file->live) != 0;
}

/* Puts everything back that is not as it was: @by itself first, then what it has moved, which
 * may put back the former. */
static void put_back(struct survey *survey, const struct file *by)
{
	struct file *end = survey->files + survey->count;
	char now[SIZE];

	if (by->live[0])
		(void)put(by->path, by->live);
	for (struct file *file = survey->files; file < end; file++) {
		if (file == by || !is_moved(file, now))
			continue;
		printf("moves\t%s\t%s\t%s\t%s\t%s\n", by->key, by->path, file->path,
		       file->live, now);
		(void)put(file->path, file->live);
	}
	for (struct file *file = survey->files; file < end; file++) {
		if (!is_moved(file, now))
			continue;
		printf("stuck\t%s\t%s\t%s\n", by->key, file->path, now);
		(void)memcpy(file->live, now, sizeof(now));
	}
}

static void examine(struct survey *survey, struct file *file)
{
	for (char **word = file->tries; *word; word++) {
		char *value = strchr(*word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(*word, "bare") == 0)
			try_bare(file, value);
		else
			try(file, *word, value);
	}
	put_back(survey, file);
	(void)fflush(stdout);
}

static void add_file(struct survey *survey, char **words, const char *path)
{
	struct file *file = &survey->files[survey->count++];
	struct stat st;

	if (survey->count > FILES)
		exit(3);
	file->key = words[0];
	file->path = strdup(path);
	file->how = words[2];
	for (int i = 3; words[i]; i++)
		file->tries[i - 3] = strdup(words[i]);
	if (strcmp(file->how, "rw") == 0)
		get(path, file->live);
	if (stat(path, &st) == 0)
		printf("file\t%s\t%s\t%03o\t%s\n", file->key, path,
		       (unsigned)st.st_mode & 0777, file->live);
}

static void add_line(struct survey *survey, char *line)
{
	char *words[WORDS] = { 0 };
	glob_t found = { 0 };
	int count = 0;

	for (char *word; count < WORDS - 1 && (word = strsep(&line, "\t\n"));)
		if (word[0])
			words[count++] = word;
	if (count >= 3 && glob(words[1], 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			add_file(survey, words, found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	static struct survey survey;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		add_line(&survey, line);
		line = NULL; /* its words are kept */
	}
	for (int i = 0; i < survey.count; i++)
		examine(&survey, &survey.files[i]);
	puts("end");
	return fflush(stdout) == 0 ? 0 : 1;
}
