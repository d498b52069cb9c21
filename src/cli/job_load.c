/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "cli/command.h"
#include "cli/job.h"

static enum status load_status(struct context *context, int r)
{
	switch (-r) {
	case 0:
		return STATUS_OK;
	case EINVAL:
		return STATUS_BAD_PROFILE;
	case EPERM:
	case EACCES:
		return STATUS_NO_PRIVILEGE;
	case ENOMEM:
		(void)diag_error(&context->diags, NOWHERE, ENOMEM,
				 "cannot read profiles: %s", strerror(ENOMEM));
		return STATUS_ERROR;
	default:
		return STATUS_ERROR;
	}
}

static struct loader loader_with(struct context *context, struct diags *diags,
				 enum trust trust)
{
	return (struct loader){
		.arena = context->arena,
		.diags = diags,
		.root = &context->root,
		.shipped = LOWMEMCTL_PROFILES,
		.trust = trust,
	};
}

enum status job_load(struct context *context, struct job *job, enum trust trust)
{
	const struct loader loader = loader_with(context, &context->diags, trust);
	enum status status = STATUS_OK;

	/* All are read, so that the faults of all are shown in one run. */
	for (size_t i = 0; i < context->operands_len; i++) {
		enum status one =
			load_status(context, profile_load(&loader, context->operands[i],
							  &job->profile));

		if (status == STATUS_OK)
			status = one;
	}
	return status;
}

enum status job_load_one(struct context *context, const char *name,
			 struct profile *profile)
{
	const struct loader loader = loader_with(context, &context->diags, TRUST_ANY);

	return load_status(context, profile_load(&loader, name, profile));
}

enum status job_load_active(struct context *context, struct job *job)
{
	const struct loader loader = loader_with(context, &context->diags, TRUST_OWNER);

	return load_status(context, profile_load_active(&loader, &job->profile));
}

/* Does a sound one of the layers before @end set @key? */
static bool is_set_before(const struct profile *profile, size_t end, const char *key)
{
	for (size_t i = 0; i < end; i++) {
		const struct layer *layer = profile->items[i];

		for (size_t j = 0; j < layer->settings_len; j++) {
			if (strcmp(layer->settings[j].key, key) == 0)
				return true;
		}
	}
	return false;
}

/* Where one that is left out had the last word, an earlier one has it now. */
static void warn_of_earlier(struct context *context, const struct profile *profile)
{
	for (size_t i = 0; i < profile->len; i++) {
		const struct layer *layer = profile->items[i];
		const char *keys = "";

		for (size_t j = 0; keys && j < layer->unsound_len; j++) {
			if (is_set_before(profile, i, layer->unsound[j].key))
				keys = arena_printf(context->arena, "%s%s%s", keys,
						    *keys ? ", " : "",
						    layer->unsound[j].key);
		}
		if (keys && *keys)
			diag_warning(&context->diags,
				     (struct origin){ .source = layer->source },
				     "an earlier profile decides instead: %s", keys);
	}
}

bool job_leave_faulty(struct context *context, struct job *job, enum status status)
{
	if (status != STATUS_BAD_PROFILE && status != STATUS_NO_PRIVILEGE)
		return false;
	warn_of_earlier(context, &job->profile);
	if (profile_leave_broken(&job->profile) == 0)
		return false;
	(void)diag_error(&context->diags, NOWHERE, EINVAL,
			 "active profiles with faults are left out, and the others used");
	return true;
}

enum status job_load_asked(struct context *context, struct job *job)
{
	enum status status;

	if (context->operands_len > 0)
		return job_load(context, job, TRUST_ANY);
	status = job_load_active(context, job);
	if (status == STATUS_OK && job->profile.len == 0)
		diag_note(
			&context->diags, NOWHERE,
			"no profile is active on this host: 'lowmemctl persist PROFILE' makes "
			"one so");
	return status;
}

/* Was it told when the active ones were read before? */
static bool is_told(const struct diags *diags, const struct diag *diag)
{
	for (const struct diag *other = diags->first; other; other = other->next) {
		if (strcmp(other->message, diag->message) == 0 &&
		    other->at.line == diag->at.line && other->at.source &&
		    diag->at.source &&
		    strcmp(other->at.source->name, diag->at.source->name) == 0)
			return true;
	}
	return false;
}

/* Of one that is not valid, or not to be trusted, is said that it does not count. */
int job_read_active(struct context *context, struct job *job)
{
	struct diags faults = diags_in(context->arena);
	const struct loader loader = loader_with(context, &faults, TRUST_OWNER);
	int r = profile_load_active(&loader, &job->active);

	for (const struct diag *diag = faults.first; diag; diag = diag->next) {
		if (diag->severity == SEVERITY_ERROR && !is_told(&context->diags, diag))
			diag_warning(&context->diags, diag->at,
				     "an active profile does not count: %s",
				     diag->message);
	}
	return r == -ENOMEM ? r : 0;
}
