/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "cli/boot.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/get_process.h"
#include "cli/show.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "render/view.h"
#include "state/account.h"
#include "state/persisted.h"
#include "state/state.h"
#include "state/sysctlloader.h"

struct getting {
	struct context *context;
	const char **names; /* the operand of each probe */
	struct {
		struct probe *items;
		size_t len, cap;
	} probes; /* one for each operand */
	struct state state;
	struct persisted persisted, rival;
	bool has_rival;
	struct {
		struct account *items;
		size_t len, cap;
	} accounts;
	struct get_processes processes;
	bool missing; /* some knob or process is not on this host */
};

static enum status out_of_memory(struct context *context)
{
	(void)diag_error(&context->diags, NOWHERE, ENOMEM, "%s", strerror(ENOMEM));
	return STATUS_ERROR;
}

static enum status not_a_key(struct context *context, const char *operand)
{
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "'%s' is no knob's name: such as vm.swappiness, vm/swappiness, "
			 "'net.ipv4.conf.*.rp_filter' or "
			 "/sys/kernel/mm/transparent_hugepage/enabled",
			 operand);
	return STATUS_USAGE;
}

static enum status add_probe(struct getting *getting, const char *operand)
{
	struct context *context = getting->context;
	bool sysfs = strncmp(operand, "/sys/", strlen("/sys/")) == 0;
	const char *key, *path;
	struct probe *probe;
	/* A path must be as sound as a name: "/sys/../etc/shadow" is no knob. */
	int r = sysctlname_canonical(context->arena, operand + sysfs, &key);

	if (r < 0)
		return r == -EINVAL ? not_a_key(context, operand)
				    : out_of_memory(context);
	path = sysfs ? operand + 1 : sysctlname_path(context->arena, key);
	if (sysfs)
		key = operand;
	probe = path ? vec_push(context->arena, &getting->probes) : NULL;
	if (!probe)
		return out_of_memory(context);
	*probe = (struct probe){
		.path = path,
		.glob = strpbrk(path, "*?[") != NULL,
		.unread = !knob_may_be_read(knob_find(key, NULL)),
	};
	return STATUS_OK;
}

static enum status add_operand(struct getting *getting, const char *operand)
{
	if (get_process_is(operand))
		return get_process_add(getting->context, &getting->processes, operand);
	getting->names[getting->probes.len] = operand;
	return add_probe(getting, operand);
}

static enum status read_operands(struct getting *getting)
{
	struct context *context = getting->context;
	enum status status = STATUS_OK;

	getting->names = arena_array(context->arena, context->operands_len,
				     sizeof(*getting->names));
	if (!getting->names)
		return out_of_memory(context);
	for (size_t i = 0; i < context->operands_len && status == STATUS_OK; i++)
		status = add_operand(getting, context->operands[i]);
	return status;
}

static enum status read_rival(struct getting *getting)
{
	struct context *context = getting->context;
	const char *name = sysctl_loader_rival(getting->persisted.loader);
	/* What is wrong with the files was told when the host's own loader read them. */
	struct diags ignored = diags_in(context->arena);
	const struct sysctl_loader *loader;

	if (!name)
		return STATUS_OK;
	getting->has_rival = true;
	if (sysctl_loader_detect(context->arena, &context->root, name, &loader) < 0 ||
	    persisted_read(context->arena, &context->root, &ignored, loader, false,
			   &getting->rival) < 0)
		return out_of_memory(context);
	return STATUS_OK;
}

static enum status read_host(struct getting *getting)
{
	struct context *context = getting->context;
	const struct state_request request = {
		.probes = getting->probes.items,
		.len = getting->probes.len,
		.host = HOST_KERNEL | HOST_ARCH | HOST_MEMORY,
	};
	const struct sysctl_loader *loader;
	enum status status = boot_loader(context, &loader);

	if (status == STATUS_OK)
		status = boot_read(context, &context->diags, loader, true,
				   &getting->persisted);
	if (status == STATUS_OK)
		status = read_rival(getting);
	if (status != STATUS_OK)
		return status;
	return state_collect(context->arena, &context->root, &request, &getting->state) <
			       0
		       ? out_of_memory(context)
		       : STATUS_OK;
}

/* The canonical key, or the path in /sys. NULL: out of memory. */
static const char *key_of(struct arena *arena, const char *path)
{
	return strncmp(path, "sys/", strlen("sys/")) == 0
		       ? arena_printf(arena, "/%s", path)
		       : sysctlname_of_path(arena, path);
}

static enum status unknown(struct getting *getting, const char *key)
{
	struct context *context = getting->context;
	const char *nearest = knob_nearest(key);

	getting->missing = true;
	(void)diag_error(&context->diags, NOWHERE, ENOENT,
			 "%s is neither on this host nor known nor configured%s%s%s", key,
			 nearest ? ": did you mean " : "", nearest ? nearest : "",
			 nearest ? "?" : "");
	return STATUS_OK;
}

static enum status is_folder(struct getting *getting, const char *key)
{
	struct context *context = getting->context;

	getting->missing = true;
	(void)diag_error(&context->diags, NOWHERE, EISDIR,
			 "%s is a folder of knobs: '%s%s' stands for those in it", key,
			 key, key[0] == '/' ? "/*" : ".*");
	return STATUS_OK;
}

static enum status add_account(struct getting *getting, const struct live *live)
{
	struct context *context = getting->context;
	const struct account_request request = {
		.root = &context->root,
		.host = &getting->state.host,
		.persisted = &getting->persisted,
		.rival = getting->has_rival ? &getting->rival : NULL,
	};
	const char *key = key_of(context->arena, live->path);
	struct account account, *place;

	if (!key || account_of(context->arena, &request, key, live, &account) < 0)
		return out_of_memory(context);
	if (account.state == ACCOUNT_ABSENT && !account.knob)
		return unknown(getting, key);
	if (live->error == EISDIR)
		return is_folder(getting, key);
	getting->missing |=
		account.state == ACCOUNT_ABSENT || account.state == ACCOUNT_PENDING;
	place = vec_push(context->arena, &getting->accounts);
	if (!place)
		return out_of_memory(context);
	*place = account;
	return STATUS_OK;
}

static enum status add_found(struct getting *getting, size_t i)
{
	struct context *context = getting->context;
	const struct found *found = &getting->state.found[i];
	enum status status = STATUS_OK;

	if (found->len == 0) {
		getting->missing = true;
		(void)diag_error(&context->diags, NOWHERE, ENOENT,
				 "nothing on this host matches %s", getting->names[i]);
	}
	for (size_t j = 0; j < found->len && status == STATUS_OK; j++)
		status = add_account(getting, &found->items[j]);
	return status;
}

static enum status get(struct getting *getting)
{
	enum status status = read_operands(getting);

	/* Who asks about processes alone is not told of bad lines in sysctl.d. */
	if (status == STATUS_OK && getting->probes.len > 0)
		status = read_host(getting);
	for (size_t i = 0; status == STATUS_OK && i < getting->state.len; i++)
		status = add_found(getting, i);
	if (status == STATUS_OK)
		status = get_process_read(getting->context, &getting->processes);
	if (status == STATUS_OK && (getting->missing || getting->processes.missing))
		status = STATUS_NO_KNOB;
	return status;
}

static void getting_done(struct getting *getting)
{
	state_done(&getting->state);
	job_done(&getting->processes.job);
}

static enum status run_get(struct context *context)
{
	cleanup(getting_done) struct getting getting = { .context = context };
	enum status status = get(&getting);
	struct account_view view = {
		.arena = context->arena,
		.accounts = getting.accounts.items,
		.len = getting.accounts.len,
		.processes = getting.processes.items,
		.processes_len = getting.processes.len,
		.host = &getting.state.host,
		.loader = getting.persisted.loader,
		.diags = &context->diags,
		.status = status,
	};
	int r;

	if ((status != STATUS_OK && status != STATUS_NO_KNOB) ||
	    (given(context, OPTION_QUIET) && !given(context, OPTION_JSON)))
		return status;
	context->shown = true;
	r = view_accounts(&view, &context->out, given(context, OPTION_JSON));
	return r < 0 ? show_failed(context, r) : status;
}

static const struct option_row get_options[] = {
	{ OPTION_WITH, "with", 0, "PROFILE",
	  "for pid:N: the rules of PROFILE instead of the active ones" },
	{ 0 },
};

const struct command command_get = {
	.name = "get",
	.synopsis = "[OPTION]... KEY...",
	.summary =
		"All that is known of a knob: live, boot, the line that decides, the lines that lose",
	.text = "KEY is a sysctl as sysctl(8) takes it, or a path in /sys; patterns stand for what\n"
		"is on this host. pid:N is a process: its adjustment, the rule that decides, those\n"
		"that lose and why, and who set it. Changes nothing, needs no privilege.",
	.options = get_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "KEY",
	.run = run_get,
};
