/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/sysctlname.h"

#include <errno.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

static void test_canonical(struct arena *arena)
{
	static const struct {
		const char *text, *name, *path; /* name NULL: refused */
	} cases[] = {
		{ "vm.swappiness", "vm.swappiness", "proc/sys/vm/swappiness" },
		{ "vm/swappiness", "vm.swappiness", "proc/sys/vm/swappiness" },
		{ "vm.oom-kill", "vm.oom-kill", "proc/sys/vm/oom-kill" },
		{ "net.ipv4.conf.eth0/100.rp_filter", "net.ipv4.conf.eth0/100.rp_filter",
		  "proc/sys/net/ipv4/conf/eth0.100/rp_filter" },
		{ "net/ipv4/conf/eth0.100/rp_filter", "net.ipv4.conf.eth0/100.rp_filter",
		  "proc/sys/net/ipv4/conf/eth0.100/rp_filter" },
		{ "swappiness", "swappiness", "proc/sys/swappiness" },
		{ "", NULL, NULL },
		{ ".", NULL, NULL },
		{ "/", NULL, NULL },
		{ "vm.", NULL, NULL },
		{ "/vm/swappiness", NULL, NULL },
		{ "vm..swappiness", NULL, NULL },
		{ "vm/../kernel/panic", NULL, NULL },
		{ "vm/./swappiness", NULL, NULL },
		{ "vm.//.kernel", NULL, NULL },
		{ "..", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name = NULL;
		int r = sysctlname_canonical(arena, cases[i].text, &name);

		is_int(r, cases[i].name ? 0 : -EINVAL, "'%s' is %s", cases[i].text,
		       cases[i].name ? "a name" : "refused");
		is_str(name, cases[i].name, "... in its one form");
		if (!name)
			continue;
		is_str(sysctlname_path(arena, name), cases[i].path, "... as a path");
		is_str(sysctlname_of_path(arena, cases[i].path), name, "... and back");
	}
}

static void test_out_of_memory(void)
{
	size_t failed = 0;
	int r = -ENOMEM;

	for (size_t limit = 0; r == -ENOMEM && limit < 256; limit += 4) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const char *name = NULL;

		r = sysctlname_canonical(arena, "vm.swappiness", &name);
		failed += r == -ENOMEM && !name;
	}
	ok(r == 0 && failed > 0, "a name once memory suffices");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(16384);

	test_canonical(arena);
	test_out_of_memory();
	return done();
}
