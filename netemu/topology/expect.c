/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expect: expectations of a pair of nodes or of a route */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "net/units.h"
#include "topology/sections.h"
#include "topology/values.h"

/* ---- ranges ---------------------------------------------------------------------------------- */

typedef bool parse_fn(const char *s, uint64_t *ret);

static bool parse_share(const char *s, uint64_t *ret)
{
	uint32_t ppm;
	bool good = share_parse(s, &ppm);

	*ret = good ? ppm : 0;
	return good;
}

static bool parse_count(const char *s, uint64_t *ret)
{
	size_t n = strlen(s);

	*ret = 0;
	for (const char *c = s; *c >= '0' && *c <= '9'; c++)
		*ret = *ret * 10 + (uint64_t)(*c - '0');
	return n > 0 && n <= 3 && s[0] != '0' && strspn(s, "0123456789") == n && *ret <= 255;
}

static bool parse_range_end(struct reader *r, const char *s, size_t n, parse_fn *parse,
			    uint64_t *ret)
{
	return n == 0 || parse(arena_strndup(r->arena, s, n), ret);
}

/* Reads "1ms..4ms", "..3ms", "1 ms .." or a single value. */
static void read_range(struct reader *r, const struct type *t, const struct yaml *y,
		       parse_fn *parse, struct range *to)
{
	const char *text = read_without_blanks(r, y->text), *dots = strstr(text, "..");
	struct range range = { .given = true, .max = UINT64_MAX, .pos = y->pos };
	bool good;

	if (dots)
		good = strlen(text) > 2 &&
		       parse_range_end(r, text, (size_t)(dots - text), parse, &range.min) &&
		       parse_range_end(r, dots + 2, strlen(dots + 2), parse, &range.max);
	else
		good = parse(text, &range.min) && parse(text, &range.max);
	if (!good) {
		read_refuse(r, t, y, "bad-range", yaml_clip(r->arena, y->text));
		return;
	}
	if (range.min > range.max) {
		diag_error(r->dg, y->pos, -EINVAL, "bad-range", "the range %s is empty", text);
		diag_hint(r->dg, "did you mean %s..%.*s?", dots + 2, (int)(dots - text), text);
		return;
	}
	*to = range;
}

/* Refuses a single value of a quantity that is never met exactly and so needs a range. */
static bool refuse_single_value(struct reader *r, const struct type *t, const struct yaml *y,
				parse_fn *parse, uint64_t *ret)
{
	if (strstr(y->text, "..") || !parse(read_without_blanks(r, y->text), ret))
		return false;
	read_refuse(r, t, y, "bad-range", yaml_clip(r->arena, y->text));
	return true;
}

static void read_time_range(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	uint64_t ns;

	if (refuse_single_value(r, t, y, time_parse, &ns))
		diag_hint(r->dg, "write a range around it: %s..%s", TIME_STR(ns * 9 / 10),
			  TIME_STR(ns * 13 / 10));
	else
		read_range(r, t, y, time_parse, to);
}

static void read_rate_range(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	uint64_t bps;

	if (refuse_single_value(r, t, y, rate_parse, &bps))
		diag_hint(r->dg, "write a range around it: %s..%s", RATE_STR(bps / 10 * 8),
			  RATE_STR(bps));
	else
		read_range(r, t, y, rate_parse, to);
}

static void read_share_range(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	read_range(r, t, y, parse_share, to);
}

static void read_hop_range(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	read_range(r, t, y, parse_count, to);
}

#define TIME "[0-9]+(\\.[0-9]+)? *(ns|us|ms|s)"
#define RATE "[0-9]+(\\.[0-9]+)? *[kMG]?(bit|bps)"
#define SHARE "[0-9]+(\\.[0-9]+)? *%"
#define COUNT "[1-9][0-9]*"
#define RANGE(value) "(" value " *\\.\\.( *" value ")?|\\.\\. *" value ")"

static const struct type type_times = { .noun = "a range of times such as 1ms..4ms, ..3ms or 1ms..",
					.scalar = read_time_range,
					.pattern = "^" RANGE(TIME) "$" };
static const struct type type_rates = {
	.noun = "a range of rates such as 80Mbit..100Mbit or 80Mbit..",
	.scalar = read_rate_range,
	.pattern = "^" RANGE(RATE) "$"
};
static const struct type type_shares = {
	.noun = "a share such as 0%, or a range of them such as ..1%",
	.scalar = read_share_range,
	.pattern = "^(" SHARE "|" RANGE(SHARE) ")$"
};
static const struct type type_counts = {
	.noun = "a number of hops, 1 to 255, or a range of them such as 3..5",
	.scalar = read_hop_range,
	.pattern = "^(" COUNT "|" RANGE(COUNT) ")$"
};

/* ---- a pair ---------------------------------------------------------------------------------- */

static void read_port(struct reader *r, const struct type *t, const struct yaml *y, void *to);

static const struct type type_tcp = { .noun = "a port, 1 to 65535",
				      .scalar = read_port,
				      .pattern = "^[0-9]+$",
				      .min = 1,
				      .max = 65535 };
static const struct type type_udp = { .noun = "a port, 1 to 65535",
				      .scalar = read_port,
				      .pattern = "^[0-9]+$",
				      .min = 1,
				      .max = 65535 };

static void read_port(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct service *s = to;
	uint32_t port = 0;

	read_number(r, t, y, &port);
	if (s->port)
		diag_error(r->dg, y->key_pos, -EINVAL, "conflict",
			   "an expectation takes one port; write a second expectation");
	*s = (struct service){ t == &type_udp ? SERVICE_UDP : SERVICE_TCP, (uint16_t)port, y->pos };
}

static void *add_place(struct reader *r, const struct yaml *y, void *to)
{
	VEC(struct placed_name) *list = to;
	struct placed_name *place = vec_add(r->arena, list);

	place->pos = y->pos;
	return place;
}

static const struct type type_place = {
	.noun = "a node such as pc-a.web, or an object such as er-dc1",
	.scalar = read_node,
	.pattern = NODE_PATTERN
};

static const struct type type_places = { .noun = "a node or an object, or a list of them",
					 .element = &type_place,
					 .add_element = add_place,
					 .least = 1,
					 .lone = true };

/* "..." matches any number of nodes. */
static void read_path_step(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct path_step *step = to;

	(void)t;
	if (strcmp(y->text, "...") == 0)
		step->any = true;
	else
		read_value(r, &type_place, y, add_place(r, y, &step->nodes));
}

static void *add_step_node(struct reader *r, const struct yaml *y, void *step)
{
	return add_place(r, y, &((struct path_step *)step)->nodes);
}

static const struct type type_step = {
	.noun = "a node, an object, '...' for any, or a list of nodes of which it is one",
	.scalar = read_path_step,
	.pattern = "^(\\.\\.\\.|" NODE_WORDS ")$",
	.element = &type_place,
	.add_element = add_step_node,
	.least = 1
};

static void *add_path_step(struct reader *r, const struct yaml *y, void *expectation)
{
	(void)y;
	return vec_add(r->arena, &((struct expectation *)expectation)->path);
}

static const struct type type_path = {
	.noun = "a list of nodes such as [dc1.ce, er-dc1, ..., hub.app]",
	.element = &type_step,
	.add_element = add_path_step,
	.least = 1
};

static const struct type type_packet = { .noun = "a number of bytes, 68 to 65535",
					 .scalar = read_number,
					 .pattern = "^[0-9]+$",
					 .min = 68,
					 .max = 65535 };

/* ---- a route --------------------------------------------------------------------------------- */

static void read_prefix(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	network_parse(r, y->text, y->pos, to);
}

static const struct type type_prefix = { .noun = "a prefix such as 10.1.1.0/24",
					 .scalar = read_prefix,
					 .pattern = PREFIX_PATTERN };

static void *add_asn(struct reader *r, const struct yaml *y, void *expectation)
{
	(void)y;
	return vec_add(r->arena, &((struct expectation *)expectation)->as_path);
}

/* Reads "12076 398656", the form that routers print. */
static void read_as_path(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const char *s = y->text;

	(void)t;
	for (s += strspn(s, " "); *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		struct yaml word = *y;

		word.text = arena_strndup(r->arena, s, n);
		read_value(r, &type_asn, &word, add_asn(r, y, to));
		s += n;
	}
}

static const struct type type_as_path = { .noun = "a list of AS numbers such as [12076, 398656]",
					  .scalar = read_as_path,
					  .pattern = "^ *[0-9]+( +[0-9]+)* *$",
					  .element = &type_asn,
					  .add_element = add_asn };

/* ---- both ------------------------------------------------------------------------------------ */

enum { PAIR = 1, ROUTE = 2 };

static const struct key expectation_keys[] = {
	{ "from", &type_node, FIELD(struct expectation, from), .flags = KEY_REQUIRED,
	  .help = "the node that sends", .form = PAIR },
	{ "to", &type_node, FIELD(struct expectation, to), .flags = KEY_REQUIRED,
	  .help = "the node that should answer", .form = PAIR },
	{ "reachable", &type_bool, FIELD(struct expectation, reachable),
	  .help = "whether 'to' answers", .form = PAIR, .preset = "true" },
	{ "tcp", &type_tcp, FIELD(struct expectation, service),
	  .help = "the port that a TCP connection is opened to", .form = PAIR },
	{ "udp", &type_udp, FIELD(struct expectation, service),
	  .help = "the port that a datagram is sent to and echoed from", .form = PAIR },
	{ "rtt", &type_times, FIELD(struct expectation, rtt),
	  .help = "the round trip, as a range: the median of several", .form = PAIR },
	{ "jitter", &type_times, FIELD(struct expectation, jitter),
	  .help = "the mean difference of consecutive round trips, as a range", .form = PAIR },
	{ "loss", &type_shares, FIELD(struct expectation, loss),
	  .help = "the share of packets that get no answer, as a range", .form = PAIR },
	{ "bandwidth", &type_rates, FIELD(struct expectation, bandwidth),
	  .help = "the throughput of one TCP flow, as a range", .form = PAIR },
	{ "hops", &type_counts, FIELD(struct expectation, hops),
	  .help = "the hops that traceroute counts, including the target", .form = PAIR },
	{ "mtu", &type_packet, PLACED(struct expectation, mtu),
	  .help = "the largest packet that passes whole, in bytes", .form = PAIR },
	{ "path", &type_path, .help = "the nodes of the forward path, in order", .form = PAIR },
	{ "not-via", &type_places, FIELD(struct expectation, not_via),
	  .help = "nodes or objects that are not on the forward path", .form = PAIR },
	{ "symmetric", &type_bool, PLACED(struct expectation, symmetric),
	  .help = "whether the reverse path is the forward path", .form = PAIR },
	{ "at", &type_node, FIELD(struct expectation, at), .flags = KEY_REQUIRED,
	  .help = "the node that has the route", .form = ROUTE },
	{ "route", &type_prefix, PLACED(struct expectation, route), KEY_REQUIRED,
	  .help = "the route's prefix", .form = ROUTE },
	{ "absent", &type_bool, FIELD(struct expectation, absent),
	  .help = "true: the node has no route to exactly this prefix", .form = ROUTE,
	  .preset = "false" },
	{ "via", &type_places, FIELD(struct expectation, via),
	  .help = "all of its next hops: nodes or objects", .form = ROUTE },
	{ "as-path", &type_as_path, .help = "its AS path, without the node's own number",
	  .form = ROUTE },
	{ "within", &type_time, FIELD(struct expectation, within_ns),
	  .help = "how long it may take to become true; default: it is true at once" },
	{ "because", &type_text, FIELD(struct expectation, because),
	  .help = "the reason, which the result shows" },
	{ 0 }
};

static void refuse_keys(struct reader *r, const struct yaml *y, const char *const *keys, size_t n,
			const char *why)
{
	for (size_t i = 0; i < n; i++) {
		const struct yaml *item = yaml_get(y, keys[i]);

		if (item)
			diag_error(r->dg, item->key_pos, -EINVAL, "conflict", "%s '%s'", why,
				   keys[i]);
	}
}

/* Reports keys that exclude each other. */
static void check_expectation(struct reader *r, const struct expectation *e, const struct yaml *y)
{
	static const char *const arrived[] = { "rtt", "jitter", "loss",	   "bandwidth", "hops",
					       "mtu", "path",	"not-via", "symmetric" };
	static const char *const echoed[] = { "jitter", "loss", "bandwidth", "hops", "mtu" };
	static const char *const known[] = { "via", "as-path" };

	if (!e->reachable && e->kind == EXPECT_PAIR)
		refuse_keys(r, y, arrived, countof(arrived),
			    "an expectation of an unreachable pair takes no");
	if (e->service.port)
		refuse_keys(r, y, echoed, countof(echoed), "an expectation of a port takes no");
	if (e->absent && e->kind == EXPECT_ROUTE)
		refuse_keys(r, y, known, countof(known),
			    "an expectation of an absent route takes no");
}

static void begin_expectation(struct reader *r, const struct type *t, const struct yaml *y,
			      void *to)
{
	struct expectation *e = to;

	(void)r, (void)t;
	e->pos = y->pos;
	e->reachable = true;
}

static void finish_expectation(struct reader *r, const struct type *t, const struct yaml *y,
			       void *to)
{
	struct expectation *e = to;

	(void)t;
	e->kind = yaml_get(y, "at") || yaml_get(y, "route") ? EXPECT_ROUTE : EXPECT_PAIR;
	e->has_symmetric = yaml_get(y, "symmetric");
	e->has_as_path = yaml_get(y, "as-path");
	check_expectation(r, e, y);
}

const struct type type_expectation = {
	.noun = "a map such as { from: a, to: b }",
	.keys = expectation_keys,
	.forms = "an expectation is either of a pair, with 'from' and 'to', or of a route, with "
		 "'at' and 'route'",
	.begin = begin_expectation,
	.finish = finish_expectation
};

static void *add_file_expectation(struct reader *r, const struct yaml *y, void *model)
{
	(void)y;
	return vec_add(r->arena, &((struct model *)model)->expectations);
}

const struct type type_expect = { .noun = "a list of expectations",
				  .element = &type_expectation,
				  .add_element = add_file_expectation };
