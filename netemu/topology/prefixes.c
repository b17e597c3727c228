/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and prefixes, alone and in lists. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "topology/values.h"

static void read_address(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (!addr_parse(y->text, to))
		read_refuse(r, t, y, "bad-address", yaml_clip(r->arena, y->text));
}

const struct type type_address = { .noun = "an address such as 10.1.1.4",
				   .scalar = read_address,
				   .pattern = "^[0-9a-fA-F.:]+$" };

/* Suggests the most likely length for an address without one. */
static void suggest_length(struct reader *r, const char *s)
{
	struct prefix p;

	if (!addr_parse(s, &p.a))
		return;
	p.len = p.a.family == AF_INET ? 24 : 64;
	if (!prefix_is_network(&p))
		p.len = (uint8_t)addr_bits(&p.a);
	diag_hint(r->dg, "write its length too, as in %s", PREFIX_STR(&p));
}

bool network_parse(struct reader *r, const char *s, struct pos at, struct prefix *ret)
{
	struct prefix p, net;

	if (!prefix_parse(s, &p)) {
		diag_error(r->dg, at, -EINVAL, "bad-prefix",
			   "a prefix such as 10.1.1.0/24 is needed here: %s",
			   yaml_clip(r->arena, s));
		suggest_length(r, s);
		return false;
	}
	if (!prefix_is_network(&p)) {
		net = prefix_network(&p);
		diag_error(r->dg, at, -EINVAL, "bad-prefix", "%s has bits set beyond its length",
			   PREFIX_STR(&p));
		diag_hint(r->dg, "did you mean %s?", PREFIX_STR(&net));
		return false;
	}
	*ret = p;
	return true;
}

static void read_network(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct prefix p;

	(void)t;
	if (network_parse(r, y->text, y->pos, &p))
		*(struct placed_prefix *)to = (struct placed_prefix){ p, y->pos };
}

const struct type type_network = { .noun = "a prefix such as 10.1.1.0/24",
				   .scalar = read_network,
				   .pattern = "^[0-9a-fA-F.:]+/[0-9]+$" };

/* Prefixes that the kernel does not assign to interfaces or does not route, so no network may use
 * them. */
static const struct {
	const char *prefix, *use;
} unfit[] = {
	{ "0.0.0.0/8", "for hosts that have no address yet" },
	{ "127.0.0.0/8", "for loopback" },
	{ "224.0.0.0/4", "for multicast" },
	{ "::/8", "for loopback and for IPv4 addresses" },
	{ "fe80::/10", "for link-local addresses" },
	{ "ff00::/8", "for multicast" },
};

static void check_fit(struct reader *r, const struct placed_prefix *p)
{
	for (size_t i = 0; i < countof(unfit); i++) {
		struct prefix space = prefix_lit(unfit[i].prefix);

		if (!prefix_overlaps(&space, &p->prefix))
			continue;
		diag_error(r->dg, p->pos, -EINVAL, "bad-prefix", "%s cannot be a network: %s is %s",
			   PREFIX_STR(&p->prefix), unfit[i].prefix, unfit[i].use);
		return;
	}
}

static void read_own_network(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct placed_prefix p = { .pos = y->pos };

	(void)t;
	if (!network_parse(r, y->text, y->pos, &p.prefix))
		return;
	check_fit(r, &p);
	*(struct placed_prefix *)to = p;
}

const struct type type_own_network = { .noun = "a prefix such as 10.1.1.0/24",
				       .scalar = read_own_network,
				       .pattern = "^[0-9a-fA-F.:]+/[0-9]+$" };

static void *add_prefix(struct reader *r, const struct yaml *y, void *list)
{
	(void)y;
	return vec_add(r->arena, (prefix_list *)list);
}

static void read_one_network(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	read_network(r, t, y, add_prefix(r, y, to));
}

/* Removes the empty elements that refused prefixes have left. */
static void drop_refused_prefixes(struct reader *r, const struct type *t, const struct yaml *y,
				  void *to)
{
	prefix_list *list = to;
	size_t kept = 0;

	(void)r, (void)t, (void)y;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].prefix.a.family)
			list->v[kept++] = list->v[i];
	list->n = kept;
}

const struct type type_networks = { .noun = "a prefix or a list of them",
				    .scalar = read_one_network,
				    .pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
				    .element = &type_network,
				    .add_element = add_prefix,
				    .finish = drop_refused_prefixes };

const struct type type_some_networks = { .noun = "a prefix or a list of them",
					 .scalar = read_one_network,
					 .pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
					 .element = &type_network,
					 .add_element = add_prefix,
					 .least = 1,
					 .finish = drop_refused_prefixes };

static void check_families(struct reader *r, const prefix_list *list, const char *of)
{
	if (list->n < 2 || list->v[0].prefix.a.family != list->v[1].prefix.a.family)
		return;
	diag_error(r->dg, list->v[1].pos, -EINVAL, "families",
		   "'%s' has two %s prefixes: at most one IPv4 and one IPv6 prefix are allowed",
		   yaml_clip(r->arena, of),
		   list->v[0].prefix.a.family == AF_INET ? "IPv4" : "IPv6");
}

static void finish_families(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	drop_refused_prefixes(r, t, y, to);
	check_families(r, to, y->key);
	for (each(struct placed_prefix, p, (const prefix_list *)to))
		check_fit(r, p);
}

const struct type type_families = { .noun = "a prefix, or a list of an IPv4 and an IPv6 prefix",
				    .scalar = read_one_network,
				    .pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
				    .element = &type_network,
				    .add_element = add_prefix,
				    .least = 1,
				    .most = 2,
				    .finish = finish_families };

/* The first and the last address of an IPv4 network are not for hosts. */
static bool host_may_bear(const struct prefix *p)
{
	struct prefix net = prefix_network(p);
	struct addr last;

	if (p->a.family != AF_INET || p->len > 30)
		return true;
	last = prefix_nth(&net, prefix_size(&net) - 1);
	return !addr_eq(&p->a, &net.a) && !addr_eq(&p->a, &last);
}

static void read_host(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct prefix p;

	if (!prefix_parse(y->text, &p))
		read_refuse(r, t, y, "bad-prefix", yaml_clip(r->arena, y->text));
	else if (!host_may_bear(&p))
		diag_error(r->dg, y->pos, -EINVAL, "bad-address",
			   "%s is the network address or the broadcast address, not a host address",
			   PREFIX_STR(&p));
	else
		*(struct placed_prefix *)to = (struct placed_prefix){ p, y->pos };
}

static void read_one_host(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	read_host(r, t, y, add_prefix(r, y, to));
}

static const struct type type_host = {
	.noun = "an address with its network's length such as 10.50.0.10/24",
	.scalar = read_host,
	.pattern = "^[0-9a-fA-F.:]+/[0-9]+$"
};

const struct type type_host_families = {
	.noun = "an address with its network's length such as 10.50.0.10/24, or one of each family",
	.scalar = read_one_host,
	.pattern = "^[0-9a-fA-F.:]+/[0-9]+$",
	.element = &type_host,
	.add_element = add_prefix,
	.least = 1,
	.most = 2,
	.finish = finish_families
};
