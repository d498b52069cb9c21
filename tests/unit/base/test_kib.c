/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/kib.h"

#include "tap.h"

static const struct {
	uint64_t kib;
	const char *text, *brief;
} cases[] = {
	{ 0, "0 KiB", "0" },
	{ 1, "1 KiB", "1K" },
	{ 1023, "1023 KiB", "1023K" },
	{ 1024, "1.0 MiB", "1.0M" },
	{ 1536, "1.5 MiB", "1.5M" },
	{ 10188, "9.9 MiB", "9.9M" },
	{ 10189, "10 MiB", "10M" },
	{ 48112, "47 MiB", "47M" },
	{ 1048063, "1023 MiB", "1023M" },
	{ 1048064, "1.0 GiB", "1.0G" },
	{ 3217696, "3.1 GiB", "3.1G" },
	{ (uint64_t)1 << 30, "1.0 TiB", "1.0T" },
	{ (uint64_t)1 << 50, "1.0 EiB", "1.0E" },
	{ UINT64_MAX, "16384 EiB", "16384E" },
};

int main(void)
{
	char text[KIB_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		is_str(kib_text(cases[i].kib, text), cases[i].text, "%llu KiB",
		       (unsigned long long)cases[i].kib);
		is_str(kib_short(cases[i].kib, text), cases[i].brief, "in short");
	}
	is_str(kib_told(1024, text), "1.0M", "told");
	is_str(kib_told(0, text), "0", "nothing");
	is_str(kib_told(-1, text), "-", "not told");
	return done();
}
