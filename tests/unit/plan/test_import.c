/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/import.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"
#include "sys/root.h"
#include "tap.h"

/* A file, and what comes of it: "key=value" of each setting ('?' behind the key where it is
 * optional), and what is said, with the line in front. */
static const struct {
	const char *name, *file, *settings, *messages;
} rows[] = {
	{ "nothing", "# nothing\n", "", "" },
	{ "a line", "vm.swappiness = 10\n", "vm.swappiness=10", "" },
	{ "keys of all spellings",
	  "vm/swappiness = 10\nnet/ipv4/conf/eth0.100/rp_filter = 1\n",
	  "vm.swappiness=10|net.ipv4.conf.eth0/100.rp_filter=1", "" },
	{ "a key that nobody knows", "x.y = a  b\n", "x.y=a b", "" },
	{ "a text", "kernel.core_pattern = |/bin/x %p # %u\n",
	  "kernel.core_pattern=|/bin/x %p # %u", "" },
	{ "the last one counts",
	  "vm.swappiness = 10\nvm.page-cluster = 0\nvm/swappiness = 20\n",
	  "vm.page-cluster=0|vm.swappiness=20", "" },
	{ "even where it is none", "vm.swappiness = 10\nvm.swappiness = 999\n", "",
	  "2: vm.swappiness is left out: 999 is outside 0..200" },
	{ "optional", "-vm.swappiness = 10\n- vm.page-cluster = 0\n",
	  "vm.swappiness?=10|vm.page-cluster?=0", "" },
	{ "patterns",
	  "net.ipv4.conf.*.rp_filter = 2\nnet.ipv4.conf.lo.rp_filter = 0\n"
	  "-net.*.x = 1\n",
	  "net.ipv4.conf.*.rp_filter=2|net.ipv4.conf.lo.rp_filter=0|net.*.x?=1", "" },
	{ "exclusions",
	  "-net.ipv4.conf.lo.rp_filter\n-vm.x\nnet.ipv4.conf.*.rp_filter = 2\n"
	  "vm.swappiness = 10\n-vm.swappiness\n-net.ipv4.conf.*.rp_filter\n"
	  "-net.ipv4.conf.a.b.rp_filter\n",
	  "net.ipv4.conf.*.rp_filter=2|vm.swappiness=10",
	  "1: profiles have no exclusions: net.ipv4.conf.lo.rp_filter is still set (by "
	  "net.ipv4.conf.*.rp_filter, line 3)|"
	  "5: profiles have no exclusions: vm.swappiness is still set (by vm.swappiness, "
	  "line 4)|"
	  "6: profiles have no exclusions: net.ipv4.conf.*.rp_filter is still set (by "
	  "net.ipv4.conf.*.rp_filter, line 3)" },
	{ "an exclusion that a later line overrides",
	  "-vm.swappiness\nvm.swappiness = 10\n", "vm.swappiness=10", "" },
	{ "octal and hexadecimal numbers",
	  "vm.swappiness = 010\nkernel.sysrq = 0xb0\nx.y = 0x10 -010 z 0\n",
	  "vm.swappiness=8|kernel.sysrq=176|x.y=16 -8 z 0", "" },
	{ "what looks like one", "x.y = 08 0x\nkernel.core_pattern = 0x/y\n",
	  "x.y=08 0x|kernel.core_pattern=0x/y", "" },
	{ "comments behind numbers",
	  "vm.swappiness = 10 # low\nvm.lowmem_reserve_ratio = 256 32\t;old\n"
	  "kernel.sem = 1 2 3 4 5\nx.y = 5 #x\nx.z = a # b\nx.w = # b\n",
	  "vm.swappiness=10|vm.lowmem_reserve_ratio=256 32|kernel.sem=1 2 3 4|x.y=5|"
	  "x.z=a # b|x.w=# b",
	  "1: vm.swappiness: of this value the kernel reads 10, and no more|"
	  "2: vm.lowmem_reserve_ratio: of this value the kernel reads 256 32, and no more|"
	  "3: kernel.sem: of this value the kernel reads 1 2 3 4, and no more|"
	  "4: x.y: of this value the kernel reads 5, and no more" },
	{ "what is no number for the kernel",
	  "vm.min_free_kbytes = 64M\nvm.dirty_ratio = 5%\nvm.swappiness = ten\n", "",
	  "1: vm.min_free_kbytes is left out: its value is no number for the kernel|"
	  "2: vm.dirty_ratio is left out: its value is no number for the kernel|"
	  "3: vm.swappiness is left out: its value is no number for the kernel" },
	{ "empty values", "vm.swappiness =\nx.y = \n", "",
	  "1: vm.swappiness is left out: the value is empty: accepted is 0..200|"
	  "2: x.y is left out: the value is empty" },
	{ "actions, and what nobody can set",
	  "vm.drop_caches = 3\nvm.compact_memory = 1\nvm.nr_pdflush_threads = 2\n", "",
	  "1: left out: vm.drop_caches is an action and holds no value: use the profile's "
	  "`drop_caches:` schedules or `lowmemctl drop-caches` instead|"
	  "2: left out: vm.compact_memory is an action and holds no value: use "
	  "vm.compaction_proactiveness (5.9) instead|"
	  "3: left out: vm.nr_pdflush_threads is read-only: nothing can be written to it" },
	{ "what is no name", "swappiness = 10\nvm.a b = 1\n", "",
	  "1: swappiness is left out: it is not the name of a sysctl, such as "
	  "vm.swappiness|"
	  "2: vm.a b is left out: it is not the name of a sysctl, such as vm.swappiness" },
	{ "what is no text", "x.y = \xff\n", "",
	  "1: x.y is left out: its name or its value cannot be written in a profile" },
	{ "of a pair, the later one", "vm.dirty_ratio = 10\nvm.dirty_bytes = 8192\n",
	  "vm.dirty_bytes=8192",
	  "1: vm.dirty_ratio is left out: vm.dirty_bytes (line 2) is in force in its "
	  "place, as a write of one changes the other" },
	{ "of a pair, the one that is not 0",
	  "vm.dirty_bytes = 8192\nvm.dirty_ratio = 0\n", "vm.dirty_bytes=8192",
	  "2: vm.dirty_ratio is left out: vm.dirty_bytes (line 1) is in force in its "
	  "place, as a write of one changes the other" },
	{ "of a pair, the one that the kernel takes",
	  "vm.dirty_ratio = 10\nvm.dirty_bytes = 100\n", "vm.dirty_ratio=10",
	  "2: vm.dirty_bytes is left out: 100 is too small: the least is 8192" },
	{ "of two names for one pool, the later one",
	  "vm.nr_hugepages = 128\nvm.nr_hugepages_mempolicy = 0\n",
	  "vm.nr_hugepages_mempolicy=0",
	  "1: vm.nr_hugepages is left out: vm.nr_hugepages_mempolicy (line 2) is in force "
	  "in its place, as a write of one changes the other" },
	{ "sysctl -a",
	  "dev.cdrom.info = \nkernel.ostype = Linux\nkernel.sysrq = 16\n"
	  "net.ipv4.conf.all.rp_filter = 0\nvm.dirty_bytes = 0\nvm.dirty_ratio = 20\n"
	  "vm.drop_caches = 0\nvm.laptop_mode = -5\nvm.nr_hugepages = 0\n"
	  "vm.nr_hugepages_mempolicy = 0\nvm.overcommit_kbytes = 0\n"
	  "vm.overcommit_ratio = 0\nvm.swappiness = 60\n",
	  "kernel.sysrq=16|vm.dirty_ratio=20|vm.nr_hugepages=0|vm.overcommit_kbytes=0|"
	  "vm.swappiness=60",
	  "8: vm.laptop_mode is left out: -5 is outside 0..21474836|"
	  "0: this is the output of sysctl -a: 4 keys that are no memory settings, or that "
	  "nobody can set, are passed over" },
};

struct outcome {
	struct arena *arena;
	struct diags diags;
	struct source source;
	struct draft draft;
};

static int import(struct outcome *outcome, const char *file)
{
	const struct root nowhere = { .fd = -1 };
	const struct sysctl_loader *loader;
	struct conf_lines lines = { 0 };
	int r;

	outcome->diags = diags_in(outcome->arena);
	outcome->source = (struct source){ "x.conf", file, strlen(file) };
	r = sysctl_loader_detect(outcome->arena, &nowhere, "systemd", &loader);
	if (r == 0)
		r = sysctlconf_read(outcome->arena, &outcome->diags, &outcome->source,
				    loader, &lines);
	if (r == 0)
		r = import_lines(outcome->arena, &outcome->diags, &lines,
				 &outcome->draft);
	return outcome->diags.lost ? -ENOMEM : r;
}

static const char *settings_of(struct arena *arena, const struct draft *draft)
{
	const char *text = "";

	for (size_t i = 0; i < draft->sysctl.len; i++) {
		const struct draft_setting *s = &draft->sysctl.items[i];

		text = arena_printf(arena, "%s%s%s%s=%s", text, *text ? "|" : "", s->key,
				    s->optional ? "?" : "", s->value);
	}
	return text;
}

static const char *messages_of(struct arena *arena, struct diags *diags)
{
	const char *text = "";

	diags_sort(diags);
	for (const struct diag *diag = diags->first; diag; diag = diag->next)
		text = arena_printf(arena, "%s%s%u: %s", text, *text ? "|" : "",
				    diag->at.line, diag->message);
	return text;
}

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
		struct outcome outcome = { .arena = arena };

		is_int(import(&outcome, rows[i].file), 0, "%s", rows[i].name);
		is_str(settings_of(arena, &outcome.draft), rows[i].settings,
		       "%s: settings", rows[i].name);
		is_str(messages_of(arena, &outcome.diags), rows[i].messages,
		       "%s: what is said", rows[i].name);
		is_int((long long)outcome.diags.errors, 0, "%s: no error", rows[i].name);
	}
}

static void test_comments(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct outcome outcome = { .arena = arena };
	const struct draft_setting *items;

	is_int(import(&outcome, "\nvm.swappiness = 10\nkernel.sysrq = 0xb0\n"
				"vm.page-cluster = 0 # no"),
	       0, "three");
	items = outcome.draft.sysctl.items;
	is_str(items[0].comment, "x.conf:2", "where it comes from");
	is_str(items[1].comment, "x.conf:3: 0xb0", "and how it is written there");
	is_str(items[2].comment, "x.conf:4: 0 # no", "with what stands behind it");
}

static void test_names(void)
{
	static const struct {
		const char *path, *name;
	} cases[] = {
		{ "sysctl.conf", "sysctl" },
		{ "/etc/sysctl.d/99-Web_Host.conf", "99-web-host" },
		{ "a/b.c.d", "b-c-d" },
		{ "-", "imported" },
		{ "", "imported" },
		{ "/", "imported" },
		{ ".conf", "conf" },
		{ "..", "imported" },
		{ "__x  y__", "x-y" },
		{ "gr\xc3\xbcn.conf", "gr-n" },
	};
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(import_name(arena, cases[i].path), cases[i].name, "'%s'",
		       cases[i].path);
}

static void test_no_memory(const char *file)
{
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct outcome outcome = { .arena = arena };

		r = import(&outcome, file);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 10, "and not before");
}

int main(void)
{
	test_rows();
	test_comments();
	test_names();
	test_no_memory("vm.swappiness = 010 # x\nvm.drop_caches = 3\nx.*.y = 1\n-x.z.y\n"
		       "vm.dirty_ratio = 1\nvm.dirty_bytes = 8192\n");
	test_no_memory("kernel.ostype = Linux\nvm.swappiness = 60\n");
	return done();
}
