/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A path on the command line is the caller's own, and not below --root. It is taken from "/", as any
 * other root ends "..", and takes a system call that kernels before 5.6, and filters of service managers,
 * do not have.
 */

struct context;

/* @path as seen from "/", without the slash in front. 0 or -errno. */
int own_path(struct context *context, const char *path, const char **ret)
	__attribute__((warn_unused_result));
