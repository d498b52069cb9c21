/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/state.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static const struct probe probes[] = {
	{ .path = "proc/sys/vm/swappiness" },
	{ .path = "proc/sys/vm/none" },
	{ .path = "proc/sys/net/ipv4/conf/*/rp_filter", .glob = true },
	{ .path = "proc/sys/vm/drop_caches", .unread = true },
	{ .path = "proc/sys/vm/nothing*", .glob = true },
	{ .path = "proc/sys/vm/empty" },
	{ .path = "proc/sys/vm/[ds]*", .glob = true },
};

#define PROBES (sizeof(probes) / sizeof(*probes))

static void make_tree(void)
{
	tree_file("proc/sys/vm/swappiness", "60\n");
	tree_file("proc/sys/vm/drop_caches", "3\n");
	tree_file("proc/sys/vm/stat_refresh", "1\n");
	tree_file("proc/sys/vm/empty", "");
	tree_file("proc/sys/net/ipv4/conf/all/rp_filter", "0\n");
	tree_file("proc/sys/net/ipv4/conf/eth0.100/rp_filter", "2\n");
	tree_file("proc/sys/net/ipv4/conf/lo/other", "1\n");
	tree_file("proc/sys/net/ipv4/conf/file", "1\n");
	tree_file("proc/sys/net/ipv4/conf/.hidden/rp_filter", "1\n");
}

static void test_values(struct arena *arena, const struct root *root, bool keep)
{
	const struct state_request request = { .probes = probes,
					       .len = PROBES,
					       .keep = keep };
	struct state state;
	const struct found *glob;

	is_int(state_collect(arena, root, &request, &state), 0, "collected");
	is_str(state.found[0].items[0].text, "60", "a value, without its newline");
	is_int(state.found[0].items[0].fd >= 0, keep,
	       "its file is kept open if it is to be");
	is_int(state.found[1].items[0].error, ENOENT, "what is not there is told");
	ok(!state.found[1].items[0].text && state.found[1].items[0].fd < 0,
	   "and has no value");
	glob = &state.found[2];
	is_int((long long)glob->len, 2, "a glob finds those that have the file");
	is_str(glob->items[0].path, "proc/sys/net/ipv4/conf/all/rp_filter", "in order");
	is_str(glob->items[1].path, "proc/sys/net/ipv4/conf/eth0.100/rp_filter",
	       "dots and all");
	is_str(glob->items[1].text, "2", "with their values");
	ok(!state.found[3].items[0].text && state.found[3].items[0].error == 0,
	   "what must not be read is only looked for");
	is_int((long long)state.found[4].len, 0, "a glob may find nothing");
	is_str(state.found[5].items[0].text, "", "an empty file is an empty value");
	glob = &state.found[6];
	is_int((long long)glob->len, 3, "a glob finds what must not be read, too");
	ok(!glob->items[0].text && glob->items[0].fd < 0 && glob->items[0].error == 0,
	   "but drop_caches is only looked for");
	ok(!glob->items[1].text && glob->items[1].fd < 0 && glob->items[1].error == 0,
	   "and so is stat_refresh");
	is_str(glob->items[2].text, "60", "the others are read");
	state_done(&state);
	is_int((long long)state.len, 0, "let go");
}

static void test_modes(struct arena *arena, const struct root *root, bool modes)
{
	static const struct probe two[] = { { .path = "proc/sys/vm/swappiness" },
					    { .path = "proc/sys/vm/ostyp?",
					      .glob = true } };
	const struct state_request request = { .probes = two, .len = 2, .modes = modes };
	struct state state;

	tree_file("proc/sys/vm/ostype", "Linux\n");
	(void)chmod(tree_path("proc/sys/vm/ostype"), 0444);
	is_int(state_collect(arena, root, &request, &state), 0, "collected");
	ok(!state.found[0].items[0].read_only, "one that can be written");
	is_int(state.found[1].items[0].read_only, modes,
	       "one that cannot, where that is asked for");
	state_done(&state);
}

static void test_read_again(struct arena *arena, const struct root *root)
{
	cleanup_fd int fd = root_open(root, "proc/sys/vm/swappiness", O_RDWR);
	struct live live;

	tree_file("proc/sys/vm/swappiness", "10\n");
	is_int(state_read(arena, root, "proc/sys/vm/swappiness", -1, &live), 0,
	       "by path");
	is_str(live.text, "10", "the new value");
	is_int(state_read(arena, root, "proc/sys/vm/swappiness", fd, &live), 0,
	       "by descriptor");
	is_str(live.text, "10", "the new value, too");
	tree_file("proc/sys/vm/swappiness", "60\n");
}

/* Few values are longer than a first read takes; none that has a meaning is over 64 KiB. */
static void test_long_values(struct arena *arena, const struct root *root)
{
	static char text[65 * 1024 + 1];
	struct live live;

	memset(text, '7', 3000);
	tree_file("proc/sys/vm/long", text);
	is_int(state_read(arena, root, "proc/sys/vm/long", -1, &live), 0, "a long value");
	is_str(live.text, text, "is read whole");
	memset(text, '7', sizeof(text) - 1);
	tree_file("proc/sys/vm/long", text);
	is_int(state_read(arena, root, "proc/sys/vm/long", -1, &live), 0, "far too long");
	is_int(live.error, EFBIG, "is told");
	ok(!live.text, "and not cut");
}

/* What finds no room among the descriptors is read all the same. */
static void test_few_descriptors(struct arena *arena, const struct root *root)
{
	const struct probe glob[] = { { .path = "proc/sys/many/*", .glob = true } };
	const struct state_request request = { .probes = glob, .len = 1, .keep = true };
	const struct rlimit few = { .rlim_cur = 208, .rlim_max = 208 };
	struct state state;
	size_t kept = 0, read = 0;
	char path[64];

	for (int i = 0; i < 250; i++) {
		(void)snprintf(path, sizeof(path), "proc/sys/many/%03d", i);
		tree_file(path, "1\n");
	}
	tree_file("proc/sys/many/folder/file", "1\n");
	is_int(setrlimit(RLIMIT_NOFILE, &few), 0, "few descriptors");
	is_int(state_collect(arena, root, &request, &state), 0, "collected");
	is_int((long long)state.found[0].len, 250, "all files are found");
	for (size_t i = 0; i < state.found[0].len; i++) {
		kept += state.found[0].items[i].fd >= 0;
		read += state.found[0].items[i].text != NULL;
	}
	is_int((long long)read, 250, "and read");
	is_int((long long)kept, 16, "and kept open as far as there is room");
	state_done(&state);
}

static void test_out_of_memory(const struct root *root)
{
	const struct state_request request = { .probes = probes,
					       .len = PROBES,
					       .keep = true };
	int r = -ENOMEM, failures = 0, before = dup(0), after;
	struct state state;

	(void)close(before);
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = state_collect(arena, root, &request, &state);
		failures += r == -ENOMEM;
		if (r == 0)
			state_done(&state);
	}
	after = dup(0);
	(void)close(after);
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 10, "after %d clean failures", failures);
	is_int(after, before, "that leave no descriptor open");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);
	struct root root;

	tree_begin();
	make_tree();
	is_int(root_init(&root, tree), 0, "root");
	test_values(arena, &root, false);
	test_values(arena, &root, true);
	test_modes(arena, &root, false);
	test_modes(arena, &root, true);
	test_read_again(arena, &root);
	test_long_values(arena, &root);
	test_out_of_memory(&root);
	test_few_descriptors(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
