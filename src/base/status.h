/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How a command ended. The numbers are the exit statuses that scripts rely on. */
enum status {
	STATUS_OK = 0,
	STATUS_ERROR = 1,    /* could not run */
	STATUS_DIFFERS = 2,  /* something differs, or (--detailed-exitcode) was changed */
	STATUS_RESTORED = 4, /* a change failed, and all was put back */
	STATUS_STUCK = 6,    /* a change failed, and something stays changed */
	STATUS_USAGE = 64,   /* from here on: refused, nothing was touched */
	STATUS_BAD_PROFILE = 65,
	STATUS_NO_KNOB = 69,
	STATUS_LOCKED = 75,
	STATUS_NO_PRIVILEGE = 77,
};
