/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/places.h"

#include "hosts.h"

#define V "version: 1\n"

static void test_list(struct hosts *h)
{
	struct profile_place *places = NULL;
	size_t len = 0;

	(void)put("shipped/web.yaml", V "description: the shipped one\n");
	(void)put("shipped/db.yaml", V "description: >\n  a\n  database\n");
	(void)put("shipped/masked.yaml", V);
	(void)put("shipped/notes.txt", "x");
	(void)put("shipped/Not A Name.yaml", V);
	(void)put("shipped/broken.yaml", "a: [\n");
	(void)put(LOCAL "web.yaml", V "description: [no text]\n");
	is_int(symlink("/dev/null", LOCAL "masked.yaml"), 0, "symlink");
	hosts_reset(h, TRUST_ROOT);
	is_int(profile_places(&h->loader, &places, &len), 0, "a list");
	is_int((long long)len, 4, "of what can be named");
	is_str(places[0].name, "broken", "sorted by name");
	ok(!places[0].description && h->diags.errors == 0,
	   "a fault in one is not the list's");
	is_str(places[1].name, "db", "the second");
	is_str(places[1].path, "shipped/db.yaml", "its path");
	is_str(places[1].description, "a database", "its description");
	ok(!places[1].local && !places[1].hides && !places[1].masked, "its flags");
	ok(places[2].masked && places[2].local && places[2].hides, "a masked one");
	is_str(places[3].path, "/etc/lowmemctl/profiles/web.yaml", "a local one");
	ok(places[3].local && places[3].hides && !places[3].masked, "that hides another");
	ok(places[3].description == NULL, "a list is no description");
}

static void test_nearest(struct hosts *h)
{
	hosts_reset(h, TRUST_ANY);
	is_str(places_nearest(&h->loader, "webb"), "web", "a slip");
	is_str(places_nearest(&h->loader, "maskd"), NULL, "a masked one is not named");
	is_str(places_nearest(&h->loader, "quite-different"), NULL, "nothing is near");
}

static void test_nowhere(struct hosts *h)
{
	struct profile_place *places = NULL;
	size_t len = 1;

	hosts_reset(h, TRUST_ANY);
	h->loader.shipped = "nosuch";
	(void)unlink(LOCAL "web.yaml");
	(void)unlink(LOCAL "masked.yaml");
	(void)rmdir(LOCAL);
	is_int(profile_places(&h->loader, &places, &len), 0, "no folders");
	is_int((long long)len, 0, "no profiles");
}

static void test_no_memory(struct hosts *h)
{
	struct profile_place *places;
	size_t len = 0;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(arena);
		struct loader loader = { arena, &diags, &h->root, "shipped", TRUST_ANY };

		r = profile_places(&loader, &places, &len);
	}
	is_int(r, 0, "lists once memory suffices");
	is_int((long long)len, 4, "all of them");
}

int main(void)
{
	struct hosts hosts;

	if (!ok(hosts_init(&hosts), "a host to test with"))
		return done();
	test_list(&hosts);
	test_nearest(&hosts);
	test_no_memory(&hosts);
	test_nowhere(&hosts);
	hosts_done(&hosts);
	return done();
}
