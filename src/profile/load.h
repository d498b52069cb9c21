/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * From what the user named to a profile with its includes.
 *
 * A path (it holds a "/" or ends in ".yaml") is the caller's own; "-" is standard input;
 * a name is looked up in etc/lowmemctl/profiles below the root, then in the shipped
 * folder. A link to /dev/null in the former masks a shipped one. An included name is
 * looked up beside the including file first when that was named by path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "profile/profile.h"

struct arena;
struct root;

/* How much a file must be trusted before its profile is used. */
enum trust {
	TRUST_ANY,   /* it is only looked at: a warning */
	TRUST_OWNER, /* nobody but its owner and root may be able to write it */
	TRUST_ROOT,  /* besides, it must be root's: unattended use */
};

struct profile_place {
	const char *name;	 /* "database" */
	const char *path;	 /* as it would be opened, for people */
	const char *description; /* NULL: none, or it could not be read */
	bool local;		 /* from etc/lowmemctl/profiles */
	bool masked;		 /* a link to /dev/null hides it */
	bool hides;		 /* local, and a shipped one has the same name */
};

struct loader {
	struct arena *arena;
	struct diags *diags;
	const struct root *root;
	const char *shipped; /* path of the shipped folder, the caller's own */
	enum trust trust;
};

/*
 * Loads @name and what it includes behind what is already in *@profile.
 * 0; -EINVAL: not valid; -ENOENT: no such profile; -EPERM: not to be trusted; -EIO...: could not be
 * read. The reason is in the diagnostics. -ENOMEM, without one.
 */
int profile_load(const struct loader *loader, const char *name, struct profile *profile)
	__attribute__((warn_unused_result));

/*
 * Loads what persist made active: etc/lowmemctl/active.d, in the order of names. What is not valid
 * there is an error in the diagnostics; of it, a layer that is broken is all there is. 0, or as
 * profile_load(), with the others loaded.
 */
int profile_load_active(const struct loader *loader, struct profile *profile)
	__attribute__((warn_unused_result));

/* Takes the broken layers out of @profile; how many it has then. */
size_t profile_leave_broken(struct profile *profile);

/* All profiles that can be named, sorted by name. */
int profile_places(const struct loader *loader, struct profile_place **ret,
		   size_t *ret_len) __attribute__((warn_unused_result));
