/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "knob/knob.h"
#include "knob/role.h"
#include "knob/sysctlname.h"
#include "plan/capture.h"

#define GLOB	 "*?["
#define PROC_SYS "/proc/sys/"
#define SYS	 "/sys/"
#define NAME	 "captured"

/* 0, -EINVAL (told) or -ENOMEM. */
static int read_word(struct arena *arena, struct diags *diags, const char *word,
		     struct setting *ret)
{
	int r;

	if (strncmp(word, PROC_SYS, strlen(PROC_SYS)) == 0)
		word += strlen(PROC_SYS);
	ret->key = word;
	ret->sysfs = strncmp(word, SYS, strlen(SYS)) == 0;
	ret->glob = strpbrk(word, GLOB) != NULL;
	r = ret->sysfs ? 0 : sysctlname_canonical(arena, word, &ret->key);
	if (r == -EINVAL)
		return diag_error(diags, NOWHERE, EINVAL,
				  "'%s' is neither the name of a sysctl nor a path below "
				  "/sys",
				  word);
	if (r == 0 && !ret->glob)
		ret->knob = knob_find(ret->key, NULL);
	return r;
}

static int wish_words(struct arena *arena, struct diags *diags, char *const *words,
		      size_t len, struct capture *capture)
{
	struct layer *layer = capture->wish.items[0];

	layer->settings = arena_array(arena, len, sizeof(*layer->settings));
	if (!layer->settings)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++) {
		struct setting setting = { .value = "" };
		int r = read_word(arena, diags, words[i], &setting);

		if (r == -ENOMEM)
			return r;
		if (r == 0)
			layer->settings[layer->settings_len++] = setting;
		else
			capture_refuse(capture, STATUS_USAGE);
	}
	return 0;
}

/* Cgroups are made and limited by whoever manages services, not by a profile. */
static bool is_of_a_cgroup(const struct knob *knob)
{
	return strstr(knob->key, "**") != NULL;
}

static int wish_catalogue(struct arena *arena, struct capture *capture)
{
	struct layer *layer = capture->wish.items[0];
	const char *last = "";
	size_t len;
	const struct knob *knobs = knob_all(&len);

	layer->settings = arena_array(arena, len, sizeof(*layer->settings));
	if (!layer->settings)
		return -ENOMEM;
	for (const struct knob *knob = knobs; knob < knobs + len; knob++) {
		bool again = strcmp(knob->key, last) == 0;

		last = knob->key;
		if (again || !knob_settable(knob) || is_of_a_cgroup(knob))
			continue;
		layer->settings[layer->settings_len++] = (struct setting){
			.key = knob->key,
			.value = "",
			.sysfs = knob->class == KNOB_SYSFS,
			.glob = strpbrk(knob->key, GLOB) != NULL,
			.knob = strpbrk(knob->key, GLOB) ? NULL : knob,
		};
	}
	return 0;
}

int capture_begin(struct arena *arena, struct diags *diags, char *const *words,
		  size_t len, struct capture *ret)
{
	struct capture capture = { .all = len == 0 };
	struct layer *layer = arena_alloc(arena, sizeof(*layer)),
		     **place = vec_push(arena, &capture.wish);
	int r;

	if (!layer || !place)
		return -ENOMEM;
	layer->name = NAME;
	*place = layer;
	r = capture.all ? wish_catalogue(arena, &capture)
			: wish_words(arena, diags, words, len, &capture);
	if (r == 0)
		*ret = capture;
	return r;
}
