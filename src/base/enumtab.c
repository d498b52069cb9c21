/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/enumtab.h"

#include <errno.h>

const char *enumtab_word(const struct enumtab *table, int value)
{
	for (; table->word; table++) {
		if (table->value == value)
			return table->word;
	}
	return "?";
}

int enumtab_value(const struct enumtab *table, struct span word, int *ret)
{
	for (; table->word; table++) {
		if (span_is(word, table->word)) {
			*ret = table->value;
			return 0;
		}
	}
	return -EINVAL;
}
