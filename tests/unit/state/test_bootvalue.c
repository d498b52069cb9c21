/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/bootvalue.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "tap.h"

static const struct {
	const char *key, *text;
	int fault;
	const char *value;
} cases[] = {
	{ "vm.swappiness", "10", VALUE_OK, "10" },
	{ "vm.swappiness", "0x10 # ten", VALUE_OK, "0x10" },
	{ "vm.swappiness", "0", VALUE_OK, "0" },
	{ "vm.swappiness", "200", VALUE_OK, "200" },
	{ "vm.swappiness", "201", VALUE_OUT_OF_RANGE, NULL },
	{ "vm.swappiness", "-1", VALUE_OUT_OF_RANGE, NULL },
	{ "vm.swappiness", "ten", VALUE_NOT_A_NUMBER, NULL },
	{ "kernel.panic", "-1", VALUE_OK, "-1" },
	{ "net.ipv4.x", "ten 10", VALUE_OK, "ten 10" },
};

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *value = NULL;

		is_int(boot_value(arena, knob_find(cases[i].key, NULL), cases[i].text,
				  &value),
		       cases[i].fault, "%s = %s", cases[i].key, cases[i].text);
		if (cases[i].value)
			is_str(value, cases[i].value, "what the kernel makes of it");
	}
	return done();
}
