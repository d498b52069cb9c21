/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The JSON writer: one document, streamed, always valid.
 *
 * Names and values may hold any byte: what is not UTF-8 becomes U+FFFD.
 * @key is NULL inside a list. NULL strings are written as null.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct out {
	FILE *file;
	char text[4096]; /* what is not in `file` yet: most pieces are a few bytes long */
	size_t len;
	unsigned depth;
	bool first; /* nothing written yet at this level */
};

struct out out_to(FILE *file);
void out_object(struct out *out, const char *key);
void out_list(struct out *out, const char *key);
void out_end_object(struct out *out);
void out_end_list(struct out *out);
void out_string(struct out *out, const char *key, const char *value);
void out_int(struct out *out, const char *key, int64_t value);
void out_uint(struct out *out, const char *key, uint64_t value);
/* Of 1234: 12.34. */
void out_hundredths(struct out *out, const char *key, unsigned value);
void out_bool(struct out *out, const char *key, bool value);
void out_null(struct out *out, const char *key);
/* The newline at the end. 0, or -EIO where anything could not be written. */
int out_finish(struct out *out) __attribute__((warn_unused_result));
