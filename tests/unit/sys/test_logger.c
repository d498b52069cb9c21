/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/logger.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "confined.h"
#include "tap.h"
#include "tree.h"

static char got[16384];
static ssize_t got_len;

static const struct logger_field fields[] = {
	{ "LOWMEMCTL_RULE", "protect-sshd" },
	{ "LOWMEMCTL_COMM", "two\nlines" },
};

static int listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, name, strlen(name));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		abort();
	return fd;
}

static const char *next(int fd)
{
	got_len = read(fd, got, sizeof(got) - 1);
	got[got_len > 0 ? got_len : 0] = '\0';
	return got;
}

/* What the service manager does with a stream that goes to the journal. */
static void is_stream(int fd, ino_t more)
{
	char text[64];
	struct stat st;

	(void)fstat(fd, &st);
	(void)snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)st.st_dev,
		       (unsigned long long)(st.st_ino + more));
	(void)setenv("JOURNAL_STREAM", text, 1);
}

static void test_lines(int in, int out)
{
	struct logger logger;

	logger_init(&logger, "lowmemctl", out, tree_path("journal"));
	is_int(logger.journal, -1, "no journal");
	logger_say(&logger, LOG_NOTICE, fields, 2, "pid %d: %d", 12, -900);
	is_str(next(in), "lowmemctl: pid 12: -900\n", "a line");
	logger_say(&logger, LOG_WARNING, NULL, 0, "careful");
	is_str(next(in), "lowmemctl: warning: careful\n", "a warning");
	logger_say(&logger, LOG_ERR, NULL, 0, "no");
	is_str(next(in), "lowmemctl: error: no\n", "an error");
	logger_say(&logger, LOG_INFO, NULL, 0, "a\nlowmemctl: \033[2Jb\x7f%s",
		   "\xc3\xa4");
	is_str(next(in), "lowmemctl: a?lowmemctl: ?[2Jb?\xc3\xa4\n",
	       "control characters do not come through");
	is_int((long long)logger.lost, 0, "nothing is lost");
	logger_done(&logger);
}

static void test_long_line(int in, int out)
{
	char message[2000];
	struct logger logger;

	memset(message, 'x', sizeof(message));
	message[sizeof(message) - 1] = '\0';
	/* Two bytes, of which one would still fit. */
	memcpy(message + 996, "\xc3\xa4", 2);
	logger_init(&logger, "lowmemctl", out, tree_path("journal"));
	logger_say(&logger, LOG_INFO, NULL, 0, "%s", message);
	is_int((long long)strlen(next(in)), 11 + 996 + 3 + 1, "a long one is cut");
	is_str(got + 11 + 995, "x...\n", "between two characters, visibly");
	memcpy(message + 1000, "", 1);
	logger_say(&logger, LOG_INFO, NULL, 0, "%s", message);
	is_int((long long)strlen(next(in)), 11 + 1000 + 1, "one that fits is not");
	is_int(got[11 + 999], 'x', "to its end");
	logger_done(&logger);
}

/* What is inherited need not be true: stderr may have been sent elsewhere. */
static void test_which(int out)
{
	static const char *const wrong[] = { "", ":", "1", "x:y", "1:", "1:2:3" };
	struct logger logger;

	is_stream(out, 1);
	logger_init(&logger, "lowmemctl", out, tree_path("journal"));
	is_int(logger.journal, -1, "another file's journal");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		(void)setenv("JOURNAL_STREAM", wrong[i], 1);
		logger_init(&logger, "lowmemctl", out, tree_path("journal"));
		is_int(logger.journal, -1, "'%s' is no journal", wrong[i]);
	}
	(void)unsetenv("JOURNAL_STREAM");
}

static void test_entries(struct logger *logger, int in, int journal)
{
	static const char wanted[] =
		"MESSAGE=pid 12\nPRIORITY=5\nSYSLOG_IDENTIFIER=lowmemctl\n"
		"LOWMEMCTL_RULE=protect-sshd\n"
		"LOWMEMCTL_COMM\n\x09\0\0\0\0\0\0\0two\nlines\n";
	static const char lines[] = "MESSAGE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n"
				    "PRIORITY=3\nSYSLOG_IDENTIFIER=lowmemctl\n";

	logger_say(logger, LOG_NOTICE, fields, 2, "pid %d", 12);
	(void)next(journal);
	ok(got_len == sizeof(wanted) - 1 && memcmp(got, wanted, sizeof(wanted) - 1) == 0,
	   "an entry with its fields");
	logger_say(logger, LOG_ERR, NULL, 0, "a\nPRIORITY=0");
	(void)next(journal);
	ok(got_len == sizeof(lines) - 1 && memcmp(got, lines, sizeof(lines) - 1) == 0,
	   "a message of two lines sets no field");
	is_str(next(in), "", "no line besides");
}

static void test_long_entry(struct logger *logger, int journal)
{
	struct logger_field many[40];
	char value[4000];
	size_t found = 0;

	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	for (size_t i = 0; i < 40; i++)
		many[i] = (struct logger_field){ "LOWMEMCTL_VALUE", value };
	logger_say(logger, LOG_INFO, many, 40, "%s", value);
	(void)next(journal);
	ok(got_len > 1000 && got_len <= 8192, "much is cut to %zd bytes", got_len);
	ok(got[8 + 996] == 'v' && memcmp(got + 8 + 997, "...\n", 4) == 0, "the message");
	for (const char *at = got; (at = strstr(at, "LOWMEMCTL_VALUE=")); at++) {
		if (strspn(at + 16, "v") == 497 && memcmp(at + 16 + 497, "...\n", 4) == 0)
			found++;
	}
	is_int((long long)found, 13, "values, and fields are whole or left out");
	is_int(got[got_len - 1], '\n', "to the end");
}

static int says(void *logger)
{
	logger_say(logger, LOG_INFO, fields, 2, "confined");
	return ((struct logger *)logger)->lost > 0;
}

static void test_full(struct logger *logger, int journal)
{
	for (size_t i = 0; i < 10000 && logger->lost == 0; i++)
		logger_say(logger, LOG_INFO, NULL, 0, "again");
	is_int((long long)logger->lost, 1, "a journal that is behind is not waited for");
	while (*next(journal))
		;
	logger_say(logger, LOG_INFO, NULL, 0, "later");
	ok(strncmp(next(journal), "MESSAGE=later\n", 14) == 0, "and goes on later");
}

static void test_journal(int in, int out)
{
	int journal = listen_at(tree_path("journal"));
	struct logger logger;

	is_stream(out, 0);
	logger_init(&logger, "lowmemctl", out, tree_path("journal"));
	ok(logger.journal >= 0, "the journal reads our stderr");
	test_entries(&logger, in, journal);
	test_long_entry(&logger, journal);
	works_confined(says, &logger);
	while (*next(journal))
		;
	test_full(&logger, journal);
	logger.lost = 0;
	(void)close(journal);
	logger_say(&logger, LOG_INFO, NULL, 0, "the end");
	is_str(next(in), "lowmemctl: the end\n", "without a journal there are lines");
	is_int((long long)logger.lost, 0, "and nothing is lost");
	logger_done(&logger);
	logger_done(&logger);
	(void)unsetenv("JOURNAL_STREAM");
}

/* Somebody who has stopped reading our stderr must not stop us. */
static void test_blocked(void)
{
	struct logger logger;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		abort();
	logger_init(&logger, "lowmemctl", ends[1], tree_path("journal"));
	(void)alarm(20);
	for (size_t i = 0; i < 10000 && logger.lost == 0; i++)
		logger_say(&logger, LOG_INFO, NULL, 0, "again, and at some length");
	(void)alarm(0);
	is_int((long long)logger.lost, 1, "a full pipe is not waited for");
	works_confined(says, &(struct logger){ .out = STDERR_FILENO,
					       .journal = -1,
					       .identifier = "# lowmemctl" });
	(void)close(ends[0]);
	logger_say(&logger, LOG_INFO, NULL, 0, "nobody");
	is_int((long long)logger.lost, 2, "a closed one is lost, too");
	(void)close(ends[1]);
	logger_done(&logger);
}

int main(void)
{
	int ends[2];

	(void)unsetenv("JOURNAL_STREAM");
	(void)signal(SIGPIPE, SIG_IGN);
	tree_begin();
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		abort();
	test_lines(ends[0], ends[1]);
	test_long_line(ends[0], ends[1]);
	test_which(ends[1]);
	test_journal(ends[0], ends[1]);
	test_blocked();
	tree_end();
	return done();
}
