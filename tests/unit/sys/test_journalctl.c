/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/journalctl.h"

#include <errno.h>

#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define FOLDER	"var/log/journal"
#define MACHINE FOLDER "/0123456789abcdef0123456789abcdef"

static char words[HELPER_WORDS];

/* What starting it comes to, or its exit status. *@ret_len: bytes of its output. */
static int run(const struct root *root, const char *folder, int64_t since,
	       size_t *ret_len)
{
	struct helper helper;
	char text[4096];
	ssize_t got = 1;
	int r = journalctl_start(&helper, root, folder, since);

	*ret_len = 0;
	if (r < 0)
		return r;
	while (got > 0) {
		got = helper_read(&helper, text, sizeof(text));
		*ret_len += got > 0 ? (size_t)got : 0;
	}
	return helper_end(&helper, words);
}

static void test_refusals(const struct root *root)
{
	size_t len;

	is_int(run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len), -ENOENT, "no folder");
	tree_link("/var/log/journal", FOLDER);
	is_int(run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len), -ELOOP,
	       "a link to itself, below the root");
	(void)unlink(tree_path(FOLDER));
	tree_link("/run/elsewhere", FOLDER);
	is_int(run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len), -ENOENT,
	       "a link to what the root has not");
	(void)unlink(tree_path(FOLDER));
	tree_link("/etc/passwd", MACHINE "/system.journal");
	is_int(run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len), -ELOOP,
	       "a file that is a link");
	(void)unlink(tree_path(MACHINE "/system.journal"));
	tree_link("/var/log/journal", FOLDER "/linked");
	is_int(run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len), -ELOOP,
	       "a machine that is one");
	(void)unlink(tree_path(FOLDER "/linked"));
}

static void test_empty(const struct root *root)
{
	size_t len;
	int r = run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len);

	if (r == -ENOENT) {
		skip("needs journalctl");
		return;
	}
	is_int(r, 0, "a folder without journals: %s", words);
	is_int((long long)len, 0, "has no messages");
	is_int(run(root, FOLDER, 1795950000, &len), 0, "nor since then");
	is_int(run(root, FOLDER, -1, &len), 0, "nor since before the epoch");
	tree_file(MACHINE "/system.journal", "this is no journal\n");
	r = run(root, FOLDER, JOURNALCTL_SINCE_EVER, &len);
	ok(r >= 0 && len == 0, "nor a file that is none: %d, %s", r, words);
}

int main(void)
{
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_refusals(&root);
	test_empty(&root);
	root_done(&root);
	tree_end();
	return done();
}
