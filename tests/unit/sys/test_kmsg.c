/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/kmsg.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static char buffer[4 * KMSG_READ_SIZE];

/* What a file of records comes to. */
static const char *through(const struct root *root, struct arena *arena,
			   const char *records)
{
	static char text[sizeof(buffer)];
	struct kmsg kmsg;
	ssize_t got = 1;
	size_t len = 0;

	tree_file(KMSG_PATH, records);
	if (kmsg_open(&kmsg, root, arena) < 0)
		return NULL;
	while (got > 0) {
		got = kmsg_read(&kmsg, buffer, sizeof(buffer));
		if (got > 0)
			memcpy(text + len, buffer, (size_t)got);
		len += got > 0 ? (size_t)got : 0;
	}
	text[len] = '\0';
	kmsg_done(&kmsg);
	return got < 0 ? NULL : text;
}

static void test_records(const struct root *root, struct arena *arena)
{
	is_str(through(root, arena, ""), "", "an empty file");
	is_str(through(root, arena,
		       "6,1,10,-;one\n SUBSYSTEM=acpi\n DEVICE=+acpi:x\n4,2,20,-;two\n"
		       "4,3,30,c;a\\x0ab\n x=y\n"),
	       "6,1,10,-;one\n4,2,20,-;two\n4,3,30,c;a\\x0ab\n",
	       "properties are left out");
	is_str(through(root, arena, " A=b\n C=d\n"), "",
	       "also where there is nothing else");
	is_str(through(root, arena, "6,1,10,-;cut"), "6,1,10,-;cut",
	       "a line without its end");
}

/* Lines that begin in one piece and end in the next. */
static void test_pieces(const struct root *root, struct arena *arena)
{
	char *records = arena_alloc(arena, 8 * sizeof(buffer));
	char *wanted = arena_alloc(arena, 8 * sizeof(buffer));
	size_t len = 0, kept = 0, at = 0;
	struct kmsg kmsg;
	ssize_t got = 1;

	if (!records || !wanted)
		abort();
	for (unsigned i = 0; i < 4000; i++) {
		char line[128];
		int n = snprintf(line, sizeof(line), "%s%u,%u,-;%*s\n",
				 i % 3 ? "4," : " ", i, i * 7, (int)(i % 61), "x");

		memcpy(records + len, line, (size_t)n);
		len += (size_t)n;
		memcpy(wanted + kept, line, i % 3 ? (size_t)n : 0);
		kept += i % 3 ? (size_t)n : 0;
	}
	tree_file(KMSG_PATH, records);
	is_int(kmsg_open(&kmsg, root, arena), 0, "a large file");
	while (got > 0) {
		got = kmsg_read(&kmsg, buffer, KMSG_READ_SIZE + at % 500);
		if (got <= 0 || memcmp(buffer, wanted + at, (size_t)got) != 0)
			break;
		at += (size_t)got;
	}
	is_int(got, 0, "is read to its end");
	is_int((long long)at, (long long)kept, "with all that is wanted");
	kmsg_done(&kmsg);
}

static void test_refusals(const struct root *root, struct arena *arena)
{
	struct kmsg kmsg;

	(void)unlink(tree_path(KMSG_PATH));
	is_int(kmsg_open(&kmsg, root, arena), -ENOENT, "a tree without one");
	kmsg_done(&kmsg);
	tree_link("/proc/kmsg", KMSG_PATH);
	is_int(kmsg_open(&kmsg, root, arena), -ENOENT, "or with a link to this host's");
	kmsg_done(&kmsg);
	(void)unlink(tree_path(KMSG_PATH));
	is_int(mkfifo(tree_path(KMSG_PATH), 0600), 0, "a pipe");
	is_int(kmsg_open(&kmsg, root, arena), -EINVAL, "is none");
	kmsg_done(&kmsg);
	(void)unlink(tree_path(KMSG_PATH));
}

/* The running kernel's: each record begins with its numbers. */
static void test_host(struct arena *arena)
{
	struct kmsg kmsg;
	struct root root;
	ssize_t got;
	int r;

	is_int(root_init(&root, "/"), 0, "this host");
	r = kmsg_open(&kmsg, &root, arena);
	got = r < 0 ? r : kmsg_read(&kmsg, buffer, sizeof(buffer));
	if (got == -EPERM || got == -EACCES)
		skip("needs privilege to read the kernel's log");
	else if (got == 0)
		skip("the kernel remembers nothing");
	else
		ok(got > 0 && buffer[got - 1] == '\n' && buffer[0] >= '0' &&
			   buffer[0] <= '<',
		   "the kernel's own records: %zd bytes", got);
	for (unsigned i = 0; got > 0 && i < 100000; i++)
		got = kmsg_read(&kmsg, buffer, sizeof(buffer));
	ok(got <= 0, "they come to an end");
	kmsg_done(&kmsg);
	root_done(&root);
}

/* A device in the place of the kernel's: /dev/null. */
static void test_device(const struct root *root, struct arena *arena)
{
	struct kmsg kmsg;

	tree_folders(KMSG_PATH);
	if (mknod(tree_path(KMSG_PATH), S_IFCHR | 0600, makedev(1, 3)) < 0 ||
	    kmsg_open(&kmsg, root, arena) < 0) {
		skip("needs root, and a file system with devices");
		return;
	}
	ok(kmsg.kernels, "a device is the kernel's");
	is_int(kmsg_read(&kmsg, buffer, sizeof(buffer)), 0,
	       "and one of nothing is empty");
	kmsg_done(&kmsg);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)64 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	test_records(&root, arena);
	test_pieces(&root, arena);
	test_refusals(&root, arena);
	test_device(&root, arena);
	test_host(arena);
	root_done(&root);
	tree_end();
	return done();
}
