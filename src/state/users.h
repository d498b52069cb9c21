/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names of users and groups, as the root's own etc/passwd and etc/group have
 * them (passwd(5), group(5)).
 *
 * Other sources (LDAP, sssd) are not asked: that may wait for a network, on a
 * host that is in trouble. Their users go by number.
 */

#include <sys/types.h>

#include "base/span.h"

struct arena;
struct root;

struct users {
	struct span passwd, group; /* the files; empty: none */
};

/* 0 or -ENOMEM. */
int users_read(struct arena *arena, const struct root *root, struct users *ret)
	__attribute__((warn_unused_result));

/* The number of the user or group @name, which may be a number itself. 0 or -ENOENT. */
int users_uid(const struct users *users, const char *name, uid_t *ret)
	__attribute__((warn_unused_result));
int users_gid(const struct users *users, const char *name, gid_t *ret)
	__attribute__((warn_unused_result));
