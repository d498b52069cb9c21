/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/suggest.h"

#include "profile/parse.h"

static const char defrag[] = "/sys/kernel/mm/transparent_hugepage/defrag";

static const struct oom_finding lowmem = {
	.report = { .file = "messages", .line = 9 },
	.verdict = {
		.cause = OOM_CAUSE_LOWMEM,
		.headline = "Low memory was used up.",
		.advice = {
			{ NULL, NULL, "A 64-bit kernel has no low memory." },
			{ "lower_zone_protection", "250", "Keeps 250 MB of it." },
			{ "vm.lowmem_reserve_ratio", "256 12 0", "The same, later." },
			{ "vm.vfs_cache_pressure", "150",
			  "Dentries and inodes fill low memory, page cache mostly "
			  "HighMem: over 100 the kernel takes them back more readily." },
			{ "drop_caches", "slab", "Relief for an hour." },
			{ "vm.min_free_kbytes", NULL, "More of it may help." },
			{ "oom_kill", "off", "The machine may hang instead." },
		},
		.advice_len = 7,
	},
};

static const struct oom_finding fragmented = {
	.report = { .file = "mess\nages", .line = 99 },
	.verdict = {
		.cause = OOM_CAUSE_FRAGMENTATION,
		.headline = "No block of 4 pages.",
		.advice = {
			{ "vm.vfs_cache_pressure", "200", "Another opinion." },
			{ defrag, "defer", "Compacts in time." },
			{ "vm.min_free_kbytes", "65536", "Keeps blocks." },
			{ "vm.min_free_kbytes", "x", "Not a number." },
			{ "memory.max", "1G", "A limit of a group." },
			{ "oom_score_adj", "-900", "Protects one." },
			{ "vm.compact_memory", "1", "Compacts once." },
			{ "vm.dirty_bytes", "16777216", "One of a pair." },
			{ "vm.dirty_ratio", "10", "The other one." },
			{ NULL, NULL, "A 64-bit kernel has no low memory." },
		},
		.advice_len = 10,
	},
};

static void test_lowmem(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct draft draft;
	const char *text;
	size_t len;

	is_int(oom_suggest(arena, &lowmem, 1, &draft), 0, "a report");
	is_int(draft_text(arena, &draft, &text, &len), 0, "is written");
	is_str(text,
	       "# Suggested by lowmemctl diagnose.\n"
	       "#\n"
	       "# lowmem (messages:9): Low memory was used up.\n"
	       "#\n"
	       "# lower_zone_protection: Keeps 250 MB of it.\n"
	       "#\n"
	       "# oom_kill: The machine may hang instead.\n"
	       "#\n"
	       "# What this profile cannot do for you:\n"
	       "# - A 64-bit kernel has no low memory.\n"
	       "# - Relief for an hour.\n"
	       "# - More of it may help.\n"
	       "version: 1\n"
	       "name: oom-lowmem\n"
	       "description: What OOM reports suggest against lowmem\n"
	       "lower_zone_protection: 250\n"
	       "oom_kill: off\n"
	       "sysctl:\n"
	       "  # Dentries and inodes fill low memory, page cache mostly HighMem: over 100 "
	       "the\n"
	       "  # kernel takes them back more readily.\n"
	       "  vm.vfs_cache_pressure: {value: 150, optional: true}\n",
	       "as people read it");
}

static const char *value_of(const struct layer *layer, const char *key)
{
	for (size_t i = 0; i < layer->settings_len; i++) {
		if (strcmp(layer->settings[i].key, key) == 0)
			return layer->settings[i].value;
	}
	return NULL;
}

static void test_several(void)
{
	const struct oom_finding both[] = { lowmem, fragmented, lowmem };
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct parsed p;
	struct draft draft;
	const char *text;
	size_t len;

	is_int(oom_suggest(arena, both, 3, &draft), 0, "several reports");
	is_int(draft_text(arena, &draft, &text, &len), 0, "are written");
	parse_profile(&p, text);
	if (is_int(p.r, 0, "and read")) {
		is_str(p.layer.name, "oom-lowmem", "name");
		is_int(p.layer.lower_zone_protection, 250, "lower_zone_protection");
		is_int(p.layer.oom_kill, OFF, "oom_kill");
		is_str(value_of(&p.layer, "vm.vfs_cache_pressure"), "150",
		       "the first value counts");
		is_str(value_of(&p.layer, defrag), "defer", "a file");
		is_str(value_of(&p.layer, "vm.min_free_kbytes"), "65536", "a number");
		is_str(value_of(&p.layer, "vm.dirty_bytes"), "16777216", "one");
		is_int((long long)p.layer.settings_len, 4, "and no more");
		ok(p.layer.settings[0].optional, "other kernels lack some");
	} else {
		printf("# %s\n%s", message(&p, 1), text);
	}
	is_int((long long)p.diags.count, 0, "nothing is said of it");
	ok(strstr(text, "lowmem (messages:9, the first of 2 reports): Low"), "counted");
	ok(strstr(text, "\n# fragmentation (mess?ages:99): No"), "a name of two lines");
	arena_free(p.arena);
}

static void test_nothing(void)
{
	static const struct oom_finding poor = {
		.verdict = { .advice = { { NULL, NULL, "Buy memory." },
					 { "oom_kill", "perhaps", "No word." },
					 { "lower_zone_protection", "-1", "No." } },
			     .advice_len = 3 },
	};
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct draft draft;

	is_int(oom_suggest(arena, &poor, 1, &draft), -ENOENT, "nothing to set");
	is_int(oom_suggest(arena, NULL, 0, &draft), -ENOENT, "no report");
}

static void test_untold(void)
{
	static const struct oom_finding bare = {
		.verdict = { .advice = { { "vm.swappiness", "10", "Why." } },
			     .advice_len = 1 },
	};
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct draft draft;

	is_int(oom_suggest(arena, &bare, 1, &draft), 0, "an unknown cause");
	is_str(draft.name, "oom-unknown", "has a name, too");
}

static void test_memory(void)
{
	const struct oom_finding both[] = { lowmem, fragmented };
	struct draft draft;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 16; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = oom_suggest(arena, both, 2, &draft);
	}
	is_int(r, 0, "succeeds once there is memory enough");
}

int main(void)
{
	test_lowmem();
	test_several();
	test_nothing();
	test_untold();
	test_memory();
	return done();
}
