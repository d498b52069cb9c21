/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/privilege.h"

#include "tap.h"

/* The words that JSON's `needs` promises. */
static const struct {
	enum privilege need;
	const char *name;
} rows[] = {
	{ NEED_ROOT, "root" },
	{ NEED_WRITABLE, "writable" },
	{ NEED_SYS_RESOURCE, "cap_sys_resource" },
	{ NEED_DAC_OVERRIDE, "cap_dac_override" },
	{ NEED_SYS_RAWIO, "cap_sys_rawio" },
	{ NEED_SYS_ADMIN, "cap_sys_admin" },
	{ NEED_NET_ADMIN, "cap_net_admin" },
	{ NEED_SYS_PTRACE, "cap_sys_ptrace" },
	{ NEED_CHOWN, "cap_chown" },
	{ NEED_FOWNER, "cap_fowner" },
};

int main(void)
{
	is_int(sizeof(rows) / sizeof(*rows), PRIVILEGE_COUNT, "all are listed");
	for (unsigned i = 0; i < PRIVILEGE_COUNT; i++) {
		is_int(rows[i].need, 1 << i, "bit %u", i);
		is_str(privilege_name(i), rows[i].name, "name of bit %u", i);
	}
	is_str(privilege_name(PRIVILEGE_COUNT), "?", "beyond them");
	return done();
}
