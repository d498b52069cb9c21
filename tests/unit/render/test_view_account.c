/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_account.h"

#include <errno.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "capture.h"
#include "json.h"
#include "sample_accounts.h"
#include "tap.h"

/* Shows @account as the document's only item. */
static const char *shown(struct capture *got, const struct account *account)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	const struct account_view view = sample_view(arena, account, 1);

	is_int(view_accounts(&view, capture(got, 0, false), true), 0, "shown");
	(void)captured(got);
	ok(json_valid(got->text), "as a valid document");
	return got->text;
}

static void has(const struct capture *got, const char *piece)
{
	ok(strstr(got->text, piece), "has %s", piece);
}

static void test_conflict(void)
{
	const struct account account = sample_conflict();
	struct capture got;

	(void)shown(&got, &account);
	has(&got,
	    "{\"schema\":\"lowmemctl/1\",\"command\":\"get\",\"loader\":\"systemd\","
	    "\"loader_about\":\"systemd-sysctl\",\"items\":[{\"kind\":\"sysctl\","
	    "\"key\":\"vm.swappiness\",\"live\":\"60\",\"boot\":\"10\","
	    "\"boot_from\":{\"file\":\"/etc/sysctl.d/99-local.conf\",\"line\":3},"
	    "\"state\":\"not in force\",\"losers\":[{"
	    "\"file\":\"/usr/lib/sysctl.d/10-distribution.conf\",\"line\":12,"
	    "\"value\":\"60\",\"why\":\"/etc/sysctl.d/99-local.conf:3 comes later\"},"
	    "{\"file\":\"/etc/sysctl.d/99-local.conf\",\"line\":5,\"value\":\"\","
	    "\"why\":\"the kernel refuses it: it is no number\"}],"
	    "\"other_loader\":{\"loader\":\"procps\",\"boot\":\"60\",\"boot_from\":{"
	    "\"file\":\"/usr/lib/sysctl.d/10-distribution.conf\",\"line\":12}},"
	    "\"writers\":[{\"name\":\"tuned\",\"what\":\"profile balanced sets");
	has(&got, "\"knob\":{\"id\":\"vm.swappiness\",\"type\":\"int\","
		  "\"unit\":\"relative cost; 100: the same\",\"accepts\":\"0..200\","
		  "\"default\":\"60\",\"history\":\"2.5.43 and later\",\"summary\":");
	has(&got, "\"readback_note\":null,\"rollback\":\"full\",\"rollback_note\":null,"
		  "\"danger\":\"safe\",\"danger_note\":\"0 can");
	has(&got, "\"replacement\":null,\"read_only\":false,\"excludes\":[],\"needs\":[");
	has(&got, "]}}],\"diagnostics\":[],\"exit_code\":0}\n");
}

static void test_nothing(void)
{
	struct account account = sample_stranger(&sample_absent, NULL, ACCOUNT_ABSENT);
	struct capture got;

	is_str(shown(&got, &account),
	       "{\"schema\":\"lowmemctl/1\",\"command\":\"get\",\"loader\":\"systemd\","
	       "\"loader_about\":\"systemd-sysctl\",\"items\":[{\"kind\":\"sysctl\","
	       "\"key\":\"vm.x\",\"live\":null,\"boot\":null,\"boot_from\":null,"
	       "\"state\":\"absent\",\"losers\":[],\"other_loader\":null,\"writers\":[],"
	       "\"knob\":null}],\"diagnostics\":[],\"exit_code\":0}\n",
	       "null where there is nothing");
	account.sysctl = false;
	account.boot.line = &sample_back;
	(void)shown(&got, &account);
	has(&got, "\"kind\":\"sysfs\"");
	has(&got, "\"boot\":null,\"boot_from\":{\"file\":\"/etc/sysctl.d/99-local.conf\","
		  "\"line\":4}");
}

static void test_states(void)
{
	static const struct {
		enum account_state state;
		const char *word;
	} states[] = {
		{ ACCOUNT_SETTLED, "\"state\":\"settled\"" },
		{ ACCOUNT_NOT_IN_FORCE, "\"state\":\"not in force\"" },
		{ ACCOUNT_DEFAULT, "\"state\":\"default\"" },
		{ ACCOUNT_TRANSIENT, "\"state\":\"transient\"" },
		{ ACCOUNT_PENDING, "\"state\":\"pending\"" },
		{ ACCOUNT_ABSENT, "\"state\":\"absent\"" },
		{ ACCOUNT_UNKNOWN, "\"state\":\"unknown\"" },
	};
	struct capture got;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		const struct account account =
			sample_stranger(&sample_there, "1", states[i].state);

		(void)shown(&got, &account);
		has(&got, states[i].word);
	}
}

/* Every row of the catalogue makes a valid document. */
static void test_knobs(void)
{
	struct account account = sample_stranger(&sample_there, "1", ACCOUNT_SETTLED);
	size_t len, bad = 0;
	const struct knob *knobs = knob_all(&len);

	for (size_t i = 0; i < len; i++) {
		cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
		const struct account_view view = sample_view(arena, &account, 1);
		struct capture got;

		account.knob = &knobs[i];
		bad += view_accounts(&view, capture(&got, 0, false), true) != 0;
		bad += !json_valid(captured(&got)) || strstr(got.text, "\"type\":null") ||
		       strstr(got.text, "\"danger\":null");
	}
	is_int((long long)bad, 0, "all of %zu rows", len);
}

static void test_document(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new(SIZE_MAX);
	struct account_view view = sample_view(arena, NULL, 0);
	struct diags diags = diags_in(arena);
	struct capture got;
	FILE *full = fopen("/dev/full", "w");
	struct term term = { .file = full };

	(void)diag_error(&diags, NOWHERE, 1, "none");
	view.diags = &diags;
	view.status = STATUS_NO_KNOB;
	is_int(view_accounts(&view, capture(&got, 0, false), true), 0, "no items");
	(void)captured(&got);
	has(&got, "\"items\":[],\"diagnostics\":[{\"severity\":\"error\"");
	has(&got, "\"exit_code\":69}\n");
	ok(full, "a file that is full");
	is_int(view_accounts(&view, &term, true), -EIO, "takes no document");
	(void)fclose(full);
}

int main(void)
{
	test_conflict();
	test_nothing();
	test_states();
	test_knobs();
	test_document();
	return done();
}
