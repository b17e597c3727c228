/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "base/text.h"
#include "report/json.h"
#include "report/names.h"
#include "report/report.h"
#include "report/table.h"
#include "report/utf8.h"

/* ---- JSON: a list for each kind of kernel object, a row for each object ---- */

static const char *plan_namespace(const struct plan *p, uint32_t i)
{
	return p->netns.v[i].name;
}

/* Opens the row of an object that belongs to a device: its namespace and the device's name. */
static void json_on_device(struct json *j, const struct plan *p, uint32_t dev)
{
	const struct plan_dev *d = &p->devs.v[dev];

	json_row(j, NULL, '{');
	json_string(j, "namespace", plan_namespace(p, d->netns));
	json_string(j, "device", d->name);
}

static void device_json(struct json *j, const struct plan *p, const struct plan_dev *d)
{
	static const char *const kinds[] = { [DEV_VETH] = "veth",
					     [DEV_BRIDGE] = "bridge",
					     [DEV_VRF] = "vrf",
					     [DEV_VXLAN] = "vxlan" };
	const struct plan_dev *peer = d->kind == DEV_VETH ? &p->devs.v[d->peer] : NULL;

	json_row(j, NULL, '{');
	json_string(j, "namespace", plan_namespace(p, d->netns));
	json_string(j, "name", d->name);
	json_string(j, "full-name", d->full);
	json_string(j, "kind", kinds[d->kind]);
	json_number(j, "ifindex", d->ifindex);
	json_string(j, "mac", d->kind == DEV_VRF ? NULL : MAC_STR(&d->mac));
	json_string(j, "fdb", mac_is_set(&d->behind) ? MAC_STR(&d->behind) : NULL);
	json_number_or_null(j, "mtu", d->mtu);
	json_string(j, "master", d->master == PLAN_NONE ? NULL : p->devs.v[d->master].name);
	json_number_or_null(j, "table", d->kind == DEV_VRF ? d->table : 0);
	json_number_or_null(j, "vxlan-id", d->kind == DEV_VXLAN ? d->id : 0);
	json_string(j, "vxlan-local", d->kind == DEV_VXLAN ? ADDR_STR(&d->local) : NULL);
	json_string(j, "vxlan-remote", d->kind == DEV_VXLAN ? ADDR_STR(&d->remote) : NULL);
	json_string(j, "peer-namespace", peer ? plan_namespace(p, peer->netns) : NULL);
	json_string(j, "peer", peer ? peer->name : NULL);
	json_bool(j, "down", d->down);
	json_close(j);
}

static void plan_route_json(struct json *j, const struct plan *p, const struct plan_route *r)
{
	static const char *const types[] = { [PLAN_UNICAST] = "unicast",
					     [PLAN_BLACKHOLE] = "blackhole",
					     [PLAN_UNREACHABLE] = "unreachable" };

	json_row(j, NULL, '{');
	json_string(j, "namespace", plan_namespace(p, r->netns));
	json_number(j, "table", r->table);
	json_string(j, "prefix", PREFIX_STR(&r->prefix));
	json_string(j, "type", types[r->type]);
	json_string(j, "protocol", r->protocol == PLAN_BGP ? "bgp" : "static");
	json_number_or_null(j, "metric", r->metric);
	json_open(j, "next-hops", '[');
	for (uint32_t i = 0; i < r->nhops; i++) {
		const struct plan_hop *h = &p->hops.v[r->hop + i];

		json_open(j, NULL, '{');
		json_string(j, "device", p->devs.v[h->dev].name);
		json_string(j, "via", h->via.family ? ADDR_STR(&h->via) : NULL);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void wire_json(struct json *j, const struct plan *p, const struct plan_wire *w)
{
	json_row(j, NULL, '{');
	json_string(j, "name", w->name);
	json_open(j, "ports", '[');
	for (size_t i = 0; i < 2; i++) {
		json_open(j, NULL, '{');
		json_string(j, "device", p->devs.v[w->dev[i]].name);
		json_impairment(j, &w->to[i]);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void objects_json(struct json *j, const struct plan *p)
{
	json_row(j, "namespaces", '[');
	for (each(struct plan_netns, ns, &p->netns))
		json_string(j, NULL, ns->name);
	json_close(j);
	json_open(j, "devices", '[');
	for (each(struct plan_dev, d, &p->devs))
		device_json(j, p, d);
	json_close(j);
	json_open(j, "addresses", '[');
	for (each(struct plan_addr, a, &p->addrs)) {
		json_on_device(j, p, a->dev);
		json_string(j, "address", PREFIX_STR(&a->addr));
		json_close(j);
	}
	json_close(j);
	json_open(j, "neighbours", '[');
	for (each(struct plan_neigh, n, &p->neighs)) {
		json_on_device(j, p, n->dev);
		json_string(j, "address", ADDR_STR(&n->addr));
		json_string(j, "mac", MAC_STR(&n->mac));
		json_close(j);
	}
	json_close(j);
}

static void behaviour_json(struct json *j, const struct plan *p)
{
	json_open(j, "routes", '[');
	for (each(struct plan_route, r, &p->routes))
		plan_route_json(j, p, r);
	json_close(j);
	json_open(j, "qdiscs", '[');
	for (each(struct plan_qdisc, q, &p->qdiscs)) {
		json_on_device(j, p, q->dev);
		json_impairment(j, &q->what);
		json_close(j);
	}
	json_close(j);
	json_open(j, "wires", '[');
	for (each(struct plan_wire, w, &p->wires))
		wire_json(j, p, w);
	json_close(j);
	json_open(j, "sysctls", '[');
	for (each(struct plan_sysctl, s, &p->sysctls)) {
		json_row(j, NULL, '{');
		json_string(j, "namespace", plan_namespace(p, s->netns));
		json_string(j, "key", s->key);
		json_string(j, "value", s->value);
		json_close(j);
	}
	json_close(j);
}

static void nodes_json(struct json *j, const struct plan *p)
{
	json_open(j, "nodes", '[');
	for (each(struct plan_node, n, &p->nodes)) {
		json_row(j, NULL, '{');
		json_string(j, "name", n->name);
		json_string(j, "namespace", plan_namespace(p, n->netns));
		json_string(j, "vrf", n->vrf == PLAN_NONE ? NULL : p->devs.v[n->vrf].name);
		json_close(j);
	}
	json_close(j);
}

/* ---- counts ---- */

static void count_rows(const struct plan *p, const char *names[static 9], size_t ret[static 9])
{
	static const char *const words[] = { "namespaces", "devices",	 "links",
					     "addresses",  "neighbours", "routes",
					     "qdiscs",	   "wires",	 "sysctls" };
	struct plan_counts c = plan_count(p);
	const size_t counts[] = { c.netns,  c.devs,   c.links, c.addrs,	 c.neighs,
				  c.routes, c.qdiscs, c.wires, c.sysctls };

	for (size_t i = 0; i < countof(words); i++) {
		names[i] = words[i];
		ret[i] = counts[i];
	}
}

static void plan_counts_json(struct json *j, const struct plan *p)
{
	const char *names[9];
	size_t counts[9];

	count_rows(p, names, counts);
	json_row(j, "counts", '{');
	for (size_t i = 0; i < countof(counts); i++)
		json_number(j, names[i], counts[i]);
	json_close(j);
}

static void plan_json_begin(struct json *j, const char *lab, const struct plan *p)
{
	json_open(j, NULL, '{');
	json_string(j, "lab", lab);
	json_string(j, "vrf", vrf_backend_name(p->backends.vrf));
	json_string(j, "delay", delay_backend_name(p->backends.delay));
	plan_counts_json(j, p);
}

void report_plan_counts(const struct report *r, const char *lab, const struct plan *p)
{
	static const char *const heads[] = { "OBJECTS", ">COUNT" };
	struct json j = json_begin(r->out);
	const char *names[9];
	size_t counts[9];
	struct table *t;

	if (r->json) {
		plan_json_begin(&j, lab, p);
		json_close(&j);
		json_end(&j);
		return;
	}
	t = table_new(heads, countof(heads));
	count_rows(p, names, counts);
	for (size_t i = 0; i < countof(counts); i++) {
		table_cell(t, "%s", names[i]);
		table_cell(t, "%zu", counts[i]);
	}
	table_print(t, r->out, r->coloured);
	table_free(t);
}

void report_plan(const struct report *r, const char *lab, const struct plan *p)
{
	struct json j = json_begin(r->out);
	own_text text = { 0 };

	if (!r->json) {
		plan_text(p, &text);
		fputs(text_str(&text), r->out);
		return;
	}
	plan_json_begin(&j, lab, p);
	objects_json(&j, p);
	behaviour_json(&j, p);
	nodes_json(&j, p);
	json_close(&j);
	json_end(&j);
}

void report_up(const struct report *r, const char *lab, const struct plan *p, uint64_t took_ns)
{
	struct plan_counts c = plan_count(p);
	struct json j = json_begin(r->out);

	if (!r->json) {
		fprintf(r->out, "lab '%s' is up: %zu nodes, %zu links (%.2f s)\n", lab, p->nodes.n,
			c.links, (double)took_ns / 1e9);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "lab", lab);
	json_string(&j, "vrf", vrf_backend_name(p->backends.vrf));
	json_string(&j, "delay", delay_backend_name(p->backends.delay));
	json_number(&j, "nodes", p->nodes.n);
	json_number(&j, "links", c.links);
	json_ms(&j, "took-ms", took_ns);
	json_close(&j);
	json_end(&j);
}
