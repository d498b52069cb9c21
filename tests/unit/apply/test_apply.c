/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "apply/revert.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "fake/fake_root.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "state/state.h"
#include "sys/stop.h"
#include "tap.h"

#define SWAPPINESS "proc/sys/vm/swappiness"
#define MAP_COUNT  "proc/sys/vm/max_map_count"
#define PIPE_SIZE  "proc/sys/fs/pipe-max-size"
#define RATIO	   "proc/sys/vm/lowmem_reserve_ratio"
#define THP	   "sys/kernel/mm/transparent_hugepage/enabled"
#define MIN_FREE   "proc/sys/vm/min_free_kbytes"

static struct plan plan_of(struct arena *arena, struct plan_item *items, size_t len)
{
	struct plan plan = { .items = items, .len = len, .applies = true };

	for (size_t i = 0; i < len; i++) {
		struct live *live = arena_alloc(arena, sizeof(*live));

		*live = (struct live){ .path = items[i].path,
				       .text = items[i].live,
				       .fd = -1 };
		items[i].source = live;
	}
	plan_finish(&plan);
	return plan;
}

/* A write of @want to @path, which holds @live. */
static struct plan_item change(struct arena *arena, const char *path, const char *live,
			       const char *want)
{
	const char *key = path[0] == 's' ? arena_printf(arena, "/%s", path)
					 : sysctlname_of_path(arena, path);
	bool same = strcmp(live, want) == 0;

	return (struct plan_item){
		.kind = path[0] == 's' ? ITEM_SYSFS : ITEM_SYSCTL,
		.key = key,
		.path = path,
		.knob = knob_find(key, NULL),
		.want = want,
		.live = live,
		.live_status = same ? LIVE_SAME : LIVE_DIFFERS,
		.action = same ? ACTION_NONE : ACTION_WRITE,
		.undo_path = path,
		.undo_value = live,
	};
}

static const struct journal_run run = { .command = "apply", .profiles = "test" };

/* apply_run() gives up capabilities for good: each case has a process of its own. */
static void in_child(const char *name, void (*test)(struct arena *arena))
{
	int status = 0, before = tap.run;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct arena *arena = arena_new(1 << 20);

		fake_begin();
		test(arena);
		fake_end();
		arena_free(arena);
		(void)fflush(stdout);
		_exit(tap.failed > 0 ? 100 : tap.run - before);
	}
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) > 0 && WEXITSTATUS(status) < 100)
		tap.run += WEXITSTATUS(status);
	else
		ok(false, "%s: failed in its process (status %x)", name,
		   (unsigned)status);
}

static enum entry_state last_state(struct arena *arena)
{
	struct diags diags = diags_in(arena);
	struct entries entries = { 0 };

	if (journal_read(arena, &fake.root, JOURNAL_ALL, &diags, &entries) < 0 ||
	    entries.len == 0)
		return ENTRY_GONE;
	return entries.items[entries.len - 1].state;
}

static struct result carry_out(struct arena *arena, const struct plan *plan)
{
	struct diags diags = diags_in(arena);
	struct result result = { 0 };

	is_int(apply_run(arena, &fake.root, plan, &run, &diags, &result), 0, "apply_run");
	return result;
}

static void interrupt_second_write(size_t count)
{
	const struct timespec tick = { .tv_nsec = 20 * 1000 * 1000 };

	if (count != 1)
		return;
	(void)raise(SIGTERM);
	/* A slow write: between quick ones the writer does not look every time. */
	(void)nanosleep(&tick, NULL);
}

static void test_success(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "65530") };
	const struct plan plan = plan_of(arena, items, 2);
	struct result result;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_OK, "success: status");
	is_str(fake_at(SWAPPINESS)->value, "10", "success: written");
	is_int((long long)fake.logged, 1, "success: what is the same is not written");
	is_int(last_state(arena), ENTRY_APPLIED, "success: the journal says so");
}

/* The second of three writes goes wrong; what becomes of the first, and what is told? */
static const struct {
	const char *name;
	enum fake_how how;
	int err;
	const char *reason;
} faults[] = {
	{ "EINVAL", FAKE_FAILS, EINVAL, "it takes" },
	{ "EACCES", FAKE_FAILS, EACCES, "permission denied" },
	{ "EPERM", FAKE_FAILS, EPERM, "permission denied" },
	{ "EROFS", FAKE_FAILS, EROFS, "read-only" },
	{ "EIO", FAKE_FAILS, EIO, "only part" },
	{ "ENOSPC", FAKE_FAILS, ENOSPC, "No space" },
	{ "EBUSY", FAKE_FAILS, EBUSY, "in use" },
	{ "ENOENT", FAKE_FAILS, ENOENT, "gone" },
	{ "a short write", FAKE_SHORT, 0, "only part" },
	{ "a value that does not stick", FAKE_KEEPS, 0, "reported success" },
	{ "a value that is rounded where that is not the rule", FAKE_ROUNDS, 0,
	  "reported success" },
	{ "a value that cannot be read back", FAKE_UNREADABLE, 0, "cannot be read back" },
};

static size_t fault;

static void test_fault(struct arena *arena)
{
	const char *name = faults[fault].name;
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "70000"),
				     change(arena, "proc/sys/vm/stat_interval", "1",
					    "10") };
	const struct plan plan = plan_of(arena, items, 3);
	struct result result;
	bool unreadable = faults[fault].how == FAKE_UNREADABLE;
	bool rounds = faults[fault].how == FAKE_ROUNDS;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(MAP_COUNT, "65530", faults[fault].how, faults[fault].err);
	fake_add("proc/sys/vm/stat_interval", "1", FAKE_OBEYS, 0);
	result = carry_out(arena, &plan);
	is_int(result.status, unreadable || rounds ? STATUS_STUCK : STATUS_RESTORED,
	       "%s: status", name);
	is_str(fake_at(SWAPPINESS)->value, "60", "%s: the first is put back", name);
	is_str(fake_at("proc/sys/vm/stat_interval")->value, "1",
	       "%s: the third is not touched", name);
	is_int(result.items[0].result, RESULT_RESTORED,
	       "%s: the first is told as restored", name);
	is_int(result.items[2].result, RESULT_NULL, "%s: the third is told as untouched",
	       name);
	if (!unreadable && !rounds)
		ok(result.items[1].reason &&
			   strstr(result.items[1].reason, faults[fault].reason),
		   "%s: the reason: %s", name, result.items[1].reason);
	is_int(last_state(arena), unreadable || rounds ? ENTRY_STUCK : ENTRY_RESTORED,
	       "%s: the journal says so", name);
}

static void test_half_a_vector(struct arena *arena)
{
	struct plan_item items[] = { change(arena, RATIO, "256\t32\t0\t0",
					    "128 12 0 0") };
	const struct plan plan = plan_of(arena, items, 1);
	struct result result;

	/* It stores the first field of whatever it is given: putting back fails as well. */
	fake_add(RATIO, "256\t32\t0\t0", FAKE_HALF, 0);
	result = carry_out(arena, &plan);
	is_int((long long)fake.logged, 2, "half a vector: the failed write is put back");
	is_int(result.status, STATUS_STUCK,
	       "half a vector: and that it did not take is told");
	is_int((long long)result.stuck, 1, "half a vector: as stuck");
}

static void test_rounding(struct arena *arena)
{
	struct plan_item items[] = { change(arena, PIPE_SIZE, "1048576", "3000000") };
	const struct plan plan = plan_of(arena, items, 1);
	struct result result;

	fake_add(PIPE_SIZE, "1048576", FAKE_ROUNDS, 0);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_OK, "rounding: fine where the knob rounds");
	is_str(result.items[0].live, "4194304", "rounding: with what it became");
	ok(result.items[0].reason && strstr(result.items[0].reason, "4194304"),
	   "rounding: and is told: %s", result.items[0].reason);
}

static void test_bystander(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "madvise", "never"),
				     change(arena, MIN_FREE, "20000", "20000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct fake_file *thp = fake_add(THP, "madvise", FAKE_OBEYS, 0);
	struct result result;

	thp->other = MIN_FREE;
	thp->other_value = "67584";
	fake_add(MIN_FREE, "20000", FAKE_OBEYS, 0);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_OK, "bystander: status");
	is_str(fake_at(MIN_FREE)->value, "20000",
	       "bystander: min_free_kbytes is set again");
	is_int(result.items[1].result, RESULT_DONE, "bystander: and told");
}

/* It cannot be set again: that is no success, whatever was asked for. */
static void test_stubborn_bystander(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "madvise", "never"),
				     change(arena, MIN_FREE, "20000", "20000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct fake_file *thp = fake_add(THP, "madvise", FAKE_OBEYS, 0);
	struct result result;

	thp->other = MIN_FREE;
	thp->other_value = "67584";
	fake_add(MIN_FREE, "20000", FAKE_FAILS, EBUSY);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_STUCK, "stubborn bystander: status");
	is_str(fake_at(THP)->value, "madvise",
	       "stubborn bystander: the word is put back");
	is_int(result.items[1].result, RESULT_STUCK, "stubborn bystander: and told");
}

static void test_bystander_when_undoing(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "madvise", "never"),
				     change(arena, "proc/sys/vm/overcommit_memory", "0",
					    "2"),
				     change(arena, MIN_FREE, "20000", "20000") };
	const struct plan plan = plan_of(arena, items, 3);
	struct fake_file *thp = fake_add(THP, "madvise", FAKE_OBEYS, 0);
	struct result result;

	thp->other = MIN_FREE;
	thp->other_value = "67584";
	fake_add("proc/sys/vm/overcommit_memory", "0", FAKE_FAILS, EINVAL);
	fake_add(MIN_FREE, "20000", FAKE_OBEYS, 0);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_RESTORED, "undoing a bystander: status");
	is_str(fake_at(THP)->value, "madvise", "undoing: the word is put back");
	is_str(fake_at(MIN_FREE)->value, "20000", "undoing: and what that disturbed");
}

/* Putting the word back disturbs what was put back before it: the knob is written first of all. */
static void test_order_when_undoing(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "madvise", "never"),
				     change(arena, MIN_FREE, "20000", "30000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct fake_file *thp = fake_add(THP, "madvise", FAKE_OBEYS, 0);
	struct result result;

	thp->other = MIN_FREE;
	thp->other_value = "67584";
	fake_add(MIN_FREE, "20000", FAKE_OBEYS, 0);
	fake.at_write = interrupt_second_write;
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_RESTORED, "undoing in order: status");
	is_str(fake_at(THP)->value, "madvise", "undoing in order: the word");
	is_str(fake_at(MIN_FREE)->value, "20000",
	       "undoing in order: what that disturbed is right in the end");
	is_int((long long)result.restored, 2,
	       "undoing in order: both are told as restored");
}

static void test_repaired_and_undone(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "madvise", "never"),
				     change(arena, MAP_COUNT, "65530", "65530"),
				     change(arena, MIN_FREE, "20000", "20000") };
	const struct plan plan = plan_of(arena, items, 3);
	struct fake_file *thp = fake_add(THP, "madvise", FAKE_OBEYS, 0);
	struct result result;

	thp->other = MIN_FREE;
	thp->other_value = "67584";
	fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	fake_add(MIN_FREE, "20000", FAKE_OBEYS, 0);
	fake.at_write = interrupt_second_write;
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_RESTORED, "repaired, then undone: status");
	is_str(fake_at(MIN_FREE)->value, "20000", "repaired, then undone: as it was");
	is_int((long long)result.done, 0, "repaired, then undone: none is told as done");
}

/* A knob that the catalogue does not know fails like any other. */
static void test_stranger(struct arena *arena)
{
	static const enum fake_how hows[] = { FAKE_FAILS, FAKE_KEEPS };
	const char *path = "proc/sys/net/ipv4/stranger";

	for (size_t i = 0; i < 2; i++) {
		struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
					     change(arena, path, "64", "300") };
		const struct plan plan = plan_of(arena, items, 2);
		struct result result;

		fake.len = 0;
		fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
		fake_add(path, "64", hows[i], EINVAL);
		result = carry_out(arena, &plan);
		is_int(result.status, STATUS_RESTORED, "a stranger fails: status");
		is_str(fake_at(SWAPPINESS)->value, "60",
		       "a stranger fails: the other is put back");
		ok(result.items[1].reason && strstr(result.items[1].reason, "300"),
		   "a stranger fails: told: %s", result.items[1].reason);
	}
}

static void test_stuck(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "70000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct result result;

	fake_add(SWAPPINESS, "60", FAKE_FAILS_ONCE_WRITTEN, EIO);
	fake_add(MAP_COUNT, "65530", FAKE_FAILS, EINVAL);
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_STUCK, "stuck: status");
	is_int(result.items[0].result, RESULT_STUCK,
	       "stuck: the first cannot be put back");
	is_int(result.items[1].result, RESULT_FAILED, "stuck: the second never took");
	is_int(last_state(arena), ENTRY_STUCK, "stuck: the journal says so");
}

static void test_changed_by_another(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "70000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct fake_file *count;
	struct result result;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	count = fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	count->other = SWAPPINESS;
	count->other_value = "33";
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_RESTORED, "changed meanwhile: seen at the end");
	ok(result.items[0].reason && strstr(result.items[0].reason, "33"),
	   "changed meanwhile: and told: %s", result.items[0].reason);
	is_str(fake_at(MAP_COUNT)->value, "65530",
	       "changed meanwhile: the other is put back");
}

static void test_signal(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "70000"),
				     change(arena, "proc/sys/vm/stat_interval", "1",
					    "10") };
	const struct plan plan = plan_of(arena, items, 3);
	struct result result;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	fake_add("proc/sys/vm/stat_interval", "1", FAKE_OBEYS, 0);
	fake.at_write = interrupt_second_write;
	result = carry_out(arena, &plan);
	is_int(result.status, STATUS_RESTORED, "SIGTERM: put back");
	ok(result.interrupted, "SIGTERM: and told as interrupted");
	is_str(fake_at(SWAPPINESS)->value, "60", "SIGTERM: the first is as it was");
	is_str(fake_at(MAP_COUNT)->value, "65530", "SIGTERM: the second, too");
	is_int(fake_at("proc/sys/vm/stat_interval")->writes, 0,
	       "SIGTERM: the third was not begun");
}

static void test_no_journal_no_write(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10") };
	const struct plan plan = plan_of(arena, items, 1);
	struct diags diags = diags_in(arena);
	struct result result;
	char path[128];
	int fd;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	/* A file stands where the folder should be. */
	(void)snprintf(path, sizeof(path), "%s/var", fake.folder);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ok(fd >= 0, "no journal: prepared");
	(void)close(fd);
	ok(apply_run(arena, &fake.root, &plan, &run, &diags, &result) < 0,
	   "no journal: refused");
	is_int((long long)fake.logged, 0, "no journal: nothing is written");
	ok(diags.first && strstr(diags.first->message, "nothing was changed"),
	   "no journal: told");
}

static void test_revert(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, PIPE_SIZE, "1048576", "3000000") };
	const struct plan plan = plan_of(arena, items, 2);
	struct diags diags = diags_in(arena);
	struct entries entries;
	struct plan back;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(PIPE_SIZE, "1048576", FAKE_ROUNDS, 0);
	is_int(carry_out(arena, &plan).status, STATUS_OK, "revert: applied");
	is_int(journal_read(arena, &fake.root, JOURNAL_ALL, &diags, &entries), 0,
	       "revert: journal read");
	is_int((long long)entries.len, 1, "revert: one entry");
	is_int(revert_plan(arena, &fake.root, &entries.items[0], false, &back), 0,
	       "revert: planned");
	is_int(back.refusal, STATUS_OK, "revert: a rounded value is still ours");
	is_int((long long)back.counts.differs, 2, "revert: both go back");
	is_str(back.items[0].key, "fs.pipe-max-size", "revert: in reverse order");
	(void)snprintf(fake_at(SWAPPINESS)->value, 8, "33");
	is_int(revert_plan(arena, &fake.root, &entries.items[0], false, &back), 0,
	       "revert: again");
	is_int(back.refusal, STATUS_ERROR,
	       "revert: what somebody changed since is refused");
	is_int(revert_plan(arena, &fake.root, &entries.items[0], true, &back), 0,
	       "revert: forced");
	is_int(back.refusal, STATUS_OK, "revert: unless forced");
}

static void test_out_of_memory(void)
{
	struct arena *arena = arena_new(256 << 20);
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "70000") };
	const struct plan plan = plan_of(arena, items, 2);
	int failures = 0;

	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	for (size_t limit = 0; limit < 1 << 17; limit += limit < 8192 ? 16 : 1024) {
		struct arena *small = arena_new(limit);
		struct diags diags = diags_in(arena);
		struct result result = { 0 };
		int r;

		(void)snprintf(fake_at(SWAPPINESS)->value, 8, "60");
		(void)snprintf(fake_at(MAP_COUNT)->value, 8, "65530");
		r = apply_run(small, &fake.root, &plan, &run, &diags, &result);
		arena_free(small);
		if (r == 0 && result.status == STATUS_OK)
			break;
		failures++;
		/* Refused or put back, and never half: putting back needs no memory. */
		if ((r == 0 && result.status != STATUS_RESTORED) ||
		    (r < 0 && !diags.first) || last_state(arena) == ENTRY_OPEN ||
		    strcmp(fake_at(SWAPPINESS)->value, "60") != 0 ||
		    strcmp(fake_at(MAP_COUNT)->value, "65530") != 0) {
			ok(false,
			   "out of memory at %zu: something stays changed, or untold",
			   limit);
			break;
		}
	}
	ok(failures > 10, "out of memory: %d clean failures, then success", failures);
	is_str(fake_at(MAP_COUNT)->value, "70000", "out of memory: it takes in the end");
	arena_free(arena);
}

static void test_out_of_memory_in_child(struct arena *arena)
{
	(void)arena;
	test_out_of_memory();
}

/* Persisting alone is no reason to look at what is live. */
static void test_boot_only(struct arena *arena)
{
	struct plan_item items[] = { change(arena, SWAPPINESS, "60", "10"),
				     change(arena, MAP_COUNT, "65530", "262144"),
				     change(arena, MIN_FREE, "67584", "67584") };
	struct file_change file = { .path = "etc/sysctl.d/90-lowmemctl.conf",
				    .new = "x\n" };
	struct plan plan;
	struct result result;

	items[0].action = ACTION_NONE;
	items[1].action = ACTION_PERSIST;
	plan = plan_of(arena, items, 3);
	plan.files.items = &file;
	plan.files.len = 1;
	fake_add(SWAPPINESS, "60", FAKE_OBEYS, 0);
	fake_add(MAP_COUNT, "65530", FAKE_OBEYS, 0);
	fake_add(MIN_FREE, "100", FAKE_OBEYS, 0);
	result = carry_out(arena, &plan);
	is_str(fake_at(SWAPPINESS)->value, "60", "persist: live stays");
	is_str(fake_at(MIN_FREE)->value, "100", "persist: whoever changes it meanwhile");
	is_int(result.items[0].result, RESULT_NULL, "persist: nothing is done about it");
	is_int(result.status, STATUS_OK, "persist: status");
	is_int((long long)result.done, 1, "persist: what it is about is done");
}

/* Of what is only persisted the live value must hold, too. */
static void test_held(struct arena *arena)
{
	struct plan_item items[] = { change(arena, THP, "always", "never"),
				     change(arena, MIN_FREE, "67584", "67584") };
	struct plan plan;

	items[1].action = ACTION_PERSIST;
	plan = plan_of(arena, items, 2);
	ok(plan_item_holds(&plan.items[0]) || plan_item_holds(&plan.items[1]),
	   "held: one does");
	fake_add(THP, "always", FAKE_OBEYS, 0);
	fake_add(MIN_FREE, "11285", FAKE_OBEYS, 0);
	(void)carry_out(arena, &plan);
	is_str(fake_at(MIN_FREE)->value, "67584", "held: it is set again");
}

int main(void)
{
	in_child("success", test_success);
	for (fault = 0; fault < sizeof(faults) / sizeof(*faults); fault++)
		in_child(faults[fault].name, test_fault);
	in_child("half a vector", test_half_a_vector);
	in_child("rounding", test_rounding);
	in_child("bystander", test_bystander);
	in_child("stubborn bystander", test_stubborn_bystander);
	in_child("undoing a bystander", test_bystander_when_undoing);
	in_child("undoing in order", test_order_when_undoing);
	in_child("repaired and undone", test_repaired_and_undone);
	in_child("persist", test_boot_only);
	in_child("held", test_held);
	in_child("stranger", test_stranger);
	in_child("stuck", test_stuck);
	in_child("changed by another", test_changed_by_another);
	in_child("signal", test_signal);
	in_child("no journal", test_no_journal_no_write);
	in_child("revert", test_revert);
	in_child("out of memory", test_out_of_memory_in_child);
	return done();
}
