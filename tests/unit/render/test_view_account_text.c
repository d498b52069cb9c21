/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "capture.h"
#include "render/view_account.h"
#include "sample_accounts.h"
#include "tap.h"

static const char *shown(struct capture *got, unsigned width, bool color,
			 const struct account *accounts, size_t len)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct account_view view = sample_view(arena, accounts, len);

	is_int(view_accounts_text(&view, capture(got, width, color)), 0, "shown");
	return captured(got);
}

static void has(const struct capture *got, const char *piece)
{
	ok(strstr(got->text, piece), "has '%s'", piece);
}

static void test_conflict(void)
{
	const struct account account = sample_conflict();
	struct capture got;
	size_t widest = 0, width = 0;

	is_str(shown(&got, 80, false, &account, 1),
	       "vm.swappiness\n"
	       "  live     60\n"
	       "  boot     10  /etc/sysctl.d/99-local.conf:3\n"
	       "           configured, but not in force\n"
	       "  loses    60  /usr/lib/sysctl.d/10-distribution.conf:12\n"
	       "             /etc/sysctl.d/99-local.conf:3 comes later\n"
	       "           (an empty line)  /etc/sysctl.d/99-local.conf:5\n"
	       "             the kernel refuses it: it is no number\n"
	       "  procps   would make it 60  /usr/lib/sysctl.d/10-distribution.conf:12\n"
	       "  later    tuned: profile balanced sets it to 10\n"
	       "           (/usr/lib/tuned/balanced/tuned.conf:6)\n"
	       "           another: does, too\n"
	       "  knob     Weight of anonymous memory against page cache when reclaiming.\n"
	       "           takes 0..200, relative cost; 100: the same; default: 60\n"
	       "           in 2.5.43 and later\n"
	       "  careful  0 can bring OOM earlier; high values swap more\n"
	       "\n"
	       "Loader: systemd (systemd-sysctl)\n",
	       "a conflict, on 80 columns");
	(void)shown(&got, 40, false, &account, 1);
	for (const char *at = got.text; *at; at++) {
		width = *at == '\n' ? 0 : width + 1;
		widest = width > widest ? width : widest;
	}
	ok(widest <= 52, "no line is longer than its longest word: %zu", widest);
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "  later    tuned: profile balanced sets it to 10 "
		  "(/usr/lib/tuned/balanced/tuned.conf:6)\n");
	(void)shown(&got, 80, true, &account, 1);
	has(&got, "\033[1mvm.swappiness\033[0m\n");
}

static void test_live(void)
{
	const struct account accounts[] = {
		sample_stranger(&sample_absent, NULL, ACCOUNT_ABSENT),
		sample_stranger(&sample_denied, NULL, ACCOUNT_UNKNOWN),
		sample_stranger(&sample_unread, NULL, ACCOUNT_UNKNOWN),
		sample_stranger(&sample_there, "", ACCOUNT_TRANSIENT),
		sample_stranger(&sample_there, "a\n\033[2J", ACCOUNT_TRANSIENT),
		sample_stranger(&sample_there, "4096\t16384\t4194304", ACCOUNT_TRANSIENT),
	};
	struct capture got;

	(void)shown(&got, 0, false, accounts, 6);
	has(&got, "  live     absent: this kernel does not have it\n"
		  "  boot     unset: no line that is read sets it\n"
		  "  knob     not in the catalogue");
	has(&got, "  live     unreadable: Permission denied\n");
	has(&got, "  live     cannot be read: it holds nothing\n");
	has(&got, "  live     (an empty line)\n");
	has(&got, "  live     a\\x0a\\x1b[2J\n");
	has(&got, "  live     4096 16384 4194304\n");
}

static void test_boot(void)
{
	struct account account = sample_stranger(&sample_there, "1", ACCOUNT_SETTLED);
	struct capture got;

	account.boot = (struct boot_answer){ .value = "", .line = &sample_empty };
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "  boot     (an empty line)  /etc/sysctl.d/99-local.conf:5\n"
		  "           configured, and in force\n");
	account.boot = (struct boot_answer){ .line = &sample_back };
	account.state = ACCOUNT_TRANSIENT;
	account.rival = "systemd";
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "  boot     unset: /etc/sysctl.d/99-local.conf:4 takes it back\n"
		  "           in force, but not configured: ");
	has(&got, "  systemd  would make it unset: no line");
	account.state = ACCOUNT_PENDING;
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "           configured, but not there: ");
	account.sysctl = false;
	account.key = "/sys/x\033";
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "/sys/x\\x1b\n");
	has(&got, "  boot     sysctl.d cannot hold it: only an active profile sets it\n");
}

static void test_knobs(void)
{
	struct account account = sample_stranger(&sample_unread, NULL, ACCOUNT_UNKNOWN);
	struct capture got;
	size_t len;
	const struct knob *knobs = knob_all(&len);

	account.knob = knob_find("vm.drop_caches", NULL);
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "  instead  ");
	account.knob = knob_find("vm.dirty_background_bytes", NULL);
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "  written  0 means that the ratio is in use;");
	has(&got, "  undo     back to the ratio by writing vm.dirty_background_ratio");
	for (size_t i = 0; i < len && !account.knob->read_only; i++)
		account.knob = &knobs[i];
	(void)shown(&got, 0, false, &account, 1);
	has(&got, "           can only be read\n");
	(void)shown(&got, 0, false, &account, 0);
	is_str(got.text, "", "of nothing nothing is shown");
}

static void test_faults(void)
{
	const struct account account = sample_conflict();
	FILE *full = fopen("/dev/full", "w");
	const struct term term = { .file = full };
	int r = -ENOMEM;
	size_t limit;

	for (limit = 0; r == -ENOMEM && limit < 16384; limit += 16) {
		cleanup(arena_freep) struct arena *arena = arena_new(limit);
		const struct account_view view = sample_view(arena, &account, 1);
		struct capture got;

		r = view_accounts_text(&view, capture(&got, 80, false));
		(void)captured(&got);
	}
	is_int(r, 0, "shows once memory suffices");
	ok(limit > 256, "and tells when it does not");
	if (full) {
		cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
		const struct account_view view = sample_view(arena, &account, 1);

		is_int(view_accounts_text(&view, &term), -EIO, "a file that is full");
		(void)fclose(full);
	}
}

int main(void)
{
	test_conflict();
	test_live();
	test_boot();
	test_knobs();
	test_faults();
	return done();
}
