/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/sightkey.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "knob/sysctlname.h"

#define MOST_PARTS 64

/* net/ipv4/conf/t0.7/arp_ignore: of such a path, that part is an interface. */
#define INTERFACE  3

struct parts {
	struct span items[MOST_PARTS];
	bool dotted[MOST_PARTS]; /* there is a dot in front, not a slash */
	size_t len;
};

static int add_part(struct parts *parts, struct span part, bool dotted)
{
	if (part.len == 0 || span_is(part, "."))
		return 0;
	if (span_is(part, "..")) {
		/* There has to be such a folder: "-net" is none, but the key of a line for others. */
		if (parts->len == 0 || parts->items[parts->len - 1].at[0] == '-')
			return -EINVAL;
		parts->len--;
		return 0;
	}
	if (parts->len == MOST_PARTS)
		return -EINVAL;
	parts->dotted[parts->len] = dotted;
	parts->items[parts->len++] = part;
	return 0;
}

/* Takes @text apart at the slashes and, with @dots, at the dots. */
static int take_apart(struct span text, bool dots, struct parts *parts)
{
	struct span part, piece;
	int r = 0;

	while (r == 0 && span_until(&text, '/', &part)) {
		const char *start = part.at;

		if (!dots || span_is(part, "..")) {
			r = add_part(parts, part, false);
			continue;
		}
		while (r == 0 && span_until(&part, '.', &piece))
			r = add_part(parts, piece, piece.at > start);
	}
	return r;
}

static bool names_interface(const struct parts *parts)
{
	return parts->len > INTERFACE + 1 && span_is(parts->items[0], "net") &&
	       (span_is(parts->items[2], "conf") || span_is(parts->items[2], "neigh"));
}

/* The path of @parts: the dots between an interface's folder and its file belong to its name. */
static const char *put_together(struct arena *arena, const struct parts *parts)
{
	struct text text = text_in(arena);
	bool interface = names_interface(parts);

	text_addf(&text, SYSCTLNAME_FOLDER);
	for (size_t i = 0; i < parts->len; i++) {
		bool inside = interface && parts->dotted[i] && i > INTERFACE &&
			      i + 1 < parts->len;

		text_addf(&text, "%s%.*s",
			  i == 0   ? ""
			  : inside ? "."
				   : "/",
			  (int)parts->items[i].len, parts->items[i].at);
	}
	return text_finish(&text);
}

/* Where a dot comes before the first slash, the two are swapped, and that is all. */
static const char *swapped(struct arena *arena, struct span text)
{
	char *copy = arena_copy(arena, text.at, text.len);

	for (char *at = copy; at && *at; at++) {
		if (*at == '.' || *at == '/')
			*at = *at == '.' ? '/' : '.';
	}
	return copy;
}

int sightkey_read(struct arena *arena, struct span text, const char **ret)
{
	static const char prefix[] = "/" SYSCTLNAME_FOLDER;
	struct parts parts = { .len = 0 };
	const char *slash = memchr(text.at, '/', text.len),
		   *dot = memchr(text.at, '.', text.len), *path;
	bool swap = slash && dot && dot < slash;

	if (text.len == 0 || text.at[0] == '.' || strchr("./", text.at[text.len - 1]))
		return -EINVAL;
	if (swap) {
		path = swapped(arena, text);
		if (!path)
			return -ENOMEM;
		text = span_of(path);
	} else if (text.at[0] == '/') {
		if (!span_starts(text, prefix))
			return -EINVAL;
		text.at += strlen(prefix);
		text.len -= strlen(prefix);
	}
	/* No folder there has a dot in its name, and no name of ours would stand for it. */
	if (take_apart(text, !swap, &parts) < 0 || parts.len == 0 ||
	    memchr(parts.items[0].at, '.', parts.items[0].len))
		return -EINVAL;
	path = put_together(arena, &parts);
	*ret = path ? sysctlname_of_path(arena, path) : NULL;
	return *ret ? 0 : -ENOMEM;
}
