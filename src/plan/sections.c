/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/sections.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define BEGIN	   "# profile "
#define END	   "# end of profile "
#define BLOCK	   "# BEGIN lowmemctl"
#define BLOCK_END  "# END lowmemctl"
#define DISABLED   "# lowmemctl persist disabled: "
/* The line before the block had no newline, and is to be without one again. */
#define BLOCK_BARE "# BEGIN lowmemctl, in a file without a newline at its end"
/* There was no file. */
#define BLOCK_MADE "# BEGIN lowmemctl, in a file that it made"
#define DROPIN_HEAD                                                                      \
	"# Written by 'lowmemctl persist'; what is changed by hand is lost.\n"           \
	"# 'lowmemctl get KEY' tells which line decides, 'lowmemctl unpersist' takes it out.\n"
#define BLOCK_HEAD                                                                       \
	": written by 'lowmemctl persist'; what is changed by hand up to END is lost\n"

static bool take_after(struct span line, const char *head, struct span *ret)
{
	size_t len = strlen(head);

	if (!span_starts(line, head))
		return false;
	*ret = (struct span){ line.at + len, line.len - len };
	return true;
}

bool section_next(struct span *rest, struct span *ret_name, struct span *ret_body)
{
	struct span line, name = { 0 }, end;
	const char *body = NULL; /* NULL: in no section */

	while (span_line(rest, &line)) {
		if (body && take_after(line, END, &end) && span_same(end, name)) {
			*ret_name = name;
			*ret_body = (struct span){ body, (size_t)(line.at - body) };
			return true;
		}
		/* One without its end is none: the next one begins anew. */
		if (take_after(line, BEGIN, &name))
			body = rest->at;
	}
	return false;
}

static const char *append(struct arena *arena, const char *text, struct span name,
			  struct span body)
{
	return arena_printf(arena, "%s\n" BEGIN "%.*s\n%.*s" END "%.*s\n", text,
			    (int)name.len, name.at, (int)body.len, body.at, (int)name.len,
			    name.at);
}

/* The sections of @old with @section, in the order of names. "": none. NULL: out of memory. */
static const char *put_section(struct arena *arena, const char *old,
			       const struct section *section)
{
	struct span rest = span_of(old ? old : ""), name, body;
	struct span own = span_of(section->name);
	bool due = section->body != NULL;
	const char *text = "";

	while (text && section_next(&rest, &name, &body)) {
		int order = span_compare(name, own);

		if (order >= 0 && due) {
			text = append(arena, text, own, span_of(section->body));
			due = false;
		}
		if (text && order != 0)
			text = append(arena, text, name, body);
	}
	if (text && due)
		text = append(arena, text, own, span_of(section->body));
	return text;
}

static bool has_section(const char *text, const char *wanted)
{
	struct span rest = span_of(text ? text : ""), name, body;

	while (section_next(&rest, &name, &body)) {
		if (span_is(name, wanted))
			return true;
	}
	return false;
}

int sections_in_dropin(struct arena *arena, const char *old,
		       const struct section *section, const char **ret)
{
	const char *text;

	/* A file of that name may be somebody else's. */
	if (!section->body && !has_section(old, section->name)) {
		*ret = old;
		return 0;
	}
	text = put_section(arena, old, section);
	if (text && *text)
		text = arena_printf(arena, DROPIN_HEAD "%s", text);
	if (!text)
		return -ENOMEM;
	*ret = *text ? text : NULL;
	return 0;
}

/* A sysctl.conf, parted at the block. */
struct parts {
	struct span before, block, after;
	bool bare; /* `before` has a newline that is ours */
	bool made; /* there was no file */
};

static struct parts part(const char *text)
{
	struct span rest = span_of(text), line;
	struct parts parts = { .before = rest };

	while (span_line(&rest, &line)) {
		/* Without its end it is none, and what follows is not ours: the next one begins anew. */
		if (span_starts(line, BLOCK)) {
			parts.before.len = (size_t)(line.at - text);
			parts.bare = span_starts(line, BLOCK_BARE);
			parts.made = span_starts(line, BLOCK_MADE);
			parts.block.at = line.at;
		} else if (parts.block.at && span_starts(line, BLOCK_END)) {
			parts.block.len = (size_t)(rest.at - parts.block.at);
			parts.after = rest;
			return parts;
		}
	}
	return (struct parts){ .before = span_of(text) };
}

struct span sections_in(const char *text, bool dropin)
{
	return dropin ? span_of(text) : part(text).block;
}

struct span section_of_line(const char *text, unsigned number, bool dropin)
{
	struct span lines = span_of(text), line = { text, 0 }, name, body;
	struct span rest = sections_in(text, dropin);

	for (unsigned i = 0; i < number; i++)
		(void)span_line(&lines, &line);
	while (section_next(&rest, &name, &body)) {
		if (line.at >= body.at && line.at < body.at + body.len)
			return name;
	}
	return (struct span){ 0 };
}

static struct span without_newline(struct span text)
{
	text.len -= text.len > 0 && text.at[text.len - 1] == '\n';
	return text;
}

static bool is_bare(struct span text)
{
	return text.len > 0 && text.at[text.len - 1] != '\n';
}

/* @before, the block of @sections, and @after it. */
static const char *join(struct arena *arena, const struct parts *parts,
			const char *sections)
{
	struct span before = parts->before, after = parts->after;
	const char *head = parts->made			    ? BLOCK_MADE
			   : parts->bare || is_bare(before) ? BLOCK_BARE
							    : BLOCK;

	if (!*sections && parts->bare && after.len == 0)
		before = without_newline(before);
	if (!*sections)
		return arena_printf(arena, "%.*s%.*s", (int)before.len, before.at,
				    (int)after.len, after.at ? after.at : "");
	return arena_printf(arena, "%.*s%s%s" BLOCK_HEAD "%s" BLOCK_END "\n%.*s",
			    (int)before.len, before.at, is_bare(before) ? "\n" : "", head,
			    sections, (int)after.len, after.at ? after.at : "");
}

/* The block behind all else. */
static int move_to_end(struct arena *arena, struct parts *parts)
{
	const char *rest;

	if (parts->after.len == 0)
		return 0;
	rest = join(arena, parts, "");
	if (!rest)
		return -ENOMEM;
	*parts = (struct parts){ .before = span_of(rest), .made = parts->made };
	return 0;
}

int sections_in_conf(struct arena *arena, const char *old, const struct section *section,
		     bool last, const char **ret)
{
	struct parts parts = part(old ? old : "");
	const char *block =
		arena_copy(arena, parts.block.at ? parts.block.at : "", parts.block.len);
	const char *sections = block ? put_section(arena, block, section) : NULL, *text;

	if (!sections || (last && *sections && move_to_end(arena, &parts) < 0))
		return -ENOMEM;
	/* Nothing is in it, and nothing was: it stays as it is, and so does its absence. */
	if (!*sections && !parts.block.at) {
		*ret = old;
		return 0;
	}
	parts.made |= !old;
	text = join(arena, &parts, sections);
	if (!text)
		return -ENOMEM;
	*ret = *text || !parts.made ? text : NULL;
	return 0;
}

const char *conf_line_disable(struct arena *arena, const char *text, unsigned number)
{
	struct span rest = span_of(text), line = { text, 0 }, original;

	for (unsigned i = 0; i < number; i++) {
		if (!span_line(&rest, &line))
			return text;
	}
	if (take_after(line, DISABLED, &original))
		return text;
	return arena_printf(arena, "%.*s" DISABLED "%s", (int)(line.at - text), text,
			    line.at);
}

const char *conf_lines_enable(struct arena *arena, const char *text,
			      bool (*wanted)(const void *data, struct span line),
			      const void *data)
{
	struct span rest = span_of(text), line, original;
	struct text out = text_in(arena);
	const char *done = text;

	while (span_line(&rest, &line)) {
		if (!take_after(line, DISABLED, &original) || !wanted(data, original))
			continue;
		text_add(&out, done, (size_t)(line.at - done));
		done = original.at;
	}
	if (done == text)
		return text;
	text_add(&out, done, strlen(done));
	return text_finish(&out);
}
