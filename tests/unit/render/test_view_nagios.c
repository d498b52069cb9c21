/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "plan/plan.h"
#include "render/view_check.h"
#include "tap.h"

static struct plan_item items[] = {
	{
		.key = "vm.swappiness",
		.want = "10",
		.live = "60",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
	},
	{
		.key = "vm.gone",
		.live_status = LIVE_SAME,
		.boot_status = BOOT_UNSET,
		.action = ACTION_PERSIST,
	},
	{
		.key = "vm.a",
		.want = "1|2",
		.live = "1\n2",
		.live_status = LIVE_DIFFERS,
		.action = ACTION_WRITE,
	},
	{
		.key = "vm.none",
		.live_status = LIVE_ABSENT,
		.action = ACTION_REFUSE,
		.refusal = STATUS_NO_KNOB,
		.reason = "this kernel does not have it",
	},
};

static void is_line(const struct check_view *given, enum nagios_state state,
		    const char *want)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	enum nagios_state got = NAGIOS_UNKNOWN;
	struct check_view view = *given;
	struct diags diags = diags_in(arena);
	struct capture text;

	view.arena = arena;
	view.diags = &diags;
	if (view.status == STATUS_BAD_PROFILE) {
		diag_warning(&diags, NOWHERE, "not this");
		(void)diag_error(&diags, NOWHERE, EINVAL, "bad | and\nlong");
	}
	is_int(view_nagios(&view, capture(&text, 0, false), &got), 0, "shown");
	is_int(got, state, "state");
	is_str(captured(&text), want, "line");
}

static void test_states(void)
{
	struct plan plan = { .items = items,
			     .len = 4,
			     .applies = true,
			     .counts = { .differs = 3, .refused = 1 } };
	struct check_view view = { .plan = &plan, .status = STATUS_DIFFERS };

	is_line(&view, NAGIOS_CRITICAL,
		"LOWMEMCTL CRITICAL - 4 of 4 settings are not as wanted: vm.swappiness is 60, "
		"want 10; vm.gone at the next boot; vm.a is 1 2, want 1/2; 1 more | "
		"differs=3;;0;0;4 differs_at_boot=1;0;;0;4 same=0;;;0;4 skipped=0;;;0;4\n");
	plan.items = items + 1;
	plan.len = 1;
	is_line(&view, NAGIOS_WARNING,
		"LOWMEMCTL WARNING - 1 of 1 settings are not as wanted: vm.gone at the next boot "
		"| differs=0;;0;0;1 differs_at_boot=1;0;;0;1 same=0;;;0;1 skipped=0;;;0;1\n");
	plan.items = items + 3;
	view.status = STATUS_NO_KNOB;
	is_line(&view, NAGIOS_CRITICAL,
		"LOWMEMCTL CRITICAL - 1 of 1 settings are not as wanted: vm.none: this kernel does "
		"not have it | differs=1;;0;0;1 differs_at_boot=0;0;;0;1 same=0;;;0;1 "
		"skipped=0;;;0;1\n");
}

static void test_others(void)
{
	struct plan plan = { .applies = true, .counts = { .same = 2 } };
	struct check_view view = { .plan = &plan };

	is_line(&view, NAGIOS_OK,
		"LOWMEMCTL OK - 2 settings are as wanted | differs=0;;0;0;0 "
		"differs_at_boot=0;0;;0;0 same=2;;;0;0 skipped=0;;;0;0\n");
	plan.applies = false;
	is_line(&view, NAGIOS_OK,
		"LOWMEMCTL OK - no profile is active | differs=0;;0;0;0 "
		"differs_at_boot=0;0;;0;0 same=2;;;0;0 skipped=0;;;0;0\n");
	view = (struct check_view){ .status = STATUS_BAD_PROFILE };
	is_line(&view, NAGIOS_UNKNOWN, "LOWMEMCTL UNKNOWN - bad / and long\n");
	view.status = STATUS_ERROR;
	is_line(&view, NAGIOS_UNKNOWN,
		"LOWMEMCTL UNKNOWN - the profiles cannot be compared with this host\n");
}

int main(void)
{
	test_states();
	test_others();
	return done();
}
