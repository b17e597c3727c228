/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes boxes, frames and edges of a topology's objects. Figures (round trips, failures) come from
 * the links that the fabric built for an object, so that the picture and the lab agree. */
#include "report/graph_sketch.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/model.h"
#include "net/units.h"

enum { NETWORKS_MAX = 10, HOSTS_MAX = 6, SPACES_MAX = 3 }; /* lines of a box; the rest is counted */

static const char *own_string(struct sketch *s, const struct text *t)
{
	return arena_strdup(s->p->arena, text_str(t));
}

/* ---- frames ---- */

uint32_t sketch_frame(struct sketch *s, const char *title, bool location)
{
	struct picture *p = s->p;

	if (!title)
		return NONE;
	for (uint32_t i = 0; i < p->frames.n; i++)
		if (p->frames.v[i].location == location && strcmp(p->frames.v[i].title, title) == 0)
			return i;
	*vec_add(p->arena, &p->frames) = (struct graph_frame){ title, location };
	return (uint32_t)p->frames.n - 1;
}

/* ---- boxes ---- */

static const char *failure_of(const struct sketch *s, const struct object *o)
{
	for (each(const struct failure, x, &s->f->model->failures))
		if (x->object == o && x->whole)
			return "failed";
	return NULL;
}

/* The pointer is valid until the next add_box(): the vector may move. */
static struct box *add_box(struct sketch *s, const struct object *o, enum box_kind kind,
			   const char *what, uint32_t frame)
{
	struct box *box = vec_add(s->p->arena, &s->p->boxes);

	vec_push(s->p->arena, &s->objects, o);
	*box = (struct box){ .kind = kind,
			     .title = o->name,
			     .what = what,
			     .frame = frame,
			     .down = failure_of(s, o) };
	for (each(const struct failure, x, &s->f->model->failures))
		if (x->object == o && !x->whole && x->side < 0)
			add_line(s, &box->lines, "failed: %s", x->name.name);
	return box;
}

static uint32_t box_named(const struct sketch *s, const char *name)
{
	for (uint32_t i = 0; i < s->objects.n; i++)
		if (strcmp(s->objects.v[i]->name, name) == 0)
			return i;
	return NONE;
}

/* A managed circuit is part of its cloud, and a CloudSimple cloud of its region. */
static uint32_t box_of(const struct sketch *s, const struct object *o)
{
	if (o && o->kind == OBJECT_CLOUDSIMPLE_CLOUD)
		o = &((const struct cloudsimple_cloud *)o)->region->o;
	return o && o->name ? box_named(s, o->name) : NONE;
}

static uint32_t circuit_box(const struct sketch *s, const struct circuit *c)
{
	return box_named(s, c->cloud	     ? c->cloud->o.name
			    : c->cloudsimple ? c->cloudsimple->o.name
					     : c->o.name);
}

static void hosts_text(const struct network *net, struct text *t)
{
	size_t shown = net->vms.n > HOSTS_MAX ? HOSTS_MAX - 1 : net->vms.n;

	if (net->vms.n == 1 && strcmp(net->vms.v[0].name, net->name) == 0 &&
	    !net->vms.v[0].ip_forwarding)
		return;
	for (size_t i = 0; i < shown; i++)
		text_printf(t, "%s%s%s", i ? ", " : ": ", net->vms.v[i].name,
			    net->vms.v[i].ip_forwarding ? " (appliance)" : "");
	if (shown < net->vms.n)
		text_printf(t, ", %zu more", net->vms.n - shown);
}

static void add_networks(struct sketch *s, struct box *box, const char *owner,
			 const network_list *list)
{
	size_t shown = list->n > NETWORKS_MAX ? NETWORKS_MAX - 1 : list->n;

	for (size_t i = 0; i < shown; i++) {
		const struct network *net = &list->v[i];
		own_text t = { 0 };

		text_printf(&t, "%s%s%s", owner ? owner : "", owner ? "." : "", net->name);
		for (each(const struct placed_prefix, p, &net->prefixes))
			text_printf(&t, " %s", PREFIX_STR(&p->prefix));
		hosts_text(net, &t);
		vec_push(s->p->arena, &box->lines, own_string(s, &t));
	}
	if (shown < list->n)
		add_line(s, &box->lines, "and %zu more", list->n - shown);
}

static void add_prefixes(struct sketch *s, struct box *box, const char *verb,
			 const prefix_list *list, size_t n)
{
	size_t shown = n > SPACES_MAX ? SPACES_MAX - 1 : n;
	own_text t = { 0 };

	for (size_t i = 0; i < shown; i++)
		text_printf(&t, "%s%s", i ? " " : verb, PREFIX_STR(&list->v[i].prefix));
	if (shown < n)
		text_printf(&t, " and %zu more", n - shown);
	if (n)
		vec_push(s->p->arena, &box->lines, own_string(s, &t));
}

static void add_private_clouds(struct sketch *s)
{
	for (each(struct private_cloud *, pc, &s->f->model->private_clouds)) {
		struct box *box = add_box(s, &(*pc)->o, BOX_PRIVATE_CLOUD,
					  (*pc)->generation == 1 ? "private cloud"
								 : "private cloud, generation 2",
					  sketch_frame(s, (*pc)->region, false));

		add_line(s, &box->lines, "%s", PREFIX_STR(&(*pc)->block.prefix));
		add_networks(s, box, NULL, &(*pc)->segments);
	}
}

static void add_cloudsimple(struct sketch *s)
{
	for (each(struct cloudsimple_region *, r, &s->f->model->cloudsimple_regions)) {
		struct box *box = add_box(s, &(*r)->o, BOX_CLOUDSIMPLE, "CloudSimple region",
					  sketch_frame(s, (*r)->region, false));

		for (each(struct cloudsimple_cloud *, c, &(*r)->clouds))
			add_networks(s, box, (*c)->o.name, &(*c)->segments);
	}
}

static void add_virtual_networks(struct sketch *s)
{
	for (each(struct virtual_network *, vn, &s->f->model->virtual_networks)) {
		struct box *box = add_box(s, &(*vn)->o, BOX_NETWORK, "virtual network",
					  sketch_frame(s, (*vn)->region, false));

		add_prefixes(s, box, "", &(*vn)->address_space, (*vn)->own_spaces);
		add_networks(s, box, NULL, &(*vn)->subnets);
		if ((*vn)->er_gateway.pos.line)
			add_line(s, &box->lines, "ExpressRoute gateway");
		if ((*vn)->vpn_gateway.pos.line)
			add_line(s, &box->lines, "VPN gateway");
		if ((*vn)->route_server.pos.line)
			add_line(s, &box->lines, "Route Server%s",
				 (*vn)->route_server.branch_to_branch ? ", branch to branch" : "");
	}
}

static void add_sites(struct sketch *s)
{
	for (each(struct site *, site, &s->f->model->sites)) {
		struct box *box = add_box(s, &(*site)->o, BOX_SITE, "on-premises", NONE);

		add_networks(s, box, NULL, &(*site)->networks);
		add_prefixes(s, box, "announces ", &(*site)->advertise, (*site)->advertise.n);
		if ((*site)->transit)
			add_line(s, &box->lines, "transit between its circuits");
	}
}

static void add_circuits(struct sketch *s)
{
	for (each(struct circuit *, c, &s->f->model->circuits)) {
		struct box *box = add_box(s, &(*c)->o, BOX_CIRCUIT, "ExpressRoute circuit",
					  sketch_frame(s, (*c)->peering_location, true));

		if ((*c)->bandwidth_bps)
			add_line(s, &box->lines, "%s", RATE_STR((*c)->bandwidth_bps));
		if (!(*c)->peering_location && (*c)->region)
			add_line(s, &box->lines, "next to %s", (*c)->region);
	}
}

static void add_plain(struct sketch *s)
{
	for (each(struct router *, r, &s->f->model->routers)) {
		struct box *box = add_box(s, &(*r)->o, BOX_ROUTER, "router", NONE);

		if ((*r)->asn)
			add_line(s, &box->lines, "AS %u", (*r)->asn);
	}
	for (each(struct host *, h, &s->f->model->hosts)) {
		struct box *box = add_box(s, &(*h)->o, BOX_HOST, NULL, NONE);

		for (each(const struct placed_prefix, p, &(*h)->addresses))
			add_line(s, &box->lines, "%s", PREFIX_STR(&p->prefix));
	}
}

static void add_internet(struct sketch *s)
{
	const struct internet *in = &s->f->model->internet;
	struct box *box;

	if (!in->o.pos.line)
		return;
	box = add_box(s, &in->o, BOX_INTERNET, NULL, NONE);
	for (each(const struct outside_host, h, &in->hosts))
		add_line(s, &box->lines, "%s %s", h->name,
			 h->addresses.n ? ADDR_STR(&h->addresses.v[0].prefix.a) : "");
}

/* ---- edges ---- */

/* The links that the fabric built for an object: the first one (preferably one that is up), how
 * many are up, how many there are, and why one is down. */
struct built {
	const struct fabric_link *link;
	const char *down;
	uint32_t up, all;
};

static struct built built_of(const struct sketch *s, const struct object *o)
{
	struct built b = { 0 };

	for (each(const struct fabric_link, l, &s->f->links)) {
		if (l->object != o)
			continue;
		b.all++;
		b.up += !l->down;
		if (!b.link || (b.link->down && !l->down))
			b.link = l;
		if (l->down)
			b.down = l->down;
	}
	for (uint32_t i = 0; i < s->f->sessions.n; i++)
		if (s->f->sessions.v[i].object == o && s->r->down[i] && b.up == b.all) {
			b.down = s->r->down[i];
			b.up = 0;
		}
	for (each(const struct severed, x, &s->f->severed))
		if (x->object == o && x->prefix.a.family == 0) {
			b.down = x->why;
			b.up = 0;
		}
	return b;
}

void sketch_figures(struct sketch *s, struct edge *e, const struct fabric_link *l)
{
	uint64_t rtt = l->to[0].delay_ns + l->to[1].delay_ns;
	const struct impairment *to = &l->to[1];

	if (rtt)
		add_line(s, &e->lines, "%s", TIME_STR(rtt));
	if (to->jitter_ns)
		add_line(s, &e->lines, "jitter %s", TIME_STR(to->jitter_ns));
	if (to->loss_ppm)
		add_line(s, &e->lines, "loss %s", SHARE_STR(to->loss_ppm));
	if (to->rate_bps && e->kind == EDGE_LINK)
		add_line(s, &e->lines, "%s", RATE_STR(to->rate_bps));
	if (l->mtu != 1500 && l->mtu)
		add_line(s, &e->lines, "MTU %u", l->mtu);
}

static struct edge *add_edge(struct sketch *s, enum edge_kind kind, const struct object *o,
			     uint32_t a, uint32_t b)
{
	struct built built = built_of(s, o);
	struct edge *e;

	if (a == NONE || b == NONE)
		return NULL;
	e = vec_add(s->p->arena, &s->p->edges);
	*e = (struct edge){ .kind = kind, .box = { a, b }, .name = o->name, .object = o };
	if (built.link)
		sketch_figures(s, e, built.link);
	if (built.down && built.up == 0)
		e->down = built.down;
	else
		e->half = built.down;
	return e;
}

static void set_ends(struct edge *e, enum edge_end a, enum edge_end b)
{
	if (!e)
		return;
	e->end[0] = a;
	e->end[1] = b;
}

/* A customer's edge announces routes of one circuit to another only with `transit`. */
static void join_circuits(struct sketch *s)
{
	for (each(struct circuit *, c, &s->f->model->circuits)) {
		const struct object *owner = (*c)->site	    ? &(*c)->site->o
					     : (*c)->router ? &(*c)->router->o
							    : NULL;
		bool transit = (*c)->site ? (*c)->site->transit
					  : (*c)->router && (*c)->router->transit;
		struct edge *e;

		e = add_edge(s, EDGE_CIRCUIT, &(*c)->o, box_of(s, owner), box_of(s, &(*c)->o));
		set_ends(e, transit ? END_PLAIN : END_OPEN, END_PLAIN);
		if (!e)
			continue;
		e->twin = true;
		e->name = NULL; /* its box bears it */
	}
	for (each(struct circuit_join *, j, &s->f->model->global_reach))
		set_ends(add_edge(s, EDGE_GLOBAL_REACH, &(*j)->o, circuit_box(s, (*j)->end[0]),
				  circuit_box(s, (*j)->end[1])),
			 END_OPEN, END_OPEN);
	for (each(struct circuit_join *, j, &s->f->model->interconnects))
		set_ends(add_edge(s, EDGE_INTERCONNECT, &(*j)->o, circuit_box(s, (*j)->end[0]),
				  circuit_box(s, (*j)->end[1])),
			 END_OPEN, END_OPEN);
}

static void join_gateways(struct sketch *s)
{
	for (each(struct gateway_connection *, gc, &s->f->model->gateway_connections)) {
		struct edge *e = add_edge(s, EDGE_CONNECTION, &(*gc)->o,
					  circuit_box(s, (*gc)->circuit),
					  box_of(s, &(*gc)->network->o));

		set_ends(e, END_PLAIN, END_OPEN);
		if (e && (*gc)->weight)
			add_line(s, &e->lines, "weight %u", (*gc)->weight);
		if (e && ((*gc)->fastpath || (*gc)->network->er_gateway.fastpath))
			add_line(s, &e->lines, "FastPath");
	}
}

static enum edge_end peering_end(const struct peering *p, int half)
{
	return p->half[half].allow_gateway_transit && p->half[!half].use_remote_gateways
		       ? END_GATEWAY
		       : END_OPEN;
}

/* Why a peering that is up carries no packets, or NULL. */
static const char *peering_fault(const struct sketch *s, const struct peering *p)
{
	for (int half = 0; half < 2; half++) {
		const struct peering_half *h = &p->half[half];

		if (!h->allow_virtual_network_access)
			return arena_printf(s->p->arena, "'%s' allows no access",
					    h->network->o.name);
		if (!h->synced)
			return arena_printf(s->p->arena, "'%s' is not synced", h->network->o.name);
	}
	return NULL;
}

static void join_peerings(struct sketch *s)
{
	for (each(struct peering *, p, &s->f->model->peerings)) {
		struct edge *e = add_edge(s, EDGE_PEERING, &(*p)->o,
					  box_of(s, &(*p)->half[0].network->o),
					  box_of(s, &(*p)->half[1].network->o));

		set_ends(e, peering_end(*p, 0), peering_end(*p, 1));
		if (e && !e->down)
			e->half = peering_fault(s, *p);
	}
}

/* Only a Route Server with branch-to-branch joins a network's VPN and ExpressRoute gateways. */
static enum edge_end vpn_end(const struct vpn_end *end)
{
	if (end->site)
		return end->site->transit ? END_PLAIN : END_OPEN;
	return end->network->route_server.pos.line && end->network->route_server.branch_to_branch
		       ? END_PLAIN
		       : END_OPEN;
}

static const struct object *vpn_object(const struct vpn_end *end)
{
	return end->site ? &end->site->o : &end->network->o;
}

static void join_vpns(struct sketch *s)
{
	for (each(struct vpn_connection *, v, &s->f->model->vpn_connections))
		set_ends(add_edge(s, EDGE_VPN, &(*v)->o, box_of(s, vpn_object(&(*v)->end[0])),
				  box_of(s, vpn_object(&(*v)->end[1]))),
			 vpn_end(&(*v)->end[0]), vpn_end(&(*v)->end[1]));
}

static void join_extensions(struct sketch *s)
{
	for (each(struct network_extension *, x, &s->f->model->network_extensions)) {
		struct edge *e = add_edge(s, EDGE_EXTENSION, &(*x)->o, box_of(s, &(*x)->site->o),
					  box_of(s, &(*x)->cloud->o));
		own_text t = { 0 };

		if (!e)
			continue;
		text_printf(&t, "%s extended to %s", (*x)->network, (*x)->segment.name);
		hosts_text(&(*x)->segment, &t);
		vec_push(s->p->arena, &e->lines, own_string(s, &t));
		if (model_is_optimized(*x, NULL))
			add_line(s, &e->lines, "mobility optimized");
	}
}

static void join_inside(struct sketch *s)
{
	for (each(struct private_cloud *, pc, &s->f->model->private_clouds)) {
		struct edge *e;

		if (!(*pc)->network) /* (generation 1) */
			continue;
		e = vec_add(s->p->arena, &s->p->edges);
		*e = (struct edge){ .kind = EDGE_INSIDE,
				    .box = { box_of(s, &(*pc)->network->o), box_of(s, &(*pc)->o) },
				    .name = "inside" };
	}
}

/* A NAT is no object of its own: it is drawn as an edge from its object to the internet. */
static void join_internet(struct sketch *s)
{
	uint32_t internet = box_of(s, &s->f->model->internet.o);

	for (each(const struct node, n, &s->f->nodes)) {
		struct edge *e;

		if (n->kind != NODE_NAT || internet == NONE || box_of(s, n->object) == NONE)
			continue;
		e = vec_add(s->p->arena, &s->p->edges);
		*e = (struct edge){ .kind = EDGE_INTERNET,
				    .box = { box_of(s, n->object), internet },
				    .name = "NAT" };
		for (each(uint32_t, i, &n->ifaces)) {
			uint32_t link = s->f->ifaces.v[*i].link, far = fabric_peer(s->f, *i);

			if (far != NONE && s->f->nodes.v[far].kind == NODE_INTERNET)
				sketch_figures(s, e, &s->f->links.v[link]);
		}
	}
}

static uint32_t box_of_node(const struct sketch *s, const char *name)
{
	uint32_t node = fabric_node(s->f, name);

	return node == NONE ? NONE : s->p->box_of[node];
}

static void join_links(struct sketch *s)
{
	for (each(struct link *, l, &s->f->model->links)) {
		struct edge *e = add_edge(s, EDGE_LINK, &(*l)->o,
					  box_of_node(s, (*l)->between[0].name),
					  box_of_node(s, (*l)->between[1].name));

		if (e && (*l)->bgp)
			add_line(s, &e->lines, "BGP");
	}
}

/* Directs plain links away from the first host, so that a chain of routers is drawn as a chain. */
static void direct_links(struct sketch *s)
{
	size_t n = s->p->boxes.n, first = 0;
	uint32_t *depth = arena_alloc(s->p->arena, (n + 1) * sizeof(*depth));
	bool more = true;

	while (first < n && s->p->boxes.v[first].kind != BOX_HOST)
		first++;
	depth[first] = 1;
	while (more) {
		more = false;
		for (each(struct edge, e, &s->p->edges))
			for (int i = 0; i < 2; i++) {
				uint32_t near = depth[e->box[i]], *far = &depth[e->box[!i]];

				if (near == 0 || (*far != 0 && *far <= near + 1))
					continue;
				*far = near + 1;
				more = true;
			}
	}
	for (each(struct edge, e, &s->p->edges))
		if (e->kind == EDGE_LINK && depth[e->box[0]] > depth[e->box[1]]) {
			uint32_t box = e->box[0];

			e->box[0] = e->box[1];
			e->box[1] = box;
		}
}

static void sketch_objects(struct sketch *s)
{
	add_sites(s);
	add_circuits(s);
	add_virtual_networks(s);
	add_private_clouds(s);
	add_cloudsimple(s);
	add_plain(s);
	add_internet(s);
	for (uint32_t i = 0; i < s->f->nodes.n; i++)
		s->p->box_of[i] = box_of(s, s->f->nodes.v[i].object);
	join_circuits(s);
	join_gateways(s);
	join_peerings(s);
	join_vpns(s);
	join_inside(s);
	join_extensions(s);
	join_internet(s);
	join_links(s);
	direct_links(s);
}

struct picture *picture_new(const char *title, const struct routes *r, bool nodes)
{
	struct arena *a = arena_new();
	struct picture *p = arena_make(a, struct picture);
	struct sketch s = { .p = p, .f = r->fabric, .r = r };

	p->arena = a;
	p->title = title;
	p->summary = r->fabric->model->summary;
	p->box_of = arena_alloc(a, r->fabric->nodes.n * sizeof(*p->box_of));
	if (nodes)
		sketch_nodes(&s);
	else
		sketch_objects(&s);
	return p;
}

void picture_free(struct picture *p)
{
	if (p)
		arena_free(p->arena); /* the picture is in it, too */
}
