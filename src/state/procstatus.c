/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/procstatus.h"

#include "base/num.h"

/* CapEff has no 0x in front: 16 digits, 8 before 2.6.25. */
static uint64_t read_hex(struct span text)
{
	uint64_t value = 0;

	if (text.len > 16)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else
			return 0;
		value = value << 4 | digit;
	}
	return value;
}

static int64_t read_number(struct span text, int64_t otherwise)
{
	int64_t value;

	return num_i64(text, &value) < 0 ? otherwise : value;
}

static unsigned count_words(struct span text)
{
	struct span word;
	unsigned count = 0;

	while (span_word(&text, &word))
		count++;
	return count;
}

/* "    1234 kB" */
static bool read_kib(struct span text, uint64_t *ret)
{
	struct span number;

	return span_word(&text, &number) && num_u64(number, ret) == 0;
}

/* The lines of the memory. False for other ones. */
static bool read_memory(struct span name, struct span value, struct procstatus *status)
{
	uint64_t kib = 0;

	if (!span_starts(name, "Vm"))
		return false;
	if (!read_kib(value, &kib))
		return true;
	if (span_is(name, "VmSize")) {
		status->vm_kib = kib;
		status->has_memory = true;
	} else if (span_is(name, "VmRSS")) {
		status->rss_kib = kib;
	} else if (span_is(name, "VmSwap")) {
		status->swap_kib = kib;
	} else if (span_is(name, "VmPTE") || span_is(name, "VmPMD")) {
		status->table_kib += kib;
	}
	return true;
}

/* "0	0	0	0": real, effective, saved, file system */
static void read_ids(struct span value, int64_t *ret_real, int64_t *ret_effective)
{
	struct span word;

	if (span_word(&value, &word))
		*ret_real = read_number(word, -1);
	if (span_word(&value, &word))
		*ret_effective = read_number(word, -1);
}

static void read_line(struct span name, struct span value, struct procstatus *status)
{
	struct span all = value, word = { 0 };

	(void)span_word(&value, &word);
	if (span_is(name, "State") && word.len == 1)
		status->state = word.at[0];
	else if (span_is(name, "Tgid"))
		status->tgid = read_number(word, 0);
	else if (span_is(name, "PPid"))
		status->ppid = read_number(word, 0);
	else if (span_is(name, "Uid"))
		read_ids(all, &status->uid, &status->euid);
	else if (span_is(name, "Gid"))
		read_ids(all, &status->gid, &status->egid);
	else if (span_is(name, "CapEff"))
		status->caps = read_hex(word);
	else if (span_is(name, "Threads"))
		status->threads = read_number(word, 0);
	else if (span_is(name, "NSpid"))
		status->pids = count_words(all);
	else if (span_is(name, "Kthread"))
		status->kthread = span_is(word, "1") ? 1 : span_is(word, "0") ? 0 : -1;
}

struct procstatus procstatus_parse(struct span text)
{
	struct procstatus status = {
		.uid = -1, .euid = -1, .gid = -1, .egid = -1, .kthread = -1
	};
	struct span line, name;

	while (span_line(&text, &line)) {
		if (!span_until(&line, ':', &name))
			continue;
		/* A name's own blanks belong to it: only the tab does not. */
		if (span_is(name, "Name") && line.len > 0)
			status.name = (struct span){ line.at + 1, line.len - 1 };
		else if (!read_memory(name, line, &status))
			read_line(name, line, &status);
	}
	return status;
}
