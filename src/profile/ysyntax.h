/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What is wrong with a text before it is YAML, or with its YAML, in words that help. */

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/diag.h"
#include "base/span.h"

/* The line and column that libyaml counted from 0. */
struct origin ysyntax_origin(const struct source *source, yaml_mark_t mark);

/* Bytes that YAML does not know: not UTF-8, NUL, control characters. 0 or -EINVAL. */
int ysyntax_check_bytes(struct diags *diags, const struct source *source)
	__attribute__((warn_unused_result));

/* How many bytes the character has that @rest (not empty) begins with; 0: it is not UTF-8.
 * *@ret_allowed: it may stand in YAML as it is. */
size_t ysyntax_character(struct span rest, bool *ret_allowed);

/* Says why @parser gave up. -EINVAL, or -ENOMEM where that was the reason. */
int ysyntax_error(struct diags *diags, const struct source *source,
		  const yaml_parser_t *parser);
