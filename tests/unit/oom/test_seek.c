/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/seek.h"

#include <stdlib.h>

#include "tap.h"

static const char *const words[] = {
	"oom-kill",	 "Kill process",  "Killed process",   "Out of memory",
	"Out of Memory", "protections[]", "lowmem_reserve[]", "Task in /",
	"failcnt",	 "VM: killing",
};

#define WORDS (sizeof(words) / sizeof(*words))

/* The same, one place after the other. */
static size_t plain_next(const char *text, size_t len)
{
	size_t first = len;

	for (size_t i = 0; i < WORDS; i++) {
		const char *at = memmem(text, len, words[i], strlen(words[i]));

		if (at && (size_t)(at - text) < first)
			first = (size_t)(at - text);
	}
	return first;
}

/* In a block of memory that ends where the text does, so that sanitizers see what reads on. */
static size_t next_in(const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	size_t at;

	if (!copy)
		abort();
	(void)memcpy(copy, text, len);
	at = seek_next((struct span){ copy, len });
	free(copy);
	return at;
}

/* Each word at every place of a text of each length, whole and cut, among @filler. */
static void test_places(char filler, const char *name)
{
	size_t wrong = 0, cases = 0, longest = 0;

	for (size_t i = 0; i < WORDS; i++) {
		size_t word = strlen(words[i]);

		longest = word > longest ? word : longest;
		for (size_t len = 0; len <= 64; len++) {
			for (size_t at = 0; at <= len; at++) {
				size_t part = word < len - at ? word : len - at;
				char text[64];

				(void)memset(text, filler, sizeof(text));
				(void)memcpy(text + at, words[i], part);
				cases++;
				wrong += next_in(text, len) != plain_next(text, len);
				wrong += part == word && next_in(text, len) != at;
			}
		}
	}
	is_int((long long)wrong, 0, "%zu places among %s", cases, name);
	ok(longest == SEEK_LONGEST, "the longest is as long as is said");
}

/* Where two are, the first counts, whatever order they are known in. */
static void test_two(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < WORDS * WORDS; i++) {
		const char *first = words[i / WORDS], *second = words[i % WORDS];

		for (size_t at = 0; at < 32; at++) {
			char text[96];

			(void)memset(text, '.', sizeof(text));
			(void)memcpy(text + at, first, strlen(first));
			(void)memcpy(text + at + strlen(first), second, strlen(second));
			wrong += next_in(text, sizeof(text)) != at;
		}
	}
	is_int((long long)wrong, 0, "two words");
}

/* Words with one letter changed are none; what is around the rare pairs must be looked at. */
static void test_near(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < WORDS; i++) {
		for (size_t bad = 0; bad < strlen(words[i]); bad++) {
			char text[48];

			(void)memset(text, ' ', sizeof(text));
			(void)memcpy(text + 9, words[i], strlen(words[i]));
			text[9 + bad] = '\0';
			wrong += next_in(text, sizeof(text)) != sizeof(text);
			(void)memcpy(text + 32 - strlen(words[i]), words[i],
				     strlen(words[i]));
			wrong += next_in(text, sizeof(text)) !=
				 plain_next(text, sizeof(text));
		}
	}
	is_int((long long)wrong, 0, "almost a word");
}

static void test_random(void)
{
	static const char letters[] = "oom-kilKedutf yp[]rc_sOTa/n";
	size_t wrong = 0;
	unsigned seed = 1;

	for (size_t i = 0; i < 3000; i++) {
		size_t len = i % 200;
		char text[200];

		for (size_t at = 0; at < len; at++) {
			seed = seed * 1103515245U + 12345U;
			text[at] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		for (size_t at = 0; at + 16 < len && i % 3 == 0; at += 50) {
			const char *word = words[(seed >> 20) % WORDS];

			seed = seed * 1103515245U + 12345U;
			(void)memcpy(text + at, word, strlen(word) - (seed >> 28 & 1));
		}
		wrong += next_in(text, len) != plain_next(text, len);
	}
	is_int((long long)wrong, 0, "texts of such letters");
}

static void is_lines(const char *text, size_t len, const char *name)
{
	uint64_t plain = 0;

	for (size_t i = 0; i < len; i++)
		plain += text[i] == '\n';
	is_int((long long)seek_lines((struct span){ text, len }), (long long)plain, "%s",
	       name);
}

static void test_lines(void)
{
	static char text[20000];
	size_t wrong = 0;

	is_lines("", 0, "no text");
	is_lines("\n", 1, "a line");
	(void)memset(text, '\n', sizeof(text));
	is_lines(text, sizeof(text), "more than a byte can count, everywhere");
	is_lines(text, 255 * 16, "as many as it can");
	is_lines(text, 256 * 16 + 15, "one more");
	(void)memset(text, '\v', sizeof(text));
	for (size_t i = 0; i < sizeof(text); i += 7)
		text[i] = i % 3 == 0 ? '\n' : '\x8a';
	is_lines(text, sizeof(text), "now and then");
	for (size_t len = 0; len <= 64; len++) {
		for (size_t at = 0; at < len; at++) {
			(void)memset(text, '.', len);
			text[at] = '\n';
			wrong += seek_lines((struct span){ text, len }) != 1;
			wrong += seek_lines((struct span){ text, at }) != 0;
		}
	}
	is_int((long long)wrong, 0, "one line end at every place");
}

int main(void)
{
	test_places('.', "points");
	test_places('-', "beginnings of pairs");
	test_places('K', "capitals");
	test_places('[', "brackets");
	test_places('\0', "NULs");
	test_places('\xff', "bytes beyond ASCII");
	test_two();
	test_near();
	test_random();
	test_lines();
	return done();
}
