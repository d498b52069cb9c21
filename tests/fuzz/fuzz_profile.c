/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a profile: YAML, then the tables, within little memory. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "profile/profile.h"
#include "profile/ytree.h"

#define MEMORY ((size_t)8 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(arena_freep) struct arena *arena = arena_new(MEMORY);
	const struct source source = { "fuzz.yaml", (const char *)data, size };
	struct diags diags = diags_in(arena);
	const struct ynode *include;
	struct ynode *root = NULL;
	struct layer layer;
	int parsed, r;

	if (!arena)
		return 0;
	parsed = ytree_parse(arena, &diags, &source, &root);
	if (parsed == -ENOMEM || (parsed < 0 && !root))
		return 0;
	r = profile_decode(arena, &diags, &source, root, &layer, &include);
	/* What is refused is told, and what is told is refused. */
	if (r != -ENOMEM && (parsed < 0 || r < 0) != (diags.errors > 0))
		abort();
	return 0;
}
