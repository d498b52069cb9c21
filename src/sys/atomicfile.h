/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Files of the host's configuration, replaced as a whole: whenever the machine
 * or the process stops, the file is the old one or the new one, never part of
 * either, and 0 means that the new one is on disk.
 *
 * The new text is written beside the file, as .NAME.lowmemctl-new, which no
 * reader of *.conf or *.yaml takes for its own, and renamed over it. What a
 * killed run left of that is removed by the next. The caller sees to it that
 * there is one writer at a time.
 *
 * Kept of the old file: owner, group, mode, ACLs, security label and all other
 * extended attributes, but for security.ima and security.evm, which sign the
 * content. What cannot be kept is a failure. Not kept: other names of the file
 * (hard links keep the old content), flags of chattr(1), and attributes that
 * this process is not shown (trusted.*, without CAP_SYS_ADMIN).
 *
 * Nothing here prints; paths are those of sys/root.h.
 */

#include <stdbool.h>
#include <stddef.h>

struct root;

/*
 * Makes @len bytes at @text all that the file holds; one that has the same text already is not
 * touched. A missing file is made, with mode 0644 whatever the umask, and so are the folders above
 * it (root_make_folders(); they stay where what follows fails).
 *
 * The file is what @path leads to: of a link, and of up to 40 in a row (-ELOOP), the target is
 * replaced or made in its own folder, and the link stays. An absolute target begins at the root.
 * -EISDIR: that is a folder; -EINVAL: a device, a pipe or a socket; -EBUSY: a file that is mounted
 * on; -EPERM: owner, group or mode cannot be kept, or it is immutable.
 *
 * 0, or -errno with the old file as it was. There is one exception: where the folder cannot be
 * synced, in the last step, the new file is there, whole, but a power failure may bring the old one
 * back.
 */
int atomicfile_replace(const struct root *root, const char *path, const char *text,
		       size_t len) __attribute__((warn_unused_result));

/* Removes the file, or the link (never what that leads to), and what a killed run left beside it,
 * and syncs the folder. 0 or -errno: -ENOENT, -EISDIR, -EINVAL as above. */
int atomicfile_remove(const struct root *root, const char *path)
	__attribute__((warn_unused_result));

/* Does the file that @path leads to lie below @folder, whatever names both go by? Not where one of them
 * is not there. */
bool atomicfile_is_below(const struct root *root, const char *path, const char *folder);

/*
 * Could atomicfile_replace() do its work, by this process as it is now? Changes nothing. 0, or what
 * stands in the way: -EROFS, -EACCES, -EPERM, -EBUSY and all that finding the file can lead to. A
 * full disk or a security module only show when it is done.
 */
int atomicfile_writable(const struct root *root, const char *path)
	__attribute__((warn_unused_result));
