/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has its own hash table: a large topology asks for some hundred thousand numbers. */
#include "base/numbering.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "base/vec.h"

/* A space together with its first name: most spaces have only one. With `space` NULL: another name
 * of the space at index `of`. */
struct number_entry {
	uint64_t hash;
	const char *space, *where, *name;
	uint32_t number; /* the name's */
	uint32_t next;	 /* of a space: the number for its next name */
	uint32_t of;
};

struct number_slot {
	uint32_t hash; /* the upper half of the entry's: saves most comparisons */
	uint32_t i;    /* of the entry + 1, or 0 */
};

struct numbering {
	struct arena *arena;
	VEC(struct number_entry) entries; /* in the order of giving */
	struct number_slot *slots;	  /* open addressing, a power of two, at most half full */
	size_t size;
};

struct numbering *numbering_new(void)
{
	struct numbering *n = xcalloc(1, sizeof(*n));

	n->arena = arena_new();
	n->size = 64;
	n->slots = xcalloc(n->size, sizeof(*n->slots));
	return n;
}

void numbering_free(struct numbering *n)
{
	if (!n)
		return;
	vec_free(&n->entries);
	free(n->slots);
	arena_free(n->arena);
	free(n);
}

static uint64_t numbering_mix(uint64_t h)
{
	h *= 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

/* Hashes eight bytes at a time. The last word holds the number of bytes left: it marks the end of
 * the string. */
static uint64_t numbering_hash(uint64_t h, const char *s)
{
	size_t left = strlen(s);
	uint64_t word;

	for (; left >= sizeof(word); left -= sizeof(word), s += sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		h = numbering_mix(h ^ word);
	}
	word = (uint64_t)(left + 1) << 56;
	memcpy(&word, s, left);
	return numbering_mix(h ^ word);
}

static struct number_slot number_slot_for(uint64_t hash, size_t i)
{
	return (struct number_slot){ (uint32_t)(hash >> 32), (uint32_t)i + 1 };
}

static void numbering_widen(struct numbering *n)
{
	n->size *= 2;
	free(n->slots);
	n->slots = xcalloc(n->size, sizeof(*n->slots));
	for (size_t i = 0; i < n->entries.n; i++) {
		size_t at = (size_t)n->entries.v[i].hash & (n->size - 1);

		while (n->slots[at].i)
			at = (at + 1) & (n->size - 1);
		n->slots[at] = number_slot_for(n->entries.v[i].hash, i);
	}
}

/* Adds an entry. The entries may move in memory. */
static struct number_entry *numbering_add(struct numbering *n, struct number_entry e)
{
	size_t at = (size_t)e.hash & (n->size - 1);

	while (n->slots[at].i)
		at = (at + 1) & (n->size - 1);
	n->slots[at] = number_slot_for(e.hash, n->entries.n);
	vec_push(NULL, &n->entries, e);
	if (n->entries.n * 2 > n->size)
		numbering_widen(n);
	return &n->entries.v[n->entries.n - 1];
}

/* Returns the next entry with this hash from slot *at on, and moves *at behind it; or NULL. */
static struct number_entry *numbering_next_at(const struct numbering *n, uint64_t hash, size_t *at)
{
	for (;; ++*at) {
		const struct number_slot *s = &n->slots[*at & (n->size - 1)];

		if (!s->i)
			return NULL;
		if (s->hash == (uint32_t)(hash >> 32)) {
			++*at;
			return &n->entries.v[s->i - 1];
		}
	}
}

static struct number_entry *numbering_find_space(const struct numbering *n, uint64_t hash,
						 const char *space, const char *where)
{
	size_t at = (size_t)hash;
	struct number_entry *e;

	while ((e = numbering_next_at(n, hash, &at)))
		if (e->space && strcmp(e->where, where) == 0 && strcmp(e->space, space) == 0)
			return e;
	return NULL;
}

static struct number_entry *numbering_find_name(const struct numbering *n, uint64_t hash,
						uint32_t space, const char *name)
{
	size_t at = (size_t)hash;
	struct number_entry *e;

	while ((e = numbering_next_at(n, hash, &at)))
		if (!e->space && e->of == space && strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

static uint32_t numbering_index(const struct numbering *n, const struct number_entry *e)
{
	return (uint32_t)(e - n->entries.v);
}

/* A name's entry and its space's. numbering_give() gives a new name `number`, or with UINT32_MAX
 * the next number of the space. */
struct found {
	struct number_entry *it, *space;
	bool is_new;
};

static struct found numbering_give(struct numbering *n, const char *space, const char *where,
				   const char *name, uint32_t number)
{
	uint64_t hash = numbering_hash(numbering_hash(0, space), where), full;
	struct number_entry *s = numbering_find_space(n, hash, space, where), *e;
	uint32_t of;

	if (!s) {
		if (number == UINT32_MAX)
			number = 0;
		e = numbering_add(n, (struct number_entry){ .hash = hash,
							    .space = arena_strdup(n->arena, space),
							    .where = arena_strdup(n->arena, where),
							    .name = arena_strdup(n->arena, name),
							    .number = number,
							    .next = number + 1 });
		return (struct found){ e, e, true };
	}
	if (strcmp(s->name, name) == 0)
		return (struct found){ s, s, false };
	of = numbering_index(n, s);
	full = numbering_hash(hash, name);
	e = numbering_find_name(n, full, of, name);
	if (e)
		return (struct found){ e, s, false };
	if (number == UINT32_MAX)
		number = s->next;
	if (number >= s->next)
		s->next = number + 1;
	e = numbering_add(n, (struct number_entry){ .hash = full,
						    .name = arena_strdup(n->arena, name),
						    .number = number,
						    .of = of });
	return (struct found){ e, &n->entries.v[of], true };
}

uint32_t numbering_in(struct numbering *n, const char *space, const char *where, const char *name)
{
	return numbering_give(n, space, where, name, UINT32_MAX).it->number;
}

uint32_t numbering_renew(struct numbering *n, const char *space, const char *where,
			 const char *name)
{
	struct found f = numbering_give(n, space, where, name, UINT32_MAX);

	return f.it->number = f.space->next++;
}

/* ---- as text ---- */

void numbering_text(const struct numbering *n, struct text *out)
{
	for (each(const struct number_entry, e, &n->entries)) {
		const struct number_entry *space = e->space ? e : &n->entries.v[e->of];

		text_printf(out, "%u\t%s\t%s\t%s\n", e->number, space->space, space->where,
			    e->name);
	}
}

/* "12\tspace\twhere\tname" */
static int numbering_read_line(struct numbering *n, char *line)
{
	char *space, *where, *name = line, *end;
	unsigned long number = strtoul(line, &end, 10);

	(void)strsep(&name, "\t");
	space = strsep(&name, "\t");
	where = strsep(&name, "\t");
	if (end == line || *end || number >= UINT32_MAX - 1 || !name || !*name ||
	    strchr(name, '\t'))
		return -EBADMSG;
	return numbering_give(n, space, where, name, (uint32_t)number).is_new ? 0 : -EBADMSG;
}

int numbering_read(struct numbering *n, const char *text)
{
	own_free char *copy = xstrdup(text);
	int r = 0;

	for (char *line = copy, *end; r == 0 && *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return -EBADMSG;
		*end = '\0';
		r = numbering_read_line(n, line);
	}
	return r;
}
