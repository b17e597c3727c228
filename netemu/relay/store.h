/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.h - the memory of queued frames.
 *
 * Lanes take and give back chunks of one size. The chunk given back last is taken first, since
 * it is still in the cache. A store never holds more than its maximum, so a take may fail.
 * Pure: no clock, no sockets.
 */
#ifndef RELAY_STORE_H
#define RELAY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHUNK_SIZE = 256 * 1024 };

struct chunk {
	struct chunk *next; /* while free */
	uint32_t used;	    /* bytes of room[] written */
	uint32_t live;	    /* frames that have bytes here */
	_Alignas(16) unsigned char room[];
};

#define CHUNK_ROOM ((uint32_t)(CHUNK_SIZE - offsetof(struct chunk, room)))

struct store {
	struct chunk *free;
	size_t free_n, free_low; /* free now; fewest free since the last store_trim() */
	uint64_t held, max;	 /* bytes of all chunks, used and free */
};

void store_init(struct store *s, uint64_t max);
void store_release(struct store *s); /* after the lanes have given back all chunks */

/* Makes sure that the next chunk_take() succeeds. Returns 0 or -ENOMEM. */
int store_ready(struct store *s);

/* An empty chunk, or NULL. */
struct chunk *chunk_take(struct store *s);
void chunk_give(struct store *s, struct chunk *c);

/* Whether store_trim() has no memory left to return. */
bool store_is_trim(const struct store *s);

/* Returns to the kernel half of the chunks that stayed free since the last call. */
void store_trim(struct store *s);

#endif
