/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - the file that describes a running lab to readers: written last, removed first. Without
 * it a lab is half-built or half-removed. */
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
	char hops[8];	 /* "all", "azure"; "": the topology's setting */
	int64_t created; /* seconds since the epoch */
	pid_t relay;	 /* 0: none */
	uint64_t relay_start;
	pid_t services; /* 0: none */
	uint64_t services_start;
	size_t nodes, links;
	pid_t maker; /* the command that the lab ends with; 0: it runs until `down` */
	uint64_t maker_start;
	char boot[STATE_BOOT_SIZE]; /* set by state_read(); state_write() writes the current one */
};

/* Reads the kernel's boot ID; "" if it cannot be read. */
void state_read_boot(char ret[STATE_BOOT_SIZE]);

/* 0 or -errno; -ENOENT: no such file; -EBADMSG: not a state file of this version. */
int state_write(const struct lab_dir *d, const char *file, const struct state *s);
int state_read(const struct lab_dir *d, struct state *ret);
int state_parse(char *text, struct state *ret); /* modifies the text */

/* Whether it was written since the last boot. */
bool state_is_of_this_boot(const struct state *s);

/* Whether the lab should have ended with a command (maker) that is gone. */
bool state_is_abandoned(const struct state *s);

#endif
