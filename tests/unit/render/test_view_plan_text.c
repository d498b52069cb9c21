/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "knob/knob.h"
#include "plan/plan.h"
#include "render/view_plan.h"
#include "tap.h"

static const struct source profile = { .name = "p.yaml" };

static struct plan_item items[] = {
	{
		.key = "vm.swappiness",
		.from = { &profile, 7, 3 },
		.want = "10",
		.live = "60",
		.boot = "60",
		.live_status = LIVE_DIFFERS,
		.boot_status = BOOT_DIFFERS,
		.action = ACTION_WRITE,
		.needs = NEED_ROOT | NEED_WRITABLE,
	},
	{
		.key = "vm.lowmem_reserve_ratio",
		.from = { &profile, 8, 3 },
		.want = "256 256 32",
		.live = "256\t256\t32",
		.live_status = LIVE_SAME,
		.boot_status = BOOT_UNSET,
		.reason = "the kernel rounds it",
	},
	{
		.key = "vm.min_free_kbytes",
		.from = { &profile, 9, 3 },
		.want = "65536",
		.live = "",
		.boot = "100",
		.live_status = LIVE_DIFFERS,
		.boot_status = BOOT_OVERRIDDEN,
		.action = ACTION_WRITE_PERSIST,
		.needs = NEED_ROOT,
		.reason = "the kernel may round it",
	},
	{
		.key = "vm.oom-kill",
		.from = { &profile, 10, 3 },
		.want = "0",
		.live_status = LIVE_ABSENT,
		.action = ACTION_REFUSE,
		.reason = "no \x1b[2J here",
	},
	{
		.key = "sshd",
		.live_status = LIVE_UNKNOWN,
		.action = ACTION_SKIP,
		.reason = "left out",
	},
};

static const struct plan plan = { .items = items, .len = 5, .applies = true };

/* Shows @view and holds it against @want. */
static void is_text(const struct plan_view *view, unsigned width, bool color,
		    const char *want, const char *name)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct plan_view shown = *view;
	struct capture got;

	shown.arena = arena;
	is_int(view_plan(&shown, capture(&got, width, color), false), 0, "%s", name);
	is_str(captured(&got), want, "%s: text", name);
}

static void test_diff(void)
{
	struct plan_view view = {
		.command = "diff",
		.plan = &plan,
		.loader = "systemd",
		.comment = "2 to change, 1 in sync, 1 skipped, 1 refused",
		.next = "lowmemctl apply p.yaml",
	};

	is_text(&view, 0, false,
		"   KEY                 LIVE    WANT   BOOT\n"
		"~  vm.swappiness       60      10     60\n"
		"~  vm.min_free_kbytes  \"\"      65536  100\n"
		"!  vm.oom-kill         absent  0      -\n"
		"-  sshd                -       -      -\n"
		"\n"
		"~ vm.min_free_kbytes: the kernel may round it (p.yaml:9)\n"
		"! vm.oom-kill: no \\x1b[2J here (p.yaml:10)\n"
		"- sshd: left out\n"
		"\n"
		"2 to change, 1 in sync, 1 skipped, 1 refused\n"
		"In sync now, but not after the next boot: 1 (-v lists them)\n"
		"Next: lowmemctl apply p.yaml\n",
		"a diff");
	view.verbose = true;
	view.next = NULL;
	is_text(&view, 0, false,
		"   KEY                      LIVE        WANT        BOOT   NEEDS\n"
		"~  vm.swappiness            60          10          60     root, writable\n"
		"=  vm.lowmem_reserve_ratio  256 256 32  256 256 32  unset  -\n"
		"~  vm.min_free_kbytes       \"\"          65536       100    root\n"
		"!  vm.oom-kill              absent      0           -      -\n"
		"-  sshd                     -           -           -      -\n"
		"\n"
		"= vm.lowmem_reserve_ratio: the kernel rounds it (p.yaml:8)\n"
		"~ vm.min_free_kbytes: the kernel may round it (p.yaml:9)\n"
		"! vm.oom-kill: no \\x1b[2J here (p.yaml:10)\n"
		"- sshd: left out\n"
		"\n"
		"2 to change, 1 in sync, 1 skipped, 1 refused\n"
		"In sync now, but not after the next boot: 1\n",
		"a verbose diff");
}

static void test_color(void)
{
	static const struct plan few = { .items = &items[2], .len = 3, .applies = true };
	const struct plan_view view = { .command = "diff", .plan = &few };

	is_text(&view, 0, true,
		"   \033[1mKEY\033[0m                 \033[1mLIVE\033[0m    "
		"\033[1mWANT\033[0m\n"
		"\033[33m~\033[0m  vm.min_free_kbytes  \"\"      \033[33m65536\033[0m\n"
		"\033[1;31m!\033[0m  \033[1;31mvm.oom-kill\033[0m         "
		"\033[1;31mabsent\033[0m  \033[1;31m0\033[0m\n"
		"\033[2m-\033[0m  \033[2msshd\033[0m                "
		"\033[2m-\033[0m       \033[2m-\033[0m\n"
		"\n"
		"\033[33m~ vm.min_free_kbytes:\033[0m the kernel may round it "
		"\033[2m(p.yaml:9)\033[0m\n"
		"\033[1;31m! vm.oom-kill:\033[0m no \\x1b[2J here "
		"\033[2m(p.yaml:10)\033[0m\n"
		"\033[2m- sshd: left out\033[0m\n"
		"\n",
		"a diff in colour");
}

static void test_apply(void)
{
	static struct item_outcome outcomes[] = {
		{ RESULT_RESTORED, "60", NULL },
		{ RESULT_NULL, NULL, NULL },
		{ RESULT_FAILED, "67584", "it reads 67584" },
		{ RESULT_STUCK, NULL, "cannot be read" },
		{ RESULT_DONE, "1", NULL },
	};
	static const struct result result = { .items = outcomes, .len = 5 };
	const struct plan_view view = {
		.command = "apply",
		.plan = &plan,
		.result = &result,
		.comment = "failed",
	};

	is_text(&view, 0, false,
		"   KEY                 BEFORE  WANT   NOW    RESULT\n"
		"<  vm.swappiness       60      10     60     restored\n"
		"!  vm.min_free_kbytes  \"\"      65536  67584  failed\n"
		"!  vm.oom-kill         absent  0      -      stuck\n"
		"~  sshd                -       -      1      done\n"
		"\n"
		"! vm.min_free_kbytes: it reads 67584 (p.yaml:9)\n"
		"! vm.oom-kill: cannot be read (p.yaml:10)\n"
		"~ sshd: left out\n"
		"\n"
		"failed\n",
		"an apply");
}

static void test_one_line(void)
{
	static const struct plan same = { .items = &items[1], .len = 1, .applies = true };
	static const struct plan none = { .not_applicable = "p: it has no HighMem" };
	static const struct plan some = { .not_applicable = "p: it has no HighMem",
					  .applies = true };
	struct plan_view view = { .command = "diff", .plan = &same, .in_sync = true };

	is_text(&view, 80, false, "Nothing differs.\n", "nothing to say");
	view.comment = "1 in sync";
	is_text(&view, 80, false, "1 in sync\n", "nothing differs");
	view.plan = &none;
	is_text(&view, 80, false, "Not applicable to this host: p: it has no HighMem\n",
		"not applicable");
	view.plan = &some;
	is_text(&view, 80, false,
		"Not applicable to this host: p: it has no HighMem\n1 in sync\n",
		"one layer is not applicable");
}

/* Sizes read as a profile has them, unless a sentence speaks of the kernel's number. */
static void test_values(void)
{
	static const struct knob bytes = { .size = KNOB_BYTES };
	static struct plan_item some[] = {
		{ .kind = ITEM_PROCESS,
		  .key = "sshd",
		  .want = "<=-900",
		  .action = ACTION_SKIP },
		{ .kind = ITEM_PROCESS,
		  .key = "x",
		  .want = "1..3",
		  .action = ACTION_SKIP },
		{ .key = "vm.dirty_bytes",
		  .knob = &bytes,
		  .want = "67108864",
		  .live = "0",
		  .live_status = LIVE_DIFFERS,
		  .action = ACTION_WRITE },
		{ .key = "vm.a",
		  .knob = &bytes,
		  .want = "67108864",
		  .live = "1000",
		  .live_status = LIVE_DIFFERS,
		  .action = ACTION_WRITE },
		{ .key = "vm.b",
		  .knob = &bytes,
		  .want = "1024",
		  .live = "0",
		  .live_status = LIVE_DIFFERS,
		  .action = ACTION_WRITE },
	};
	static struct item_outcome outcomes[] = {
		{ 0 },
		{ 0 },
		{ RESULT_DONE, "67108864", NULL },
		{ RESULT_DONE, "67108864", NULL },
		{ RESULT_FAILED, "0", "it reads 0, not 1024" },
	};
	static const struct result result = { .items = outcomes, .len = 5 };
	static const struct plan values = { .items = some, .len = 5, .applies = true };
	const struct plan_view view = {
		.command = "apply",
		.plan = &values,
		.result = &result,
	};

	is_text(&view, 0, false,
		"   KEY             BEFORE  WANT                   NOW       RESULT\n"
		"-  sshd            -       oom_score_adj <= -900  -         -\n"
		"-  x               -       oom_score_adj 1..3     -         -\n"
		"~  vm.dirty_bytes  0       64M                    64M       done\n"
		"~  vm.a            1000    67108864               67108864  done\n"
		"!  vm.b            0       1024                   0         failed\n"
		"\n"
		"! vm.b: it reads 0, not 1024\n"
		"\n",
		"values");
}

/* On a narrow terminal no line is longer than it, and no value is lost. */
static void test_narrow(void)
{
	static struct plan_item wide[] = { {
		.key = "/sys/kernel/mm/transparent_hugepage/khugepaged/alloc_sleep_millisecs",
		.want = "256 256 32 100 200 300 400 500",
		.live = "60000",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
	} };
	static const struct plan one = { .items = wide, .len = 1, .applies = true };
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct plan_view view = { .arena = arena, .command = "diff", .plan = &one };
	struct capture got;
	const char *line;
	size_t longest = 0;

	is_int(view_plan(&view, capture(&got, 80, false), false), 0, "80 columns");
	for (line = captured(&got); *line; line += strcspn(line, "\n") + 1) {
		size_t len = strcspn(line, "\n");

		longest = len > longest ? len : longest;
	}
	ok(longest > 60 && longest <= 80, "are filled and kept: %zu", longest);
	ok(strstr(got.text, "alloc_sleep_millisecs") && strstr(got.text, "400 500"),
	   "nothing is cut off");
}

static void test_no_memory(void)
{
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 65536; limit += 64) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct plan_view view = {
			.arena = arena,
			.command = "diff",
			.plan = &plan,
			.verbose = true,
		};
		struct capture got;

		r = view_plan(&view, capture(&got, 40, false), false);
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 512, "and tells when it does not");
}

int main(void)
{
	test_diff();
	test_color();
	test_apply();
	test_one_line();
	test_values();
	test_narrow();
	test_no_memory();
	return done();
}
