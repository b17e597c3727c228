/* SPDX-License-Identifier: GPL-2.0-or-later */
/* map.h - names to values: a hash table with strings as keys.
 *
 * Keys are borrowed and must outlive the map. Order of insertion is not kept: walk the array
 * that the values came from, never the map, so that output stays deterministic.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>

struct map;

struct map *map_new(void);
void map_free(struct map *m); /* NULL is fine */

/* Adds a value and returns NULL; if the key exists already, keeps its value and returns that. */
void *map_add(struct map *m, const char *key, void *value);
void *map_get(const struct map *m, const char *key);
size_t map_count(const struct map *m);

/* Every key, in no particular order; ret_keys is the caller's array of map_count() pointers. */
void map_keys(const struct map *m, const char **ret_keys);

#endif
