/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Gives back the memory that only the start of a daemon needed: what the
 * allocator holds free, and the pages of programs and libraries that are as they
 * are on disk. What is used again comes back with its first use, from the page
 * cache: a turn of what the daemon does goes right behind. Memory that is locked
 * is given back from Linux 5.18 on.
 */
void resident_shrink(void);
