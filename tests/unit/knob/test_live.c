/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue held against the kernel that runs; no knob is read or written. */
#include "knob/knob.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "tap.h"

#define FOLDER "/proc/sys/vm"

static void check_mode(const struct knob *knob, mode_t mode)
{
	bool written_only = (mode & 0444) == 0, read_only = (mode & 0222) == 0;

	is_int(knob->write_only, written_only, "%s: mode %04o %s be read", knob->key,
	       (unsigned)mode & 07777, written_only ? "cannot" : "can");
	is_int(knob->read_only, read_only, "%s: mode %04o %s be written", knob->key,
	       (unsigned)mode & 07777, read_only ? "cannot" : "can");
}

static void check_file(int folder, const char *name, const struct utsname *host,
		       struct kver v)
{
	char key[sizeof("vm.") + NAME_MAX];
	const struct knob *knob;
	struct stat st;

	(void)snprintf(key, sizeof(key), "vm.%s", name);
	knob = knob_find(key, host->release);
	ok(knob != NULL, "%s is known", key);
	if (!knob)
		return;
	ok(knob_expected(knob, v), "%s is expected in %s", key, host->release);
	ok(knob->class == KNOB_SYSCTL && (knob->needs & NEED_ROOT || knob->read_only),
	   "%s: uid 0 writes it", key);
	if (ok(fstatat(folder, name, &st, 0) == 0, "%s is there", key))
		check_mode(knob, st.st_mode);
}

int main(void)
{
	DIR *folder = opendir(FOLDER);
	struct utsname host;
	struct kver v = KVER_ANY;

	if (!folder) {
		skip("no " FOLDER " here");
		return done();
	}
	if (!ok(uname(&host) == 0 && kver_parse(host.release, &v) == 0,
		"the kernel has a version"))
		return done();
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (entry->d_name[0] != '.')
			check_file(dirfd(folder), entry->d_name, &host, v);
	(void)closedir(folder);
	return done();
}
