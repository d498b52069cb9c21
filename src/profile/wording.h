/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What messages about a schema are made of. Never NULL: where the arena is full there is a
 * "?", and the message it was meant for is lost as well.
 */

struct arena;
struct field;
struct schema;
struct ynode;

/* @text as one line: control characters become '?', and what is beyond 100 characters is
 * left out. */
const char *wording_shown(struct arena *arena, const char *text);
/* "nothing", "a list", "'abc'": for "found ...". */
const char *wording_found(struct arena *arena, const struct ynode *node);
/* "a number from 0 to 9": for "wanted ...". */
const char *wording_wanted(struct arena *arena, const struct field *field);
/* "version, name, include": the keys that @schema knows. */
const char *wording_keys(struct arena *arena, const struct schema *schema);
/* "one or other" of @words, which a NULL ends. */
const char *wording_or(struct arena *arena, const char *const *words);
