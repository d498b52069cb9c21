/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a daemon goes on doing after its start has to work when it is confined. */

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/confine.h"
#include "tap.h"

/* @run in a child that confines itself first; it answers 0 or the number of what fails. */
__attribute__((unused)) static void works_confined(int (*run)(void *), void *argument)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(confine_syscalls() < 0 ? 255 : run(argument));
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 255)
		skip("no system call filters here");
	else
		is_int(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0,
		       "it works in a confined process");
}
