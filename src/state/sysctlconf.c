/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sysctlconf.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/text.h"
#include "base/vec.h"
#include "knob/sysctlname.h"
#include "state/sightkey.h"
#include "state/sysctlloader.h"

/* Far more than the name of any sysctl has, and the kernel takes no longer path. */
#define MOST_PARTS 64

struct reading {
	struct arena *arena;
	struct diags *diags;
	const struct sysctl_loader *loader;
	struct conf_lines *lines;
	struct origin at;
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* @text without the blanks around it: systemd-sysctl takes no others off than span_trim() does. */
static struct span without_blanks(const struct reading *reading, struct span text)
{
	text = span_trim(text);
	if (reading->loader->once)
		return text;
	while (text.len > 0 && is_space(text.at[0])) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && is_space(text.at[text.len - 1]))
		text.len--;
	return text;
}

static void ignored(const struct reading *reading, const char *why)
{
	diag_warning(reading->diags, reading->at, "the line is ignored: %s", why);
}

/* Takes @part of a path for what it is there: nothing, "." and (with @parents) ".." name no file of
 * their own. Nothing above proc/sys/ is a sysctl. */
static int add_part(struct span part, bool parents, struct span *parts, size_t *len)
{
	if (part.len == 0 || span_is(part, "."))
		return 0;
	if (span_is(part, "..")) {
		if (!parents || *len == 0)
			return -EINVAL;
		--*len;
		return 0;
	}
	if (*len == MOST_PARTS)
		return -EINVAL;
	parts[(*len)++] = part;
	return 0;
}

/* The path @text, with "/" between its parts, without what names nothing. -EINVAL: it is none. */
static int clean_path(struct arena *arena, const char *text, bool parents,
		      const char **ret)
{
	struct span rest = span_of(text), part, parts[MOST_PARTS];
	size_t len = 0, used = 0;
	char *path = arena_alloc(arena, strlen(text) + 1);

	if (!path)
		return -ENOMEM;
	while (span_until(&rest, '/', &part)) {
		if (add_part(part, parents, parts, &len) < 0)
			return -EINVAL;
	}
	/* No folder there has a dot in its name, and no name of ours would stand for it. */
	if (len == 0 || memchr(parts[0].at, '.', parts[0].len))
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			path[used++] = '/';
		memcpy(path + used, parts[i].at, parts[i].len);
		used += parts[i].len;
	}
	path[used] = '\0';
	*ret = path;
	return 0;
}

static bool has_tail(struct span key)
{
	return key.len > 0 && strchr("./", key.at[key.len - 1]);
}

static bool is_glob(struct span key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (strchr("*?[", key.at[i]))
			return true;
	}
	return false;
}

/*
 * glob(3) hands out what a pattern stands for without the separators behind that; where the last part
 * is a pattern itself, only folders are meant. -EINVAL: nothing is.
 */
static int drop_tail(const struct sysctl_loader *loader, struct span *key)
{
	struct span last;

	if (!loader->globs || loader->tails || !has_tail(*key) || !is_glob(*key))
		return 0;
	while (has_tail(*key))
		key->len--;
	last = *key;
	while (last.len > 0 && !has_tail(last))
		last.len--;
	last = (struct span){ key->at + last.len, key->len - last.len };
	return is_glob(last) ? -EINVAL : 0;
}

/*
 * The canonical name for @text. What a path leads to is the same with "//" or "/./" in it, and with
 * a "/" in front or behind.
 */
static int read_key(const struct reading *reading, struct span text, const char **ret,
		    bool *ret_odd)
{
	struct arena *arena = reading->arena;
	const char *key, *path;
	int r;

	*ret_odd = false;
	if (reading->loader->by_sight)
		return sightkey_read(arena, text, ret);
	if (drop_tail(reading->loader, &text) < 0)
		return -EINVAL;
	key = arena_copy(arena, text.at, text.len);
	if (!key)
		return -ENOMEM;
	/* A blank behind a "-" that was not allowed for: there is no such sysctl. */
	if (is_space(*key))
		return -EINVAL;
	r = sysctlname_canonical(arena, key, ret);
	*ret_odd = r == -EINVAL;
	if (r != -EINVAL)
		return r;
	if (!reading->loader->tails && has_tail(text))
		return -EINVAL;
	/* Below the prefix, names and paths are swapped alike. */
	path = key[strcspn(key, "./")] == '.' ? sysctlname_path(arena, key) : key;
	if (!path)
		return -ENOMEM;
	if (path != key)
		path += strlen(SYSCTLNAME_FOLDER);
	r = clean_path(arena, path, reading->loader->parents, &path);
	if (r < 0)
		return r;
	path = arena_printf(arena, SYSCTLNAME_FOLDER "%s", path);
	*ret = path ? sysctlname_of_path(arena, path) : NULL;
	return *ret ? 0 : -ENOMEM;
}

static int add_line(const struct reading *reading, struct span key, const char *value,
		    bool optional)
{
	const char *name;
	struct conf_line *line;
	bool odd;
	int r = read_key(reading, key, &name, &odd);

	if (r == -EINVAL) {
		ignored(reading, "it does not name a sysctl");
		return 0;
	}
	line = r == 0 ? vec_push(reading->arena, reading->lines) : NULL;
	if (!line)
		return -ENOMEM;
	*line = (struct conf_line){
		.key = name,
		.value = value,
		.glob = strpbrk(name, "*?[") != NULL,
		.optional = optional,
		.odd = odd,
		.at = reading->at,
	};
	return 0;
}

/* @text without the "-" in front, as @loader takes it off. */
static struct span without_dash(const struct sysctl_loader *loader, struct span text)
{
	size_t len = loader->dash_twice && span_starts(text, "--") ? 2 : 1;

	text = (struct span){ text.at + len, text.len - len };
	return loader->dash_blank ? span_trim(text) : text;
}

static int read_exclusion(const struct reading *reading, struct span text)
{
	if (!reading->loader->exclusions) {
		ignored(reading, "there is no '=' in it");
		return 0;
	}
	return add_line(reading, without_dash(reading->loader, text), NULL, false);
}

static int read_assignment(const struct reading *reading, struct span key,
			   struct span text)
{
	const struct sysctl_loader *loader = reading->loader;
	bool optional = loader->dash && key.len > 0 && key.at[0] == '-';
	const char *value = arena_copy(reading->arena, text.at, text.len);

	if (!value)
		return -ENOMEM;
	if (loader->valued && text.len == 0) {
		ignored(reading, "there is no value in it");
		return 0;
	}
	return add_line(reading, optional ? without_dash(loader, key) : key, value,
			optional);
}

static int read_line(const struct reading *reading, struct span line)
{
	struct span key;

	line = without_blanks(reading, line);
	if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
		return 0;
	if (memchr(line.at, '=', line.len)) {
		(void)span_until(&line, '=', &key);
		return read_assignment(reading, without_blanks(reading, key),
				       without_blanks(reading, line));
	}
	if (line.at[0] == '-')
		return read_exclusion(reading, line);
	ignored(reading, "there is no '=' in it");
	return 0;
}

static bool ends_in_backslash(struct span line)
{
	return line.len > 0 && line.at[line.len - 1] == '\\';
}

/* Appends the lines that follow to *@line, while each joins the next one to it. How many. */
static int join_lines(struct arena *arena, struct span *rest, struct span *line)
{
	struct text text = text_in(arena);
	struct span next = *line;
	int joined = 0;

	while (ends_in_backslash(next)) {
		text_add(&text, next.at, next.len - 1);
		if (!span_line(rest, &next))
			next.len = 0;
		else
			joined++;
	}
	text_add(&text, next.at, next.len);
	*line = (struct span){ text_finish(&text), text.len };
	return line->at ? joined : -ENOMEM;
}

/*
 * Takes the next line off *@rest: how many lines of the text that was; 0: there is none. systemd-sysctl
 * ends one at a CR or NUL, too; the others work on C strings, for which nothing stands behind a NUL.
 */
static int next_line(const struct reading *reading, struct span *rest, struct span *ret)
{
	const char *nul;
	int joined = 0;

	if (!span_line(rest, ret))
		return 0;
	if (reading->loader->joins && ends_in_backslash(*ret))
		joined = join_lines(reading->arena, rest, ret);
	if (joined < 0)
		return joined;
	nul = memchr(ret->at, '\0', ret->len);
	if (!reading->loader->once && nul)
		ret->len = (size_t)(nul - ret->at);
	return 1 + joined;
}

/* A line of the file may hold several. */
static int read_lines(const struct reading *reading, struct span text)
{
	int r = 0;

	if (!reading->loader->once)
		return read_line(reading, text);
	while (r == 0 && text.len > 0) {
		size_t len = 0;

		while (len < text.len && text.at[len] != '\r' && text.at[len] != '\0')
			len++;
		r = read_line(reading, (struct span){ text.at, len });
		len += len < text.len;
		text = (struct span){ text.at + len, text.len - len };
	}
	return r;
}

int sysctlconf_read(struct arena *arena, struct diags *diags, const struct source *source,
		    const struct sysctl_loader *loader, struct conf_lines *lines)
{
	struct reading reading = {
		.arena = arena,
		.diags = diags,
		.loader = loader,
		.lines = lines,
		.at = { .source = source, .line = 1 },
	};
	struct span rest = { source->text, source->len }, line;
	int r;

	for (;;) {
		int taken = next_line(&reading, &rest, &line);

		if (taken <= 0)
			return taken;
		r = read_lines(&reading, line);
		if (r < 0)
			return r;
		reading.at.line += (unsigned)taken;
	}
}

const char *conf_line_place(struct arena *arena, const struct conf_line *line)
{
	const char *text =
		arena_printf(arena, "%s:%u", line->at.source->name, line->at.line);

	return text ? text : "?";
}
