/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/profile.h"

#include "parse.h"

static const char whole[] =
	"version: 1\n"
	"name: highmem-protect\n"
	"description: >\n  Keep it\n  usable\n"
	"include: [base, more]\n"
	"when:\n  highmem: true\n  arch: [i686, armv7l]\n"
	"  kernel: \">=2.6.5 <7\"\n  memory: \">=2G\"\n"
	"lower_zone_protection: 250\n"
	"oom_kill: on\n"
	"drop_caches:\n"
	"  - schedule: \"30 3 * * *\"\n    mode: slab\n    sync: false\n"
	"    only_if: low_free < 64M\n"
	"  - {every: 6h, under_pressure: run}\n"
	"processes:\n"
	"  - name: protect-sshd\n    match: {comm: sshd, user: root}\n"
	"    oom_adj: -17\n    children: reset\n"
	"  - match: {cmdline: \"postgres: *\"}\n    oom_score_adj: -900\n"
	"    floor: hard\n    children: -5\n    drift: accept\n"
	"  - match: {comm: \"chrom*\", parent: x}\n    oom_score_adj: {max: 300}\n"
	"    drift: report\n"
	"sysctl:\n  vm.min_free_kbytes: 64M\n"
	"  vm.swappiness: {value: 10, optional: true}\n"
	"  foo.bar: 1\n"
	"sysfs:\n  /sys/kernel/mm/transparent_hugepage/enabled: madvise\n";

static void test_head(const struct parsed *p)
{
	const struct layer *layer = &p->layer;

	is_str(layer->name, "highmem-protect", "name");
	is_str(layer->description, "Keep it usable", "description, without its newline");
	is_int((long long)p->include->len, 2, "include");
	ok(layer->include == p->include, "the layer knows its includes");
	is_int(layer->when->highmem, WHEN_YES, "when highmem");
	is_str(layer->when->arch[1], "armv7l", "when arch");
	ok(layer->when->arch[2] == NULL, "which NULL ends");
	is_str(layer->when->kernel, ">=2.6.5 <7", "when kernel");
	is_str(layer->when->memory, ">=2G", "when memory");
	ok(layer->has_lower_zone_protection && layer->lower_zone_protection == 250,
	   "lower_zone_protection");
	is_int(layer->lower_zone_protection_at.line, 12, "and where it is");
	is_int(layer->oom_kill, ON, "oom_kill");
	is_int(layer->oom_kill_at.line, 13, "and where it is");
	is_int((long long)layer->settings_len, 4, "settings");
}

static void test_schedules(const struct layer *layer)
{
	const struct drop_schedule *schedule = layer->schedules;

	is_int((long long)layer->schedules_len, 2, "two schedules");
	is_str(schedule[0].schedule, "30 3 * * *", "the fields");
	is_int(schedule[0].mode, DROP_SLAB, "the mode");
	ok(!schedule[0].sync && schedule[1].sync, "sync, and that it is the default");
	is_str(schedule[0].only_if, "low_free < 64M", "only_if");
	ok(!schedule[1].schedule && schedule[1].every_seconds == 21600, "every");
	is_int(schedule[1].mode, DROP_ALL, "all is the default");
	ok(schedule[1].only_if == NULL, "no only_if");
	ok(!schedule[0].under_pressure && schedule[1].under_pressure,
	   "under_pressure, and that it is not the default");
}

static void test_rules(const struct layer *layer)
{
	const struct rule *rule = layer->rules;

	is_int((long long)layer->rules_len, 3, "three rules");
	is_str(rule[0].name, "protect-sshd", "a rule's name");
	is_str(rule[0].comm, "sshd", "comm");
	is_str(rule[0].user, "root", "user");
	ok(!rule[0].exe && !rule[0].cmdline, "what is not given does not count");
	ok(rule[0].has_value && rule[0].value == -1000, "oom_adj is turned");
	ok(rule[0].legacy && rule[0].legacy_value == -17, "and kept");
	is_int(rule[0].children, CHILDREN_RESET, "children");
	is_str(rule[1].name, "rule 2", "a rule without a name");
	ok(rule[1].value == -900 && !rule[1].legacy && rule[1].hard_floor,
	   "a hard floor");
	ok(rule[1].children == CHILDREN_VALUE && rule[1].children_value == -5,
	   "a value for children");
	ok(!rule[2].has_value && rule[2].has_max && !rule[2].has_min, "a clamp");
	ok(rule[2].max == 300 && rule[2].children == CHILDREN_INHERIT, "and its value");
	ok(rule[0].drift == DRIFT_REAPPLY && rule[1].drift == DRIFT_ACCEPT &&
		   rule[2].drift == DRIFT_REPORT,
	   "drift, and that reapply is the default");
}

static void is_at(struct origin at, unsigned line, unsigned column, const char *name)
{
	ok(at.source && at.line == line && at.column == column,
	   "%s is at %u:%u, not %u:%u", name, line, column, at.line, at.column);
}

static void test_places(const struct layer *layer)
{
	const struct rule *rule = layer->rules;

	is_at(rule[0].comm_at, 22, 19, "comm");
	is_at(rule[0].value_at, 23, 14, "oom_adj");
	ok(!rule[0].parent_at.source && !rule[1].comm_at.source,
	   "what is not given is nowhere");
	is_at(rule[1].value_at, 26, 20, "oom_score_adj");
	is_at(rule[2].parent_at, 30, 37, "parent");
	is_at(rule[2].value_at, 31, 20, "a clamp");
}

static void test_whole(void)
{
	struct parsed p;

	parse_profile(&p, whole);
	is_int(p.r, 0, "a whole profile");
	if (p.r == 0) {
		test_head(&p);
		test_schedules(&p.layer);
		test_rules(&p.layer);
		test_places(&p.layer);
	}
	arena_free(p.arena);
}

static void test_scale(void)
{
	struct parsed p;

	parse_profile(&p, "version: 1\nprocesses:\n- match: {comm: a}\n  oom_adj: 14\n");
	is_int(p.r == 0 ? p.layer.rules[0].value : 9999, 823, "oom_adj is turned");
	arena_free(p.arena);
	parse_profile(&p, "version: 1\nprocesses:\n- match: {comm: a}\n  oom_adj: -16\n");
	is_int(p.r == 0 ? p.layer.rules[0].value : 9999, -941, "as the kernel does it");
	arena_free(p.arena);
}

static void test_defaults(void)
{
	struct parsed p;

	parse_profile(&p, "version: 1\n");
	is_int(p.r, 0, "the least profile");
	is_str(p.layer.name, "p", "is called as its file");
	ok(!p.layer.when && !p.layer.description && !p.include, "and holds nothing");
	is_int(p.layer.oom_kill, UNSET, "nor a word of its own");
	arena_free(p.arena);
	p = parse_bytes("version: 1", 10);
	p.source.name = "/x/My Profile_2.yaml";
	ok(ytree_parse(p.arena, &p.diags, &p.source, &p.root) == 0 &&
		   profile_decode(p.arena, &p.diags, &p.source, p.root, &p.layer,
				  &p.include) == 0,
	   "a file with blanks in its name");
	is_str(p.layer.name, "my-profile-2", "gives a name with hyphens");
	arena_free(p.arena);
}

static void test_all_at_once(void)
{
	struct parsed p;

	parse_profile(&p, "version: 2\nname: A\nname: b\noom_kill: *x\nprocesses:\n"
			  "- match: {}\n  oom_adj: 99\nsysctl:\n  vm.swappiness: 999\n"
			  "include: [c]\n");
	is_int(p.r, -EINVAL, "refused");
	is_int((long long)p.diags.errors, 7, "every fault is told");
	ok(p.include != NULL, "the includes can be judged all the same");
	arena_free(p.arena);
}

static int decode_in(size_t limit, const char *text)
{
	cleanup(arena_freep) struct arena *arena = arena_new(limit);
	struct diags diags = diags_in(arena);
	const struct source source = { "p.yaml", text, strlen(text) };
	const struct ynode *include;
	struct ynode *root = NULL;
	struct layer layer;
	int parsed, r;

	if (!arena)
		return 1;
	parsed = ytree_parse(arena, &diags, &source, &root);
	if (parsed == -ENOMEM)
		return parsed;
	r = profile_decode(arena, &diags, &source, root, &layer, &include);
	if (r != -ENOMEM && diags.lost)
		return 1;
	return r < 0 ? r : parsed;
}

/* At every size that is too small the answer is -ENOMEM, never half a profile. */
static void test_no_memory(const char *text, int want, const char *name)
{
	int r = -ENOMEM;
	size_t limit = 0;

	for (; r == -ENOMEM && limit < 65536; limit += 16)
		r = decode_in(limit, text);
	is_int(r, want, "%s: once memory suffices", name);
	ok(limit > 1024, "%s: and not before (%zu)", name, limit);
}

int main(void)
{
	test_whole();
	test_scale();
	test_defaults();
	test_all_at_once();
	test_no_memory(whole, 0, "a good profile");
	test_no_memory("version: 1\nsysctl: {vm.swapiness: 1}\n", 0,
		       "one with a warning");
	test_no_memory("versoin: 2\nname: A\nsysctl: {swapiness: 1, vm.swappiness: 999}\n"
		       "oom_kill: of\nprocesses:\n- match: {cmdline_regex: '('}\n"
		       "  oom_adj: 5\n  oom_score_adj: x\n- match: {}\n",
		       -EINVAL, "a bad one");
	return done();
}
