/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* How much of the free memory is too small for a request, as one cell of a heat map. */

#include "render/term.h"

/* Of thousandths: a shade, or a digit where there is ASCII only. One column. */
const char *heat_shade(const struct term *term, unsigned thousandths);
enum paint heat_paint(unsigned thousandths);
