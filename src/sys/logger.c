/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/logger.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"

#define MESSAGE_MOST  1000
#define VALUE_MOST    500
#define LINE_MOST     (MESSAGE_MOST + 64)
#define DATAGRAM_MOST 8192
#define CUT	      "..."

struct datagram {
	char bytes[DATAGRAM_MOST];
	size_t len;
};

/* How much of @text, at most @most bytes, goes before what is cut: no part of a character. */
static size_t cut_at(const char *text, size_t most)
{
	size_t len = most - strlen(CUT);

	while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* Is @fd what the environment says the journal reads? It is inherited by those who write elsewhere. */
static bool is_journals(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct span rest = span_of(stream ? stream : ""), device;
	uint64_t dev, inode;
	struct stat st;

	return span_until(&rest, ':', &device) && num_u64(device, &dev) == 0 &&
	       num_u64(rest, &inode) == 0 && fstat(fd, &st) == 0 && st.st_dev == dev &&
	       st.st_ino == inode;
}

void logger_init(struct logger *logger, const char *identifier, int out,
		 const char *socket_path)
{
	*logger = (struct logger){
		.out = out,
		.journal = -1,
		.to = { .sun_family = AF_UNIX },
		.identifier = identifier,
	};
	if (!is_journals(out) || strlen(socket_path) >= sizeof(logger->to.sun_path))
		return;
	memcpy(logger->to.sun_path, socket_path, strlen(socket_path));
	logger->journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void logger_done(struct logger *logger)
{
	if (logger->journal >= 0)
		(void)close(logger->journal);
	logger->journal = -1;
}

static void put(struct datagram *datagram, const void *bytes, size_t len)
{
	memcpy(datagram->bytes + datagram->len, bytes, len);
	datagram->len += len;
}

/* @value of @len bytes, and @end behind it. One of several lines goes with its length before it; the
 * journal takes both forms. A field that has no room is left out. */
static void add(struct datagram *datagram, const char *name, const char *value,
		size_t len, const char *end)
{
	uint64_t size = htole64(len + strlen(end));

	if (strlen(name) + sizeof(size) + len + strlen(end) + 3 >
	    sizeof(datagram->bytes) - datagram->len)
		return;
	put(datagram, name, strlen(name));
	if (memchr(value, '\n', len)) {
		put(datagram, "\n", 1);
		put(datagram, &size, sizeof(size));
	} else {
		put(datagram, "=", 1);
	}
	put(datagram, value, len);
	put(datagram, end, strlen(end));
	put(datagram, "\n", 1);
}

static void add_field(struct datagram *datagram, const struct logger_field *field)
{
	size_t len = strlen(field->value);

	if (len > VALUE_MOST)
		add(datagram, field->name, field->value, cut_at(field->value, VALUE_MOST),
		    CUT);
	else
		add(datagram, field->name, field->value, len, "");
}

static int send_entry(const struct logger *logger, const struct datagram *datagram)
{
	return sendto(logger->journal, datagram->bytes, datagram->len,
		      MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&logger->to,
		      sizeof(logger->to)) < 0
		       ? -errno
		       : 0;
}

/* 0; -EAGAIN: no room; other -errno: there is no journal now. */
static int to_journal(const struct logger *logger, int level,
		      const struct logger_field *fields, size_t len, const char *message)
{
	const char priority = (char)('0' + level);
	struct datagram datagram;

	datagram.len = 0;
	add(&datagram, "MESSAGE", message, strlen(message), "");
	add(&datagram, "PRIORITY", &priority, 1, "");
	add(&datagram, "SYSLOG_IDENTIFIER", logger->identifier,
	    strlen(logger->identifier), "");
	for (size_t i = 0; i < len; i++)
		add_field(&datagram, &fields[i]);
	return send_entry(logger, &datagram);
}

static const char *word_of(int level)
{
	if (level <= LOG_ERR)
		return "error: ";
	return level == LOG_WARNING ? "warning: " : "";
}

/* A name could rewrite what stands above it on a terminal, or begin a line of its own. */
static void tame(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			*text = '?';
	}
}

/* Other processes have the same file, so that it stays as it is and is asked whether it would
 * block: then not for a line as short as this. */
static bool write_line(int fd, const char *line, size_t len)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	return poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) &&
	       write(fd, line, len) == (ssize_t)len;
}

static bool to_stderr(const struct logger *logger, int level, const char *message)
{
	char line[LINE_MOST];
	int len = snprintf(line, sizeof(line) - 1, "%.32s: %s%s", logger->identifier,
			   word_of(level), message);

	tame(line);
	if (len < 0 || (size_t)len > sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len] = '\n';
	return write_line(logger->out, line, (size_t)len + 1);
}

void logger_say(struct logger *logger, int level, const struct logger_field *fields,
		size_t len, const char *format, ...)
{
	char message[MESSAGE_MOST + 1];
	int r = -ENOENT, whole;
	va_list args;

	va_start(args, format);
	whole = vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (whole > MESSAGE_MOST)
		memcpy(message + cut_at(message, MESSAGE_MOST), CUT, sizeof(CUT));
	if (logger->journal >= 0)
		r = to_journal(logger, level, fields, len, message);
	/* A journal that is not there now cannot read our stderr either; somebody else may. */
	if (r == -EAGAIN || (r < 0 && !to_stderr(logger, level, message)))
		logger->lost++;
}
