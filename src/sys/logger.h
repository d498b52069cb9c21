/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A daemon's log. Where the journal reads our stderr (JOURNAL_STREAM names the
 * very socket that it is) entries go to it as such, by its native protocol, with
 * level and fields of their own; else each is a line of text. Nothing is
 * allocated, and nobody is waited for: an entry that finds no room is counted.
 *
 * Names of processes are in messages, and anybody's: a line has no control
 * characters, and no value can pass for a field.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h> /* LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG */

#define LOGGER_JOURNAL "/run/systemd/journal/socket"

struct logger_field {
	const char *name; /* capitals, digits and underscores, none of these in front */
	const char *value;
};

struct logger {
	int out;     /* the caller's; lines go there */
	int journal; /* -1: lines it is */
	struct sockaddr_un to;
	const char *identifier;
	unsigned long lost; /* entries that found no room */
};

/*
 * @identifier goes before each line, and is the journal's SYSLOG_IDENTIFIER; it must outlive the
 * logger. @out is stderr, and @socket LOGGER_JOURNAL, but in a test. Cannot fail: where the journal
 * is not to be had there are lines.
 */
void logger_init(struct logger *logger, const char *identifier, int out,
		 const char *socket);
void logger_done(struct logger *logger);

/*
 * Logs one entry. The @fields are the journal's only, so the message has to say what matters; it is
 * cut at 1000 bytes, and values at 500.
 */
void logger_say(struct logger *logger, int level, const struct logger_field *fields,
		size_t len, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
