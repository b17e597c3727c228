/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/timers.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"

#define MS_NS UINT64_C(1000000)

/* ---- the real networks' figures ---- */

/* MSEEs offer BFD at 300 ms with a multiplier of 3 (Configure BFD over ExpressRoute); customers are
 * assumed to enable it, too, as that page advises, unless the file says otherwise. Gateways,
 * private clouds and the ends of Global Reach and Interconnect are Microsoft's own. Elsewhere BGP's
 * hold time of 180 s applies: MSEEs (ExpressRoute FAQ), VPN gateways and the Route Server (its FAQ:
 * 60/180) use it, and plain routers by default. */
static const uint64_t bfd_ns = 3 * (300 * MS_NS), hold_ns = 180000 * MS_NS;

static const struct {
	enum node_kind a, b;
} with_bfd[] = {
	{ NODE_CE, NODE_MSEE },	    { NODE_ROUTER, NODE_MSEE }, { NODE_MSEE, NODE_ER_GATEWAY },
	{ NODE_MSEE, NODE_MSEE },   { NODE_T0, NODE_MSEE },	{ NODE_NETWORK, NODE_MSEE },
	{ NODE_REGION, NODE_MSEE },
};

/* The time until a session whose path is cut is declared dead. */
static uint64_t detect_ns(const struct fabric *f, const struct session *s)
{
	enum node_kind a = f->nodes.v[s->node[0]].kind, b = f->nodes.v[s->node[1]].kind;

	if (s->kind == SESSION_INJECT) /* the platform does this without a protocol */
		return 0;
	for (size_t i = 0; i < countof(with_bfd) && !s->without_bfd; i++)
		if ((with_bfd[i].a == a && with_bfd[i].b == b) ||
		    (with_bfd[i].a == b && with_bfd[i].b == a))
			return bfd_ns;
	return hold_ns;
}

/* A speaker in the state Active retries every ConnectRetryTime, 120 s (RFC 4271, section 10). A
 * path returns at any moment of that interval: after 60 s on average. The page on ExpressRoute's
 * high availability also says "up to a minute" of an MSEE and a gateway. */
static uint64_t return_ns(const struct session *s)
{
	return s->kind == SESSION_INJECT ? 0 : 60000 * MS_NS;
}

/* ---- a change of the network ---- */

static const char not_yet[] = "it is not established again yet";

struct convergence {
	struct fabric *f;
	const char **link_truth, **session_truth; /* `down` of each after the change */
	uint64_t *link_at, *session_at;		  /* when it becomes known; 0: at once */
	VEC(uint64_t) moments;
};

/* Identifies a session by its ends, since its index differs between two fabrics. */
static char *session_key(const struct fabric *f, const struct session *s)
{
	return xasprintf("%d %s %s %s", (int)s->kind, fabric_object_name(s->object),
			 f->nodes.v[s->node[0]].name, f->nodes.v[s->node[1]].name);
}

static void time_sessions(struct convergence *c, const struct fabric *before, uint32_t speed)
{
	struct map *old = map_new();
	char **keys = xcalloc(before->sessions.n + 1, sizeof(*keys));

	for (size_t i = 0; i < before->sessions.n; i++) {
		keys[i] = session_key(before, &before->sessions.v[i]);
		map_add(old, keys[i], &before->sessions.v[i]);
	}
	for (size_t i = 0; i < c->f->sessions.n; i++) {
		const struct session *is = &c->f->sessions.v[i], *was;
		own_free char *key = session_key(c->f, is);

		was = map_get(old, key);
		if (was && !was->down && is->down)
			c->session_at[i] = detect_ns(c->f, is) / speed;
		else if (was && was->down && !is->down)
			c->session_at[i] = return_ns(is) / speed;
	}
	for (size_t i = 0; i < before->sessions.n; i++)
		free(keys[i]);
	free(keys);
	map_free(old);
}

static bool ends_at(const struct fabric *f, const struct fabric_link *l, uint32_t node)
{
	for (int e = 0; e < 2; e++)
		if (l->end[e].iface != NONE && f->ifaces.v[l->end[e].iface].node == node)
			return true;
	return false;
}

/* Whether the session's packets cross the link. A multihop session crosses the links at its ends;
 * links between those are not considered. */
static bool crosses(const struct fabric *f, const struct session *s, const struct fabric_link *l)
{
	if (s->iface[0] != NONE)
		return &f->links.v[f->ifaces.v[s->iface[0]].link] == l;
	return s->kind == SESSION_BGP && (ends_at(f, l, s->node[0]) || ends_at(f, l, s->node[1]));
}

/* Routers know that a link is cut when the last of its sessions has ended. */
static void time_links(struct convergence *c)
{
	const struct fabric *f = c->f;

	for (size_t i = 0; i < f->sessions.n; i++) {
		if (c->session_at[i] == 0 || !c->session_truth[i])
			continue;
		for (size_t k = 0; k < f->links.n; k++)
			if (c->link_truth[k] && crosses(f, &f->sessions.v[i], &f->links.v[k]) &&
			    c->link_at[k] < c->session_at[i])
				c->link_at[k] = c->session_at[i];
	}
}

static int by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void find_moments(struct convergence *c)
{
	size_t n = 1;

	vec_push(NULL, &c->moments, 0);
	for (size_t i = 0; i < c->f->sessions.n; i++)
		vec_push(NULL, &c->moments, c->session_at[i]);
	qsort(c->moments.v, c->moments.n, sizeof(*c->moments.v), by_time);
	for (size_t i = 1; i < c->moments.n; i++)
		if (c->moments.v[i] != c->moments.v[n - 1])
			c->moments.v[n++] = c->moments.v[i];
	c->moments.n = n;
}

struct convergence *convergence_begin(const struct fabric *before, struct fabric *after,
				      uint32_t speed)
{
	struct convergence *c = xcalloc(1, sizeof(*c));

	c->f = after;
	c->link_truth = xcalloc(after->links.n + 1, sizeof(*c->link_truth));
	c->session_truth = xcalloc(after->sessions.n + 1, sizeof(*c->session_truth));
	c->link_at = xcalloc(after->links.n + 1, sizeof(*c->link_at));
	c->session_at = xcalloc(after->sessions.n + 1, sizeof(*c->session_at));
	for (size_t i = 0; i < after->links.n; i++)
		c->link_truth[i] = after->links.v[i].down;
	for (size_t i = 0; i < after->sessions.n; i++)
		c->session_truth[i] = after->sessions.v[i].down;
	time_sessions(c, before, speed ? speed : 1);
	time_links(c);
	find_moments(c);
	return c;
}

void convergence_end(struct convergence *c)
{
	if (!c)
		return;
	convergence_mark(c, c->moments.n - 1);
	free(c->link_truth);
	free(c->session_truth);
	free(c->link_at);
	free(c->session_at);
	vec_free(&c->moments);
	free(c);
}

size_t convergence_moments(const struct convergence *c)
{
	return c->moments.n;
}

uint64_t convergence_at(const struct convergence *c, size_t moment)
{
	return c->moments.v[moment];
}

bool convergence_is_dark(const struct convergence *c, uint32_t link, size_t moment)
{
	return c->link_truth[link] && c->link_at[link] > c->moments.v[moment];
}

void convergence_mark(struct convergence *c, size_t moment)
{
	uint64_t now = c->moments.v[moment];

	for (uint32_t i = 0; i < c->f->links.n; i++)
		c->f->links.v[i].down = convergence_is_dark(c, i, moment) ? NULL : c->link_truth[i];
	for (size_t i = 0; i < c->f->sessions.n; i++)
		if (c->session_at[i] <= now)
			c->f->sessions.v[i].down = c->session_truth[i];
		else
			c->f->sessions.v[i].down = c->session_truth[i] ? NULL : not_yet;
}
