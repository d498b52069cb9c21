/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/citation.h"

#include "tap.h"

static const char *const citations[] = {
	"Subject: Re: Out of Memory: Killed process 4711 (httpd).",
	"> Subject: mailer invoked oom-killer: gfp_mask=0xd0, order=0",
	"\tpanic(\"Out of memory and no killable processes...\\n\");",
	"\tprintk(KERN_ERR \"Out of Memory: Killed process 1 (x).\\n\");",
	"\t\t\"worker invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0\",",
	"    line = \"kernel: Out of memory: Killed process 900 (worker)\"",
	"Look for `Out of memory: Killed process 4711 (httpd)` in the log.",
	"say 'Task in /a killed as a result of limit of /b' where that is so",
};

static const char *const messages[] = {
	"Out of memory: Killed process 4711 (httpd) total-vm:1kB, anon-rss:1kB",
	"It said \"Out of memory: Killed process 4711 (httpd) total-vm:1kB, anon-rss:1kB\".",
	"{\"log\":\"worker invoked oom-killer: gfp_mask=0xd0, order=0\\n\"}",
	"MESSAGE: 'Out of memory: Kill process 4711 (httpd) score 3 or sacrifice child'",
	"1717,\"Out of memory: Kill process 4711 (httpd) score 3 or sacrifice child\"",
	"it doesn't end: Out of memory: Kill process 4711 (httpd) score 3 or sacrifice child",
	"<4>1 2024-06-10T13:33:11Z box kernel - - [meta seq=\"7\"] a invoked oom-killer: order=0",
	"\"a\" b[1]: Out of memory: Kill process 4711 (httpd) score 3 or sacrifice child",
};

static bool is_cited(const char *text)
{
	struct span line = span_of(text);

	return citation_is(line, shape_find(line, 0));
}

int main(void)
{
	for (size_t i = 0; i < sizeof(citations) / sizeof(*citations); i++)
		ok(is_cited(citations[i]), "cited: %s", citations[i]);
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		ok(!is_cited(messages[i]), "said: %s", messages[i]);
	return done();
}
