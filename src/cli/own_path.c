/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/own_path.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/command.h"

int own_path(struct context *context, const char *path, const char **ret)
{
	char folder[PATH_MAX] = "";

	if (*path == '\0')
		return -ENOENT;
	if (*path != '/' && !getcwd(folder, sizeof(folder)))
		return -errno;
	path = arena_printf(context->arena, "%s/%s", folder, path);
	if (!path)
		return -ENOMEM;
	*ret = path + strspn(path, "/");
	return 0;
}
