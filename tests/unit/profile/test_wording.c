/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/wording.h"

#include "parse.h"
#include "profile/shape.h"

/* Characters, not bytes. */
#define TEN "123456789\xc3\xbc"

static const struct field *field_of(const char *key)
{
	const struct field *field = shape_profile.fields;

	while (field->key && strcmp(field->key, key) != 0)
		field++;
	return field;
}

int main(void)
{
	static const char *const words[] = { "one", "other", "third", NULL };
	cleanup(arena_freep) struct arena *full = arena_new(0);
	struct parsed p;

	parse_tree(&p, "[[], {}, x, 'y', ~]");
	is_str(wording_found(p.arena, p.root->first), "a list", "a list");
	is_str(wording_found(p.arena, p.root->first->next), "a map", "a map");
	is_str(wording_found(p.arena, p.root->first->next->next), "'x'", "a text");
	is_str(wording_found(p.arena, p.root->first->next->next->next), "'y' in quotes",
	       "a text in quotes");
	is_str(wording_found(p.arena, p.root->first->next->next->next->next), "nothing",
	       "nothing");
	is_str(wording_shown(p.arena, "a\nb\x1b[\x7f\xc3\xbc"), "a?b?[?\xc3\xbc",
	       "control characters are not shown");
	is_str(wording_shown(p.arena, TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN),
	       TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN, "100 characters");
	is_str(wording_shown(p.arena, TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "x"),
	       TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "...", "a long text is cut");
	is_str(wording_wanted(p.arena, field_of("version")), "the number 1",
	       "one number");
	is_str(wording_wanted(p.arena, field_of("oom_kill")), "on or off", "words");
	is_str(wording_wanted(p.arena, field_of("when")),
	       "a map of highmem, arch, kernel, memory", "a map's keys");
	is_str(wording_or(p.arena, words), "one or other or third", "alternatives");
	is_str(wording_wanted(full, field_of("version")), "?", "no memory, no words");
	is_str(wording_keys(full, &shape_profile), "?", "no memory, no keys");
	is_str(wording_or(full, words), "?", "no memory, no alternatives");
	arena_free(p.arena);
	return done();
}
