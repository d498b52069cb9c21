/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/resident.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tap.h"

#define BLOCKS 64
#define BLOCK  ((size_t)16 * 1024)

/* "VmRSS:	    1496 kB", of this process. */
static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	}
	if (file)
		(void)fclose(file);
	return kib;
}

/* Small enough not to be mapped each alone, and freed under one that stays. */
static void *leave_a_hole(void)
{
	void *blocks[BLOCKS];

	for (size_t i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc(BLOCK);
		if (!blocks[i])
			abort();
		memset(blocks[i], 1, BLOCK);
	}
	for (size_t i = 0; i + 1 < BLOCKS; i++)
		free(blocks[i]);
	return blocks[BLOCKS - 1];
}

static void test_heap(void)
{
	void *last = leave_a_hole();
	long before = resident_kib(), after;

	resident_shrink();
	after = resident_kib();
	ok(before > 0 && after < before - 512,
	   "what is free is given back: %ld of %ld kB", after, before);
	free(last);
}

static const char text[] = "what is read again is what it was";

static void test_program(void)
{
	resident_shrink();
	is_str(text, "what is read again is what it was", "the program is all there");
	resident_shrink();
	ok(mlockall(MCL_CURRENT) < 0 || resident_kib() > 0, "also where it is locked");
	resident_shrink();
	ok(strlen(text) == sizeof(text) - 1, "it goes on");
	(void)munlockall();
}

int main(void)
{
	test_heap();
	test_program();
	return done();
}
