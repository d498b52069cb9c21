/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Mail that was kept as it was sent has its lines in quoted-printable (RFC 2045, 6.7): "order=3D0", and
 * a "=" at the end where a line was broken, anywhere.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define PRINTABLE_MOST 4096

struct printable {
	bool on; /* a line was in it: so are all that follow */
	char text[PRINTABLE_MOST];
	size_t len;	 /* of a line that is not whole yet */
	uint64_t number; /* its first line in the log */
};

/* Adds a line of the log. True: @line and @number are what stands for it, valid until the next
 * call; false: it goes on in the next one. */
bool printable_line(struct printable *printable, struct span *line, uint64_t *number);
/* What was left of a line that did not go on; false: nothing. */
bool printable_rest(struct printable *printable, struct span *line, uint64_t *number);
