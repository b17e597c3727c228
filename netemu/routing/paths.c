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
	*pool = (struct path_pool){ 0 };
}

static size_t hash(const uint32_t *asn, uint32_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (uint32_t i = 0; i < n; i++)
		h = (h ^ asn[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

static const struct as_path **find(const struct path_pool *pool, const uint32_t *asn, uint32_t n)
{
	size_t i = hash(asn, n) & (pool->size - 1);

	while (pool->slots[i] && (pool->slots[i]->n != n ||
				  memcmp(pool->slots[i]->asn, asn, n * sizeof(*asn)) != 0))
		i = (i + 1) & (pool->size - 1);
	return &pool->slots[i];
}

static void widen(struct path_pool *pool)
{
	const struct as_path **old = pool->slots;
	size_t size = pool->size;

	pool->size *= 2;
	pool->slots = xcalloc(pool->size, sizeof(*pool->slots));
	for (size_t i = 0; i < size; i++)
		if (old[i])
			*find(pool, old[i]->asn, old[i]->n) = old[i];
	free(old);
}

static const struct as_path *intern(struct path_pool *pool, const uint32_t *asn, uint32_t n)
{
	const struct as_path **slot = find(pool, asn, n), *found = *slot;
	struct as_path *p;

	if (found)
		return found;
	p = arena_alloc(pool->arena, sizeof(*p) + n * sizeof(*asn));
	p->n = n;
	if (n)
		memcpy(p->asn, asn, n * sizeof(*asn));
	*slot = p;
	if (++pool->n * 2 > pool->size)
		widen(pool);
	return p;
}

const struct as_path *path_empty(struct path_pool *pool)
{
	static const uint32_t none;

	return intern(pool, &none, 0);
}

const struct as_path *path_export(struct path_pool *pool, const struct as_path *p, uint32_t asn,
				  uint32_t repeat, enum rewrite how, uint32_t neighbour)
{
	uint32_t buf[64], *to = buf, n = 0;
	const struct as_path *made;

	if (p->n + repeat > countof(buf))
		to = xmalloc((p->n + repeat) * sizeof(*to));
	while (n < repeat)
		to[n++] = asn;
	for (uint32_t i = 0; i < p->n; i++) {
		if (how == REWRITE_STRIP_PRIVATE && asn_is_private(p->asn[i]))
			continue;
		if (how == REWRITE_STRIP_AZURE && asn_is_azure(p->asn[i]))
			continue;
		to[n++] = how == REWRITE_OVERRIDE && p->asn[i] == neighbour ? asn : p->asn[i];
	}
	made = intern(pool, to, n);
	if (to != buf)
		free(to);
	return made;
}
