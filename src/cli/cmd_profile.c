/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/importing.h"
#include "cli/job.h"
#include "cli/show.h"
#include "profile/rule_lint.h"
#include "render/out.h"
#include "render/view.h"

static struct loader loader_of(struct context *context)
{
	return (struct loader){
		.arena = context->arena,
		.diags = &context->diags,
		.root = &context->root,
		.shipped = LOWMEMCTL_PROFILES,
		.trust = TRUST_ANY,
	};
}

static enum status run_list(struct context *context)
{
	const struct loader loader = loader_of(context);
	struct profile_place *places;
	size_t len;
	int r = profile_places(&loader, &places, &len);

	if (r < 0)
		return STATUS_ERROR;
	context->shown = true;
	r = view_places(context->arena, places, len, &context->out,
			given(context, OPTION_JSON));
	if (r == 0 && len == 0 && !given(context, OPTION_JSON))
		diag_note(
			&context->diags, NOWHERE,
			"looked in /etc/lowmemctl/profiles and in " LOWMEMCTL_PROFILES
			" ('make install' fills that); any other profile goes by its path, "
			"such as ./web.yaml");
	return r == 0 ? STATUS_OK : show_failed(context, r);
}

static int show_json(const struct layer *layer)
{
	struct out out = out_to(stdout);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "profile show");
	out_string(&out, "name", layer->name);
	out_string(&out, "path", layer->source->name);
	out_string(&out, "description", layer->description);
	out_string(&out, "text", layer->source->text);
	out_end_object(&out);
	return out_finish(&out);
}

/* The file as its author wrote it, reasons and all. */
static enum status run_show(struct context *context)
{
	struct job job = { 0 };
	enum status status = job_load(context, &job, TRUST_ANY);
	const struct layer *layer;
	int r = 0;

	if (status != STATUS_OK)
		return status;
	/* Includes stand before their includer. */
	layer = job.profile.items[job.profile.len - 1];
	context->shown = true;
	if (given(context, OPTION_JSON))
		r = show_json(layer);
	else
		(void)fwrite(layer->source->text, 1, layer->source->len, stdout);
	return r == 0 ? STATUS_OK : show_failed(context, r);
}

static enum status run_check(struct context *context)
{
	struct job job = { 0 };
	enum status status = job_load(context, &job, TRUST_ANY);
	const struct report report = { .status = status };

	if (status == STATUS_OK)
		rule_lint(&context->diags, &job.profile);
	if (given(context, OPTION_JSON))
		return job_report(context, &report);
	if (status == STATUS_OK && !given(context, OPTION_QUIET))
		fprintf(stdout, "%s: valid\n", job_operands(context));
	return status;
}

static enum status run_schema(struct context *context)
{
	int r;

	context->shown = true;
	r = view_schema(context->arena, stdout);
	return r == 0 ? STATUS_OK : show_failed(context, r);
}

struct action {
	const char *name;
	size_t least, most;
	enum status (*run)(struct context *context);
};

static const struct action actions[] = {
	{ "list", 0, 0, run_list },
	{ "show", 1, 1, run_show },
	{ "check", 1, (size_t)-1, run_check },
	{ "schema", 0, 0, run_schema },
	{ "import", 1, 1, import_file },
};

#define ACTIONS (sizeof(actions) / sizeof(*actions))

static enum status misuse(struct context *context, const char *word)
{
	struct near near = near_to(word);

	for (size_t i = 0; i < ACTIONS; i++)
		near_try(&near, actions[i].name);
	(void)diag_error(&context->diags, NOWHERE, EINVAL, "unknown action '%s': %s%s%s",
			 word,
			 near.best ? "did you mean 'profile "
				   : "it is list, show, check, schema or import",
			 near.best ? near.best : "", near.best ? "'?" : "");
	return STATUS_USAGE;
}

static enum status run_action(struct context *context, const struct action *action)
{
	bool imports = action->run == import_file;

	if (given(context, OPTION_NAME) && !imports) {
		(void)diag_error(&context->diags, NOWHERE, EINVAL,
				 "--name is for 'profile import'");
		return STATUS_USAGE;
	}
	if (context->operands_len >= action->least &&
	    context->operands_len <= action->most)
		return action->run(context);
	(void)diag_error(&context->diags, NOWHERE, EINVAL, "'profile %s' takes %s",
			 action->name,
			 imports	     ? "one FILE"
			 : action->most == 0 ? "no argument"
			 : action->most == 1 ? "one PROFILE"
					     : "one PROFILE or more");
	return STATUS_USAGE;
}

static enum status run_profile(struct context *context)
{
	const char *word = context->operands[0];

	context->operands++;
	context->operands_len--;
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(actions[i].name, word) == 0)
			return run_action(context, &actions[i]);
	}
	return misuse(context, word);
}

static const struct option_row profile_options[] = {
	{ OPTION_NAME, "name", 0, "NAME", "import: what the profile is to be called" },
	{ 0 },
};

const struct command command_profile = {
	.name = "profile",
	.synopsis = "list | show PROFILE | check PROFILE... | schema | import FILE",
	.summary = "The shipped and local profiles; check validates and looks at no host",
	.text = "list    what can be named, and where it is\n"
		"show    the file as it is written\n"
		"check   every fault in it, with line and column, and rules that are hardly meant\n"
		"schema  the JSON Schema of a profile, for editors\n"
		"import  a profile of what a sysctl.conf says, or of the output of sysctl -a;\n"
		"        FILE may be '-'. What a profile cannot have is left out, and told",
	.options = profile_options,
	.least = 1,
	.most = (size_t)-1,
	.operand = "action: list, show, check, schema or import",
	.run = run_profile,
};
