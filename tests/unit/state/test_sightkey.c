/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sightkey.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "tap.h"

/* Observed on busybox 1.35, but for those that no interface could be made for. */
static const struct {
	const char *text;
	const char *name; /* NULL: it leads to no sysctl */
} cases[] = {
	{ "vm.swappiness", "vm.swappiness" },
	{ "vm/swappiness", "vm.swappiness" },
	{ "net.ipv4.conf.t0.arp_ignore", "net.ipv4.conf.t0.arp_ignore" },
	{ "net.ipv4.conf.t0.7.arp_ignore", "net.ipv4.conf.t0/7.arp_ignore" },
	{ "net.ipv4.conf.t0/7.arp_ignore", "net.ipv4.conf.t0/7.arp_ignore" },
	{ "net/ipv4/conf/t0.7/arp_ignore", "net.ipv4.conf.t0/7.arp_ignore" },
	{ "net/ipv4/conf/t0.arp_ignore", "net.ipv4.conf.t0.arp_ignore" },
	{ "net/ipv4.conf.t0/arp_ignore", "net.ipv4.conf.t0.arp_ignore" },
	{ "net.ipv6.neigh.a.b.c.gc_stale_time", "net.ipv6.neigh.a/b/c.gc_stale_time" },
	{ "/proc/sys/net/ipv4/conf/t0.7/arp_ignore", "net.ipv4.conf.t0/7.arp_ignore" },
	{ "/proc/sys/net.ipv4.conf.t0.7.arp_ignore", "net.ipv4.conf.t0/7.arp_ignore" },
	{ "net..ipv4.igmp_max_msf", "net.ipv4.igmp_max_msf" },
	{ "net//ipv4/./igmp_max_msf", "net.ipv4.igmp_max_msf" },
	{ "net/../net/ipv4/igmp_max_msf", "net.ipv4.igmp_max_msf" },
	/* A slash is a slash: these are looked for, and not there. */
	{ "net/ipv4/conf/t0/7/arp_ignore", "net.ipv4.conf.t0.7.arp_ignore" },
	{ "/proc/sys/net.ipv4.conf.t0/7.arp_ignore", "net.ipv4.conf.t0.7.arp_ignore" },
	{ "net.ipv4/conf.t0/arp_ignore", "net.ipv4/conf.t0/arp_ignore" },
	{ "-vm.x", "-vm.x" },
	{ "", NULL },
	{ ".vm.x", NULL },
	{ "/vm/x", NULL },
	{ "/vm.x", NULL },
	{ "vm.x.", NULL },
	{ "vm/x/", NULL },
	{ "../sys/vm/x", NULL },
	{ "vm/../../x", NULL },
	{ "-net/../vm/x", NULL },
	{ "a.//.b/c.d", NULL },
	{ "/proc/sys/.", NULL },
};

static void test_cases(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *name = NULL;
		int r = sightkey_read(arena, span_of(cases[i].text), &name);

		is_int(r, cases[i].name ? 0 : -EINVAL, "'%s' is read", cases[i].text);
		is_str(name, cases[i].name, "'%s'", cases[i].text);
	}
}

static void test_deep(void)
{
	static char text[2 * 200];
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const char *name;

	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = i % 2 ? '/' : 'a';
	text[sizeof(text) - 2] = 'a';
	is_int(sightkey_read(arena, span_of(text), &name), -EINVAL, "nothing is so deep");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 8192; limit += 8) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const char *name;

		r = sightkey_read(arena, span_of("net.ipv4.conf.t0/7.x"), &name);
	}
	is_int(r, 0, "reads once memory suffices");
	ok(limit > 16, "and tells when it does not");
}

int main(void)
{
	test_cases();
	test_deep();
	test_no_memory();
	return done();
}
