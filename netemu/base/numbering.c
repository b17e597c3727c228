#include "base/numbering.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "base/vec.h"

struct given { /* one number */
	const char *key; /* "space\tname" */
	uint32_t number;
};

struct numbering {
	struct arena *arena;
	struct map *numbers, *next; /* both: number + 1; by key, by space */
	VEC(struct given) order;
};

struct numbering *numbering_new(void)
{
	struct numbering *n = xcalloc(1, sizeof(*n));

	n->arena = arena_new();
	n->numbers = map_new();
	n->next = map_new();
	return n;
}

void numbering_free(struct numbering *n)
{
	if (!n)
		return;
	map_free(n->numbers);
	map_free(n->next);
	arena_free(n->arena);
	free(n);
}

/* Maps keep what they were told first, so what changes is held by reference. */
static uint32_t *next_of(struct numbering *n, const char *space)
{
	uint32_t *next = map_get(n->next, space);

	if (!next) {
		next = arena_make(n->arena, uint32_t);
		map_add(n->next, arena_strdup(n->arena, space), next);
	}
	return next;
}

static void give(struct numbering *n, const char *key, uint32_t number)
{
	map_add(n->numbers, key, (void *)(uintptr_t)(number + 1));
	vec_push(n->arena, &n->order, ((struct given){ key, number }));
}

uint32_t numbering_of(struct numbering *n, const char *space, const char *name)
{
	own_free char *key = xasprintf("%s\t%s", space, name);
	uintptr_t at = (uintptr_t)map_get(n->numbers, key);
	uint32_t *next;

	if (at)
		return (uint32_t)(at - 1);
	next = next_of(n, space);
	give(n, arena_strdup(n->arena, key), (*next)++);
	return *next - 1;
}

void numbering_text(const struct numbering *n, struct text *out)
{
	for (each(const struct given, g, &n->order))
		text_printf(out, "%u\t%s\n", g->number, g->key);
}

/* "12\tspace\tname" */
static int read_line(struct numbering *n, char *line)
{
	char *end, *name;
	unsigned long number = strtoul(line, &end, 10);
	uint32_t *next;
	char *key;

	if (end == line || *end != '\t' || number >= UINT32_MAX - 1)
		return -EBADMSG;
	key = arena_strdup(n->arena, end + 1);
	name = strchr(end + 1, '\t');
	if (!name || name[1] == '\0' || map_get(n->numbers, key))
		return -EBADMSG;
	*name = '\0';
	next = next_of(n, end + 1);
	if (number >= *next)
		*next = (uint32_t)number + 1;
	give(n, key, (uint32_t)number);
	return 0;
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
		r = read_line(n, line);
	}
	return r;
}
