/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processes.h - a lab's two processes: its delay line, and the one that listens for its hosts. */
#ifndef LAB_PROCESSES_H
#define LAB_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

#include "relay/relay.h"

struct diag;
struct lab_dir;
struct plan;
struct state;

struct processes {
	const struct lab_dir *dir;
	int journal; /* records each process, before and after it is started */
	const struct plan *plan;
	struct state *state; /* gets the pid and the start time */
	struct diag *dg;
};

/* Starts the delay line with all of the plan's wires, in the namespace of their ports. */
int processes_start_relay(const struct processes *p, int netns);

/* Starts the process that listens for all of the plan's services. netns: descriptors, indexed as
 * the plan's namespaces; those without a service are ignored. */
int processes_start_services(const struct processes *p, const int *netns);

/* A wire as the delay line knows it; borrowed from the plan. */
struct relay_link processes_wire(const struct plan *p, size_t wire);

/* The name of a service, "tcp/80 in pc-a.web"; heap. */
char *processes_service(const struct plan *p, size_t service);

#endif
