/* failed: what is down from the start */
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

static const char *const sides[] = { "primary", "secondary" };

/* "er-dc1", "er-dc1.primary", "hub.app": the object before the dot; parts are known to whoever
 * builds them. */
static void read_failure(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const char *dot = strchr(y->text, '.');
	char *name = arena_strndup(r->arena, y->text,
				   dot ? (size_t)(dot - y->text) : strlen(y->text));
	struct failure f = { .name = { y->text, y->pos }, .side = -1, .whole = !dot };

	(void)t, (void)to;
	if (strcmp(name, object_kind_section(OBJECT_INTERNET)) == 0 && r->m->internet.o.pos.line)
		f.object = &r->m->internet.o; /* the one object without a name of its own */
	else
		f.object = read_object(r, name, y->pos, ~0u, "an object or one of its parts");
	if (!f.object)
		return;
	for (int side = 0; side < 2 && dot; side++)
		if (strcmp(dot + 1, sides[side]) == 0)
			f.side = side;
	vec_push(r->arena, &r->m->failures, f);
}

static void *add_failure(struct reader *r, const struct yaml *y, void *to)
{
	(void)r, (void)y;
	return to;
}

static const struct type type_failure = {
	.noun = "an object or one of its parts, such as er-dc1.primary", .scalar = read_failure
};

const struct type type_failed = {
	.noun = "a list of objects or their parts", .element = &type_failure,
	.add_element = add_failure
};
