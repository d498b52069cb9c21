/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out_parts.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/privilege.h"
#include "capture.h"
#include "json.h"
#include "render/out.h"
#include "tap.h"

static const struct source source = { "/etc/a\x1b.conf", "", 0 };

static void test_places(void)
{
	struct capture got;
	struct out out = out_to(capture(&got, 0, false)->file);

	out_object(&out, NULL);
	out_place(&out, "a", (struct origin){ &source, 3, 7 }, false);
	out_place(&out, "b", (struct origin){ &source, 3, 7 }, true);
	out_place(&out, "c", NOWHERE, true);
	out_end_object(&out);
	is_int(out_finish(&out), 0, "places");
	is_str(captured(&got),
	       "{\"a\":{\"file\":\"/etc/a\\u001b.conf\",\"line\":3},"
	       "\"b\":{\"file\":\"/etc/a\\u001b.conf\",\"line\":3,\"column\":7},"
	       "\"c\":null}\n",
	       "with and without a column, and none");
	ok(json_valid(got.text), "are valid");
}

static void test_needs(void)
{
	struct capture got;
	struct out out = out_to(capture(&got, 0, false)->file);

	out_list(&out, NULL);
	out_object(&out, NULL);
	out_needs(&out, 0);
	out_end_object(&out);
	out_object(&out, NULL);
	out_needs(&out, NEED_ROOT | NEED_SYS_RAWIO);
	out_end_object(&out);
	out_end_list(&out);
	is_int(out_finish(&out), 0, "privileges");
	is_str(captured(&got),
	       "[{\"needs\":[]},{\"needs\":[\"root\",\"cap_sys_rawio\"]}]\n",
	       "by their words");
}

static void test_diagnostics(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct diags diags = diags_in(arena);
	struct capture got;
	struct out out = out_to(capture(&got, 0, false)->file);

	diag_warning(&diags, (struct origin){ &source, 3, 0 }, "say \"%s\"", "x");
	(void)diag_error(&diags, NOWHERE, 1, "no");
	out_list(&out, NULL);
	out_object(&out, NULL);
	out_diagnostics(&out, &diags);
	out_end_object(&out);
	out_object(&out, NULL);
	out_diagnostics(&out, NULL);
	out_end_object(&out);
	out_end_list(&out);
	is_int(out_finish(&out), 0, "diagnostics");
	is_str(captured(&got),
	       "[{\"diagnostics\":["
	       "{\"severity\":\"warning\",\"file\":\"/etc/a\\u001b.conf\",\"line\":3,"
	       "\"column\":0,\"message\":\"say \\\"x\\\"\"},"
	       "{\"severity\":\"error\",\"file\":null,\"line\":0,\"column\":0,"
	       "\"message\":\"no\"}]},{\"diagnostics\":[]}]\n",
	       "all of them, or none");
	ok(json_valid(got.text), "are valid");
}

static void test_moments(void)
{
	struct capture got;
	struct out out = out_to(capture(&got, 0, false)->file);

	out_list(&out, NULL);
	out_moment(&out, NULL, 0);
	out_moment(&out, NULL, 1764052421);
	out_moment(&out, NULL, -1);
	out_moment(&out, NULL, INT64_MAX);
	out_end_list(&out);
	is_int(out_finish(&out), 0, "moments");
	is_str(captured(&got),
	       "[\"1970-01-01T00:00:00Z\",\"2025-11-25T06:33:41Z\",null,null]\n",
	       "in UTC");
}

int main(void)
{
	test_moments();
	test_places();
	test_needs();
	test_diagnostics();
	return done();
}
