/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/capture.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "plan/plan.h"
#include "plan/probe.h"
#include "state/state.h"
#include "tap.h"

/* A host made of a few files: probes are answered from here. */
static const struct live files[] = {
	{ .path = "proc/sys/kernel/ostype", .text = "Linux", .read_only = true },
	{ .path = "proc/sys/kernel/randomize_va_space", .error = EIO },
	{ .path = "proc/sys/kernel/sem", .text = "250\t32000\t32\t128" },
	{ .path = "proc/sys/net", .error = EISDIR },
	{ .path = "proc/sys/net/ipv4/conf/eth0.100/rp_filter", .text = "2" },
	{ .path = "proc/sys/net/ipv4/conf/e*/rp_filter", .text = "2" },
	{ .path = "proc/sys/net/ipv4/conf/lo/rp_filter", .text = "0" },
	{ .path = "proc/sys/vm/admin_reserve_kbytes", .text = "8192" },
	{ .path = "proc/sys/vm/dirty_background_bytes", .text = "16777216" },
	{ .path = "proc/sys/vm/dirty_background_ratio", .text = "0" },
	{ .path = "proc/sys/vm/dirty_bytes", .text = "0" },
	{ .path = "proc/sys/vm/dirty_ratio", .text = "40" },
	{ .path = "proc/sys/vm/drop_caches" },
	{ .path = "proc/sys/vm/laptop_mode", .text = "-5" }, /* no profile may have it */
	{ .path = "proc/sys/vm/lowmem_reserve_ratio", .text = "256\t32\t0\t0" },
	{ .path = "proc/sys/vm/mmap_rnd_bits", .error = EACCES },
	{ .path = "proc/sys/vm/nr_hugepages", .text = "128" },
	{ .path = "proc/sys/vm/nr_hugepages_mempolicy", .text = "128" },
	{ .path = "proc/sys/vm/nr_pdflush_threads", .text = "0" },
	{ .path = "proc/sys/vm/overcommit_kbytes", .text = "0" },
	{ .path = "proc/sys/vm/overcommit_ratio", .text = "50" },
	{ .path = "proc/sys/vm/page-cluster", .text = "3" },
	{ .path = "proc/sys/vm/pagecache", .text = "100" },
	{ .path = "proc/sys/vm/swappiness", .text = "10" },
	{ .path = "proc/sys/vm/x_bytes", .text = "a\xff" },
	{ .path = "proc/sys/vm/x_mode", .text = "  fast mode " },
	{ .path = "proc/sys/vm/x_octal", .text = "010" },
	{ .path = "proc/sys/vm/x_word", .text = "a [b] c" },
	{ .path = "sys/block/zram0/disksize", .text = "1073741824" },
	{ .path = "sys/block/zram1/disksize", .text = "0" },
	{ .path = "sys/fs/cgroup/a.slice/memory.max", .text = "8192" },
	{ .path = "sys/kernel/mm/lru_gen/enabled", .text = "0x0007" },
	{ .path = "sys/kernel/mm/transparent_hugepage/defrag",
	  .text = "[always] defer defer+madvise madvise never" },
	{ .path = "sys/kernel/mm/transparent_hugepage/enabled",
	  .text = "always [madvise] never" },
	{ .path = "sys/kernel/mm/transparent_hugepage/shmem_enabled",
	  .text = "always within_size advise [never] deny force" },
	{ .path = "sys/module/zswap/parameters/same_filled_pages_enabled", .text = "N" },
};

#define FILES (sizeof(files) / sizeof(files[0]))

static const struct host host_686 = {
	.release = "6.1.0-50-686-pae",
	.kernel = { 6, 1, 0 },
};

static struct found answer(struct arena *arena, const struct probe *probe)
{
	struct found found = { .items = arena_array(arena, FILES, sizeof(files[0])) };

	for (size_t i = 0; found.items && i < FILES; i++) {
		if (probe->glob ? fnmatch(probe->path, files[i].path, FNM_PATHNAME) == 0
				: strcmp(probe->path, files[i].path) == 0)
			found.items[found.len++] = files[i];
	}
	if (found.items && found.len == 0 && !probe->glob)
		found.items[found.len++] =
			(struct live){ .path = probe->path, .error = ENOENT };
	return found;
}

static int collect(struct arena *arena, const struct host *host,
		   const struct probes *probes, struct state *ret)
{
	*ret = (struct state){ .host = *host, .len = probes->len };
	ret->found = arena_array(arena, probes->len, sizeof(*ret->found));
	for (size_t i = 0; ret->found && i < probes->len; i++) {
		ret->found[i] = answer(arena, &probes->items[i]);
		if (!ret->found[i].items)
			return -ENOMEM;
	}
	return ret->found ? 0 : -ENOMEM;
}

/* The words, NULL-ended, and what comes of them. */
struct shot {
	struct arena *arena, *files;
	struct diags diags;
	struct capture capture;
	const char *text;
};

static int shoot(struct shot *shot, const struct host *host, const char *const *words)
{
	struct probes probes;
	struct state state;
	char *copies[8];
	size_t len = 0;
	int r;

	shot->diags = diags_in(shot->arena);
	shot->text = NULL;
	for (; words[len]; len++) {
		copies[len] = arena_copy(shot->arena, words[len], strlen(words[len]));
		if (!copies[len])
			return -ENOMEM;
	}
	r = capture_begin(shot->arena, &shot->diags, copies, len, &shot->capture);
	if (r == 0)
		r = probes_for(shot->arena, &shot->capture.wish, &probes);
	if (r == 0)
		r = collect(shot->files ? shot->files : shot->arena, host, &probes,
			    &state);
	if (r == 0)
		r = capture_finish(shot->arena, &shot->diags, &probes, &state,
				   &shot->capture);
	if (r == 0)
		r = draft_text(shot->arena, &shot->capture.draft, &shot->text, &len);
	return shot->diags.lost ? -ENOMEM : r;
}

/* "key=value" of each setting, '?' behind the key where it is optional. */
static const char *settings_of(struct arena *arena, const struct capture *capture)
{
	const struct draft_settings *lists[] = { &capture->draft.sysctl,
						 &capture->draft.sysfs };
	const char *text = "";

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < lists[i]->len; j++) {
			const struct draft_setting *s = &lists[i]->items[j];

			text = arena_printf(arena, "%s%s%s%s=%s", text, *text ? "|" : "",
					    s->key, s->optional ? "?" : "", s->value);
		}
	}
	return text;
}

/* What was said, one after the other. */
static const char *messages_of(struct arena *arena, const struct diags *diags)
{
	const char *text = "";

	for (const struct diag *diag = diags->first; diag; diag = diag->next)
		text = arena_printf(arena, "%s%s%s: %s", text, *text ? "|" : "",
				    severity_word(diag->severity), diag->message);
	return text;
}

static const struct {
	const char *words[8];
	enum status refusal;
	const char *settings, *messages;
} rows[] = {
	{ { NULL },
	  STATUS_OK,
	  /* No computed default, no pair's other half, no cgroup, nothing unchanged. */
	  "kernel.sem=250 32000 32 128|vm.dirty_background_bytes=16777216|"
	  "vm.dirty_ratio=40|vm.nr_hugepages=128|vm.swappiness=10|"
	  "/sys/kernel/mm/transparent_hugepage/defrag=always|"
	  "/sys/module/zswap/parameters/same_filled_pages_enabled=0|"
	  "/sys/block/zram0/disksize?=1073741824",
	  "warning: kernel.randomize_va_space is left out: it cannot be read: "
	  "Input/output error|"
	  "warning: vm.laptop_mode is left out: -5 is outside 0..21474836|"
	  "warning: vm.mmap_rnd_bits is left out: it cannot be read: Permission denied" },
	{ { "vm.page-cluster", "vm/swappiness", "/proc/sys/vm/lowmem_reserve_ratio",
	    "/sys/kernel/mm/transparent_hugepage/enabled",
	    "/sys/kernel/mm/lru_gen/enabled" },
	  STATUS_OK,
	  "vm.page-cluster=3|vm.swappiness=10|vm.lowmem_reserve_ratio=256 32 0 0|"
	  "/sys/kernel/mm/transparent_hugepage/enabled=madvise|"
	  "/sys/kernel/mm/lru_gen/enabled=7",
	  "" },
	{ { "vm.swappiness", "vm.swapp*", "vm/swappiness" },
	  STATUS_OK,
	  "vm.swappiness=10",
	  "" },
	{ { "vm.dirty_*" },
	  STATUS_OK,
	  "vm.dirty_background_bytes=16777216|vm.dirty_ratio=40",
	  "" },
	{ { "vm.dirty_bytes", "vm.dirty_background_bytes" },
	  STATUS_OK,
	  "vm.dirty_background_bytes=16777216",
	  "warning: vm.dirty_bytes is left out: vm.dirty_ratio is in force in its place" },
	{ { "vm.nr_huge*", "vm.overcommit_*" },
	  STATUS_OK,
	  "vm.nr_hugepages=128|vm.overcommit_ratio=50",
	  "" },
	{ { "vm.x_*" },
	  STATUS_OK,
	  "vm.x_mode=fast mode|vm.x_word=b",
	  "warning: vm.x_bytes is left out: its name or its value cannot be written in a "
	  "profile|"
	  "warning: vm.x_octal is left out: 010 begins with a zero, which the kernel may "
	  "read as octal: leave the zero out" },
	{ { "net/ipv4/conf/eth0.100/rp_filter", "net.ipv4.conf.*.rp_filter" },
	  STATUS_OK,
	  "net.ipv4.conf.eth0/100.rp_filter=2|net.ipv4.conf.lo.rp_filter=0",
	  "warning: net.ipv4.conf.e*.rp_filter is left out: its name or its value cannot "
	  "be written in a profile" },
	{ { "/sys/block/zram*/disksize", "/sys/fs/cgroup/a.slice/memory.max" },
	  STATUS_OK,
	  "/sys/block/zram0/disksize?=1073741824|/sys/block/zram1/disksize?=0|"
	  "/sys/fs/cgroup/a.slice/memory.max?=8192",
	  "" },
	/* What a glob stands for besides is passed over; what is named must be had. */
	{ { "kernel.*", "vm.drop*", "vm.nr_pd*" },
	  STATUS_OK,
	  "kernel.sem=250 32000 32 128",
	  "warning: kernel.randomize_va_space is left out: it cannot be read: "
	  "Input/output error" },
	{ { "vm.swapiness", "swapiness", "vm.swappiness" },
	  STATUS_NO_KNOB,
	  NULL,
	  "error: vm.swapiness: kernel 6.1.0-50-686-pae does not have it: did you mean "
	  "'vm.swappiness'?|"
	  "error: swapiness: kernel 6.1.0-50-686-pae does not have it: did you mean "
	  "'vm.swappiness'?" },
	{ { "vm.block_dump" },
	  STATUS_NO_KNOB,
	  NULL,
	  "error: vm.block_dump: kernel 6.1.0-50-686-pae does not have it (2.6.6 to 5.12; "
	  "2.4.23 and later in 2.4); instead: tracepoints block:* and writeback:*" },
	{ { "net" },
	  STATUS_NO_KNOB,
	  NULL,
	  "error: net: it is a folder: name what is in it, or all as 'net.*'" },
	{ { "vm.none*" },
	  STATUS_NO_KNOB,
	  NULL,
	  "error: nothing on this host matches 'vm.none*'" },
	{ { "vm.drop_caches" },
	  STATUS_BAD_PROFILE,
	  NULL,
	  "error: vm.drop_caches: it is an action and holds no value: use the profile's "
	  "`drop_caches:` schedules or `lowmemctl drop-caches` instead" },
	{ { "vm.nr_pdflush_threads" },
	  STATUS_BAD_PROFILE,
	  NULL,
	  "error: vm.nr_pdflush_threads: it is read-only: nothing can be written to it" },
	{ { "kernel.ostype" },
	  STATUS_BAD_PROFILE,
	  NULL,
	  "error: kernel.ostype: it is read-only: nothing can be written to it" },
	{ { "vm.laptop_mode" },
	  STATUS_BAD_PROFILE,
	  NULL,
	  "error: vm.laptop_mode: -5 is outside 0..21474836" },
	{ { "vm.mmap_rnd_bits" },
	  STATUS_NO_PRIVILEGE,
	  NULL,
	  "error: vm.mmap_rnd_bits: it cannot be read: Permission denied" },
	{ { "kernel.randomize_va_space" },
	  STATUS_ERROR,
	  NULL,
	  "error: kernel.randomize_va_space: it cannot be read: Input/output error" },
	{ { "vm..swappiness", "vm.swapiness" },
	  STATUS_USAGE,
	  NULL,
	  "error: 'vm..swappiness' is neither the name of a sysctl nor a path below /sys|"
	  "error: vm.swapiness: kernel 6.1.0-50-686-pae does not have it: did you mean "
	  "'vm.swappiness'?" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
		struct shot shot = { .arena = arena };

		is_int(shoot(&shot, &host_686, rows[i].words), 0, "row %zu", i);
		is_int(shot.capture.refusal, rows[i].refusal, "row %zu: the status", i);
		is_str(messages_of(arena, &shot.diags), rows[i].messages,
		       "row %zu: what is said", i);
		if (rows[i].settings)
			is_str(settings_of(arena, &shot.capture), rows[i].settings,
			       "row %zu: settings", i);
	}
}

/* The same files mean something else to another kernel. */
static void test_other_kernel(void)
{
	static const struct host old = { .release = "2.6.9-89.ELsmp",
					 .kernel = { 2, 6, 9 } };
	static const struct host unknown = { 0 };
	static const char *const none[] = { NULL };
	static const char *const pagecache[] = { "vm.pagec*", NULL };
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct shot shot = { .arena = arena };

	is_int(shoot(&shot, &old, none), 0, "on 2.6.9");
	ok(!strstr(settings_of(arena, &shot.capture), "vm.dirty_ratio"),
	   "40 is what vm.dirty_ratio was in those days");
	ok(!strstr(settings_of(arena, &shot.capture), "kernel.sem"), "so is kernel.sem");
	is_str(shot.capture.draft.description, "Captured from Linux 2.6.9-89.ELsmp",
	       "it is told");
	is_int(shoot(&shot, &old, pagecache), 0, "one whose meaning has changed");
	is_str(messages_of(arena, &shot.diags),
	       "warning: vm.pagecache is left out: 1 value is given: accepted is 3 numbers, "
	       "each 0..100",
	       "which the reader of profiles would not take");
	is_int(shoot(&shot, &unknown, none), 0, "where the version is unknown");
	ok(strstr(settings_of(arena, &shot.capture), "vm.dirty_ratio=40"),
	   "today's defaults count");
	is_str(shot.capture.draft.description, "Captured from a Linux host",
	       "and that is told");
}

static void test_text(void)
{
	static const char *const words[] = { "vm.swappiness", "vm.x_mode", NULL };
	cleanup(arena_freep) struct arena *arena = arena_new(1 << 20);
	struct shot shot = { .arena = arena };

	is_int(shoot(&shot, &host_686, words), 0, "two of them");
	is_str(shot.text,
	       "# Written by lowmemctl capture.\n"
	       "version: 1\n"
	       "name: captured\n"
	       "description: Captured from Linux 6.1.0-50-686-pae\n"
	       "sysctl:\n"
	       "  # Weight of anonymous memory against page cache when reclaiming. Default: 60.\n"
	       "  vm.swappiness: 10\n"
	       "  vm.x_mode: fast mode\n",
	       "as a profile");
}

static void test_no_memory(const char *const *words)
{
	int r = -ENOMEM, failures = 0;

	for (size_t limit = 0; r == -ENOMEM && limit < 1 << 18; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		cleanup(arena_freep) struct arena *others = arena_new(1 << 20);
		struct shot shot = { .arena = arena, .files = others };

		r = shoot(&shot, &host_686, words);
		failures += r == -ENOMEM;
	}
	is_int(r, 0, "succeeds once memory suffices");
	ok(failures > 10, "and not before");
}

int main(void)
{
	test_rows();
	test_other_kernel();
	test_text();
	test_no_memory((const char *const[]){ NULL });
	test_no_memory((const char *const[]){ "vm.x_*", "vm.swapiness", "vm.dirty_bytes",
					      "vm..x", "swapiness", NULL });
	return done();
}
