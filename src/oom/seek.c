/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/seek.h"

#include <stdbool.h>
#include <string.h>

/* As many bytes as every machine that has vectors takes at once; compilers make do elsewhere. */
#define WIDTH 16

typedef uint8_t vector __attribute__((vector_size(WIDTH)));
typedef int8_t mask __attribute__((vector_size(WIDTH)));

/* What reports are found by, with the place of the rare pair in it. */
#define WORD(text, pair)                                                                 \
	{                                                                                \
		(text), sizeof(text) - 1, (pair)                                         \
	}

static const struct {
	const char *text;
	size_t len;
	size_t pair;
} words[] = {
	WORD("oom-kill", 3), /* "oom-killer:", "oom-kill:", "oom-killed" */
	WORD("Kill process", 0),
	WORD("Killed process", 0),
	WORD("Out of memory", 0),
	WORD("Out of Memory", 0),
	WORD("protections[]", 11),
	WORD("lowmem_reserve[]", 14),
	/* Of a control group's report of which both ends are missing. */
	WORD("Task in /", 0),
	WORD("failcnt", 3),
	/* Of kernels up to 2.6, which say no more. */
	WORD("VM: killing", 0),
};

#define WORDS (sizeof(words) / sizeof(*words))

/* Vectors are handed on by their addresses: without SSE their place in a call is not agreed upon. */

static void load(const char *at, vector *ret)
{
	(void)memcpy(ret, at, sizeof(*ret));
}

static void fill(char c, vector *ret)
{
	(void)memset(ret, c, sizeof(*ret));
}

static bool is_any(const mask *places)
{
	uint64_t half[2];

	(void)memcpy(half, places, sizeof(half));
	return (half[0] | half[1]) != 0;
}

/* Does a word lie around the pair at @at? Where it begins. */
static bool is_word(struct span text, size_t at, size_t *ret)
{
	for (size_t i = 0; i < WORDS; i++) {
		size_t pair = words[i].pair, start = at - pair;

		if (text.at[at] != words[i].text[pair] || at < pair ||
		    text.len - start < words[i].len)
			continue;
		if (text.at[at + 1] == words[i].text[pair + 1] &&
		    memcmp(text.at + start, words[i].text, words[i].len) == 0) {
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

		if ((c == '-' || c == 'K' || c == 'O' || c == '[' || c == 'T' ||
		     c == 'l' || c == 'V') &&
		    is_word(text, i, ret))
			return true;
	}
	return false;
}

size_t seek_next(struct span text)
{
	vector dash, k, capital_k, i, capital_o, u, open, close, capital_t, a, l, c;
	vector capital_v, capital_m;
	vector first, second;
	size_t at = 0, found;

	fill('-', &dash);
	fill('k', &k);
	fill('K', &capital_k);
	fill('i', &i);
	fill('O', &capital_o);
	fill('u', &u);
	fill('[', &open);
	fill(']', &close);
	fill('T', &capital_t);
	fill('a', &a);
	fill('l', &l);
	fill('c', &c);
	fill('V', &capital_v);
	fill('M', &capital_m);
	for (; at + WIDTH + 1 <= text.len; at += WIDTH) {
		mask places;

		load(text.at + at, &first);
		load(text.at + at + 1, &second);
		places = ((first == dash) & (second == k)) |
			 ((first == capital_k) & (second == i)) |
			 ((first == capital_o) & (second == u)) |
			 ((first == open) & (second == close)) |
			 ((first == capital_t) & (second == a)) |
			 ((first == l) & (second == c)) |
			 ((first == capital_v) & (second == capital_m));
		if (is_any(&places) && find_between(text, at, at + WIDTH, &found))
			return found;
	}
	return find_between(text, at, text.len, &found) ? found : text.len;
}

static uint64_t sum_of(const vector *counts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < WIDTH; i++)
		sum += (*counts)[i];
	return sum;
}

uint64_t seek_lines(struct span text)
{
	vector newline, here;
	uint64_t lines = 0;
	size_t at = 0;

	fill('\n', &newline);
	while (at + WIDTH <= text.len) {
		vector counts = { 0 };

		/* A count of a byte is full after 255. */
		for (int i = 0; i < 255 && at + WIDTH <= text.len; i++, at += WIDTH) {
			load(text.at + at, &here);
			counts -= (vector)(here == newline);
		}
		lines += sum_of(&counts);
	}
	for (; at < text.len; at++)
		lines += text.at[at] == '\n';
	return lines;
}
