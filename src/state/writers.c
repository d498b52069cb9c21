/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/writers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/span.h"
#include "base/vec.h"
#include "knob/sysctlname.h"
#include "sys/root.h"

#define LARGEST	     ((size_t)1024 * 1024)
/* tuned follows includes for as long as there are any; a circle must end. */
#define MOST_INCLUDE 8

struct finding {
	struct arena *arena;
	const struct root *root;
	const char *key;
	struct writers writers;
};

static int add(struct finding *finding, const char *name, const char *what)
{
	struct writer *writer = what ? vec_push(finding->arena, &finding->writers) : NULL;

	if (!writer)
		return -ENOMEM;
	*writer = (struct writer){ name, what };
	return 0;
}

static bool is_there(const struct finding *finding, const char *path)
{
	cleanup_fd int fd = root_open(finding->root, path, O_PATH);

	return fd >= 0;
}

/* What a program is known to set whatever it is told. */
struct habit {
	const char *name;
	const char *file; /* it is there where the program is */
	const char *key;
	const char *what;
};

static const struct habit habits[] = {
	{ "kubelet", "var/lib/kubelet/config.yaml", "vm.overcommit_memory",
	  "sets it to 1 when it starts (unless protectKernelDefaults is on)" },
	{ "kubelet", "var/lib/kubelet/config.yaml", "vm.panic_on_oom",
	  "sets it to 0 when it starts (unless protectKernelDefaults is on)" },
	{ "kubelet", "var/lib/kubelet/config.yaml", "kernel.panic",
	  "sets it to 10 when it starts (unless protectKernelDefaults is on)" },
	{ "kubelet", "var/lib/kubelet/config.yaml", "kernel.panic_on_oops",
	  "sets it to 1 when it starts (unless protectKernelDefaults is on)" },
	{ "kubelet", "var/lib/kubelet/config.yaml", "kernel.keys.root_maxkeys",
	  "sets it to 1000000 when it starts (unless protectKernelDefaults is on)" },
	{ "kubelet", "var/lib/kubelet/config.yaml", "kernel.keys.root_maxbytes",
	  "sets it to 25000000 when it starts (unless protectKernelDefaults is on)" },
	{ "ksmtuned", "etc/ksmtuned.conf", "/sys/kernel/mm/ksm/run",
	  "switches KSM on and off by the memory that is free" },
	{ "ksmtuned", "etc/ksmtuned.conf", "/sys/kernel/mm/ksm/pages_to_scan",
	  "sets it by the memory that is free" },
	{ "ksmtuned", "etc/ksmtuned.conf", "/sys/kernel/mm/ksm/sleep_millisecs",
	  "sets it by the memory that the host has" },
};

static int find_habits(struct finding *finding)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(habits) / sizeof(*habits); i++) {
		if (strcmp(habits[i].key, finding->key) == 0 &&
		    is_there(finding, habits[i].file))
			r = add(finding, habits[i].name, habits[i].what);
	}
	return r;
}

static int find_khugepaged(struct finding *finding)
{
	char text[256];

	if (strcmp(finding->key, "vm.min_free_kbytes") != 0 ||
	    root_read(finding->root, "sys/kernel/mm/transparent_hugepage/enabled", text,
		      sizeof(text)) < 0 ||
	    strstr(text, "[never]"))
		return 0;
	return add(finding, "khugepaged",
		   "raises it when it starts, as transparent huge pages are on");
}

/* The [sysctl] section of a tuned profile, as far as the key goes. */
struct tuned {
	const char *path;
	unsigned line; /* 0: the profile does not set the key */
	const char *value;
	const char *include; /* NULL: none */
};

/* The section's keys are names of sysctl(8). */
static int read_tuned_line(struct finding *finding, struct span line, bool sysctl,
			   unsigned number, struct tuned *tuned)
{
	struct span left;
	const char *name, *key, *value;
	int r;

	if (!memchr(line.at, '=', line.len) || line.at[0] == '#')
		return 0;
	(void)span_until(&line, '=', &left);
	left = span_trim(left);
	line = span_trim(line);
	name = arena_copy(finding->arena, left.at, left.len);
	value = arena_copy(finding->arena, line.at, line.len);
	if (!name || !value)
		return -ENOMEM;
	if (!sysctl) {
		if (strcmp(name, "include") == 0)
			tuned->include = value;
		return 0;
	}
	r = sysctlname_canonical(finding->arena, name, &key);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (strcmp(key, finding->key) == 0) {
		tuned->line = number;
		tuned->value = value;
	}
	return 0;
}

static int read_tuned(struct finding *finding, const char *path, struct tuned *ret)
{
	struct tuned tuned = { .path = path };
	struct span rest, line;
	bool sysctl = false;
	unsigned number = 0;
	char *text;
	int r = root_slurp(finding->root, path, finding->arena, LARGEST, &text,
			   &rest.len);

	rest.at = text;
	while (r == 0 && span_line(&rest, &line)) {
		line = span_trim(line);
		number++;
		if (line.len > 0 && line.at[0] == '[')
			sysctl = span_is(line, "[sysctl]");
		else if (line.len > 0)
			r = read_tuned_line(finding, line, sysctl, number, &tuned);
	}
	if (r == 0)
		*ret = tuned;
	return r;
}

/* The admin's profiles come before the shipped ones; later versions have a folder more. */
static int find_tuned_profile(struct finding *finding, const char *name,
			      struct tuned *ret)
{
	static const char *const folders[] = { "etc/tuned/profiles", "etc/tuned",
					       "usr/lib/tuned/profiles",
					       "usr/lib/tuned" };
	int r = -ENOENT;

	for (size_t i = 0;
	     r < 0 && r != -ENOMEM && i < sizeof(folders) / sizeof(*folders); i++) {
		const char *path = arena_printf(finding->arena, "%s/%s/tuned.conf",
						folders[i], name);

		r = path ? read_tuned(finding, path, ret) : -ENOMEM;
	}
	return r;
}

static int find_in_tuned(struct finding *finding, const char *profile)
{
	const char *name = profile;

	for (int i = 0; name && i < MOST_INCLUDE; i++) {
		struct tuned tuned = { 0 };
		int r = find_tuned_profile(finding, name, &tuned);

		if (r < 0)
			return r == -ENOMEM ? r : 0;
		if (tuned.line > 0)
			return add(finding, "tuned",
				   arena_printf(finding->arena,
						"profile %s sets it to %s (/%s:%u)",
						profile, tuned.value, tuned.path,
						tuned.line));
		name = tuned.include;
	}
	return 0;
}

/* Several profiles may be active at once; the last one that has the key wins. */
static int find_tuned(struct finding *finding)
{
	char text[1024];
	ssize_t len =
		root_read(finding->root, "etc/tuned/active_profile", text, sizeof(text));
	struct span rest = { text, len < 0 ? 0 : (size_t)len }, word;
	int r = 0;

	while (r == 0 && span_word(&rest, &word)) {
		const char *name = arena_copy(finding->arena, word.at, word.len);

		if (!name)
			return -ENOMEM;
		if (!strchr(name, '/'))
			r = find_in_tuned(finding, name);
	}
	return r;
}

int writers_find(struct arena *arena, const struct root *root, const char *key,
		 struct writers *ret)
{
	struct finding finding = { .arena = arena, .root = root, .key = key };
	int r = find_habits(&finding);

	if (r == 0)
		r = find_khugepaged(&finding);
	if (r == 0)
		r = find_tuned(&finding);
	if (r == 0)
		*ret = finding.writers;
	return r;
}
