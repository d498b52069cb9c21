/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/probe.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "plan/translate.h"
#include "profile/profile.h"

static int probe_add(struct arena *arena, struct probes *probes, const char *path,
		     bool glob, bool unread)
{
	struct probe *probe = path ? vec_push(arena, probes) : NULL;

	if (!probe)
		return -ENOMEM;
	*probe = (struct probe){ .path = path, .glob = glob, .unread = unread };
	return 0;
}

static int probe_extra(struct arena *arena, struct probes *probes, size_t settings,
		       const char *path)
{
	for (size_t i = settings; path && i < probes->len; i++) {
		if (strcmp(probes->items[i].path, path) == 0)
			return 0;
	}
	return probe_add(arena, probes, path, false, false);
}

static int probe_setting(struct arena *arena, const struct setting *setting,
			 struct probes *probes)
{
	return probe_add(arena, probes,
			 setting->sysfs ? setting->key + 1
					: sysctlname_path(arena, setting->key),
			 setting->glob, !knob_may_be_read(setting->knob));
}

static int probe_twins_of(struct arena *arena, struct probes *probes, size_t settings,
			  const struct knob *knob)
{
	int r = 0;

	for (const char *const *key = knob->excludes; r == 0 && key && *key; key++)
		r = probe_extra(arena, probes, settings, sysctlname_path(arena, *key));
	return r;
}

/* A glob may stand for any knob of the catalogue that has a twin. */
static int probe_twins(struct arena *arena, const struct setting *setting,
		       struct probes *probes, size_t settings)
{
	size_t len;
	const struct knob *knobs = knob_all(&len);
	int r = 0;

	if (setting->knob)
		return probe_twins_of(arena, probes, settings, setting->knob);
	if (!setting->glob || setting->sysfs)
		return 0;
	for (size_t i = 0; r == 0 && i < len; i++) {
		if (knobs[i].excludes && fnmatch(setting->key, knobs[i].key, 0) == 0)
			r = probe_twins_of(arena, probes, settings, &knobs[i]);
	}
	return r;
}

static int probe_extras(struct arena *arena, const struct layer *layer,
			struct probes *probes, size_t settings)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < layer->settings_len; i++)
		r = probe_twins(arena, &layer->settings[i], probes, settings);
	if (r == 0 && layer->has_lower_zone_protection)
		r = probe_extra(arena, probes, settings, LOWER_ZONE_PROTECTION_PATH);
	if (r == 0 && layer->has_lower_zone_protection)
		r = probe_extra(arena, probes, settings, LOWMEM_RESERVE_RATIO_PATH);
	if (r == 0 && layer->oom_kill != UNSET)
		r = probe_extra(arena, probes, settings, OOM_KILL_PATH);
	/* Nobody may read it since 5.4: what is asked is whether it is there. */
	if (r == 0 && layer->schedules_len > 0)
		r = probe_add(arena, probes, DROP_CACHES_PATH, false, true);
	return r;
}

/* A size or a percentage, where a plain number is what is written. */
static bool has_suffix(const char *value)
{
	return strpbrk(value, "KMGT%") != NULL;
}

static unsigned facts_for_setting(const struct setting *setting)
{
	/* What a glob stands for is only known on the host. */
	bool pages =
		setting->glob || (setting->knob && setting->knob->size == KNOB_PAGES);
	unsigned facts = 0;

	if (setting->glob || (setting->knob && knob_is_by_word(setting->knob)))
		facts |= HOST_ARCH | HOST_MEMORY;
	if (!has_suffix(setting->value))
		return facts;
	if (strchr(setting->value, '%'))
		facts |= HOST_MEMORY;
	if (pages)
		facts |= HOST_PAGE;
	return facts;
}

static unsigned facts_for(const struct layer *layer)
{
	const struct when *when = layer->when;
	unsigned facts = HOST_KERNEL | HOST_MOUNTS;

	if (when && (when->highmem != WHEN_ANY || when->memory))
		facts |= HOST_MEMORY;
	if (when && when->arch)
		facts |= HOST_ARCH;
	if (layer->has_lower_zone_protection)
		facts |= HOST_MEMORY | HOST_PAGE;
	for (size_t i = 0; i < layer->settings_len; i++)
		facts |= facts_for_setting(&layer->settings[i]);
	return facts;
}

int probes_for(struct arena *arena, const struct profile *profile, struct probes *ret)
{
	struct probes probes = { 0 };
	size_t settings;
	int r = 0;

	for (size_t i = 0; r == 0 && i < profile->len; i++) {
		const struct layer *layer = profile->items[i];

		probes.host |= facts_for(layer);
		for (size_t j = 0; r == 0 && j < layer->settings_len; j++)
			r = probe_setting(arena, &layer->settings[j], &probes);
	}
	settings = probes.len;
	for (size_t i = 0; r == 0 && i < profile->len; i++)
		r = probe_extras(arena, profile->items[i], &probes, settings);
	if (r == 0)
		*ret = probes;
	return r;
}

const struct live *probes_live(const struct probes *probes, const struct state *state,
			       const char *path)
{
	for (size_t i = probes->len; i-- > 0;) {
		if (!probes->items[i].glob && strcmp(probes->items[i].path, path) == 0)
			return &state->found[i].items[0];
	}
	return NULL;
}
