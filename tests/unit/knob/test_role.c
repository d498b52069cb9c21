/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/role.h"

#include "knob/knob.h"
#include "tap.h"

static bool settable(const char *key)
{
	return knob_settable(knob_find(key, NULL));
}

static bool numeric(const char *key)
{
	return knob_numeric(knob_find(key, NULL));
}

int main(void)
{
	ok(numeric("vm.swappiness") && numeric("vm.lowmem_reserve_ratio"),
	   "one number, and several");
	ok(!numeric("/sys/kernel/mm/transparent_hugepage/enabled") &&
		   !numeric("vm.drop_caches"),
	   "a word, and an action");
	ok(settable("vm.swappiness"), "a number");
	ok(settable("/sys/kernel/mm/transparent_hugepage/enabled"), "a file below /sys");
	ok(settable("vm.none"), "one that nobody knows");
	ok(!settable("vm.drop_caches"), "an action");
	ok(!settable("vm.stat_refresh"), "an action that reading starts");
	ok(!settable("/sys/block/zram0/mem_limit"), "a limit that cannot be read");
	ok(!settable("vm.nr_pdflush_threads"), "a number that nobody can write");
	ok(!settable("oom_score_adj"), "a value of processes");
	ok(!settable("lower_zone_reserve="), "a boot parameter");
	return done();
}
