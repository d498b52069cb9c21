/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/kib.h"

#include <stdio.h>

#define STEP 1024

struct amount {
	uint64_t whole, tenths; /* rounded, each */
	char unit;
};

static struct amount scale(uint64_t kib)
{
	static const char units[] = "KMGTPE";
	struct amount amount = { 0 };
	uint64_t size = 1;

	for (size_t i = 0; units[i]; i++, size *= STEP) {
		uint64_t whole = kib / size, rest = kib % size;

		amount = (struct amount){
			.whole = whole + (rest * 2 >= size),
			.tenths = whole * 10 + (rest * 20 + size) / (size * 2),
			.unit = units[i],
		};
		if (amount.whole < STEP)
			break;
	}
	return amount;
}

static const char *write_amount(uint64_t kib, const char *blank, const char *behind,
				char ret[KIB_TEXT])
{
	const struct amount amount = scale(kib);

	if (amount.unit != 'K' && amount.tenths < 100)
		(void)snprintf(ret, KIB_TEXT, "%u.%u%s%c%s", (unsigned)amount.tenths / 10,
			       (unsigned)amount.tenths % 10, blank, amount.unit, behind);
	else
		(void)snprintf(ret, KIB_TEXT, "%u%s%c%s", (unsigned)amount.whole, blank,
			       amount.unit, behind);
	return ret;
}

const char *kib_text(uint64_t kib, char ret[KIB_TEXT])
{
	return write_amount(kib, " ", "iB", ret);
}

const char *kib_short(uint64_t kib, char ret[KIB_TEXT])
{
	if (kib > 0)
		return write_amount(kib, "", "", ret);
	(void)snprintf(ret, KIB_TEXT, "0");
	return ret;
}

const char *kib_told(int64_t kib, char ret[KIB_TEXT])
{
	if (kib >= 0)
		return kib_short((uint64_t)kib, ret);
	(void)snprintf(ret, KIB_TEXT, "-");
	return ret;
}
