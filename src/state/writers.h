/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Programs on the host that set a knob after the loader did, as far as their files tell.
 *
 * Sources: tuned's profiles (tuned-main.conf(5), tuned.conf(5)); kubelet's kernel defaults
 * (Kubernetes pkg/kubelet/cm/container_manager_linux.go); khugepaged (Linux mm/khugepaged.c,
 * set_recommended_min_free_kbytes); ksmtuned(8).
 */

#include <stddef.h>

struct arena;
struct root;

struct writer {
	const char *name; /* "tuned" */
	const char *what; /* "profile balanced sets it to 10 (/etc/tuned/...:7)" */
};

struct writers {
	struct writer *items;
	size_t len, cap;
};

/* Those that set @key (canonical, or a path in /sys). 0 or -ENOMEM. */
int writers_find(struct arena *arena, const struct root *root, const char *key,
		 struct writers *ret) __attribute__((warn_unused_result));
