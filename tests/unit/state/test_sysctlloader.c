/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sysctlloader.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "layout.h"
#include "sys/root.h"

#define MASK	  "etc/systemd/system/systemd-sysctl.service"
#define MULTIARCH "usr/lib/x86_64-linux-gnu/"

/* What lies on a host, and what reads its sysctls at boot. */
static const struct host_case {
	const char *name;
	struct entry entries[6];
	const char *option; /* of --loader */
	const char *loader; /* its name, or NULL: there is none of that name */
	const char *about;
} cases[] = {
	{ "a bare tree", { { 0 } }, NULL, "sysctl.conf", "sysctl -p /etc/sysctl.conf" },
	{ "a bare tree, and a wish", { { 0 } }, "systemd", "systemd", "systemd-sysctl" },
	{ "a bare tree, and another",
	  { { 0 } },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4" },
	{ "a third one",
	  { FOLDER("run/systemd/system") },
	  "sysctl.conf",
	  "sysctl.conf",
	  "sysctl -p /etc/sysctl.conf" },
	{ "no such loader", { { 0 } }, "system", NULL, NULL },
	{ "an empty name", { { 0 } }, "", NULL, NULL },
	{ "systemd runs",
	  { FOLDER("run/systemd/system") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "init is a link to systemd",
	  { LEADS("sbin/init", "/lib/systemd/systemd") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "with a merged /usr",
	  { LEADS("usr/sbin/init", "../lib/systemd/systemd"), LEADS("sbin", "usr/sbin") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "/sbin is not there",
	  { LEADS("usr/sbin/init", "../lib/systemd/systemd") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "init is another",
	  { LEADS("sbin/init", "/bin/busybox"), FOLDER("etc/sysctl.d") },
	  NULL,
	  "procps",
	  "sysctl --system of procps 4" },
	{ "init is a program, and sysctl.d is a vendor's",
	  { HAS("sbin/init", ""), FOLDER("usr/lib/sysctl.d") },
	  NULL,
	  "procps",
	  "sysctl --system of procps 4" },
	{ "the service is masked",
	  { FOLDER("run/systemd/system"), LEADS(MASK, "/dev/null"),
	    FOLDER("etc/sysctl.d") },
	  NULL,
	  "procps",
	  "sysctl --system of procps 4" },
	{ "masked until the next boot, by an empty file",
	  { HAS("run/systemd/system/systemd-sysctl.service", ""),
	    FOLDER("etc/sysctl.d") },
	  NULL,
	  "procps",
	  "sysctl --system of procps 4" },
	{ "a service of one's own is no mask",
	  { FOLDER("run/systemd/system"), HAS(MASK, "[Service]\n") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "nor is a link to one",
	  { FOLDER("run/systemd/system"),
	    LEADS(MASK, "/lib/systemd/system/mine.service") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "RHEL 4",
	  { HAS("etc/sysctl.conf", ""), HAS("lib/libproc-3.2.3.so", "") },
	  NULL,
	  "sysctl.conf",
	  "sysctl -p /etc/sysctl.conf" },
	{ "procps 3.2, though there is a folder",
	  { FOLDER("etc/sysctl.d"), HAS("lib64/libproc-3.2.8.so", "") },
	  NULL,
	  "sysctl.conf",
	  "sysctl -p /etc/sysctl.conf" },
	{ "procps by name where there is none that can",
	  { HAS("lib64/libproc-3.2.8.so", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4" },
	{ "procps 3.3.16 (multiarch, and the links to it)",
	  { LEADS(MULTIARCH "libprocps.so.8", "libprocps.so.8.0.2"),
	    HAS(MULTIARCH "libprocps.so.8.0.2", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 3.3.16 or earlier" },
	{ "procps 3.3.10",
	  { HAS("usr/lib64/libprocps.so.4.0.0", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 3.3.16 or earlier" },
	{ "procps 3.3.17",
	  { LEADS(MULTIARCH "libprocps.so.8", "libprocps.so.8.0.3"),
	    HAS(MULTIARCH "libprocps.so.8.0.3", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 3.3.17" },
	{ "procps 4.0.2",
	  { LEADS(MULTIARCH "libproc2.so.0", "libproc2.so.0.0.1"),
	    HAS(MULTIARCH "libproc2.so.0.0.1", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4" },
	{ "procps 4.0.5",
	  { LEADS(MULTIARCH "libproc2.so.1", "libproc2.so.1.0.0"),
	    HAS(MULTIARCH "libproc2.so.1.0.0", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4.0.5 or later" },
	{ "an old library that an upgrade left",
	  { HAS(MULTIARCH "libproc2.so.0.0.1", ""),
	    HAS(MULTIARCH "libprocps.so.8.0.3", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4" },
	{ "sysctl is busybox",
	  { LEADS("sbin/sysctl", "/bin/busybox"), FOLDER("etc/sysctl.d"),
	    HAS("etc/sysctl.conf", "") },
	  NULL,
	  "busybox",
	  "sysctl -p /etc/sysctl.conf of busybox" },
	{ "by another name of it",
	  { LEADS("usr/bin/sysctl", "../../bin/busybox.static") },
	  NULL,
	  "busybox",
	  "sysctl -p /etc/sysctl.conf of busybox" },
	{ "by a link of links",
	  { LEADS("bin/sysctl", "bb"), LEADS("bin/bb", "busybox"),
	    HAS("bin/busybox", "") },
	  NULL,
	  "busybox",
	  "sysctl -p /etc/sysctl.conf of busybox" },
	{ "no sysctl, but busybox' shell has its own",
	  { LEADS("bin/sh", "busybox"), HAS("bin/busybox", "") },
	  NULL,
	  "busybox",
	  "sysctl -p /etc/sysctl.conf of busybox" },
	{ "busybox beside a sysctl of procps",
	  { HAS("sbin/sysctl", ""), HAS("bin/busybox", ""), LEADS("bin/sh", "busybox"),
	    FOLDER("etc/sysctl.d") },
	  NULL,
	  "procps",
	  "sysctl --system of procps 4" },
	{ "systemd does without sysctl",
	  { LEADS("sbin/sysctl", "/bin/busybox"), FOLDER("run/systemd/system") },
	  NULL,
	  "systemd",
	  "systemd-sysctl" },
	{ "Alpine",
	  { LEADS("sbin/sysctl", "/bin/busybox"),
	    HAS("etc/init.d/sysctl", "for f in /run/sysctl.d/*.conf; do\n") },
	  NULL,
	  "busybox",
	  "Alpine's sysctl service, with busybox" },
	{ "OpenRC's own service is another one",
	  { HAS("etc/init.d/sysctl", "sysctl --system # /run/sysctl.d/\n") },
	  "busybox",
	  "busybox",
	  "sysctl -p /etc/sysctl.conf of busybox" },
	{ "other libraries",
	  { HAS("usr/lib/libproc2.a", ""), HAS("usr/lib/libprocps.so", ""),
	    HAS("usr/lib/libproc3.so.9", "") },
	  "procps",
	  "procps",
	  "sysctl --system of procps 4" },
};

static void test_case(const struct host_case *host)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct sysctl_loader *loader = NULL;
	cleanup(root_done) struct root root = { .fd = -1 };

	tree_begin();
	layout_make(host->entries);
	is_int(root_init(&root, tree), 0, "%s: a tree", host->name);
	is_int(sysctl_loader_detect(arena, &root, host->option, &loader),
	       host->loader ? 0 : -EINVAL, "%s: asked", host->name);
	is_str(loader ? loader->name : NULL, host->loader, "%s: its loader", host->name);
	is_str(loader ? loader->about : NULL, host->about, "%s: what it is", host->name);
	tree_end();
}

static const struct sysctl_loader *named(struct arena *arena, const struct root *root,
					 const char *name)
{
	const struct sysctl_loader *loader = NULL;

	is_int(sysctl_loader_detect(arena, root, name, &loader), 0, "there is %s", name);
	return loader;
}

static void test_names(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup(root_done) struct root root = { .fd = -1 };

	tree_begin();
	is_int(root_init(&root, tree), 0, "a tree");
	for (const char *const *name = sysctl_loader_names; *name; name++)
		is_str(named(arena, &root, *name)->name, *name, "goes by its name");
	is_str(sysctl_loader_rival(named(arena, &root, "systemd")), "procps",
	       "procps reads what systemd does");
	is_str(sysctl_loader_rival(named(arena, &root, "procps")), "systemd",
	       "and the other way round");
	is_str(sysctl_loader_rival(named(arena, &root, "sysctl.conf")), NULL,
	       "one file is read by all alike");
	is_str(sysctl_loader_rival(named(arena, &root, "busybox")), NULL,
	       "nobody else reads as busybox does");
	tree_end();
}

static void test_no_memory(void)
{
	cleanup(root_done) struct root root = { .fd = -1 };
	int r = -ENOMEM;
	size_t limit;

	tree_begin();
	tree_file(MULTIARCH "libproc2.so.1.0.0", "");
	tree_file(MULTIARCH "libc.so.6", "");
	is_int(root_init(&root, tree), 0, "a tree");
	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct sysctl_loader *loader;

		r = sysctl_loader_detect(arena, &root, "procps", &loader);
	}
	is_int(r, 0, "detects once memory suffices");
	ok(limit > 64, "and tells when it does not");
	tree_end();
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(&cases[i]);
	test_names();
	test_no_memory();
	return done();
}
