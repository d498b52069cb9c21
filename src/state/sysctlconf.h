/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The lines of one file in the form of sysctl.conf(5). Pure: bytes to lines.
 *
 * A line is blank, a comment ("#" or ";" in front), an assignment "key = value" or, for
 * loaders that know it, an exclusion "-key". There is no quoting, no continuation and no
 * comment behind a value. A line that is none of these costs just that line, with a warning
 * that names it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct arena;
struct sysctl_loader;

struct conf_line {
	const char *key; /* canonical: "net.ipv4.conf.t0/7.rp_filter"; may be a pattern */
	const char *value; /* as it is written to the kernel; NULL: an exclusion */
	bool glob;	   /* the key is a pattern: it holds * ? or [ */
	bool optional;	   /* "-key = value" */
	bool odd;	   /* written as no path is: "net//ipv4/...", "/net/..." */
	struct origin at;  /* of the line */
};

struct conf_lines {
	struct conf_line *items;
	size_t len, cap;
};

/* "/etc/sysctl.conf:12". "?" where there is no memory. */
const char *conf_line_place(struct arena *arena, const struct conf_line *line);

/* Appends the lines of @source, as @loader reads them, to *@lines. 0 or -ENOMEM. */
int sysctlconf_read(struct arena *arena, struct diags *diags, const struct source *source,
		    const struct sysctl_loader *loader, struct conf_lines *lines)
	__attribute__((warn_unused_result));
