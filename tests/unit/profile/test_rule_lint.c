/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/rule_lint.h"

#include "parse.h"

#define STARTS(who)                                                                      \
	"everything that " who " starts becomes unkillable, too: say oom_score_adj "     \
	"-999, or 'children: reset'"
#define LONG "the kernel keeps 15 bytes of a name: this never matches; "
#define FIRST                                                                            \
	"PID 1 is never touched: leave the rule out, unless other processes of that "    \
	"name are meant"
#define KERNEL                                                                           \
	"threads of the kernel are never touched: leave the rule out, unless a program " \
	"of that name is meant"
#define CLAMP                                                                            \
	"the clamp allows every value: narrow it, or leave the rule out, which only "    \
	"keeps later ones from its processes"
#define NEVER(who, line)                                                                 \
	"the rule never wins: '" who "' (line " line ") matches all that it does; put "  \
	"it before that one, or leave it out"
#define MATCH "- match: "

/* Rules from line 3 on, and all that is said of them; NULL: nothing. */
static const struct {
	const char *name, *rules, *said;
} cases[] = {
	{ "starter", MATCH "{comm: sshd}\n  oom_score_adj: -1000\n",
	  "4:18: " STARTS("sshd") "\n" },
	{ "starter by exe, oom_adj", MATCH "{exe: /usr/sbin/cron}\n  oom_adj: -17\n",
	  "4:12: " STARTS("cron") "\n" },
	{ "starter by unit, clamp",
	  MATCH "{unit: docker.service}\n  oom_score_adj: {max: -1000}\n",
	  "4:18: " STARTS("docker.service") "\n" },
	{ "starter that hands it on by name",
	  MATCH "{comm: sshd}\n  oom_score_adj: -999\n  children: -1000\n",
	  "4:18: " STARTS("sshd") "\n" },
	{ "starter, reset",
	  MATCH "{comm: sshd}\n  oom_score_adj: -1000\n  children: reset\n", NULL },
	{ "starter, a value for children",
	  MATCH "{comm: sshd}\n  oom_score_adj: -1000\n  children: -999\n", NULL },
	{ "starter, -999", MATCH "{comm: sshd}\n  oom_score_adj: -999\n", NULL },
	{ "starter, min", MATCH "{comm: sshd}\n  oom_score_adj: {min: -900}\n", NULL },
	{ "no starter", MATCH "{comm: postgres}\n  oom_score_adj: -1000\n", NULL },

	{ "long", MATCH "{comm: abcdefghijklmnop}\n  oom_score_adj: 1\n",
	  "3:17: " LONG "say 'abcdefghijklmno', or match exe or cmdline\n" },
	{ "long glob", MATCH "{comm: abcdefghijklmnop*}\n  oom_score_adj: 1\n",
	  "3:17: " LONG "say 'abcdefghijklmno', or match exe or cmdline\n" },
	{ "long glob with a late mark",
	  MATCH "{comm: \"a*bcdefghi[jx]klmno?\"}\n  oom_score_adj: 1\n",
	  "3:17: " LONG "match exe or cmdline\n" },
	{ "long, cut within a character",
	  MATCH "{comm: abcdefghijklmn\xc3\xbc}\n  oom_score_adj: 1\n",
	  "3:17: " LONG "say 'abcdefghijklmn*', or match exe or cmdline\n" },
	{ "long parent", MATCH "{parent: abcdefghijklmnop}\n  oom_score_adj: 1\n",
	  "3:19: " LONG "say 'abcdefghijklmno', or make it shorter\n" },
	{ "15 bytes", MATCH "{comm: abcdefghijklmno}\n  oom_score_adj: 1\n", NULL },
	{ "15 bytes and a mark", MATCH "{comm: abcdefghijklmno*}\n  oom_score_adj: 1\n",
	  NULL },
	{ "15 bytes at least",
	  MATCH "{comm: \"*abcdefghijklm[[:digit:]]?\"}\n  oom_score_adj: 1\n", NULL },

	{ "PID 1", MATCH "{comm: systemd, user: root}\n  oom_score_adj: -5\n",
	  "3:17: " FIRST "\n" },
	{ "PID 1 by path", MATCH "{exe: /sbin/init}\n  oom_score_adj: -5\n",
	  "3:3: " FIRST "\n" },
	{ "a user's systemd", MATCH "{comm: systemd, user: 1000}\n  oom_score_adj: -5\n",
	  NULL },
	{ "kernel", MATCH "{comm: kswapd*}\n  oom_score_adj: -5\n",
	  "3:17: " KERNEL "\n" },
	{ "no kernel", MATCH "{comm: kswap}\n  oom_score_adj: -5\n", NULL },

	{ "oom_adj 1", MATCH "{comm: a}\n  oom_adj: 1\n",
	  "4:12: oom_adj 1 is written as oom_score_adj 58, which reads back as oom_adj "
	  "0: say 'oom_score_adj: 58'\n" },
	{ "oom_adj -16", MATCH "{comm: a}\n  oom_adj: -16\n",
	  "4:12: oom_adj -16 is written as oom_score_adj -941, which can be killed, "
	  "unlike -17, and reads back as oom_adj -15: say 'oom_score_adj: -941'\n" },
	{ "oom_adj -15", MATCH "{comm: a}\n  oom_adj: -15\n",
	  "4:12: oom_adj -15 is written as oom_score_adj -882, which reads back as "
	  "oom_adj -14: say 'oom_score_adj: -882'\n" },
	{ "oom_adj -17", MATCH "{comm: a}\n  oom_adj: -17\n", NULL },
	{ "oom_adj 0", MATCH "{comm: a}\n  oom_adj: 0\n", NULL },
	{ "oom_adj 15", MATCH "{comm: a}\n  oom_adj: 15\n", NULL },
	{ "the other scale", MATCH "{comm: a}\n  oom_score_adj: 58\n", NULL },

	{ "min -1000", MATCH "{comm: a}\n  oom_score_adj: {min: -1000}\n",
	  "4:18: " CLAMP "\n" },
	{ "max 1000", MATCH "{comm: a}\n  oom_score_adj: {max: 1000}\n",
	  "4:18: " CLAMP "\n" },
	{ "both", MATCH "{comm: a}\n  oom_score_adj: {min: -1000, max: 1000}\n",
	  "4:18: " CLAMP "\n" },
	{ "min -999", MATCH "{comm: a}\n  oom_score_adj: {min: -999}\n", NULL },
	{ "max 999", MATCH "{comm: a}\n  oom_score_adj: {max: 999}\n", NULL },
	{ "half a clamp", MATCH "{comm: a}\n  oom_score_adj: {min: -1000, max: 5}\n",
	  NULL },
	{ "for children",
	  MATCH "{comm: a}\n  oom_score_adj: {min: -1000}\n  children: reset\n", NULL },
};

/* Two rules, and whether the second never wins. */
static const struct {
	const char *earlier, *later;
	bool never;
} pairs[] = {
	{ "{comm: a}", "{comm: a}", true },
	{ "{comm: a}", "{comm: a, user: root}", true },
	{ "{comm: \"a*\"}", "{comm: ab}", true },
	{ "{comm: \"*\"}", "{comm: \"a*\"}", true },
	{ "{comm: \"*\"}", "{exe: /usr/bin/x}", true },
	{ "{cmdline: \"*\"}", "{user: root}", true },
	{ "{exe: /usr/*}", "{exe: /usr/bin/x, comm: x}", true },
	{ "{user: root, unit: x}", "{unit: x, user: root}", true },
	{ "{cmdline_regex: a+}", "{cmdline_regex: a+}", true },
	{ "{cgroup: \"/a/*\", parent: b, cmdline: c, group: d}",
	  "{cgroup: /a/b, parent: b, cmdline: c, group: d}", true },

	{ "{comm: a}", "{comm: b}", false },
	{ "{comm: ab}", "{comm: \"a*\"}", false },
	{ "{comm: \"a*\"}", "{comm: \"ab*\"}", false },
	{ "{comm: a, user: root}", "{comm: a}", false },
	{ "{comm: a, exe: b}", "{comm: a, exe: c}", false },
	{ "{exe: \"*\"}", "{comm: x}", false },
	{ "{user: root}", "{user: 0}", false },
	{ "{user: \"*\"}", "{user: root}", false },
	{ "{group: x}", "{user: x}", false },
	{ "{cmdline_regex: .*}", "{cmdline_regex: a}", false },
	{ "{cmdline: a}", "{cmdline: b}", false },
	{ "{cgroup: /a}", "{cgroup: /b}", false },
	{ "{unit: a}", "{unit: b}", false },
	{ "{parent: a}", "{parent: b}", false },
};

/* A line for each that is said of @text, which is valid. */
static const char *lint(struct parsed *p, const char *text)
{
	struct layer *items[2] = { &p->layer, &p->layer };
	const struct profile profile = { .items = items, .len = 2 };
	const char *said = "";

	parse_profile(p, text);
	if (p->r != 0 || p->diags.count > 0)
		return "(not valid)";
	rule_lint(&p->diags, &profile);
	ok(p->diags.errors == 0, "nothing is an error");
	for (unsigned i = 1; said && i <= p->diags.count; i++)
		said = arena_printf(p->arena, "%s%s\n", said, message(p, i));
	return said;
}

static void test_pair(size_t i)
{
	char text[512];
	struct parsed p;

	(void)snprintf(text, sizeof(text),
		       "version: 1\nprocesses:\n- name: one\n  match: %s\n"
		       "  oom_score_adj: 1\n- match: %s\n  oom_score_adj: 2\n",
		       pairs[i].earlier, pairs[i].later);
	is_str(lint(&p, text), pairs[i].never ? "6:3: " NEVER("one", "3") "\n" : "",
	       "%s and %s", pairs[i].earlier, pairs[i].later);
	arena_free(p.arena);
}

static void test_profiles(void)
{
	struct parsed p;

	is_str(lint(&p, "version: 1\nprocesses:\n"
			"- match: {comm: a}\n  oom_score_adj: 1\n"
			"- match: {comm: b}\n  oom_score_adj: 1\n"
			"- match: {comm: \"?\"}\n  oom_score_adj: 1\n"
			"- match: {comm: b, user: c}\n  oom_score_adj: 1\n"),
	       "9:3: " NEVER("rule 2", "5") "\n", "the first of several, by its number");
	arena_free(p.arena);
	is_str(lint(&p, "version: 1\n"), "", "a profile without rules");
	arena_free(p.arena);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512];
		struct parsed p;

		(void)snprintf(text, sizeof(text), "version: 1\nprocesses:\n%s",
			       cases[i].rules);
		is_str(lint(&p, text), cases[i].said ? cases[i].said : "", "%s",
		       cases[i].name);
		arena_free(p.arena);
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		test_pair(i);
	test_profiles();
	return done();
}
