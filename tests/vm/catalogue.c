/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the catalogue says of one kernel, for a machine that runs it to look whether
 * that is true: catalogue RELEASE BITS. One line for each row, with a tab between the fields,
 * whose names tests/vm/catalogue.py has; "-" where there is nothing to say.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "knob/default.h"
#include "knob/knob.h"

struct kernel {
	const char *release;
	struct kver version;
	bool wide; /* a long has 64 bits */
};

static const char *type_name(enum knob_type type)
{
	static const char *const names[] = {
		[KNOB_BOOL] = "number",	    [KNOB_INT] = "number",
		[KNOB_UINT] = "number",	    [KNOB_ULONG] = "number",
		[KNOB_VECTOR] = "vector",   [KNOB_WORD] = "word",
		[KNOB_TRIGGER] = "trigger", [KNOB_STRING] = "string",
	};

	return names[type];
}

static const char *mode_name(const struct knob *knob)
{
	if (knob->never_read)
		return "no";
	return knob->read_only ? "r" : knob->write_only ? "w" : "rw";
}

static const char *readback_name(enum knob_readback readback)
{
	static const char *const names[] = {
		[KNOB_READ_EXACT] = "exact",
		[KNOB_READ_BRACKET] = "bracket",
		[KNOB_READ_ROUNDED] = "rounded",
		[KNOB_READ_NONE] = "none",
	};

	return names[readback];
}

/* The least and the most, and the numbers next to them. */
static void print_bounds(const struct knob *knob, const struct kernel *kernel)
{
	int64_t min;
	uint64_t max;

	if (!knob_range(knob, kernel->version, kernel->wide ? 64 : 32, &min, &max)) {
		fputs("-\t-\t-\t-", stdout);
		return;
	}
	/* Here, those below /sys as well. */
	if (!kernel->wide && max > UINT32_MAX)
		max = max == INT64_MAX ? INT32_MAX : UINT32_MAX;
	printf("%" PRId64 "\t%" PRIu64 "\t%" PRId64 "\t", min, max, min - 1);
	if (max == UINT64_MAX)
		fputs("18446744073709551616", stdout);
	else
		printf("%" PRIu64, max + 1);
}

static void print_words(const struct knob *knob)
{
	const struct knob_choice *choice = knob->choices;

	if (!choice)
		putchar('-');
	for (; choice && choice->value; choice++)
		printf("%s%s", choice == knob->choices ? "" : ",", choice->value);
}

static void print_keys(const char *const *keys)
{
	if (!keys)
		putchar('-');
	for (; keys && *keys; keys++)
		printf("%s,", *keys);
}

static void print_needs(unsigned needs)
{
	if (needs == NEED_NOTHING)
		putchar('-');
	for (unsigned i = 0; i < PRIVILEGE_COUNT; i++)
		if (needs & 1U << i)
			printf("%s,", privilege_name(i));
}

static void print_row(const struct knob *knob, const struct kernel *kernel)
{
	bool ours = !knob->releases || fnmatch(knob->releases, kernel->release, 0) == 0;
	struct span usual =
		knob_default(knob,
			     (struct default_facts){ .kernel = kernel->version,
						     .word = kernel->wide ? 64 : 32 });

	printf("%s\t%s\t", knob->key, knob->config ? knob->config : "-");
	printf("%s\t", ours && knob_expected(knob, kernel->version) ? "yes" : "no");
	printf("%s\t%s\t", type_name(knob->type), mode_name(knob));
	print_bounds(knob, kernel);
	if (usual.len == 0)
		usual = span_of("-");
	printf("\t%.*s\t", (int)usual.len, usual.at);
	printf("%s\t", readback_name(knob->readback));
	print_words(knob);
	printf("\t%u\t", knob->fields);
	print_keys(knob->excludes);
	putchar('\t');
	print_needs(knob->needs);
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct kernel kernel = { 0 };
	size_t count;
	const struct knob *knobs = knob_all(&count);

	if (argc != 3 || kver_parse(argv[1], &kernel.version) < 0) {
		fputs("usage: catalogue RELEASE BITS\n", stderr);
		return 1;
	}
	kernel.release = argv[1];
	kernel.wide = strcmp(argv[2], "64") == 0;
	for (size_t i = 0; i < count; i++)
		if ((knobs[i].class == KNOB_SYSCTL || knobs[i].class == KNOB_SYSFS) &&
		    knob_find(knobs[i].key, kernel.release) == &knobs[i])
			print_row(&knobs[i], &kernel);
	return 0;
}
