/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>
#include <sys/syscall.h>

/*
 * System calls that are younger than the oldest headers this is built with (RHEL 7: Linux
 * 3.10, glibc 2.17). From Linux 5.1 on a call has the same number everywhere, but on alpha
 * and mips: where these have old headers, a call that is not there fails with ENOSYS.
 */
#if defined(__alpha__) || defined(__mips__)
#define NEWCALL(number) (-1)
#else
#define NEWCALL(number) (number)
#endif

#ifndef SYS_close_range
#define SYS_close_range NEWCALL(436) /* Linux 5.9 */
#endif

#ifndef SYS_openat2
#define SYS_openat2 NEWCALL(437) /* Linux 5.6 */
#endif

/* What openat2(2) takes: struct open_how. */
struct newcall_how {
	uint64_t flags, mode, resolve;
};

#ifndef RESOLVE_IN_ROOT
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_IN_ROOT	      0x10
#endif
