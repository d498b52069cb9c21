/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A profile out of a text, and what was said about it. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "profile/profile.h"
#include "profile/ytree.h"
#include "tap.h"

#define ARENA ((size_t)64 * 1024 * 1024)

struct parsed {
	struct arena *arena;
	struct diags diags;
	struct source source;
	struct ynode *root;
	struct layer layer;
	const struct ynode *include;
	int r;
};

/* @text in p.yaml; the arena goes with arena_free(). */
__attribute__((unused)) static struct parsed parse_bytes(const char *text, size_t len)
{
	struct parsed parsed = { .arena = arena_new(ARENA) };

	if (!parsed.arena)
		return (struct parsed){ .r = -1 };
	parsed.diags = diags_in(parsed.arena);
	parsed.source = (struct source){ "some/p.yaml", text, len };
	return parsed;
}

/* Only YAML. */
__attribute__((unused)) static void parse_tree(struct parsed *parsed, const char *text)
{
	*parsed = parse_bytes(text, strlen(text));
	parsed->r = ytree_parse(parsed->arena, &parsed->diags, &parsed->source,
				&parsed->root);
}

/* All of it. */
__attribute__((unused)) static void parse_profile(struct parsed *parsed, const char *text)
{
	int r;

	parse_tree(parsed, text);
	if (parsed->r < 0 && !parsed->root)
		return;
	r = profile_decode(parsed->arena, &parsed->diags, &parsed->source, parsed->root,
			   &parsed->layer, &parsed->include);
	parsed->r = parsed->r < 0 ? parsed->r : r;
}

/* "3:5: what is wrong" of the @number-th message, from 1. */
__attribute__((unused)) static const char *message(struct parsed *parsed, unsigned number)
{
	const struct diag *diag = parsed->diags.first;

	while (diag && --number > 0)
		diag = diag->next;
	return diag ? arena_printf(parsed->arena, "%u:%u: %s", diag->at.line,
				   diag->at.column, diag->message)
		    : "(none)";
}

/* The profile @text is refused with @want as its first message. */
__attribute__((unused)) static void refused(const char *text, const char *want,
					    const char *name)
{
	struct parsed parsed;

	parse_profile(&parsed, text);
	if (parsed.r != -EINVAL)
		(void)ok(false, "%s: refused", name);
	else
		(void)is_str(message(&parsed, 1), want, "%s", name);
	arena_free(parsed.arena);
}
