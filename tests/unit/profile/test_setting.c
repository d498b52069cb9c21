/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/setting.h"

#include "knob/knob.h"
#include "parse.h"

static void test_kinds(void)
{
	struct parsed p;
	const struct setting *s;

	parse_profile(&p, "version: 1\nsysctl:\n  vm/swappiness: '10'\n"
			  "  net.ipv4.conf.*.rp_filter: {value: 1, optional: true}\n"
			  "  foo.bar: baz\n"
			  "sysfs:\n  /sys/kernel/mm/ksm/run: 1\n");
	is_int(p.r, 0, "four settings");
	is_int((long long)p.layer.settings_len, 4, "in one list");
	s = p.layer.settings;
	is_str(s[0].key, "vm.swappiness", "a key in its one form");
	is_str(s[0].value, "10", "a value as written");
	ok(s[0].knob && strcmp(s[0].knob->key, "vm.swappiness") == 0, "its knob");
	ok(!s[0].sysfs && !s[0].glob && !s[0].optional, "its flags");
	is_int(s[0].at.line * 100 + s[0].at.column, 303, "where its key is");
	is_int(s[0].value_at.column, 18, "where its value is");
	ok(s[1].glob && s[1].optional && !s[1].knob, "a glob that is optional");
	is_int(s[1].value_at.column, 38, "where the value in the map is");
	ok(!s[2].knob && !s[2].glob, "a stranger is taken");
	ok(s[3].sysfs && s[3].knob, "a path below /sys");
	is_str(s[3].key, "/sys/kernel/mm/ksm/run", "as it is");
	arena_free(p.arena);
}

#define SYSCTL(entry) "version: 1\nsysctl:\n  " entry "\n"
#define SYSFS(entry)  "version: 1\nsysfs:\n  " entry "\n"

static void test_bad(void)
{
	refused(SYSCTL("vm.swappiness: 201"),
		"3:18: vm.swappiness: 201 is outside 0..200",
		"a value that is too large");
	refused(SYSCTL("vm.swappiness: 1\n  vm/swappiness: 2"),
		"4:3: duplicate key 'vm/swappiness': it is the same knob as in line 3",
		"one knob in two spellings");
	refused(SYSCTL("vm.dirty_bytes: 1M\n  vm.dirty_ratio: 5"),
		"4:3: vm.dirty_ratio and vm.dirty_bytes (line 3) exclude each other: a "
		"write of one changes the other",
		"both of a pair");
	refused(SYSCTL("swapiness: 1"),
		"3:3: 'swapiness' is not the name of a sysctl: did you mean "
		"'vm.swappiness'?",
		"a name without its folder");
	refused(SYSFS("/sys//x: 1"),
		"3:3: '/sys//x' is not the path of a file: one of its parts is empty, '.' "
		"or '..'",
		"a path with an empty part");
	refused(SYSFS("/sys/: 1"),
		"3:3: '/sys/' is not the path of a file: one of its parts is empty, '.' or "
		"'..'",
		"/sys itself");
	refused(SYSFS("/sysx/a: 1"), "3:3: '/sysx/a' is not a path below /sys",
		"a path elsewhere");
	refused(SYSCTL("vm.drop_caches: 3"),
		"3:19: vm.drop_caches is an action and holds no value: use the profile's "
		"`drop_caches:` schedules or `lowmemctl drop-caches` instead",
		"an action");
	refused(SYSCTL("a.b: ~"), "3:8: a.b: there is no value", "no value");
}

static void test_warnings(void)
{
	struct parsed p;

	parse_profile(&p, SYSCTL("vm.swapiness: 5\n  kernel.seem: 1\n  vm.*ness: 1"));
	is_int(p.r, 0, "a slip is no error");
	is_int((long long)p.diags.warnings, 1, "but a warning, below vm. only");
	is_str(message(&p, 1),
	       "3:3: vm.swapiness is not a known knob: did you mean vm.swappiness?",
	       "which says what was meant");
	arena_free(p.arena);
}

int main(void)
{
	test_kinds();
	test_bad();
	test_warnings();
	return done();
}
