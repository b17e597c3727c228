/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct map_slot {
	const char *key;
	void *value;
};

struct map {
	struct map_slot *slots; /* open addressing, a power of two, at most half full */
	size_t n, size;
};

static uint64_t map_hash(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h ^ h >> 32;
}

static struct map_slot *map_find(const struct map *m, const char *key)
{
	size_t i = (size_t)map_hash(key) & (m->size - 1);

	while (m->slots[i].key && strcmp(m->slots[i].key, key) != 0)
		i = (i + 1) & (m->size - 1);
	return &m->slots[i];
}

struct map *map_new(void)
{
	struct map *m = xcalloc(1, sizeof(*m));

	m->size = 32;
	m->slots = xcalloc(m->size, sizeof(*m->slots));
	return m;
}

void map_free(struct map *m)
{
	if (!m)
		return;
	free(m->slots);
	free(m);
}

static void map_widen(struct map *m)
{
	struct map wider = { .n = m->n, .size = m->size * 2 };

	wider.slots = xcalloc(wider.size, sizeof(*wider.slots));
	for (size_t i = 0; i < m->size; i++)
		if (m->slots[i].key)
			*map_find(&wider, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = wider;
}

void *map_add(struct map *m, const char *key, void *value)
{
	struct map_slot *s = map_find(m, key);

	if (s->key)
		return s->value;
	*s = (struct map_slot){ key, value };
	if (++m->n * 2 > m->size)
		map_widen(m);
	return NULL;
}

void *map_get(const struct map *m, const char *key)
{
	return map_find(m, key)->value;
}

size_t map_count(const struct map *m)
{
	return m->n;
}

void map_keys(const struct map *m, const char **ret_keys)
{
	for (size_t i = 0; i < m->size; i++)
		if (m->slots[i].key)
			*ret_keys++ = m->slots[i].key;
}
