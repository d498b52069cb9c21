/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a sysctl.conf: whatever is in it, the profile made of it is valid, and has the
 * settings that the draft has. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "plan/import.h"
#include "profile/draft.h"
#include "profile/profile.h"
#include "profile/ytree.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"
#include "sys/root.h"

#define MEMORY ((size_t)32 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of @draft must read back as what the draft says. */
static void read_back(struct arena *arena, const struct draft *draft,
		      const struct source *source)
{
	struct diags diags = diags_in(arena);
	const struct ynode *include;
	struct ynode *root = NULL;
	struct layer layer = { .name = NULL };
	int r = ytree_parse(arena, &diags, source, &root);

	if (r == 0)
		r = profile_decode(arena, &diags, source, root, &layer, &include);
	if (r == -ENOMEM)
		return;
	if (r < 0 || layer.settings_len != draft->sysctl.len)
		abort();
	for (size_t i = 0; i < layer.settings_len; i++) {
		const struct draft_setting *setting = &draft->sysctl.items[i];

		if (strcmp(layer.settings[i].key, setting->key) != 0 ||
		    strcmp(layer.settings[i].value, setting->value) != 0 ||
		    layer.settings[i].optional != setting->optional)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(arena_freep) struct arena *arena = arena_new(MEMORY);
	const struct source source = { "fuzz.conf", (const char *)data, size };
	const struct root nowhere = { .fd = -1 };
	const struct sysctl_loader *loader;
	struct source text = { .name = "fuzz.yaml" };
	struct diags diags = diags_in(arena);
	struct conf_lines lines = { 0 };
	struct draft draft;

	if (!arena || sysctl_loader_detect(arena, &nowhere, "systemd", &loader) < 0 ||
	    sysctlconf_read(arena, &diags, &source, loader, &lines) < 0 ||
	    import_lines(arena, &diags, &lines, &draft) < 0)
		return 0;
	draft.name = import_name(arena, "fuzz.conf");
	if (diags.errors > 0)
		abort();
	if (draft.name && draft_text(arena, &draft, &text.text, &text.len) == 0)
		read_back(arena, &draft, &text);
	return 0;
}
