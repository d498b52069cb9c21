/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/seek.h"

#include <stdbool.h>
#include <string.h>

/* As many bytes as every machine that has vectors takes at once; compilers make do elsewhere. */
#define WIDTH ((size_t)16)

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

/* The pairs' bytes, each in every place. */
struct pairs {
	vector dash, k, capital_k, i, capital_o, u, open, close, capital_t, a, l, c;
	vector capital_v, capital_m;
};

static void pairs_make(struct pairs *ret)
{
	fill('-', &ret->dash);
	fill('k', &ret->k);
	fill('K', &ret->capital_k);
	fill('i', &ret->i);
	fill('O', &ret->capital_o);
	fill('u', &ret->u);
	fill('[', &ret->open);
	fill(']', &ret->close);
	fill('T', &ret->capital_t);
	fill('a', &ret->a);
	fill('l', &ret->l);
	fill('c', &ret->c);
	fill('V', &ret->capital_v);
	fill('M', &ret->capital_m);
}

/* Where pairs begin, among WIDTH bytes from @at on. */
static inline void find_pairs(const struct pairs *pairs, const char *at, mask *ret)
{
	vector first, second;

	load(at, &first);
	load(at + 1, &second);
	*ret = ((first == pairs->dash) & (second == pairs->k)) |
	       ((first == pairs->capital_k) & (second == pairs->i)) |
	       ((first == pairs->capital_o) & (second == pairs->u)) |
	       ((first == pairs->open) & (second == pairs->close)) |
	       ((first == pairs->capital_t) & (second == pairs->a)) |
	       ((first == pairs->l) & (second == pairs->c)) |
	       ((first == pairs->capital_v) & (second == pairs->capital_m));
}

size_t seek_next(struct span text)
{
	struct pairs pairs;
	size_t at = 0, found;

	pairs_make(&pairs);
	/* Two at a time, as what is asked of both costs as much as of one. */
	for (; at + 2 * WIDTH + 1 <= text.len; at += 2 * WIDTH) {
		mask places, behind;

		find_pairs(&pairs, text.at + at, &places);
		find_pairs(&pairs, text.at + at + WIDTH, &behind);
		places |= behind;
		if (is_any(&places) && find_between(text, at, at + 2 * WIDTH, &found))
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
