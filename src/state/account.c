/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/account.h"

#include <errno.h>

#include "base/arena.h"
#include "knob/default.h"
#include "knob/knob.h"
#include "knob/value.h"
#include "state/persisted.h"
#include "state/state.h"
#include "state/sysctlloader.h"

static bool same_boot(const struct knob *knob, const struct boot_answer *a,
		      const struct boot_answer *b)
{
	if (!a->value || !b->value)
		return !a->value && !b->value;
	return value_same(knob, a->value, b->value);
}

static int ask_boot(struct arena *arena, const struct account_request *request,
		    struct account *account)
{
	const struct persisted *rival = request->rival;
	int r = boot_ask(arena, request->persisted, account->key, account->knob, true,
			 &account->boot);

	if (r < 0 || !rival)
		return r;
	r = boot_ask(arena, rival, account->key, account->knob, false,
		     &account->rival_boot);
	if (r == 0 && !same_boot(account->knob, &account->boot, &account->rival_boot))
		account->rival = rival->loader->name;
	return r;
}

static bool is_default(struct arena *arena, const struct account *account,
		       const struct host *host)
{
	struct span value =
		account->knob
			? knob_default(account->knob,
				       (struct default_facts){ .kernel = host->kernel,
							       .word = host_word(host) })
			: (struct span){ 0 };
	const char *text = value.len > 0 ? arena_copy(arena, value.at, value.len) : NULL;

	return text && value_same(account->knob, account->live, text);
}

static enum account_state state_of(struct arena *arena, const struct account *account,
				   const struct host *host)
{
	const char *boot = account->boot.value;
	bool absent =
		account->source->error == ENOENT || account->source->error == ENOTDIR;

	if (absent)
		return boot ? ACCOUNT_PENDING : ACCOUNT_ABSENT;
	if (!account->sysctl || !account->live)
		return ACCOUNT_UNKNOWN;
	if (!boot)
		return is_default(arena, account, host) ? ACCOUNT_DEFAULT
							: ACCOUNT_TRANSIENT;
	return value_same(account->knob, account->live, boot) ? ACCOUNT_SETTLED
							      : ACCOUNT_NOT_IN_FORCE;
}

int account_of(struct arena *arena, const struct account_request *request,
	       const char *key, const struct live *live, struct account *ret)
{
	struct account account = {
		.key = key,
		.knob = knob_find(key, request->host->release),
		.source = live,
		.sysctl = key[0] != '/',
	};
	int r = 0;

	if (live->text) {
		account.live = value_meaning(arena, account.knob, live->text);
		r = account.live ? 0 : -ENOMEM;
	}
	if (r == 0 && account.sysctl)
		r = ask_boot(arena, request, &account);
	if (r == 0)
		r = writers_find(arena, request->root, key, &account.writers);
	account.state = state_of(arena, &account, request->host);
	if (r == 0)
		*ret = account;
	return r;
}
