/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/default.h"

#include "knob/knob.h"
#include "tap.h"

static const struct {
	enum knob_type type;
	const char *text, *kernel, *want;
	unsigned word;
} cases[] = {
	{ KNOB_INT, "8 (4 on 32-bit)", "6.1", "8", 64 },
	{ KNOB_INT, "8 (4 on 32-bit)", "6.1", "4", 32 },
	{ KNOB_INT, "8 (4 on 32-bit)", NULL, "4", 32 },
	{ KNOB_INT, "8 (6 before 3.19, 4 on 32-bit)", "3.10", "6", 32 },
	{ KNOB_INT, "8 (6 before 3.19, 4 on 32-bit)", NULL, "4", 32 },
	{ KNOB_INT, "8 (4 on 32-bit hosts)", "6.1", "8", 32 },
	{ KNOB_INT, "60", "6.1", "60", 64 },
	{ KNOB_INT, "-1", "6.1", "-1", 64 },
	{ KNOB_VECTOR, "512 32 8", "2.4.37", "512 32 8", 64 },
	{ KNOB_BOOL, "Y", "6.1", "Y", 64 },
	{ KNOB_WORD, "madvise", "6.1", "madvise", 64 },
	{ KNOB_STRING, "lzo-rle", "6.1", "", 64 }, /* no choice of this knob's */
	{ KNOB_INT, NULL, "6.1", "", 64 },
	{ KNOB_INT, "", "6.1", "", 64 },
	{ KNOB_ULONG, "0: the ratio is in use", "6.1", "0", 64 },
	{ KNOB_INT, "0 (off)", "6.1", "0", 64 },
	{ KNOB_INT, "3 (2 below 16 MB of memory)", "6.1", "3", 64 },
	{ KNOB_INT, "0 (up to 3.15 set to 1 on hosts with distant nodes)", "3.10", "0",
	  64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "6.1", "20", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.9", "40", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.20", "40", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.21", "20", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.24", "10", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.29", "10", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", "2.6.30", "20", 64 },
	{ KNOB_INT, "20 (40 up to 2.6.20, 10 in 2.6.24 to 2.6.29)", NULL, "20", 64 },
	{ KNOB_WORD, "madvise (always before 4.6)", "4.6", "madvise", 64 },
	{ KNOB_WORD, "madvise (always before 4.6)", "4.5.7", "always", 64 },
	{ KNOB_INT, "1 (0 in 3.16)", "3.16.57", "0", 64 },
	{ KNOB_INT, "1 (0 in 3.16)", "3.17", "1", 64 },
	{ KNOB_BOOL, "0 (1 in 5.2 to 5.10)", "5.10.200", "1", 64 },
	{ KNOB_VECTOR, "32000 9 500 (250 32000 32 before 3.19)", "3.10", "250 32000 32",
	  64 },
	{ KNOB_VECTOR, "32000 9 500 (250 32000 32 before 3.19)", "4.0", "32000 9 500",
	  64 },
	{ KNOB_ULONG, "as good as no limit (2097152 before 3.16)", "3.10", "2097152",
	  64 },
	{ KNOB_ULONG, "as good as no limit (2097152 before 3.16)", "6.1", "", 64 },
	{ KNOB_ULONG, "as good as no limit (32 MB up to 3.15)", "3.10", "", 64 },
	{ KNOB_INT, "build option (0)", "6.1", "", 64 },
	{ KNOB_INT, "by memory", "6.1", "", 64 },
	{ KNOB_INT, "computed", "6.1", "", 64 },
	{ KNOB_STRING, "zsmalloc or zbud", "6.1", "", 64 },
	{ KNOB_VECTOR, "256 32 at first; 256 256 32 0 0 on x86-64 since 4.17", "6.1", "",
	  64 },
	{ KNOB_VECTOR, "4096 131072 and a maximum by memory", "6.1", "", 64 },
	{ KNOB_INT, "0; 300 in RHEL 5", "2.6.18", "", 64 },
	{ KNOB_INT, "2048 or 4096", "2.6.7", "", 64 },
};

static void test_cases(void)
{
	static const struct knob_choice choices[] = { { "madvise", "" },
						      { "always", "" },
						      { NULL, NULL } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct knob knob = { .type = cases[i].type,
					   .choices = choices,
					   .default_value = cases[i].text };
		struct kver v = KVER_ANY;
		struct span got;

		if (cases[i].kernel && kver_parse(cases[i].kernel, &v) < 0)
			v = KVER_ANY;
		got = knob_default(&knob, (struct default_facts){
						  .kernel = v, .word = cases[i].word });
		ok(span_is(got, cases[i].want), "%s on %s: %s (%.*s)",
		   cases[i].text ? cases[i].text : "-",
		   cases[i].kernel ? cases[i].kernel : "an unknown kernel", cases[i].want,
		   (int)got.len, got.at);
	}
}

/* The catalogue's defaults are mostly values. */
static void test_catalogue(void)
{
	size_t len, told = 0;
	const struct knob *knobs = knob_all(&len);

	for (size_t i = 0; i < len; i++)
		told += knob_default(&knobs[i],
				     (struct default_facts){ .kernel = KVER(6, 1, 0) })
				.len > 0;
	ok(told > len / 2 && told < len, "%zu of %zu are told", told, len);
}

int main(void)
{
	test_cases();
	test_catalogue();
	return done();
}
