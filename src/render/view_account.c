/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/view_account.h"
#include "base/diag.h"
#include "base/enumtab.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "plan/process_account.h"
#include "render/out.h"
#include "render/out_parts.h"
#include "render/view.h"
#include "state/host.h"
#include "state/sysctlconf.h"
#include "state/sysctlloader.h"

static const struct enumtab states[] = {
	{ "settled", ACCOUNT_SETTLED }, { "not in force", ACCOUNT_NOT_IN_FORCE },
	{ "default", ACCOUNT_DEFAULT }, { "transient", ACCOUNT_TRANSIENT },
	{ "pending", ACCOUNT_PENDING }, { "absent", ACCOUNT_ABSENT },
	{ "unknown", ACCOUNT_UNKNOWN }, { NULL, 0 },
};

static const struct enumtab types[] = {
	{ "bool", KNOB_BOOL },	     { "int", KNOB_INT },	{ "uint", KNOB_UINT },
	{ "ulong", KNOB_ULONG },     { "vector", KNOB_VECTOR }, { "word", KNOB_WORD },
	{ "trigger", KNOB_TRIGGER }, { "string", KNOB_STRING }, { NULL, 0 },
};

static const struct enumtab dangers[] = {
	{ "safe", KNOB_SAFE },
	{ "caution", KNOB_CAUTION },
	{ "dangerous", KNOB_DANGEROUS },
	{ NULL, 0 },
};

static const struct enumtab rollbacks[] = {
	{ "full", KNOB_ROLLBACK_YES },
	{ "partial", KNOB_ROLLBACK_PARTIAL },
	{ "none", KNOB_ROLLBACK_NO },
	{ NULL, 0 },
};

static void show_knob(const struct account_view *view, struct out *out,
		      const struct knob *knob)
{
	const char *const *key = knob ? knob->excludes : NULL;

	if (!knob) {
		out_null(out, "knob");
		return;
	}
	out_object(out, "knob");
	out_string(out, "id", knob->id);
	out_string(out, "type", enumtab_word(types, (int)knob->type));
	out_string(out, "unit", knob->unit);
	out_string(out, "accepts",
		   value_accepts(view->arena, knob, view->host->kernel,
				 host_word(view->host)));
	out_string(out, "default", knob->default_value);
	out_string(out, "history", knob->history);
	out_string(out, "summary", knob->summary);
	out_string(out, "effect", knob->effect);
	out_string(out, "readback_note", knob->readback_note);
	out_string(out, "rollback", enumtab_word(rollbacks, (int)knob->rollback));
	out_string(out, "rollback_note", knob->rollback_note);
	out_string(out, "danger", enumtab_word(dangers, (int)knob->danger));
	out_string(out, "danger_note", knob->danger_note);
	out_string(out, "replacement", knob->replacement);
	out_bool(out, "read_only", knob->read_only);
	out_list(out, "excludes");
	for (; key && *key; key++)
		out_string(out, NULL, *key);
	out_end_list(out);
	out_needs(out, knob->needs);
	out_end_object(out);
}

static void show_losers(struct out *out, const struct boot_answer *boot)
{
	out_list(out, "losers");
	for (size_t i = 0; i < boot->losers_len; i++) {
		const struct boot_loser *loser = &boot->losers[i];

		out_object(out, NULL);
		out_string(out, "file", loser->line->at.source->name);
		out_uint(out, "line", loser->line->at.line);
		out_string(out, "value", loser->line->value);
		out_string(out, "why", loser->why);
		out_end_object(out);
	}
	out_end_list(out);
}

static struct origin place_of(const struct boot_answer *boot)
{
	return boot->line ? boot->line->at : NOWHERE;
}

static void show_rival(struct out *out, const struct account *account)
{
	if (!account->rival) {
		out_null(out, "other_loader");
		return;
	}
	out_object(out, "other_loader");
	out_string(out, "loader", account->rival);
	out_string(out, "boot", account->rival_boot.value);
	out_place(out, "boot_from", place_of(&account->rival_boot), false);
	out_end_object(out);
}

static void show_writers(struct out *out, const struct writers *writers)
{
	out_list(out, "writers");
	for (size_t i = 0; i < writers->len; i++) {
		out_object(out, NULL);
		out_string(out, "name", writers->items[i].name);
		out_string(out, "what", writers->items[i].what);
		out_end_object(out);
	}
	out_end_list(out);
}

static void show_account(const struct account_view *view, struct out *out,
			 const struct account *account)
{
	out_object(out, NULL);
	out_string(out, "kind", account->sysctl ? "sysctl" : "sysfs");
	out_string(out, "key", account->key);
	out_string(out, "live", account->live);
	out_string(out, "boot", account->boot.value);
	out_place(out, "boot_from", place_of(&account->boot), false);
	out_string(out, "state", enumtab_word(states, (int)account->state));
	show_losers(out, &account->boot);
	show_rival(out, account);
	show_writers(out, &account->writers);
	show_knob(view, out, account->knob);
	out_end_object(out);
}

static int show_document(const struct account_view *view, FILE *file)
{
	struct out out = out_to(file);

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "get");
	out_string(&out, "loader", view->loader ? view->loader->name : NULL);
	out_string(&out, "loader_about", view->loader ? view->loader->about : NULL);
	out_list(&out, "items");
	for (size_t i = 0; i < view->len; i++)
		show_account(view, &out, &view->accounts[i]);
	for (size_t i = 0; i < view->processes_len; i++)
		view_process(&out, &view->processes[i]);
	out_end_list(&out);
	out_diagnostics(&out, view->diags);
	out_int(&out, "exit_code", view->status);
	out_end_object(&out);
	return out_finish(&out);
}

int view_accounts(const struct account_view *view, const struct term *term, bool json)
{
	return json ? show_document(view, term->file) : view_accounts_text(view, term);
}
