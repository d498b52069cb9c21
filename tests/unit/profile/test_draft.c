/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/draft.h"

#include "parse.h"

static const struct drop_schedule schedules[] = {
	{ .schedule = "30 3 * * *",
	  .mode = DROP_SLAB,
	  .only_if = "low_free < 64M and cached > 1G" },
	{ .schedule = "@daily", .mode = DROP_ALL, .sync = true },
	{ .every_seconds = 21600, .mode = DROP_PAGECACHE, .sync = true },
	{ .every_seconds = 90, .mode = DROP_ALL, .sync = true, .under_pressure = true },
	{ .every_seconds = 172800, .mode = DROP_ALL },
};

static const struct rule rules[] = {
	{ .name = "protect-sshd",
	  .comm = "sshd",
	  .user = "root",
	  .has_value = true,
	  .value = -1000,
	  .legacy = true,
	  .legacy_value = -17,
	  .children = CHILDREN_RESET },
	{ .name = "10",
	  .cmdline = "postgres: *checkpointer*",
	  .exe = "*/postgres",
	  .group = "26",
	  .has_value = true,
	  .value = -900,
	  .children = CHILDREN_VALUE,
	  .children_value = -5,
	  .hard_floor = true,
	  .drift = DRIFT_ACCEPT },
	{ .name = "on",
	  .comm = "1234",
	  .cmdline_regex = "^a{2}\\.b \"c\"$",
	  .cgroup = "/a/*",
	  .unit = "x@1.service",
	  .parent = "- x",
	  .has_max = true,
	  .max = 300,
	  .drift = DRIFT_REPORT },
	{ .name = "both",
	  .comm = "Gr\xc3\xbc\xc3\x9f"
		  "e # 1",
	  .has_min = true,
	  .min = -10,
	  .has_max = true,
	  .max = 10 },
	{ .name = "the least", .comm = "~", .has_min = true, .min = 0 },
};

/* Values that somebody may have in a file below /proc/sys, or come to write there. */
static const char *const values[] = {
	"10",
	"0",
	"-1",
	"64M",
	"5%",
	"0 1 2",
	"on",
	"Off",
	"yes",
	"n",
	"true",
	"null",
	"~",
	"- x",
	"a: b",
	"a:",
	"#x",
	"x #y",
	"*",
	"%",
	"|/core %p",
	"!x",
	"&x",
	">",
	"?",
	"@x",
	"`x",
	"[a] b",
	"{a}",
	"a,b",
	"'x'",
	"\"x\"",
	"it's",
	"\\n",
	"x  y",
	"1.50",
	"1e3",
	"1_0",
	"12:30",
	"2001-01-01",
	"0b1",
	"=",
	"x\ty",
	"1\t2",
	"<<",
	"x\\y\"z",
	"\xc3\xbc",
	"\xe2\x82\xac",
	"\xe2\x80\xa8",
	"\xc2\x9b",
	"x ",
	" x",
	"x\t",
	"---",
	"...",
	".inf",
};

#define VALUES	  (sizeof(values) / sizeof(values[0]))
#define LENGTH(x) (sizeof(x) / sizeof((x)[0]))

static int build(struct arena *arena, struct draft *draft)
{
	int r = 0;

	*draft = (struct draft){
		.comment = "What it is\n\nand: why",
		.name = "10",
		.description = "- \"It\" is: #1",
		.has_lower_zone_protection = true,
		.lower_zone_protection = 250,
		.oom_kill = OFF,
		.schedules = schedules,
		.schedules_len = LENGTH(schedules),
		.rules = rules,
		.rules_len = LENGTH(rules),
	};
	for (size_t i = 0; r == 0 && i < 2 * VALUES; i++) {
		const struct draft_setting setting = {
			.key = arena_printf(arena, i % 2 ? "/sys/x/%zu" : "x.on%zu", i),
			.value = values[i / 2],
			.optional = i % 4 / 2,
			.comment = i % 3 ? "why\n: so" : NULL,
		};

		r = setting.key ? draft_add(arena, draft, &setting) : -ENOMEM;
	}
	return r;
}

static void test_schedules(const struct layer *layer)
{
	is_int((long long)layer->schedules_len, LENGTH(schedules), "schedules");
	for (size_t i = 0; i < layer->schedules_len; i++) {
		const struct drop_schedule *got = &layer->schedules[i];
		const struct drop_schedule *want = &schedules[i];

		is_str(got->schedule, want->schedule, "schedule %zu", i);
		is_int((long long)got->every_seconds, (long long)want->every_seconds,
		       "schedule %zu: every", i);
		is_int(got->mode, want->mode, "schedule %zu: mode", i);
		is_int(got->sync, want->sync, "schedule %zu: sync", i);
		is_str(got->only_if, want->only_if, "schedule %zu: only_if", i);
		is_int(got->under_pressure, want->under_pressure,
		       "schedule %zu: under_pressure", i);
	}
}

static void same_match(const struct rule *got, const struct rule *want)
{
	is_str(got->comm, want->comm, "comm");
	is_str(got->exe, want->exe, "exe");
	is_str(got->cmdline, want->cmdline, "cmdline");
	is_str(got->cmdline_regex, want->cmdline_regex, "cmdline_regex");
	is_str(got->user, want->user, "user");
	is_str(got->group, want->group, "group");
	is_str(got->cgroup, want->cgroup, "cgroup");
	is_str(got->unit, want->unit, "unit");
	is_str(got->parent, want->parent, "parent");
}

static void test_rules(const struct layer *layer)
{
	is_int((long long)layer->rules_len, LENGTH(rules), "rules");
	for (size_t i = 0; i < layer->rules_len; i++) {
		const struct rule *got = &layer->rules[i], *want = &rules[i];

		is_str(got->name, want->name, "rule %zu", i);
		same_match(got, want);
		is_int(got->has_value, want->has_value, "has a value");
		is_int(got->value, want->value, "the value");
		is_int(got->legacy, want->legacy, "the older scale");
		is_int(got->legacy_value, want->legacy_value, "the value on it");
		is_int(got->has_min * 2 + got->has_max, want->has_min * 2 + want->has_max,
		       "which clamps");
		is_int(got->min, want->min, "min");
		is_int(got->max, want->max, "max");
		is_int(got->children, want->children, "children");
		is_int(got->children_value, want->children_value, "their value");
		is_int(got->hard_floor, want->hard_floor, "floor");
		is_int(got->drift, want->drift, "drift");
	}
}

static void test_settings(const struct layer *layer, const struct draft *draft)
{
	const struct setting *got = layer->settings;

	is_int((long long)layer->settings_len, 2 * VALUES, "settings");
	for (size_t i = 0; i < draft->sysctl.len; i++, got++) {
		const struct draft_setting *want = &draft->sysctl.items[i];

		is_str(got->key, want->key, "sysctl %zu", i);
		is_str(got->value, want->value, "its value");
		is_int(got->optional, want->optional, "optional or not");
	}
	for (size_t i = 0; i < draft->sysfs.len; i++, got++) {
		ok(got->sysfs, "file %zu", i);
		is_str(got->key, draft->sysfs.items[i].key, "its path");
		is_str(got->value, draft->sysfs.items[i].value, "its value");
	}
}

static void test_round_trip(void)
{
	struct parsed p = parse_bytes("", 0);
	struct draft draft;
	const char *text;
	size_t len;

	is_int(build(p.arena, &draft), 0, "a draft");
	is_int(draft_text(p.arena, &draft, &text, &len), 0, "is written");
	is_int((long long)len, (long long)strlen(text), "its length");
	p.source = (struct source){ "p.yaml", text, len };
	p.r = ytree_parse(p.arena, &p.diags, &p.source, &p.root);
	if (p.r == 0)
		p.r = profile_decode(p.arena, &p.diags, &p.source, p.root, &p.layer,
				     &p.include);
	if (is_int(p.r, 0, "and read")) {
		is_str(p.layer.name, draft.name, "name");
		is_str(p.layer.description, draft.description, "description");
		is_int(p.layer.lower_zone_protection, 250, "lower_zone_protection");
		is_int(p.layer.oom_kill, OFF, "oom_kill");
		test_schedules(&p.layer);
		test_rules(&p.layer);
		test_settings(&p.layer, &draft);
	} else {
		printf("# %s\n%s", message(&p, 1), text);
	}
	is_int((long long)p.diags.count, 0, "nothing is said of it");
	arena_free(p.arena);
}

/* The text as people see it. */
static void test_text(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct draft draft = {
		.comment = "From somewhere.",
		.name = "web",
		.description = "A small web server",
		.oom_kill = ON,
		.schedules = schedules + 2,
		.schedules_len = 1,
		.rules = rules,
		.rules_len = 1,
	};
	const struct draft_setting settings[] = {
		{ "vm.swappiness", "10", false, "Why. Default: 60." },
		{ "/sys/kernel/mm/ksm/run", "1", false, NULL },
		{ "net.ipv4.conf.*.rp_filter", "1", true, NULL },
	};
	const char *text;
	size_t len;

	for (size_t i = 0; i < LENGTH(settings); i++)
		is_int(draft_add(arena, &draft, &settings[i]), 0, "setting %zu", i);
	is_int(draft_text(arena, &draft, &text, &len), 0, "a draft");
	is_str(text,
	       "# From somewhere.\n"
	       "version: 1\n"
	       "name: web\n"
	       "description: A small web server\n"
	       "oom_kill: on\n"
	       "drop_caches:\n"
	       "  - every: 6h\n"
	       "    mode: pagecache\n"
	       "    sync: true\n"
	       "processes:\n"
	       "  - name: protect-sshd\n"
	       "    match:\n"
	       "      comm: sshd\n"
	       "      user: root\n"
	       "    oom_adj: -17\n"
	       "    children: reset\n"
	       "sysctl:\n"
	       "  # Why. Default: 60.\n"
	       "  vm.swappiness: 10\n"
	       "  net.ipv4.conf.*.rp_filter: {value: 1, optional: true}\n"
	       "sysfs:\n"
	       "  /sys/kernel/mm/ksm/run: 1\n",
	       "as people write them");
	is_int(draft_text(arena, &(struct draft){ 0 }, &text, &len), 0, "an empty draft");
	is_str(text, "version: 1\n", "is a profile as well");
}

static void test_nameless_rule(void)
{
	struct parsed p;
	const struct rule rule = { .comm = "x", .has_value = true, .value = 5 };
	const struct draft draft = { .rules = &rule, .rules_len = 1 };
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	const char *text;
	size_t len;

	is_int(draft_text(arena, &draft, &text, &len), 0, "a rule without a name");
	parse_profile(&p, text);
	is_int(p.r, 0, "is read");
	is_str(p.layer.rules[0].name, "rule 1", "and has none afterwards");
	arena_free(p.arena);
}

static void test_holds(void)
{
	static const struct {
		const char *key, *value;
		bool held;
	} cases[] = {
		{ "vm.swappiness", "10", true },
		{ "net.ipv4.conf.*.rp_filter", "10", true },
		{ "vm.swappiness", "\xff", false },
		{ "vm.swapp\xffiness", "1", false },
		{ "swappiness", "1", false },
		{ "-vm.swappiness", "1", false },
		{ "vm.swap piness", "1", false },
		{ "/proc/sys/vm/swappiness", "1", false },
		{ "/sys/kernel/mm/ksm/run", "1", true },
		{ "/sys/kernel/mm/ksm/*", "1", false },
		{ "/sys/kernel/../ksm", "1", false },
		{ "/sys/kernel/a b", "1", false },
		{ "/sys/", "1", false },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct draft_setting setting = { .key = cases[i].key,
						       .value = cases[i].value };

		is_int(draft_holds(&setting), cases[i].held, "%s", cases[i].key);
	}
}

/* A key that YAML takes for none: it is as long as a line may be. */
static void test_long_key(void)
{
	char key[1100] = "x.";
	const struct draft_setting setting = { .key = key, .value = "1" };

	memset(key + 2, 'k', 1000);
	ok(!draft_holds(&setting), "a key of over 1000 bytes");
}

static void test_too_large(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(ARENA);
	struct draft draft = { 0 };
	const char *text;
	char *value = arena_alloc(arena, YTREE_SIZE + 1);
	size_t len;

	memset(value, 'x', YTREE_SIZE);
	is_int(draft_add(arena, &draft,
			 &(struct draft_setting){ "a.b", value, false, NULL }),
	       0, "a large value");
	is_int(draft_text(arena, &draft, &text, &len), -EFBIG, "makes no profile");
}

static void test_no_memory(void)
{
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 131072; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		struct draft draft;
		const char *text;
		size_t len;

		r = build(arena, &draft);
		if (r == 0)
			r = draft_text(arena, &draft, &text, &len);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 10, "and not before");
}

int main(void)
{
	test_round_trip();
	test_text();
	test_nameless_rule();
	test_holds();
	test_long_key();
	test_too_large();
	test_no_memory();
	return done();
}
