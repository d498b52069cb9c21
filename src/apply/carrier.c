/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/carrier.h"

#include <errno.h>
#include <stdbool.h>

#include "apply/files.h"
#include "base/arena.h"
#include "base/vec.h"
#include "plan/carrying.h"
#include "sys/root.h"

/* Somebody may have removed some of the units by hand. */
#define GAP  8
/* A profile, which is a MiB at most, has fewer schedules. */
#define MOST 100000

struct looking {
	struct arena *arena;
	const struct root *root;
	struct carrying *carrying;
};

/* 1: there is a file at @path, which was added; 0: there is none; -ENOMEM. */
static int look(const struct looking *looking, const char *path, enum carrier carrier)
{
	struct carrying_file *file;
	const char *text = NULL;
	int r = path ? files_read(looking->arena, looking->root, path, &text) : -ENOMEM;

	if (r == -ENOMEM || (r == 0 && !text))
		return r;
	file = vec_push(looking->arena, &looking->carrying->files);
	if (!file)
		return -ENOMEM;
	*file = (struct carrying_file){
		.path = path,
		.text = text,
		.carrier = carrier,
		.ours = text && timers_are_ours(text),
	};
	return 1;
}

/* As look(), for the two units of schedule @number. */
static int look_for_units(const struct looking *looking, size_t number)
{
	static const char *const suffixes[] = { "timer", "service" };
	int found = 0;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		int r = look(looking,
			     timers_unit_path(looking->arena, looking->carrying->profile,
					      number, suffixes[i]),
			     CARRIER_SYSTEMD);

		if (r < 0)
			return r;
		found |= r;
	}
	return found;
}

int carrier_read(struct arena *arena, const struct root *root, const char *profile,
		 size_t least, struct carrying *ret)
{
	const struct looking looking = { arena, root, ret };
	size_t last = least;
	int r;

	*ret = (struct carrying){ .profile = profile };
	r = look(&looking, timers_target_path(arena, profile), CARRIER_SYSTEMD);
	for (size_t i = 1; r >= 0 && i <= last + GAP && i <= MOST; i++) {
		r = look_for_units(&looking, i);
		if (r > 0 && i > last)
			last = i;
	}
	if (r >= 0)
		r = look(&looking, timers_cron_path(arena, profile), CARRIER_CRON);
	return r < 0 ? r : 0;
}

int carrier_find(struct arena *arena, const struct root *root, const char *profile,
		 enum carrier *ret)
{
	struct carrying carrying;
	int r = carrier_read(arena, root, profile, 0, &carrying);

	if (r == 0)
		*ret = carrying_by(&carrying);
	return r;
}
