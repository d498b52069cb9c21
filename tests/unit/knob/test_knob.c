/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/knob.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "knob/value.h"
#include "tap.h"

static bool is_pattern(const struct knob *knob)
{
	return strchr(knob->key, '*') != NULL;
}

static bool is_numeric(const struct knob *knob)
{
	return knob->type == KNOB_BOOL || knob->type == KNOB_INT ||
	       knob->type == KNOB_UINT || knob->type == KNOB_ULONG;
}

static const char *bad_ranges(const struct knob *knob)
{
	bool ended = false;

	for (size_t i = 0; i < KNOB_RANGES; i++) {
		const struct knob_range *range = &knob->ranges[i], *newer = range - 1;

		if (range->max == 0 && (range->min != 0 || kver_known(range->since)))
			return "a range without a maximum is never used";
		if (range->max != 0 && ended)
			return "a range stands behind the end";
		ended = range->max == 0;
		if (range->min > 0 && (uint64_t)range->min > range->max && !ended)
			return "minimum above maximum";
		if (range->word != 0 && (kver_known(range->since) ||
					 range->word != (i == 0 ? 32 : 64) || i > 1))
			return "not 32 bits and then 64";
		if (i > 0 && !ended && newer->word == 0 &&
		    kver_compare(newer->since, range->since) <= 0)
			return "ranges are not newest first";
		if (i > 0 && !ended && (newer->word == 0) != (range->word == 0))
			return "ranges by word beside others";
	}
	if (knob->ranges[0].max != 0 && !is_numeric(knob) && knob->type != KNOB_VECTOR)
		return "a range on what is no number";
	return NULL;
}

static const char *bad_choices(const struct knob *knob)
{
	const struct knob_choice *choice = knob->choices;
	int64_t number;

	if (knob->type == KNOB_WORD && (!choice || !choice[0].value))
		return "a word without choices";
	for (; choice && choice->value; choice++) {
		if (!choice->meaning)
			return "a choice without a meaning (may be \"\")";
		if (choice->value[0] == '\0' || strchr(choice->value, ' '))
			return "a choice is not one word";
		if (knob->type == KNOB_INT &&
		    num_i64(span_of(choice->value), &number) < 0)
			return "a choice of an int is no number";
	}
	return NULL;
}

static bool ends_in_stop(const char *text)
{
	return text[strlen(text) - 1] == '.';
}

/* Empty, or with blanks that the joining of strings in knobs.def left behind or lost. */
static bool badly_spaced(const char *text)
{
	return text && (text[0] == '\0' || text[0] == ' ' ||
			text[strlen(text) - 1] == ' ' || strstr(text, "  "));
}

static const char *bad_prose(const struct knob *knob)
{
	const char *const texts[] = { knob->summary,	   knob->effect,
				      knob->history,	   knob->readback_note,
				      knob->rollback_note, knob->danger_note,
				      knob->replacement,   knob->default_value,
				      knob->unit };
	const char *const phrases[] = { knob->readback_note, knob->rollback_note,
					knob->danger_note, knob->replacement };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (badly_spaced(texts[i]))
			return "a text is empty or has stray blanks";
	if (!knob->summary || !ends_in_stop(knob->summary) ||
	    islower((unsigned char)knob->summary[0]))
		return "the summary is not a sentence";
	if (!knob->history)
		return "no history";
	if (knob->effect && !ends_in_stop(knob->effect))
		return "the effect is not a sentence";
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i] && ends_in_stop(phrases[i]))
			return "a note ends in a full stop";
	return NULL;
}

static const char *bad_access(const struct knob *knob)
{
	bool writable = !knob->read_only && knob->class != KNOB_BOOTPARAM;

	if (writable != (knob->needs != NEED_NOTHING))
		return "privileges do not go with who may write it";
	if (knob->needs >= 1u << PRIVILEGE_COUNT)
		return "an unknown privilege";
	if (knob->write_only && knob->readback != KNOB_READ_NONE)
		return "read back although it cannot be read";
	if (knob->type == KNOB_TRIGGER && knob->rollback != KNOB_ROLLBACK_NO)
		return "an action that can be rolled back";
	if (knob->rollback == KNOB_ROLLBACK_PARTIAL && !knob->rollback_note)
		return "partial rollback without a note";
	if (knob->danger == KNOB_DANGEROUS && !knob->danger_note)
		return "dangerous without a reason";
	return NULL;
}

static const char *bad_key(const struct knob *knob)
{
	size_t len = strlen(knob->key);
	bool path = knob->key[0] == '/';

	if ((knob->class == KNOB_SYSFS) != path)
		return "the class does not go with the key";
	if (path && strncmp(knob->key, "/sys/", 5) != 0)
		return "a path outside /sys";
	if (knob->class == KNOB_SYSCTL &&
	    (!strchr(knob->key, '.') || strchr(knob->key, '/')))
		return "not a dotted key";
	if (knob->class == KNOB_SYSCTL && strncmp(knob->id, knob->key, len) != 0)
		return "the id does not begin with the key";
	if (knob->size != KNOB_NO_SIZE && !knob->unit)
		return "a size without a unit";
	if (knob->fields > 0 && knob->type != KNOB_VECTOR)
		return "fields on what is no vector";
	if (kver_known(knob->since) && kver_known(knob->until) &&
	    kver_compare(knob->since, knob->until) > 0)
		return "it ends before it begins";
	return NULL;
}

static void test_rows(void)
{
	size_t len;
	const struct knob *all = knob_all(&len);

	ok(len >= 222, "the catalogue has its %zu rows", len);
	for (const struct knob *knob = all; knob < all + len; knob++) {
		const char *bad = bad_key(knob);

		bad = bad ? bad : bad_ranges(knob);
		bad = bad ? bad : bad_choices(knob);
		bad = bad ? bad : bad_access(knob);
		bad = bad ? bad : bad_prose(knob);
		ok(!bad, "%s%s%s", knob->id, bad ? ": " : "", bad ? bad : "");
	}
}

static void test_order(void)
{
	size_t len, unsorted = 0, twice = 0;
	const struct knob *all = knob_all(&len);

	for (size_t i = 1; i < len; i++) {
		const struct knob *one = &all[i - 1], *two = &all[i];

		if (is_pattern(one) != is_pattern(two) ? is_pattern(one)
						       : strcmp(one->key, two->key) > 0) {
			unsorted++;
			printf("# %s stands before %s\n", one->id, two->id);
		}
		for (size_t j = 0; j < i; j++)
			if (strcmp(all[j].id, two->id) == 0)
				twice++;
	}
	is_int((long long)unsorted, 0, "rows are sorted by key, patterns last");
	is_int((long long)twice, 0, "ids are unique");
}

static bool lists(const char *const *keys, const char *key)
{
	for (; keys && *keys; keys++)
		if (strcmp(*keys, key) == 0)
			return true;
	return false;
}

static void test_excludes(void)
{
	size_t len, pairs = 0;
	const struct knob *all = knob_all(&len);

	for (const struct knob *knob = all; knob < all + len; knob++) {
		for (const char *const *key = knob->excludes; key && *key; key++) {
			const struct knob *twin = knob_find(*key, NULL);

			ok(twin && lists(twin->excludes, knob->key),
			   "%s and %s exclude each other", knob->key, *key);
			pairs++;
		}
	}
	is_int((long long)pairs, 8, "there are four pairs");
}

/* Every "vm.x", "kernel.x" or "/sys/x" in @text is a key of the catalogue. */
static void check_keys_in(const struct knob *knob, const char *text)
{
	static const char ends[] = " ,;()\"`=";
	char *copy = strdup(text ? text : ""), *rest = copy, *word;

	while ((word = strsep(&rest, ends))) {
		size_t n = strlen(word);

		if (n > 0 && word[n - 1] == '.')
			word[n - 1] = '\0';
		if (strncmp(word, "vm.", 3) == 0 || strncmp(word, "kernel.", 7) == 0 ||
		    strncmp(word, "/sys/", 5) == 0)
			ok(knob_find(word, NULL), "%s: %s is known", knob->id, word);
	}
	free(copy);
}

static void test_references(void)
{
	size_t len;
	const struct knob *all = knob_all(&len);

	for (const struct knob *knob = all; knob < all + len; knob++) {
		check_keys_in(knob, knob->replacement);
		check_keys_in(knob, knob->rollback_note);
		check_keys_in(knob, knob->effect);
		check_keys_in(knob, knob->summary);
	}
}

static void test_find(void)
{
	static const struct {
		const char *key, *release, *id;
	} cases[] = {
		{ "vm.swappiness", NULL, "vm.swappiness" },
		{ "vm.swappiness", "6.1.0-18-amd64", "vm.swappiness" },
		{ "vm.zone_reclaim_mode", NULL, "vm.zone_reclaim_mode" },
		{ "oom_score_adj", NULL, "oom_score_adj" },
		{ "lower_zone_reserve=", NULL, "lower_zone_reserve=" },
		{ "vm.oom-kill", "2.4.21-37.ELsmp", "vm.oom-kill@rhel3" },
		{ "vm.oom-kill", "2.6.9-89.0.25.ELhugemem", "vm.oom-kill@rhel4" },
		{ "vm.oom-kill", "6.18.0", "vm.oom-kill@rhel4" },
		{ "vm.oom-kill", NULL, "vm.oom-kill@rhel4" },
		{ "vm.pagecache", NULL, "vm.pagecache@mainline" },
		{ "vm.pagecache", "2.4.5", "vm.pagecache@mainline" },
		{ "vm.pagecache", "2.4.21-63.EL", "vm.pagecache@rhel3" },
		{ "vm.pagecache", "2.6.9-67.EL", "vm.pagecache@rhel4-rhel5" },
		{ "vm.pagecache", "2.6.18-194.el5PAE", "vm.pagecache@rhel4-rhel5" },
		{ "vm.pagecache", "2.6.32-220.el6.x86_64", "vm.pagecache@mainline" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled", NULL, "thp.enabled" },
		{ "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", NULL,
		  "thp.size.enabled" },
		{ "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", NULL,
		  "hugepages.nr_hugepages" },
		{ "/sys/devices/system/node/node0/hugepages/hugepages-16kB/nr_hugepages",
		  NULL, "hugepages.node.nr_hugepages" },
		{ "/sys/block/zram0/disksize", NULL, "zram.disksize" },
		{ "/sys/class/bdi/8:0/read_ahead_kb", NULL, "bdi.read_ahead_kb" },
		{ "/sys/fs/cgroup/a.slice/b.service/memory.max", NULL,
		  "cgroup2.memory.max" },
		{ "/sys/fs/cgroup/a.slice/memory.max", NULL, "cgroup2.memory.max" },
		{ "/sys/fs/cgroup/a.slice/memory.low", NULL, "cgroup2.memory.low" },
		{ "/sys/fs/cgroup/a.slice/memory.swap.high", NULL,
		  "cgroup2.memory.swap.high" },
		{ "/sys/fs/cgroup/a.slice/memory.zswap.max", NULL,
		  "cgroup2.memory.zswap.max" },
		{ "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages_mempolicy",
		  NULL, "hugepages.nr_hugepages_mempolicy" },
		{ "/sys/kernel/mm/hugepages/hugepages-1048576kB/demote_size", NULL,
		  "hugepages.demote_size" },
		{ "/sys/block/zram0/x/disksize", NULL, NULL },
		{ "/sys/kernel/mm/transparent_hugepage/enable", NULL, NULL },
		{ "vm.swappines", NULL, NULL },
		{ "vm.swappinesss", NULL, NULL },
		{ "zzz", NULL, NULL },
		{ "", NULL, NULL },
	};
	size_t len;
	const struct knob *all = knob_all(&len);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob *knob = knob_find(cases[i].key, cases[i].release);

		is_str(knob ? knob->id : NULL, cases[i].id, "find '%s' on %s",
		       cases[i].key, cases[i].release ? cases[i].release : "any kernel");
	}
	for (const struct knob *knob = all; knob < all + len; knob++) {
		const struct knob *found = knob_find(knob->key, NULL);

		ok(found && strcmp(found->key, knob->key) == 0, "%s is found by its key",
		   knob->id);
	}
}

static void test_nearest(void)
{
	static const struct {
		const char *key, *nearest;
	} cases[] = {
		{ "vm.swapiness", "vm.swappiness" },
		{ "vm.min_free_kbyte", "vm.min_free_kbytes" },
		{ "vm.oom_kill", "vm.oom-kill" },
		{ "vm.page_cluster", "vm.page-cluster" },
		{ "kernel.panic_on_ops", "kernel.panic_on_oops" },
		{ "swappiness", "vm.swappiness" },
		{ "/sys/kernel/mm/ksm/runn", "/sys/kernel/mm/ksm/run" },
		{ "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_milisecs",
		  "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs" },
		{ "vm.entirely_of_its_own", NULL },
		{ "oom_score_ad", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(knob_nearest(cases[i].key), cases[i].nearest, "nearest to '%s'",
		       cases[i].key);
}

static void test_expected(void)
{
	static const struct {
		const char *key, *release;
		struct kver v;
		bool expected;
	} cases[] = {
		{ "vm.swappiness", NULL, { 2, 4, 31 }, false },
		{ "vm.swappiness", NULL, { 2, 5, 43 }, true },
		{ "vm.swappiness", NULL, { 6, 18, 0 }, true },
		{ "vm.swappiness", NULL, { 0, 0, 0 }, true },
		{ "vm.lower_zone_protection", NULL, { 2, 6, 10 }, true },
		{ "vm.lower_zone_protection", NULL, { 2, 6, 11 }, false },
		{ "vm.lower_zone_protection", NULL, { 6, 1, 0 }, false },
		{ "vm.lowmem_reserve_ratio", NULL, { 2, 6, 10 }, false },
		{ "vm.block_dump", NULL, { 5, 12, 19 }, true },
		{ "vm.block_dump", NULL, { 5, 13, 0 }, false },
		{ "vm.oom-kill", "2.6.9-89.EL", { 2, 6, 9 }, true },
		{ "vm.oom-kill", NULL, { 6, 18, 0 }, false },
		{ "vm.overcommit_memory", NULL, { 2, 4, 0 }, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob *knob = knob_find(cases[i].key, cases[i].release);

		is_int(knob_expected(knob, cases[i].v), cases[i].expected,
		       "%s in %u.%u.%u: %s", cases[i].key, (unsigned)cases[i].v.major,
		       (unsigned)cases[i].v.minor, (unsigned)cases[i].v.patch,
		       cases[i].expected ? "yes" : "no");
	}
}

static void test_range(void)
{
	static const struct {
		const char *key;
		struct kver v;
		int64_t min;
		uint64_t max;
		unsigned word;
	} cases[] = {
		{ "kernel.pid_max", { 6, 1, 0 }, 301, 32768, 32 },
		{ "kernel.pid_max", { 6, 1, 0 }, 301, 4194304, 64 },
		{ "kernel.pid_max", { 6, 1, 0 }, 301, 4194304, 0 },
		{ "kernel.pid_max", { 0, 0, 0 }, 301, 32768, 32 },
		{ "fs.nr_open", { 6, 1, 0 }, 32, 1073741792, 32 },
		{ "fs.nr_open", { 6, 1, 0 }, 64, 2147483584, 64 },
		{ "fs.nr_open", { 0, 0, 0 }, 32, 2147483584, 0 },
		{ "vm.dirty_bytes", { 6, 1, 0 }, 8192, UINT32_MAX, 32 },
		{ "vm.dirty_bytes", { 6, 1, 0 }, 8192, UINT64_MAX, 64 },
		{ "kernel.shmmax", { 2, 6, 9 }, 0, UINT32_MAX, 32 },
		{ "fs.file-max", { 6, 1, 0 }, 0, INT32_MAX, 32 },
		{ "fs.file-max", { 6, 1, 0 }, 0, INT64_MAX, 64 },
		{ "vm.swappiness", { 5, 4, 0 }, 0, 100, 32 },
		{ "/sys/fs/cgroup/a/memory.max", { 6, 1, 0 }, 0, UINT64_MAX, 32 },
		{ "vm.swappiness", { 5, 4, 0 }, 0, 100, 0 },
		{ "vm.swappiness", { 5, 8, 0 }, 0, 200, 0 },
		{ "vm.swappiness", { 0, 0, 0 }, 0, 200, 0 },
		{ "vm.lowmem_reserve_ratio", { 4, 15, 0 }, 1, INT32_MAX, 0 },
		{ "vm.lowmem_reserve_ratio", { 4, 17, 0 }, 0, INT32_MAX, 0 },
		{ "vm.lowmem_reserve_ratio", { 0, 0, 0 }, 0, INT32_MAX, 0 },
		{ "vm.overcommit_ratio", { 6, 1, 0 }, 0, INT32_MAX, 0 },
		{ "vm.watermark_scale_factor", { 5, 10, 0 }, 1, 1000, 0 },
		{ "vm.watermark_scale_factor", { 6, 1, 0 }, 1, 3000, 0 },
		{ "vm.dirty_bytes", { 6, 1, 0 }, 8192, UINT64_MAX, 0 },
		{ "vm.oom_dump_tasks", { 6, 1, 0 }, 0, 1, 0 },
		{ "vm.nr_hugepages", { 6, 1, 0 }, 0, UINT64_MAX, 0 },
		{ "kernel.panic", { 6, 1, 0 }, INT32_MIN, INT32_MAX, 0 },
		{ "/sys/kernel/mm/ksm/sleep_millisecs", { 6, 1, 0 }, 0, UINT32_MAX, 0 },
		{ "oom_score_adj", { 6, 1, 0 }, -1000, 1000, 0 },
		{ "/sys/class/bdi/8:0/min_ratio", { 6, 1, 0 }, 0, 99, 0 },
	};
	int64_t min;
	uint64_t max;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob *knob = knob_find(cases[i].key, NULL);
		bool bounded = knob_range(knob, cases[i].v, cases[i].word, &min, &max);

		ok(bounded && min == cases[i].min && max == cases[i].max,
		   "range of %s in %u.%u, %u bits", cases[i].key,
		   (unsigned)cases[i].v.major, (unsigned)cases[i].v.minor, cases[i].word);
		ok(cases[i].word == 0 || cases[i].max < UINT32_MAX ||
			   knob->class != KNOB_SYSCTL || knob_is_by_word(knob),
		   "that hangs on the bits");
	}
	ok(knob_is_by_word(knob_find("kernel.pid_max", NULL)), "what has rows for them");
	ok(knob_is_by_word(knob_find("kernel.shmmax", NULL)), "what is a long");
	ok(!knob_is_by_word(knob_find("vm.swappiness", NULL)), "an int does not");
	ok(!knob_is_by_word(knob_find("vm.bdflush", NULL)), "nor does a vector of them");
	ok(!knob_range(knob_find("vm.bdflush", NULL), KVER_ANY, 0, &min, &max),
	   "vm.bdflush is not bounded");
	ok(!knob_range(knob_find("vm.numa_zonelist_order", NULL), KVER_ANY, 0, &min,
		       &max),
	   "a word has no range");
}

/* What must come before what is said by the kernel: see the head of knobs.def. */
static void test_steps(void)
{
	static const char *const steps[] = {
		"/sys/kernel/mm/transparent_hugepage/enabled",
		"vm.nr_hugepages",
		"vm.overcommit_ratio",
		"vm.overcommit_memory",
		"vm.min_free_kbytes",
	};
	size_t len, later = 0;
	const struct knob *all = knob_all(&len),
			  *last = knob_find("vm.min_free_kbytes", NULL);

	for (size_t i = 1; i < sizeof(steps) / sizeof(steps[0]); i++)
		ok(knob_find(steps[i - 1], NULL)->order <
			   knob_find(steps[i], NULL)->order,
		   "%s is set before %s", steps[i - 1], steps[i]);
	is_int(knob_find("vm.overcommit_ratio", NULL)->order,
	       knob_find("vm.overcommit_kbytes", NULL)->order,
	       "both overcommit limits together");
	for (const struct knob *knob = all; knob < all + len; knob++)
		if (knob != last && knob->order >= last->order)
			later++;
	is_int((long long)later, 0, "nothing is set after vm.min_free_kbytes");
}

static void test_needs(void)
{
	static const struct {
		const char *key;
		unsigned needs;
	} cases[] = {
		{ "vm.swappiness", NEED_ROOT },
		{ "vm.mmap_min_addr", NEED_ROOT | NEED_SYS_RAWIO },
		{ "vm.memfd_noexec", NEED_ROOT | NEED_SYS_ADMIN },
		{ "kernel.numa_balancing", NEED_ROOT | NEED_SYS_ADMIN },
		{ "net.ipv4.tcp_mem", NEED_NET_ADMIN },
		{ "user.max_user_namespaces", NEED_SYS_RESOURCE },
		{ "/sys/kernel/mm/ksm/run", NEED_DAC_OVERRIDE },
		{ "vm.nr_pdflush_threads", NEED_NOTHING },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(knob_find(cases[i].key, NULL)->needs, cases[i].needs,
		       "what %s needs", cases[i].key);
}

int main(void)
{
	test_rows();
	test_order();
	test_excludes();
	test_references();
	test_find();
	test_nearest();
	test_expected();
	test_range();
	test_steps();
	test_needs();
	return done();
}
