/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/seek.h"

#include <stdbool.h>
#include <string.h>

/* As many bytes as every machine that has vectors takes at once; compilers make do elsewhere. */
#define WIDTH 16

typedef uint8_t vector __attribute__((vector_size(WIDTH)));
typedef int8_t mask __attribute__((vector_size(WIDTH)));

/* What reports are found by, with the place of the rare pair in it. */
static const struct {
	const char *text;
	size_t pair;
} words[] = {
	{ "oom-kill", 3 }, /* "oom-killer:", "oom-kill:", "oom-killed" */
	{ "Kill process", 0 },	{ "Killed process", 0 }, { "Out of memory", 0 },
	{ "Out of Memory", 0 }, { "protections[]", 11 }, { "lowmem_reserve[]", 14 },
};

#define WORDS (sizeof(words) / sizeof(*words))

static vector load(const char *at)
{
	vector value;

	(void)memcpy(&value, at, sizeof(value));
	return value;
}

static vector all_of(char c)
{
	return (vector){ 0 } + (uint8_t)c;
}

/* Which of the places at @at have such a pair. */
static mask pairs_at(vector first, vector second, const char *pair)
{
	return (first == all_of(pair[0])) & (second == all_of(pair[1]));
}

static bool is_any(mask places)
{
	uint64_t half[2];

	(void)memcpy(half, &places, sizeof(half));
	return (half[0] | half[1]) != 0;
}

/* Does a word lie around the pair at @at? Where it begins. */
static bool is_word(struct span text, size_t at, size_t *ret)
{
	for (size_t i = 0; i < WORDS; i++) {
		size_t len = strlen(words[i].text), start = at - words[i].pair;

		if (at < words[i].pair || text.len - start < len)
			continue;
		if (memcmp(text.at + start, words[i].text, len) == 0) {
			*ret = start;
			return true;
		}
	}
	return false;
}

static bool find_between(struct span text, size_t from, size_t to, size_t *ret)
{
	for (size_t i = from; i < to; i++) {
		char c = text.at[i];

		if ((c == '-' || c == 'K' || c == 'O' || c == '[') &&
		    is_word(text, i, ret))
			return true;
	}
	return false;
}

size_t seek_next(struct span text)
{
	size_t at = 0, found;

	for (; at + WIDTH + 1 <= text.len; at += WIDTH) {
		vector first = load(text.at + at), second = load(text.at + at + 1);
		mask places =
			pairs_at(first, second, "-k") | pairs_at(first, second, "Ki") |
			pairs_at(first, second, "Ou") | pairs_at(first, second, "[]");

		if (is_any(places) && find_between(text, at, at + WIDTH, &found))
			return found;
	}
	return find_between(text, at, text.len, &found) ? found : text.len;
}

static uint64_t sum_of(vector counts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < WIDTH; i++)
		sum += counts[i];
	return sum;
}

uint64_t seek_lines(struct span text)
{
	const vector newline = all_of('\n');
	uint64_t lines = 0;
	size_t at = 0;

	while (at + WIDTH <= text.len) {
		vector counts = { 0 };

		/* A count of a byte is full after 255. */
		for (int i = 0; i < 255 && at + WIDTH <= text.len; i++, at += WIDTH)
			counts -= (vector)(load(text.at + at) == newline);
		lines += sum_of(counts);
	}
	for (; at < text.len; at++)
		lines += text.at[at] == '\n';
	return lines;
}
