/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/capture.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/keyset.h"
#include "knob/default.h"
#include "knob/knob.h"
#include "knob/role.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "plan/item.h"
#include "plan/probe.h"
#include "profile/wording.h"
#include "state/state.h"

#define GLOB "*?["

/* What making a draft works on. */
struct capturing {
	struct arena *arena;
	struct diags *diags;
	const struct probes *probes;
	const struct state *state;
	struct capture *capture;
	struct keyset taken; /* the keys in the draft */
};

/* A file that was found for one of the wishes. */
struct sight {
	const struct live *live;
	const char *key;
	const struct knob *knob; /* the row for this kernel; NULL: not in the catalogue */
	bool named;		 /* and by no glob: it must be had */
};

void capture_refuse(struct capture *capture, enum status status)
{
	if (capture->refusal == STATUS_OK)
		capture->refusal = status;
}

/* The sentence is about @sight, which is not in the draft for that. 0 or -ENOMEM. */
__attribute__((format(printf, 4, 5))) static int leave_out(struct capturing *capturing,
							   const struct sight *sight,
							   enum status status,
							   const char *format, ...)
{
	const char *sentence;
	va_list args;

	va_start(args, format);
	sentence = arena_vprintf(capturing->arena, format, args);
	va_end(args);
	if (!sentence)
		return -ENOMEM;
	if (!sight->named || status == STATUS_OK) {
		diag_warning(capturing->diags, NOWHERE, "%s is left out: %s", sight->key,
			     sentence);
		return 0;
	}
	(void)diag_error(capturing->diags, NOWHERE, EINVAL, "%s: %s", sight->key,
			 sentence);
	capture_refuse(capturing->capture, status);
	return 0;
}

/* *@ret: "vm.swappiness" for "swappiness"; NULL: no key is near. 0 or -ENOMEM. */
static int find_nearest(const struct capturing *capturing, const char *key,
			const char **ret)
{
	if (!strpbrk(key, "./"))
		key = arena_printf(capturing->arena, "vm.%s", key);
	*ret = key ? knob_nearest(key) : NULL;
	return key ? 0 : -ENOMEM;
}

static int absent(struct capturing *capturing, const struct sight *sight)
{
	const char *key = sight->key, *nearest = NULL, *why;
	int r = 0;

	if (!sight->named)
		return 0;
	if (sight->live->error == EISDIR)
		return leave_out(capturing, sight, STATUS_NO_KNOB,
				 "it is a folder: name what is in it, or all as '%s%s*'",
				 key, key[0] == '/' ? "/" : ".");
	why = item_why_absent(capturing->arena, sight->knob, &capturing->state->host);
	if (!sight->knob)
		r = find_nearest(capturing, key, &nearest);
	if (!why || r < 0)
		return -ENOMEM;
	if (nearest)
		return leave_out(capturing, sight, STATUS_NO_KNOB,
				 "%s: did you mean '%s'?", why, nearest);
	return leave_out(capturing, sight, STATUS_NO_KNOB, "%s", why);
}

static int unreadable(struct capturing *capturing, const struct sight *sight)
{
	int err = sight->live->error;

	return leave_out(capturing, sight,
			 err == EACCES || err == EPERM ? STATUS_NO_PRIVILEGE
						       : STATUS_ERROR,
			 "it cannot be read: %s", strerror(err));
}

/* 1: what it holds is known to differ from what the documentation gives. 0, -ENOMEM. */
static int differs(const struct capturing *capturing, const struct sight *sight)
{
	const struct host *host = &capturing->state->host;
	struct span text =
		knob_default(sight->knob,
			     (struct default_facts){ .kernel = host->kernel,
						     .word = host_word(host) });
	const char *standard = arena_copy(capturing->arena, text.at, text.len);

	if (!standard)
		return -ENOMEM;
	return text.len > 0 && !value_same(sight->knob, standard, sight->live->text);
}

/* *@ret: the key of the twin that stands in the way of this one. NULL: none does. 0 or
 * -ENOMEM. */
static int find_twin(const struct capturing *capturing, const struct sight *sight,
		     const char **ret)
{
	const struct knob *knob = sight->knob;

	*ret = NULL;
	for (const char *const *key = knob ? knob->excludes : NULL; key && *key; key++) {
		const struct knob *twin = knob_find(*key, capturing->state->host.release);
		const char *path = sysctlname_path(capturing->arena, *key);
		const struct live *live;

		if (!path)
			return -ENOMEM;
		live = probes_live(capturing->probes, capturing->state, path);
		if (!twin || !knob_are_twins(knob, twin))
			continue;
		if (keyset_get(&capturing->taken, *key) ||
		    (live && live->text && value_same(knob, sight->live->text, "0") &&
		     !value_same(twin, live->text, "0")))
			*ret = *key;
	}
	return 0;
}

static const char *comment_on(struct arena *arena, const struct knob *knob)
{
	if (knob->default_value)
		return arena_printf(arena, "%s Default: %s.", knob->summary,
				    knob->default_value);
	return knob->summary;
}

static int add(struct capturing *capturing, const struct sight *sight, const char *value)
{
	const struct knob *knob = sight->knob;
	struct draft_setting setting = {
		.key = sight->key,
		.value = value,
		/* A device or a size that another host, or the next boot, may not have. */
		.optional = knob && strchr(knob->key, '*'),
	};
	const void *before;

	if (!draft_holds(&setting) || strpbrk(sight->key, GLOB))
		return leave_out(capturing, sight, STATUS_BAD_PROFILE,
				 "its name or its value cannot be written in a profile");
	if (knob)
		setting.comment = comment_on(capturing->arena, knob);
	if ((knob && !setting.comment) || keyset_add(capturing->arena, &capturing->taken,
						     sight->key, sight->key, &before) < 0)
		return -ENOMEM;
	return draft_add(capturing->arena, &capturing->capture->draft, &setting);
}

/* Profiles are read where no host is known: by the catalogue's row for mainline. */
static int check_text(struct capturing *capturing, const struct sight *sight,
		      const char *text, const char **ret)
{
	return value_resolve(capturing->arena, knob_find(sight->key, NULL), text, NULL,
			     ret);
}

static int take_value(struct capturing *capturing, const struct sight *sight)
{
	const struct value_facts facts = {
		.kernel = capturing->state->host.kernel,
		.word = host_word(&capturing->state->host),
	};
	const char *meaning =
		value_meaning(capturing->arena, sight->knob, sight->live->text);
	const char *text = NULL, *sentence = NULL;
	int fault;

	if (!meaning)
		return -ENOMEM;
	fault = value_resolve(capturing->arena, sight->knob, meaning, &facts, &text);
	sentence = text;
	if (fault == VALUE_OK)
		fault = check_text(capturing, sight, text, &sentence);
	if (fault < 0)
		return fault;
	if (fault != VALUE_OK)
		return leave_out(capturing, sight, STATUS_BAD_PROFILE, "%s", sentence);
	return add(capturing, sight, text);
}

static int not_settable(struct capturing *capturing, const struct sight *sight)
{
	const struct knob *knob = sight->knob;

	if (!sight->named)
		return 0;
	if (!knob || knob->read_only)
		return leave_out(capturing, sight, STATUS_BAD_PROFILE,
				 "it is read-only: nothing can be written to it");
	if (knob->type == KNOB_TRIGGER)
		return leave_out(capturing, sight, STATUS_BAD_PROFILE,
				 "it is an action and holds no value%s%s%s",
				 knob->replacement ? ": use " : "",
				 knob->replacement ? knob->replacement : "",
				 knob->replacement ? " instead" : "");
	return leave_out(capturing, sight, STATUS_BAD_PROFILE, "it cannot be read back");
}

static int take(struct capturing *capturing, const struct sight *sight)
{
	const struct live *live = sight->live;
	const char *twin;
	int r = 1;

	if (live->error == ENOENT || live->error == ENOTDIR || live->error == EISDIR)
		return absent(capturing, sight);
	if (keyset_get(&capturing->taken, sight->key))
		return 0;
	if (!knob_settable(sight->knob) || (!sight->knob && live->read_only))
		return not_settable(capturing, sight);
	if (!live->text)
		return unreadable(capturing, sight);
	if (capturing->capture->all)
		r = differs(capturing, sight);
	if (r <= 0)
		return r;
	r = find_twin(capturing, sight, &twin);
	if (r < 0)
		return r;
	if (twin && sight->named)
		return leave_out(capturing, sight, STATUS_OK,
				 "%s is in force in its place", twin);
	return twin ? 0 : take_value(capturing, sight);
}

static int take_all(struct capturing *capturing, const struct setting *setting,
		    const struct found *found)
{
	const char *release = capturing->state->host.release;
	struct arena *arena = capturing->arena;
	int r = 0;

	for (size_t i = 0; r == 0 && i < found->len; i++) {
		struct sight sight = {
			.live = &found->items[i],
			.key = setting->key,
			.named = !capturing->capture->all && !setting->glob,
		};

		if (setting->glob)
			sight.key = setting->sysfs
					    ? arena_printf(arena, "/%s", sight.live->path)
					    : sysctlname_of_path(arena, sight.live->path);
		if (!sight.key)
			return -ENOMEM;
		sight.knob = knob_find(sight.key, release);
		r = take(capturing, &sight);
	}
	if (found->len == 0 && !capturing->capture->all) {
		(void)diag_error(capturing->diags, NOWHERE, ENOENT,
				 "nothing on this host matches '%s'", setting->key);
		capture_refuse(capturing->capture, STATUS_NO_KNOB);
	}
	return r;
}

static int describe(struct capturing *capturing)
{
	const char *release = capturing->state->host.release;
	struct capture *capture = capturing->capture;

	capture->draft.name = capture->wish.items[0]->name;
	/* The name of the host is another one in every copy of its files. */
	capture->draft.description =
		release ? arena_printf(capturing->arena, "Captured from Linux %s",
				       wording_shown(capturing->arena, release))
			: "Captured from a Linux host";
	capture->draft.comment =
		capture->all ? "Written by lowmemctl capture: what differs from the "
			       "kernel's documented defaults."
			     : "Written by lowmemctl capture.";
	return capture->draft.description ? 0 : -ENOMEM;
}

int capture_finish(struct arena *arena, struct diags *diags, const struct probes *probes,
		   const struct state *state, struct capture *capture)
{
	struct capturing capturing = {
		.arena = arena,
		.diags = diags,
		.probes = probes,
		.state = state,
		.capture = capture,
	};
	const struct layer *layer = capture->wish.items[0];
	int r = describe(&capturing);

	for (size_t i = 0; r == 0 && i < layer->settings_len; i++)
		r = take_all(&capturing, &layer->settings[i], &state->found[i]);
	return r;
}
