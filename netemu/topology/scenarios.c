/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenarios: lists of steps. The change of a step stays text until the step runs, because it may
 * name objects that an earlier step connects. Only its keys and settings are checked here. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "topology/sections.h"
#include "topology/values.h"

/* A rehearsal reads the file again for each step, so their number is limited. */
enum { STEPS_MAX = 1000 };

static struct story_step *add_story_step(struct reader *r, struct scenario *story,
					 enum step_kind kind, struct pos at)
{
	struct story_step *step = vec_add(r->arena, &story->steps);

	if (++r->steps == STEPS_MAX + 1)
		diag_error(r->dg, at, -E2BIG, "limit",
			   "more than %d steps of scenarios in one file", STEPS_MAX);
	step->kind = kind;
	step->pos = at;
	return step;
}

static struct change *add_change_step(struct reader *r, struct scenario *story,
				      enum change_kind kind, struct pos at)
{
	struct change *c = &add_story_step(r, story, STEP_CHANGE, at)->change;

	c->kind = kind;
	c->pos = at;
	return c;
}

/* Returns the text of a value exactly as in the file. */
static const char *value_text(struct reader *r, const struct yaml *y)
{
	size_t n = y->stop > y->start ? y->stop - y->start : 0;

	while (n > 0 && strchr(" \t\r\n", r->text[y->start + n - 1]))
		n--;
	return arena_strndup(r->arena, r->text + y->start, n);
}

/* ---- expect ---------------------------------------------------------------------------------- */

static void begin_expect(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	add_story_step(r, to, STEP_EXPECT, y->pos);
}

static void *add_step_expectation(struct reader *r, const struct yaml *y, void *to)
{
	struct scenario *story = to;

	(void)y;
	return vec_add(r->arena, &story->steps.v[story->steps.n - 1].expect);
}

static const struct type type_step_expect = { .noun = "an expectation, or a list of them",
					      .begin = begin_expect,
					      .element = &type_expectation,
					      .add_element = add_step_expectation,
					      .least = 1,
					      .lone = true };

/* ---- connect --------------------------------------------------------------------------------- */

static void read_connect(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct change *c;

	if (y->kind != YAML_MAP || y->items.n == 0) {
		read_refuse(r, t, y, "wrong-type", NULL);
		return;
	}
	read_connected(r, y);
	c = add_change_step(r, to, CHANGE_CONNECT, y->pos);
	c->text = value_text(r, y);
}

static const struct type type_connect = {
	.noun = "a map of sections, such as { interconnects: { a-c: [pc-a, pc-c] } }",
	.keys = object_sections,
	.whole = read_connect
};

/* ---- disconnect, fail, restore --------------------------------------------------------------- */

static void read_name(struct reader *r, const struct type *t, const struct yaml *y, void *to);

static const struct type type_gone = { .noun = "an object's name",
				       .scalar = read_name,
				       .pattern = "^[a-z0-9][a-z0-9-]*$" };
static const struct type type_fails = {
	.noun = "an object or one of its parts, such as er-dc1.primary",
	.scalar = read_name,
	.pattern = NODE_PATTERN
};
static const struct type type_restored = {
	.noun = "an object or one of its parts, such as er-dc1.primary",
	.scalar = read_name,
	.pattern = NODE_PATTERN
};

static void read_name(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct placed_name name = { 0 };

	read_node(r, t, y, &name);
	if (name.name && t == &type_gone && strchr(name.name, '.')) {
		read_refuse(r, t, y, "bad-name", yaml_clip(r->arena, y->text));
		diag_hint(r->dg, "a part can fail, but only a whole object can be disconnected");
	} else if (name.name) {
		add_change_step(r, to,
				t == &type_gone	   ? CHANGE_DISCONNECT
				: t == &type_fails ? CHANGE_FAIL
						   : CHANGE_RESTORE,
				y->pos)
			->name = name.name;
	}
}

#define NAMES(type_, noun_)                                                                        \
	(&(const struct type){ .noun = noun_,                                                      \
			       .element = &type_,                                                  \
			       .add_element = read_in_place,                                       \
			       .least = 1,                                                         \
			       .lone = true })

/* ---- impair ---------------------------------------------------------------------------------- */

static void read_impair(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	struct impaired unused = { 0 };
	struct placed_name name = { 0 };
	struct yaml key = {
		.kind = YAML_SCALAR, .text = y->key, .pos = y->key_pos, .key = "impair"
	};
	bool reset = y->items.n == 0;
	struct change *c;

	(void)t;
	read_value(r, &type_impairment, y, &unused);
	read_node(r, &type_fails, &key, &name);
	if (!name.name)
		return;
	c = add_change_step(r, to, CHANGE_IMPAIR, reset ? y->key_pos : y->pos);
	c->name = name.name;
	c->text = reset ? NULL : value_text(r, y);
}

/* An empty map cancels earlier impairments of the scenario. */
static const struct type type_settings = {
	.noun = "a map such as { delay: 5ms, loss: 1% }, or {} for the file's own",
	.keys = impairment_keys,
	.whole = read_impair
};

static const struct type type_impair = {
	.noun = "a map of links to what they do, such as { er-dc1: { loss: 1% } }",
	.values = &type_settings,
	.add_value = read_in_place,
	.names = NODE_PATTERN
};

/* ---- wait, say ------------------------------------------------------------------------------- */

static void read_wait(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	uint64_t ns = 0;

	(void)t;
	read_value(r, &type_time, y, &ns);
	add_story_step(r, to, STEP_WAIT, y->pos)->wait_ns = ns;
}

static const struct type type_wait = { .noun = "a time such as 4ms",
				       .scalar = read_wait,
				       .pattern = TIME_PATTERN };

static void read_say(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)t;
	add_story_step(r, to, STEP_SAY, y->pos)->say = y->text;
}

static const struct type type_say = { .noun = "a text", .scalar = read_say };

/* ---- the section ----------------------------------------------------------------------------- */

static const struct key step_keys[] = {
	{ "expect", &type_step_expect, .flags = KEY_REQUIRED, .form = 1,
	  .help = "expectations that must be true now" },
	{ "connect", &type_connect, .flags = KEY_REQUIRED, .form = 2,
	  .help = "objects to add, written as in the file's sections" },
	{ "disconnect", NAMES(type_gone, "an object's name, or a list of them"),
	  .flags = KEY_REQUIRED, .form = 3, .help = "objects to remove" },
	{ "fail", NAMES(type_fails, "an object or one of its parts, or a list of them"),
	  .flags = KEY_REQUIRED, .form = 4, .help = "objects and parts that fail" },
	{ "restore", NAMES(type_restored, "an object or one of its parts, or a list of them"),
	  .flags = KEY_REQUIRED, .form = 5, .help = "objects and parts that recover" },
	{ "impair", &type_impair, .flags = KEY_REQUIRED, .form = 6,
	  .help = "impairments of links from now on; {} removes them" },
	{ "wait", &type_wait, .flags = KEY_REQUIRED, .form = 7, .help = "how long to wait" },
	{ "say", &type_say, .flags = KEY_REQUIRED, .form = 8, .help = "a line to print" },
	{ 0 }
};

static const struct type type_step = {
	.noun = "a map such as { fail: er-dc1 }",
	.keys = step_keys,
	.forms = "a step is one of 'expect', 'connect', 'disconnect', 'fail', 'restore', 'impair', "
		 "'wait' and 'say'"
};

static const struct type type_story = { .noun = "a list of steps such as [{ fail: er-dc1 }]",
					.element = &type_step,
					.add_element = read_in_place,
					.least = 1 };

static void *add_story(struct reader *r, const struct yaml *y, void *model)
{
	struct scenario *s = vec_add(r->arena, &((struct model *)model)->scenarios);

	s->name = y->key;
	s->pos = y->key_pos;
	name_check(r, s->name, s->pos, NULL);
	if (strcmp(s->name, "all") == 0)
		diag_error(r->dg, s->pos, -EINVAL, "reserved-name",
			   "'all' stands for every scenario: give this one another name");
	return s;
}

const struct type type_scenarios = { .noun = "a map of names to lists of steps",
				     .values = &type_story,
				     .add_value = add_story };
