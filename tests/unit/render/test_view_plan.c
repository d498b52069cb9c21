/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_plan.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "json.h"
#include "plan/plan.h"
#include "tap.h"

static const struct source profile = { .name = "p.yaml" };
static const struct source other = { .name = "/etc/sysctl.d/99-x.conf" };

static struct plan_item items[] = {
	{
		.kind = ITEM_SYSCTL,
		.key = "vm.swappiness",
		.from = { &profile, 7, 3 },
		.layer = "p",
		.want = "10",
		.live = "60",
		.boot = "60",
		.boot_from = { &other, 3, 1 },
		.live_status = LIVE_DIFFERS,
		.boot_status = BOOT_DIFFERS,
		.action = ACTION_WRITE,
		.needs = NEED_ROOT | NEED_WRITABLE,
	},
	{
		.kind = ITEM_SYSFS,
		.key = "/sys/kernel/mm/transparent_hugepage/enabled",
		.from = { &profile, 9, 3 },
		.layer = "p",
		.want = "madvise",
		.live = "madvise",
		.live_status = LIVE_SAME,
		.boot_status = BOOT_UNSET,
	},
	{
		.kind = ITEM_SYSCTL,
		.key = "vm.oom-kill",
		.from = { &profile, 10, 3 },
		.layer = "p",
		.want = "0",
		.live_status = LIVE_ABSENT,
		.action = ACTION_REFUSE,
		.refusal = STATUS_NO_KNOB,
		.reason = "no \xff here",
	},
	{
		.kind = ITEM_PROCESS,
		.key = "sshd",
		.live_status = LIVE_UNKNOWN,
		.action = ACTION_SKIP,
		.reason = "left out",
	},
};

static const struct plan plan = {
	.items = items,
	.len = 4,
	.applies = true,
	.counts = { .same = 1, .differs = 1, .skipped = 1, .refused = 1 },
};

#define FIRST                                                                              \
	"{\"kind\":\"sysctl\",\"key\":\"vm.swappiness\",\"want\":\"10\",\"live\":\"60\","  \
	"\"boot\":\"60\",\"boot_from\":{\"file\":\"/etc/sysctl.d/99-x.conf\",\"line\":3}," \
	"\"from\":{\"file\":\"p.yaml\",\"line\":7,\"column\":3},\"layer\":\"p\","          \
	"\"live_status\":\"differs\",\"boot_status\":\"differs\",\"action\":\"write\","    \
	"\"needs\":[\"root\",\"writable\"],"

#define REST                                                                                                           \
	"{\"kind\":\"sysfs\",\"key\":\"/sys/kernel/mm/transparent_hugepage/enabled\","                                 \
	"\"want\":\"madvise\",\"live\":\"madvise\",\"boot\":null,\"boot_from\":null,"                                  \
	"\"from\":{\"file\":\"p.yaml\",\"line\":9,\"column\":3},\"layer\":\"p\","                                      \
	"\"live_status\":\"same\",\"boot_status\":\"unset\",\"action\":\"none\","                                      \
	"\"needs\":[],\"result\":null,\"now\":null,\"reason\":null},"                                                  \
	"{\"kind\":\"sysctl\",\"key\":\"vm.oom-kill\",\"want\":\"0\",\"live\":null,"                                   \
	"\"boot\":null,\"boot_from\":null,"                                                                            \
	"\"from\":{\"file\":\"p.yaml\",\"line\":10,\"column\":3},\"layer\":\"p\","                                     \
	"\"live_status\":\"absent\",\"boot_status\":null,\"action\":\"refuse\","                                       \
	"\"needs\":[],\"result\":null,\"now\":null,\"reason\":\"no \xef\xbf\xbd here\"},"                              \
	"{\"kind\":\"process\",\"key\":\"sshd\",\"pid\":null,\"comm\":null,\"rule\":null,\"want\":null,\"live\":null," \
	"\"boot\":null,\"boot_from\":null,\"from\":null,\"layer\":null,"                                               \
	"\"live_status\":null,\"boot_status\":null,\"action\":\"skip\",\"needs\":[],"                                  \
	"\"result\":null,\"now\":null,\"reason\":\"left out\"}],"

static void test_diff(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct diags diags = diags_in(arena);
	struct capture got;
	const struct plan_view view = {
		.arena = arena,
		.command = "diff",
		.plan = &plan,
		.diags = &diags,
		.loader = "systemd",
		.comment = "1 to change",
		.status = STATUS_NO_KNOB,
	};

	(void)diag_error(&diags, (struct origin){ &profile, 7, 3 }, EINVAL, "bad");
	diag_warning(&diags, NOWHERE, "odd");
	is_int(view_plan(&view, capture(&got, 0, false), true), 0, "a diff as JSON");
	is_str(captured(&got),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"diff\",\"changed\":false,"
	       "\"in_sync\":false,\"comment\":\"1 to change\",\"loader\":\"systemd\","
	       "\"not_applicable\":null,\"items\":[" FIRST
	       "\"result\":null,\"now\":null,\"reason\":null}," REST
	       "\"files\":[],\"summary\":{\"same\":1,\"differs\":1,\"skipped\":1,\"refused\":1,"
	       "\"failed\":0,\"done\":0,\"restored\":0,\"stuck\":0},\"entry\":null,"
	       "\"diagnostics\":[{\"severity\":\"error\",\"file\":\"p.yaml\",\"line\":7,"
	       "\"column\":3,\"message\":\"bad\"},{\"severity\":\"warning\","
	       "\"file\":null,\"line\":0,\"column\":0,\"message\":\"odd\"}],"
	       "\"exit_code\":69}\n",
	       "is what the contract says");
	ok(json_valid(got.text), "and valid");
}

static void test_apply(void)
{
	static struct item_outcome outcomes[4] = {
		{ RESULT_STUCK, "30", "it reads 30" },
	};
	static const struct result result = {
		.items = outcomes,
		.len = 4,
		.status = STATUS_STUCK,
		.entry = 12,
		.stuck = 1,
	};
	struct capture got;
	const struct plan_view view = {
		.command = "apply",
		.plan = &plan,
		.result = &result,
		.changed = true,
		.status = STATUS_STUCK,
	};

	is_int(view_plan(&view, capture(&got, 0, false), true), 0, "an apply as JSON");
	is_str(captured(&got),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"apply\",\"changed\":true,"
	       "\"in_sync\":false,\"comment\":null,\"loader\":null,"
	       "\"not_applicable\":null,\"items\":[" FIRST
	       "\"result\":\"stuck\",\"now\":\"30\",\"reason\":\"it reads 30\"}," REST
	       "\"files\":[],\"summary\":{\"same\":1,\"differs\":1,\"skipped\":1,\"refused\":1,"
	       "\"failed\":1,\"done\":0,\"restored\":0,\"stuck\":1},\"entry\":12,"
	       "\"diagnostics\":[],\"exit_code\":6}\n",
	       "says what was done");
	ok(json_valid(got.text), "and is valid");
}

static void test_no_plan(void)
{
	struct capture got;
	const struct plan_view view = {
		.command = "diff",
		.comment = "no such profile",
		.status = STATUS_ERROR,
	};

	is_int(view_plan(&view, capture(&got, 0, false), true), 0, "no plan as JSON");
	is_str(captured(&got),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"diff\",\"changed\":false,"
	       "\"in_sync\":false,\"comment\":\"no such profile\",\"loader\":null,"
	       "\"not_applicable\":null,\"items\":[],"
	       "\"files\":[],\"summary\":{\"same\":0,\"differs\":0,\"skipped\":0,\"refused\":0,"
	       "\"failed\":0,\"done\":0,\"restored\":0,\"stuck\":0},\"entry\":null,"
	       "\"diagnostics\":[],\"exit_code\":1}\n",
	       "is a document all the same");
	is_int(view_plan(&view, capture(&got, 0, false), false), 0, "no plan as text");
	is_str(captured(&got), "", "is nothing on stdout");
}

static void test_full(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	cleanup_file FILE *full = fopen("/dev/full", "we");
	const struct term term = { .file = full };
	const struct plan_view view = { .arena = arena,
					.command = "diff",
					.plan = &plan };

	if (!full) {
		skip("there is no /dev/full");
		return;
	}
	is_int(view_plan(&view, &term, true), -EIO, "a full disk is told of JSON");
	clearerr(full);
	is_int(view_plan(&view, &term, false), -EIO, "and of text");
}

int main(void)
{
	test_diff();
	test_apply();
	test_no_plan();
	test_full();
	return done();
}
