/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every subcommand; each is defined at the end of its cmd_*.c. */

struct command;

extern const struct command command_apply;
extern const struct command command_capture;
extern const struct command command_confirm;
extern const struct command command_diagnose;
extern const struct command command_diff;
extern const struct command command_drop_caches;
extern const struct command command_get;
extern const struct command command_help;
extern const struct command command_history;
extern const struct command command_persist;
extern const struct command command_profile;
extern const struct command command_revert;
extern const struct command command_schedule;
extern const struct command command_status;
extern const struct command command_unpersist;
extern const struct command command_verify;
extern const struct command command_watch;
extern const struct command command_victims;
