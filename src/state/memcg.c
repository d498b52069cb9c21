/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/memcg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "state/host.h"
#include "state/process.h"
#include "sys/root.h"

#define UNLIMITED  UINT64_MAX
/* v1 shows "no limit" as the largest number of pages that there is for it, in bytes: on 32 bits that
 * is the least, and on 64 bits a host might have as much (PAGE_COUNTER_MAX; before 3.19
 * LLONG_MAX). */
#define MOST_BYTES (UINT64_C(0x7fffffff) * 4096)

/* Where the memory controller is found, and how its files are called. */
struct hierarchy {
	const char *folder;
	const char *mark;  /* a file that tells that it is there */
	const char *limit; /* bytes, of memory */
	const char *swap;  /* bytes: of swap alone, or of both */
	bool both;
	bool unified;
};

/* v1 first: where it is, what is unified has no memory controller. The second one is RHEL 6's. */
static const struct hierarchy hierarchies[] = {
	{ "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.limit_in_bytes",
	  "memory.memsw.limit_in_bytes", true, false },
	{ "cgroup/memory", "memory.limit_in_bytes", "memory.limit_in_bytes",
	  "memory.memsw.limit_in_bytes", true, false },
	{ "sys/fs/cgroup", "", "memory.max", "memory.swap.max", false, true },
};

struct finding {
	struct arena *arena;
	const struct root *root;
	const struct hierarchy *hierarchy;
};

static bool is_there(const struct finding *finding, const char *path, int flags)
{
	cleanup_fd int fd = path ? root_open(finding->root, path, O_PATH | flags) : -1;

	return fd >= 0;
}

static const char *path_in(const struct finding *finding, const char *group,
			   const char *file)
{
	return arena_printf(finding->arena, "%s%s/%s", finding->hierarchy->folder,
			    strcmp(group, "/") == 0 ? "" : group, file);
}

static int find_hierarchy(struct finding *finding)
{
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(*hierarchies); i++) {
		finding->hierarchy = &hierarchies[i];
		if (is_there(finding, path_in(finding, "/", hierarchies[i].mark), 0))
			return 0;
	}
	return -ENOSYS;
}

/* False: there is no such file. */
static bool read_bytes(const struct finding *finding, const char *group, const char *file,
		       uint64_t *ret)
{
	const char *path = path_in(finding, group, file);
	char text[64];
	ssize_t len = path ? root_read(finding->root, path, text, sizeof(text)) : -1;

	if (len < 0)
		return false;
	/* "max" */
	if (num_u64(span_trim((struct span){ text, (size_t)len }), ret) < 0)
		*ret = UNLIMITED;
	return true;
}

static bool is_one(const struct finding *finding, const char *group, const char *file)
{
	uint64_t number;

	return read_bytes(finding, group, file, &number) && number == 1;
}

/* "oom_kill_disable 1" */
static bool kills_nobody(const struct finding *finding, const char *group)
{
	const char *path = path_in(finding, group, "memory.oom_control");
	char text[256];
	ssize_t len = path ? root_read(finding->root, path, text, sizeof(text)) : -1;

	return len > 0 && strstr(text, "oom_kill_disable 1");
}

/* v2 goes by the host's swappiness, v1 by the group's own. */
static bool may_swap(const struct finding *finding, const char *group)
{
	uint64_t swappiness = 1;
	char text[32];
	ssize_t len;

	if (!finding->hierarchy->unified)
		return !read_bytes(finding, group, "memory.swappiness", &swappiness) ||
		       swappiness != 0;
	len = root_read(finding->root, "proc/sys/vm/swappiness", text, sizeof(text));
	return len <= 0 || strncmp(text, "0\n", 2) != 0;
}

/* The limit of @group with the swap that it may use, in KiB; UNLIMITED: it has none. */
static uint64_t limit_of(const struct finding *finding, const char *group,
			 const struct host *host)
{
	const struct hierarchy *hierarchy = finding->hierarchy;
	uint64_t memory, swap = UNLIMITED, swap_kib;

	if (!read_bytes(finding, group, hierarchy->limit, &memory) ||
	    (memory >= MOST_BYTES && memory / 1024 > host->mem_total_kib))
		return UNLIMITED;
	if (!may_swap(finding, group))
		return memory / 1024;
	if (read_bytes(finding, group, hierarchy->swap, &swap) && hierarchy->both &&
	    swap != UNLIMITED)
		swap = swap > memory ? swap - memory : 0;
	swap_kib = swap / 1024;
	return memory / 1024 +
	       (swap_kib < host->swap_total_kib ? swap_kib : host->swap_total_kib);
}

/* The group above @group; NULL: it is the root, or there is no memory. */
static const char *above(struct arena *arena, const char *group)
{
	const char *slash = strrchr(group, '/');

	if (strcmp(group, "/") == 0)
		return NULL;
	return slash == group ? "/" : arena_copy(arena, group, (size_t)(slash - group));
}

static void find_limit(const struct finding *finding, const struct host *host,
		       struct memcg *memcg)
{
	const char *group = memcg->path;

	memcg->total_kib = host->mem_total_kib + host->swap_total_kib;
	for (; group; group = above(finding->arena, group)) {
		uint64_t limit = limit_of(finding, group, host);

		if (limit == UNLIMITED)
			continue;
		memcg->limited = group;
		memcg->total_kib = limit;
		return;
	}
}

/* Takes @folder off the front of *@path, where a component of it ends there. */
static bool take_folder(const char **path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(*path, folder, len) != 0 ||
	    ((*path)[len] != '/' && (*path)[len] != '\0'))
		return false;
	*path += len;
	return true;
}

static bool has_dots(struct span path)
{
	struct span part;

	while (span_until(&path, '/', &part)) {
		if (span_is(part, "..") || span_is(part, "."))
			return true;
	}
	return false;
}

/* One slash in front of each component and none behind; NULL: no memory. */
static const char *canonical(struct arena *arena, const char *name)
{
	struct span rest = span_of(name), part;
	const char *path = "";

	while (path && span_until(&rest, '/', &part)) {
		if (part.len > 0)
			path = arena_printf(arena, "%s/%.*s", path, (int)part.len,
					    part.at);
	}
	return path && !*path ? "/" : path;
}

int memcg_find(struct arena *arena, const struct root *root, const char *name,
	       const struct host *host, struct memcg *ret)
{
	struct finding finding = { .arena = arena, .root = root };
	struct memcg memcg = { 0 };
	const char *path;
	int r = find_hierarchy(&finding);

	if (r < 0)
		return r;
	if (*name == '\0' || has_dots(span_of(name)))
		return -EINVAL;
	path = canonical(arena, name);
	if (!path)
		return -ENOMEM;
	path += *path == '/';
	if (!take_folder(&path, finding.hierarchy->folder))
		path--;
	memcg.path = *path ? path : "/";
	memcg.unified = finding.hierarchy->unified;
	if (!is_there(&finding, path_in(&finding, memcg.path, ""), O_DIRECTORY))
		return -ENOENT;
	find_limit(&finding, host, &memcg);
	memcg.all_die = memcg.unified && is_one(&finding, memcg.path, "memory.oom.group");
	memcg.nobody_dies = !memcg.unified && kills_nobody(&finding, memcg.path);
	*ret = memcg;
	return 0;
}

static bool has_memory(struct span controllers)
{
	struct span word;

	while (span_until(&controllers, ',', &word)) {
		if (span_is(word, "memory"))
			return true;
	}
	return false;
}

static bool is_below(struct span path, const char *group)
{
	size_t len = strlen(group);

	if (strcmp(group, "/") == 0)
		return true;
	return span_starts(path, group) && (path.len == len || path.at[len] == '/');
}

bool memcg_holds(const struct memcg *memcg, const char *lines)
{
	struct span rest = span_of(lines), controllers, path;

	while (process_cgroup_next(&rest, &controllers, &path)) {
		bool counts =
			memcg->unified ? controllers.len == 0 : has_memory(controllers);

		if (counts)
			return is_below(path, memcg->path);
	}
	return false;
}
