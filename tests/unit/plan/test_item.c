/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/item.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "plan/candidate.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "state/state.h"
#include "tap.h"

static const struct live *nothing_else(const struct item_context *context,
				       const char *path)
{
	(void)context;
	(void)path;
	return NULL;
}

static struct plan_item make(struct arena *arena, const struct host *host,
			     const char *key, const char *value, const struct live *live)
{
	const struct value_facts facts = { .kernel = host->kernel };
	const struct item_context context = {
		.arena = arena,
		.host = host,
		.facts = &facts,
		.look_up = nothing_else,
	};
	const struct setting setting = { .key = key,
					 .value = value,
					 .sysfs = key[0] == '/' };
	const struct layer layer = { .name = "p" };
	const struct candidate candidate = {
		.path = live->path,
		.key = key,
		.layer = &layer,
		.knob = knob_find(key, host->release),
		.setting = &setting,
		.live = live,
	};
	struct plan_item item = { 0 };

	is_int(item_from_candidate(&context, &candidate, &item), 0, "%s: %s", key, value);
	return item;
}

/* What a write needs. */
static const struct {
	const char *key;
	unsigned needs;
} needs[] = {
	{ "vm.swappiness", NEED_ROOT },
	{ "vm.mmap_min_addr", NEED_ROOT | NEED_SYS_RAWIO },
	{ "kernel.numa_balancing", NEED_ROOT | NEED_SYS_ADMIN },
	{ "kernel.not_in_the_catalogue", NEED_ROOT },
	{ "net.ipv4.ip_forward", NEED_NET_ADMIN },
	{ "user.max_user_namespaces", NEED_SYS_RESOURCE },
	{ "/sys/kernel/mm/ksm/pages_to_scan", NEED_DAC_OVERRIDE },
	{ "/sys/not/in/the/catalogue", NEED_DAC_OVERRIDE },
};

static void test_needs(struct arena *arena)
{
	const struct live live = { .path = "x", .text = "3", .fd = -1 };
	const struct host host = { .release = "6.18.0", .kernel = { 6, 18, 0 } };
	const struct host readonly = {
		.release = "6.18.0",
		.kernel = { 6, 18, 0 },
		.sysctl_readonly = true,
	};

	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		struct plan_item item = make(arena, &host, needs[i].key, "1", &live);

		is_int(item.needs, (long long)needs[i].needs, "%s: needs", needs[i].key);
		item = make(arena, &readonly, needs[i].key, "1", &live);
		is_int(!!(item.needs & NEED_WRITABLE), needs[i].key[0] != '/',
		       "%s: on a read-only /proc/sys", needs[i].key);
	}
}

static void test_absent(struct arena *arena)
{
	const struct live absent = { .path = "x", .error = ENOENT, .fd = -1 };
	const struct live unread = { .path = "x", .fd = -1 };
	const struct live broken = { .path = "x", .error = EIO, .fd = -1 };
	const struct host old = { .release = "2.6.32-71.el6", .kernel = { 2, 6, 32 } };
	const struct host new = { .release = "6.18.0", .kernel = { 6, 18, 0 } };
	struct plan_item item;

	item = make(arena, &old, "vm.watermark_scale_factor", "10", &absent);
	ok(item.refusal == STATUS_NO_KNOB && strstr(item.reason, "2.6.32-71.el6") &&
		   strstr(item.reason, "4.6"),
	   "too new: %s", item.reason);
	item = make(arena, &new, "vm.lower_zone_protection", "250", &absent);
	ok(strstr(item.reason, "lowmem_reserve_ratio") != NULL, "replaced: %s",
	   item.reason);
	item = make(arena, &new, "vm.compaction_proactiveness", "10", &absent);
	ok(strstr(item.reason, "CONFIG_COMPACTION") != NULL, "not built in: %s",
	   item.reason);
	item = make(arena, &new, "vm.swappiness", "10", &broken);
	is_int(item.live_status, LIVE_UNREADABLE, "cannot be read");
	is_int(item.refusal, STATUS_ERROR, "is refused");
	item = make(arena, &new, "/sys/block/zram0/mem_limit", "1G", &unread);
	is_int(item.refusal, STATUS_ERROR, "what cannot be read at all is refused");
	ok(strstr(item.reason, "compared") != NULL, "and told so: %s", item.reason);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	test_needs(arena);
	test_absent(arena);
	return done();
}
