/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The catalogue: what is known of every memory knob, as the constant rows of knobs.def. It explains and
 * validates; only the host itself can say what exists. A knob that is not here is still usable.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kver.h"
#include "base/privilege.h"

enum knob_class {
	KNOB_SYSCTL,	/* below /proc/sys; key "vm.swappiness" */
	KNOB_SYSFS,	/* below /sys; the key is the path, "*" for parts that vary */
	KNOB_PROCESS,	/* /proc/PID/...: set by `processes:` rules only */
	KNOB_BOOTPARAM, /* kernel command line: explained, never written */
};

enum knob_type {
	KNOB_BOOL, /* 0/1; files below /sys may read Y/N or true/false */
	KNOB_INT,  /* 32 bit, signed */
	KNOB_UINT,
	KNOB_ULONG,   /* word size of the kernel */
	KNOB_VECTOR,  /* several integers */
	KNOB_WORD,    /* one of `choices` */
	KNOB_TRIGGER, /* writing it does something; it holds nothing */
	KNOB_STRING,
};

/* What a size such as 64M is counted in when it is written to the knob. */
enum knob_size {
	KNOB_NO_SIZE, /* a size makes no sense here: plain numbers only */
	KNOB_BYTES,
	KNOB_KIB,
	KNOB_MIB,
	KNOB_PAGES,
};

/* How the value read after a write is held against the one written. */
enum knob_readback {
	KNOB_READ_EXACT,
	KNOB_READ_BRACKET, /* "always [madvise] never": the word in brackets counts */
	KNOB_READ_ROUNDED, /* may be rounded, or less: that is told and no error */
	KNOB_READ_NONE,	   /* cannot be read back */
};

enum knob_rollback {
	KNOB_ROLLBACK_YES,
	KNOB_ROLLBACK_PARTIAL, /* something stays different: see `rollback_note` */
	KNOB_ROLLBACK_NO,
};

enum knob_danger {
	KNOB_SAFE,
	KNOB_CAUTION,
	KNOB_DANGEROUS,
};

/* What kernels from @since on accept (KVER_ANY: all). Newest first in a row. */
struct knob_range {
	struct kver since;
	unsigned word; /* of those whose words have so many bits, 32 first; 0: of all */
	int64_t min;
	uint64_t max; /* at least 0, even where min is negative */
};

struct knob_choice {
	const char *value;
	const char *meaning; /* may be "" */
};

#define KNOB_RANGES 3

struct knob {
	/* Unique: the key (with "@variant" where it has several meanings), or a name. */
	const char *id;
	const char *key; /* "vm.swappiness"; "/sys/kernel/mm/ksm/run" */
	enum knob_class class;
	enum knob_type type;
	/* Used while max is non-zero; none: what the type holds. */
	struct knob_range ranges[KNOB_RANGES];
	/* Ended by a NULL value, or NULL. For numbers: what some mean, and words besides. */
	const struct knob_choice *choices;
	enum knob_size size;
	const char *unit;      /* for people; NULL where there is none */
	unsigned short fields; /* vector: number of elements; 0: varies by kernel */
	unsigned needs;	       /* enum privilege bits for a write */
	bool read_only;	       /* nobody can write it */
	bool write_only;       /* mode 0200: reading fails, even for root */
	bool never_read;       /* reading has an effect */

	/* The first version that has it (KVER_ANY: unknown), and the last (KVER_ANY:
	   today's). Of a vendor's own knob: versions of the kernel built upon. */
	struct kver since, until;
	const char *releases; /* fnmatch(3) pattern of a vendor's releases; NULL: any */
	const char *history;  /* the same in words: "2.5.52 to 2.6.10, RHEL 4" */
	const char *config;   /* kernel option that it needs, without CONFIG_, or NULL */

	/* Keys that a write changes too: NULL-ended, or NULL. They become 0, or the same. */
	const char *const *excludes;
	bool mirrors;
	enum knob_readback readback;
	const char *readback_note;
	enum knob_rollback rollback;
	const char *rollback_note;
	enum knob_danger danger;
	const char *danger_note;
	const char *effect;	   /* what a write does besides; NULL: nothing */
	short order;		   /* steps are taken in ascending order; 0: no wish */
	const char *default_value; /* in words, as the documentation has it; or NULL */
	const char *summary;	   /* one sentence */
	/* What takes its place; for a trigger, what to use in a profile; or NULL. */
	const char *replacement;
};

/* In the order of knobs.def. */
const struct knob *knob_all(size_t *ret_len);

/*
 * The row for @key (a dotted sysctl key, or a /sys path) on a kernel whose release is
 * @release (NULL: unknown, then the mainline row wins). Where only vendors' kernels have
 * it and @release is none of them: the newest vendor's row, as an explanation. NULL where
 * the catalogue has none. In the key of a sysfs row "*" stands for one path component or
 * a part of one, "**" for any number of them.
 */
const struct knob *knob_find(const char *key, const char *release);

/* The known key nearest to @key in spelling, or NULL where none is near. */
const char *knob_nearest(const char *key);

/* May it be read? Of some the reading fails, of others it has an effect. NULL: yes. */
bool knob_may_be_read(const struct knob *knob);

/* Does a write of either change the other one, so that only one of the two is in force? */
bool knob_are_twins(const struct knob *a, const struct knob *b);

/* Was it in kernel @v, as far as the row can tell? An unknown version: true. */
bool knob_expected(const struct knob *knob, struct kver v);

/* Does what it takes hang on how many bits a word of the kernel has? */
bool knob_is_by_word(const struct knob *knob);

/* The range for a kernel of version @v whose words have @word bits; unknown (KVER_ANY, 0): the widest
 * of all rows. False where nothing bounds it; vectors: the range of each element. */
bool knob_range(const struct knob *knob, struct kver v, unsigned word, int64_t *ret_min,
		uint64_t *ret_max);
