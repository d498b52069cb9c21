/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a file of sysctl.d: lines, then what they make of a key, for every loader. The first
 * byte chooses the loader; what follows a line of "--" is a second file.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "state/bootanswer.h"
#include "state/persisted.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

#define MEMORY ((size_t)16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const folders[] = { "etc/sysctl.d", "usr/lib/sysctl.d", NULL };
static const char *const none[] = { NULL };

/* The loaders' rows as far as lines go; names do not matter. */
static const struct sysctl_loader loaders[] = {
	{ .name = "systemd",
	  .folders = folders,
	  .credential = true,
	  .once = true,
	  .dash = true,
	  .dash_blank = true,
	  .exclusions = true,
	  .cancels = true,
	  .globs = true,
	  .tails = true },
	{ .name = "procps 4.0.5",
	  .folders = folders,
	  .conf = true,
	  .dot_files = true,
	  .dash = true,
	  .dash_twice = true,
	  .exclusions = true,
	  .globs = true,
	  .glob_exclusions = true,
	  .parents = true },
	{ .name = "procps 4",
	  .folders = folders,
	  .conf = true,
	  .dot_files = true,
	  .dash = true,
	  .dash_twice = true,
	  .exclusions = true,
	  .globs = true,
	  .parents = true },
	{ .name = "procps 3",
	  .folders = folders,
	  .conf = true,
	  .dot_files = true,
	  .dash = true,
	  .parents = true },
	{ .name = "sysctl.conf", .folders = none, .conf = true, .parents = true },
	{ .name = "busybox",
	  .folders = folders,
	  .in_turn = true,
	  .conf_turn = 1,
	  .conf = true,
	  .by_sight = true,
	  .joins = true,
	  .valued = true,
	  .stops = true },
};

#define LOADERS (sizeof(loaders) / sizeof(*loaders))

static void check(bool good)
{
	if (!good)
		abort();
}

static void check_line(struct arena *arena, const struct conf_line *line,
		       const struct source *source)
{
	const char *again = NULL;
	int r = sysctlname_canonical(arena, line->key, &again);

	/* A name is its own canonical form. */
	check(r == -ENOMEM || (r == 0 && strcmp(again, line->key) == 0));
	check(line->at.source == source && line->at.line > 0 && line->at.column == 0);
	check(line->glob == (strpbrk(line->key, "*?[") != NULL));
	check(line->value || !line->optional);
	check(!strchr(line->key, '\n') && (!line->value || !strchr(line->value, '\n')));
}

static int check_lines(struct arena *arena, const struct source *source,
		       const struct sysctl_loader *loader)
{
	struct diags diags = diags_in(arena);
	struct conf_lines lines = { 0 };
	unsigned last = 1;
	int r = sysctlconf_read(arena, &diags, source, loader, &lines);

	check(r == 0 || r == -ENOMEM);
	for (size_t i = 0; i < lines.len; i++) {
		check_line(arena, &lines.items[i], source);
		check(lines.items[i].at.line >= last);
		last = lines.items[i].at.line;
	}
	/* What is wrong costs lines, not the file. */
	check(diags.errors == 0);
	return r;
}

/* One line decides at most, and every other one that is told of has a reason. */
static void check_answer(struct arena *arena, const struct persisted *persisted,
			 const char *key)
{
	struct boot_answer answer, brief;
	const struct knob *knob = knob_find(key, NULL);

	if (boot_ask(arena, persisted, key, knob, true, &answer) < 0 ||
	    boot_ask(arena, persisted, key, knob, false, &brief) < 0)
		return;
	check(!answer.value || answer.line);
	check(answer.line == brief.line && brief.losers_len == 0);
	for (size_t i = 0; i < answer.losers_len; i++) {
		check(answer.losers[i].line != answer.line);
		check(answer.losers[i].line->value && *answer.losers[i].why);
	}
}

static void ask(struct arena *arena, const struct persisted *persisted)
{
	static const char *const keys[] = {
		"vm.swappiness",	"vm.dirty_ratio",	   "vm.nr_hugepages", "a",
		"net.ipv4.conf.t0/7.x", "vm.lowmem_reserve_ratio",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		check_answer(arena, persisted, keys[i]);
	for (size_t i = 0; i < persisted->keys.len && i < 8; i++)
		check_answer(arena, persisted, persisted->keys.items[i].key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(arena_freep) struct arena *arena = arena_new(MEMORY);
	const struct sysctl_loader *loader = &loaders[size > 0 ? data[0] % LOADERS : 0];
	const char *text = (const char *)data, *mark;
	struct persisted persisted = { .loader = loader }, one, two;
	struct source first, second;

	if (!arena || size == 0)
		return 0;
	text++;
	size--;
	mark = memmem(text, size, "\n--\n", 4);
	first = (struct source){ "/etc/sysctl.d/b.conf", text,
				 mark ? (size_t)(mark - text) : size };
	second = (struct source){ "/usr/lib/sysctl.d/c.conf", mark ? mark + 4 : "",
				  mark ? size - first.len - 4 : 0 };
	if (check_lines(arena, &first, loader) < 0 ||
	    persisted_with(arena, &persisted, &first, &one) < 0)
		return 0;
	ask(arena, &one);
	if (persisted_with(arena, &one, &second, &two) == 0)
		ask(arena, &two);
	return 0;
}
