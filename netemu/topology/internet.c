/* SPDX-License-Identifier: GPL-2.0-or-later */
/* internet: the hosts outside every cloud; the public addresses and NAT addresses of objects; the
 * ports that hosts listen on */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- services -------------------------------------------------------------------------------- */

/* "tcp/443" */
static void read_service(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct service *s = to;
	unsigned int port = 0;
	char word[4] = "", rest;

	if (sscanf(y->text, "%3[a-z]/%5u%c", word, &port, &rest) != 2 || port < 1 || port > 65535 ||
	    (strcmp(word, "tcp") != 0 && strcmp(word, "udp") != 0)) {
		read_refuse(r, t, y, "bad-service", yaml_clip(r->arena, y->text));
		return;
	}
	*s = (struct service){ strcmp(word, "udp") == 0 ? SERVICE_UDP : SERVICE_TCP, (uint16_t)port,
			       y->pos };
}

static const struct type type_service = { .noun = "a protocol and a port such as tcp/443",
					  .scalar = read_service,
					  .pattern = "^(tcp|udp)/[0-9]+$" };

static void *add_listen_service(struct reader *r, const struct yaml *y, void *list)
{
	(void)y;
	return vec_add(r->arena, (service_list *)list);
}

static void drop_refused_services(struct reader *r, const struct type *t, const struct yaml *y,
				  void *to)
{
	service_list *list = to;
	size_t kept = 0;

	(void)r, (void)t, (void)y;
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].port)
			list->v[kept++] = list->v[i];
	list->n = kept;
}

const struct type type_listen = { .noun = "a list such as [tcp/443, udp/53]",
				  .element = &type_service,
				  .add_element = add_listen_service,
				  .finish = drop_refused_services };

/* ---- public addresses ------------------------------------------------------------------------ */

static void read_public_address(struct reader *r, const struct type *t, const struct yaml *y,
				void *to)
{
	struct public_ip *ip = to;

	ip->address_pos = y->pos;
	if (!addr_parse(y->text, &ip->address) || ip->address.family != AF_INET)
		read_refuse(r, t, y, "bad-address", yaml_clip(r->arena, y->text));
}

static const struct type type_public_address = {
	.noun = "a public IPv4 address such as 203.0.113.10",
	.scalar = read_public_address,
	.pattern = "^[0-9.]+$"
};

static void *add_public_ip(struct reader *r, const struct yaml *y, void *list)
{
	struct public_ip *ip = vec_add(r->arena, (public_ip_list *)list);

	ip->host = y->key;
	ip->pos = y->key_pos;
	return ip;
}

const struct type type_public_ips = { .noun = "a map of hosts to public addresses",
				      .values = &type_public_address,
				      .add_value = add_public_ip };

static void read_nat_address(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct exit *e = to;

	e->nat_address_pos = y->pos;
	if (!addr_parse(y->text, &e->nat_address) || e->nat_address.family != AF_INET)
		read_refuse(r, t, y, "bad-address", yaml_clip(r->arena, y->text));
}

const struct type type_nat_address = { .noun = "a public IPv4 address such as 203.0.113.1",
				       .scalar = read_nat_address,
				       .pattern = "^[0-9.]+$" };

/* ---- the section ----------------------------------------------------------------------------- */

static const struct key host_keys[] = {
	{ "address", &type_host_families, FIELD(struct outside_host, addresses),
	  .flags = KEY_REQUIRED,
	  .help = "its address with its network's length, such as 198.51.100.10/24" },
	{ "listen", &type_listen, FIELD(struct outside_host, listen),
	  .help = "the ports that it listens on, such as tcp/443" },
	{ 0 }
};

static const struct type type_outside_host = {
	.noun = "an address with its network's length such as 198.51.100.10/24, or a map",
	.brief = &type_host_families,
	.brief_offset = offsetof(struct outside_host, addresses),
	.keys = host_keys
};

static void *add_outside_host(struct reader *r, const struct yaml *y, void *internet)
{
	struct outside_host *h = vec_add(r->arena, &((struct internet *)internet)->hosts);

	h->name = y->key;
	h->pos = y->key_pos;
	name_check(r, h->name, h->pos, NULL);
	return h;
}

static const struct type type_hosts = { .noun = "a map of hosts to addresses",
					.values = &type_outside_host,
					.add_value = add_outside_host };

static const struct key keys[] = {
	{ "hosts", &type_hosts, .help = "hosts outside every cloud, by name" },
	{ "rtt", &type_time, FIELD(struct internet, rtt_ns),
	  .help = "round trip between the internet and each NAT that leads to it",
	  .preset = "4ms" },
	{ 0 }
};

static void begin_internet(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct internet *i = to;
	const struct object *other = map_get(r->names, "internet");

	(void)t;
	i->o = (struct object){ OBJECT_INTERNET, "internet", y->key_pos };
	i->rtt_ns = INTERNET_RTT_NS;
	if (other)
		diag_error(r->dg, other->pos, -EINVAL, "duplicate-name",
			   "'internet' is the name of the internet: %s cannot have this name",
			   object_kind_phrase(other->kind));
}

const struct type type_internet_section = {
	.noun = "a map such as { hosts: { probe: 198.51.100.10/24 } }",
	.keys = keys,
	.begin = begin_internet
};
