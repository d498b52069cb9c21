/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/value_field.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/num.h"
#include "knob/knob.h"

/* What a field comes to in the knob's unit. */
struct quantity {
	struct num number;
	bool later; /* only a host could tell */
};

/* "%.*s" of a span. */
#define SHOW(span) (int)(span).len, (span).at

static struct kver kernel_of(const struct reading *reading)
{
	return reading->facts ? reading->facts->kernel : KVER_ANY;
}

static unsigned word_of(const struct reading *reading)
{
	return reading->facts ? reading->facts->word : 0;
}

int reading_fault(const struct reading *reading, enum value_fault code,
		  const char *format, ...)
{
	const char *sentence;
	va_list args;

	va_start(args, format);
	sentence = arena_vprintf(reading->arena, format, args);
	va_end(args);
	if (!sentence)
		return -ENOMEM;
	*reading->ret = sentence;
	return (int)code;
}

int reading_fault_accepts(const struct reading *reading, enum value_fault code,
			  const char *format, ...)
{
	const char *accepted, *sentence;
	va_list args;

	va_start(args, format);
	sentence = arena_vprintf(reading->arena, format, args);
	va_end(args);
	if (!sentence)
		return -ENOMEM;
	accepted = value_accepts(reading->arena, reading->knob, kernel_of(reading),
				 word_of(reading));
	if (!accepted)
		return reading_fault(reading, code, "%s", sentence);
	return reading_fault(reading, code, "%s: accepted is %s", sentence, accepted);
}

/* "010", which a sysctl file takes for 8 and most files below /sys for 10. */
static bool has_leading_zero(struct span word)
{
	if (word.len > 0 && word.at[0] == '-')
		word = (struct span){ word.at + 1, word.len - 1 };
	return word.len > 1 && word.at[0] == '0' && word.at[1] >= '0' &&
	       word.at[1] <= '9';
}

static int leading_zero(const struct reading *reading, struct span word)
{
	return reading_fault(
		reading, VALUE_LEADING_ZERO,
		"%.*s begins with a zero, which the kernel may read as octal: "
		"leave the zero out",
		SHOW(word));
}

static int not_a_number(const struct reading *reading, struct span word)
{
	if (reading->knob->type == KNOB_VECTOR && memchr(word.at, ',', word.len))
		return reading_fault(
			reading, VALUE_NOT_A_NUMBER,
			"%.*s: the numbers are parted by blanks, not by commas",
			SHOW(word));
	return reading_fault_accepts(reading, VALUE_NOT_A_NUMBER, "%.*s is not a number",
				     SHOW(word));
}

static bool is_percent(struct span word)
{
	return word.at[word.len - 1] == '%';
}

static int no_size(const struct reading *reading, struct span word)
{
	const char *unit = reading->knob->unit;

	if (!is_percent(word))
		return reading_fault_accepts(
			reading, VALUE_NOT_A_SIZE,
			"%.*s is a size, and this knob takes plain numbers", SHOW(word));
	if (unit && strncmp(unit, "percent", strlen("percent")) == 0)
		return reading_fault_accepts(
			reading, VALUE_NOT_A_SIZE,
			"%.*s: this knob counts in percent by itself, leave the sign out",
			SHOW(word));
	return reading_fault_accepts(reading, VALUE_NOT_A_SIZE,
				     "%.*s is a share of all memory, and this knob takes "
				     "plain numbers",
				     SHOW(word));
}

/* @hundredths of a percent of @bytes, exact and without overflow. */
static uint64_t share_of(uint64_t bytes, unsigned hundredths)
{
	return bytes / 10000 * hundredths + bytes % 10000 * hundredths / 10000;
}

/* @bytes in the knob's unit: whole ones, but never none for something. */
static uint64_t in_unit(const struct knob *knob, unsigned page_size, uint64_t bytes)
{
	uint64_t unit = 1;

	switch (knob->size) {
	case KNOB_KIB:
		unit = 1024;
		break;
	case KNOB_MIB:
		unit = UINT64_C(1024) * 1024;
		break;
	case KNOB_PAGES:
		unit = page_size;
		break;
	case KNOB_BYTES:
	case KNOB_NO_SIZE:
		break;
	}
	return bytes > 0 && bytes < unit ? 1 : bytes / unit;
}

/* @word: a size of @bytes, or a percentage, of @hundredths of a percent of all memory. */
static int size_in_unit(const struct reading *reading, struct span word, uint64_t bytes,
			unsigned hundredths, struct quantity *ret)
{
	const struct value_facts *facts = reading->facts;
	bool pages = reading->knob->size == KNOB_PAGES, percent = is_percent(word);

	if (reading->knob->size == KNOB_NO_SIZE)
		return no_size(reading, word);
	if (!facts && (pages || percent)) {
		ret->later = true;
		return VALUE_OK;
	}
	if (percent && facts->mem_total_kib == 0)
		return reading_fault(reading, VALUE_NEEDS_HOST,
				     "%.*s needs the size of memory, which is not known",
				     SHOW(word));
	if (pages && facts->page_size == 0)
		return reading_fault(reading, VALUE_NEEDS_HOST,
				     "%.*s needs the size of a page, which is not known",
				     SHOW(word));
	if (percent)
		bytes = share_of(facts->mem_total_kib * 1024, hundredths);
	ret->number.magnitude =
		in_unit(reading->knob, pages ? facts->page_size : 0, bytes);
	return VALUE_OK;
}

/* A number, a size or a percentage. */
static int read_quantity(const struct reading *reading, struct span word,
			 struct quantity *ret)
{
	uint64_t bytes = 0;
	unsigned hundredths = 0;
	int r;

	*ret = (struct quantity){ 0 };
	if (has_leading_zero(word))
		return leading_zero(reading, word);
	r = num_percent(word, &hundredths);
	if (r == -ERANGE)
		return reading_fault(reading, VALUE_OUT_OF_RANGE,
				     "%.*s is more than all memory", SHOW(word));
	if (r == 0)
		return size_in_unit(reading, word, 0, hundredths, ret);
	r = word.at[0] == '+' ? -EINVAL : num_kernel(word, &ret->number);
	if (r == 0)
		return VALUE_OK;
	if (r == -EINVAL)
		r = num_size(word, &bytes);
	if (r == 0)
		return size_in_unit(reading, word, bytes, 0, ret);
	if (r == -ERANGE)
		return reading_fault_accepts(reading, VALUE_OUT_OF_RANGE,
					     "%.*s is too large", SHOW(word));
	return not_a_number(reading, word);
}

static const char *print_number(struct arena *arena, struct num number)
{
	return arena_printf(arena, "%s%" PRIu64, number.negative ? "-" : "",
			    number.magnitude);
}

/* As it was written, and what that comes to where it was not a plain number. */
static const char *show_number(const struct reading *reading, struct span word,
			       struct num number)
{
	const char *unit = reading->knob->unit;
	char last = word.at[word.len - 1];

	if (last >= '0' && last <= '9')
		return arena_copy(reading->arena, word.at, word.len);
	return arena_printf(reading->arena, "%.*s (%" PRIu64 "%s%s)", SHOW(word),
			    number.magnitude, unit ? " " : "", unit ? unit : "");
}

static int check_range(const struct reading *reading, struct span word, struct num number)
{
	struct num least = { 0 }, most = { 0 };
	int64_t min;
	const char *shown;

	if (!knob_range(reading->knob, kernel_of(reading), word_of(reading), &min,
			&most.magnitude))
		return VALUE_OK;
	least.negative = min < 0;
	least.magnitude = min < 0 ? 0 - (uint64_t)min : (uint64_t)min;
	if (num_compare(number, least) >= 0 && num_compare(number, most) <= 0)
		return VALUE_OK;
	shown = show_number(reading, word, number);
	if (!shown)
		return -ENOMEM;
	if (most.magnitude == UINT64_MAX)
		return reading_fault(reading, VALUE_OUT_OF_RANGE,
				     "%s is too small: the least is %" PRId64, shown,
				     min);
	return reading_fault(reading, VALUE_OUT_OF_RANGE,
			     "%s is outside %" PRId64 "..%" PRIu64, shown, min,
			     most.magnitude);
}

bool reading_is_choice(const struct knob *knob, struct span word)
{
	for (const struct knob_choice *choice = knob->choices; choice && choice->value;
	     choice++)
		if (span_is(word, choice->value))
			return true;
	return false;
}

int reading_truth(struct span word)
{
	/* Even ones are 0, odd ones 1. */
	static const char *const words[] = {
		"0", "1", "n", "y", "no", "yes", "off", "on", "false", "true",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word.len == strlen(words[i]) &&
		    strncasecmp(word.at, words[i], word.len) == 0)
			return (int)(i % 2);
	return -1;
}

static int known_field(struct reading *reading, struct span word, const char **ret)
{
	const struct knob *knob = reading->knob;
	struct quantity quantity;
	int r;

	if (reading_is_choice(knob, word)) {
		*ret = arena_copy(reading->arena, word.at, word.len);
		return *ret ? VALUE_OK : -ENOMEM;
	}
	r = read_quantity(reading, word, &quantity);
	if (r != VALUE_OK)
		return r;
	if (quantity.later) {
		reading->later = true;
		return VALUE_OK;
	}
	r = check_range(reading, word, quantity.number);
	if (r != VALUE_OK)
		return r;
	*ret = print_number(reading->arena, quantity.number);
	return *ret ? VALUE_OK : -ENOMEM;
}

static int unknown_field(const struct reading *reading, struct span word,
			 const char **ret)
{
	struct num number;

	if (has_leading_zero(word) && num_kernel(word, &number) != -EINVAL)
		return leading_zero(reading, word);
	if (word.at[0] != '+' && num_kernel(word, &number) == 0)
		*ret = print_number(reading->arena, number);
	else
		*ret = arena_copy(reading->arena, word.at, word.len);
	return *ret ? VALUE_OK : -ENOMEM;
}

int reading_field(struct reading *reading, struct span word, const char **ret)
{
	const struct knob *knob = reading->knob;

	*ret = "";
	if (!knob)
		return unknown_field(reading, word, ret);
	/* A file below /proc/sys takes no other spelling than a number. */
	if (knob->type == KNOB_BOOL && knob->class == KNOB_SYSFS &&
	    reading_truth(word) >= 0) {
		*ret = reading_truth(word) ? "1" : "0";
		return VALUE_OK;
	}
	return known_field(reading, word, ret);
}
