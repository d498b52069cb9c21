/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/rule_names.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "profile/glob.h"
#include "profile/rule.h"

/* A glob with a shorter shortest match tells nothing of whom it is for. */
#define LEAST_TOLD 3

enum name_kind {
	NAME_STARTER, /* starts sessions or jobs */
	NAME_FIRST,   /* PID 1 */
	NAME_KERNEL,  /* a thread of the kernel */
};

/* A mark is at the end of a name or nowhere. */
static const struct name {
	enum name_kind kind;
	const char *program, *unit;
} names[] = {
	{ NAME_STARTER, "sshd", "sshd.service" },
	{ NAME_STARTER, "sshd-session", "ssh.service" },
	{ NAME_STARTER, "dropbear", "dropbear.service" },
	{ NAME_STARTER, "login", NULL },
	{ NAME_STARTER, "init", NULL },
	{ NAME_STARTER, "systemd", "user@*" },
	{ NAME_STARTER, "gdm*", "gdm*" },
	{ NAME_STARTER, "lightdm", "lightdm.service" },
	{ NAME_STARTER, "sddm*", "sddm.service" },
	{ NAME_STARTER, "xdm", "display-manager.service" },
	{ NAME_STARTER, "Xorg", NULL },
	{ NAME_STARTER, "Xwayland", NULL },
	{ NAME_STARTER, "cron", "cron.service" },
	{ NAME_STARTER, "crond", "crond.service" },
	{ NAME_STARTER, "anacron", "anacron.service" },
	{ NAME_STARTER, "atd", "atd.service" },
	{ NAME_STARTER, "agetty", "getty@*" },
	{ NAME_STARTER, "getty", "serial-getty@*" },
	{ NAME_STARTER, "mingetty", NULL },
	{ NAME_STARTER, "dbus-daemon", "dbus.service" },
	{ NAME_STARTER, "dockerd", "docker.service" },
	{ NAME_STARTER, "containerd", "containerd.service" },
	{ NAME_STARTER, "containerd-shim*", NULL },
	{ NAME_STARTER, "podman", "podman.service" },
	{ NAME_STARTER, "conmon", NULL },
	{ NAME_STARTER, "crio", "crio.service" },
	{ NAME_STARTER, "kubelet", "kubelet.service" },
	{ NAME_STARTER, "slurmd", "slurmd.service" },
	{ NAME_STARTER, "slurmstepd", NULL },
	{ NAME_STARTER, "xinetd", "xinetd.service" },
	{ NAME_STARTER, "inetd", "inetd.service" },
	{ NAME_STARTER, "supervisord", "supervisor*" },
	{ NAME_STARTER, "screen", NULL },
	{ NAME_STARTER, "tmux*", NULL },
	{ NAME_STARTER, "runsv*", NULL },
	{ NAME_STARTER, "jenkins*", "jenkins.service" },
	{ NAME_FIRST, "init", NULL },
	{ NAME_FIRST, "systemd", "init.scope" },
	{ NAME_KERNEL, "kworker*", NULL },
	{ NAME_KERNEL, "kswapd*", NULL },
	{ NAME_KERNEL, "ksoftirqd*", NULL },
	{ NAME_KERNEL, "kthreadd", NULL },
	{ NAME_KERNEL, "kcompactd*", NULL },
	{ NAME_KERNEL, "khugepaged", NULL },
	{ NAME_KERNEL, "migration/*", NULL },
	{ NAME_KERNEL, "rcu_*", NULL },
};

#define NAMES (sizeof(names) / sizeof(names[0]))

/* What a criterion tells of whether the rule is for a name. */
enum answer {
	ANSWER_NONE,
	ANSWER_NO,
	ANSWER_YES,
};

/* A glob whose beginning is the name's own is for that name as well. */
static bool is_called(const char *name, const char *criterion)
{
	return name && criterion && fnmatch(name, criterion, 0) == 0;
}

static enum answer ask(const char *name, const char *criterion)
{
	char stem[32] = "";

	if (!criterion ||
	    (!glob_is_literal(criterion) && glob_shortest(criterion) < LEAST_TOLD))
		return ANSWER_NONE;
	if (!name)
		return ANSWER_NO;
	memcpy(stem, name, glob_prefix(name));
	return is_called(name, criterion) || fnmatch(criterion, stem, 0) == 0 ? ANSWER_YES
									      : ANSWER_NO;
}

static const char *last_part(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

const char *rule_starter(const struct rule *rule)
{
	for (size_t i = 0; i < NAMES; i++) {
		enum answer comm = ask(names[i].program, rule->comm);
		enum answer exe = ask(names[i].program, last_part(rule->exe));

		if (names[i].kind != NAME_STARTER || comm == ANSWER_NO ||
		    exe == ANSWER_NO)
			continue;
		if (comm == ANSWER_YES || exe == ANSWER_YES)
			return names[i].program;
		if (ask(names[i].unit, rule->unit) == ANSWER_YES)
			return names[i].unit;
	}
	return NULL;
}

/* Does it go by the program alone, whoever else could be called so? */
static bool is_bare(const struct rule *rule)
{
	bool root = !rule->user || strcmp(rule->user, "root") == 0 ||
		    strcmp(rule->user, "0") == 0;

	return root && !rule->cmdline && !rule->cmdline_regex && !rule->group &&
	       !rule->cgroup && !rule->unit && !rule->parent;
}

bool rule_is_for_first(const struct rule *rule)
{
	const char *exe = last_part(rule->exe);

	for (size_t i = 0; i < NAMES; i++) {
		const char *program = names[i].program;

		if (names[i].kind != NAME_FIRST)
			continue;
		if (is_called(names[i].unit, rule->unit))
			return true;
		if (is_bare(rule) && (rule->comm || exe) &&
		    (!rule->comm || is_called(program, rule->comm)) &&
		    (!exe || is_called(program, exe)))
			return true;
	}
	return false;
}

bool rule_is_for_kernel(const struct rule *rule)
{
	for (size_t i = 0; i < NAMES; i++) {
		if (names[i].kind == NAME_KERNEL &&
		    ask(names[i].program, rule->comm) == ANSWER_YES)
			return true;
	}
	return false;
}
