/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/role.h"

#include "knob/knob.h"

bool knob_settable(const struct knob *knob)
{
	if (!knob)
		return true;
	return (knob->class == KNOB_SYSCTL || knob->class == KNOB_SYSFS) &&
	       knob->type != KNOB_TRIGGER && !knob->read_only && knob_may_be_read(knob);
}
