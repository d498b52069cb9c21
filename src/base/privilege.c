/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/privilege.h"

const char *privilege_name(unsigned index)
{
	static const char *const names[PRIVILEGE_COUNT] = {
		"root",		 "writable",	  "cap_sys_resource", "cap_dac_override",
		"cap_sys_rawio", "cap_sys_admin", "cap_net_admin",    "cap_sys_ptrace",
		"cap_chown",	 "cap_fowner",
	};

	return index < PRIVILEGE_COUNT ? names[index] : "?";
}
