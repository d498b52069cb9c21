/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/unitadj.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "state/process.h"
#include "sys/root.h"

#define LARGEST ((size_t)1024 * 1024)

/* Where units are looked for; the first folder that has a file of a name counts. */
static const char *const system_folders[] = {
	"etc/systemd/system.control", "run/systemd/system.control",
	"run/systemd/transient",      "run/systemd/generator.early",
	"etc/systemd/system",	      "run/systemd/system",
	"run/systemd/generator",      "usr/local/lib/systemd/system",
	"usr/lib/systemd/system",     "lib/systemd/system",
	"run/systemd/generator.late", NULL,
};
static const char *const user_folders[] = {
	"etc/systemd/user",
	"run/systemd/user",
	"usr/local/lib/systemd/user",
	"usr/lib/systemd/user",
	NULL,
};

struct dropin {
	const char *base;
	const char *path;
};

struct finding {
	struct arena *arena;
	const struct root *root;
	const char *const *folders;
	struct {
		struct dropin *items;
		size_t len, cap;
	} dropins;
	struct unit_adj found;
};

static bool ends_in(struct span text, const char *suffix)
{
	size_t len = strlen(suffix);

	return text.len > len && memcmp(text.at + text.len - len, suffix, len) == 0;
}

/* The innermost service of the path that systemd gave it. */
static int find_unit(struct finding *finding, const char *lines)
{
	struct span rest = span_of(lines), controllers, path, part, unit = { 0 };
	struct unit_adj *found = &finding->found;

	while (unit.len == 0 && process_cgroup_next(&rest, &controllers, &path)) {
		bool user = false;

		if (controllers.len > 0 && !span_is(controllers, "name=systemd"))
			continue;
		while (span_until(&path, '/', &part)) {
			if (!ends_in(part, ".service"))
				continue;
			found->user = user;
			unit = part;
			user |= span_starts(part, "user@");
		}
	}
	if (unit.len > 0)
		found->unit = arena_copy(finding->arena, unit.at, unit.len);
	return unit.len > 0 && !found->unit ? -ENOMEM : 0;
}

/* A line "OOMScoreAdjust=-900"; without a value it takes back those before it. */
static void read_value(struct finding *finding, struct span value, const char *path,
		       unsigned line)
{
	struct unit_adj *found = &finding->found;
	int64_t adj;

	if (value.len > 0 && value.at[0] == '+')
		value = (struct span){ value.at + 1, value.len - 1 };
	if (value.len == 0) {
		found->set = false;
		return;
	}
	if (num_i64(value, &adj) < 0 || adj < ADJ_NEVER || adj > ADJ_FIRST)
		return;
	found->set = true;
	found->adj = (int)adj;
	found->file = path;
	found->line = line;
}

/* 0, -ENOENT, -ENOMEM, or why it cannot be read. */
static int read_file(struct finding *finding, const char *path)
{
	struct span text, line, key;
	bool service = false;
	const char *name;
	char *bytes;
	int r = root_slurp(finding->root, path, finding->arena, LARGEST, &bytes,
			   &text.len);

	if (r < 0)
		return r;
	text.at = bytes;
	name = arena_printf(finding->arena, "/%s", path);
	if (!name)
		return -ENOMEM;
	for (unsigned number = 1; span_line(&text, &line); number++) {
		line = span_trim(line);
		if (line.len > 0 && line.at[0] == '[')
			service = span_is(line, "[Service]");
		if (service && memchr(line.at, '=', line.len) &&
		    span_until(&line, '=', &key) &&
		    span_is(span_trim(key), "OOMScoreAdjust"))
			read_value(finding, span_trim(line), name, number);
	}
	return 0;
}

/* Of one name the first file counts, be it empty. */
static int read_fragment(struct finding *finding, const char *unit)
{
	for (size_t i = 0; finding->folders[i]; i++) {
		const char *path =
			arena_printf(finding->arena, "%s/%s", finding->folders[i], unit);
		int r = path ? read_file(finding, path) : -ENOMEM;

		if (r == 0 || r == -ENOMEM)
			return r == 0 ? 1 : r;
	}
	return 0;
}

static int add_dropin(struct finding *finding, const char *folder, const char *base)
{
	struct dropin *dropin;

	if (!ends_in(span_of(base), ".conf"))
		return 0;
	for (size_t i = 0; i < finding->dropins.len; i++) {
		if (strcmp(finding->dropins.items[i].base, base) == 0)
			return 0;
	}
	dropin = vec_push(finding->arena, &finding->dropins);
	if (!dropin)
		return -ENOMEM;
	dropin->base = base;
	dropin->path = arena_printf(finding->arena, "%s/%s", folder, base);
	return dropin->path ? 0 : -ENOMEM;
}

/* Those for @name, which is a unit, its template, a prefix "a-.service" or the type "service". */
static int add_dropins(struct finding *finding, const char *name)
{
	int r = 0;

	for (size_t i = 0; r == 0 && finding->folders[i]; i++) {
		const char *folder = arena_printf(finding->arena, "%s/%s.d",
						  finding->folders[i], name);
		const char *const *names;
		size_t len;

		if (!folder)
			return -ENOMEM;
		r = root_list(finding->root, folder, finding->arena, &names, &len);
		if (r < 0 && r != -ENOMEM) {
			r = 0;
			continue;
		}
		for (size_t j = 0; r == 0 && j < len; j++)
			r = add_dropin(finding, folder, names[j]);
	}
	return r;
}

/* "a@.service" of "a@b.service"; NULL: it is of none. */
static const char *template_of(struct arena *arena, const char *unit, int *ret_r)
{
	const char *at = strchr(unit, '@'), *name;

	if (!at || strcmp(at, "@.service") == 0)
		return NULL;
	name = arena_printf(arena, "%.*s@.service", (int)(at - unit), unit);
	if (!name)
		*ret_r = -ENOMEM;
	return name;
}

/* "a-b-.service" and "a-.service" of "a-b-c.service", the longest first. */
static int add_prefixes(struct finding *finding, const char *unit)
{
	size_t len = strlen(unit) - strlen(".service");
	int r = 0;

	while (r == 0 && len-- > 1) {
		const char *name;

		if (unit[len] != '-')
			continue;
		name = arena_printf(finding->arena, "%.*s-.service", (int)len, unit);
		r = name ? add_dropins(finding, name) : -ENOMEM;
	}
	return r;
}

static int by_base(const void *a, const void *b)
{
	const struct dropin *left = a, *right = b;

	return strcmp(left->base, right->base);
}

static int read_dropins(struct finding *finding)
{
	struct dropin *items = finding->dropins.items;
	size_t len = finding->dropins.len;

	if (len > 0)
		qsort(items, len, sizeof(*items), by_base);
	for (size_t i = 0; i < len; i++) {
		if (read_file(finding, items[i].path) == -ENOMEM)
			return -ENOMEM;
	}
	return 0;
}

int unit_adj_find(struct arena *arena, const struct root *root, const char *lines,
		  struct unit_adj *ret)
{
	struct finding finding = { .arena = arena, .root = root };
	const char *template;
	int r = find_unit(&finding, lines);

	*ret = finding.found;
	if (r < 0 || !finding.found.unit)
		return r;
	finding.folders = finding.found.user ? user_folders : system_folders;
	template = template_of(arena, ret->unit, &r);
	if (r == 0)
		r = read_fragment(&finding, ret->unit);
	if (r == 0 && template)
		r = read_fragment(&finding, template);
	if (r >= 0)
		r = add_dropins(&finding, ret->unit);
	if (r == 0 && template)
		r = add_dropins(&finding, template);
	if (r == 0)
		r = add_prefixes(&finding, ret->unit);
	if (r == 0)
		r = add_dropins(&finding, "service");
	if (r == 0)
		r = read_dropins(&finding);
	*ret = finding.found;
	return r;
}
