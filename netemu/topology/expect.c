/* latency and expect: numbers, and what must hold */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "net/units.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- latency --------------------------------------------------------------------------------- */

enum { PAIRS_MAX = 4096 };

static const char *pair_side(struct reader *r, const char *s, size_t n)
{
	return region_canonical(r->arena, arena_strndup(r->arena, s, n));
}

static bool same_pair(const struct region_pair *p, const char *a, const char *b)
{
	return (strcmp(p->a, a) == 0 && strcmp(p->b, b) == 0) ||
	       (strcmp(p->a, b) == 0 && strcmp(p->b, a) == 0);
}

/* "westeurope..northeurope": both ways are one. */
static void *add_pair(struct reader *r, const struct yaml *y, void *latency)
{
	struct latency *l = latency;
	const char *dots = strstr(y->key, "..");
	const char *a = dots ? pair_side(r, y->key, (size_t)(dots - y->key)) : NULL;
	const char *b = dots ? pair_side(r, dots + 2, strlen(dots + 2)) : NULL;
	struct region_pair *p;

	if (!a || !b) {
		diag_error(r->dg, y->key_pos, -EINVAL, "bad-region",
			   "'%s' is not a pair of regions such as westeurope..northeurope",
			   yaml_clip(r->arena, y->key));
		return NULL;
	}
	if (strcmp(a, b) == 0) {
		diag_error(r->dg, y->key_pos, -EINVAL, "bad-region", "'%s' is one region, not two",
			   a);
		diag_hint(r->dg, "the round trip inside regions is 'within-region'");
		return NULL;
	}
	for (each(struct region_pair, old, &l->pairs)) {
		if (!same_pair(old, a, b))
			continue;
		diag_error(r->dg, y->key_pos, -EINVAL, "duplicate-key",
			   "%s..%s stands here twice; first at %s:%u", a, b, old->pos.file,
			   old->pos.line);
		return NULL;
	}
	if (l->pairs.n == PAIRS_MAX) {
		diag_error(r->dg, y->key_pos, -E2BIG, "limit", "more than %d pairs of regions",
			   PAIRS_MAX);
		return NULL;
	}
	p = vec_add(r->arena, &l->pairs);
	*p = (struct region_pair){ .a = a, .b = b, .pos = y->key_pos };
	return &p->rtt_ns;
}

static const struct key latency_keys[] = {
	{ "within-region", &type_time, FIELD(struct latency, within_region_ns),
	  .help = "round trip between two places of one region" },
	{ 0 }
};

const struct type type_latency = {
	.noun = "a map of region pairs to times", .keys = latency_keys, .values = &type_time,
	.add_value = add_pair
};

/* ---- expect ---------------------------------------------------------------------------------- */

static bool one_end(struct reader *r, const char *s, size_t n, uint64_t *ret_ns)
{
	return n == 0 || time_parse(arena_strndup(r->arena, s, n), ret_ns);
}

/* "1ms..4ms", "..3ms", "1ms..". A single time would never be met exactly. */
static void read_range(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct expectation *e = to;
	const char *dots = strstr(y->text, "..");
	uint64_t min = 0, max = UINT64_MAX, single;

	if (!dots) {
		read_refuse(r, t, y, "bad-range", yaml_clip(r->arena, y->text));
		if (time_parse(y->text, &single))
			diag_hint(r->dg, "write a range around it: %s..%s",
				  TIME_STR(single * 9 / 10), TIME_STR(single * 13 / 10));
		return;
	}
	if (strlen(y->text) == 2 || !one_end(r, y->text, (size_t)(dots - y->text), &min) ||
	    !one_end(r, dots + 2, strlen(dots + 2), &max)) {
		read_refuse(r, t, y, "bad-range", yaml_clip(r->arena, y->text));
		return;
	}
	if (min > max) {
		diag_error(r->dg, y->pos, -EINVAL, "bad-range", "the range %s is empty", y->text);
		diag_hint(r->dg, "did you mean %s..%s?", TIME_STR(max), TIME_STR(min));
		return;
	}
	e->rtt.given = true;
	e->rtt.min = min;
	e->rtt.max = max;
}

static const struct type type_range = {
	.noun = "a range of times such as 1ms..4ms, ..3ms or 1ms..", .scalar = read_range,
	.pattern = "^([0-9.]+(ns|us|ms|s))?\\.\\.([0-9.]+(ns|us|ms|s))?$"
};

static void read_port(struct reader *r, const struct type *t, const struct yaml *y, void *to);

static const struct type type_tcp = { .noun = "a port, 1 to 65535", .scalar = read_port,
				      .pattern = "^[0-9]+$", .min = 1, .max = 65535 };
static const struct type type_udp = { .noun = "a port, 1 to 65535", .scalar = read_port,
				      .pattern = "^[0-9]+$", .min = 1, .max = 65535 };

static void read_port(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct service *s = to;
	uint32_t port = 0;

	read_number(r, t, y, &port);
	if (s->port)
		diag_error(r->dg, y->key_pos, -EINVAL, "conflict",
			   "one expectation is of one port: write two of them");
	*s = (struct service){ t == &type_udp ? SERVICE_UDP : SERVICE_TCP, (uint16_t)port, y->pos };
}

static const struct key expectation_keys[] = {
	{ "from", &type_node, FIELD(struct expectation, from), .flags = KEY_REQUIRED,
	  .help = "the node that sends" },
	{ "to", &type_node, FIELD(struct expectation, to), .flags = KEY_REQUIRED,
	  .help = "the node that should answer" },
	{ "reachable", &type_bool, FIELD(struct expectation, reachable),
	  .help = "whether it does; true if not said" },
	{ "tcp", &type_tcp, FIELD(struct expectation, service),
	  .help = "the port that a TCP connection is made to" },
	{ "udp", &type_udp, FIELD(struct expectation, service),
	  .help = "the port that a datagram is sent to, and comes back from" },
	{ "rtt", &type_range, .help = "the round trip, as a range" },
	{ "because", &type_text, FIELD(struct expectation, because),
	  .help = "why, for people who read the result" },
	LATER("path"), LATER("symmetric"), LATER("mtu"), LATER("at"),
	LATER("route"), LATER("via"), LATER("as-path"), LATER("absent"), LATER("within"),
	{ 0 }
};

static void finish_expectation(struct reader *r, const struct type *t, const struct yaml *y,
			       void *to)
{
	const struct expectation *e = to;
	const struct yaml *rtt = yaml_get(y, "rtt");

	(void)t;
	if (rtt && !e->reachable)
		diag_error(r->dg, rtt->key_pos, -EINVAL, "conflict",
			   "what is not reachable has no round trip");
}

static const struct type type_expectation = {
	.noun = "a map such as { from: a, to: b }", .keys = expectation_keys,
	.finish = finish_expectation
};

static void *add_expectation(struct reader *r, const struct yaml *y, void *model)
{
	struct expectation *e = vec_add(r->arena, &((struct model *)model)->expectations);

	e->pos = y->pos;
	e->reachable = true;
	return e;
}

const struct type type_expect = {
	.noun = "a list of expectations", .element = &type_expectation,
	.add_element = add_expectation
};
