/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/nat.h"

bool nat_outside(const struct fabric *f, uint32_t iface)
{
	for (each(const struct nat, n, &f->nats))
		if (n->iface == iface)
			return true;
	return false;
}

static void nat_record(translation_list *made, uint32_t node, const struct packet *before,
		       const struct packet *after)
{
	if (made)
		vec_push(NULL, made, ((struct translation){ node, *before, *after }));
}

/* Reverses the flow's newest translation at the node that the packet answers. False: there is
 * none. */
static bool nat_reverse(const translation_list *flow, uint32_t node, struct packet *p,
			translation_list *made)
{
	for (size_t i = flow->n; i-- > 0;) {
		const struct translation *t = &flow->v[i];
		struct packet before = *p;

		if (t->node != node || !addr_eq(&p->src, &t->after.dst) ||
		    !addr_eq(&p->dst, &t->after.src))
			continue;
		*p = (struct packet){ .src = t->before.dst, .dst = t->before.src };
		nat_record(made, node, &before, p);
		return true;
	}
	return false;
}

bool nat_arrive(const struct fabric *f, uint32_t node, uint32_t in, const translation_list *flow,
		struct packet *p, translation_list *made)
{
	struct packet before = *p;

	if (f->nodes.v[node].kind != NODE_NAT || p->dst.family != AF_INET)
		return true;
	if (flow)
		return nat_reverse(flow, node, p, made);
	for (each(const struct nat, n, &f->nats))
		if (n->iface == in && n->inside.family && addr_eq(&n->outside, &p->dst)) {
			p->dst = n->inside;
			nat_record(made, node, &before, p);
			break;
		}
	return true;
}

bool nat_leave(const struct fabric *f, uint32_t node, uint32_t in, uint32_t out,
	       const translation_list *flow, struct packet *p, translation_list *made)
{
	const struct nat *found = NULL;
	struct packet before = *p;

	if (f->nodes.v[node].kind != NODE_NAT || p->dst.family != AF_INET)
		return true;
	/* The packet is for an address of the NAT, which has no state for the flow; or it would
	 * return to the inside, which sent it here by a default route because no router there knows
	 * its destination. */
	if (in != NONE && nat_outside(f, in) == nat_outside(f, out))
		return false;
	if (flow)
		return true;
	for (each(const struct nat, n, &f->nats))
		if (n->iface == out && n->inside.family && addr_eq(&n->inside, &p->src))
			found = n;
	for (each(const struct nat, n, &f->nats))
		if (!found && n->iface == out && !n->inside.family)
			found = n;
	if (!found)
		return true;
	p->src = found->outside;
	nat_record(made, node, &before, p);
	return true;
}

bool nat_is_outside(const struct fabric *f, uint32_t node)
{
	const struct node *n = &f->nodes.v[node];
	uint32_t segment = n->ifaces.n ? f->ifaces.v[n->ifaces.v[0]].segment : NONE;
	uint32_t home = segment == NONE ? NONE : f->segments.v[segment].home;

	return home != NONE && f->nodes.v[f->ifaces.v[home].node].kind == NODE_INTERNET;
}

const struct addr *nat_public(const struct fabric *f, uint32_t host, const struct addr *own)
{
	for (each(const struct nat, n, &f->nats))
		if (n->inside.family && n->behind == f->nodes.v[host].object &&
		    addr_eq(&n->inside, own))
			return &n->outside;
	return NULL;
}
