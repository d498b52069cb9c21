/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/printable.h"

#include "tap.h"

/* Feeds @lines, which end with NULL, and says what whole lines come of them, joined by '|'. */
static void means(const char *const *lines, const char *want, const char *name)
{
	static struct printable printable;
	char got[256] = "";
	uint64_t number;
	struct span line;

	printable = (struct printable){ 0 };
	for (uint64_t i = 0; lines[i]; i++) {
		line = span_of(lines[i]);
		number = i + 1;
		if (!printable_line(&printable, &line, &number))
			continue;
		(void)strncat(got, line.at, line.len);
		(void)strcat(got, "|");
	}
	if (printable_rest(&printable, &line, &number)) {
		(void)strncat(got, line.at, line.len);
		(void)strcat(got, "...");
	}
	is_str(got, want, "%s", name);
}

int main(void)
{
	means((const char *const[]){ "order=0", "4096kB =", "pid=2074", NULL },
	      "order=0|4096kB =|pid=2074|", "text that is not in it");
	means((const char *const[]){ "order=3D0, adj=", "=3D0", "next", NULL },
	      "order=0, adj=0|next|", "a line that was broken");
	means((const char *const[]){ "order=3D20", "end=20", "a=0A=", "", NULL },
	      "order=20|end |a|", "codes at the end");
	means((const char *const[]){ "a=3Db=C2=A0c", "pid=2074 =2E=", NULL },
	      "a=b c|pid=2074 =2E...", "what stays, and what does not go on");
	return done();
}
