/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "base/span.h"
#include "state/meminfo.h"
#include "state/zones.h"
#include "sys/root.h"

#define RELEASE_PATH  "proc/sys/kernel/osrelease"
#define ARCH_PATH     "proc/sys/kernel/arch"
#define MEMINFO_PATH  "proc/meminfo"
#define ZONEINFO_PATH "proc/zoneinfo"
#define UPTIME_PATH   "proc/uptime"
#define LARGEST	      ((size_t)4 * 1024 * 1024)
#define COMMON_PAGE   4096

/* The one line that the file @path holds. NULL in *@ret where there is none. 0 or -ENOMEM. */
static int read_line(struct arena *arena, const struct root *root, const char *path,
		     const char **ret)
{
	char buffer[512];
	ssize_t len = root_read(root, path, buffer, sizeof(buffer));
	size_t end = len > 0 ? strcspn(buffer, "\n") : 0;

	*ret = NULL;
	if (end == 0)
		return 0;
	*ret = arena_copy(arena, buffer, end);
	return *ret ? 0 : -ENOMEM;
}

static int read_kernel(struct arena *arena, const struct root *root, struct host *host)
{
	int r = read_line(arena, root, RELEASE_PATH, &host->release);

	if (r < 0 || !host->release)
		return r;
	if (kver_parse(host->release, &host->kernel) < 0)
		host->release = NULL;
	return 0;
}

static int read_arch(struct arena *arena, const struct root *root, struct host *host)
{
	struct utsname name;
	int r = read_line(arena, root, ARCH_PATH, &host->arch);

	/* The file came with 6.1; a tree without it does not tell. */
	if (r < 0 || host->arch || !root->host || uname(&name) < 0)
		return r;
	host->arch = arena_copy(arena, name.machine, strlen(name.machine));
	return host->arch ? 0 : -ENOMEM;
}

unsigned host_word(const struct host *host)
{
	const char *arch = host->arch;

	if (!arch)
		return host->high_total_kib > 0 ? 32 : 0;
	return strstr(arch, "64") || strcmp(arch, "alpha") == 0 ||
			       strcmp(arch, "s390x") == 0
		       ? 64
		       : 32;
}

/* 0 for what the kernel does not tell. */
static uint64_t told(int64_t kib)
{
	return kib > 0 ? (uint64_t)kib : 0;
}

static int read_meminfo(struct arena *arena, const struct root *root, struct host *host)
{
	struct meminfo info;
	struct span text;
	char *bytes;
	int r = root_slurp(root, MEMINFO_PATH, arena, LARGEST, &bytes, &text.len);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	text.at = bytes;
	info = meminfo_parse(text);
	host->has_memory = info.total >= 0;
	host->mem_total_kib = told(info.total);
	host->swap_total_kib = told(info.swap_total);
	/* Absent since 2.6.19 on kernels without HighMem. */
	host->high_total_kib = told(info.high_total);
	return 0;
}

static int read_zones(struct arena *arena, const struct root *root, struct zones *ret,
		      bool *ret_there)
{
	struct span text;
	char *bytes;
	int r = root_slurp(root, ZONEINFO_PATH, arena, LARGEST, &bytes, &text.len);

	*ret_there = r == 0;
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	text.at = bytes;
	*ret = zones_parse(text);
	return 0;
}

/* The power of two that turns all zones' pages into MemTotal, or nearly so. What is present counts:
 * some virtual machines show less than half of MemTotal as managed. */
static unsigned derive_page_size(const struct host *host, const struct zones *zones)
{
	unsigned size = COMMON_PAGE;

	if (zones->present == 0 || host->mem_total_kib == 0)
		return COMMON_PAGE;
	/* MemTotal is up to some percent less. */
	while (size < 65536 && zones->present * size / 1024 < host->mem_total_kib * 3 / 4)
		size *= 2;
	return size;
}

static void settle_zones(struct host *host, const struct zones *zones, bool there)
{
	host->high_pages = zones->high_pages;
	host->normal_pages = zones->normal_pages;
	host->normal_index = zones->normal_index;
	if (there)
		return;
	host->high_pages = host->high_total_kib * 1024 / host->page_size;
	/* Before 2.6.16 the vector was DMA, Normal; later ones have the file (2.6.13). */
	if (kver_known(host->kernel) && kver_compare(host->kernel, KVER(2, 6, 16)) < 0)
		host->normal_index = 1;
}

static int read_memory(struct arena *arena, const struct root *root, unsigned facts,
		       struct host *host)
{
	struct zones zones = { .normal_index = -1 };
	bool there = false, derive = (facts & HOST_PAGE) && !root->host;
	int r = read_meminfo(arena, root, host);

	if (r == 0 && (host->high_total_kib > 0 || derive))
		r = read_zones(arena, root, &zones, &there);
	if (r < 0)
		return r;
	host->page_size = root->host ? (unsigned)sysconf(_SC_PAGESIZE)
				     : derive_page_size(host, &zones);
	if (host->high_total_kib > 0)
		settle_zones(host, &zones, there);
	return 0;
}

static bool is_readonly(const struct root *root, const char *path)
{
	cleanup_fd int fd = root_open(root, path, O_PATH | O_DIRECTORY);
	struct statvfs fs;

	return fd >= 0 && fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

static bool is_missing(const struct root *root, const char *path)
{
	cleanup_fd int fd = root_open(root, path, O_PATH | O_DIRECTORY);

	return fd == -ENOENT;
}

/* "8123.45 60211.10": whole seconds do. */
static uint64_t read_uptime(const struct root *root)
{
	char text[128];
	ssize_t len = root_read(root, UPTIME_PATH, text, sizeof(text));
	struct span seconds = { text, len > 0 ? strcspn(text, ".") : 0 };
	uint64_t value = 0;

	return num_u64(seconds, &value) < 0 ? 0 : value;
}

int host_read(struct arena *arena, const struct root *root, unsigned facts,
	      struct host *ret)
{
	struct host host = {
		.live = root->live_proc,
		.page_size = COMMON_PAGE,
		.normal_index = -1,
	};
	int r = 0;

	if (facts & HOST_KERNEL)
		r = read_kernel(arena, root, &host);
	if (r == 0 && (facts & HOST_ARCH))
		r = read_arch(arena, root, &host);
	if (r == 0 && (facts & (HOST_MEMORY | HOST_PAGE)))
		r = read_memory(arena, root, facts, &host);
	if (r < 0)
		return r;
	if (facts & HOST_UPTIME)
		host.uptime = read_uptime(root);
	if (facts & HOST_MOUNTS) {
		host.sysctl_readonly = is_readonly(root, "proc/sys");
		host.no_sysctls = is_missing(root, "proc/sys");
		host.sysfs_readonly = is_readonly(root, "sys");
	}
	*ret = host;
	return 0;
}
