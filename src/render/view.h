/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Views: each shows one model, as text for people or as JSON. None decides anything. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "render/term.h"

struct account;
struct arena;
struct diags;
struct entries;
struct host;
struct plan;
struct process_account;
struct profile_place;
struct result;
struct memcg;
struct sysctl_loader;
struct victims;

/* What a command about a plan shows. */
struct plan_view {
	struct arena *arena;
	const char *command;	     /* "diff" */
	const struct plan *plan;     /* NULL: it never came to one */
	const struct result *result; /* NULL: nothing was carried out */
	const struct diags *diags;
	const char
		*loader; /* who reads the persisted configuration; NULL: not looked at */
	const char *comment; /* one line that says it all */
	const char *next;    /* the command to run next; NULL: none */
	const char *undo;    /* the command that takes it back; NULL: none */
	bool changed, in_sync;
	bool brief;	/* one line for each difference, no table */
	bool boot_only; /* what is live is not judged */
	bool verbose;	/* rows that are the same, too */
	enum status status;
};

/* To @term's stream: a table for people, or the JSON document. 0, -ENOMEM, or -EIO where
 * it could not be written. */
int view_plan(const struct plan_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* What `get` shows. */
struct account_view {
	struct arena *arena;
	const struct account *accounts;
	size_t len;
	const struct process_account *processes;
	size_t processes_len;
	const struct host *host;
	const struct sysctl_loader *loader; /* NULL: no knob was asked for */
	const struct diags *diags;
	enum status status;
};

int view_accounts(const struct account_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* What `victims` shows. */
struct victims_view {
	struct arena *arena;
	const struct victims *victims;
	const struct memcg *group; /* NULL: all of the host */
	uint64_t total_kib;	   /* what is shared */
	size_t lines;		   /* so many of those that can be killed; 0: all */
	bool threads;		   /* kernel threads, too */
	bool partial;		   /* others are hidden */
	const struct diags *diags;
	enum status status;
};

int view_victims(const struct victims_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

/* Diagnostics as compilers print them: place, severity, sentence, the line and a caret.
 * To stderr's @term. */
void view_diags(const struct diags *diags, const struct term *term);

/* A profile that was made here. */
struct draft_view {
	const char *command; /* "capture" */
	const char *name;    /* the profile's */
	const char *text;
	size_t keys; /* settings in it */
	const struct diags *diags;
};

/* To @term's stream: the profile itself, or the JSON document that has it. 0 or -EIO. */
int view_draft(const struct draft_view *view, const struct term *term, bool json)
	__attribute__((warn_unused_result));

int view_history(struct arena *arena, const struct entries *entries,
		 const struct term *term, bool json) __attribute__((warn_unused_result));
int view_places(struct arena *arena, const struct profile_place *places, size_t len,
		const struct term *term, bool json) __attribute__((warn_unused_result));
/* The JSON Schema (draft-07) of a profile, from the same tables that validate one. */
int view_schema(struct arena *arena, FILE *file) __attribute__((warn_unused_result));
