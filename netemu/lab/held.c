/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"
#include "kernel/held.h"
#include "lab/dir.h"
#include "lab/lab.h"
#include "relay/relay.h"

/* A wire as the delay line has it. If it has lost a port, it has no devices, so it must be created
 * again. */
static struct plan_wire lab_held_wire(const struct relay_link_stats *is,
				      const struct plan_wire *planned, struct arena *a)
{
	struct plan_wire w = { .dev = { PLAN_NONE, PLAN_NONE } };

	if (planned)
		w = *planned;
	w.name = arena_strdup(a, is->name);
	for (int end = 0; end < 2; end++) {
		w.to[end] = is->to[end];
		if (is->gone)
			w.dev[end] = PLAN_NONE;
	}
	return w;
}

static void lab_held_wires(struct plan *held, const struct relay_stats *s, struct arena *a)
{
	struct map *planned = map_new();
	struct plan before = *held;

	for (each(struct plan_wire, w, &before.wires))
		map_add(planned, w->name, w);
	held->wires.v = NULL;
	held->wires.n = held->wires.cap = 0;
	for (size_t i = 0; i < s->links_len; i++)
		vec_push(a, &held->wires,
			 lab_held_wire(&s->links[i], map_get(planned, s->links[i].name), a));
	map_free(planned);
}

int lab_held(const struct lab *lab, const struct plan *plan, struct arena *a, struct plan **ret,
	     struct diag *dg)
{
	own_free char *run = lab_run_dir();
	own_free char *names = xasprintf("%s/%s/netns", run ? run : "", lab->name);
	own_free char *path = xasprintf("%s/%s/delay-line", run ? run : "", lab->name);
	own_fd control = -1;
	struct relay_stats s;
	int r = kernel_held(plan, names, a, ret, dg);

	if (r < 0 || !lab->relay)
		return r;
	control = relay_control_open(path);
	if (control < 0 || relay_stats(control, &s) < 0) {
		(*ret)->relay_netns = PLAN_NONE;
		return 0;
	}
	lab_held_wires(*ret, &s, a);
	relay_stats_release(&s);
	return 0;
}
