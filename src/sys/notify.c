/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/num.h"
#include "sys/clock.h"

#define STATUS_MOST 256
#define NEWS_MOST   128 /* all that is told besides, "STATUS=" included */

static int set_address(struct notify *notify, const char *name)
{
	size_t len = strlen(name);

	if (name[0] != '/' && name[0] != '@')
		return -EAFNOSUPPORT;
	if (len >= sizeof(notify->to.sun_path))
		return -ENAMETOOLONG;
	notify->to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(notify->to.sun_path, name, len);
	/* An abstract name begins with NUL, and is as long as it says. */
	if (name[0] == '@')
		notify->to.sun_path[0] = '\0';
	notify->to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return 0;
}

static bool number_of(const char *variable, uint64_t *ret)
{
	const char *text = getenv(variable);

	return text && num_u64(span_of(text), ret) == 0;
}

static uint64_t watchdog(void)
{
	uint64_t pid, period;

	/* It may be meant for the process that started this one. */
	if (number_of("WATCHDOG_PID", &pid) && pid != (uint64_t)getpid())
		return 0;
	return number_of("WATCHDOG_USEC", &period) ? period : 0;
}

int notify_init(struct notify *notify)
{
	const struct timeval second = { .tv_sec = 1 };
	const char *name = getenv("NOTIFY_SOCKET");
	int r;

	*notify = (struct notify){ .fd = -1 };
	if (!name || !*name)
		return 0;
	r = set_address(notify, name);
	if (r < 0)
		return r;
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify->fd < 0)
		return -errno;
	(void)setsockopt(notify->fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	notify->watchdog_us = watchdog();
	return 0;
}

void notify_done(struct notify *notify)
{
	if (notify->fd >= 0)
		(void)close(notify->fd);
	notify->fd = -1;
}

static int news(enum notify_state state, char *text, size_t size)
{
	switch (state) {
	case NOTIFY_STATUS:
		break;
	case NOTIFY_WATCHDOG:
		return snprintf(text, size, "WATCHDOG=1\n");
	case NOTIFY_READY:
		return snprintf(text, size, "READY=1\n");
	case NOTIFY_RELOADING:
		/* Since systemd 253, which takes no reload for one without the time. */
		return snprintf(text, size, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\n",
				(uint64_t)clock_monotonic_ns() / 1000);
	case NOTIFY_STOPPING:
		return snprintf(text, size, "STOPPING=1\n");
	}
	return 0;
}

/* How much of @status is told: no part of a character, for which systemd would drop it all. */
static size_t status_len(const char *status)
{
	size_t len = strnlen(status, STATUS_MOST + 1);

	if (len <= STATUS_MOST)
		return len;
	for (len--; len > 0 && ((unsigned char)status[len] & 0xC0) == 0x80; len--)
		;
	return len;
}

/* A second line would be an assignment of its own. */
static size_t add_status(char *text, const char *status)
{
	static const char key[] = "STATUS=";
	size_t len = status_len(status);
	char *at = mempcpy(text, key, sizeof(key) - 1);

	for (size_t i = 0; i < len; i++)
		*at++ = (char)(status[i] == '\n' ? ' ' : status[i]);
	*at++ = '\n';
	return (size_t)(at - text);
}

int notify_tell(const struct notify *notify, enum notify_state state, const char *status)
{
	char text[NEWS_MOST + STATUS_MOST];
	int flags = state <= NOTIFY_WATCHDOG ? MSG_NOSIGNAL | MSG_DONTWAIT : MSG_NOSIGNAL;
	size_t len;

	if (notify->fd < 0)
		return 0;
	len = (size_t)news(state, text, NEWS_MOST);
	if (status)
		len += add_status(text + len, status);
	if (len == 0)
		return 0;
	return sendto(notify->fd, text, len, flags, (const struct sockaddr *)&notify->to,
		      notify->to_len) < 0
		       ? -errno
		       : 0;
}
