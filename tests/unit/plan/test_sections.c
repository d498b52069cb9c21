/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/sections.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static const struct section web = { "web", "# web, line 2\nvm.a = 1\n" };
static const struct section db = { "db", "vm.b = 2\n" };
static const struct section no_web = { "web", NULL };
static const struct section no_db = { "db", NULL };

static const char *dropin(struct arena *arena, const char *old,
			  const struct section *section)
{
	const char *text = "?";

	return sections_in_dropin(arena, old, section, &text) == 0 ? text : "failed";
}

static const char *conf(struct arena *arena, const char *old,
			const struct section *section)
{
	const char *text = "?";

	return sections_in_conf(arena, old, section, section->body != NULL, &text) == 0
		       ? text
		       : "failed";
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

static void test_dropin(struct arena *arena)
{
	const char *one = dropin(arena, NULL, &web), *two;

	ok(ends_in(one, "takes it out.\n\n# profile web\n# web, line 2\nvm.a = 1\n"
			"# end of profile web\n"),
	   "one section");
	two = dropin(arena, one, &db);
	ok(ends_in(two, "takes it out.\n\n# profile db\nvm.b = 2\n# end of profile db\n\n"
			"# profile web\n# web, line 2\nvm.a = 1\n# end of profile web\n"),
	   "in the order of names");
	is_str(dropin(arena, dropin(arena, NULL, &db), &web), two, "whatever came first");
	is_str(dropin(arena, two, &web), two, "once more is the same");
	is_str(dropin(arena, two, &no_db), one, "one goes");
	ok(!dropin(arena, one, &no_web), "the last goes, and the file with it");
	is_str(dropin(arena, one, &no_db), one, "what is not there cannot go");
	is_str(dropin(arena, "vm.x = 1\n", &no_db), "vm.x = 1\n",
	       "and a file of somebody else's stays");
	ok(!dropin(arena, NULL, &no_db), "as does none");
}

/* What the file is before, and so again after, with a line of it that stays in front. */
static const char *const confs[] = {
	"vm.x = 1\n",
	"vm.x = 1",
	"vm.x = 1\r\n",
	"vm.x = 1\n\n\n",
	"",
	"\n",
	"# profile old\nvm.x = 1\n# end of profile old\n",
};

static void test_conf(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(confs) / sizeof(*confs); i++) {
		const char *with = conf(arena, confs[i], &web), *both;

		ok(strncmp(with, confs[i], strlen(confs[i])) == 0, "%zu stays in front",
		   i);
		ok(ends_in(with, "# end of profile web\n# END lowmemctl\n"),
		   "%zu: a block", i);
		is_str(conf(arena, with, &web), with, "%zu: once more is the same", i);
		both = conf(arena, with, &db);
		is_str(conf(arena, both, &no_db), with, "%zu: one of two goes", i);
		is_str(conf(arena, with, &no_web), confs[i], "%zu: all as it was", i);
		is_str(conf(arena, confs[i], &no_web), confs[i], "%zu: nothing to go", i);
	}
	ok(!conf(arena, conf(arena, NULL, &web), &no_web), "a file that we made goes");
	is_str(conf(arena, arena_printf(arena, "%svm.y = 2\n", conf(arena, NULL, &web)),
		    &no_web),
	       "vm.y = 2\n", "unless there is more in it by then");
	ok(!conf(arena, NULL, &no_web), "none is made for nothing");
}

static void test_moved(struct arena *arena)
{
	const char *with = conf(arena, "vm.x = 1", &web);
	const char *behind = arena_printf(arena, "%svm.y = 2", with), *moved;

	moved = conf(arena, behind, &web);
	ok(strncmp(moved, "vm.x = 1\nvm.y = 2\n# BEGIN", 25) == 0,
	   "the block moves to the end");
	is_str(conf(arena, moved, &no_web), "vm.x = 1\nvm.y = 2",
	       "and the last line is as it was");
}

/* Somebody removed the END: what follows is theirs. */
static void test_orphan(struct arena *arena)
{
	const char *with = conf(arena, "vm.x = 1\n", &web);
	const char *cut = arena_printf(arena, "%.*svm.y = 2\n",
				       (int)(strstr(with, "# END") - with), with);
	const char *again = conf(arena, conf(arena, cut, &web), &db);

	ok(strstr(again, "\nvm.y = 2\n"), "a line behind half a block stays");
	is_str(conf(arena, conf(arena, again, &no_web), &no_db), cut,
	       "and is there in the end");
	again = dropin(arena,
		       "# profile a\nvm.a = 1\n# profile web\nvm.a = 2\n"
		       "# end of profile web\n",
		       &db);
	ok(!strstr(again, "profile a\n") && strstr(again, "vm.a = 2"),
	   "half a section is none");
}

static void test_lines(struct arena *arena)
{
	const char *with = conf(arena, "# profile mine\nvm.x = 1\n", &web);
	const char *text = "# profile web\nvm.a = 1\n# end of profile web\nvm.b = 1\n";

	is_int((long long)section_of_line(with, 2, false).len, 0,
	       "a comment of the admin's is no section");
	ok(span_is(section_of_line(with, 7, false), "web"),
	   "a line of the block is in one");
	ok(span_is(section_of_line(text, 2, true), "web"), "a line of a drop-in");
	is_int((long long)section_of_line(text, 2, false).len, 0, "not of other files");
	is_int((long long)section_of_line(text, 4, true).len, 0,
	       "nor behind the section");
	is_int((long long)section_of_line(text, 9, true).len, 0, "nor behind the end");
}

static bool is_wanted(const void *data, struct span line)
{
	return span_starts(line, data);
}

static void test_disabled(struct arena *arena)
{
	static const char text[] = "a = 1\r\nvm.b = 2\nvm.c = 3";
	const char *off = conf_line_disable(arena, text, 2), *two;

	is_str(off, "a = 1\r\n# lowmemctl persist disabled: vm.b = 2\nvm.c = 3",
	       "a line becomes a comment");
	two = conf_line_disable(arena, off, 3);
	ok(ends_in(two, "disabled: vm.c = 3"), "the last, without a newline");
	is_str(conf_lines_enable(arena, two, is_wanted, "vm.c"), off, "one is enabled");
	is_str(conf_lines_enable(arena, two, is_wanted, "vm"), text, "both are");
	ok(conf_lines_enable(arena, text, is_wanted, "vm") == text,
	   "none: the same text");
	is_str(conf_line_disable(arena, text, 4), text, "no such line");
}

static void test_memory(void)
{
	const char *old = "vm.x = 1\n", *text;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 65536; limit += 8) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = sections_in_conf(arena, old, &web, true, &text);
		if (r == 0)
			r = sections_in_dropin(arena, text, &db, &text);
	}
	is_int(r, 0, "it succeeds once memory suffices");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	test_dropin(arena);
	test_conf(arena);
	test_moved(arena);
	test_orphan(arena);
	test_lines(arena);
	test_disabled(arena);
	test_memory();
	return done();
}
