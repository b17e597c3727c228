/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tromboning: a packet that passes the same routers twice, plain and inside a tunnel, or inside two
 * tunnels, because the gateway of an extended network is at its far end. */
#include <stdlib.h>

#include "base/mem.h"
#include "routing/explain.h"
#include "routing/walk.h"

struct trombone_search {
	const struct fabric *f;
	struct trombone *found;
	uint8_t *times; /* of each node */
};

/* Counts a node on the path. Hosts and appliances do not count: they are the ends of paths. */
static void trombone_pass(struct trombone_search *p, uint32_t node)
{
	if (node_is_machine(&p->f->nodes.v[node]) || p->f->nodes.v[node].kind == NODE_HCX)
		return;
	if (p->times[node] < 2 && ++p->times[node] == 2)
		vec_push(NULL, &p->found->twice, node);
}

static void trombone_pass_below(struct trombone_search *p, const struct routes *r,
				const struct tunnel *t, uint32_t towards)
{
	struct path below;

	routes_walk(r, p->f->ifaces.v[t->uplink[!towards]].node,
		    p->f->ifaces.v[t->uplink[towards]].node, AF_INET, &below);
	for (each(struct step, s, &below.steps))
		trombone_pass(p, s->node);
	path_release(&below);
}

void trombone_find(const struct routes *r, const struct path *path, struct trombone *ret)
{
	struct trombone_search p = { .f = r->fabric, .found = ret };

	*ret = (struct trombone){ 0 };
	if (r->fabric->tunnels.n == 0)
		return;
	p.times = xcalloc(r->fabric->nodes.n, 1);
	for (each(struct step, s, &path->steps)) {
		uint32_t far = s->out.iface == NONE
				       ? NONE
				       : walk_target(r->fabric, &s->out, &path->arrived.dst);
		struct crossing over[CROSSINGS_MAX];
		size_t n = far == NONE ? 0 : fabric_crossings(r->fabric, s->out.iface, far, over);

		trombone_pass(&p, s->node);
		for (size_t i = 0; i < n; i++) {
			if (over[i].tunnel == NONE)
				continue;
			if (!ret->tunnel)
				ret->tunnel = &r->fabric->tunnels.v[over[i].tunnel];
			trombone_pass_below(&p, r, &r->fabric->tunnels.v[over[i].tunnel],
					    over[i].towards);
		}
	}
	free(p.times);
	if (ret->twice.n < 2) /* a single one is where the tunnel and the network part */
		ret->tunnel = NULL;
}
