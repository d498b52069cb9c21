/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/leftout.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "plan/plan.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static void test_read(struct arena *arena, const struct root *root)
{
	struct leftout left = { .len = 9 };
	int r = -ENOMEM;

	is_int(leftout_read(arena, root, &left), 0, "no record");
	ok(left.len == 0, "is one of nothing");
	tree_file(
		"var/lib/lowmemctl/left-out",
		"# a.yaml b\nvm.b\tnot here\n\nno reason\nvm.c\tread-only\there\n# /no/such\n"
		"vm.e\tx\n# /no/such /two\nvm.d\t");
	for (size_t limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *little = arena_new(limit);

		r = leftout_read(little, root, &left);
	}
	is_int(r, 0, "read once memory suffices");
	is_int(leftout_read(arena, root, &left), 0, "read");
	is_str(left.items[0].profiles, "a.yaml b", "whose it is");
	is_str(left.items[2].profiles, "/no/such /two", "several are not looked for");
	is_int((long long)left.len, 3, "lines that say something");
	is_str(left.items[0].name, "vm.b", "the first");
	is_str(left.items[0].reason, "not here", "and why");
	is_str(left.items[1].reason, "read-only\there", "all of the reason");
	is_str(left.items[2].reason, "", "no reason");
	is_int(root_remove(root, "var/lib/lowmemctl/left-out"), 0, "removed");
	tree_folders("var/lib/lowmemctl/left-out/x");
	ok(leftout_read(arena, root, &left) < 0, "what cannot be read is told");
}

/* As on a disk that is full. */
static void test_no_room(struct arena *arena, const struct root *root,
			 const struct plan *plan)
{
	struct rlimit limit, none;
	struct leftout before = { 0 }, after = { 0 };
	int r;

	is_int(leftout_read(arena, root, &before), 0, "read");
	(void)signal(SIGXFSZ, SIG_IGN);
	is_int(getrlimit(RLIMIT_FSIZE, &limit), 0, "limit");
	none = (struct rlimit){ 8, limit.rlim_max };
	r = setrlimit(RLIMIT_FSIZE, &none);
	if (r == 0)
		r = leftout_record(arena, root, plan, "c.yaml");
	is_int(setrlimit(RLIMIT_FSIZE, &limit), 0, "no limit");
	is_int(r, -EFBIG, "no room");
	is_int(leftout_read(arena, root, &after), 0, "read back");
	ok(after.len == before.len && before.len > 0, "that of the others is not lost");
}

/* Nothing is amiss where something has only to come yet. */
static void test_waiting(struct arena *arena, const struct root *root)
{
	struct plan_item items[] = {
		{ .kind = ITEM_SCHEDULE, .key = "drop_caches", .reason = "left to it" },
		{ .kind = ITEM_PROCESS,
		  .key = "rule 1",
		  .live_status = LIVE_ABSENT,
		  .reason = "not now" },
		{ .kind = ITEM_PROCESS,
		  .key = "rule 2",
		  .live_status = LIVE_UNKNOWN,
		  .reason = "not looked at" },
		{ .kind = ITEM_PROCESS,
		  .key = "pid:9",
		  .live_status = LIVE_UNREADABLE,
		  .reason = "not to be read" },
		{ .kind = ITEM_PROCESS,
		  .key = "pid:10",
		  .live_status = LIVE_DIFFERS,
		  .reason = "not allowed" },
		{ .key = "vm.b", .live_status = LIVE_ABSENT, .reason = "not here" },
	};
	struct plan plan = { .items = items, .len = 6 };
	struct leftout left = { 0 };

	for (size_t i = 0; i < plan.len; i++)
		items[i].action = ACTION_SKIP;
	is_int((long long)leftout_count(&plan), 3, "what waits is not left out");
	is_int(leftout_record(arena, root, &plan, "w.yaml"), 0, "recorded");
	is_int(leftout_read(arena, root, &left), 0, "read back");
	is_str(left.items[left.len - 3].name, "pid:9", "what may not be read is");
	is_str(left.items[left.len - 2].name, "pid:10", "what may not be written");
	is_str(left.items[left.len - 1].name, "vm.b", "and what is not here");
	is_str(left.items[left.len - 4].profiles, "a.yaml", "and nothing else");
	for (size_t i = 0; i < plan.len; i++)
		items[i].action = ACTION_NONE;
	is_int((long long)leftout_count(&plan), 0, "nor what is as it should be");
	is_int(leftout_record(arena, root, &plan, "w.yaml"), 0, "forgotten");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct plan_item items[] = {
		{ .key = "vm.a", .action = ACTION_WRITE },
		{ .key = "vm.b", .action = ACTION_SKIP, .reason = "not here" },
	};
	struct plan plan = { .items = items, .len = 2 };
	struct leftout left = { 0 };
	char text[256] = { 0 };
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	plan_finish(&plan);
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "recorded");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) > 0,
	   "there");
	is_str(text, "# a.yaml\nvm.b\tnot here\n", "what was left out, and why");
	items[1].label = "pid:812 a\n# b\tc";
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "a process");
	is_int(leftout_read(arena, &root, &left), 0, "read back");
	is_str(left.len == 1 ? left.items[0].name : NULL, "pid:812 a # b c",
	       "as it was written");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) > 0,
	   "there");
	is_str(text, "# a.yaml\npid:812 a # b c\tnot here\n",
	       "its name makes no line and no column of its own");
	is_int(leftout_record(arena, &root, &plan, "b.yaml"), 0, "another profile");
	items[1].label = "pid:9";
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "the first one again");
	is_int(leftout_read(arena, &root, &left), 0, "read back");
	is_int((long long)left.len, 2, "each has its own");
	is_str(left.items[0].profiles, "b.yaml", "which stays as it was");
	is_str(left.items[1].profiles, "a.yaml", "the newest is the last");
	is_str(left.items[1].name, "pid:9", "and in place of the older");
	items[0].action = ACTION_WRITE_PERSIST;
	items[1].action = ACTION_PERSIST;
	plan_leave_out_files(&plan);
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "files left out");
	is_int(leftout_read(arena, &root, &left), 0, "read back");
	is_int((long long)left.len, 3, "of both items");
	is_str(left.items[1].name, "vm.a", "the one that is written all the same");
	is_str(left.items[1].reason, "it could not be persisted here", "and why");
	test_no_room(arena, &root, &plan);
	test_waiting(arena, &root);
	items[0].unpersisted = false;
	items[1].unpersisted = false;
	items[1].action = ACTION_NONE;
	plan_finish(&plan);
	is_int(leftout_record(arena, &root, &plan, "b.yaml"), 0,
	       "nothing of one left out");
	is_int(leftout_read(arena, &root, &left), 0, "read back");
	ok(left.len == 2, "that of the other stays");
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "nothing left out");
	ok(root_read(&root, "var/lib/lowmemctl/left-out", text, sizeof(text)) < 0,
	   "no record");
	is_int(leftout_record(arena, &root, &plan, "a.yaml"), 0, "nor was there one");
	test_read(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
