/* SPDX-License-Identifier: GPL-2.0-or-later */
/* failed and impaired: objects that are down from the start, and impairments of links besides
 * what the rest of the file implies */
#include <errno.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- targets --------------------------------------------------------------------------------- */

static const char *const sides[] = { "primary", "secondary" };

struct target {
	const struct object *object; /* NULL: already reported */
	int side;		     /* as in struct failure */
};

/* "er-dc1", "er-dc1.primary", "hub.app": finds the object before the dot. Only the fabric room
 * knows which parts an object has. */
static struct target find_target(struct reader *r, const char *written, struct pos at)
{
	const char *dot = strchr(written, '.');
	char *name =
		arena_strndup(r->arena, written, dot ? (size_t)(dot - written) : strlen(written));
	struct target t = { .side = -1 };

	if (strcmp(name, object_kind_section(OBJECT_INTERNET)) == 0 && r->m->internet.o.pos.line)
		t.object = &r->m->internet.o; /* the one object without a name of its own */
	else
		t.object = read_object(r, name, at, ~0u, "an object or one of its parts");
	for (int side = 0; side < 2 && dot; side++)
		if (strcmp(dot + 1, sides[side]) == 0)
			t.side = side;
	return t;
}

/* ---- failed ---------------------------------------------------------------------------------- */

static void read_failure(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct target target = find_target(r, y->text, y->pos);
	struct failure f = { .name = { y->text, y->pos },
			     .object = target.object,
			     .side = target.side,
			     .whole = !strchr(y->text, '.') };

	(void)t, (void)to;
	if (f.object)
		vec_push(r->arena, &r->m->failures, f);
}

static const struct type type_failure = {
	.noun = "an object or one of its parts, such as er-dc1.primary",
	.scalar = read_failure,
	.pattern = NODE_PATTERN
};

const struct type type_failed = { .noun = "a list of objects or their parts",
				  .element = &type_failure,
				  .add_element = read_in_place };

/* ---- impaired -------------------------------------------------------------------------------- */

const struct key impairment_keys[] = {
	{ "delay", &type_time, FIELD(struct impaired, what.delay_ns), .help = "one way" },
	{ "jitter", &type_time, FIELD(struct impaired, what.jitter_ns),
	  .help = "each delay is uniform between delay - jitter and delay + jitter" },
	{ "loss", &type_share, FIELD(struct impaired, what.loss_ppm),
	  .help = "share of lost packets" },
	{ "duplicate", &type_share, FIELD(struct impaired, what.duplicate_ppm),
	  .help = "share of packets that arrive twice" },
	{ "reorder", &type_share, FIELD(struct impaired, what.reorder_ppm),
	  .help = "share of packets that overtake earlier ones" },
	{ "rate", &type_rate, FIELD(struct impaired, what.rate_bps), .help = "such as 100Mbit" },
	REFUSED("rtt", "'delay' is one-way, for each direction: write half of the round trip"),
	REFUSED("mtu", "an impairment cannot change the MTU of a link"),
	{ 0 }
};

static void finish_impaired(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	static const struct {
		const char *key;
		unsigned int bit;
	} bits[] = { { "delay", IMPAIR_DELAY },	    { "jitter", IMPAIR_JITTER },
		     { "loss", IMPAIR_LOSS },	    { "duplicate", IMPAIR_DUPLICATE },
		     { "reorder", IMPAIR_REORDER }, { "rate", IMPAIR_RATE } };
	struct impaired *i = to;

	(void)r, (void)t;
	for (size_t k = 0; k < countof(bits); k++)
		i->given |= yaml_get(y, bits[k].key) ? bits[k].bit : 0;
}

const struct type type_impairment = { .noun = "a map such as { delay: 5ms, loss: 1% }",
				      .keys = impairment_keys,
				      .finish = finish_impaired };

static void *add_impaired(struct reader *r, const struct yaml *y, void *model)
{
	struct target target = find_target(r, y->key, y->key_pos);
	struct impaired *i;

	if (!target.object)
		return arena_make(r->arena, struct impaired); /* only to check its settings */
	i = vec_add(r->arena, &((struct model *)model)->impaired);
	i->name = (struct placed_name){ y->key, y->key_pos };
	i->object = target.object;
	i->side = target.side;
	return i;
}

const struct type type_impaired = {
	.noun = "a map of links to what they do, such as { er-dc1: { loss: 1% } }",
	.values = &type_impairment,
	.add_value = add_impaired,
	.names = NODE_PATTERN
};
