/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/shape.h"

#include <limits.h>

#include "profile/format.h"
#include "profile/profile.h"

#define END                                                                              \
	{                                                                                \
		.key = NULL                                                              \
	}
#define ADJ_LEAST (-1000)
#define ADJ_MOST  1000
#define TEN_YEARS ((int64_t)3650 * 86400)

const struct enumtab shape_switches[] = {
	{ "on", ON },
	{ "off", OFF },
	{ NULL, 0 },
};

const struct enumtab shape_modes[] = {
	{ "pagecache", DROP_PAGECACHE },
	{ "slab", DROP_SLAB },
	{ "all", DROP_ALL },
	{ NULL, 0 },
};

const struct enumtab shape_pressures[] = {
	{ "skip", false },
	{ "run", true },
	{ NULL, 0 },
};

const struct enumtab shape_inheritance[] = {
	{ "inherit", CHILDREN_INHERIT },
	{ "reset", CHILDREN_RESET },
	{ NULL, 0 },
};

const struct enumtab shape_floors[] = {
	{ "soft", false },
	{ "hard", true },
	{ NULL, 0 },
};

const struct enumtab shape_drifts[] = {
	{ "reapply", DRIFT_REAPPLY },
	{ "report", DRIFT_REPORT },
	{ "accept", DRIFT_ACCEPT },
	{ NULL, 0 },
};

static const struct field when_fields[] = {
	{ .key = "highmem",
	  .kind = FIELD_BOOL,
	  .offset = offsetof(struct shape_when, highmem),
	  .about = "Whether the kernel has memory beyond low memory, as 32-bit kernels "
		   "with about 900 MB and more do" },
	{ .key = "arch",
	  .kind = FIELD_TEXTS,
	  .format = &format_arch,
	  .offset = offsetof(struct shape_when, arch),
	  .about = "The machine as uname -m has it: one of these" },
	{ .key = "kernel",
	  .kind = FIELD_TEXT,
	  .format = &format_kernel,
	  .offset = offsetof(struct shape_when, kernel),
	  .about = "Comparisons with the kernel's version, all of which must hold" },
	{ .key = "memory",
	  .kind = FIELD_TEXT,
	  .format = &format_memory,
	  .offset = offsetof(struct shape_when, memory),
	  .about = "Comparisons with the size of memory, all of which must hold" },
	END,
};

static const struct schema when_schema = {
	.size = sizeof(struct shape_when),
	.fields = when_fields,
};

static const struct field schedule_fields[] = {
	{ .key = "schedule",
	  .kind = FIELD_TEXT,
	  .format = &format_schedule,
	  .offset = offsetof(struct shape_schedule, schedule),
	  .about =
		  "Five fields as in crontab(5), or @hourly, @daily, @weekly, @monthly" },
	{ .key = "every",
	  .kind = FIELD_DURATION,
	  .min = 1,
	  .max = TEN_YEARS,
	  .offset = offsetof(struct shape_schedule, every),
	  .about = "Instead of schedule: a duration" },
	{ .key = "mode",
	  .kind = FIELD_WORD,
	  .words = shape_modes,
	  .offset = offsetof(struct shape_schedule, mode),
	  .about = "What to drop: the page cache, dentries and inodes, or both "
		   "(default: all)" },
	{ .key = "sync",
	  .kind = FIELD_BOOL,
	  .offset = offsetof(struct shape_schedule, sync),
	  .about = "Whether dirty pages are written first (default: true)" },
	{ .key = "only_if",
	  .kind = FIELD_TEXT,
	  .format = &format_condition,
	  .offset = offsetof(struct shape_schedule, only_if),
	  .about =
		  "Comparisons, joined by and and or, without which nothing is dropped" },
	{ .key = "under_pressure",
	  .kind = FIELD_WORD,
	  .words = shape_pressures,
	  .offset = offsetof(struct shape_schedule, under_pressure),
	  .about =
		  "While memory pressure says that reclaim is under way: skip (default), "
		  "or run all the same" },
	END,
};

static const char *const schedule_or_every[] = { "schedule", "every", NULL };

static const struct schema schedule_schema = {
	.size = sizeof(struct shape_schedule),
	.fields = schedule_fields,
	.just_one = schedule_or_every,
};

#define MATCH(key_, format_, about_)                                                     \
	{                                                                                \
		.key = #key_, .kind = FIELD_TEXT, .format = &(format_),                  \
		.offset = offsetof(struct shape_match, key_), .about = (about_)          \
	}

static const struct field match_fields[] = {
	MATCH(comm, format_glob, "The process's name in the kernel, a glob"),
	MATCH(exe, format_glob, "The path of its program, a glob"),
	MATCH(cmdline, format_glob, "Its arguments, joined by blanks, a glob"),
	MATCH(cmdline_regex, format_regex,
	      "Its arguments, joined by blanks, a POSIX extended regular expression"),
	MATCH(user, format_account, "Its effective user, a name or number"),
	MATCH(group, format_account, "Its effective group, a name or number"),
	MATCH(cgroup, format_glob, "Its control group, a glob"),
	MATCH(unit, format_glob, "Its systemd unit, a glob"),
	MATCH(parent, format_glob, "The name of its parent in the kernel, a glob"),
	END,
};

static const struct schema match_schema = {
	.size = sizeof(struct shape_match),
	.fields = match_fields,
	.not_empty = true,
};

static const struct field clamp_fields[] = {
	{ .key = "min",
	  .kind = FIELD_INT,
	  .min = ADJ_LEAST,
	  .max = ADJ_MOST,
	  .offset = offsetof(struct shape_clamp, min),
	  .about = "A lower value is raised to this" },
	{ .key = "max",
	  .kind = FIELD_INT,
	  .min = ADJ_LEAST,
	  .max = ADJ_MOST,
	  .offset = offsetof(struct shape_clamp, max),
	  .about = "A higher value is lowered to this" },
	END,
};

static const struct schema clamp_schema = {
	.size = sizeof(struct shape_clamp),
	.fields = clamp_fields,
	.not_empty = true,
};

static const struct field adj_or_clamp[] = {
	{ .key = "oom_score_adj",
	  .kind = FIELD_INT,
	  .min = ADJ_LEAST,
	  .max = ADJ_MOST,
	  .offset = offsetof(struct shape_rule, oom_score_adj) },
	{ .key = "oom_score_adj",
	  .kind = FIELD_MAP,
	  .schema = &clamp_schema,
	  .offset = offsetof(struct shape_rule, clamp) },
	END,
};

static const struct field word_or_adj[] = {
	{ .key = "children",
	  .kind = FIELD_INT,
	  .min = ADJ_LEAST,
	  .max = ADJ_MOST,
	  .offset = offsetof(struct shape_rule, children_value) },
	{ .key = "children",
	  .kind = FIELD_WORD,
	  .words = shape_inheritance,
	  .offset = offsetof(struct shape_rule, children) },
	END,
};

static const struct field rule_fields[] = {
	{ .key = "name",
	  .kind = FIELD_TEXT,
	  .format = &format_line,
	  .offset = offsetof(struct shape_rule, name),
	  .about = "How messages call the rule" },
	{ .key = "match",
	  .kind = FIELD_MAP,
	  .schema = &match_schema,
	  .required = true,
	  .offset = offsetof(struct shape_rule, match),
	  .about = "The processes that the rule is for: all of these must match" },
	{ .key = "oom_adj",
	  .kind = FIELD_INT,
	  .min = -17,
	  .max = 15,
	  .offset = offsetof(struct shape_rule, oom_adj),
	  .about = "The older scale: -17 (never) to 15 (first)" },
	{ .key = "oom_score_adj",
	  .kind = FIELD_EITHER,
	  .either = adj_or_clamp,
	  .about = "A value, or a clamp of min, max, or both" },
	{ .key = "children",
	  .kind = FIELD_EITHER,
	  .either = word_or_adj,
	  .about = "What the processes get that it starts (default: inherit)" },
	{ .key = "floor",
	  .kind = FIELD_WORD,
	  .words = shape_floors,
	  .offset = offsetof(struct shape_rule, floor),
	  .about = "hard: the program cannot lower itself below the value again "
		   "(default: soft)" },
	{ .key = "drift",
	  .kind = FIELD_WORD,
	  .words = shape_drifts,
	  .offset = offsetof(struct shape_rule, drift),
	  .about =
		  "What watch does when the program changes the value: set it again, say "
		  "so, or nothing (default: reapply)" },
	END,
};

static const char *const adj_or_score_adj[] = { "oom_adj", "oom_score_adj", NULL };

static const struct schema rule_schema = {
	.size = sizeof(struct shape_rule),
	.fields = rule_fields,
	.just_one = adj_or_score_adj,
};

static const struct field setting_fields[] = {
	{ .key = "value",
	  .kind = FIELD_VALUE,
	  .required = true,
	  .offset = offsetof(struct shape_setting, value),
	  .about = "What the knob is to hold" },
	{ .key = "optional",
	  .kind = FIELD_BOOL,
	  .offset = offsetof(struct shape_setting, optional),
	  .about = "Whether a kernel that lacks the knob is no error (default: false)" },
	END,
};

const struct schema shape_setting = {
	.size = sizeof(struct shape_setting),
	.fields = setting_fields,
};

static const struct field profile_fields[] = {
	{ .key = "version",
	  .kind = FIELD_INT,
	  .min = 1,
	  .max = 1,
	  .required = true,
	  .offset = offsetof(struct shape, version),
	  .about = "The version of the language that profiles are written in" },
	{ .key = "name",
	  .kind = FIELD_TEXT,
	  .format = &format_name,
	  .offset = offsetof(struct shape, name),
	  .about = "How messages call the profile (default: the file's name)" },
	{ .key = "description",
	  .kind = FIELD_TEXT,
	  .format = &format_line,
	  .offset = offsetof(struct shape, description),
	  .about = "One line for lists of profiles" },
	{ .key = "include",
	  .kind = FIELD_TEXTS,
	  .format = &format_name,
	  .offset = offsetof(struct shape, include),
	  .about = "Profiles that come first: what comes later wins" },
	{ .key = "when",
	  .kind = FIELD_MAP,
	  .schema = &when_schema,
	  .offset = offsetof(struct shape, when),
	  .about = "The hosts that the profile is for: all of these must hold" },
	{ .key = "lower_zone_protection",
	  .kind = FIELD_INT,
	  .min = 0,
	  .max = INT_MAX,
	  .offset = offsetof(struct shape, lower_zone_protection),
	  .about = "How much low memory is kept from programs that could have used "
		   "HighMem, on the scale of Linux 2.6.9" },
	{ .key = "oom_kill",
	  .kind = FIELD_WORD,
	  .words = shape_switches,
	  .offset = offsetof(struct shape, oom_kill),
	  .about = "Whether the OOM killer may kill (a switch of RHEL 3 and 4)" },
	{ .key = "drop_caches",
	  .kind = FIELD_LIST,
	  .schema = &schedule_schema,
	  .offset = offsetof(struct shape, drop_caches),
	  .about = "When clean caches are dropped" },
	{ .key = "processes",
	  .kind = FIELD_LIST,
	  .schema = &rule_schema,
	  .offset = offsetof(struct shape, processes),
	  .about = "What the OOM killer takes first, and last: the first rule that "
		   "matches a process wins" },
	{ .key = "sysctl",
	  .kind = FIELD_SETTINGS,
	  .class = KNOB_SYSCTL,
	  .offset = offsetof(struct shape, sysctl),
	  .about = "Sysctls and their values" },
	{ .key = "sysfs",
	  .kind = FIELD_SETTINGS,
	  .class = KNOB_SYSFS,
	  .offset = offsetof(struct shape, sysfs),
	  .about = "Files below /sys and their values" },
	END,
};

const struct schema shape_profile = {
	.size = sizeof(struct shape),
	.fields = profile_fields,
};
