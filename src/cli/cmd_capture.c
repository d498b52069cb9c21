/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "plan/capture.h"
#include "plan/probe.h"
#include "state/state.h"

static int capture_host(struct context *context, struct capture *capture)
{
	struct arena *arena = context->arena;
	cleanup(state_done) struct state state = { 0 };
	struct state_request request = { .modes = true };
	struct probes probes = { 0 };
	int r = capture_begin(arena, &context->diags, context->operands,
			      context->operands_len, capture);

	if (r == 0)
		r = probes_for(arena, &capture->wish, &probes);
	if (r < 0)
		return r;
	request.probes = probes.items;
	request.len = probes.len;
	request.host = probes.host | HOST_ARCH | HOST_MEMORY;
	r = state_collect(arena, &context->root, &request, &state);
	return r < 0 ? r
		     : capture_finish(arena, &context->diags, &probes, &state, capture);
}

static enum status run_capture(struct context *context)
{
	struct capture capture = { 0 };
	int r = capture_host(context, &capture);

	if (r < 0) {
		(void)diag_error(&context->diags, NOWHERE, -r, "cannot capture: %s",
				 strerror(-r));
		return STATUS_ERROR;
	}
	if (capture.refusal != STATUS_OK)
		return capture.refusal;
	return show_draft(context, "capture", &capture.draft);
}

const struct command command_capture = {
	.name = "capture",
	.synopsis = "[KEY...]",
	.summary = "Write a profile of the values that this host has now",
	.text = "Without a KEY: all knobs of the catalogue that are known to differ from the\n"
		"kernel's documented default. A KEY is a sysctl (vm.swappiness), a path below\n"
		"/sys, or a glob of either in quotes ('vm.dirty_*'); it is taken whatever its\n"
		"value. Of a pair such as vm.dirty_ratio and vm.dirty_bytes the profile has the\n"
		"one that is in force. Applying it on the same host changes nothing.",
	.least = 0,
	.most = (size_t)-1,
	.run = run_capture,
};
