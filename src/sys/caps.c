/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"

static const struct {
	enum privilege need;
	unsigned capability;
} table[] = {
	{ NEED_SYS_RESOURCE, CAP_SYS_RESOURCE }, { NEED_DAC_OVERRIDE, CAP_DAC_OVERRIDE },
	{ NEED_SYS_RAWIO, CAP_SYS_RAWIO },	 { NEED_SYS_ADMIN, CAP_SYS_ADMIN },
	{ NEED_NET_ADMIN, CAP_NET_ADMIN },	 { NEED_SYS_PTRACE, CAP_SYS_PTRACE },
};

#define CAPABILITIES (sizeof(table) / sizeof(*table))

/* The initial user namespace maps every id to itself; its map is this one line. */
static bool in_initial_namespace(void)
{
	cleanup_fd int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t len;
	struct span rest, word;
	const char *const whole[] = { "0", "0", "4294967295" };

	/* A kernel without the file has no user namespaces. */
	if (fd < 0)
		return errno == ENOENT;
	len = read(fd, text, sizeof(text));
	rest = (struct span){ text, len > 0 ? (size_t)len : 0 };
	for (size_t i = 0; i < 3; i++) {
		if (!span_word(&rest, &word) || !span_is(word, whole[i]))
			return false;
	}
	return true;
}

int caps_read(struct caps *ret)
{
	struct caps caps = { 0 };
	bool initial = in_initial_namespace();

	if (geteuid() == 0 && initial)
		caps.have |= NEED_ROOT;
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_get_caps_process() < 0)
		return -EIO;
	for (size_t i = 0; initial && i < CAPABILITIES; i++) {
		if (capng_have_capability(CAPNG_EFFECTIVE, table[i].capability))
			caps.have |= table[i].need;
	}
	*ret = caps;
	return 0;
}

int caps_keep(unsigned needs)
{
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_get_caps_process() < 0)
		return -EIO;
	for (unsigned capability = 0; capability <= CAP_LAST_CAP; capability++) {
		bool needed = false;

		for (size_t i = 0; i < CAPABILITIES; i++)
			needed |= table[i].capability == capability &&
				  (needs & table[i].need);
		if (!needed && capng_have_capability(CAPNG_PERMITTED, capability) &&
		    capng_update(CAPNG_DROP,
				 CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE,
				 capability) < 0)
			return -EIO;
	}
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}
