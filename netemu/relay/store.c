/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/store.h"

#include <errno.h>
#include <sys/mman.h>

enum { KEEP_FREE = 16 }; /* free chunks that are kept: 4 MiB are enough for a lab that only pings */

void store_init(struct store *s, uint64_t max)
{
	*s = (struct store){ .max = max };
}

static void store_unmap_first(struct store *s)
{
	struct chunk *c = s->free;

	s->free = c->next;
	s->free_n--;
	s->held -= CHUNK_SIZE;
	(void)munmap(c, CHUNK_SIZE);
}

void store_release(struct store *s)
{
	while (s->free)
		store_unmap_first(s);
}

int store_ready(struct store *s)
{
	struct chunk *c;

	if (s->free)
		return 0;
	if (s->held + CHUNK_SIZE > s->max)
		return -ENOMEM;
	c = mmap(NULL, CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		return -ENOMEM;
	s->held += CHUNK_SIZE;
	chunk_give(s, c);
	return 0;
}

struct chunk *chunk_take(struct store *s)
{
	struct chunk *c;

	if (store_ready(s) < 0)
		return NULL;
	c = s->free;
	s->free = c->next;
	if (--s->free_n < s->free_low)
		s->free_low = s->free_n;
	c->next = NULL;
	return c;
}

void chunk_give(struct store *s, struct chunk *c)
{
	c->used = c->live = 0;
	c->next = s->free;
	s->free = c;
	s->free_n++;
}

void store_trim(struct store *s)
{
	size_t surplus = s->free_low > KEEP_FREE ? s->free_low - KEEP_FREE : 0;

	for (size_t n = (surplus + 1) / 2; n > 0; n--)
		store_unmap_first(s);
	s->free_low = s->free_n;
}

bool store_is_trim(const struct store *s)
{
	return s->free_n <= KEEP_FREE;
}
