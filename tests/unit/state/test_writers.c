/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/writers.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"

#define KUBELET "var/lib/kubelet/config.yaml"
#define THP	"sys/kernel/mm/transparent_hugepage/enabled"
#define ACTIVE	"etc/tuned/active_profile"
#define SWAP	"vm.swappiness"

static const struct writers_case {
	const char *name;
	const char *key;
	struct entry entries[5];
	const char *want[3]; /* "NAME: a piece" */
} cases[] = {
	{ "nothing", SWAP, { { 0 } }, { 0 } },
	{ "kubelet",
	  "vm.overcommit_memory",
	  { HAS(KUBELET, "") },
	  { "kubelet: sets it to 1" } },
	{ "kubelet and the OOM killer",
	  "vm.panic_on_oom",
	  { HAS(KUBELET, "") },
	  { "kubelet: to 0" } },
	{ "kubelet and other keys", SWAP, { HAS(KUBELET, "") }, { 0 } },
	{ "no kubelet", "vm.panic_on_oom", { HAS("var/lib/kubelet/x", "") }, { 0 } },
	{ "ksmtuned",
	  "/sys/kernel/mm/ksm/run",
	  { HAS("etc/ksmtuned.conf", "") },
	  { "ksmtuned: switches KSM" } },
	{ "khugepaged",
	  "vm.min_free_kbytes",
	  { HAS(THP, "[always] madvise never\n") },
	  { "khugepaged: raises it" } },
	{ "khugepaged on demand",
	  "vm.min_free_kbytes",
	  { HAS(THP, "always [madvise] never\n") },
	  { "khugepaged: raises" } },
	{ "no khugepaged",
	  "vm.min_free_kbytes",
	  { HAS(THP, "always madvise [never]\n") },
	  { 0 } },
	{ "khugepaged and other keys",
	  SWAP,
	  { HAS(THP, "[always] madvise never\n") },
	  { 0 } },
	{ "tuned",
	  SWAP,
	  { HAS(ACTIVE, "balanced\n"),
	    HAS("usr/lib/tuned/balanced/tuned.conf",
		"[main]\nsummary=x\n\n[sysctl]\n# c\nvm.swappiness = 10\n") },
	  { "tuned: profile balanced sets it to 10 (/usr/lib/tuned/balanced/tuned.conf:6)" } },
	{ "tuned: the admin's comes first, a key may be a path",
	  SWAP,
	  { HAS(ACTIVE, "balanced"),
	    HAS("etc/tuned/balanced/tuned.conf", "[sysctl]\r\nvm/swappiness=5\r\n"),
	    HAS("usr/lib/tuned/balanced/tuned.conf", "[sysctl]\nvm.swappiness=10\n") },
	  { "tuned: to 5 (/etc/tuned/balanced/tuned.conf:2)" } },
	{ "tuned: folders of later versions",
	  SWAP,
	  { HAS(ACTIVE, "p"),
	    HAS("usr/lib/tuned/profiles/p/tuned.conf", "[sysctl]\nvm.swappiness=1\n") },
	  { "tuned: /usr/lib/tuned/profiles/p/tuned.conf:2" } },
	{ "tuned: what is included",
	  SWAP,
	  { HAS(ACTIVE, "p"),
	    HAS("etc/tuned/p/tuned.conf", "[main]\ninclude = q\n[sysctl]\nvm.x=1\n"),
	    HAS("usr/lib/tuned/q/tuned.conf", "[sysctl]\nvm.swappiness=2\n") },
	  { "tuned: profile p sets it to 2 (/usr/lib/tuned/q/tuned.conf:2)" } },
	{ "tuned: a circle",
	  SWAP,
	  { HAS(ACTIVE, "p"), HAS("etc/tuned/p/tuned.conf", "[main]\ninclude=p\n") },
	  { 0 } },
	{ "tuned: the last line counts",
	  SWAP,
	  { HAS(ACTIVE, "p"), HAS("etc/tuned/p/tuned.conf",
				  "[sysctl]\nvm.swappiness=1\nvm.swappiness=2\n") },
	  { "tuned: to 2 (/etc/tuned/p/tuned.conf:3)" } },
	{ "tuned: other sections, comments, lines that are none",
	  SWAP,
	  { HAS(ACTIVE, "p"), HAS("etc/tuned/p/tuned.conf",
				  "vm.swappiness=0\n[vm]\nvm.swappiness=1\n[sysctl]\n"
				  "#vm.swappiness=2\nvm.swappiness\n=3\n..=4\n[cpu]\n"
				  "vm.swappiness=5\n") },
	  { 0 } },
	{ "tuned: two profiles",
	  SWAP,
	  { HAS(ACTIVE, "p q\n"),
	    HAS("etc/tuned/p/tuned.conf", "[sysctl]\nvm.swappiness=1\n"),
	    HAS("etc/tuned/q/tuned.conf", "[sysctl]\nvm.swappiness=2\n") },
	  { "tuned: profile p", "tuned: profile q" } },
	{ "tuned: names that lead elsewhere",
	  SWAP,
	  { HAS(ACTIVE, "../../x none .. ."),
	    HAS("x/tuned.conf", "[sysctl]\nvm.swappiness=1\n") },
	  { 0 } },
};

static void test_case(const struct writers_case *wanted)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(root_done) struct root root = { .fd = -1 };
	struct writers writers;
	size_t len = 0;

	tree_begin();
	layout_make(wanted->entries);
	is_int(root_init(&root, tree), 0, "%s: a tree", wanted->name);
	is_int(writers_find(arena, &root, wanted->key, &writers), 0, "%s: looked",
	       wanted->name);
	for (; len < writers.len && len < 3 && wanted->want[len]; len++) {
		const struct writer *writer = &writers.items[len];
		const char *colon = strchr(wanted->want[len], ':');

		is_str(writer->name,
		       arena_copy(arena, wanted->want[len],
				  (size_t)(colon - wanted->want[len])),
		       "%s: who", wanted->name);
		ok(strstr(writer->what, colon + 2), "%s: '%s' has '%s'", wanted->name,
		   writer->what, colon + 2);
	}
	ok(len == writers.len && (len == 3 || !wanted->want[len]), "%s: as many (%zu)",
	   wanted->name, writers.len);
	tree_end();
}

static void test_no_memory(void)
{
	cleanup(root_done) struct root root = { .fd = -1 };
	struct writers writers;
	int r = -ENOMEM;
	size_t limit;

	tree_begin();
	tree_file(KUBELET, "");
	tree_file(ACTIVE, "p");
	tree_file("etc/tuned/p/tuned.conf", "[main]\ninclude=q\n");
	tree_file("etc/tuned/q/tuned.conf", "[sysctl]\nvm.panic_on_oom=1\n");
	is_int(root_init(&root, tree), 0, "a tree");
	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = writers_find(arena, &root, "vm.panic_on_oom", &writers);
	}
	is_int(r, 0, "finds once memory suffices");
	is_int((long long)writers.len, 2, "all of them");
	ok(limit > 256, "and tells when it does not");
	tree_end();
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(&cases[i]);
	test_no_memory();
	return done();
}
