/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The files by which systemd or cron carries out the schedules of a profile, as files of a plan. Pure. */

struct arena;
struct layer;
struct persist_request;
struct plan;

/*
 * Adds to @plan what makes those of @profile, which applies, as @request wants them; what is ours and
 * not wanted any more goes. Others' files are never overwritten: refused. 0; -EDOM: cron cannot do
 * it, as the request's diagnostics say; -ENOMEM.
 */
int carrying_files(struct arena *arena, const struct persist_request *request,
		   const struct layer *profile, struct plan *plan)
	__attribute__((warn_unused_result));

/* Takes those of the profile @name out. 0 or -ENOMEM. */
int carrying_files_remove(struct arena *arena, const struct persist_request *request,
			  const char *name, struct plan *plan)
	__attribute__((warn_unused_result));

/* Judges the schedules of @profile among @plan's items by what carries them out at the next boot. 0, or as
 * carrying_files(). */
int carrying_judge(struct arena *arena, const struct persist_request *request,
		   const struct layer *profile, unsigned scope, struct plan *plan)
	__attribute__((warn_unused_result));
