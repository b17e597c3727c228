/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paths.h - inside the routing room: AS paths, interned. */
#ifndef ROUTING_PATHS_H
#define ROUTING_PATHS_H

#include "routing/policy.h"

struct path_slot {
	const struct as_path *path;
	uint32_t hash; /* of the path: saves most comparisons */
};

struct path_pool {
	struct arena *arena;
	struct path_slot *slots; /* open addressing, at most half full */
	size_t n, size;
	const struct as_path *empty;
	/* Of each path, by its id: the first path that extends it by one ASN, or NULL. Most have no
	 * other; the slots hold the others. */
	VEC(const struct as_path *) longer;
};

void path_pool_init(struct path_pool *pool, struct arena *arena);
void path_pool_release(struct path_pool *pool);

/* The empty path. */
const struct as_path *path_empty(struct path_pool *pool);

/* Copies a path of another pool into this one. */
const struct as_path *path_copy(struct path_pool *pool, const struct as_path *p);

/* The path that a speaker sends: its ASN `repeat` times in front of the rewritten path. `neighbour`
 * is the receiver's ASN, for REWRITE_OVERRIDE. */
const struct as_path *path_export(struct path_pool *pool, const struct as_path *p, uint32_t asn,
				  uint32_t repeat, enum rewrite how, uint32_t neighbour);

#endif
