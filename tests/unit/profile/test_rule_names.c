/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/rule_names.h"

#include "profile/rule.h"
#include "tap.h"

static const struct {
	struct rule rule;
	const char *starter;
} starters[] = {
	{ { .comm = "sshd" }, "sshd" },
	{ { .comm = "sshd", .user = "root" }, "sshd" },
	{ { .comm = "ssh*" }, "sshd" },
	{ { .comm = "gdm-session-wor" }, "gdm*" },
	{ { .comm = "gdm*" }, "gdm*" },
	{ { .comm = "[g]dm" }, "gdm*" },
	{ { .comm = "tmux: server" }, "tmux*" },
	{ { .exe = "/usr/sbin/sshd" }, "sshd" },
	{ { .exe = "*/sshd" }, "sshd" },
	{ { .exe = "dockerd" }, "dockerd" },
	{ { .comm = "*", .exe = "/usr/sbin/crond" }, "crond" },
	{ { .unit = "ssh.service" }, "ssh.service" },
	{ { .unit = "user@1000.service" }, "user@*" },
	{ { .unit = "display-manager*" }, "display-manager.service" },
	{ { .unit = "docker.service", .comm = "*" }, "docker.service" },
	{ { .comm = "sshd", .unit = "sshd@*.service" }, "sshd" },

	{ { .comm = "ssh" }, NULL },
	{ { .comm = "sshd2" }, NULL },
	{ { .comm = "ssh-agent*" }, NULL },
	{ { .comm = "*" }, NULL },
	{ { .comm = "s*" }, NULL },
	{ { .comm = "postgres", .unit = "ssh.service" }, NULL },
	{ { .comm = "sshd", .exe = "/usr/bin/other" }, NULL },
	{ { .exe = "/usr/sbin/sshd/x" }, NULL },
	{ { .exe = "/usr/sbin/*" }, NULL },
	{ { .unit = "sshguard.service" }, NULL },
	{ { .unit = "docker" }, NULL },
	{ { .cmdline = "sshd" }, NULL },
	{ { .parent = "sshd" }, NULL },
	{ { .comm = "kworker/0:1" }, NULL },
};

static const struct {
	struct rule rule;
	bool first, kernel;
} others[] = {
	{ { .comm = "init" }, true, false },
	{ { .comm = "systemd", .user = "root" }, true, false },
	{ { .comm = "systemd", .user = "0" }, true, false },
	{ { .exe = "/sbin/init" }, true, false },
	{ { .comm = "systemd", .exe = "/lib/systemd/systemd" }, true, false },
	{ { .unit = "init.scope" }, true, false },
	{ { .unit = "init.scope", .comm = "x" }, true, false },
	{ { .comm = "systemd", .user = "1000" }, false, false },
	{ { .comm = "systemd", .cmdline = "*--user*" }, false, false },
	{ { .comm = "systemd", .unit = "user@*" }, false, false },
	{ { .comm = "init", .exe = "/opt/x" }, false, false },
	{ { .comm = "systemd*" }, false, false },
	{ { .user = "root" }, false, false },
	{ { .comm = "sshd" }, false, false },

	{ { .comm = "kworker/0:1" }, false, true },
	{ { .comm = "kworker*", .user = "root" }, false, true },
	{ { .comm = "kswapd0" }, false, true },
	{ { .comm = "kthreadd" }, false, true },
	{ { .comm = "migration*" }, false, true },
	{ { .comm = "rcu_*" }, false, true },
	{ { .comm = "rcu*" }, false, true },
	{ { .comm = "migration-tool" }, false, false },
	{ { .comm = "k*" }, false, false },
	{ { .comm = "kthreadd2" }, false, false },
	{ { .exe = "/usr/bin/kworker" }, false, false },
	{ { .parent = "kthreadd" }, false, false },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(starters) / sizeof(starters[0]); i++)
		is_str(rule_starter(&starters[i].rule), starters[i].starter,
		       "starter %zu", i);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct rule *rule = &others[i].rule;

		is_int(rule_is_for_first(rule), others[i].first, "PID 1: %zu", i);
		is_int(rule_is_for_kernel(rule), others[i].kernel, "kernel: %zu", i);
	}
	return done();
}
