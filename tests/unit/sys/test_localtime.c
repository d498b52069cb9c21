/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/localtime.h"

#include <errno.h>
#include <time.h>

#include "sys/root.h"
#include "tap.h"
#include "tree.h"

#define BERLIN "/usr/share/zoneinfo/Europe/Berlin"
#define TOKYO  "/usr/share/zoneinfo/Asia/Tokyo"

/* 2026-03-29 01:00 UTC, when clocks in Europe go forward, and 2026-10-25 01:00, when they go back. */
#define SPRING INT64_C(1774746000)
#define AUTUMN INT64_C(1792890000)

static const char *text(int64_t wall)
{
	static char ret[LOCALTIME_TEXT];

	return localtime_text(wall, ret);
}

static void use(const struct root *root, const char *what)
{
	is_int(localtime_use(root), 0, "%s", what);
}

/* "/" has what the environment says. */
static void test_host(void)
{
	const struct root host = { .fd = -1, .host = true };
	char name[LOCALTIME_TEXT];

	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	use(&host, "the host's own");
	is_int(localtime_offset(SPRING - 1, NULL), 3600, "in winter");
	is_int(localtime_offset(SPRING, NULL), 7200, "in summer");
	is_int(localtime_offset(AUTUMN - 1, NULL), 7200, "until its last second");
	is_int(localtime_offset(AUTUMN, NULL), 3600, "and not longer");
	is_str(text(SPRING - 60), "Sun 2026-03-29 01:59 CET", "as text");
	is_str(text(SPRING), "Sun 2026-03-29 03:00 CEST", "a minute later");
	is_str(text(-1), "Thu 1970-01-01 00:59 CET", "before the epoch");
	is_str(text(INT64_MAX), "?", "no calendar has it");
	is_int(localtime_offset(INT64_MAX, NULL), 0, "nor a zone");
	is_str(localtime_zone(AUTUMN - 1, name), "CEST", "the zone's name");
	is_str(localtime_rfc3339(SPRING - 1, name), "2026-03-29T01:59:59+01:00",
	       "for machines");
	is_str(localtime_rfc3339(INT64_MAX, name), "?", "nor is that a time for them");
	(void)setenv("TZ", "NST3:30", 1);
	use(&host, "west of Greenwich");
	is_str(localtime_rfc3339(SPRING, name), "2026-03-28T21:30:00-03:30",
	       "half an hour off");
}

static int64_t moment(const char *words)
{
	int64_t at;

	return localtime_read(span_of(words), &at) == 0 ? at : -1;
}

static void test_read(void)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-11",
		"2026-11-31",
		"2026-13-01",
		"2026-00-01",
		"2026-02-29",
		"26-11-28",
		"2026-11-28T",
		"2026-11-28T10",
		"2026-11-28T24:00",
		"2026-11-28T10:60",
		"2026-11-28T10:00Z",
		"2026-11-28x10:00",
		"2026-11-28T10:00:",
		"2026-11-28 1:00",
		"-026-11-28",
		"1899-01-01",
		"2026-11-00",
		" 2026-11-28",
	};
	const struct root host = { .fd = -1, .host = true };

	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	use(&host, "the host's own");
	is_int(moment("2026-03-29"), SPRING - 7200, "a day is its beginning");
	is_int(moment("2026-03-29T01:59"), SPRING - 60, "a minute");
	is_int(moment("2026-03-29 03:00:01"), SPRING + 1,
	       "a second, after clocks went forward");
	is_int(moment("2024-02-29"), 1709161200, "a leap day");
	is_int(moment("1969-12-31 23:00"), -7200, "before the epoch");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_int(moment(bad[i]), -1, "'%s' is none", bad[i]);
}

static void test_refresh(void)
{
	(void)setenv("TZ", "XXX5", 1);
	localtime_refresh();
	is_int(localtime_offset(0, NULL), -18000, "another zone is noticed");
}

static void copy(const char *from, const char *path)
{
	char bytes[8192];
	FILE *in = fopen(from, "re"), *out;
	size_t len;

	if (!in)
		abort();
	len = fread(bytes, 1, sizeof(bytes), in);
	(void)fclose(in);
	tree_folders(path);
	(void)unlink(tree_path(path));
	out = fopen(tree_path(path), "we");
	if (!out || fwrite(bytes, 1, len, out) != len || fclose(out) != 0)
		abort();
}

static void test_tree(const struct root *root)
{
	use(root, "a tree without a zone");
	is_str(text(SPRING), "Sun 2026-03-29 01:00 UTC", "is in UTC, whatever TZ says");
	tree_file("etc/localtime", "nonsense");
	(void)setenv("TZ", "XXX-9", 1);
	is_int(localtime_use(root), -EINVAL, "a file that is no zone");
	is_int(localtime_offset(SPRING, NULL), 0, "which leaves UTC, whatever TZ says");
	tree_file("etc/localtime", "");
	is_int(localtime_use(root), -EINVAL, "an empty one");
	(void)unlink(tree_path("etc/localtime"));
	tree_link("localtime", "etc/localtime");
	is_int(localtime_use(root), -ELOOP, "a link to itself");
	(void)unlink(tree_path("etc/localtime"));
	tree_link(BERLIN, "etc/localtime");
	use(root, "a link to what the tree has not");
	is_int(localtime_offset(SPRING, NULL), 0, "leads to no file of this host");
}

static void test_files(const struct root *root)
{
	if (access(BERLIN, R_OK) < 0 || access(TOKYO, R_OK) < 0) {
		skip("needs tzdata");
		return;
	}
	copy(BERLIN, "usr/share/zoneinfo/Europe/Berlin");
	use(root, "a link to what the tree has");
	is_str(text(SPRING), "Sun 2026-03-29 03:00 CEST", "is followed there");
	is_str(text(AUTUMN), "Sun 2026-10-25 02:00 CET", "and its rules are kept");
	copy(TOKYO, "etc/localtime");
	use(root, "another file, whose descriptor has the same number");
	is_str(text(SPRING), "Sun 2026-03-29 10:00 JST", "is read");
	localtime_refresh();
	is_int(localtime_offset(SPRING, NULL), 32400, "and stays, closed as it is");
}

static void test_fix(void)
{
	(void)unsetenv("TZ");
	is_int(localtime_fix(), 0, "the host's own");
	is_str(getenv("TZ"), ":/etc/localtime", "is kept");
	(void)setenv("TZ", "UTC0", 1);
	is_int(localtime_fix(), 0, "another one");
	is_str(getenv("TZ"), "UTC0", "stays");
}

int main(void)
{
	struct root root;

	tree_begin();
	if (root_init(&root, tree) < 0)
		abort();
	test_host();
	test_read();
	test_refresh();
	test_tree(&root);
	test_files(&root);
	root_done(&root);
	tree_end();
	test_fix();
	return done();
}
