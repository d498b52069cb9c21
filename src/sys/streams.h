/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Keeps the descriptors 0 to 2 for what they are for. Where one is closed the
 * next file that is opened would get its number, and the program's output
 * would land in a knob or in the journal.
 */

/* Fills each one that is closed with something that can neither be read nor written as it would be. */
void streams_guard(void);
