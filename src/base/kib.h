/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Amounts of memory, for people: rounded, and with a digit behind the point below ten. */

#include <stdint.h>

#define KIB_TEXT 16

/* "512 KiB", "9.4 MiB", "117 GiB". Both return @ret. */
const char *kib_text(uint64_t kib, char ret[KIB_TEXT]);
/* "0", "512K", "9.4M", "117G". */
const char *kib_short(uint64_t kib, char ret[KIB_TEXT]);
/* The same of what may not be told: below 0 it is "-". */
const char *kib_told(int64_t kib, char ret[KIB_TEXT]);
