/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - what a running lab is, for readers: written last, removed first. A directory without
 * it is a lab half-built or half-removed. */
#ifndef LAB_STATE_H
#define LAB_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"

struct lab_dir;

enum { STATE_BOOT_SIZE = 40 };

struct state {
	struct plan_backends backends;
	char hops[8];	 /* "all", "azure"; "": what the topology says */
	int64_t created; /* seconds since the epoch */
	pid_t relay;	 /* 0: none */
	uint64_t relay_start;
	pid_t services; /* 0: none */
	uint64_t services_start;
	size_t nodes, links;
	pid_t maker; /* the command that made it for itself; 0: it stands until `down` */
	uint64_t maker_start;
	char boot[STATE_BOOT_SIZE]; /* state_write() knows it */
};

/* The kernel's name for its run, "" if it does not tell. */
void state_read_boot(char ret[STATE_BOOT_SIZE]);

/* 0 or -errno; -ENOENT: none; -EBADMSG: not one of ours. */
int state_write(const struct lab_dir *d, const char *file, const struct state *s);
int state_read(const struct lab_dir *d, struct state *ret);
int state_parse(char *text, struct state *ret); /* cuts the text into its lines */

/* Whether it was written since the machine was booted. */
bool state_is_of_this_boot(const struct state *s);

/* Whether the command that made the lab for itself has ended. */
bool state_is_abandoned(const struct state *s);

#endif
