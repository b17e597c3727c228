/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The internet: the objects that reach it, and the owners of public addresses. */
#include "model/check.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

struct taken { /* a public address in use */
	struct addr address;
	struct pos pos;
	const char *of;
};

struct public_space {
	struct check *c;
	VEC(struct taken) taken;
};

/* Whether the internet does not route the address (RFC 1918, 6598, 3927, 1122, 5771, 1112). */
static bool is_private(const struct addr *a)
{
	static const char *const spaces[] = { "0.0.0.0/8",	"10.0.0.0/8",	  "100.64.0.0/10",
					      "127.0.0.0/8",	"169.254.0.0/16", "172.16.0.0/12",
					      "192.168.0.0/16", "224.0.0.0/3" };

	for (size_t i = 0; i < countof(spaces); i++) {
		struct prefix p = prefix_lit(spaces[i]);

		if (prefix_has(&p, a))
			return true;
	}
	return false;
}

static void check_public(struct public_space *s, const struct addr *a, struct pos at,
			 const char *of)
{
	struct check *c = s->c;

	if (!a->family)
		return;
	if (is_private(a)) {
		diag_error(c->dg, at, -EINVAL, "public-address",
			   "%s of '%s' is not a public address: the internet does not route it",
			   ADDR_STR(a), of);
		diag_hint(c->dg,
			  "192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 are for examples");
	}
	for (each(struct taken, t, &s->taken))
		if (addr_eq(&t->address, a)) {
			diag_error(c->dg, at, -EINVAL, "public-address",
				   "%s of '%s' is already the public address of '%s'; see %s:%u",
				   ADDR_STR(a), of, t->of, t->pos.file, t->pos.line);
			return;
		}
	for (each(struct outside_host, h, &c->m->internet.hosts))
		for (each(struct placed_prefix, p, &h->addresses))
			if (prefix_has(&p->prefix, a)) {
				diag_error(c->dg, at, -EINVAL, "public-address",
					   "%s of '%s' is in the network of 'internet.%s' (%s)",
					   ADDR_STR(a), of, h->name, PREFIX_STR(&p->prefix));
				return;
			}
	vec_push(c->scratch, &s->taken, ((struct taken){ *a, at, of }));
}

static bool has_host(const struct network *n, const char *name)
{
	for (each(struct vm, vm, &n->vms))
		if (strcmp(vm->name, name) == 0)
			return true;
	return false;
}

static void check_ips(struct public_space *s, const struct object *o, const public_ip_list *ips,
		      const struct network *networks, size_t n)
{
	for (each(struct public_ip, ip, ips)) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found = found || (networks[i].routed && has_host(&networks[i], ip->host));
		if (!found)
			diag_error(s->c->dg, ip->pos, -ENOENT, "public-address",
				   "'%s' of '%s' has a public address, but there is no such host",
				   ip->host, o->name);
		check_public(s, &ip->address, ip->address_pos,
			     arena_printf(s->c->scratch, "%s.%s", o->name, ip->host));
	}
}

static void needs_internet(struct check *c, struct pos at, const char *what)
{
	if (c->m->internet.o.pos.line)
		return;
	diag_error(c->dg, at, -EINVAL, "no-internet",
		   "%s needs the section 'internet', and the file has none", what);
	diag_hint(c->dg, "internet: { hosts: { probe: 198.51.100.10/24 } }");
}

static void check_overlap(struct check *c, const struct placed_prefix *host, const char *name,
			  const prefix_list *list, const char *of)
{
	for (each(struct placed_prefix, p, list))
		if (prefix_overlaps(&p->prefix, &host->prefix))
			diag_error(c->dg, host->pos, -EINVAL, "overlap",
				   "the network of 'internet.%s' (%s) overlaps %s of '%s'", name,
				   PREFIX_STR(&host->prefix), PREFIX_STR(&p->prefix), of);
}

static void check_outside_host(struct check *c, const struct outside_host *h)
{
	for (each(struct placed_prefix, p, &h->addresses)) {
		if (p->prefix.a.family != AF_INET || is_private(&p->prefix.a))
			diag_error(c->dg, p->pos, -EINVAL, "public-address",
				   "%s of 'internet.%s' is not a public IPv4 address",
				   ADDR_STR(&p->prefix.a), h->name);
		for (each(struct virtual_network *, vn, &c->m->virtual_networks))
			check_overlap(c, p, h->name, &(*vn)->address_space, (*vn)->o.name);
		for (each(struct site *, s, &c->m->sites))
			for (each(struct network, n, &(*s)->networks))
				check_overlap(c, p, h->name, &n->prefixes, (*s)->o.name);
		for (each(struct private_cloud *, pc, &c->m->private_clouds))
			for (each(struct network, n, &(*pc)->segments))
				check_overlap(c, p, h->name, &n->prefixes, (*pc)->o.name);
		for (each(struct cloudsimple_region *, r, &c->m->cloudsimple_regions))
			for (each(struct cloudsimple_cloud *, cloud, &(*r)->clouds))
				for (each(struct network, n, &(*cloud)->segments))
					check_overlap(c, p, h->name, &n->prefixes,
						      (*cloud)->o.name);
	}
}

static void check_networks_ips(struct public_space *s)
{
	for (each(struct virtual_network *, it, &s->c->m->virtual_networks)) {
		const struct virtual_network *vn = *it;

		for (each(struct network, n, &vn->subnets)) {
			if (n->public_ips.n)
				needs_internet(s->c, n->public_ips.v[0].pos, "a public address");
			check_ips(s, &vn->o, &n->public_ips, n, 1);
		}
		check_public(s, &vn->exit.nat_address, vn->exit.nat_address_pos, vn->o.name);
	}
}

static void check_clouds_ips(struct public_space *s)
{
	for (each(struct private_cloud *, it, &s->c->m->private_clouds)) {
		const struct private_cloud *pc = *it;

		if (pc->internet != CLOUD_INTERNET_NONE)
			needs_internet(s->c, pc->internet_pos, "a cloud's own way to the internet");
		if (pc->public_ips.n && pc->internet != CLOUD_INTERNET_PUBLIC_IP) {
			diag_error(s->c->dg, pc->public_ips.v[0].pos, -EINVAL, "public-address",
				   "the public addresses of '%s' have no effect", pc->o.name);
			diag_hint(s->c->dg, "write `internet: public-ip`");
		}
		if (pc->generation == 2 && pc->internet != CLOUD_INTERNET_NONE)
			diag_error(s->c->dg, pc->internet_pos, -EINVAL, "public-address",
				   "'%s' is of generation 2: it reaches the internet through its "
				   "virtual network",
				   pc->o.name);
		check_ips(s, &pc->o, &pc->public_ips, pc->segments.v, pc->segments.n);
		check_public(s, &pc->exit.nat_address, pc->exit.nat_address_pos, pc->o.name);
	}
}

static void check_regions_ips(struct public_space *s)
{
	for (each(struct cloudsimple_region *, it, &s->c->m->cloudsimple_regions)) {
		const struct cloudsimple_region *region = *it;

		if (region->internet)
			needs_internet(s->c, region->internet_pos,
				       "a region's way to the internet");
		for (each(struct cloudsimple_cloud *, cloud, &region->clouds)) {
			check_ips(s, &(*cloud)->o, &(*cloud)->public_ips, (*cloud)->segments.v,
				  (*cloud)->segments.n);
			if (region->internet || !(*cloud)->public_ips.n)
				continue;
			diag_error(s->c->dg, (*cloud)->public_ips.v[0].pos, -EINVAL,
				   "public-address", "the public addresses of '%s' have no effect",
				   (*cloud)->o.name);
			diag_hint(s->c->dg, "write `internet: true` in %s", region->o.name);
		}
		check_public(s, &region->exit.nat_address, region->exit.nat_address_pos,
			     region->o.name);
	}
}

void check_internet(struct check *c)
{
	struct public_space s = { .c = c };

	for (each(struct outside_host, h, &c->m->internet.hosts))
		check_outside_host(c, h);
	check_networks_ips(&s);
	check_clouds_ips(&s);
	check_regions_ips(&s);
	for (each(struct site *, site, &c->m->sites)) {
		if ((*site)->internet)
			needs_internet(c, (*site)->internet_pos, "a site's way to the internet");
		check_public(&s, &(*site)->exit.nat_address, (*site)->exit.nat_address_pos,
			     (*site)->o.name);
	}
}
