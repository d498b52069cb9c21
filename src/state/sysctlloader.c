/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sysctlloader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "sys/root.h"

#define SERVICE		"etc/init.d/sysctl"
#define LARGEST_SERVICE ((size_t)64 * 1024)

/* On a merged /usr the last two are one folder: the second time, every name is known. */
static const char *const etc_first[] = {
	"etc/sysctl.d",	    "run/sysctl.d", "usr/local/lib/sysctl.d",
	"usr/lib/sysctl.d", "lib/sysctl.d", NULL,
};

static const char *const run_first[] = {
	"run/sysctl.d",	    "etc/sysctl.d", "usr/local/lib/sysctl.d",
	"usr/lib/sysctl.d", "lib/sysctl.d", NULL,
};

static const char *const vendor_first[] = {
	"lib/sysctl.d", "usr/lib/sysctl.d", "etc/sysctl.d", "run/sysctl.d", NULL,
};

static const char *const no_folders[] = { NULL };

static const struct sysctl_loader systemd = {
	.name = "systemd",
	.about = "systemd-sysctl",
	.folders = etc_first,
	.credential = true,
	.once = true,
	.dash = true,
	.dash_blank = true,
	.exclusions = true,
	.cancels = true,
	.globs = true,
	.braces = true,
	.tails = true,
};

static const struct sysctl_loader sysctl_conf = {
	.name = "sysctl.conf",
	.about = "sysctl -p /etc/sysctl.conf",
	.folders = no_folders,
	.conf = true,
	.parents = true,
};

static const struct sysctl_loader busybox = {
	.name = "busybox",
	.about = "sysctl -p /etc/sysctl.conf of busybox",
	.folders = no_folders,
	.conf = true,
	.parents = true,
	.by_sight = true,
	.joins = true,
	.valued = true,
	.stops = true,
};

/* Alpine's /etc/init.d/sysctl runs `sysctl -p` for one file after the other. */
static const struct sysctl_loader alpine = {
	.name = "busybox",
	.about = "Alpine's sysctl service, with busybox",
	.folders = vendor_first,
	.in_turn = true,
	.conf_turn = 3,
	.conf = true,
	.parents = true,
	.by_sight = true,
	.joins = true,
	.valued = true,
	.stops = true,
};

/* The generations of `sysctl --system`, newest first. */
enum generation {
	PROCPS_4_0_5,
	PROCPS_4,
	PROCPS_3_3_17,
	PROCPS_3_3,
	PROCPS_3_2, /* has no --system */
	GENERATIONS,
};

static const struct sysctl_loader procps[GENERATIONS] = {
	[PROCPS_4_0_5] = {
		.name = "procps",
		.about = "sysctl --system of procps 4.0.5 or later",
		.folders = etc_first,
		.conf = true,
		.dot_files = true,
		.dash = true,
		.dash_twice = true,
		.exclusions = true,
		.globs = true,
		.glob_exclusions = true,
		.parents = true,
	},
	[PROCPS_4] = {
		.name = "procps",
		.about = "sysctl --system of procps 4",
		.folders = etc_first,
		.conf = true,
		.dot_files = true,
		.dash = true,
		.dash_twice = true,
		.exclusions = true,
		.globs = true,
		.parents = true,
	},
	[PROCPS_3_3_17] = {
		.name = "procps",
		.about = "sysctl --system of procps 3.3.17",
		.folders = etc_first,
		.conf = true,
		.dot_files = true,
		.dash = true,
		.parents = true,
	},
	[PROCPS_3_3] = {
		.name = "procps",
		.about = "sysctl --system of procps 3.3.16 or earlier",
		.folders = run_first,
		.conf = true,
		.dot_files = true,
		.dash = true,
		.parents = true,
	},
};

const char *const sysctl_loader_names[] = { "systemd", "procps", "busybox", "sysctl.conf",
					    NULL };

static bool is_there(const struct root *root, const char *path)
{
	cleanup_fd int fd = root_open(root, path, O_PATH);

	return fd >= 0;
}

/* The last part of what the link @path leads to, "" where it is no link. */
static const char *link_name(const struct root *root, const char *path, char *buffer,
			     size_t size)
{
	cleanup_fd int fd = root_open(root, path, O_PATH | O_NOFOLLOW);
	ssize_t len = fd < 0 ? -1 : readlinkat(fd, "", buffer, size - 1);
	const char *slash;

	buffer[len < 0 ? 0 : len] = '\0';
	slash = strrchr(buffer, '/');
	return slash ? slash + 1 : buffer;
}

/* By a link to /dev/null, or an empty file (systemd.unit(5)). */
static bool is_masked(const struct root *root, const char *folder)
{
	char path[64], target[64];
	size_t len = strlen(folder);
	cleanup_fd int fd = -1;
	struct stat st;

	memcpy(path, folder, len);
	memcpy(path + len, "/systemd-sysctl.service", sizeof("/systemd-sysctl.service"));
	if (strcmp(link_name(root, path, target, sizeof(target)), "null") == 0)
		return true;
	fd = root_open(root, path, O_PATH);
	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0;
}

/* Will systemd be PID 1? sd_booted(3) says so of a running host, the link of a tree. */
static bool boots_systemd(const struct root *root)
{
	char target[256];
	const char *name;

	if (is_there(root, "run/systemd/system"))
		return true;
	name = link_name(root, "sbin/init", target, sizeof(target));
	if (!*name)
		name = link_name(root, "usr/sbin/init", target, sizeof(target));
	return strcmp(name, "systemd") == 0;
}

static bool is_systemd(const struct root *root)
{
	return boots_systemd(root) && !is_masked(root, "etc/systemd/system") &&
	       !is_masked(root, "run/systemd/system");
}

/* "8.0.2" as one number that compares; missing parts are 0. */
static uint64_t so_version(const char *text)
{
	struct span rest = span_of(text), part;
	uint64_t version = 0;

	for (int i = 0; i < 3; i++) {
		uint64_t number = 0;

		if (span_until(&rest, '.', &part) && num_u64(part, &number) < 0)
			return 0;
		version = version * 1000 + number;
	}
	return version;
}

/*
 * Which procps a library of its tells: libproc-3.2.8.so, libprocps.so.8.0.2 (3.3.16, where the
 * next one is 3.3.17), libproc2.so.0.0.1 (4.0.0 to 4.0.4), libproc2.so.1.0.0 (4.0.5).
 */
static enum generation generation_of(const char *file)
{
	static const char old[] = "libproc-3.2", middle[] = "libprocps.so.",
			  new[] = "libproc2.so.";

	if (strncmp(file, old, strlen(old)) == 0)
		return PROCPS_3_2;
	if (strncmp(file, middle, strlen(middle)) == 0)
		return so_version(file + strlen(middle)) > so_version("8.0.2")
			       ? PROCPS_3_3_17
			       : PROCPS_3_3;
	if (strncmp(file, new, strlen(new)) == 0)
		return file[strlen(new)] == '0' ? PROCPS_4 : PROCPS_4_0_5;
	return GENERATIONS;
}

/* The newest counts: an upgrade may leave the old one lying about, and the short name of a link to a
 * library tells less than the full one. */
static int look_for_procps(struct arena *arena, const struct root *root,
			   const char *folder, enum generation *found)
{
	const char *const *names;
	size_t len;
	int r = root_list(root, folder, arena, &names, &len);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < len; i++) {
		enum generation generation = generation_of(names[i]);

		if (generation < *found)
			*found = generation;
	}
	return 0;
}

/* The library folders, and below them the ones of an architecture (Debian's multiarch). */
static int find_procps(struct arena *arena, const struct root *root,
		       enum generation *found)
{
	static const char *const folders[] = { "usr/lib", "usr/lib64", "lib", "lib64" };
	size_t i, j;
	int r = 0;

	*found = GENERATIONS;
	for (i = 0; r == 0 && i < sizeof(folders) / sizeof(*folders); i++) {
		const char *const *names;
		size_t len;

		r = look_for_procps(arena, root, folders[i], found);
		if (r == 0 && root_list(root, folders[i], arena, &names, &len) < 0)
			continue;
		for (j = 0; r == 0 && j < len; j++) {
			const char *path;

			if (!strstr(names[j], "-linux-"))
				continue;
			path = arena_printf(arena, "%s/%s", folders[i], names[j]);
			r = path ? look_for_procps(arena, root, path, found) : -ENOMEM;
		}
		if (*found != GENERATIONS)
			break;
	}
	return r;
}

/* Are the two one file? */
static bool is_same(const struct root *root, const char *a, const char *b)
{
	cleanup_fd int left_fd = root_open(root, a, O_PATH);
	cleanup_fd int right_fd = root_open(root, b, O_PATH);
	struct stat left, right;

	return left_fd >= 0 && right_fd >= 0 && fstat(left_fd, &left) == 0 &&
	       fstat(right_fd, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

/* By a symbolic link, or as an embedded system may have it, a hard one. */
static bool leads_to_busybox(const struct root *root, const char *path)
{
	char target[256];

	return span_starts(span_of(link_name(root, path, target, sizeof(target))),
			   "busybox") ||
	       is_same(root, path, "bin/busybox") ||
	       is_same(root, path, "usr/bin/busybox");
}

/* Is sysctl(8) busybox' one? Without any sysctl its shell runs that of its own. */
static bool is_busybox(const struct root *root)
{
	static const char *const paths[] = { "sbin/sysctl", "usr/sbin/sysctl",
					     "bin/sysctl", "usr/bin/sysctl" };
	char target[256];

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (is_there(root, paths[i]) ||
		    *link_name(root, paths[i], target, sizeof(target)))
			return leads_to_busybox(root, paths[i]);
	}
	return leads_to_busybox(root, "bin/sh");
}

/* Alpine's service reads folders by itself; OpenRC's own leaves that to `sysctl --system`. */
static int find_busybox(struct arena *arena, const struct root *root,
			const struct sysctl_loader **ret)
{
	char *text = NULL;
	size_t len;
	int r = root_slurp(root, SERVICE, arena, LARGEST_SERVICE, &text, &len);

	if (r == -ENOMEM)
		return r;
	*ret = r == 0 && strstr(text, "/run/sysctl.d/") && !strstr(text, "--system")
		       ? &alpine
		       : &busybox;
	return 0;
}

static bool has_folders(const struct root *root)
{
	for (const char *const *folder = etc_first; *folder; folder++) {
		if (is_there(root, *folder))
			return true;
	}
	return false;
}

static bool is_named(const char *name, const char *wanted)
{
	return !name || strcmp(name, wanted) == 0;
}

int sysctl_loader_detect(struct arena *arena, const struct root *root, const char *name,
			 const struct sysctl_loader **ret)
{
	enum generation generation;
	int r;

	*ret = NULL;
	if (name ? strcmp(name, systemd.name) == 0 : is_systemd(root))
		*ret = &systemd;
	else if (name ? strcmp(name, busybox.name) == 0 : is_busybox(root))
		return find_busybox(arena, root, ret);
	else if (name ? strcmp(name, sysctl_conf.name) == 0 : !has_folders(root))
		*ret = &sysctl_conf;
	if (*ret)
		return 0;
	if (!is_named(name, "procps"))
		return -EINVAL;
	r = find_procps(arena, root, &generation);
	if (r < 0)
		return r;
	/* Where there is none, what else reads these folders at boot does as today's does. */
	if (generation == GENERATIONS || (name && generation == PROCPS_3_2))
		generation = PROCPS_4;
	*ret = generation == PROCPS_3_2 ? &sysctl_conf : &procps[generation];
	return 0;
}

const char *sysctl_loader_rival(const struct sysctl_loader *loader)
{
	if (loader == &sysctl_conf || loader == &busybox || loader == &alpine)
		return NULL;
	return loader == &systemd ? procps[PROCPS_4].name : systemd.name;
}
