/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/neighbours.h"

#include "base/mem.h"
#include "base/own.h"

static void neighbours_seat_all(struct neighbours *n, struct routes *r)
{
	const struct fabric *f = r->fabric;
	own_free uint32_t *fill = xcalloc(f->nodes.n + 1, sizeof(*fill));
	uint32_t *first = arena_alloc(r->arena, (f->nodes.n + 1) * sizeof(*first));
	struct seat *seats = arena_alloc(r->arena, 2 * f->sessions.n * sizeof(*seats));

	for (each(const struct session, s, &f->sessions))
		for (int side = 0; side < 2; side++)
			first[s->node[side] + 1]++;
	for (size_t i = 0; i < f->nodes.n; i++)
		first[i + 1] += first[i];
	n->far = xcalloc(2 * f->sessions.n, sizeof(*n->far));
	for (uint32_t i = 0; i < f->sessions.n; i++) {
		uint32_t at[2];

		for (uint32_t side = 0; side < 2; side++) {
			uint32_t node = f->sessions.v[i].node[side];

			at[side] = first[node] + fill[node]++;
			seats[at[side]] = (struct seat){ i, side };
		}
		n->far[at[0]] = at[1];
		n->far[at[1]] = at[0];
	}
	r->seats = seats;
	r->first_seat = first;
}

/* A number for all that policy_export() distinguishes in a neighbour: its kind, and whether it is
 * in the node's AS. */
enum { MANNERS = 2 * NODE_KINDS };
static uint32_t neighbours_manner(const struct fabric *f, uint32_t node, uint32_t neighbour)
{
	return 2 * f->nodes.v[neighbour].kind + (f->nodes.v[node].asn == f->nodes.v[neighbour].asn);
}

/* Groups the seats of a node by the manner of the neighbour, each group in order: a counting
 * sort. */
static void neighbours_group(struct neighbours *n, const struct routes *r, uint32_t node,
			     uint32_t *filled)
{
	const struct fabric *f = r->fabric;
	const uint32_t seat = r->first_seat[node], end = r->first_seat[node + 1];
	uint32_t count[MANNERS + 1] = { 0 };

	for (uint32_t i = seat; i < end; i++) {
		const struct session *s = &f->sessions.v[r->seats[i].session];

		if (s->kind == SESSION_BGP)
			count[neighbours_manner(f, node, s->node[!r->seats[i].side]) + 1]++;
	}
	for (uint32_t m = 0; m < MANNERS; m++) {
		uint32_t first = *filled + count[m];

		if (count[m + 1])
			vec_push(NULL, &n->update_groups,
				 ((struct update_group){ .first = first,
							 .end = first + count[m + 1] }));
		count[m + 1] += count[m];
	}
	for (uint32_t i = seat; i < end; i++) {
		const struct session *s = &f->sessions.v[r->seats[i].session];
		const uint32_t m = neighbours_manner(f, node, s->node[!r->seats[i].side]);

		if (s->kind == SESSION_BGP)
			n->listeners[*filled + count[m]++] = i;
	}
	*filled += count[MANNERS];
}

static void neighbours_group_all(struct neighbours *n, const struct routes *r)
{
	const size_t nodes = r->fabric->nodes.n;
	uint32_t filled = 0;

	n->listeners = xcalloc(2 * r->fabric->sessions.n, sizeof(*n->listeners));
	n->first_update_group = xcalloc(nodes + 1, sizeof(*n->first_update_group));
	for (uint32_t i = 0; i < nodes; i++) {
		neighbours_group(n, r, i, &filled);
		n->first_update_group[i + 1] = (uint32_t)n->update_groups.n;
	}
}

struct member { /* of an AS */
	uint32_t asn, node;
};

static int neighbours_by_as(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

static void neighbours_name_systems(struct neighbours *n, const struct fabric *f)
{
	own_free struct member *list = xcalloc(f->nodes.n, sizeof(*list));

	n->as = xcalloc(f->nodes.n, sizeof(*n->as));
	for (uint32_t i = 0; i < f->nodes.n; i++)
		list[i] = (struct member){ f->nodes.v[i].asn, i };
	qsort(list, f->nodes.n, sizeof(*list), neighbours_by_as);
	for (size_t i = 0; i < f->nodes.n; i++) {
		bool same = i && list[i].asn == list[i - 1].asn;

		n->as[list[i].node] = same ? n->as[list[i - 1].node] : list[i].node;
	}
}

void neighbours_init(struct neighbours *n, struct routes *r)
{
	*n = (struct neighbours){ .programs = xcalloc(r->fabric->nodes.n, sizeof(bool)) };
	neighbours_seat_all(n, r);
	neighbours_group_all(n, r);
	neighbours_name_systems(n, r->fabric);
	for (each(const struct session, s, &r->fabric->sessions))
		if (s->kind == SESSION_INJECT)
			n->programs[s->node[0]] = true;
}

void neighbours_release(struct neighbours *n)
{
	free(n->far);
	free(n->listeners);
	vec_free(&n->update_groups);
	free(n->first_update_group);
	free(n->as);
	free(n->programs);
}
