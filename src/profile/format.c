/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/format.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/compare.h"
#include "base/kver.h"
#include "base/num.h"
#include "base/span.h"
#include "profile/condition.h"
#include "profile/cron.h"
#include "profile/ere.h"

#define NUMBER	   "(0|[1-9][0-9]*)"
#define COMPARATOR "(<=?|>=?|==?|!=)"
#define VERSION	   COMPARATOR "(0|[1-9][0-9]{0,4})(\\.(0|[1-9][0-9]{0,4})){0,2}"
#define SIZE	   COMPARATOR NUMBER "([KMGT]i?)?"
#define JOINED(x)  "^[ \\t]*" x "([ \\t]+" x ")*[ \\t]*$"
/* Not empty, and one line. */
#define LINE	   "^" LINE_BODY
#define LINE_BODY                                                                        \
	"[ \\t]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u0008\\u000a-\\u001f\\u007f]*\\n?$"

static bool all_of(const char *text, const char *set)
{
	return text[0] && text[strspn(text, set)] == '\0';
}

static const char *name_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	(void)arena;
	*ret_at = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return text[0] && !text[*ret_at] ? NULL : "";
}

static const char *line_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	struct span line = span_trim(span_of(text));

	(void)arena;
	if (line.len == 0)
		return "the text is empty";
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.at[i];

		*ret_at = (size_t)(line.at - text) + i;
		if (c == '\n' || c == '\r')
			return "the text has more than one line";
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return "a control character";
	}
	return NULL;
}

/* Numbers are those of the kernel: (uid_t)-1 stands for none. */
static const char *account_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	const char *why = line_fault(arena, text, ret_at);
	struct span account = span_trim(span_of(text));
	size_t sign = account.len > 0 && account.at[0] == '-';
	uint64_t number;
	int r;

	if (why || strspn(account.at + sign, "0123456789") < account.len - sign ||
	    account.len == sign)
		return why;
	*ret_at = (size_t)(account.at - text);
	if (sign)
		return "a number below 0";
	r = num_u64(account, &number);
	if (r == -EINVAL)
		return "begins with a zero, which could mean octal: leave the zero out";
	return r < 0 || number >= UINT32_MAX ? "a number above 4294967294" : NULL;
}

static const char *regex_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	const char *why = line_fault(arena, text, ret_at);

	return why ? why : ere_fault(arena, text, ret_at);
}

static const char *arch_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-";

	(void)arena;
	*ret_at = 0;
	return all_of(text, set) ? NULL : "";
}

static const char *kernel_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	unsigned at;

	(void)arena;
	if (kver_condition_check(text, &at) == 0)
		return NULL;
	*ret_at = at;
	return "";
}

static const char *memory_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	struct span rest = span_of(text), word;
	enum comparator comparator;
	uint64_t bytes;
	bool any = false;

	(void)arena;
	while (span_word(&rest, &word)) {
		*ret_at = (size_t)(word.at - text);
		if (compare_take(&word, &comparator) < 0 || num_size(word, &bytes) < 0)
			return "";
		any = true;
	}
	return any ? NULL : "";
}

static const char *schedule_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	struct cron cron;
	const char *why;

	(void)arena;
	return cron_parse(text, &cron, &why, ret_at) < 0 ? why : NULL;
}

static const char *condition_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	struct condition condition;
	const char *why;

	(void)arena;
	return condition_parse(text, &condition, &why, ret_at) < 0 ? why : NULL;
}

static const char *duration_fault(struct arena *arena, const char *text, size_t *ret_at)
{
	uint64_t seconds;

	(void)arena;
	*ret_at = 0;
	return num_duration(span_of(text), &seconds) < 0 ? "" : NULL;
}

const struct format format_name = {
	.noun = "a name of small letters, digits and hyphens",
	.pattern = "^[a-z0-9-]+$",
	.fault = name_fault,
};

const struct format format_line = {
	.noun = "a line of text",
	.pattern = LINE,
	.fault = line_fault,
};

const struct format format_glob = {
	.noun = "a text, or a glob such as \"chrom*\"",
	.pattern = LINE,
	.fault = line_fault,
};

const struct format format_account = {
	.noun = "a name or a number",
	.pattern =
		"^([ \\t]*(0|[1-9][0-9]{0,9})[ \\t]*\\n?$|(?![ \\t]*-?[0-9]+[ \\t]*\\n?$)" LINE_BODY
		")",
	.number = true,
	.fault = account_fault,
};

const struct format format_regex = {
	.noun = "a POSIX extended regular expression",
	.pattern = LINE,
	.most = ERE_LONGEST,
	.fault = regex_fault,
};

const struct format format_arch = {
	.noun = "an architecture such as x86_64",
	.pattern = "^[A-Za-z0-9_-]+$",
	.fault = arch_fault,
};

const struct format format_kernel = {
	.noun = "comparisons of versions such as \">=2.6.5 <7\"",
	.pattern = JOINED(VERSION),
	.fault = kernel_fault,
};

const struct format format_memory = {
	.noun = "comparisons of sizes such as \">=2G <64G\"",
	.pattern = JOINED(SIZE),
	.fault = memory_fault,
};

const struct format format_schedule = {
	.noun = "a time such as \"30 3 * * *\" or \"@daily\"",
	.pattern = cron_pattern,
	.fault = schedule_fault,
};

const struct format format_condition = {
	.noun = "a comparison such as low_free < 64M",
	.pattern = condition_pattern,
	.fault = condition_fault,
};

const struct format format_duration = {
	.noun = "a duration such as 6h or 1h30m",
	.pattern = "^((?=.*[1-9])(" NUMBER "[smhdw])+|[1-9][0-9]*)$",
	.number = true,
	.fault = duration_fault,
};
