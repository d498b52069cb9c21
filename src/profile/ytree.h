/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * YAML text becomes a small tree that remembers where everything stood.
 *
 * Read from libyaml's events. What profiles do not need is refused, each with
 * a sentence of its own: anchors and aliases, tags, a second document,
 * duplicate keys, keys that are not plain words, nesting over YTREE_DEPTH,
 * text over YTREE_SIZE bytes, bytes that are not UTF-8, tabs as indentation.
 * Scalars stay text: what `on` or `010` means is for the schema to say.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct arena;

#define YTREE_DEPTH 16
#define YTREE_SIZE  ((size_t)1024 * 1024)

enum ynode_kind {
	YNODE_SCALAR,
	YNODE_LIST,
	YNODE_MAP,
};

struct ynode {
	enum ynode_kind kind;
	struct origin at;
	const char *key; /* in a map: this entry's key; else NULL */
	struct origin key_at;
	const char *text; /* scalar: its value, never NULL; may hold no NUL bytes */
	bool quoted;	  /* scalar: written in quotes or as a block */
	bool broken;	  /* a fault in it was told already: there is no value to judge */
	unsigned width;	  /* scalar: columns that it takes up; 0: it runs over lines */
	struct ynode *first, *next; /* list and map: entries in order */
	size_t len;		    /* list and map: how many entries */
};

/*
 * The tree of @source, or NULL in *@ret for an empty document. All that is wrong goes to
 * @diags; after a syntax error reading stops, other faults do not stop it. 0, -EINVAL
 * when there were errors, -ENOMEM. With -EINVAL too *@ret is set: to what could be read,
 * so that the rest can be judged in the same run, or to NULL.
 */
int ytree_parse(struct arena *arena, struct diags *diags, const struct source *source,
		struct ynode **ret) __attribute__((warn_unused_result));

/* The entry of @map with @key, or NULL. */
struct ynode *ynode_get(const struct ynode *map, const char *key);

/* The place of the byte at @offset in the text of the scalar @node; where the text does
 * not stand in the source as it is: of @node. */
struct origin ynode_place(const struct ynode *node, size_t offset);
