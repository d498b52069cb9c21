/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/host.h"

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define ALL (HOST_KERNEL | HOST_MEMORY | HOST_ARCH | HOST_PAGE | HOST_MOUNTS)

static struct host read_tree(struct arena *arena)
{
	struct host host = { 0 };
	struct root root;

	is_int(root_init(&root, tree), 0, "root");
	is_int(host_read(arena, &root, ALL, &host), 0, "read");
	root_done(&root);
	return host;
}

static void test_empty(struct arena *arena)
{
	const struct host host = read_tree(arena);

	ok(!host.release && !kver_known(host.kernel), "no kernel version is made up");
	ok(!host.arch, "nor an architecture");
	ok(!host.has_memory, "nor memory");
	is_int(host.page_size, 4096, "the common page size");
	is_int(host.normal_index, -1, "nor zones");
}

static void test_rhel4(struct arena *arena)
{
	struct host host;

	tree_file("proc/sys/kernel/osrelease", "2.6.9-89.ELsmp\n");
	tree_file("proc/meminfo", "MemTotal:      4147472 kB\nHighTotal:     3276800 kB\n"
				  "LowTotal:       870672 kB\n");
	host = read_tree(arena);
	is_str(host.release, "2.6.9-89.ELsmp", "release");
	is_int(kver_compare(host.kernel, KVER(2, 6, 9)), 0, "version");
	is_int((long long)host.mem_total_kib, 4147472, "memory");
	is_int((long long)host.high_total_kib, 3276800, "HighMem");
	is_int((long long)host.high_pages, 819200, "in pages, without a zoneinfo");
	is_int(host.normal_index, 1, "a vector is DMA, Normal before 2.6.16");
	ok(!host.arch, "the running kernel's architecture is not asked below a tree");
}

static void test_pages(struct arena *arena)
{
	struct host host;

	tree_file("proc/sys/kernel/osrelease", "5.14.0-70.el9.aarch64\n");
	tree_file("proc/sys/kernel/arch", "aarch64\n");
	tree_file("proc/meminfo", "MemTotal:       16600000 kB\n");
	tree_file("proc/zoneinfo",
		  "Node 0, zone   Normal\n        present  262144\n"
		  "        managed  259375\n        protection: (0, 0)\n");
	host = read_tree(arena);
	is_int(host.page_size, 65536, "64 KiB pages show");
	is_str(host.arch, "aarch64", "architecture from the tree's own file");
	is_int(host_word(&host), 64, "which has 64 bits in a word");
	is_int((long long)host.high_total_kib, 0, "no HighMem");
	tree_file("proc/sys/kernel/osrelease", "garbage\n");
	host = read_tree(arena);
	ok(!host.release, "a release that is none is unknown");
	tree_file("proc/meminfo", "MemTotal:       16600000 kB\nHighTotal: 64 kB\n");
	(void)unlink(tree_path("proc/zoneinfo"));
	host = read_tree(arena);
	is_int(host.normal_index, -1, "nor are its zones made up");
}

static void test_highmem(struct arena *arena)
{
	struct host host;

	tree_file("proc/sys/kernel/osrelease", "6.1.0-50-686-pae\n");
	tree_file("proc/sys/kernel/arch", "\n");
	host = read_tree(arena);
	ok(!host.arch, "an empty arch is none");
	is_int(host_word(&host), 32, "but HighMem is of 32-bit kernels only");
	tree_file("proc/sys/kernel/arch", "i686\n");
	tree_file("proc/meminfo", "MemTotal:        4060312 kB\n"
				  "HighTotal:       3293064 kB\n");
	tree_file("proc/zoneinfo",
		  "Node 0, zone   Normal\n        present  223230\n"
		  "        managed  191812\n        protection: (0, 0, 25727, 25727)\n"
		  "Node 0, zone  HighMem\n        present  823266\n"
		  "        managed  823266\n        protection: (0, 0, 0, 0)\n");
	host = read_tree(arena);
	is_int((long long)host.high_pages, 823266, "HighMem's managed pages");
	is_int((long long)host.normal_pages, 191812, "and Normal's");
	is_int(host.normal_index, 1, "and the place of Normal");
	is_int(host.page_size, 4096, "in pages of 4 KiB");
	is_str(host.arch, "i686", "of an i686");
	is_int(host_word(&host), 32, "which has 32 bits in a word");
	is_int(host_word(&(struct host){ 0 }), 0, "nothing tells");
}

/* The example hosts, if the program runs where they are. */
static const struct {
	const char *name, *arch;
	struct kver kernel;
	long long mem_total_kib, high_pages;
	int normal_index;
} fixtures[] = {
	{ "rhel4-i686-highmem", NULL, { 2, 6, 9 }, 4147612, 819056, 1 },
	{ "i686-pae-6.1", "i686", { 6, 1, 0 }, 4060312, 823266, 1 },
	{ "modern-x86_64", "x86_64", { 6, 12, 48 }, 16377024, 0, -1 },
	{ "noswap-x86_64", NULL, { 5, 4, 0 }, 8131788, 0, -1 },
};

static void test_fixture(struct arena *arena, size_t i)
{
	const char *name = fixtures[i].name;
	struct host host;
	struct root root;
	char path[128];

	(void)snprintf(path, sizeof(path), "tests/fixtures/sysroots/%s", name);
	if (root_init(&root, path) < 0) {
		skip("%s is not here", path);
		return;
	}
	is_int(host_read(arena, &root, ALL, &host), 0, "%s", name);
	root_done(&root);
	is_int(kver_compare(host.kernel, fixtures[i].kernel), 0, "%s: kernel", name);
	is_str(host.arch, fixtures[i].arch, "%s: architecture", name);
	is_int((long long)host.mem_total_kib, fixtures[i].mem_total_kib, "%s: memory",
	       name);
	is_int((long long)host.high_pages, fixtures[i].high_pages, "%s: HighMem", name);
	is_int(host.normal_index, fixtures[i].normal_index, "%s: Normal", name);
	is_int(host.page_size, 4096, "%s: pages", name);
	ok(!host.live, "%s: is not the running kernel", name);
}

/* Only what is asked for is looked at. */
static void test_facts(struct arena *arena)
{
	struct host host;
	struct root root;

	is_int(root_init(&root, tree), 0, "root");
	is_int(host_read(arena, &root, HOST_KERNEL, &host), 0, "the kernel alone");
	ok(host.release && !host.arch && !host.has_memory && host.high_pages == 0,
	   "is read, and no more");
	is_int(host_read(arena, &root, HOST_MEMORY, &host), 0, "memory alone");
	ok(!host.release && host.has_memory, "is read, and no more");
	ok(!host.sysctl_readonly && !host.sysfs_readonly, "mounts are not asked for");
	root_done(&root);
}

/* 255: no private mounts are to be had here. */
static int readonly_mounts(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 16);
	struct root root;
	struct host host;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s", tree_path("proc/sys"));
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(path, path, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0 ||
	    root_init(&root, tree) < 0 || host_read(arena, &root, HOST_MOUNTS, &host) < 0)
		return 255;
	return host.sysctl_readonly + 2 * host.sysfs_readonly;
}

static void test_mounts(void)
{
	int status = 0;
	pid_t pid;

	tree_folders("sys/kernel/x");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(readonly_mounts());
	(void)waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 255)
		skip("no private mounts here");
	else
		is_int(WEXITSTATUS(status), 1, "proc/sys is read-only, sys is not");
}

static void test_running(struct arena *arena)
{
	struct host host;
	struct root root;

	is_int(root_init(&root, "/"), 0, "the running host");
	is_int(host_read(arena, &root, ALL, &host), 0, "is read");
	ok(host.live && host.release && kver_known(host.kernel), "its kernel is known");
	ok(host.arch != NULL, "its architecture, too");
	ok(host.has_memory && host.mem_total_kib > 0, "and its memory");
	is_int(host.page_size, sysconf(_SC_PAGESIZE), "and the size of its pages");
	root_done(&root);
}

static void test_out_of_memory(void)
{
	struct root root;
	struct host host;
	int r = -ENOMEM;

	is_int(root_init(&root, tree), 0, "root");
	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 512) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);

		r = host_read(arena, &root, ALL, &host);
	}
	is_int(r, 0, "succeeds once memory suffices");
	root_done(&root);
}

static void test_uptime(struct arena *arena)
{
	struct host host = { 0 };
	struct root root;

	if (root_init(&root, "tests/fixtures/sysroots/victims-2.6.18-i686") < 0) {
		skip("no fixture here");
		return;
	}
	is_int(host_read(arena, &root, HOST_MEMORY | HOST_UPTIME, &host), 0,
	       "a host with swap");
	is_int((long long)host.swap_total_kib, 2096472, "swap");
	is_int((long long)host.uptime, 864000, "uptime");
	is_int(host_read(arena, &root, HOST_MEMORY, &host), 0, "not asked for");
	is_int((long long)host.uptime, 0, "the uptime is unknown");
	root_done(&root);
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 24);

	tree_begin();
	test_empty(arena);
	test_rhel4(arena);
	test_pages(arena);
	test_highmem(arena);
	test_facts(arena);
	test_mounts();
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(*fixtures); i++)
		test_fixture(arena, i);
	test_running(arena);
	test_out_of_memory();
	tree_end();
	test_uptime(arena);
	return done();
}
