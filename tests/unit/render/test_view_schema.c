/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "json.h"
#include "profile/shape.h"
#include "render/view.h"
#include "tap.h"

/* How often @part stands in @text. */
static size_t count(const char *text, const char *part)
{
	size_t times = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		times++;
	return times;
}

/* The document in @buffer, or what view_schema() said. */
static int print_schema(size_t limit, char **buffer)
{
	cleanup(arena_freep) struct arena *arena = arena_new(limit);
	size_t size = 0;
	FILE *file = open_memstream(buffer, &size);
	int r = arena && file ? view_schema(arena, file) : -1;

	if (file)
		(void)fclose(file);
	return r;
}

static void test_document(const char *text)
{
	const char *end = json_value(text);

	ok(end && strcmp(end, "\n") == 0, "it is one JSON document and a newline");
	is_int((long long)count(text, "http://json-schema.org/draft-07/schema#"), 1,
	       "of draft 7");
	for (const struct field *field = shape_profile.fields; field->key; field++)
		ok(strstr(text, field->about) != NULL, "%s is explained", field->key);
}

static void test_knobs(const char *text)
{
	const char *knob = strstr(text, "\"vm.swappiness\""), *next = NULL, *range = NULL;

	if (knob) {
		next = strstr(knob, "\"vm.user_reserve_kbytes\"");
		range = strstr(knob, "\"minimum\":0,\"maximum\":200}");
	}
	ok(next && range && range < next, "a sysctl with its range");
	is_int((long long)count(text, "\"vm.swappiness\""), 1, "each once");
	ok(strstr(text, "\"/sys/kernel/mm/transparent_hugepage/enabled\"") != NULL,
	   "a path below /sys");
	ok(strstr(text, "\"madvise\"") != NULL, "and its words");
	ok(strstr(text, "\"^/sys/block/zram[^/]*/comp_algorithm$\"") != NULL,
	   "a path with a part that varies");
}

static void test_no_memory(void)
{
	char *text = NULL;

	is_int(print_schema(0, &text), -ENOMEM, "a full arena");
	free(text);
}

int main(void)
{
	char *text = NULL;

	is_int(print_schema((size_t)16 << 20, &text), 0, "it is printed");
	if (text) {
		test_document(text);
		test_knobs(text);
	}
	free(text);
	test_no_memory();
	return done();
}
