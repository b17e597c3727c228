/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan/cut.h"

#include <string.h>

#include "fabric/fabric.h"
#include "plan/plan.h"

static bool cut_same_mac(const struct mac *a, const struct mac *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* Changes the permanent neighbours in both directions: the entries for this MAC, and the entries at
 * the device with this MAC. */
static void cut_iface(struct plan *p, const struct mac *mac)
{
	static const struct mac nobody = { { 0x02, 0x6e, 0x65, 0xff, 0xff, 0xff } };

	for (each(struct plan_neigh, n, &p->neighs))
		if (cut_same_mac(&n->mac, mac) || cut_same_mac(&p->devs.v[n->dev].mac, mac))
			n->mac = nobody;
}

void plan_cut_link(struct plan *p, const struct fabric *f, uint32_t link)
{
	const struct fabric_link *l = &f->links.v[link];

	for (int e = 0; e < 2; e++)
		if (l->end[e].iface != NONE)
			cut_iface(p, &f->ifaces.v[l->end[e].iface].mac);
}
