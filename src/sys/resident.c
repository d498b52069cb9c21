/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/resident.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24 /* Linux 5.18 */
#endif

/* Segments that cannot be written hold nothing of this process's own: no relocations, no data. */
static int let_go(struct dl_phdr_info *info, size_t size, void *data)
{
	uintptr_t mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;

	(void)size;
	(void)data;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + segment->p_vaddr;
		void *start = (void *)(from & ~mask);
		size_t len = segment->p_memsz + (from & mask);

		if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W))
			continue;
		/* What fails stays where it is. */
		if (madvise(start, len, MADV_DONTNEED) < 0)
			(void)madvise(start, len, MADV_DONTNEED_LOCKED);
	}
	return 0;
}

void resident_shrink(void)
{
	(void)malloc_trim(0);
	(void)dl_iterate_phdr(let_go, NULL);
}
