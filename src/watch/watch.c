/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/watch.h"

#include <errno.h>

#include "profile/profile.h"
#include "sys/clock.h"

/* Without events a program that is run shows in no inode: how often everything is looked at. */
#define FULL_PASS 12

/* Room for twice as many as there are now, so that an event in need finds some. */
static void make_room(struct watch *watch)
{
	members_reserve(&watch->keeper.members,
			watch->keeper.members.len * 2 + watch->seen / 4);
}

static size_t count(struct procs *procs)
{
	size_t count = 0;
	uint64_t inode;
	pid_t pid;

	while (procs_next(procs, &pid, &inode) > 0)
		count++;
	return count;
}

int watch_begin(struct watch *watch)
{
	int r = procs_open(&watch->procs, watch->keeper.root);

	watch->keeper.procs = &watch->procs;
	watch->keeper.process.dir = -1;
	if (r < 0)
		return r;
	watch->seen = count(&watch->procs);
	make_room(watch);
	return 0;
}

void watch_done(struct watch *watch)
{
	procs_done(&watch->procs);
	known_done(&watch->known);
	members_done(&watch->keeper.members);
}

unsigned watch_kinds(const struct rules *rules)
{
	unsigned kinds = PROCEVENT_EXEC;

	for (size_t i = 0; i < rules->len; i++) {
		const struct rule *rule = rules->items[i].rule;

		if (rule->comm || rule->parent)
			kinds |= PROCEVENT_COMM;
		if (rule->user)
			kinds |= PROCEVENT_UID;
		if (rule->group)
			kinds |= PROCEVENT_GID;
	}
	return kinds;
}

/* Whose forks are told is up to the kernel's filter: they are few, and forks many. */
static void follow(struct watch *watch)
{
	pid_t parents[PROCFILTER_PARENTS];
	size_t count;

	if (!watch->keeper.family)
		return;
	watch->keeper.family = false;
	if (!watch->events)
		return;
	count = keeper_parents(&watch->keeper, parents, PROCFILTER_PARENTS);
	watch->unfollowed = count > PROCFILTER_PARENTS;
	if (watch->unfollowed)
		count = PROCFILTER_PARENTS;
	/* Where it fails the last filter stays: passes find what that does not tell. */
	watch->unfollowed |= procevents_follow(watch->events, parents, count) < 0;
}

/* Its children are looked at now, and once more when those show that were being forked. */
static void look_at_family(struct watch *watch, pid_t pid)
{
	if (!keeper_look_below(&watch->keeper, pid))
		watch->keeper.again = true;
	if (watch->families_len < WATCH_FAMILIES) {
		watch->families[watch->families_len++] = (struct watch_family){
			.pid = pid,
			.due_ms =
				(uint64_t)clock_monotonic_ns() / 1000000 + WATCH_AGAIN_MS,
		};
	} else {
		watch->keeper.again = true;
	}
}

void watch_adopt(struct watch *watch, const struct rules *rules)
{
	keeper_adopt(&watch->keeper, rules);
	/* The next filter that follow() makes lets these through. */
	if (watch->events)
		watch->events->kinds = watch_kinds(rules);
	watch->families_len = 0;
}

/* One that may run another program before long is known only after it was seen twice. */
static unsigned passes_to_know(const struct watch *watch)
{
	return watch->events ? 1 : 2;
}

static void mark(struct watch *watch, pid_t pid)
{
	struct member *member = members_find(&watch->keeper.members, pid);

	if (member)
		member->seen = true;
}

static void pass_by(struct watch *watch, struct known *next, pid_t pid, uint64_t inode,
		    bool all)
{
	unsigned passes = known_passes(&watch->known, inode);

	known_add(next, inode, passes + 1);
	if (all || passes < passes_to_know(watch)) {
		bool changed =
			keeper_look(&watch->keeper, pid, inode, false) == KEPT_CHANGED;

		if (changed && keeper_has_family(&watch->keeper, pid))
			look_at_family(watch, pid);
	}
	mark(watch, pid);
}

static int pass_over(struct watch *watch, bool all)
{
	struct known next;
	size_t seen = 0;
	uint64_t inode;
	pid_t pid;
	int r;

	if (known_begin(&next, watch->seen + watch->seen / 4) < 0)
		all = true;
	r = procs_rewind(&watch->procs);
	while (r == 0 && (r = procs_next(&watch->procs, &pid, &inode)) > 0) {
		pass_by(watch, &next, pid, inode, all);
		seen++;
		r = 0;
	}
	known_done(&watch->known);
	watch->known = next;
	if (r == 0)
		members_sweep(&watch->keeper.members);
	watch->seen = seen;
	make_room(watch);
	return r;
}

int watch_pass(struct watch *watch, enum watch_pass pass, uint64_t now_ms)
{
	bool all = pass == WATCH_ALL || (!watch->events && ++watch->passes >= FULL_PASS);
	int r;

	if (all)
		watch->keeper.again = false;
	r = pass_over(watch, all);
	if (!all)
		keeper_check(&watch->keeper, WATCH_CHECKS);
	if (all)
		watch->passes = 0;
	watch->keeper.tally.scans++;
	watch->lost = false;
	watch->passed_ms = now_ms;
	follow(watch);
	return r;
}

static void look_at(struct watch *watch, const struct procevent *event)
{
	struct keeper *keeper = &watch->keeper;
	enum kept kept;

	/* A fork's child has what its parent had, and is no kernel thread either. */
	keeper->event_ns = event->at_ns;
	kept = keeper_look(keeper, event->tgid, 0, true);
	keeper->event_ns = 0;
	if (kept == KEPT_CHANGED && keeper_has_family(keeper, event->tgid))
		look_at_family(watch, event->tgid);
}

/*
 * After a loss the kernel drops all that comes until the last event was taken (Linux
 * net/netlink/af_netlink.c, NETLINK_S_CONGESTED): the pass that makes up for it is made then, and
 * looks at what the others are about, too.
 */
int watch_events(struct watch *watch)
{
	struct procevent event;

	/* More wait until the caller has seen to signals, and to what is due. */
	for (int i = 0; watch->lost || i < WATCH_EVENTS; i++) {
		int r = procevents_next(watch->events, &event);

		if (r == 0)
			break;
		if (r < 0 && r != -ENOBUFS)
			return r;
		watch->keeper.tally.events += r > 0;
		watch->keeper.tally.lost += r < 0;
		watch->lost |= r < 0;
		if (watch->lost)
			continue;
		look_at(watch, &event);
		follow(watch);
	}
	return 0;
}

static void look_again(struct watch *watch, uint64_t now_ms)
{
	bool looked = false;

	for (size_t i = watch->families_len; i-- > 0;) {
		struct watch_family *family = &watch->families[i];

		if (family->due_ms > now_ms)
			continue;
		looked = true;
		if (!keeper_look_below(&watch->keeper, family->pid))
			watch->keeper.again = true;
		if (family->last)
			*family = watch->families[--watch->families_len];
		else
			*family = (struct watch_family){ .pid = family->pid,
							 .last = true,
							 .due_ms = now_ms +
								   WATCH_LATER_MS };
	}
	if (looked)
		follow(watch);
}

int watch_due(struct watch *watch, uint64_t now_ms)
{
	look_again(watch, now_ms);
	if (watch->lost || watch->keeper.again) {
		watch->keeper.tally.rescans += watch->lost;
		return watch_pass(watch, WATCH_ALL, now_ms);
	}
	if (watch->events && now_ms - watch->passed_ms >= WATCH_SAFETY_MS)
		return watch_pass(watch, WATCH_NEW, now_ms);
	return 0;
}

uint64_t watch_next_ms(const struct watch *watch)
{
	uint64_t next = 0;

	if (watch->lost || watch->keeper.again)
		return 1;
	for (size_t i = 0; i < watch->families_len; i++) {
		if (next == 0 || watch->families[i].due_ms < next)
			next = watch->families[i].due_ms;
	}
	return next;
}
