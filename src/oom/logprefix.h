/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What stands in a line of a log before the kernel's own words: a time, a host, "kernel:", the signs
 * of a quoted mail. syslog(3) and RFC 5424, journalctl(1), dmesg(1), /dev/kmsg
 * (Documentation/ABI/testing/dev-kmsg), logwatch(8).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct logprefix {
	size_t len;   /* where the rest begins */
	bool stamped; /* it is more than indentation and signs of quoting */
	bool counted; /* logwatch's "N Time(s):": lines are in no order of time */
	bool guessed; /* its last word is taken for a host's name, with nothing to show for it */
	bool foreign; /* the line is of another program: "sshd[813]:" */
	struct span
		when; /* the time of day, or of the boot, as it stands there; len 0: none */
	uint32_t caller; /* "[ T813]", "[ C1]" (CONFIG_PRINTK_CALLER); 0: not told */
};

struct logprefix logprefix_read(struct span line);
/* Is there a "[12345.678901] " at @at? How long it is, else 0. */
size_t logprefix_uptime(struct span line, size_t at);
