/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/strain.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "state/host.h"
#include "state/memory.h"
#include "sys/root.h"
#include "tap.h"

static const char *const kinds[] = {
	[STRAIN_LOW_MEMORY] = "low", [STRAIN_MEMORY] = "memory",
	[STRAIN_NODE] = "node",	     [STRAIN_FRAGMENTATION] = "fragmentation",
	[STRAIN_SWAP] = "swap",	     [STRAIN_PRESSURE] = "pressure",
	[STRAIN_KILLED] = "killed",
};

static const char *const levels[] = {
	[STRAIN_NONE] = "none",
	[STRAIN_NOTE] = "note",
	[STRAIN_WARNING] = "warning",
	[STRAIN_ALARM] = "alarm",
};

/* "alarm low, note killed" */
static const char *sum_up(struct arena *arena, const struct strain *strains, size_t len)
{
	const char *text = "";

	for (size_t i = 0; i < len; i++)
		text = arena_printf(arena, "%s%s%s %s", text, i > 0 ? ", " : "",
				    levels[strains[i].level], kinds[strains[i].kind]);
	return text;
}

/* Judges @memory: its summary, and the text of the first strain ("" for none). */
static const char *judge(struct arena *arena, const struct memory *memory,
			 const char **ret_first)
{
	struct strain *strains;
	size_t len;

	if (strain_judge(arena, memory, &strains, &len) < 0)
		return NULL;
	*ret_first = len > 0 ? strains[0].text : "";
	return sum_up(arena, strains, len);
}

/* What is known to be wrong with each, as its README says, as far as the moment shows it. */
static const struct {
	const char *tree, *strains, *first;
} hosts[] = {
	{ "memory/i686-pae-lowmem-1", "alarm low",
	  "low memory is running out: 47 MiB of 749 MiB free (6 %), while 3.1 GiB of HighMem "
	  "are free that the kernel cannot use for its own data; MemAvailable (2.9 GiB) does "
	  "not show it. Slab holds 696 MiB of it." },
	{ "memory/i686-lowmem-1", "alarm low",
	  "low memory is running out: 50 MiB of 840 MiB free (5 %), while 1.1 GiB of HighMem "
	  "are free that the kernel cannot use for its own data; MemAvailable (1.1 GiB) does "
	  "not show it. Slab holds 785 MiB of it." },
	{ "memory/i686-pae-lowmem-3", "warning low",
	  "low memory runs short: 60 MiB of 358 MiB free (16 %), while 2.9 GiB of HighMem are "
	  "free that the kernel cannot use for its own data; MemAvailable (2.7 GiB) does not "
	  "show it. Slab holds 105 MiB of it, kernel stacks 75 MiB, page tables 299 MiB (some "
	  "may be in HighMem)." },
	{ "memory/i686-pae-lowmem-5", "warning low",
	  "low memory runs short: 127 MiB of 629 MiB free (20 %), while 14 GiB of HighMem are "
	  "free that the kernel cannot use for its own data; MemAvailable (13 GiB) does not "
	  "show it. What no counter tells of (buffers of sockets and drivers, say) holds 445 "
	  "MiB of it." },
	{ "memory/i686-pae-global-1", "note memory",
	  "memory is getting short: 215 MiB of 1.4 GiB available (14 %), and there is no "
	  "swap. Processes' own memory holds 1.1 GiB of it." },
	{ "memory/amd64-allocating-1", "note memory",
	  "memory is getting short: 51 MiB of 470 MiB available (10 %), and there is no swap. "
	  "Processes' own memory holds 389 MiB of it." },
	{ "memory/amd64-global-1", "warning memory",
	  "memory runs short: 29 MiB of 470 MiB available (6 %), and there is no swap. "
	  "Processes' own memory holds 411 MiB of it." },
	{ "memory/amd64-global-4", "warning memory",
	  "memory runs short: 38 MiB of 470 MiB available (8 %), and there is no swap. "
	  "Processes' own memory holds 403 MiB of it." },
	{ "memory/amd64-global-3", "note memory",
	  "page tables hold 149 MiB of 470 MiB (31 %): many processes share much memory, or "
	  "few have mapped very much of it. Huge pages need next to none." },
	{ "memory/amd64-fragmented-1", "alarm fragmentation",
	  "memory is fragmented: 210 MiB are free, all in single pages. Requests for two "
	  "pages in a row (order 1) fail." },
	/* A fifth and a quarter are left: too early. */
	{ "memory/amd64-swap-1", "", "" },
	{ "memory/amd64-panic-2", "", "" },
	{ "memory/amd64-mempolicy-1", "", "" },
	/* The host is well. */
	{ "memory/amd64-memcg-1", "", "" },
	{ "memory/amd64-memcg-2", "", "" },
	{ "memory/amd64-manual-1", "", "" },
	{ "memory/i686-pae-lowmem-1-early", "", "" },
	{ "memory/i686-lowmem-1-early", "", "" },
	{ "memory/i686-pae-lowmem-3-early", "", "" },
	{ "memory/i686-pae-lowmem-5-early", "", "" },
	{ "memory/i686-pae-global-1-early", "", "" },
	{ "memory/amd64-global-1-early", "", "" },
	{ "memory/amd64-mempolicy-1-early", "", "" },
	{ "memory/rhel4-2.6.9-x86_64", "", "" },
	{ "memory/rhel5-2.6.18-ia64", "", "" },
	{ "memory/rhel7-3.10-x86_64-numa", "", "" },
	{ "memory/linux-6.18-x86_64", "", "" },
	{ "sysroots/modern-x86_64", "", "" },
	{ "sysroots/noswap-x86_64", "", "" },
	{ "sysroots/container", "", "" },
	{ "sysroots/i686-pae-6.1", "", "" },
	/* Other eras. */
	{ "memory/rhel3-2.4.21-i686", "warning low",
	  "low memory runs short: 9.3 MiB of 823 MiB free (1 %), while 1.6 GiB of HighMem are "
	  "free that the kernel cannot use for its own data. This kernel does not tell what "
	  "holds it." },
	{ "sysroots/rhel4-i686-highmem", "warning low",
	  "low memory runs short: 38 MiB of 851 MiB free (4 %), while 1.3 GiB of HighMem are "
	  "free that the kernel cannot use for its own data. Slab holds 529 MiB of it. This "
	  "kernel does not tell how much of the slab it could give back." },
	{ "memory/rhel5-2.6.18-i686-pae", "alarm low",
	  "low memory is running out: 16 MiB of 853 MiB free (1 %), while 2.1 GiB of HighMem "
	  "are free that the kernel cannot use for its own data. Slab holds 770 MiB of it. "
	  "This kernel does not tell how much of the slab it could give back." },
	{ "memory/rhel6-2.6.32-x86_64", "alarm memory, warning swap",
	  "memory is running out: about 92 MiB of 7.7 GiB available (1 %, estimated: this "
	  "kernel has no MemAvailable), and swap is full. Processes' own memory holds 7.1 GiB "
	  "of it." },
	{ "memory/rhel8-4.18-x86_64-numa", "alarm node, note killed",
	  "node 1 is out of memory: 10 MiB of 7.8 GiB free, while node 0 has 4.7 GiB. What is "
	  "bound to node 1 (numactl, cpusets) fails." },
	{ "memory/rhel9-5.14-aarch64-64k", "alarm memory, alarm pressure, warning swap",
	  "memory is running out: 431 MiB of 14 GiB available (2 %), and swap is full. "
	  "Processes' own memory holds 9.1 GiB of it." },
};

static void test_host(struct arena *arena, size_t i)
{
	const char *tree = hosts[i].tree, *first = NULL;
	struct memory memory;
	struct host host;
	struct root root;
	char path[128];

	(void)snprintf(path, sizeof(path), "tests/fixtures/%s", tree);
	if (root_init(&root, path) < 0) {
		skip("%s is not here", path);
		return;
	}
	is_int(host_read(arena, &root, HOST_PAGE, &host), 0, "%s", tree);
	is_int(memory_read(arena, &root, host.page_size, &memory), 0, "%s is read", tree);
	root_done(&root);
	is_str(judge(arena, &memory, &first), hosts[i].strains, "%s: what is wrong",
	       tree);
	is_str(first, hosts[i].first, "%s: in words", tree);
}

/* A host of 8 GiB on 64 bits that is well. */
static struct memory make_host(struct zone *zones)
{
	struct memory memory = {
		.zones = zones,
		.zones_len = 2,
		.oom_kills = -1,
		.page_size = 4096,
	};
	int64_t *fields = (int64_t *)&memory.info;

	for (size_t i = 0; i < sizeof(memory.info) / sizeof(*fields); i++)
		fields[i] = -1;
	memory.info.total = 8000000;
	memory.info.free = 4000000;
	memory.info.available = 4000000;
	for (unsigned i = 0; i < 2; i++) {
		zones[i] = (struct zone){
			.node = i,
			.name = "Normal",
			.free_kib = 2000000,
			.min_kib = 20000,
			.low_kib = 25000,
			.high_kib = 30000,
			.managed_kib = 4000000,
			.present_kib = 4000000,
			.lru_kib = 1000000,
			.file_kib = 500000,
			.classes = 5,
			.orders = 11,
			.free_blocks = { [10] = 488 },
		};
	}
	return memory;
}

static const struct {
	int64_t total, available, swap_total, swap_free;
	const char *strains;
} shortages[] = {
	{ 8000000, 1600000, 0, 0, "" },
	{ 8000000, 1599999, 0, 0, "note memory" },
	{ 8000000, 800000, 0, 0, "note memory" },
	{ 8000000, 799999, 0, 0, "warning memory" },
	{ 8000000, 400000, 0, 0, "warning memory" },
	{ 8000000, 399999, 0, 0, "alarm memory" },
	{ 8000000, 0, 0, 0, "alarm memory" },
	/* Swap is left. */
	{ 8000000, 100000, 1000, 100, "warning memory" },
	{ 8000000, 100000, 1000, 99, "alarm memory, warning swap" },
	{ 8000000, 100000, 1000, -1, "alarm memory" },
	{ 8000000, 1599999, 1000, 0, "warning swap, note memory" },
	{ 8000000, 1600000, 1000, 0, "note swap" },
	/* Large hosts. */
	{ 512000000, 4194304, 0, 0, "" },
	{ 512000000, 4194303, 0, 0, "note memory" },
	{ 512000000, 2097151, 0, 0, "warning memory" },
	{ 512000000, 1048575, 0, 0, "alarm memory" },
};

static void test_shortages(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(shortages) / sizeof(*shortages); i++) {
		struct zone zones[2];
		struct memory memory = make_host(zones);
		const char *first;

		memory.info.total = shortages[i].total;
		memory.info.available = shortages[i].available;
		memory.info.swap_total = shortages[i].swap_total;
		memory.info.swap_free = shortages[i].swap_free;
		is_str(judge(arena, &memory, &first), shortages[i].strains,
		       "shortage %zu", i);
	}
}

static void test_holders(struct arena *arena)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	const char *first;

	memory.info.available = 100000;
	memory.info.swap_total = 2000000;
	memory.info.swap_free = 1048576;
	memory.info.anon = 1599999;
	memory.info.shmem = 1600000;
	memory.info.huge_total = 1000;
	memory.info.huge_size = 2048;
	memory.info.slab_unreclaimable = 2000000;
	is_str(judge(arena, &memory, &first), "warning memory", "memory is held");
	is_str(first,
	       "memory runs short: 98 MiB of 7.6 GiB available (1 %), with 1.0 GiB of swap "
	       "free. Tmpfs and shared memory hold 1.5 GiB of it, slab that cannot be given "
	       "back 1.9 GiB, huge pages 2.0 GiB, used or not.",
	       "by whom");
	memory.info.huge_total = INT64_MAX;
	memory.info.huge_size = INT64_MAX;
	ok(judge(arena, &memory, &first) && !strstr(first, "huge"), "no overflow");
}

static void test_pressure(struct arena *arena)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	const char *first;

	memory.pressure = (struct pressure){ .known = true, .some_avg10 = 999 };
	is_str(judge(arena, &memory, &first), "", "a little pressure");
	memory.pressure.some_avg10 = 1000;
	is_str(judge(arena, &memory, &first), "warning pressure", "some");
	is_str(first, "tasks waited for memory for 10.0 % of the last 10 s.", "in words");
	memory.pressure.full_avg10 = 999;
	is_str(judge(arena, &memory, &first), "warning pressure", "not all tasks yet");
	memory.pressure.full_avg10 = 1234;
	is_str(judge(arena, &memory, &first), "alarm pressure", "all tasks");
	is_str(first, "all tasks at once waited for memory for 12.3 % of the last 10 s.",
	       "in words");
	memory.pressure.known = false;
	is_str(judge(arena, &memory, &first), "", "unknown");
}

static void test_kills(struct arena *arena)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	const char *first;

	memory.oom_kills = 1;
	is_str(judge(arena, &memory, &first), "note killed", "a kill");
	is_str(first,
	       "the OOM killer has killed 1 process since boot, for the host or for a "
	       "control group at its limit.",
	       "in words");
	memory.oom_kills = 0;
	is_str(judge(arena, &memory, &first), "", "no kill");
}

/* Which of node 1's figures make it one that is out. */
static const struct {
	int64_t free, file, swap_free;
	unsigned other_free_percent;
	const char *strains;
} nodes[] = {
	{ 19000, 0, 0, 50, "alarm node" },
	{ 20000, 0, 0, 50, "alarm node" },
	{ 20001, 0, 0, 50, "warning node" },
	{ 30000, 0, 0, 50, "warning node" },
	{ 30001, 0, 0, 50, "" }, /* above its mark */
	{ 19000, 180999, 0, 50, "alarm node" },
	{ 19000, 181000, 0, 50, "" },	       /* files can be given back */
	{ 19000, -1, 0, 50, "" },	       /* nobody knows */
	{ 19000, 0, 500, 50, "warning node" }, /* swap is there */
	{ 19000, 0, 0, 25, "alarm node" },
	{ 19000, 0, 0, 24, "" }, /* the other one is hardly better */
};

static void test_nodes(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		struct zone zones[2];
		struct memory memory = make_host(zones);
		const char *first;

		zones[0].free_kib =
			zones[0].managed_kib / 100 * nodes[i].other_free_percent;
		zones[1].free_kib = nodes[i].free;
		zones[1].file_kib = nodes[i].file;
		memory.info.swap_total = nodes[i].swap_free * 2;
		memory.info.swap_free = nodes[i].swap_free;
		is_str(judge(arena, &memory, &first), nodes[i].strains, "node %zu", i);
		if (nodes[i].swap_free > 0)
			ok(strstr(first, "must swap"), "it can swap");
		else if (nodes[i].free > 20000 && *first)
			ok(strstr(first, "is next to fail"), "it has not failed");
	}
}

/* Sums over thousands of zones of what cannot be. */
static void test_enormous(struct arena *arena)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	const char *first;

	zones[0].managed_kib = zones[1].managed_kib = (int64_t)1 << 61;
	zones[0].free_kib = (int64_t)1 << 60;
	zones[1].free_kib = 0;
	is_str(judge(arena, &memory, &first), "alarm node", "half of 2 ZiB is free");
}

static const struct {
	uint64_t blocks[ZONE_ORDERS];
	int64_t high;
	const char *strains, *words;
} fragments[] = {
	{ { 500000 }, 30000, "alarm fragmentation", "all in single pages" },
	{ { 500000, 1 }, 30000, "warning fragmentation", "at most 2 pages" },
	{ { 500000, 1, 1 }, 30000, "warning fragmentation", "at most 4 pages" },
	{ { 500000, 1, 1, 1 }, 30000, "", "" },
	/* So little is free that lack of memory is the matter. */
	{ { 500000 }, 999999, "alarm fragmentation", "all in single pages" },
	{ { 500000 }, 1000000, "", "" },
	/* Without marks a share of the host's memory decides. */
	{ { 50000 }, -1, "alarm fragmentation", "all in single pages" },
	{ { 49999 }, -1, "", "" },
	{ { 0 }, -1, "", "" },
};

static void test_fragments(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(fragments) / sizeof(*fragments); i++) {
		struct zone zones[2];
		struct memory memory = make_host(zones);
		const char *first;

		for (unsigned k = 0; k < 2; k++) {
			memcpy(zones[k].free_blocks, fragments[i].blocks,
			       sizeof(zones[k].free_blocks));
			zones[k].high_kib = fragments[i].high;
		}
		is_str(judge(arena, &memory, &first), fragments[i].strains,
		       "fragments %zu", i);
		ok(strstr(first, fragments[i].words), "their size");
	}
}

/* Low memory: figures of a host of 4 GiB with a million KiB of it. */
static const struct {
	int64_t free, back, lru, slab_reclaimable, high_free;
	const char *strains;
} lows[] = {
	{ 50000, 100000, 0, 100000, 2000000, "warning low" },
	{ 49999, 100000, 0, 100000, 2000000, "alarm low" },
	{ 49999, 0, 0, 0, 0, "alarm low" }, /* HighMem need not be free */
	{ 49999, 0, 0, 0, 49999, "alarm low" },
	{ 230000, 0, 0, 99999, 2000000, "warning low" },
	{ 230000, 0, 0, 100000, 2000000, "" }, /* a third can still be had */
	{ 40000, 0, 460001, 0, 2000000, "" },  /* processes have it */
	{ 40000, 0, 459999, 0, 2000000, "alarm low" },
	/* What slab could give back is not told. */
	{ 100000, 0, 0, -1, 2000000, "" },
	{ 99999, 0, 0, -1, 2000000, "warning low" },
	{ 20000, 0, 0, -1, 2000000, "warning low" },
	{ 19999, 0, 0, -1, 2000000, "alarm low" },
};

static void test_lows(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(lows) / sizeof(*lows); i++) {
		struct zone zones[2];
		struct memory memory = make_host(zones);
		const char *first;

		zones[1].node = 0;
		(void)snprintf(zones[1].name, sizeof(zones[1].name), "HighMem");
		zones[0].lru_kib = lows[i].lru;
		zones[0].file_kib = 0;
		memory.info.low_total = 1000000;
		memory.info.low_free = lows[i].free;
		memory.info.high_total = 7000000;
		memory.info.high_free = lows[i].high_free;
		memory.info.slab_reclaimable = lows[i].slab_reclaimable;
		is_str(judge(arena, &memory, &first), lows[i].strains, "low memory %zu",
		       i);
		is_int(*first && strstr(first, "of HighMem are free") != NULL,
		       *first && lows[i].high_free > lows[i].free,
		       "HighMem is spoken of");
	}
}

/* The worst first; of one level as the kinds stand. */
static void test_order(struct arena *arena)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	const char *first;

	memory.info.available = 700000;
	memory.info.swap_total = 100;
	memory.info.swap_free = 0;
	memory.oom_kills = 3;
	memory.pressure = (struct pressure){ .known = true, .full_avg10 = 5000 };
	memset(zones[0].free_blocks, 0, sizeof(zones[0].free_blocks));
	zones[1].free_blocks[10] = 0;
	zones[1].free_blocks[1] = 200000;
	is_str(judge(arena, &memory, &first),
	       "alarm pressure, warning memory, warning fragmentation, warning swap, note "
	       "killed",
	       "all at once");
}

static void test_out_of_memory(void)
{
	struct zone zones[2];
	struct memory memory = make_host(zones);
	struct strain *strains;
	unsigned failed = 0;
	size_t len = 0;
	int r = -ENOMEM;

	memory.info.available = 700000;
	memory.oom_kills = 3;
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = strain_judge(arena, &memory, &strains, &len);
		failed += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failed > 10, "and tells before");
	is_int((long long)len, 2, "with all strains");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 26);

	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		test_host(arena, i);
	test_shortages(arena);
	test_holders(arena);
	test_pressure(arena);
	test_kills(arena);
	test_nodes(arena);
	test_enormous(arena);
	test_fragments(arena);
	test_lows(arena);
	test_order(arena);
	test_out_of_memory();
	return done();
}
