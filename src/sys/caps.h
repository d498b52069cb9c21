/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What this process may do.
 *
 * Facts: a sysctl file asks for effective uid 0 of the initial user namespace
 * and for no capability (Linux fs/proc/proc_sysctl.c, test_perm), so that a
 * namespace whose 0 is the host's 0 will do; sysfs asks for ordinary file
 * permission; a few handlers ask for a capability besides (capabilities(7)),
 * and that in the initial user namespace: root of another one holds all of
 * them, and none that counts.
 *
 * This is about the process, and so asks the /proc that it lives in, not the
 * one below --root.
 */

#include <stdbool.h>

#include "base/privilege.h"

struct caps {
	unsigned have; /* enum privilege bits; NEED_WRITABLE is no part of it */
};

/* What the calling process holds now, of that which counts. 0 or -errno. */
int caps_read(struct caps *ret) __attribute__((warn_unused_result));

/* Does it hold @capability (CAP_*) in its own user namespace, which the files of that one ask
 * for? */
bool caps_holds(unsigned capability);

/* Gives up, for good, every capability that is not in @needs; who has none gives up none.
 * 0 or -errno. */
int caps_keep(unsigned needs) __attribute__((warn_unused_result));

/*
 * Puts the capabilities in @needs, which are permitted, into force, or out of it until asked for
 * again: what is written with one may mean more than what is written without. One system call, none
 * where nothing changes. 0, -EPERM (one of them is not permitted; then nothing changes) or -EIO.
 */
int caps_effective(unsigned needs, bool on) __attribute__((warn_unused_result));
