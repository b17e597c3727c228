/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With `hops: azure`, makes traceroute show what it shows of the real networks.
 *
 * - A virtual network's fabric and peering take no TTL (published traces: the far machine of a
 *   peered network is the first hop, and its answers have their full TTL).
 * - An ExpressRoute gateway takes one and never answers (interoperability, data plane). Packets
 *   through it are at most 1400 bytes long (ExpressRoute gateways, performance).
 * - A VPN gateway answers only machines of its own networks, and takes no TTL from packets of a
 *   site's tunnel (the same traces: on-premises senders see no hop for it).
 * - At a network's edges, from the MSEEs and tunnels to its gateways and from these to the network,
 *   a hop's answer is lost if the receiving node has no route to the hop's address.
 * - Microsoft's own NATs do not answer: its backbone stays hidden.
 */
#include "fabric/build.h"

enum { ER_GATEWAY_MTU = 1400 };

static enum node_kind hop_style_peer_kind(const struct fabric *f, uint32_t iface)
{
	uint32_t far = fabric_peer(f, iface);

	return far == NONE ? NODE_KINDS : f->nodes.v[far].kind;
}

static void hop_style_set(const struct fabric *f, const struct node *n, uint32_t index)
{
	enum node_kind far = hop_style_peer_kind(f, index);
	struct iface *i = &f->ifaces.v[index];

	switch (n->kind) {
	case NODE_NETWORK:
		i->transparent = true;
		i->edge = far == NODE_VPN_GATEWAY ||
			  (i->segment != NONE && f->segments.v[i->segment].underlay);
		break;
	case NODE_ER_GATEWAY:
		i->mute = true;
		i->edge = far == NODE_MSEE;
		break;
	case NODE_VPN_GATEWAY:
		i->edge = far == NODE_CE || far == NODE_VPN_GATEWAY;
		i->transparent = far == NODE_CE;
		i->mute = far != NODE_NETWORK;
		break;
	case NODE_NAT:
		i->mute = n->object->kind != OBJECT_SITE;
		break;
	default:
		break;
	}
}

/* Lowers the MTU of a gateway's links, but not to MSEEs: the gateway itself fragments or refuses
 * packets that are too large. */
static void hop_style_narrow(const struct fabric *f, struct fabric_link *l)
{
	bool gateway = false, msee = false;

	for (int end = 0; end < 2; end++) {
		uint32_t iface = l->end[end].iface;
		enum node_kind kind = iface == NONE ? NODE_KINDS
						    : f->nodes.v[f->ifaces.v[iface].node].kind;

		gateway = gateway || kind == NODE_ER_GATEWAY;
		msee = msee || kind == NODE_MSEE;
	}
	if (gateway && !msee && l->mtu > ER_GATEWAY_MTU)
		l->mtu = ER_GATEWAY_MTU;
}

static void hop_style_warn_crowded(struct fabric_builder *b, const struct virtual_network *vn)
{
	struct pos at = vn->er_gateway.pos.line ? vn->er_gateway.pos : vn->vpn_gateway.pos;
	struct prefix unused;

	if (at.line && !model_gateway_subnet(vn, &unused))
		diag_warn(b->dg, at, "subnet",
			  "the address space of '%s' has no room for a GatewaySubnet: hops that "
			  "would answer from it stay silent",
			  vn->o.name);
}

void build_hop_style(struct fabric_builder *b)
{
	if (b->m->hops != HOPS_AZURE)
		return;
	for (each(struct virtual_network *, vn, &b->m->virtual_networks))
		hop_style_warn_crowded(b, *vn);
	for (each(const struct node, n, &b->f->nodes))
		for (each(uint32_t, i, &n->ifaces))
			hop_style_set(b->f, n, *i);
	for (each(struct fabric_link, l, &b->f->links))
		hop_style_narrow(b->f, l);
}
