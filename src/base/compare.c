/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/compare.h"

#include <string.h>

#include "base/enumtab.h"

static const struct enumtab comparators[] = {
	{ "<", COMPARE_LESS },		{ "<=", COMPARE_LESS_OR_SAME },
	{ "=", COMPARE_SAME },		{ "==", COMPARE_SAME },
	{ "!=", COMPARE_NOT_SAME },	{ ">", COMPARE_MORE },
	{ ">=", COMPARE_MORE_OR_SAME }, { NULL, 0 },
};

int compare_take(struct span *text, enum comparator *ret)
{
	size_t len = 0;
	int value, r;

	while (len < text->len && memchr("<>=!", text->at[len], 4))
		len++;
	r = enumtab_value(comparators, (struct span){ text->at, len }, &value);
	if (r < 0)
		return r;
	*text = (struct span){ text->at + len, text->len - len };
	*ret = (enum comparator)value;
	return 0;
}

bool compare_holds(enum comparator comparator, int order)
{
	switch (comparator) {
	case COMPARE_LESS:
		return order < 0;
	case COMPARE_LESS_OR_SAME:
		return order <= 0;
	case COMPARE_SAME:
		return order == 0;
	case COMPARE_NOT_SAME:
		return order != 0;
	case COMPARE_MORE:
		return order > 0;
	case COMPARE_MORE_OR_SAME:
		return order >= 0;
	}
	return false;
}
