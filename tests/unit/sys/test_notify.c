/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "confined.h"
#include "sys/clock.h"
#include "tap.h"
#include "tree.h"

static char got[1024];

/* The manager's end. */
static int listen_at(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	size_t len = strlen(name);

	memcpy(at.sun_path, name, len);
	if (name[0] == '@')
		at.sun_path[0] = '\0';
	if (bind(fd, (const struct sockaddr *)&at,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		abort();
	return fd;
}

static const char *next(int fd)
{
	ssize_t len = recv(fd, got, sizeof(got) - 1, 0);

	got[len > 0 ? len : 0] = '\0';
	return got;
}

static int tells(void *notify)
{
	if (notify_tell(notify, NOTIFY_RELOADING, NULL) < 0)
		return 1;
	return notify_tell(notify, NOTIFY_READY, "confined") < 0 ? 2 : 0;
}

static void test_states(const struct notify *notify, int manager)
{
	struct timespec now;

	is_int(notify_tell(notify, NOTIFY_READY, "watching 12 rules"), 0, "ready");
	is_str(next(manager), "READY=1\nSTATUS=watching 12 rules\n", "with a status");
	is_int(notify_tell(notify, NOTIFY_STATUS, "a\nREADY=1"), 0,
	       "a status of two lines");
	is_str(next(manager), "STATUS=a READY=1\n", "is one");
	is_int(notify_tell(notify, NOTIFY_WATCHDOG, NULL), 0, "alive");
	is_str(next(manager), "WATCHDOG=1\n", "is told");
	is_int(notify_tell(notify, NOTIFY_STOPPING, NULL), 0, "the end");
	is_str(next(manager), "STOPPING=1\n", "is told");
	is_int(notify_tell(notify, NOTIFY_STATUS, NULL), 0, "nothing at all");
	is_str(next(manager), "", "is not");
	is_int(notify_tell(notify, NOTIFY_RELOADING, NULL), 0, "reloading");
	ok(strncmp(next(manager), "RELOADING=1\nMONOTONIC_USEC=", 27) == 0,
	   "is told with the time");
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ok(strtoll(got + 27, NULL, 10) / 1000000 >= now.tv_sec - 1 &&
		   strtoll(got + 27, NULL, 10) / 1000000 <= now.tv_sec,
	   "in microseconds");
}

static void test_long(const struct notify *notify, int manager)
{
	char status[400];

	memset(status, 'x', sizeof(status));
	status[sizeof(status) - 1] = '\0';
	/* Two bytes, of which one would still fit. */
	memcpy(status + 255, "\xc3\xa4", 2);
	is_int(notify_tell(notify, NOTIFY_READY, status), 0, "a long status");
	is_int((long long)strlen(next(manager)), 8 + 7 + 255 + 1,
	       "is cut between two characters");
}

/* A manager that reads nothing holds nobody up. */
static void test_full(const struct notify *notify, int manager)
{
	int64_t before = clock_monotonic_ns(), full;
	int r = 0;

	for (size_t i = 0; i < 10000 && r == 0; i++)
		r = notify_tell(notify, NOTIFY_WATCHDOG, NULL);
	is_int(r, -EAGAIN, "a manager that is behind");
	full = clock_monotonic_ns();
	ok(full - before < 800000000, "is not waited for");
	is_int(notify_tell(notify, NOTIFY_READY, NULL), -EAGAIN,
	       "nor for long with news");
	ok(clock_monotonic_ns() - full >= 900000000, "but for a second");
	while (*next(manager))
		;
}

static void test_watchdog(void)
{
	struct notify notify;
	char pid[32];

	(void)setenv("WATCHDOG_USEC", "30000000", 1);
	is_int(notify_init(&notify), 0, "a watchdog");
	is_int((long long)notify.watchdog_us, 30000000, "for whoever runs");
	notify_done(&notify);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	(void)setenv("WATCHDOG_PID", pid, 1);
	is_int(notify_init(&notify), 0, "a watchdog");
	is_int((long long)notify.watchdog_us, 30000000, "for this process");
	notify_done(&notify);
	(void)setenv("WATCHDOG_PID", "1", 1);
	is_int(notify_init(&notify), 0, "a watchdog");
	is_int((long long)notify.watchdog_us, 0, "for another one");
	notify_done(&notify);
	(void)unsetenv("WATCHDOG_PID");
	(void)setenv("WATCHDOG_USEC", "soon", 1);
	is_int(notify_init(&notify), 0, "a watchdog");
	is_int((long long)notify.watchdog_us, 0, "without a number");
	notify_done(&notify);
	(void)unsetenv("WATCHDOG_USEC");
}

static void test_nobody(void)
{
	struct notify notify;
	char name[200];

	(void)unsetenv("NOTIFY_SOCKET");
	is_int(notify_init(&notify), 0, "nobody listens");
	is_int(notify_tell(&notify, NOTIFY_READY, "x"), 0, "and nobody is told");
	notify_done(&notify);
	(void)setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
	is_int(notify_init(&notify), -EAFNOSUPPORT, "another kind of socket");
	is_int(notify_tell(&notify, NOTIFY_READY, "x"), 0, "is not told");
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	(void)setenv("NOTIFY_SOCKET", name, 1);
	is_int(notify_init(&notify), -ENAMETOOLONG, "a name that is too long");
	(void)setenv("NOTIFY_SOCKET", tree_path("none"), 1);
	is_int(notify_init(&notify), 0, "a socket");
	is_int(notify_tell(&notify, NOTIFY_READY, "x"), -ENOENT, "that is not there");
	notify_done(&notify);
	notify_done(&notify);
}

static void test_at(const char *name)
{
	int manager = listen_at(name);
	struct notify notify;

	(void)setenv("NOTIFY_SOCKET", name, 1);
	is_int(notify_init(&notify), 0, "%s", name);
	test_states(&notify, manager);
	test_long(&notify, manager);
	works_confined(tells, &notify);
	while (*next(manager))
		;
	test_full(&notify, manager);
	notify_done(&notify);
	(void)close(manager);
}

int main(void)
{
	char name[64];

	tree_begin();
	test_nobody();
	test_at(tree_path("notify"));
	(void)snprintf(name, sizeof(name), "@lowmemctl-test-%d", (int)getpid());
	test_at(name);
	test_watchdog();
	tree_end();
	return done();
}
