/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "routing/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_SIZE = 256 };

void path_pool_init(struct path_pool *pool, struct arena *arena)
{
	*pool = (struct path_pool){ .arena = arena, .size = FIRST_SIZE };
	pool->slots = xcalloc(pool->size, sizeof(*pool->slots));
}

void path_pool_release(struct path_pool *pool)
{
	free(pool->slots);
	vec_free(&pool->longer);
	*pool = (struct path_pool){ 0 };
}

/* A path is identified by its first ASN and the path behind it. */
static uint32_t path_hash(const struct as_path *behind, uint32_t asn)
{
	uint64_t h = (behind->hash ^ (uint64_t)asn << 32) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

/* Whether p is `asn` followed by `behind`. */
static bool path_is_longer_by(const struct as_path *p, const struct as_path *behind, uint32_t asn)
{
	if (p->n != behind->n + 1 || p->asn[0] != asn)
		return false;
	if (p->here == 1)
		return p->rest == behind;
	return p->rest == behind->rest &&
	       memcmp(p->asn + 1, behind->asn, behind->here * sizeof(*p->asn)) == 0;
}

static struct path_slot *path_free_slot(const struct path_pool *pool, uint32_t hash)
{
	size_t i = hash & (pool->size - 1);

	while (pool->slots[i].path)
		i = (i + 1) & (pool->size - 1);
	return &pool->slots[i];
}

static void path_pool_grow(struct path_pool *pool)
{
	struct path_slot *old = pool->slots;
	size_t size = pool->size;

	pool->size *= 2;
	pool->slots = xcalloc(pool->size, sizeof(*pool->slots));
	for (size_t i = 0; i < size; i++)
		if (old[i].path)
			*path_free_slot(pool, old[i].hash) = old[i];
	free(old);
}

static struct as_path *path_make(struct path_pool *pool, const struct as_path *behind, uint32_t asn)
{
	bool full = behind->here == 0 || behind->here == AS_PATH_PART;
	uint32_t here = full ? 1 : behind->here + 1;
	struct as_path *p = arena_alloc(pool->arena, sizeof(*p) + here * sizeof(*p->asn));

	p->id = (uint32_t)pool->longer.n;
	vec_push(NULL, &pool->longer, NULL);
	p->n = behind->n + 1;
	p->here = here;
	p->hash = path_hash(behind, asn);
	p->rest = full ? behind : behind->rest;
	p->asn[0] = asn;
	memcpy(p->asn + 1, behind->asn, (here - 1) * sizeof(*p->asn));
	return p;
}

/* Finds or makes `asn` followed by `behind`, which another ASN has extended first. */
static const struct as_path *path_find_or_make(struct path_pool *pool, const struct as_path *behind,
					       uint32_t asn)
{
	const uint32_t h = path_hash(behind, asn);
	size_t i = h & (pool->size - 1);
	const struct as_path *p;

	for (; pool->slots[i].path; i = (i + 1) & (pool->size - 1))
		if (pool->slots[i].hash == h && path_is_longer_by(pool->slots[i].path, behind, asn))
			return pool->slots[i].path;
	p = path_make(pool, behind, asn);
	pool->slots[i] = (struct path_slot){ p, h };
	if (++pool->n * 2 > pool->size)
		path_pool_grow(pool);
	return p;
}

static const struct as_path *path_prepend(struct path_pool *pool, const struct as_path *behind,
					  uint32_t asn)
{
	const struct as_path *first = pool->longer.v[behind->id];

	if (!first) {
		first = path_make(pool, behind, asn);
		return pool->longer.v[behind->id] = first;
	}
	return first->asn[0] == asn ? first : path_find_or_make(pool, behind, asn);
}

const struct as_path *path_empty(struct path_pool *pool)
{
	if (!pool->empty) {
		pool->empty = arena_make(pool->arena, struct as_path);
		vec_push(NULL, &pool->longer, NULL);
	}
	return pool->empty;
}

static const struct as_path *path_rewrite(struct path_pool *pool, const struct as_path *p,
					  uint32_t asn, enum rewrite how, uint32_t neighbour)
{
	const struct as_path *made = p->rest ? path_rewrite(pool, p->rest, asn, how, neighbour)
					     : path_empty(pool);

	for (uint32_t i = p->here; i--;) {
		if (how == REWRITE_STRIP_PRIVATE && asn_is_private(p->asn[i]))
			continue;
		if (how == REWRITE_STRIP_AZURE && asn_is_azure(p->asn[i]))
			continue;
		made = path_prepend(pool, made,
				    how == REWRITE_OVERRIDE && p->asn[i] == neighbour ? asn
										      : p->asn[i]);
	}
	return made;
}

const struct as_path *path_copy(struct path_pool *pool, const struct as_path *p)
{
	return path_rewrite(pool, p, 0, REWRITE_NONE, 0);
}

const struct as_path *path_export(struct path_pool *pool, const struct as_path *p, uint32_t asn,
				  uint32_t repeat, enum rewrite how, uint32_t neighbour)
{
	if (how != REWRITE_NONE)
		p = path_rewrite(pool, p, asn, how, neighbour);
	while (repeat--)
		p = path_prepend(pool, p, asn);
	return p;
}
