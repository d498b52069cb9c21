/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names with numbers in a line of the kernel's: "free:44kB", "order=0", "shmem_thp: 0kB".
 *
 * Lenient, as logs are damaged: what is no field is passed over, and numbers that do not fit are as
 * large as can be.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* No amount is larger: kernels print nonsense where they miscounted. */
#define FIELD_MOST (INT64_C(1) << 50)

struct field {
	struct span name;
	struct span text; /* the value: a number, with the sign and the unit */
	uint64_t value;
	bool negative;
	bool kib; /* "kB" or "KB" stands behind */
};

/* The next one; false at the end. */
bool field_next(struct span *rest, struct field *ret);
/* A name in a table. */
#define FIELD_NAME(text)                                                                 \
	{                                                                                \
		(text), sizeof(text) - 1                                                 \
	}
bool field_is(const struct field *field, struct span name);
/* The first one of that name. */
bool field_find(struct span text, const char *name, struct field *ret);
/* Its value, at most FIELD_MOST. */
int64_t field_amount(const struct field *field);

/* Decimal digits off *@rest; false where there are none. */
bool digits_take(struct span *rest, uint64_t *ret);

/* What stands behind the first @words in @text; false: they are not there. */
bool span_behind(struct span text, const char *words, struct span *ret);
/* What stands before @words, or all of it. */
struct span span_before(struct span text, const char *words);
bool span_has(struct span text, const char *words);
/* @text without its first @len bytes. */
static inline struct span span_from(struct span text, size_t len)
{
	return (struct span){ text.at + len, text.len - len };
}
/* Blanks and tabs off *@rest. */
static inline void blanks_take(struct span *rest)
{
	while (rest->len > 0 && (*rest->at == ' ' || *rest->at == '\t'))
		*rest = span_from(*rest, 1);
}
