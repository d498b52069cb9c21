/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/state.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "sys/closing.h"
#include "sys/root.h"

/* The kernel zeroes as much as is asked for: 64 KiB takes half as long again as this. */
#define USUAL_SIZE   2048
/* A sysctl or sysfs file gives at most a page; 64 KiB is the largest one there is. */
#define LARGEST_SIZE ((size_t)64 * 1024 + 1)
/* Descriptors that are left for everything else. */
#define SPARE_FDS    (CLOSING_MOST + 64)

struct collecting {
	struct arena *arena;
	const struct root *root;
	struct root_walk walk;
	struct closing closing;
	rlim_t kept, may_keep;
};

static int keep_text(struct arena *arena, const char *buffer, ssize_t len,
		     struct live *live)
{
	if (len < 0) {
		live->error = (int)-len;
		return 0;
	}
	if (len > 0 && buffer[len - 1] == '\n')
		len--;
	live->text = arena_copy(arena, buffer, (size_t)len);
	return live->text ? 0 : -ENOMEM;
}

static ssize_t read_value(const struct root *root, const struct live *live, char *buffer,
			  size_t size)
{
	return live->fd >= 0 ? root_read_at(live->fd, buffer, size)
			     : root_read(root, live->path, buffer, size);
}

static int read_large(struct arena *arena, const struct root *root, struct live *live)
{
	char buffer[LARGEST_SIZE];

	return keep_text(arena, buffer, read_value(root, live, buffer, sizeof(buffer)),
			 live);
}

int state_read(struct arena *arena, const struct root *root, const char *path, int fd,
	       struct live *ret)
{
	struct live live = { .path = path, .fd = fd };
	char buffer[USUAL_SIZE];
	ssize_t len = read_value(root, &live, buffer, sizeof(buffer));
	int r = len == -EFBIG ? read_large(arena, root, &live)
			      : keep_text(arena, buffer, len, &live);

	if (r == 0)
		*ret = live;
	return r;
}

static void let_go(struct live *live)
{
	if (live->fd >= 0)
		(void)close(live->fd);
	live->fd = -1;
}

static int open_value(struct collecting *collecting, const char *path, bool *ret_keep)
{
	int fd = -EACCES;

	if (collecting->kept < collecting->may_keep)
		fd = root_walk_open(&collecting->walk, path, O_RDWR | O_NOCTTY);
	*ret_keep = fd >= 0;
	collecting->kept += fd >= 0;
	/* Not to be written by this process, or not at all: it may still be read. */
	return fd >= 0 || fd == -ENOENT
		       ? fd
		       : root_walk_open(&collecting->walk, path, O_RDONLY);
}

static int read_live(struct collecting *collecting, const char *path, struct live *ret)
{
	bool keep;
	int fd = open_value(collecting, path, &keep), r;

	if (fd < 0) {
		*ret = (struct live){ .path = path, .error = -fd, .fd = -1 };
		return 0;
	}
	r = state_read(collecting->arena, collecting->root, path, fd, ret);
	if (r == 0 && keep)
		return 0;
	closing_add(&collecting->closing, fd);
	if (r == 0)
		ret->fd = -1;
	return r;
}

static int look(const struct collecting *collecting, const char *path, struct live *ret)
{
	int fd = root_open(collecting->root, path, O_PATH);

	*ret = (struct live){ .path = path, .fd = -1, .error = fd < 0 ? -fd : 0 };
	if (fd >= 0)
		(void)close(fd);
	return 0;
}

/* One of those that a glob stands for: what must not be read is among them like any other. */
static int find_match(struct collecting *collecting, const char *path, struct live *ret)
{
	const char *key = sysctlname_of_path(collecting->arena, path);

	if (!key)
		return -ENOMEM;
	return knob_may_be_read(knob_find(key, NULL)) ? read_live(collecting, path, ret)
						      : look(collecting, path, ret);
}

static int find_one(struct collecting *collecting, const struct probe *probe,
		    struct found *ret)
{
	struct live *live = arena_alloc(collecting->arena, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->fd = -1;
	*ret = (struct found){ .items = live, .len = 1 };
	return probe->unread ? look(collecting, probe->path, live)
			     : read_live(collecting, probe->path, live);
}

struct paths {
	const char **items;
	size_t len, cap;
};

static int add_path(struct arena *arena, struct paths *paths, const char *path)
{
	const char **place = path ? vec_push(arena, paths) : NULL;

	if (!place)
		return -ENOMEM;
	*place = path;
	return 0;
}

/* All names in @folder that @pattern stands for. What cannot be listed holds none. */
static int expand_names(struct collecting *collecting, const char *folder,
			const char *pattern, struct paths *paths)
{
	struct arena *arena = collecting->arena;
	const char *const *names;
	size_t len;
	int r = root_list(collecting->root, folder, arena, &names, &len);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && i < len; i++) {
		if (fnmatch(pattern, names[i], FNM_PERIOD) == 0)
			r = add_path(arena, paths,
				     arena_printf(arena, "%s/%s", folder, names[i]));
	}
	return r;
}

/* One component more: every path so far, with what @pattern stands for below it. */
static int expand_component(struct collecting *collecting, const char *pattern,
			    struct paths *paths)
{
	struct arena *arena = collecting->arena;
	bool glob = strpbrk(pattern, "*?[") != NULL;
	struct paths deeper = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < paths->len; i++) {
		if (glob)
			r = expand_names(collecting, paths->items[i], pattern, &deeper);
		else
			r = add_path(arena, &deeper,
				     arena_printf(arena, "%s/%s", paths->items[i],
						  pattern));
	}
	*paths = deeper;
	return r;
}

static int expand(struct collecting *collecting, const char *glob, struct paths *ret)
{
	struct arena *arena = collecting->arena;
	struct span rest = span_of(glob), part;
	struct paths paths = { 0 };
	int r = span_until(&rest, '/', &part)
			? add_path(arena, &paths, arena_copy(arena, part.at, part.len))
			: 0;

	while (r == 0 && span_until(&rest, '/', &part)) {
		const char *pattern = arena_copy(arena, part.at, part.len);

		r = pattern ? expand_component(collecting, pattern, &paths) : -ENOMEM;
	}
	*ret = paths;
	return r;
}

static int find_all(struct collecting *collecting, const struct probe *probe,
		    struct found *ret)
{
	struct found found = { 0 };
	struct paths paths;
	int r = expand(collecting, probe->path, &paths);

	if (r < 0)
		return r;
	found.items = arena_array(collecting->arena, paths.len, sizeof(*found.items));
	if (!found.items)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < paths.len; i++) {
		struct live *live = &found.items[found.len];

		r = find_match(collecting, paths.items[i], live);
		/* What stands behind the glob need not be there in every folder, nor be a file. */
		if (r == 0 && live->error != ENOENT && live->error != ENOTDIR &&
		    live->error != EISDIR)
			found.len++;
		else if (r == 0)
			let_go(live);
	}
	*ret = found;
	return r;
}

static rlim_t descriptors_to_keep(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	if (limit.rlim_cur < limit.rlim_max) {
		struct rlimit raised = { .rlim_cur = limit.rlim_max,
					 .rlim_max = limit.rlim_max };

		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	return limit.rlim_cur > SPARE_FDS ? limit.rlim_cur - SPARE_FDS : 0;
}

static void look_at_modes(const struct root *root, struct found *found)
{
	for (size_t i = 0; i < found->len; i++)
		found->items[i].read_only = root_is_read_only(root, found->items[i].path);
}

int state_collect(struct arena *arena, const struct root *root,
		  const struct state_request *request, struct state *ret)
{
	struct collecting collecting = {
		.arena = arena,
		.root = root,
		.walk = root_walk(root),
		.may_keep = request->keep ? descriptors_to_keep() : 0,
	};
	struct state state = { 0 };
	int r = host_read(arena, root, request->host, &state.host);

	if (r < 0)
		return r;
	state.found = arena_array(arena, request->len, sizeof(*state.found));
	if (!state.found)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < request->len; i++) {
		const struct probe *probe = &request->probes[i];

		r = probe->glob ? find_all(&collecting, probe, &state.found[i])
				: find_one(&collecting, probe, &state.found[i]);
		if (r == 0 && request->modes)
			look_at_modes(root, &state.found[i]);
		state.len = i + 1;
	}
	root_walk_done(&collecting.walk);
	closing_done(&collecting.closing);
	if (r < 0)
		state_done(&state);
	else
		*ret = state;
	return r;
}

void state_done(struct state *state)
{
	struct closing closing = { .len = 0 };

	for (size_t i = 0; i < state->len; i++) {
		for (size_t j = 0; j < state->found[i].len; j++) {
			closing_add(&closing, state->found[i].items[j].fd);
			state->found[i].items[j].fd = -1;
		}
	}
	closing_done(&closing);
	state->len = 0;
}
