/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Unit tests speak TAP: one `ok` or `not ok` a check, and the plan at the end.
 *
 * A test program checks with ok(), is_int(), is_str(), and ends in
 * `return done();`, which also fails a program that checked nothing.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct {
	int run, failed;
} tap;

__attribute__((format(printf, 4, 0), unused)) static bool
tap_report(bool good, const char *file, int line, const char *format, va_list args)
{
	printf("%s %d - ", good ? "ok" : "not ok", ++tap.run);
	vprintf(format, args);
	printf("\n");
	if (!good) {
		tap.failed++;
		printf("# failed at %s:%d\n", file, line);
	}
	return good;
}

__attribute__((format(printf, 4, 5), unused)) static bool
tap_ok(bool good, const char *file, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)tap_report(good, file, line, format, args);
	va_end(args);
	return good;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_is_int(long long got, long long want, const char *file, int line, const char *format,
	   ...)
{
	va_list args;

	va_start(args, format);
	(void)tap_report(got == want, file, line, format, args);
	va_end(args);
	if (got != want)
		printf("# got %lld, wanted %lld\n", got, want);
	return got == want;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_is_str(const char *got, const char *want, const char *file, int line,
	   const char *format, ...)
{
	bool good = got && want ? strcmp(got, want) == 0 : got == want;
	va_list args;

	va_start(args, format);
	(void)tap_report(good, file, line, format, args);
	va_end(args);
	if (!good)
		printf("# got    '%s'\n# wanted '%s'\n", got ? got : "(null)",
		       want ? want : "(null)");
	return good;
}

__attribute__((format(printf, 1, 2), unused)) static void skip(const char *format, ...)
{
	va_list args;

	printf("ok %d - # SKIP ", ++tap.run);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

#define ok(good, ...)	       tap_ok((good), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) tap_is_int((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...) tap_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* The exit status for main(). */
__attribute__((unused)) static int done(void)
{
	printf("1..%d\n", tap.run);
	return tap.run == 0 || tap.failed > 0;
}
