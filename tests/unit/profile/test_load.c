/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/load.h"

#include "hosts.h"

#define V "version: 1\n"

static void test_includes(struct hosts *h)
{
	(void)put("shipped/base.yaml", V);
	(void)put("shipped/a.yaml", V "include: [base]\n");
	(void)put("shipped/b.yaml", V "include: base\n");
	(void)put("shipped/both.yaml", V "include: [a, b]\n");
	is_int(load_fresh(h, "both", TRUST_ANY), 0, "a diamond");
	is_str(layers(h), "base(a) a(both) b(both) both", "the base is there once");
	is_int(profile_load(&h->loader, "a", &h->profile), 0, "a second profile");
	is_str(layers(h), "base(a) a(both) b(both) both a",
	       "what is named comes last, what it includes is there");
	is_str(h->profile.items[0]->source->name, "shipped/base.yaml",
	       "a layer knows its file");
}

/* The base must apply where either of its includers does, and before both. */
static void test_conditions(struct hosts *h)
{
	(void)put("shipped/deep.yaml", V);
	(void)put("shipped/base.yaml", V "include: [deep]\n");
	(void)put("shipped/a.yaml", V "include: [base]\nwhen: {highmem: true}\n");
	(void)put("shipped/b.yaml", V "include: [base]\nwhen: {highmem: false}\n");
	(void)put("shipped/c.yaml", V "include: [base]\n");
	(void)put("shipped/top.yaml", V "include: [a, b]\nwhen: {arch: i686}\n");
	is_int(load_fresh(h, "top", TRUST_ANY), 0, "a diamond with conditions");
	is_str(layers(h), "deep(base) deep(base) base(a) base(b) a(top) b(top) top",
	       "the base is there for each, in one place");
	ok(h->profile.items[0]->includer == h->profile.items[2] &&
		   h->profile.items[1]->includer == h->profile.items[3],
	   "and what it includes, too");
	(void)put("shipped/top.yaml", V "include: [c, a]\n");
	is_int(load_fresh(h, "top", TRUST_ANY), 0, "one side without a condition");
	is_str(layers(h), "deep(base) base(c) c(top) a(top) top", "implies the other");
}

static void test_cycles(struct hosts *h)
{
	(void)put("shipped/x.yaml", V "include: [y]\n");
	(void)put("shipped/y.yaml", V "include: [z]\n");
	(void)put("shipped/z.yaml", V "include: [y]\n");
	is_int(load_fresh(h, "x", TRUST_ANY), -EINVAL, "a cycle");
	is_str(said(h),
	       "the include leads back to itself: shipped/y.yaml includes shipped/z.yaml "
	       "includes shipped/y.yaml",
	       "and its way");
	is_int(h->diags.first->at.line, 2, "and its place");
	(void)put("shipped/z.yaml", V "include: [z]\n");
	is_int(load_fresh(h, "z", TRUST_ANY), -EINVAL, "a profile that includes itself");
}

/* A profile that includes 70 others. */
static void write_wide(void)
{
	cleanup_file FILE *file = fopen("shipped/wide.yaml", "wb");
	char path[64];

	if (!file)
		return;
	(void)fputs(V "include:\n", file);
	for (int i = 0; i < 70; i++) {
		(void)snprintf(path, sizeof(path), "shipped/m%d.yaml", i);
		(void)put(path, V);
		(void)fprintf(file, "- m%d\n", i);
	}
}

static void test_bounds(struct hosts *h)
{
	char path[64], text[64];

	for (int i = 0; i < 70; i++) {
		(void)snprintf(path, sizeof(path), "shipped/n%d.yaml", i);
		(void)snprintf(text, sizeof(text), V "include: [n%d]\n", i + 1);
		(void)put(path, text);
	}
	is_int(load_fresh(h, "n0", TRUST_ANY), -EINVAL, "too many within each other");
	is_str(said(h), "more than 16 includes within each other", "which is said");
	write_wide();
	is_int(load_fresh(h, "wide", TRUST_ANY), -EINVAL, "too many beside each other");
	is_str(said(h), "more than 64 profiles at once", "which is said");
}

static void test_faults(struct hosts *h)
{
	(void)put("shipped/bad.yaml", "version: 2\n");
	(void)put("shipped/two.yaml", V "nmae: x\ninclude: [bad, nosuch, bad]\n");
	is_int(load_fresh(h, "two", TRUST_ANY), -EINVAL, "faults in several files");
	is_int((long long)h->diags.errors, 3, "each is told, and once");
	(void)put("shipped/two.yaml", V "include: [nosuch]\n");
	is_int(load_fresh(h, "two", TRUST_ANY), -EINVAL,
	       "an include that is not there makes it invalid");
	is_int(load_fresh(h, "nosuch", TRUST_ANY), -ENOENT, "a name that is not there");
	(void)put("shipped/shared.yaml", V);
	(void)chmod("shipped/shared.yaml", 0666);
	(void)put("shipped/two.yaml", V "include: [bad, shared]\n");
	is_int(load_fresh(h, "two", TRUST_OWNER), -EPERM,
	       "trust counts more than faults");
}

/* Beside a file that was named by its path lies what it includes. */
static void test_own(struct hosts *h)
{
	(void)put("own/top.yaml", V "include: [side, base]\n");
	(void)put("own/side.yaml", V "name: own-side\ninclude: [side2]\n");
	(void)put("own/side2.yaml", V);
	(void)put("shipped/side.yaml", V "name: shipped-side\n");
	(void)put("shipped/base.yaml", V "include: [side]\n");
	is_int(load_fresh(h, "own/top.yaml", TRUST_ANY), 0, "a path");
	is_str(layers(h),
	       "side2(own-side) own-side(top) shipped-side(base) base(top) top",
	       "its own neighbour comes first, but not for a shipped one");
}

static void test_no_memory(struct hosts *h)
{
	int r = -ENOMEM;
	size_t limit = 0;

	for (; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);
		struct loader loader = { arena, &diags, &h->root, "shipped", TRUST_ANY };
		struct profile profile = { 0 };

		r = profile_load(&loader, "own/top.yaml", &profile);
	}
	is_int(r, 0, "loads once memory suffices");
	ok(limit > 4096, "and not before (%zu)", limit);
}

static void test_active(struct hosts *h)
{
	static const char folder[] = "root/etc/lowmemctl/active.d";

	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), 0, "no folder");
	(void)mkdir(folder, 0755);
	(void)put("root/etc/lowmemctl/active.d/b.yaml", V "name: b\n");
	(void)put("root/etc/lowmemctl/active.d/a.yaml", V);
	(void)put("root/etc/lowmemctl/active.d/.c.yaml.lowmemctl-new", "[");
	(void)put("root/etc/lowmemctl/active.d/.d.yaml", "[");
	(void)put("root/etc/lowmemctl/active.d/README", "[");
	is_int(profile_load_active(&h->loader, &h->profile), 0, "two profiles");
	is_str(layers(h), "a b", "in the order of their names, and nothing else");
	is_str(h->profile.items[0]->source->name, "/etc/lowmemctl/active.d/a.yaml",
	       "with the host's path");
	(void)put("root/etc/lowmemctl/active.d/a-2.yaml", V);
	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), 0, "three");
	is_str(layers(h), "a a-2 b", "the suffix has no say");
	(void)unlink("root/etc/lowmemctl/active.d/a-2.yaml");
	(void)put("root/etc/lowmemctl/active.d/aa.yaml", "version: [1\n");
	(void)put("root/etc/lowmemctl/active.d/ab.yaml", V "include: none\nname: x\n");
	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), -EINVAL, "two with faults");
	is_str(layers(h), "a aa ab b", "are there, by their files' names");
	ok(!h->profile.items[0]->broken && h->profile.items[1]->broken &&
		   h->profile.items[2]->broken && !h->profile.items[3]->broken,
	   "as broken ones");
	is_int((long long)h->profile.items[1]->settings_len, 0, "with nothing in them");
	(void)put("root/etc/lowmemctl/active.d/aa.yaml",
		  V "sysctl: {vm.laptop_mode: abc, vm.swappiness: 1}\n");
	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), -EINVAL, "one that is read");
	is_int((long long)h->profile.items[1]->settings_len, 0, "has nothing in it");
	is_int((long long)h->profile.items[1]->unsound_len, 2,
	       "but what it says is known");
	is_str(h->profile.items[1]->unsound[1].key, "vm.swappiness", "by its keys");
	(void)chmod("root/etc/lowmemctl/active.d/b.yaml", 0666);
	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), -EPERM,
	       "one not to be trusted");
	is_str(layers(h), "a aa ab", "is not even read");
	is_int((long long)profile_leave_broken(&h->profile), 1, "one is whole");
	is_str(layers(h), "a", "and left");
	(void)chmod("root/etc/lowmemctl/active.d/a.yaml", 0666);
	hosts_reset(h, TRUST_OWNER);
	is_int(profile_load_active(&h->loader, &h->profile), -EPERM, "nor is the first");
	is_str(layers(h), "aa ab", "which leaves nothing behind");
}

int main(void)
{
	struct hosts hosts;

	if (!ok(hosts_init(&hosts), "a host to test with"))
		return done();
	test_includes(&hosts);
	test_conditions(&hosts);
	test_cycles(&hosts);
	test_bounds(&hosts);
	test_faults(&hosts);
	test_own(&hosts);
	test_no_memory(&hosts);
	test_active(&hosts);
	hosts_done(&hosts);
	return done();
}
