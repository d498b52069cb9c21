/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A process that does nothing, and takes as little memory as one can. */

#include <unistd.h>

int main(void)
{
	for (;;)
		(void)pause();
}
