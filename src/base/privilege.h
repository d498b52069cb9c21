/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The privileges that a change may need, as one set of bits.
 *
 * Only words live here: the catalogue says what a knob needs, the plan carries
 * it with each step, and sys/caps answers whether this process has it.
 */

#include <stdbool.h>

enum privilege {
	NEED_NOTHING = 0,
	NEED_ROOT = 1 << 0,	/* effective uid 0 in the initial user namespace */
	NEED_WRITABLE = 1 << 1, /* the mount must not be read-only */
	NEED_SYS_RESOURCE = 1 << 2,
	NEED_DAC_OVERRIDE = 1 << 3,
	NEED_SYS_RAWIO = 1 << 4,
	NEED_SYS_ADMIN = 1 << 5,
	NEED_NET_ADMIN = 1 << 6,
	NEED_SYS_PTRACE = 1 << 7,
	/* To replace a configuration file and keep its owner and mode. */
	NEED_CHOWN = 1 << 8,
	NEED_FOWNER = 1 << 9,
};

#define PRIVILEGE_COUNT 10

/* The word of the @index-th bit as JSON's `needs` has it ("cap_sys_rawio"); 0 <= @index <
 * PRIVILEGE_COUNT. */
const char *privilege_name(unsigned index);
