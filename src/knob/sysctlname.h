/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names of sysctls, in the one form that the program uses: dots between the
 * parts, and "/" for a dot inside a part ("net.ipv4.conf.eth0/100.rp_filter").
 *
 * As sysctl(8) and sysctl.d(5): whichever of "." and "/" comes first in a name
 * is its separator, and the other one then stands for a dot in a part.
 */

struct arena;

#define SYSCTLNAME_FOLDER "proc/sys/"

/* The canonical form of @text: 0; -EINVAL where a part is empty, "." or ".."; -ENOMEM. */
int sysctlname_canonical(struct arena *arena, const char *text, const char **ret)
	__attribute__((warn_unused_result));

/* "proc/sys/net/ipv4/conf/eth0.100/rp_filter" for a canonical name; NULL: out of memory.
 */
const char *sysctlname_path(struct arena *arena, const char *name);

/* The canonical name of a path below "proc/sys/". NULL: out of memory. */
const char *sysctlname_of_path(struct arena *arena, const char *path);
