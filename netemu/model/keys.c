/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Authorizations: each is created on a circuit and valid for one connection (AVS, peer
 * on-premises). A connection that redeems a wrong or an already redeemed one does not come up. */
#include <string.h>

#include "base/mem.h"
#include "model/model.h"

/* A join with the key that it redeems, and the circuits that may own the key. */
struct redeemer {
	const struct object *o;
	const struct placed_name *key;
	const struct circuit *circuit[2]; /* the second may be NULL */
};

static struct redeemer redeemer_of_connection(const struct gateway_connection *gc)
{
	return (struct redeemer){ &gc->o, &gc->authorization, { gc->circuit, NULL } };
}

static struct redeemer redeemer_of_join(const struct circuit_join *join)
{
	return (struct redeemer){ &join->o, &join->authorization, { join->end[0], join->end[1] } };
}

/* Returns the circuits' authorization of that name, or NULL. */
static const struct authorization *find_key(const struct redeemer *r)
{
	for (size_t i = 0; i < countof(r->circuit) && r->circuit[i] && r->key->name; i++)
		for (each(struct authorization, a, &r->circuit[i]->authorizations))
			if (strcmp(a->key, r->key->name) == 0)
				return a;
	return NULL;
}

/* Returns the join that redeemed the key before `o`, or NULL. */
static const struct object *
find_first_redeemer(const struct model *m, const struct authorization *key, const struct object *o)
{
	for (each(struct gateway_connection *, gc, &m->gateway_connections)) {
		struct redeemer r = redeemer_of_connection(*gc);

		if (r.o == o)
			return NULL;
		if (find_key(&r) == key)
			return r.o;
	}
	for (each(struct circuit_join *, join, &m->global_reach)) {
		struct redeemer r = redeemer_of_join(*join);

		if (r.o == o)
			return NULL;
		if (find_key(&r) == key)
			return r.o;
	}
	return NULL;
}

const char *model_refused_key(const struct model *m, const struct object *join, struct arena *a)
{
	const struct authorization *key;
	const struct object *user;
	struct redeemer r;

	if (join->kind == OBJECT_GATEWAY_CONNECTION)
		r = redeemer_of_connection((const struct gateway_connection *)join);
	else
		r = redeemer_of_join((const struct circuit_join *)join);
	if (!r.key->name)
		return NULL;
	key = find_key(&r);
	user = key ? find_first_redeemer(m, key, join) : NULL;
	if (user)
		return arena_printf(a, "the authorization '%s' has already been redeemed by '%s'",
				    r.key->name, user->name);
	if (key)
		return NULL;
	if (strcmp(r.key->name, "none") == 0)
		return arena_printf(a, "'%s' redeems no authorization of '%s'", join->name,
				    r.circuit[0]->o.name);
	if (!r.circuit[1])
		return arena_printf(a, "'%s' has no authorization '%s'", r.circuit[0]->o.name,
				    r.key->name);
	return arena_printf(a, "neither '%s' nor '%s' has an authorization '%s'",
			    r.circuit[0]->o.name, r.circuit[1]->o.name, r.key->name);
}
