/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/changes.h"

#include <errno.h>
#include <poll.h>

#include "confined.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define PATH "etc/lowmemctl/active.d"

/* Once it is told, and then no more. */
static void told(struct changes *changes, const char *what)
{
	struct pollfd ready = { .fd = changes->fd, .events = POLLIN };

	ok(poll(&ready, 1, 0) == 1, "%s wakes", what);
	is_int(changes_next(changes), 1, "%s is a change", what);
	is_int(changes_next(changes), 0, "%s is one change", what);
}

static void silent(struct changes *changes, const char *what)
{
	is_int(changes_next(changes), 0, "%s is none", what);
}

static void move(const char *from, const char *to)
{
	if (rename(tree_path(from), tree_path(to)) < 0)
		perror("# rename");
}

static void read_it(void)
{
	char byte;
	int fd = open(tree_path(PATH "/a.yaml"), O_RDONLY | O_CLOEXEC);

	is_int(read(fd, &byte, 1), 1, "a file is read");
	(void)close(fd);
}

static void test_appears(struct changes *changes)
{
	silent(changes, "nothing");
	tree_file("etc/hostname", "x\n");
	told(changes, "the first folder");
	tree_file("etc/hostname", "y\n");
	tree_file("etc/lowmemctl.conf", "y\n");
	silent(changes, "another file");
	tree_folders("etc/lowmemctl/");
	told(changes, "the second folder");
	tree_folders("etc/lowmemctl/other.d/");
	silent(changes, "another folder");
	tree_folders(PATH "/");
	told(changes, "the folder itself");
	tree_file("etc/lowmemctl/other.d/a.yaml", "x\n");
	silent(changes, "a file in another one");
}

static void test_files(struct changes *changes)
{
	tree_file(PATH "/a.yaml", "x\n");
	told(changes, "a file");
	tree_file(PATH "/a.yaml", "yy\n");
	told(changes, "writing it");
	(void)chmod(tree_path(PATH "/a.yaml"), 0600);
	told(changes, "its mode");
	read_it();
	silent(changes, "reading it");
	tree_file("etc/new", "z\n");
	move("etc/new", PATH "/a.yaml");
	told(changes, "replacing it");
	(void)unlink(tree_path(PATH "/a.yaml"));
	told(changes, "removing it");
	for (size_t i = 0; i < 300; i++)
		tree_file(PATH "/b.yaml", "many times\n");
	told(changes, "much at once");
}

/* Folders above may go as well as the one that is looked at. */
static void test_replaced(struct changes *changes)
{
	tree_file("etc/new.d/a.yaml", "x\n");
	move(PATH, "etc/old.d");
	told(changes, "moving the folder away");
	tree_file("etc/old.d/c.yaml", "x\n");
	silent(changes, "what is in the old one");
	move("etc/new.d", PATH);
	told(changes, "another in its place");
	tree_file(PATH "/a.yaml", "z\n");
	told(changes, "a file in this one");
	move("etc/lowmemctl", "etc/away");
	told(changes, "moving the one above");
	tree_file("etc/away/active.d/a.yaml", "z\n");
	silent(changes, "what is in that");
	tree_file("etc/next/active.d/a.yaml", "z\n");
	move("etc/next", "etc/lowmemctl");
	told(changes, "another one above");
	tree_file(PATH "/a.yaml", "zz\n");
	told(changes, "a file below it");
}

static void test_links(struct changes *changes)
{
	tree_file("usr/share/lowmemctl/profiles/web.yaml", "x\n");
	tree_link("/usr/share/lowmemctl/profiles/web.yaml", PATH "/web.yaml");
	told(changes, "a link");
	tree_file("usr/share/lowmemctl/profiles/web.yaml", "y\n");
	told(changes, "writing what it leads to");
	tree_file("usr/share/lowmemctl/profiles/other.yaml", "y\n");
	silent(changes, "another file there");
	move("usr/share/lowmemctl/profiles/other.yaml",
	     "usr/share/lowmemctl/profiles/web.yaml");
	told(changes, "replacing what it leads to");
	tree_file("usr/share/lowmemctl/profiles/web.yaml", "z\n");
	told(changes, "writing that");
	(void)unlink(tree_path("usr/share/lowmemctl/profiles/web.yaml"));
	told(changes, "removing it");
	(void)unlink(tree_path(PATH "/web.yaml"));
	told(changes, "removing the link that leads nowhere");
}

/* The folder itself is one, out of the tree if it were followed from here. */
static void test_linked_folder(struct changes *changes)
{
	tree_file("srv/active.d/a.yaml", "x\n");
	move(PATH, "etc/gone");
	told(changes, "removing the folder");
	tree_link("/srv/active.d", PATH);
	told(changes, "a link to another");
	tree_file("srv/active.d/a.yaml", "y\n");
	told(changes, "a file in that");
	(void)unlink(tree_path(PATH));
	told(changes, "removing the link");
	tree_file("srv/active.d/a.yaml", "z\n");
	silent(changes, "a file in what it led to");
	move("etc/gone", PATH);
	told(changes, "the folder is back");
}

/* One on the way, whose target is moved: nothing changes where the link is. */
static void test_linked_way(struct changes *changes)
{
	move("etc/lowmemctl", "srv/lowmemctl");
	told(changes, "removing the one above");
	tree_link("../srv/lowmemctl", "etc/lowmemctl");
	told(changes, "a link in its place");
	tree_file(PATH "/a.yaml", "y\n");
	told(changes, "a file behind it");
	move("srv/lowmemctl", "srv/away");
	told(changes, "moving what it leads to");
	(void)unlink(tree_path("etc/lowmemctl"));
	move("srv/away", "etc/lowmemctl");
	told(changes, "all is back");
}

/* Two watches for one thing. */
static void test_linked_self(struct changes *changes)
{
	tree_link(".", PATH "/self");
	told(changes, "a link to the folder itself");
	tree_file(PATH "/a.yaml", "x\n");
	told(changes, "a file in it");
	(void)unlink(tree_path(PATH "/self"));
	told(changes, "removing the link");
}

/* How many the kernel has: those of what is gone are none. */
static void test_number(const struct changes *changes)
{
	char path[64], text[16384];
	size_t found = 0;
	ssize_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", changes->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	text[len > 0 ? len : 0] = '\0';
	for (const char *at = text; (at = strstr(at, "inotify wd:")); at++)
		found++;
	is_int((long long)found, (long long)changes->len, "no watch is left behind");
}

static void test_many_links(struct changes *changes)
{
	char name[64];

	for (size_t i = 0; i < 2 * CHANGES_MOST; i++) {
		(void)snprintf(name, sizeof(name), "usr/%03zu", i);
		tree_file(name, "x\n");
		(void)snprintf(name, sizeof(name), PATH "/link-%03zu", i);
		tree_link("/usr/000", name);
	}
	told(changes, "more links than are watched");
	ok(changes->len == CHANGES_MOST, "is no failure");
	tree_file("usr/000", "y\n");
	told(changes, "what they lead to");
	(void)unlink(tree_path(PATH "/link-000"));
	told(changes, "removing one");
}

static int notices(void *argument)
{
	struct changes *changes = argument;

	tree_file(PATH "/confined.yaml", "x\n");
	if (changes_next(changes) != 1)
		return 1;
	tree_file(PATH "/confined.yaml", "y\n");
	return changes_next(changes) == 1 ? 0 : 2;
}

static void test_host(void)
{
	struct changes changes;
	struct root root;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/host//etc/", tree + 1);
	is_int(root_init(&root, "/"), 0, "the host itself");
	is_int(changes_init(&changes, &root, path), 0, "a folder that is not there");
	tree_file("host/x", "");
	told(&changes, "the one above");
	tree_folders("host/etc/");
	told(&changes, "the folder");
	tree_file("host/etc/x", "");
	told(&changes, "a file in it");
	changes_done(&changes);
	changes_done(&changes);
	is_int(changes_next(&changes), -EBADF, "no more");
	root_done(&root);
}

int main(void)
{
	struct changes changes;
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	is_int(changes_init(&changes, &root, PATH), 0, "a folder that is not there");
	test_appears(&changes);
	test_files(&changes);
	test_replaced(&changes);
	test_links(&changes);
	test_linked_folder(&changes);
	test_linked_way(&changes);
	test_linked_self(&changes);
	test_number(&changes);
	test_many_links(&changes);
	changes_done(&changes);
	is_int(changes_init(&changes, &root, PATH), 0, "one that is");
	silent(&changes, "what was there before");
	tree_file(PATH "/a.yaml", "last\n");
	told(&changes, "a file");
	test_host();
	/* Links of its own would not be all that is watched. */
	move(PATH, "etc/full");
	tree_folders(PATH "/");
	tree_link("confined.yaml", PATH "/link.yaml");
	told(&changes, "a new folder");
	works_confined(notices, &changes);
	changes_done(&changes);
	root_done(&root);
	tree_end();
	return done();
}
