/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/difference.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "routing/touch.h"

/* ---- links and nodes ---- */

static struct map *links_by_name(const struct fabric *f)
{
	struct map *m = map_new();

	for (each(struct fabric_link, l, &f->links))
		map_add(m, l->name, l);
	return m;
}

static void difference_count_links(const struct fabric *before, const struct fabric *after,
				   struct difference *d)
{
	struct map *old = links_by_name(before);
	size_t common = 0;

	for (each(const struct fabric_link, l, &after->links)) {
		const struct fabric_link *was = map_get(old, l->name);

		common += was != NULL;
		if (was && !was->down && l->down)
			d->links_down++;
		else if (was && was->down && !l->down)
			d->links_up++;
	}
	d->links_new = after->links.n - common;
	d->links_gone = before->links.n > common ? before->links.n - common : 0;
	map_free(old);
}

static void difference_count_nodes(const struct fabric *before, const struct fabric *after,
				   struct difference *d)
{
	for (each(const struct node, n, &before->nodes))
		d->nodes_gone += fabric_node(after, n->name) == NONE;
	for (each(const struct node, n, &after->nodes))
		d->nodes_new += fabric_node(before, n->name) == NONE;
}

/* ---- pairs ---- */

static char *difference_way_text(const struct fabric *f, const struct path *p)
{
	struct text t = { 0 };

	for (each(const struct step, s, &p->steps))
		text_printf(&t, "%s%s", s == p->steps.v ? "" : " > ", f->nodes.v[s->node].name);
	return t.s ? t.s : xstrdup("");
}

/* Finds no reason for a pair that is unreachable: reasons cost the most by far, and only pairs that
 * lose their path need one. */
static bool difference_arrives(const struct routes *r, const char *from, const char *to)
{
	uint32_t a = fabric_node(r->fabric, from), b = fabric_node(r->fabric, to);
	struct path way;
	bool delivered;

	if (a == NONE || b == NONE)
		return false;
	routes_walk(r, a, b, 0, &way);
	delivered = way.fate == FATE_DELIVERED;
	path_release(&way);
	return delivered;
}

static void difference_predict(const struct routes *r, const char *from, const char *to,
			       struct verdict *ret)
{
	uint32_t a = fabric_node(r->fabric, from), b = fabric_node(r->fabric, to);

	*ret = (struct verdict){ 0 };
	if (a != NONE && b != NONE)
		routes_predict(r, a, b, ret);
}

/* Fills in the two paths that differ: the forward paths, else the return paths. False: nothing
 * differs. */
static bool difference_compare_ways(const struct fabric *before, const struct verdict *was,
				    const struct fabric *after, const struct verdict *is,
				    struct pair_change *ret)
{
	bool other = was->rtt_min_ns != is->rtt_min_ns || was->rtt_max_ns != is->rtt_max_ns ||
		     was->multipath != is->multipath; /* although the nodes are the same */

	for (int look = 0; look < 3; look++) {
		ret->back = look == 1;
		ret->way_before =
			difference_way_text(before, ret->back ? &was->back : &was->forward);
		ret->way_after = difference_way_text(after, ret->back ? &is->back : &is->forward);
		if (strcmp(ret->way_before, ret->way_after) != 0 || (look == 2 && other))
			return true;
		free(ret->way_before);
		free(ret->way_after);
	}
	return false;
}

static bool difference_compare_pair(const struct fabric *before, const struct verdict *was,
				    const struct fabric *after, const struct verdict *is,
				    struct pair_change *ret)
{
	if (was->reachable && is->reachable) {
		ret->fate = PAIR_TURNED;
		return difference_compare_ways(before, was, after, is, ret);
	}
	if (was->reachable) {
		ret->fate = PAIR_LOST;
		ret->way_before = difference_way_text(before, &was->forward);
		ret->reason = is->reason ? xstrdup(is->reason) : NULL;
	} else if (is->reachable) {
		ret->fate = PAIR_GAINED;
		ret->way_after = difference_way_text(after, &is->forward);
	}
	return was->reachable || is->reachable;
}

static void difference_add_pair(const struct routes *before, const struct routes *after,
				const char *from, const char *to, struct difference *d)
{
	struct pair_change p = { .from = from, .to = to };
	struct verdict was, is;

	if (!difference_arrives(before, from, to) && !difference_arrives(after, from, to))
		return;
	difference_predict(before, from, to, &was);
	difference_predict(after, from, to, &is);
	if (difference_compare_pair(before->fabric, &was, after->fabric, &is, &p)) {
		p.rtt_before_ns = was.reachable ? was.rtt_ns : 0;
		p.rtt_after_ns = is.reachable ? is.rtt_ns : 0;
		vec_push(NULL, &d->pairs, p);
	}
	verdict_release(&was);
	verdict_release(&is);
}

/* The pairs that may have changed: [from * n + to]. All pairs of a new machine are among them. */
static bool *difference_touched_pairs(struct touch *t, const struct fabric *before,
				      const char **names, size_t n)
{
	bool *touched = xcalloc(n * n, sizeof(*touched));

	for (size_t to = 0; to < n; to++) {
		uint32_t b = fabric_node(before, names[to]);

		for (size_t from = 0; from < n; from++) {
			uint32_t a = fabric_node(before, names[from]);

			if (a == NONE || b == NONE || touch_way(t, a, b))
				touched[from * n + to] = touched[to * n + from] = true;
		}
	}
	return touched;
}

/* Compares the pairs of all machines: those of `after` in their order, then those that only
 * `before` has. */
static void difference_add_pairs(const struct routes *before, const struct routes *after,
				 struct touch *t, struct difference *d)
{
	VEC(const char *) names = { 0 };
	own_free bool *touched = NULL;

	for (each(const struct node, n, &after->fabric->nodes))
		if (node_is_machine(n))
			vec_push(NULL, &names, n->name);
	for (each(const struct node, n, &before->fabric->nodes))
		if (node_is_machine(n) && fabric_node(after->fabric, n->name) == NONE)
			vec_push(NULL, &names, n->name);
	touched = difference_touched_pairs(t, before->fabric, names.v, names.n);
	for (size_t a = 0; a < names.n; a++)
		for (size_t b = 0; b < names.n; b++)
			if (a != b && touched[a * names.n + b])
				difference_add_pair(before, after, names.v[a], names.v[b], d);
	vec_free(&names);
}

void difference_find(const struct routes *before, const struct routes *after,
		     struct difference *ret)
{
	struct touch *t = touch_new(before, after);

	*ret = (struct difference){ 0 };
	difference_count_links(before->fabric, after->fabric, ret);
	difference_count_nodes(before->fabric, after->fabric, ret);
	ret->routes = touch_routes(t, &ret->routers);
	difference_add_pairs(before, after, t, ret);
	touch_free(t);
}

void difference_release(struct difference *d)
{
	for (each(struct pair_change, p, &d->pairs)) {
		free(p->way_before);
		free(p->way_after);
		free(p->reason);
	}
	vec_free(&d->pairs);
}

size_t difference_pairs(const struct difference *d, enum pair_fate fate)
{
	size_t n = 0;

	for (each(const struct pair_change, p, &d->pairs))
		n += p->fate == fate;
	return n;
}
