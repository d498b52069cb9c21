/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/members.h"

#include "tap.h"

#define MANY 3000

static void test_room(void)
{
	struct members members = { 0 };
	struct member *member;

	ok(!members_find(&members, 812), "where there is no room, nobody is found");
	ok(!members_add(&members, 812), "nor added");
	members_remove(&members, 812);
	members_reserve(&members, 1);
	member = members_add(&members, 812);
	ok(member && member->pid == 812 && !member->applied, "a new one is empty");
	member->want = -900;
	ok(members_add(&members, 812) == member && member->want == -900,
	   "one that is there stays as it is");
	is_int((long long)members.len, 1, "and is counted once");
	for (pid_t pid = 1000; members.len < members.size / 2; pid++)
		(void)members_add(&members, pid);
	ok(!members_add(&members, 999999), "half of the slots stay free");
	members_reserve(&members, members.len * 2);
	ok(members_add(&members, 999999) != NULL, "more room is made");
	member = members_find(&members, 812);
	ok(member && member->want == -900, "and all that were there came along");
	members_done(&members);
	ok(!members_find(&members, 812), "at the end nobody is there");
}

/* Pids that lie in the same run of slots, removed in all orders. */
static void test_removal(void)
{
	struct members members = { 0 };
	bool fine = true;

	members_reserve(&members, MANY);
	for (pid_t pid = 1; pid <= MANY; pid++)
		fine &= members_add(&members, pid * 7919 % 100003) != NULL;
	for (pid_t pid = 1; pid <= MANY; pid += 2)
		members_remove(&members, pid * 7919 % 100003);
	for (pid_t pid = 1; pid <= MANY; pid++) {
		bool found = members_find(&members, pid * 7919 % 100003) != NULL;

		fine &= found == (pid % 2 == 0);
	}
	ok(fine,
	   "after every second one is removed, the others are found, and only they");
	is_int((long long)members.len, MANY / 2, "and counted");
	members_done(&members);
}

static void test_sweep(void)
{
	struct members members = { 0 };
	bool fine = true;

	members_reserve(&members, MANY);
	for (pid_t pid = 1; pid <= MANY; pid++)
		members_add(&members, pid)->seen = pid % 3 == 0;
	members_sweep(&members);
	is_int((long long)members.len, MANY / 3, "those that were not seen are gone");
	for (pid_t pid = 1; pid <= MANY; pid++) {
		const struct member *member = members_find(&members, pid);

		fine &= (member != NULL) == (pid % 3 == 0) && !(member && member->seen);
	}
	ok(fine, "the others stay, and are to be seen anew");
	members_sweep(&members);
	is_int((long long)members.len, 0, "nobody was");
	members_done(&members);
}

int main(void)
{
	test_room();
	test_removal();
	test_sweep();
	return done();
}
