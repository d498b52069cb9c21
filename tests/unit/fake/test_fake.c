/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake/fake_root.h"

#include "tap.h"

#define KNOB "proc/sys/vm/knob"
#define TWIN "proc/sys/vm/twin"

/* What a write of @bytes to a file that holds 10 leads to, by path and by descriptor. */
static const struct {
	const char *name;
	enum fake_how how;
	int err;
	const char *bytes;
	int r;
	const char *after;
} rows[] = {
	{ "obeys", FAKE_OBEYS, 0, "3000\n", 0, "3000" },
	{ "obeys, without a newline", FAKE_OBEYS, 0, "7", 0, "7" },
	{ "fails", FAKE_FAILS, ENOSPC, "20\n", -ENOSPC, "10" },
	{ "takes a part", FAKE_SHORT, 0, "20\n", -EIO, "10" },
	{ "keeps what it has", FAKE_KEEPS, 0, "abc\n", 0, "10" },
	{ "rounds", FAKE_ROUNDS, 0, "3000\n", 0, "4096" },
	{ "stores a half", FAKE_HALF, 0, "1 2 x\n", -EINVAL, "1" },
};

static void test_writes(void)
{
	char buffer[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *bytes = rows[i].bytes;
		int fd, r;

		fake.len = 0;
		(void)fake_add(KNOB, "10", rows[i].how, rows[i].err);
		is_int(root_write(&fake.root, KNOB, bytes, strlen(bytes)), rows[i].r,
		       "%s", rows[i].name);
		is_str(fake_at(KNOB)->value, rows[i].after, "%s: after", rows[i].name);
		(void)snprintf(fake_at(KNOB)->value, 8, "10");
		fd = root_open(&fake.root, KNOB, O_RDWR);
		r = root_write_at(fd, bytes, strlen(bytes), true);
		is_int(r, rows[i].r, "%s: by descriptor", rows[i].name);
		is_int(root_read_at(fd, buffer, sizeof(buffer)),
		       (long long)strlen(rows[i].after) + 1, "%s: read back",
		       rows[i].name);
		is_str(fake_at(KNOB)->value, rows[i].after, "%s: after", rows[i].name);
		(void)close(fd);
	}
}

static void test_doors(void)
{
	char buffer[32];

	fake.len = 0;
	(void)fake_add(KNOB, "10", FAKE_CLOSED, EROFS);
	is_int(root_open(&fake.root, KNOB, O_RDWR), -EROFS, "a closed door");
	is_int(root_writable(&fake.root, KNOB), -EROFS, "is known to be closed");
	is_int(root_read(&fake.root, KNOB, buffer, sizeof(buffer)), 3, "and looked in");
	is_int(root_read(&fake.root, KNOB, buffer, 3), -EFBIG, "by whoever has room");
	is_int(root_open(&fake.root, TWIN, O_RDWR), -ENOENT, "what is not there");
	is_int(root_write(&fake.root, TWIN, "1\n", 2), -ENOENT, "is not made");
	is_int(root_read(&fake.root, "proc/version", buffer, sizeof(buffer)), -ENOENT,
	       "nor is the host asked");
}

static size_t seen;

static void look(size_t count)
{
	seen = count + 1;
}

static void test_effects(void)
{
	char buffer[32];

	fake.len = fake.logged = 0;
	*fake_add(KNOB, "10", FAKE_OBEYS, 0) = (struct fake_file){
		.path = KNOB, .value = "10", .other = TWIN, .other_value = "0"
	};
	(void)fake_add(TWIN, "5", FAKE_UNREADABLE, 0);
	fake.at_write = look;
	is_int(root_write(&fake.root, KNOB, "20\n", 3), 0, "one of a pair");
	is_str(fake_at(TWIN)->value, "0", "zeroes the other");
	is_int((long long)seen, 1, "a write is seen");
	is_int(root_read(&fake.root, TWIN, buffer, sizeof(buffer)), 2, "readable");
	is_int(root_write(&fake.root, TWIN, "6\n", 2), 0, "until it is written");
	is_int(root_read(&fake.root, TWIN, buffer, sizeof(buffer)), -EIO, "no longer");
	is_int((long long)fake.logged, 2, "writes are counted");
	(void)fake_add("proc/sys/vm/third", "1", FAKE_FAILS_ONCE_WRITTEN, EBUSY);
	is_int(root_write(&fake.root, "proc/sys/vm/third", "2\n", 2), 0, "a first write");
	is_int(root_write(&fake.root, "proc/sys/vm/third", "1\n", 2), -EBUSY, "a second");
	fake.at_write = NULL;
}

/* The journal and the lock are real files. */
static void test_real(void)
{
	char buffer[8];
	int fd = root_create(&fake.root, "run/lowmemctl/lock", O_RDWR, 0600);

	ok(fd >= 0, "a real file");
	is_int(write(fd, "1\n", 2), 2, "is written");
	(void)close(fd);
	is_int(root_read(&fake.root, "run/lowmemctl/lock", buffer, sizeof(buffer)), 2,
	       "and read");
	is_int(root_remove(&fake.root, "run/lowmemctl/lock"), 0, "and removed");
}

int main(void)
{
	fake_begin();
	test_writes();
	test_doors();
	test_effects();
	test_real();
	fake_end();
	return done();
}
