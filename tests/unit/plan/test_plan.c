/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "plan/probe.h"
#include "profile/profile.h"
#include "tap.h"

/* A host made of a few files: probes are answered from here. */
static const struct live files[] = {
	{ .path = "proc/sys/vm/swappiness", .text = "60" },
	{ .path = "proc/sys/vm/dirty_ratio", .text = "20" },
	{ .path = "proc/sys/vm/dirty_bytes", .text = "0" },
	{ .path = "proc/sys/vm/dirty_background_ratio", .text = "0" },
	{ .path = "proc/sys/vm/dirty_background_bytes", .text = "16777216" },
	{ .path = "proc/sys/vm/lowmem_reserve_ratio", .text = "256\t32\t0\t0" },
	{ .path = "proc/sys/vm/min_free_kbytes", .text = "67584" },
	{ .path = "proc/sys/vm/overcommit_memory", .text = "0" },
	{ .path = "proc/sys/vm/mmap_rnd_bits", .error = EACCES },
	{ .path = "proc/sys/vm/unknown_knob", .text = "010" },
	{ .path = "proc/sys/net/ipv4/conf/all/rp_filter", .text = "0" },
	{ .path = "proc/sys/net/ipv4/conf/eth0.100/rp_filter", .text = "2" },
	{ .path = "sys/kernel/mm/transparent_hugepage/enabled",
	  .text = "always [madvise] never" },
};

static const struct host host_686 = {
	.release = "6.1.0-50-686-pae",
	.kernel = { 6, 1, 0 },
	.arch = "i686",
	.has_memory = true,
	.mem_total_kib = 4 * 1024 * 1024,
	.high_total_kib = 819200 * 4,
	.high_pages = 819200,
	.normal_index = 1,
	.page_size = 4096,
};

static struct found answer(struct arena *arena, const struct probe *probe)
{
	struct found found = { 0 };

	found.items = arena_array(arena, 4, sizeof(*found.items));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		bool rp = probe->glob && strstr(files[i].path, "rp_filter");

		if (rp || strcmp(files[i].path, probe->path) == 0)
			found.items[found.len++] = files[i];
	}
	if (found.len == 0 && !probe->glob)
		found.items[found.len++] =
			(struct live){ .path = probe->path, .error = ENOENT };
	for (size_t i = 0; i < found.len; i++)
		found.items[i].fd = -1;
	return found;
}

static int build(struct arena *arena, struct arena *work, const struct profile *profile,
		 const struct host *host, struct plan *ret)
{
	struct plan_request request = { .profile = profile, .scope = SCOPE_LIVE };
	struct state state = { .host = *host };
	struct probes probes;
	int r = probes_for(work, profile, &probes);

	if (r < 0)
		return r;
	state.len = probes.len;
	state.found = arena_array(arena, probes.len, sizeof(*state.found));
	for (size_t i = 0; i < probes.len; i++)
		state.found[i] = answer(arena, &probes.items[i]);
	request.probes = &probes;
	request.state = &state;
	return plan_build(work, &request, ret);
}

static struct setting setting(const char *key, const char *value)
{
	return (struct setting){
		.key = key,
		.value = value,
		.sysfs = key[0] == '/',
		.glob = strchr(key, '*') != NULL,
		.knob = strchr(key, '*') ? NULL : knob_find(key, NULL),
	};
}

static const struct plan_item *item_of(const struct plan *plan, const char *key)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (strcmp(plan->items[i].key, key) == 0)
			return &plan->items[i];
	}
	return NULL;
}

/* One setting, and what becomes of it. */
static const struct {
	const char *key, *value, *want;
	enum plan_action action;
	enum live_status live_status;
	enum status refusal;
	bool optional;
	const char *reason; /* part of it */
} rows[] = {
	{ "vm.swappiness", "10", "10", ACTION_WRITE, LIVE_DIFFERS, 0, false, NULL },
	{ "vm.swappiness", "60", "60", ACTION_NONE, LIVE_SAME, 0, false, NULL },
	{ "vm.swappiness", "0x3c", "60", ACTION_NONE, LIVE_SAME, 0, false, NULL },
	{ "vm.swappiness", "300", NULL, ACTION_REFUSE, LIVE_DIFFERS, STATUS_BAD_PROFILE,
	  false, "0..200" },
	{ "vm.min_free_kbytes", "64M", "65536", ACTION_WRITE, LIVE_DIFFERS, 0, false,
	  NULL },
	{ "vm.min_free_kbytes", "66M", "67584", ACTION_NONE, LIVE_SAME, 0, false, NULL },
	{ "vm.min_free_kbytes", "1%", "41943", ACTION_WRITE, LIVE_DIFFERS, 0, false,
	  NULL },
	{ "vm.lowmem_reserve_ratio", "256 32 0 0", "256 32 0 0", ACTION_NONE, LIVE_SAME,
	  0, false, NULL },
	{ "vm.lowmem_reserve_ratio", "256 256 32", "256 256 32", ACTION_REFUSE,
	  LIVE_DIFFERS, STATUS_BAD_PROFILE, false, "takes 4 numbers" },
	{ "vm.unknown_knob", "8", "8", ACTION_NONE, LIVE_SAME, 0, false, NULL },
	{ "vm.unknown_knob", "9", "9", ACTION_WRITE, LIVE_DIFFERS, 0, false, NULL },
	{ "vm.watermark_scale_factor", "200", "200", ACTION_REFUSE, LIVE_ABSENT,
	  STATUS_NO_KNOB, false, "does not have it" },
	{ "vm.watermark_scale_factor", "200", "200", ACTION_SKIP, LIVE_ABSENT, 0, true,
	  "does not have it" },
	{ "vm.block_dump", "1", "1", ACTION_REFUSE, LIVE_ABSENT, STATUS_NO_KNOB, false,
	  "6.1.0" },
	{ "vm.nonsense", "1", "1", ACTION_REFUSE, LIVE_ABSENT, STATUS_NO_KNOB, false,
	  "does not have it" },
	{ "vm.mmap_rnd_bits", "16", "16", ACTION_REFUSE, LIVE_UNREADABLE,
	  STATUS_NO_PRIVILEGE, false, "cannot be read" },
	{ "/sys/kernel/mm/transparent_hugepage/enabled", "madvise", "madvise",
	  ACTION_NONE, LIVE_SAME, 0, false, NULL },
	{ "/sys/kernel/mm/transparent_hugepage/enabled", "never", "never", ACTION_WRITE,
	  LIVE_DIFFERS, 0, false, NULL },
};

static void test_rows(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct setting one = setting(rows[i].key, rows[i].value);
		struct layer layer = { .name = "p", .settings = &one, .settings_len = 1 };
		struct layer *layers[] = { &layer };
		const struct profile profile = { .items = layers, .len = 1 };
		struct plan plan;
		const struct plan_item *item;

		one.optional = rows[i].optional;
		is_int(build(arena, arena, &profile, &host_686, &plan), 0,
		       "row %zu is built", i);
		item = item_of(&plan, rows[i].key);
		if (!ok(item != NULL, "row %zu: %s is in the plan", i, rows[i].key))
			continue;
		is_int(item->action, rows[i].action, "row %zu: action of %s: %s", i,
		       rows[i].key, rows[i].value);
		is_int(item->live_status, rows[i].live_status, "row %zu: live", i);
		is_str(item->want, rows[i].want, "row %zu: want", i);
		is_int(plan.refusal, rows[i].refusal, "row %zu: refusal", i);
		if (rows[i].reason)
			ok(item->reason && strstr(item->reason, rows[i].reason),
			   "row %zu: reason: %s", i, item->reason);
	}
}

static void test_twins(struct arena *arena)
{
	struct setting settings[] = {
		setting("vm.dirty_bytes", "64M"),
		setting("vm.dirty_background_ratio", "5"),
	};
	struct layer layer = { .name = "p", .settings = settings, .settings_len = 2 };
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	const struct plan_item *item;
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "twins: built");
	item = item_of(&plan, "vm.dirty_bytes");
	is_str(item->undo_path, "proc/sys/vm/dirty_ratio",
	       "dirty_bytes is undone through the active twin");
	is_str(item->undo_value, "20", "with the twin's value");
	item = item_of(&plan, "vm.dirty_background_ratio");
	is_str(item->undo_path, "proc/sys/vm/dirty_background_bytes",
	       "and the other way round");
	is_str(item->undo_value, "16777216", "with the twin's value");
}

static void test_layers(struct arena *arena)
{
	struct setting base[] = { setting("vm.swappiness", "10"),
				  setting("vm.dirty_ratio", "30"),
				  setting("net.ipv4.conf.*.rp_filter", "1") };
	struct setting top[] = { setting("vm.swappiness", "60"),
				 setting("vm.dirty_bytes", "64M"),
				 setting("net.ipv4.conf.all.rp_filter", "0") };
	struct layer first = { .name = "base", .settings = base, .settings_len = 3 };
	struct layer second = { .name = "top", .settings = top, .settings_len = 3 };
	struct layer *layers[] = { &first, &second };
	const struct profile profile = { .items = layers, .len = 2 };
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "layers: built");
	is_str(item_of(&plan, "vm.swappiness")->want, "60", "the later layer wins");
	ok(!item_of(&plan, "vm.dirty_ratio"),
	   "and drops the twin that the earlier one sets");
	is_str(item_of(&plan, "vm.dirty_bytes")->want, "67108864",
	       "in favour of its own");
	is_str(item_of(&plan, "net.ipv4.conf.all.rp_filter")->want, "0",
	       "a name beats a glob");
	is_str(item_of(&plan, "net.ipv4.conf.eth0/100.rp_filter")->want, "1",
	       "a glob stands for names with dots");
	is_int((long long)plan.counts.same, 2, "two are the same");
	is_int((long long)plan.counts.differs, 2, "two differ");
}

static void test_glob_of_one_layer(struct arena *arena)
{
	struct setting settings[] = { setting("net.ipv4.conf.all.rp_filter", "0"),
				      setting("net.ipv4.conf.*.rp_filter", "1"),
				      setting("net.ipv4.none*", "1") };
	struct layer layer = { .name = "p", .settings = settings, .settings_len = 2 };
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "glob: built");
	is_str(item_of(&plan, "net.ipv4.conf.all.rp_filter")->want, "0",
	       "a name beats a later glob of the same layer");
}

static void test_order(struct arena *arena)
{
	struct setting settings[] = {
		setting("vm.min_free_kbytes", "70000"),
		setting("vm.overcommit_memory", "2"),
		setting("/sys/kernel/mm/transparent_hugepage/enabled", "never"),
		setting("vm.swappiness", "10"),
	};
	struct layer layer = { .name = "p", .settings = settings, .settings_len = 4 };
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "order: built");
	is_str(plan.items[0].key, "vm.swappiness", "what has no wish comes first");
	is_str(plan.items[1].key, "/sys/kernel/mm/transparent_hugepage/enabled",
	       "then huge pages");
	is_str(plan.items[2].key, "vm.overcommit_memory", "then overcommit");
	is_str(plan.items[3].key, "vm.min_free_kbytes", "and min_free_kbytes last");
}

static void test_words(struct arena *arena)
{
	struct layer layer = {
		.name = "p",
		.has_lower_zone_protection = true,
		.lower_zone_protection = 250,
		.oom_kill = OFF,
	};
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	const struct plan_item *item;
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "words: built");
	item = item_of(&plan, "vm.lowmem_reserve_ratio");
	is_str(item->want, "256 12 0 0", "lower_zone_protection becomes a vector");
	is_int(item->action, ACTION_WRITE, "that is written");
	is_str(item->live, "256\t32\t0\t0", "and was another one");
	item = item_of(&plan, "oom_kill");
	is_int(item->action, ACTION_REFUSE, "oom_kill: off is refused");
	is_int(plan.refusal, STATUS_NO_KNOB, "with 69");
	layer.oom_kill = ON;
	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "oom_kill: on");
	is_int(item_of(&plan, "oom_kill")->action, ACTION_NONE, "is in force");
	is_int(plan.refusal, STATUS_OK, "and refuses nothing");
}

static void test_not_applicable(struct arena *arena)
{
	const struct when when = { .highmem = WHEN_NO };
	struct setting one = setting("vm.swappiness", "10");
	struct layer layer = {
		.name = "p", .settings = &one, .settings_len = 1, .when = &when
	};
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "when: built");
	ok(!plan.applies && plan.len == 0,
	   "a profile that does not apply asks for nothing");
	ok(plan.not_applicable && strstr(plan.not_applicable, "HighMem"), "and says why");
	ok(plan_in_sync(&plan), "nothing differs");
}

static void test_left_out(struct arena *arena)
{
	struct rule rule = { .name = "protect-sshd", .has_value = true, .value = -1000 };
	struct drop_schedule schedule = { .every_seconds = 21600, .mode = DROP_ALL };
	struct layer layer = {
		.name = "p",
		.rules = &rule,
		.rules_len = 1,
		.schedules = &schedule,
		.schedules_len = 1,
	};
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct plan plan;

	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "rules: built");
	is_int((long long)plan.counts.skipped, 2,
	       "rules and schedules are listed and left out");
	is_str(item_of(&plan, "protect-sshd")->want, "-1000", "with what they want");
	schedule.every_seconds = 599;
	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "often: built");
	is_int((long long)plan.counts.refused, 1, "a schedule that is due too often");
	is_int((int)plan.refusal, STATUS_ERROR, "is refused");
	schedule.every_seconds = 600;
	is_int(build(arena, arena, &profile, &host_686, &plan), 0, "seldom: built");
	is_int((long long)plan.counts.refused, 0, "every ten minutes is not");
}

static void test_out_of_memory(struct arena *arena)
{
	struct setting settings[] = { setting("vm.swappiness", "10"),
				      setting("vm.dirty_bytes", "64M"),
				      setting("net.ipv4.conf.*.rp_filter", "1") };
	struct layer layer = {
		.name = "p",
		.settings = settings,
		.settings_len = 3,
		.has_lower_zone_protection = true,
		.lower_zone_protection = 250,
	};
	struct layer *layers[] = { &layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct plan plan = { 0 };
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *work = arena_new(limit);

		r = build(arena, work, &profile, &host_686, &plan);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 20, "after %d clean failures", failures);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)64 << 20);

	test_rows(arena);
	test_twins(arena);
	test_layers(arena);
	test_glob_of_one_layer(arena);
	test_order(arena);
	test_words(arena);
	test_not_applicable(arena);
	test_left_out(arena);
	test_out_of_memory(arena);
	return done();
}
