/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What a view writes, kept as a string. */

#include <stdio.h>

#include "render/term.h"

struct capture {
	char text[16384];
	struct term term;
};

/* A stream of @width columns into @capture. */
__attribute__((unused)) static struct term *capture(struct capture *capture,
						    unsigned width, bool color)
{
	capture->text[0] = '\0';
	capture->term = (struct term){
		.file = fmemopen(capture->text, sizeof(capture->text), "w"),
		.color = color,
		.tty = width > 0,
		.width = width,
	};
	if (!capture->term.file)
		perror("fmemopen");
	return &capture->term;
}

/* Ends it. */
__attribute__((unused)) static const char *captured(struct capture *capture)
{
	if (capture->term.file && fclose(capture->term.file) != 0)
		perror("fclose");
	capture->term.file = NULL;
	return capture->text;
}
