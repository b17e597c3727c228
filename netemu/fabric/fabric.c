#include "fabric/fabric.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

uint32_t fabric_node(const struct fabric *f, const char *name)
{
	uintptr_t at = (uintptr_t)map_get(f->names, name);

	return at ? (uint32_t)(at - 1) : NONE;
}

uint32_t fabric_find(const struct fabric *f, const char *name, struct pos at, struct diag *dg)
{
	uint32_t found = fabric_node(f, name);
	const char **names, *nearest;
	size_t n = map_count(f->names), len = strlen(name);

	if (found != NONE)
		return found;
	names = xcalloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = f->nodes.v[i].name;
	diag_error(dg, at, -ENOENT, "unknown-node", "no node is named '%s'", name);
	nearest = text_nearest(name, names, n);
	/* An object's own name: say what its nodes are called. */
	for (size_t i = 0; i < n && !strchr(name, '.'); i++)
		if (strncmp(names[i], name, len) == 0 && names[i][len] == '.' &&
		    (f->nodes.v[i].kind == NODE_HOST || !nearest))
			nearest = names[i];
	if (nearest)
		diag_hint(dg, "did you mean '%s'?", nearest);
	free(names);
	return NONE;
}

/* The interface at the other side of a link seen from a segment or an interface. */
static uint32_t far_iface(const struct fabric_link *l, uint32_t near_iface)
{
	return l->end[l->end[0].iface == near_iface].iface;
}

uint32_t fabric_peer(const struct fabric *f, uint32_t iface)
{
	const struct iface *i = &f->ifaces.v[iface];
	uint32_t far;

	if (i->segment != NONE || i->link == NONE)
		return NONE;
	far = far_iface(&f->links.v[i->link], iface);
	return far == NONE ? NONE : f->ifaces.v[far].node;
}

void fabric_neighbours(const struct fabric *f, uint32_t iface, index_list *ret)
{
	const struct iface *i = &f->ifaces.v[iface];
	const struct segment *s;

	ret->n = 0;
	if (i->segment == NONE) {
		uint32_t far = i->link == NONE ? NONE : far_iface(&f->links.v[i->link], iface);

		if (far != NONE)
			vec_push(NULL, ret, far);
		return;
	}
	s = &f->segments.v[i->segment];
	if (s->home != NONE && s->home != iface)
		vec_push(NULL, ret, s->home);
	for (each(uint32_t, link, &s->links)) {
		const struct fabric_link *l = &f->links.v[*link];

		for (int end = 0; end < 2; end++)
			if (l->end[end].iface != NONE && l->end[end].iface != iface)
				vec_push(NULL, ret, l->end[end].iface);
	}
}

/* The link of an interface on a segment, crossed away from or towards the interface. */
static size_t cross(const struct fabric *f, uint32_t iface, bool leaving, struct crossing *ret)
{
	const struct iface *i = &f->ifaces.v[iface];
	uint32_t own;

	if (i->link == NONE)
		return 0; /* the segment's home: it stands on the segment itself */
	own = f->links.v[i->link].end[0].iface == iface ? 0 : 1;
	*ret = (struct crossing){ i->link, leaving ? !own : own };
	return 1;
}

size_t fabric_crossings(const struct fabric *f, uint32_t from_iface, uint32_t to_iface,
			struct crossing ret[2])
{
	size_t n = cross(f, from_iface, true, ret);

	if (f->ifaces.v[from_iface].segment != NONE)
		n += cross(f, to_iface, false, ret + n);
	return n;
}

const struct prefix *fabric_addr(const struct fabric *f, uint32_t iface, int family)
{
	const struct iface *i = &f->ifaces.v[iface];

	for (each(struct prefix, p, &i->addrs))
		if (p->a.family == family)
			return p;
	return NULL;
}

const char *node_kind_name(enum node_kind kind)
{
	static const char *const names[NODE_KINDS] = {
		[NODE_HOST] = "host",
		[NODE_ROUTER] = "router",
		[NODE_CE] = "CE",
		[NODE_MSEE] = "MSEE",
		[NODE_T0] = "T0",
		[NODE_T1] = "T1",
		[NODE_MANAGEMENT] = "management",
		[NODE_NETWORK] = "virtual network",
		[NODE_ER_GATEWAY] = "ExpressRoute gateway",
	};

	return names[kind];
}

void fabric_free(struct fabric *f)
{
	if (f)
		map_free(f->names);
}
