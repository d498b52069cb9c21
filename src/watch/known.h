/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The processes that were looked at, by the inode of their directories, so that
 * a pass over all of them skips those at the price of listing.
 *
 * Each pass makes the set anew from those that it came by. Where that finds no
 * memory the set stays empty, and everything is looked at again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct known {
	struct arena *arena;
	uint64_t *slots; /* inode * 4 + passes; 0: free */
	size_t size;	 /* a power of two; half of it is used at most */
	size_t len;
};

#define KNOWN_PASSES 3 /* more are not counted */

/* An empty set with room for @count. 0 or -ENOMEM: it is empty, and has no room. */
int known_begin(struct known *known, size_t count) __attribute__((warn_unused_result));
void known_done(struct known *known);

/* How many passes it was in; 0: it is not there. */
unsigned known_passes(const struct known *known, uint64_t inode);
/* Says so; where there is no room, it is not known. */
void known_add(struct known *known, uint64_t inode, unsigned passes);
