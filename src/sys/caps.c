/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/span.h"

static const struct {
	enum privilege need;
	unsigned capability;
} table[] = {
	{ NEED_SYS_RESOURCE, CAP_SYS_RESOURCE },
	{ NEED_DAC_OVERRIDE, CAP_DAC_OVERRIDE },
	{ NEED_SYS_RAWIO, CAP_SYS_RAWIO },
	{ NEED_SYS_ADMIN, CAP_SYS_ADMIN },
	{ NEED_NET_ADMIN, CAP_NET_ADMIN },
	{ NEED_SYS_PTRACE, CAP_SYS_PTRACE },
	{ NEED_CHOWN, CAP_CHOWN },
	{ NEED_FOWNER, CAP_FOWNER },
};

#define CAPABILITIES	       (sizeof(table) / sizeof(*table))
#define MOST_CAPABILITIES      64

/* The inode of the first user namespace, the same on every host (PROC_USER_INIT_INO, Linux
 * include/linux/proc_ns.h). Its id map does not tell: another one may be mapped alike. */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDU

static bool in_initial_namespace(void)
{
	struct stat namespace;

	/* The file came with 3.8; before, user namespaces were of no use. */
	if (stat("/proc/self/ns/user", &namespace) < 0)
		return errno == ENOENT;
	return namespace.st_ino == INITIAL_USER_NAMESPACE;
}

/* A line of the map: the first id inside, the first id outside, and how many there are. */
static bool maps_root_to_root(struct span line)
{
	struct span inside, outside;

	return span_word(&line, &inside) && span_is(inside, "0") &&
	       span_word(&line, &outside) && span_is(outside, "0");
}

/* Outside is the namespace above, which need not be the first one: then a write will tell. */
static bool root_is_root(void)
{
	cleanup_fd int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	char text[4096];
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof(text));
	struct span rest = { text, len > 0 ? (size_t)len : 0 }, line;

	while (span_line(&rest, &line)) {
		if (maps_root_to_root(line))
			return true;
	}
	return false;
}

int caps_read(struct caps *ret)
{
	struct caps caps = { 0 };
	bool initial = in_initial_namespace();

	if (geteuid() == 0 && (initial || root_is_root()))
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

bool caps_holds(unsigned capability)
{
	capng_clear(CAPNG_SELECT_BOTH);
	return capng_get_caps_process() == 0 &&
	       capng_have_capability(CAPNG_EFFECTIVE, capability);
}

static bool any_permitted(void)
{
	/* Beyond the last one that the kernel has the answer is no. */
	for (unsigned capability = 0; capability < MOST_CAPABILITIES; capability++) {
		if (capng_have_capability(CAPNG_PERMITTED, capability))
			return true;
	}
	return false;
}

int caps_keep(unsigned needs)
{
	bool keep[CAPABILITIES];

	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_get_caps_process() < 0)
		return -EIO;
	/* A service without any may be without that system call, too. */
	if (!any_permitted())
		return 0;
	for (size_t i = 0; i < CAPABILITIES; i++)
		keep[i] = (needs & table[i].need) &&
			  capng_have_capability(CAPNG_EFFECTIVE, table[i].capability);
	/* Named are those to keep: a kernel may have others that no header knows. */
	capng_clear(CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < CAPABILITIES; i++) {
		if (keep[i] && capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
					    table[i].capability) < 0)
			return -EIO;
	}
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}

/* What libcap-ng remembers is what the process has: all here leave it so, and it asks at the first
 * time. A set that the kernel refuses would stay behind in it, and spoil the next one. */
static bool are_permitted(unsigned needs)
{
	for (size_t i = 0; i < CAPABILITIES; i++) {
		if ((needs & table[i].need) &&
		    !capng_have_capability(CAPNG_PERMITTED, table[i].capability))
			return false;
	}
	return true;
}

int caps_effective(unsigned needs, bool on)
{
	bool changes = false;

	if (!are_permitted(needs))
		return -EPERM;
	for (size_t i = 0; i < CAPABILITIES; i++) {
		unsigned capability = table[i].capability;

		if (!(needs & table[i].need) ||
		    (capng_have_capability(CAPNG_EFFECTIVE, capability) != 0) == on)
			continue;
		if (capng_update(on ? CAPNG_ADD : CAPNG_DROP, CAPNG_EFFECTIVE,
				 capability) < 0)
			return -EIO;
		changes = true;
	}
	return changes && capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EIO : 0;
}
