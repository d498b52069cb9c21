/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/activecopy.h"

#include "persisting.h"

int main(void)
{
	struct world world;
	struct layer *base, *other, *top;
	struct profile again = { 0 };
	const char *text = NULL;
	int r = -ENOMEM;

	world_begin(&world);
	base = world_add(
		&world, &world.profile, "base.yaml",
		V "sysctl: {vm.swappiness: 20, vm.dirty_bytes: 64M}\n"
		  "processes: [{name: low, match: {comm: a}, oom_score_adj: 1}]\n");
	other = world_add(&world, &world.profile, "other.yaml",
			  V "when: {arch: vax}\nsysctl: {vm.dirty_ratio: 3}\n");
	top = world_add(
		&world, &world.profile, "top.yaml",
		V "description: of all\n"
		  "sysctl: {vm.swappiness: 10, vm.none: {value: 1, optional: true},\n"
		  "  net.ipv4.conf.*.rp_filter: 2}\n"
		  "processes: [{name: high, match: {comm: b}, oom_score_adj: 2}]\n"
		  "drop_caches: [{every: 6h}]\n");
	base->includer = other->includer = top;
	world_build(&world, "systemd", SCOPE_BOOT);
	for (size_t limit = 0; r == -ENOMEM && limit < (1U << 20); limit += 32) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const char *copy = NULL;

		r = active_copy(arena, &world.plan, top, &copy);
		if (r == 0)
			text = arena_printf(world.arena, "%s", copy);
	}
	is_int(r, 0, "it succeeds once memory suffices");
	ok(strstr(text, "name: top\ndescription: of all\n"), "whose it is");
	ok(strstr(text, "  # top, line 3\n  vm.swappiness: 10\n"),
	   "the later layer's value");
	ok(strstr(text, "  # base, line 2\n  vm.dirty_bytes: 67108864\n"),
	   "what is included, in the kernel's numbers");
	ok(strstr(text, "  net.ipv4.conf.*.rp_filter: 2\n") && !strstr(text, "eth0"),
	   "a pattern, once");
	ok(!strstr(text, "vm.none") && !strstr(text, "dirty_ratio") &&
		   !strstr(text, "when:") && !strstr(text, "include:"),
	   "nothing that is not for this host");
	ok(strstr(text, "name: high") < strstr(text, "name: low"),
	   "the later layer's rules come first");
	ok(strstr(text, "drop_caches:"), "schedules");
	world_add(&world, &again, "top.yaml", text);
	is_int((long long)again.items[0]->rules_len, 2, "it is a profile");
	world_end(&world);
	return done();
}
