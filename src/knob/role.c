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

bool knob_numeric(const struct knob *knob)
{
	switch (knob->type) {
	case KNOB_BOOL:
	case KNOB_INT:
	case KNOB_UINT:
	case KNOB_ULONG:
	case KNOB_VECTOR:
		return true;
	case KNOB_WORD:
	case KNOB_TRIGGER:
	case KNOB_STRING:
		break;
	}
	return false;
}
