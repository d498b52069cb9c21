/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/pressure.h"

#include <stdint.h>

#include "base/num.h"

/* "12.34": always two decimals (Linux kernel/sched/psi.c, psi_show()). */
static bool read_hundredths(struct span text, unsigned *ret)
{
	struct span whole;
	uint64_t value;

	if (!span_until(&text, '.', &whole) || num_u64(whole, &value) < 0 ||
	    value > 100 || text.len != 2)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text.at[i] - '0');
	}
	*ret = (unsigned)value;
	return value <= 10000;
}

/* " avg10=0.00 avg60=0.00 avg300=0.00 total=0" */
static bool read_line(struct span line, unsigned *avg10, unsigned *avg60,
		      unsigned *avg300)
{
	struct span word, name;
	unsigned found = 0;

	while (span_word(&line, &word)) {
		if (!span_until(&word, '=', &name))
			continue;
		if (span_is(name, "avg10"))
			found += read_hundredths(word, avg10);
		else if (span_is(name, "avg60"))
			found += read_hundredths(word, avg60);
		else if (span_is(name, "avg300"))
			found += read_hundredths(word, avg300);
	}
	return found == 3;
}

struct pressure pressure_parse(struct span text)
{
	struct pressure found = { 0 };
	struct span line, name;
	bool some = false, full = false;

	while (span_line(&text, &line)) {
		if (!span_word(&line, &name))
			continue;
		if (span_is(name, "some"))
			some = read_line(line, &found.some_avg10, &found.some_avg60,
					 &found.some_avg300);
		else if (span_is(name, "full"))
			full = read_line(line, &found.full_avg10, &found.full_avg60,
					 &found.full_avg300);
	}
	found.known = some && full;
	return found.known ? found : (struct pressure){ 0 };
}
