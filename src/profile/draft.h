/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A draft is a profile on its way to a file.
 *
 * Its text reads back as what the draft says, with the comments that make it a
 * file for people. The same draft gives the same text: there is no date in it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/profile.h"

struct arena;

struct draft_setting {
	const char
		*key; /* canonical: "vm.swappiness", "/sys/..."; sysctls: may be a glob */
	const char *value;
	bool optional;
	const char *comment; /* lines to stand above it; NULL: none */
};

struct draft_settings {
	struct draft_setting *items;
	size_t len, cap;
};

struct draft {
	const char *comment;	 /* lines at the head of the file; NULL: none */
	const char *name;	 /* NULL: the file's */
	const char *description; /* NULL: none */
	bool has_lower_zone_protection;
	int64_t lower_zone_protection;
	enum tristate oom_kill;
	const struct drop_schedule *schedules;
	size_t schedules_len;
	const struct rule *rules;
	size_t rules_len;
	struct draft_settings sysctl, sysfs; /* each key once */
};

/* Can a profile have @setting as it is, as far as its key and the bytes of both go? What
 * the value may be is value_resolve()'s matter. */
bool draft_holds(const struct draft_setting *setting);

/* Adds @setting, where its key says. 0 or -ENOMEM. */
int draft_add(struct arena *arena, struct draft *draft,
	      const struct draft_setting *setting) __attribute__((warn_unused_result));

/* The text, with a NUL behind: 0, -EFBIG (no profile may be that large) or -ENOMEM. */
int draft_text(struct arena *arena, const struct draft *draft, const char **ret,
	       size_t *ret_len) __attribute__((warn_unused_result));
