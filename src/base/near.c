/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/near.h"

#include <stdint.h>
#include <string.h>

#define LONGEST 63

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Optimal string alignment; three rows of the table are all it looks back on. */
size_t near_distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];
		const size_t *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t differs = a[i - 1] != b[j - 1];

			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + differs);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], above2[j - 2] + 1, SIZE_MAX);
		}
	}
	return rows[la % 3][lb];
}

struct near near_to(const char *word)
{
	return (struct near){ .word = word, .best = NULL, .distance = SIZE_MAX };
}

void near_try(struct near *near, const char *candidate)
{
	size_t distance = near_distance(near->word, candidate);
	/* Beyond a third of the word a suggestion confuses more than it helps. */
	size_t enough = 1 + strlen(near->word) / 3;

	if (distance <= enough && distance < near->distance) {
		near->best = candidate;
		near->distance = distance;
	}
}
