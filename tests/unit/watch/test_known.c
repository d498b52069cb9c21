/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/known.h"

#include "tap.h"

static void test_passes(void)
{
	struct known known;

	is_int(known_begin(&known, 10), 0, "begun");
	is_int(known_passes(&known, 4711), 0, "nothing is known");
	known_add(&known, 4711, 1);
	is_int(known_passes(&known, 4711), 1, "one pass");
	known_add(&known, 4711, 2);
	is_int(known_passes(&known, 4711), 2, "two");
	known_add(&known, 4711, 17);
	is_int(known_passes(&known, 4711), KNOWN_PASSES, "more are not counted");
	is_int((long long)known.len, 1, "it is one process");
	is_int(known_passes(&known, 4711 + (UINT64_C(1) << 40)), 0,
	       "another inode is another process");
	known_done(&known);
	is_int(known_passes(&known, 4711), 0, "at the end nothing is known");
	known_add(&known, 4711, 1);
	is_int(known_passes(&known, 4711), 0, "nor can be");
}

static void test_room(void)
{
	struct known known;
	size_t found = 0;

	is_int(known_begin(&known, 20000), 0, "room for many");
	for (uint64_t inode = 1; inode <= 20000; inode++)
		known_add(&known, inode * 3, 1);
	for (uint64_t inode = 1; inode <= 60000; inode++)
		found += known_passes(&known, inode) > 0;
	is_int((long long)found, 20000, "all are found, and no others");
	for (uint64_t inode = 1; inode <= 200000; inode++)
		known_add(&known, UINT64_C(1) << 33 | inode, 1);
	ok(known.len <= known.size / 2, "what finds no room is not known");
	known_done(&known);
}

int main(void)
{
	test_passes();
	test_room();
	return done();
}
