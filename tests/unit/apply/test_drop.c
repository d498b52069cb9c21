/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/drop.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define CACHES	"proc/sys/vm/drop_caches"
#define COMPACT "proc/sys/vm/compact_memory"

static const char *text_of(const char *path)
{
	static char text[64];
	FILE *file = fopen(tree_path(path), "r");
	size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[len] = '\0';
	if (file)
		(void)fclose(file);
	return text;
}

static struct drop_outcome drop(const struct root *root,
				const struct drop_request *request)
{
	struct drop_outcome outcome = { .error = -1 };
	struct drop_run run;

	is_int(drop_begin(root, request, &run), 0, "begun");
	is_int(poll(&(struct pollfd){ .fd = run.fd, .events = POLLIN }, 1, 10000), 1,
	       "its end can be waited for");
	is_int(drop_finish(&run, &outcome), 0, "over");
	is_int(waitpid(-1, NULL, WNOHANG), -1, "and nothing of it is left");
	is_int(run.fd, -1, "nor its descriptor");
	return outcome;
}

static void test_drop(const struct root *root)
{
	struct drop_outcome outcome;

	tree_file(CACHES, "");
	tree_file(COMPACT, "");
	outcome = drop(root, &(struct drop_request){ .mode = 2 });
	is_int(outcome.error, 0, "done");
	is_str(text_of(CACHES), "2\n", "the mode");
	is_str(text_of(COMPACT), "", "compacts only when asked");
	ok(outcome.took_ms[DROP_STEP_SYNC] == -1 &&
		   outcome.took_ms[DROP_STEP_COMPACT] == -1,
	   "what was not done took no time");
	ok(outcome.took_ms[DROP_STEP_DROP] >= 0, "what was, did");
	outcome = drop(root, &(struct drop_request){ 3, true, true });
	is_str(text_of(CACHES), "3\n", "all");
	is_str(text_of(COMPACT), "1\n", "and compacted");
	ok(outcome.took_ms[DROP_STEP_SYNC] >= 0 &&
		   outcome.took_ms[DROP_STEP_COMPACT] >= 0,
	   "with the time of each");
}

static void test_failure(const struct root *root)
{
	const struct drop_request request = { 3, false, true };
	struct drop_outcome outcome;

	(void)unlink(tree_path(CACHES));
	tree_file(COMPACT, "");
	outcome = drop(root, &request);
	is_int(outcome.error, ENOENT, "no such file");
	is_int(outcome.failed, DROP_STEP_DROP, "is said of the step");
	is_str(text_of(COMPACT), "", "and ends it");
}

static void test_allowed(const struct root *root)
{
	const struct drop_request plain = { .mode = 3 };
	const struct drop_request compact = { .mode = 3, .compact = true };
	enum drop_step step;

	tree_file(CACHES, "");
	(void)unlink(tree_path(COMPACT));
	is_int(drop_allowed(root, &plain, &step), 0, "allowed");
	is_int(drop_allowed(root, &compact, &step), -ENOENT, "not on this kernel");
	is_int(step, DROP_STEP_COMPACT, "and which step");
	is_str(text_of(CACHES), "", "asking writes nothing");
}

/* A child that is killed says nothing. */
static void test_lost(void)
{
	struct drop_outcome outcome;
	struct drop_run run;
	int ends[2];

	if (pipe(ends) < 0)
		abort();
	run = (struct drop_run){ .pid = fork(), .fd = ends[0] };
	if (run.pid == 0)
		_exit(1);
	(void)close(ends[1]);
	is_int(drop_finish(&run, &outcome), -ECHILD, "it ended before it could say so");
}

int main(void)
{
	struct root root;

	tree_begin();
	if (root_init(&root, tree) < 0)
		abort();
	test_drop(&root);
	test_failure(&root);
	test_allowed(&root);
	test_lost();
	root_done(&root);
	tree_end();
	return done();
}
