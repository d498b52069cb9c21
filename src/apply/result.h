/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* A result is what became of a plan, item by item. */

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum item_result {
	RESULT_NULL, /* nothing was to be done, or nothing was done */
	RESULT_DONE,
	RESULT_FAILED,	 /* it did not take, and is as it was */
	RESULT_RESTORED, /* done, then put back as another one failed */
	RESULT_STUCK,	 /* it stays changed: putting it back failed too */
};

struct item_outcome {
	enum item_result result;
	const char *live;   /* what was read last; NULL: not read */
	const char *reason; /* NULL: nothing to say */
};

struct file_outcome {
	enum item_result result;
	const char *reason; /* NULL: nothing to say */
};

struct result {
	struct item_outcome *items; /* one for each item of the plan */
	size_t len;
	struct file_outcome *files; /* one for each of its files */
	size_t files_len;
	enum status status;
	unsigned long entry; /* id of the journal entry; 0: none was needed */
	size_t done, failed, restored, stuck;
	bool interrupted; /* a signal ended it */
};
