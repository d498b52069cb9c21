/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/account.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "layout.h"
#include "state/persisted.h"
#include "state/state.h"
#include "state/sysctlconf.h"

#define CONF	 "etc/sysctl.d/a.conf"
#define OVERRIDE "etc/sysctl.conf"

static const char thp[] = "/sys/kernel/mm/transparent_hugepage/enabled";

static const struct account_case {
	const char *name, *key;
	const char *text; /* what was read */
	int error;	  /* or why not */
	struct entry entries[4];
	enum account_state state;
	const char *live, *boot;
	const char *rival, *rival_boot;
} cases[] = {
	{ "settled",
	  "vm.swappiness",
	  "10",
	  0,
	  { HAS(CONF, "vm.swappiness=0xa\n") },
	  ACCOUNT_SETTLED,
	  "10",
	  "0xa",
	  NULL,
	  NULL },
	{ "not in force",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(CONF, "vm.swappiness=10\n") },
	  ACCOUNT_NOT_IN_FORCE,
	  "60",
	  "10",
	  NULL,
	  NULL },
	{ "the kernel's own",
	  "vm.swappiness",
	  "60",
	  0,
	  { { 0 } },
	  ACCOUNT_DEFAULT,
	  "60",
	  NULL,
	  NULL,
	  NULL },
	{ "transient",
	  "vm.swappiness",
	  "61",
	  0,
	  { { 0 } },
	  ACCOUNT_TRANSIENT,
	  "61",
	  NULL,
	  NULL,
	  NULL },
	{ "taken back",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(CONF, "-vm.swappiness\n") },
	  ACCOUNT_DEFAULT,
	  "60",
	  NULL,
	  NULL,
	  NULL },
	{ "pending",
	  "net.x",
	  NULL,
	  ENOENT,
	  { HAS(CONF, "net.x=1\n") },
	  ACCOUNT_PENDING,
	  NULL,
	  "1",
	  NULL,
	  NULL },
	{ "pending, below what is a file",
	  "net.x",
	  NULL,
	  ENOTDIR,
	  { HAS(CONF, "net.x=1\n") },
	  ACCOUNT_PENDING,
	  NULL,
	  "1",
	  NULL,
	  NULL },
	{ "absent",
	  "net.x",
	  NULL,
	  ENOENT,
	  { { 0 } },
	  ACCOUNT_ABSENT,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "an absent file of /sys",
	  thp,
	  NULL,
	  ENOENT,
	  { { 0 } },
	  ACCOUNT_ABSENT,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "unreadable",
	  "vm.stat_refresh",
	  NULL,
	  EACCES,
	  { HAS(CONF, "vm.stat_refresh=1\n") },
	  ACCOUNT_UNKNOWN,
	  NULL,
	  "1",
	  NULL,
	  NULL },
	{ "not to be read",
	  "vm.drop_caches",
	  NULL,
	  0,
	  { { 0 } },
	  ACCOUNT_UNKNOWN,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ "a file of /sys",
	  thp,
	  "always [madvise] never",
	  0,
	  { { 0 } },
	  ACCOUNT_UNKNOWN,
	  "madvise",
	  NULL,
	  NULL,
	  NULL },
	{ "the other loader reads one file more",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(OVERRIDE, "vm.swappiness=5\n") },
	  ACCOUNT_DEFAULT,
	  "60",
	  NULL,
	  "procps",
	  "5" },
	{ "the other loader sets another value",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(OVERRIDE, "vm.swappiness=5\n"), HAS(CONF, "vm.swappiness=6\n") },
	  ACCOUNT_NOT_IN_FORCE,
	  "60",
	  "6",
	  "procps",
	  "5" },
	{ "the other loader says the same in other words",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(OVERRIDE, "vm.swappiness=0x5\n"), HAS(CONF, "vm.swappiness=5\n") },
	  ACCOUNT_NOT_IN_FORCE,
	  "60",
	  "5",
	  NULL,
	  NULL },
	{ "the other loader does not set it",
	  "vm.swappiness",
	  "60",
	  0,
	  { HAS(CONF, "- vm.swappiness=6\n") },
	  ACCOUNT_NOT_IN_FORCE,
	  "60",
	  "6",
	  "procps",
	  NULL },
};

static void read_by(struct arena *arena, const struct root *root, unsigned loader,
		    struct persisted *ret)
{
	struct diags diags = diags_in(arena);

	is_int(persisted_read(arena, root, &diags, layout_loader(arena, root, loader),
			      true, ret),
	       0, "%s reads it", layout_loaders[loader].label);
}

static void test_case(const struct account_case *wanted)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(root_done) struct root root = { .fd = -1 };
	const struct live live = {
		.path = "", .text = wanted->text, .error = wanted->error, .fd = -1
	};
	const struct host host = { .release = "6.1.0" };
	struct persisted persisted, rival;
	struct account_request request = { &root, &host, &persisted, &rival };
	struct account got;

	tree_begin();
	layout_make(wanted->entries);
	is_int(root_init(&root, tree), 0, "%s: a tree", wanted->name);
	read_by(arena, &root, 0, &persisted);
	read_by(arena, &root, 2, &rival);
	is_int(account_of(arena, &request, wanted->key, &live, &got), 0, "%s: told",
	       wanted->name);
	is_str(got.key, wanted->key, "%s: key", wanted->name);
	is_int(got.state, wanted->state, "%s: state", wanted->name);
	is_str(got.live, wanted->live, "%s: live", wanted->name);
	is_str(got.boot.value, wanted->boot, "%s: boot", wanted->name);
	is_str(got.rival, wanted->rival, "%s: the other loader", wanted->name);
	if (got.rival)
		is_str(got.rival_boot.value, wanted->rival_boot, "%s: makes it",
		       wanted->name);
	ok(got.source == &live, "%s: its source", wanted->name);
	is_int(got.sysctl, wanted->key[0] != '/', "%s: kind", wanted->name);
	ok(got.knob == knob_find(wanted->key, "6.1.0"), "%s: its row", wanted->name);
	request.rival = NULL;
	is_int(account_of(arena, &request, wanted->key, &live, &got), 0,
	       "%s: told without another loader", wanted->name);
	ok(!got.rival, "%s: then none differs", wanted->name);
	tree_end();
}

/* The losers and the programs that write later are there, too. */
static void test_parts(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(root_done) struct root root = { .fd = -1 };
	const struct live live = { .path = "", .text = "0", .fd = -1 };
	const struct host host = { 0 };
	struct persisted persisted, rival;
	const struct account_request request = { &root, &host, &persisted, &rival };
	struct account got;
	int r = -ENOMEM;
	size_t limit;

	tree_begin();
	tree_file(CONF, "vm.panic_on_oom=1\nvm.panic_on_oom=2\n");
	tree_file("var/lib/kubelet/config.yaml", "");
	is_int(root_init(&root, tree), 0, "a tree");
	read_by(arena, &root, 0, &persisted);
	read_by(arena, &root, 2, &rival);
	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *small = arena_new(limit);

		r = account_of(small, &request, "vm.panic_on_oom", &live, &got);
		if (r < 0)
			continue;
		is_int((long long)got.boot.losers_len, 1, "a line that loses");
		is_int(got.boot.losers[0].line->at.line, 1, "the first");
		is_int((long long)got.writers.len, 1, "a program that writes");
		is_str(got.writers.items[0].name, "kubelet", "kubelet");
	}
	is_int(r, 0, "tells once memory suffices");
	ok(limit > 128, "and -ENOMEM when it does not");
	tree_end();
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(&cases[i]);
	test_parts();
	return done();
}
