/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The command line, taken apart. */

#include "base/status.h"

struct context;

/*
 * Fills in the options, the command and its operands. STATUS_OK; or STATUS_USAGE with the reason in
 * the diagnostics. --help and --version need no command.
 */
enum status options_parse(struct context *context, int argc, char **argv);
