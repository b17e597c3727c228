/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "kernel/fault.h"
#include "lab/dir.h"
#include "lab/journal.h"
#include "lab/state.h"
#include "plan/plan.h"
#include "services/services.h"

/* Adds a line to the journal: before the start without a pid, after it with the pid. */
static int processes_journal(const struct processes *p, const char *what, pid_t pid, uint64_t start)
{
	int r = pid ? journal_add(p->journal, "%s %d %llu", what, (int)pid,
				  (unsigned long long)start)
		    : journal_add(p->journal, "%s", what);

	if (r < 0)
		diag_error(p->dg, (struct pos){ 0 }, r, "lab", "%s: writing its journal: %s",
			   p->dir->path, strerror(-r));
	return r;
}

/* ---- the delay line ----------------------------------------------------------------------- */

struct relay_link processes_wire(const struct plan *p, size_t wire)
{
	const struct plan_wire *w = &p->wires.v[wire];
	struct relay_link link = { .name = w->name };

	for (int k = 0; k < 2; k++) {
		snprintf(link.port[k], sizeof(link.port[k]), "%s", p->devs.v[w->dev[k]].name);
		link.to[k] = w->to[k];
	}
	return link;
}

static int processes_spawn_relay(const struct processes *p, int netns)
{
	own_free struct relay_link *links = xcalloc(p->plan->wires.n + 1, sizeof(*links));
	own_free char *path = xasprintf("%s/delay-line", p->dir->path);
	const struct relay_config cfg = {
		.netns_fd = netns,
		.hold_fd = p->dir->lock, /* held until the delay line is ready or has failed */
		.label = p->dir->name,
		.control_path = path,
		.links = links,
		.links_len = p->plan->wires.n,
	};
	char why[256] = "";
	int r = fault_due();

	for (size_t i = 0; i < p->plan->wires.n; i++)
		links[i] = processes_wire(p->plan, i);
	if (r == 0)
		r = relay_spawn(&cfg, &p->state->relay, why, sizeof(why));
	if (r < 0)
		return diag_error(p->dg, (struct pos){ 0 }, r, "delay-line", "%s",
				  why[0] ? why : "the delay line did not start");
	p->state->relay_start = process_start_time(p->state->relay);
	return 0;
}

int processes_start_relay(const struct processes *p, int netns)
{
	int r = processes_journal(p, "delay-line", 0, 0);

	if (r == 0)
		r = processes_spawn_relay(p, netns);
	return r < 0 ? r
		     : processes_journal(p, "delay-line", p->state->relay, p->state->relay_start);
}

/* ---- the services ------------------------------------------------------------------------- */

char *processes_service(const struct plan *p, size_t service)
{
	const struct plan_service *s = &p->services.v[service];

	return xasprintf("%s/%u in %s", s->udp ? "udp" : "tcp", s->port, p->netns.v[s->netns].name);
}

static int processes_spawn_services(const struct processes *p, const int *netns)
{
	size_t n = p->plan->services.n;
	own_free char **names = xcalloc(n + 1, sizeof(*names));
	own_free struct service_spot *spots = xcalloc(n + 1, sizeof(*spots));
	const struct services_config cfg = { .spots = spots,
					     .n = n,
					     .dir = p->dir->fd,
					     .socket = "services",
					     .hold_fd = p->dir->lock,
					     .label = p->dir->name };
	char why[256] = "";
	int r = fault_due();

	for (size_t i = 0; i < n; i++) {
		const struct plan_service *s = &p->plan->services.v[i];

		names[i] = processes_service(p->plan, i);
		spots[i] = (struct service_spot){ netns[s->netns], s->udp, s->port, names[i] };
	}
	if (r == 0)
		r = services_spawn(&cfg, &p->state->services, why, sizeof(why));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	if (r < 0)
		return diag_error(p->dg, (struct pos){ 0 }, r, "services",
				  "nothing listens for the hosts: %s", why[0] ? why : strerror(-r));
	p->state->services_start = process_start_time(p->state->services);
	return 0;
}

int processes_start_services(const struct processes *p, const int *netns)
{
	int r = processes_journal(p, "services", 0, 0);

	if (r == 0)
		r = processes_spawn_services(p, netns);
	return r < 0 ? r
		     : processes_journal(p, "services", p->state->services,
					 p->state->services_start);
}
