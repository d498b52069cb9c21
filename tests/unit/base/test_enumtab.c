/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/enumtab.h"

#include <errno.h>

#include "tap.h"

static const struct enumtab table[] = { { "off", 0 }, { "on", 1 }, { NULL, 0 } };

int main(void)
{
	int value = 7;

	is_str(enumtab_word(table, 1), "on", "a word for a value");
	is_str(enumtab_word(table, 2), "?", "none for an unknown one");
	is_int(enumtab_value(table, span_of("off"), &value), 0, "a value for a word");
	is_int(value, 0, "the right one");
	is_int(enumtab_value(table, span_of("On"), &value), -EINVAL,
	       "letter case counts");
	is_int(enumtab_value(table, span_of("o"), &value), -EINVAL, "a part is no word");
	return done();
}
