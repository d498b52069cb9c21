/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What JSON documents tell of a zone, in the one form. Which node it is of is the caller's to say. */

struct out;
struct zone;

/* `zone`, what is free, its marks and sizes, and `reserve_kib`. */
void out_zone_marks(struct out *out, const struct zone *zone);
/* `free_blocks`, and the indexes that follow from them. */
void out_zone_blocks(struct out *out, const struct zone *zone);
