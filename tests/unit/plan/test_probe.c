/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/probe.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "profile/profile.h"
#include "tap.h"

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

static struct probes probe(struct arena *arena, struct layer *layer)
{
	struct layer *layers[] = { layer };
	const struct profile profile = { .items = layers, .len = 1 };
	struct probes probes = { 0 };

	is_int(probes_for(arena, &profile, &probes), 0, "probes for a profile");
	return probes;
}

static bool has(const struct probes *probes, const char *path)
{
	for (size_t i = 0; i < probes->len; i++) {
		if (strcmp(probes->items[i].path, path) == 0)
			return true;
	}
	return false;
}

static void test_schedules(struct arena *arena)
{
	struct drop_schedule schedule = { .every_seconds = 3600 };
	struct layer layer = { .schedules = &schedule, .schedules_len = 1 };
	const struct probes probes = probe(arena, &layer);

	ok(has(&probes, DROP_CACHES_PATH), "what schedules write to");
	ok(probes.items[0].unread, "which is not read");
}

static void test_paths(struct arena *arena)
{
	struct setting settings[] = {
		setting("net.ipv4.conf.eth0/100.rp_filter", "1"),
		setting("/sys/kernel/mm/ksm/run", "1"),
		setting("vm.dirty_*", "1"),
		setting("vm.dirty_bytes", "64M"),
		setting("vm.compact_memory", "1"),
	};
	struct layer layer = { .settings = settings, .settings_len = 5, .oom_kill = ON };
	const struct probes probes = probe(arena, &layer);

	is_str(probes.items[0].path, "proc/sys/net/ipv4/conf/eth0.100/rp_filter",
	       "a sysctl");
	is_str(probes.items[1].path, "sys/kernel/mm/ksm/run", "a sysfs file");
	ok(probes.items[2].glob && !probes.items[3].glob, "a glob");
	ok(probes.items[4].unread && !probes.items[3].unread,
	   "what cannot be read is not");
	ok(has(&probes, "proc/sys/vm/dirty_ratio"), "the twin of what is set");
	ok(has(&probes, "proc/sys/vm/dirty_background_bytes"),
	   "or of what a glob may set");
	ok(has(&probes, "proc/sys/vm/oom-kill"), "what a word may become");
	ok(!has(&probes, "proc/sys/vm/lowmem_reserve_ratio"), "and nothing else");
	is_int((long long)probes.host,
	       HOST_KERNEL | HOST_MOUNTS | HOST_ARCH | HOST_MEMORY,
	       "what a long holds hangs on the kernel; what costs is not asked");
}

static void test_facts(struct arena *arena)
{
	static const char *const arch[] = { "i686", NULL };
	const struct when highmem = { .highmem = WHEN_NO }, i686 = { .arch = arch };
	struct setting percent = setting("vm.min_free_kbytes", "1%");
	struct setting pages = setting("kernel.shmall", "4G");
	struct setting plain = setting("vm.swappiness", "1"),
		       bits = setting("kernel.pid_max", "1");
	struct layer layers[] = {
		{ .when = &highmem },
		{ .when = &i686 },
		{ .settings = &percent, .settings_len = 1 },
		{ .settings = &pages, .settings_len = 1 },
		{ .has_lower_zone_protection = true },
		{ .settings = &plain, .settings_len = 1 },
		{ .settings = &bits, .settings_len = 1 },
	};
	static const unsigned facts[] = {
		HOST_MEMORY,
		HOST_ARCH,
		HOST_MEMORY,
		HOST_PAGE | HOST_ARCH | HOST_MEMORY,
		HOST_MEMORY | HOST_PAGE,
		0,
		HOST_ARCH | HOST_MEMORY,
	};

	for (size_t i = 0; i < sizeof(layers) / sizeof(*layers); i++)
		is_int((long long)probe(arena, &layers[i]).host,
		       HOST_KERNEL | HOST_MOUNTS | (long long)facts[i],
		       "facts for layer %zu", i);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_paths(arena);
	test_schedules(arena);
	test_facts(arena);
	return done();
}
