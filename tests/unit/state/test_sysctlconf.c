/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sysctlconf.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"

/* A text with NULs in it. */
#define BYTES(text) (text), sizeof(text) - 1

/*
 * A file, and its lines: "NUMBER KEY=VALUE", "NUMBER -KEY" for an exclusion; behind the number "?" for
 * an optional one, "~" for one that is spelled oddly, "*" for a pattern.
 */
static const struct text_case {
	const char *name;
	unsigned loaders;
	const char *text;
	size_t len;
	const char *lines[8];
	const char *warnings[5]; /* "NUMBER: a piece" */
} cases[] = {
	{ "nothing", FOLDERS | CONF, BYTES(""), { 0 }, { 0 } },
	{ "blank lines and comments",
	  FOLDERS | CONF,
	  BYTES("\n\r\n \t\n# a=1\n  ; b=1\n#\n"),
	  { 0 },
	  { 0 } },
	{ "line ends of all kinds",
	  FOLDERS | CONF,
	  BYTES("a=1\r\n\n\tb \t= \t2 3\t \nc=3"),
	  { "1 a=1", "3 b=2 3", "4 c=3" },
	  { 0 } },
	{ "a CR alone ends a line",
	  SD,
	  BYTES("a=1\rb=2\nc=3"),
	  { "1 a=1", "1 b=2", "2 c=3" },
	  { 0 } },
	{ "a CR alone does not",
	  PP | CONF,
	  BYTES("a=1\rb=2\n"),
	  { "1 a=1\rb=2" },
	  { 0 } },
	{ "so does a NUL",
	  SD,
	  BYTES("a=1\0b=2\n# c\0junk\n\0\0\nd=4"),
	  { "1 a=1", "1 b=2", "4 d=4" },
	  { "2: there is no '=' in it" } },
	{ "behind a NUL is nothing",
	  PP | CONF,
	  BYTES("a=1\0b=2\n# c\0junk\n\0d=3\ne=5"),
	  { "1 a=1", "4 e=5" },
	  { 0 } },
	{ "further blanks",
	  PP | CONF,
	  BYTES("\v a\f=\v1 \f\n\f# c\n"),
	  { "1 a=1" },
	  { 0 } },
	{ "that are none",
	  SD,
	  BYTES("a=\v1\f\n\f# c\n"),
	  { "1 a=\v1\f" },
	  { "2: there is no '='" } },
	{ "= within and without",
	  FOLDERS | CONF,
	  BYTES("a=b=c\nd==1\ne = = 1\nf=\n"),
	  { "1 a=b=c", "2 d==1", "3 e== 1", "4 f=" },
	  { 0 } },
	{ "lines that are none",
	  SD | NEW_PP | CONF,
	  BYTES("junk\n=1\n= \n"),
	  { 0 },
	  { "1: there is no '=' in it", "2: does not name a sysctl",
	    "3: does not name" } },
	{ "names",
	  FOLDERS | CONF,
	  BYTES("vm.swappiness=1\nvm/swappiness=2\nnet.ipv4.conf.t0/7.x=3\n"
		"net/ipv4/conf/t0.7/x=4\n"),
	  { "1 vm.swappiness=1", "2 vm.swappiness=2", "3 net.ipv4.conf.t0/7.x=3",
	    "4 net.ipv4.conf.t0/7.x=4" },
	  { 0 } },
	{ "odd ones",
	  FOLDERS | CONF,
	  BYTES("/vm/x=1\n.vm.x=2\nvm//x=3\nvm/./x=4\nvm..x=5\n//vm/././/x=6"),
	  { "1~ vm.x=1", "2~ vm.x=2", "3~ vm.x=3", "4~ vm.x=4", "5~ vm.x=5",
	    "6~ vm.x=6" },
	  { 0 } },
	{ "separators at the end",
	  SD,
	  BYTES("vm/x/=1\nvm.x.=2\n"),
	  { "1~ vm.x=1", "2~ vm.x=2" },
	  { 0 } },
	{ "separators at the end",
	  PP | CONF,
	  BYTES("vm/x/=1\nvm.x.=2\n"),
	  { 0 },
	  { "1: name", "2: name" } },
	{ "separators at a pattern's end",
	  SD,
	  BYTES("vm/?/=1\n"),
	  { "1~* vm.?=1" },
	  { 0 } },
	{ "separators behind a pattern that is the last part: only folders are meant",
	  MODERN & ~SD,
	  BYTES("vm/?/=1\nvm.?.=1\n"),
	  { 0 },
	  { "1: name", "2: name" } },
	{ "separators behind a name below a pattern",
	  MODERN & ~SD,
	  BYTES("net/?/x/=1\nnet.?.x.=1\n"),
	  { "1* net.?.x=1", "2* net.?.x=1" },
	  { 0 } },
	{ "separators at the end of what is no pattern there",
	  OLD_PP | CONF,
	  BYTES("vm/?/=1\n"),
	  { 0 },
	  { "1: name" } },
	{ "nothing but separators",
	  FOLDERS | CONF,
	  BYTES("/=1\n.=2\n./.=3\n"),
	  { 0 },
	  { "1: name", "2: name", "3: name" } },
	{ "names that are none of ours",
	  FOLDERS | CONF,
	  BYTES("/a.b/c=1\n./vm/x=2\n"),
	  { 0 },
	  { "1: name", "2: name" } },
	{ "back and forth",
	  SD,
	  BYTES("vm/../vm/x=1\nvm///..=2\n"),
	  { 0 },
	  { "1: name", "2: name" } },
	{ "back and forth",
	  PP | CONF,
	  BYTES("vm/../vm/x=1\n../vm/x=2\nvm/../../x=3\nvm/..=4"),
	  { "1~ vm.x=1" },
	  { "2: name", "3: name", "4: name" } },
	{ "optional",
	  FOLDERS,
	  BYTES("-vm.x=1\n  -vm.y = -1\n"),
	  { "1? vm.x=1", "2? vm.y=-1" },
	  { 0 } },
	{ "not optional", CONF, BYTES("-vm.x=1\n"), { "1 -vm.x=1" }, { 0 } },
	{ "optional, with a blank", SD, BYTES("- vm.x=1\n"), { "1? vm.x=1" }, { 0 } },
	{ "optional, with a blank",
	  PP,
	  BYTES("- vm.x=1\n-\tvm.x=1\n"),
	  { 0 },
	  { "1: name", "2: name" } },
	{ "twice",
	  NEW_PP,
	  BYTES("--vm.x=1\n---vm.x=1"),
	  { "1? vm.x=1", "2? -vm.x=1" },
	  { 0 } },
	{ "twice", SD | OLD_PP, BYTES("--vm.x=1\n"), { "1? -vm.x=1" }, { 0 } },
	{ "exclusions",
	  NEW_PP | SD,
	  BYTES("-vm.x\n -vm/y \n-vm.*\n-vm..z\n"),
	  { "1 -vm.x", "2 -vm.y", "3* -vm.*", "4~ -vm.z" },
	  { 0 } },
	{ "no exclusions",
	  OLD_PP | CONF,
	  BYTES("-vm.x\n"),
	  { 0 },
	  { "1: there is no '=' in it" } },
	{ "an exclusion with a blank", SD, BYTES("- vm.x\n"), { "1 -vm.x" }, { 0 } },
	{ "an exclusion with a blank", NEW_PP, BYTES("- vm.x\n"), { 0 }, { "1: name" } },
	{ "an exclusion with two dashes",
	  NEW_PP,
	  BYTES("--vm.x\n"),
	  { "1 -vm.x" },
	  { 0 } },
	{ "an exclusion with two dashes", SD, BYTES("--vm.x\n"), { "1 --vm.x" }, { 0 } },
	{ "a dash alone", MODERN, BYTES("-\n-=1\n"), { 0 }, { "1: name", "2: name" } },
	{ "patterns",
	  FOLDERS | CONF,
	  BYTES("vm.a*=1\nvm/?=2\nvm.[ab].c=3\nvm.]=4\nvm.{a,b}=5\n"),
	  { "1* vm.a*=1", "2* vm.?=2", "3* vm.[ab].c=3", "4 vm.]=4", "5 vm.{a,b}=5" },
	  { 0 } },
	{ "busybox: blanks and comments as others have them",
	  BB,
	  BYTES("\v vm.a \f=\v1 \t\r\n  ;b=1\n\f#c=1\nvm.d=1 # 2\n\n"),
	  { "1 vm.a=1", "4 vm.d=1 # 2" },
	  { 0 } },
	{ "busybox: no value, no key",
	  BB,
	  BYTES("vm.a=\nvm.b= \n=1\nvm.c\nvm.d==1\n"),
	  { "5 vm.d==1" },
	  { "1: no value", "2: no value", "3: name", "4: no '='" } },
	{ "busybox: no dash, no exclusion, no pattern",
	  BB,
	  BYTES("-vm.a=1\n-vm.b\nvm.*=2\n"),
	  { "1 -vm.a=1", "3* vm.*=2" },
	  { "2: no '='" } },
	{ "busybox: lines that go on",
	  BB,
	  BYTES("vm.a=1 \\\n2\nvm.\\\n\\\nb=3\n#c \\\nd=1\nvm.e=4\\"),
	  { "1 vm.a=1 2", "3 vm.b=3", "8 vm.e=4" },
	  { 0 } },
	{ "busybox: that do not",
	  BB,
	  BYTES("vm.a=1\\\r\nvm.b=2\\\0\nvm.c=3\\ \nvm.d=4"),
	  { "1 vm.a=1\\", "2 vm.b=2\\", "3 vm.c=3\\", "4 vm.d=4" },
	  { 0 } },
	{ "busybox: behind a NUL is nothing, of what goes on, too",
	  BB,
	  BYTES("vm.a=1\0x\\\ny\nvm.b=2"),
	  { "1 vm.a=1", "3 vm.b=2" },
	  { 0 } },
	{ "a mark of Unicode in front costs the line",
	  FOLDERS | CONF,
	  BYTES("\357\273\277vm.x=1\nvm.y=2"),
	  { "1 \357\273\277vm.x=1", "2 vm.y=2" },
	  { 0 } },
};

static const char *line_text(struct arena *arena, const struct conf_line *line)
{
	const char *marks = arena_printf(arena, "%s%s%s", line->optional ? "?" : "",
					 line->odd ? "~" : "", line->glob ? "*" : "");

	if (!line->value)
		return arena_printf(arena, "%u%s -%s", line->at.line, marks, line->key);
	return arena_printf(arena, "%u%s %s=%s", line->at.line, marks, line->key,
			    line->value);
}

static void check_warnings(const char *about, const struct diags *diags,
			   const char *const *want)
{
	const struct diag *diag = diags->first;

	is_int((long long)diags->errors, 0, "%s: nothing is an error", about);
	for (; diag && *want; diag = diag->next, want++) {
		is_int(diag->at.line, *want[0] - '0', "%s: a warning's line", about);
		ok(strstr(diag->message, *want + 3), "%s: '%s' has '%s'", about,
		   diag->message, *want + 3);
	}
	ok(!diag && !*want, "%s: there are as many warnings", about);
}

static void check_case(const struct root *root, const struct text_case *text, unsigned i)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct sysctl_loader *loader = layout_loader(arena, root, i);
	/* A copy of its own size: a sanitizer sees whoever reads on. */
	const struct source source = { "/a.conf",
				       arena_copy(arena, text->text, text->len),
				       text->len };
	const char *about =
		arena_printf(arena, "%s: %s", layout_loaders[i].label, text->name);
	struct diags diags = diags_in(arena);
	struct conf_lines lines = { 0 };
	size_t len = 0;

	is_int(sysctlconf_read(arena, &diags, &source, loader, &lines), 0, "%s: read",
	       about);
	for (; len < lines.len && text->lines[len]; len++) {
		is_str(line_text(arena, &lines.items[len]), text->lines[len], "%s",
		       about);
		ok(lines.items[len].at.source == &source, "%s: its place", about);
	}
	ok(len == lines.len && !text->lines[len], "%s: as many lines", about);
	if (text->lines[0] || text->warnings[0])
		check_warnings(about, &diags, text->warnings);
}

static void test_appends(const struct root *root)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct sysctl_loader *loader = layout_loader(arena, root, 0);
	const struct source first = { "/a", "a=1", 3 }, second = { "/b", "b=2", 3 };
	struct diags diags = diags_in(arena);
	struct conf_lines lines = { 0 };

	is_int(sysctlconf_read(arena, &diags, &first, loader, &lines), 0, "a file");
	is_int(sysctlconf_read(arena, &diags, &second, loader, &lines), 0, "another");
	is_int((long long)lines.len, 2, "their lines are together");
	is_str(lines.items[1].at.source->name, "/b", "and know where they stood");
}

static void test_no_memory(const struct root *root, unsigned i)
{
	static const char text[] = "vm.x=1\n-vm/y\n-vm..z=2\n/vm/../a=1\nbad\n";
	cleanup(arena_freep) struct arena *all = arena_new(SIZE_MAX);
	const struct sysctl_loader *loader = layout_loader(all, root, i);
	const struct source source = { "/a", text, strlen(text) };
	struct conf_lines lines = { 0 };
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 8192; limit += 8) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct diags diags = diags_in(all);

		lines = (struct conf_lines){ 0 };
		r = sysctlconf_read(arena, &diags, &source, loader, &lines);
	}
	is_int(r, 0, "reads once memory suffices");
	ok(lines.len >= 2, "all of it");
	ok(limit > 128, "and tells when it does not");
}

int main(void)
{
	cleanup(root_done) struct root root = { .fd = -1 };

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (unsigned j = 0; j < LAYOUT_LOADERS; j++) {
			if (cases[i].loaders & 1U << j)
				check_case(&root, &cases[i], j);
		}
	}
	test_appends(&root);
	for (unsigned i = 0; i < LAYOUT_LOADERS; i++)
		test_no_memory(&root, i);
	tree_end();
	return done();
}
