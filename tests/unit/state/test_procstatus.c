/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/procstatus.h"

#include <stdlib.h>

#include "base/span.h"
#include "tap.h"

/* RHEL 4: no swap, no PID namespaces, capabilities of 32 bits. */
static const char rhel4[] =
	"Name:\tcrond\nState:\tS (sleeping)\nSleepAVG:\t78%\nTgid:\t2210\n"
	"Pid:\t2210\nPPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\n"
	"Gid:\t0\t0\t0\t0\nFDSize:\t32\nGroups:\t0 \n"
	"VmSize:\t    5512 kB\nVmLck:\t       0 kB\nVmRSS:\t    1080 kB\n"
	"VmData:\t     544 kB\nVmStk:\t      32 kB\nVmExe:\t      28 kB\n"
	"VmLib:\t    1912 kB\nStaBrk:\t08e10000 kB\nThreads:\t1\n"
	"SigPnd:\t0000000000000000\nCapInh:\t0000000000000000\n"
	"CapPrm:\t00000000fffffeff\nCapEff:\tfffffeff\n";

/* 4.4, in a container: page tables are in two lines. */
static const char linux4[] =
	"Name:\tmy prog\nState:\tR (running)\nTgid:\t900\nNgid:\t0\n"
	"Pid:\t900\nPPid:\t890\nUid:\t1000\t0\t0\t0\n"
	"NStgid:\t900\t12\nNSpid:\t900\t12\nVmPeak:\t  300000 kB\n"
	"VmSize:\t  200000 kB\nVmRSS:\t   80000 kB\nVmPTE:\t     312 kB\n"
	"VmPMD:\t      12 kB\nVmSwap:\t    4096 kB\nThreads:\t17\n"
	"CapEff:\t0000003fffffffff\nSeccomp:\t0\n";

static const char thread[] =
	"Name:\tkswapd0\nUmask:\t0000\nState:\tS (sleeping)\nTgid:\t71\n"
	"PPid:\t2\nUid:\t0\t0\t0\t0\nNSpid:\t71\nKthread:\t1\n"
	"Threads:\t1\nCapEff:\t000001ffffffffff\n";

static void test_rhel4(void)
{
	const struct procstatus status = procstatus_parse(span_of(rhel4));

	ok(span_is(status.name, "crond"), "name");
	is_int(status.state, 'S', "state");
	is_int(status.tgid, 2210, "PID");
	is_int(status.ppid, 1, "parent");
	is_int(status.uid, 0, "uid");
	is_int(status.euid, 0, "euid");
	ok(status.has_memory, "it has memory");
	is_int((long long)status.vm_kib, 5512, "size");
	is_int((long long)status.rss_kib, 1080, "resident");
	is_int((long long)status.swap_kib, 0, "nothing is known of swap");
	is_int((long long)status.table_kib, 0, "nor of page tables");
	ok(status.caps == 0xfffffeff, "capabilities");
	is_int(status.threads, 1, "threads");
	is_int(status.kthread, -1, "whether it is the kernel's is not told");
	is_int(status.pids, 0, "nor are namespaces");
}

static void test_linux4(void)
{
	const struct procstatus status = procstatus_parse(span_of(linux4));

	ok(span_is(status.name, "my prog"), "a name with a blank");
	is_int(status.state, 'R', "state");
	is_int(status.uid, 1000, "uid");
	is_int(status.euid, 0, "euid");
	is_int((long long)status.vm_kib, 200000, "the size, not the peak");
	is_int((long long)status.rss_kib, 80000, "resident");
	is_int((long long)status.swap_kib, 4096, "swap");
	is_int((long long)status.table_kib, 324, "page tables, both lines");
	ok(status.caps == 0x3fffffffff, "capabilities");
	is_int(status.threads, 17, "threads");
	is_int(status.pids, 2, "it is in a namespace below");
}

static void test_thread(void)
{
	const struct procstatus status = procstatus_parse(span_of(thread));

	is_int(status.kthread, 1, "a kernel thread");
	ok(!status.has_memory && status.rss_kib == 0, "has no memory");
	is_int(status.pids, 1, "and one PID");
	is_int(procstatus_parse(span_of("Kthread:\t0\n")).kthread, 0, "none");
	is_int(procstatus_parse(span_of("Kthread:\tx\n")).kthread, -1, "not to be read");
}

static const struct {
	const char *line, *name;
} names[] = {
	{ "Name:\ta:b\n", "a:b" },
	{ "Name:\t x \n", " x " },
	{ "Name:\tVmRSS: 5 kB\n", "VmRSS: 5 kB" },
	{ "Name:\tx\\nPPid:\\t7\n", "x\\nPPid:\\t7" },
	{ "Name:\t\n", "" },
	{ "Name:", "" },
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct procstatus status = procstatus_parse(span_of(names[i].line));

		ok(span_is(status.name, names[i].name), "name %zu", i);
		ok(status.rss_kib == 0 && status.ppid == 0, "name %zu: is no other line",
		   i);
	}
}

static const char *const garbage[] = {
	"",
	"\n\n:\n:::\n",
	"VmSize\nVmSize:\nVmSize:\t\nVmSize:\tx kB\nVmRSS:\t99999999999999999999999 kB\n",
	"State:\nState:\tSS\nUid:\nUid:\tx\ty\nPPid:\t-\nTgid:\t0x7\nThreads:\n",
	"CapEff:\t00000000000000000\nCapEff:\txyz\nCapEff:\tFFFF\nNSpid:\n",
};

static void check_nothing(struct span text, const char *name)
{
	const struct procstatus status = procstatus_parse(text);

	ok(!status.has_memory && status.vm_kib == 0 && status.rss_kib == 0,
	   "%s: no memory", name);
	ok(status.state == 0 && status.uid == -1 && status.euid == -1,
	   "%s: no state, no user", name);
	ok(status.ppid == 0 && status.tgid == 0 && status.threads == 0, "%s: no number",
	   name);
	ok(status.caps == 0 && status.pids == 0 && status.kthread == -1, "%s: no more",
	   name);
}

static void test_garbage(void)
{
	static char noise[1 << 16];

	for (size_t i = 0; i < sizeof(garbage) / sizeof(*garbage); i++)
		check_nothing(span_of(garbage[i]), garbage[i][0] ? "garbage" : "nothing");
	srandom(1);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)random();
	check_nothing((struct span){ noise, sizeof(noise) }, "noise");
	for (size_t len = 0; len < sizeof(linux4); len++)
		(void)procstatus_parse((struct span){ linux4, len });
	ok(true, "one that is cut short anywhere");
}

int main(void)
{
	test_rhel4();
	test_linux4();
	test_thread();
	test_names();
	test_garbage();
	return done();
}
