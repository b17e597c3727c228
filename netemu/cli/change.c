/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to a running lab: connect, disconnect, fail, restore, impair, apply. Each command changes
 * the lab's topology once, under the lab's lock. Only `restore LAB` undoes manual changes, since
 * reading the kernel objects of a large lab takes longer than most changes. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/named.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/units.h"
#include "story/transition.h"
#include "topology/topology.h"
#include "world/read.h"

/* One command's work. */
struct edit {
	struct invocation *inv;
	const char *lab;
	struct arena *arena; /* owns the changes */
	change_list changes;
	const char *file; /* a topology that replaces the lab's, or NULL */
	struct lab_edit *lock;
	bool restore_all; /* restore every failed object of `now` */
	struct world now, next;
	struct revision revision;  /* from `now` to `next` */
	struct plan_diff *mending; /* from the lab's kernel objects to the plan of `now` */
};

static struct edit edit_of(struct invocation *inv, const char *lab)
{
	return (struct edit){ .inv = inv, .lab = lab, .arena = arena_new() };
}

static void edit_release(struct edit *e)
{
	lab_edit_end(e->lock);
	plan_diff_free(e->mending);
	revision_release(&e->revision);
	world_release(&e->next);
	world_release(&e->now);
	arena_free(e->arena);
}
#define own_edit __attribute__((cleanup(edit_release))) struct edit

static void edit_add_change(struct edit *e, enum change_kind kind, const char *name,
			    const char *text)
{
	vec_push(e->arena, &e->changes,
		 ((struct change){ .kind = kind, .name = name, .text = text }));
}

/* ---- summary ---- */

static bool edit_knows_object(const struct fabric *f, const struct object *o)
{
	for (each(const struct fabric_link, l, &f->links))
		if (l->object && strcmp(fabric_object_name(l->object), fabric_object_name(o)) == 0)
			return true;
	for (each(const struct node, n, &f->nodes))
		if (strcmp(fabric_object_name(n->object), fabric_object_name(o)) == 0)
			return true;
	return false;
}

static void edit_add_name(struct text *out, const struct fabric *before, const struct object *o,
			  const struct object **last)
{
	if (!o || o == *last || edit_knows_object(before, o))
		return;
	*last = o;
	text_printf(out, "%s%s", out->n ? ", " : "", fabric_object_name(o));
}

/* The names of added objects: those with new nodes, or, if there are none, with new links. */
static void edit_new_names(const struct edit *e, struct text *out)
{
	const struct fabric *f = e->next.fabric;
	const struct object *last = NULL;

	for (each(const struct node, n, &f->nodes))
		edit_add_name(out, e->now.fabric, n->object, &last);
	for (each(const struct fabric_link, l, &f->links))
		if (!out->n || !last)
			edit_add_name(out, e->now.fabric, l->object, &last);
}

static void edit_add_done(const struct edit *e, const struct change *c, struct text *out)
{
	own_text names = { 0 };

	if (c->kind == CHANGE_CONNECT && e->changes.n == 1)
		edit_new_names(e, &names);
	if (names.n == 0) {
		change_done(c, out);
		return;
	}
	text_printf(out, "%s %s connected", text_str(&names),
		    strchr(text_str(&names), ',') ? "are" : "is");
}

static void edit_summary(const struct edit *e, struct text *out)
{
	if (e->file)
		text_printf(out, "%s is as in %s", e->lab, e->file);
	for (each(const struct change, c, &e->changes)) {
		if (c != e->changes.v)
			text_add(out, ", ");
		edit_add_done(e, c, out);
	}
}

/* ---- applying ---- */

static enum exit_status edit_open(struct edit *e)
{
	int r = lab_edit_begin(e->lab, &e->lock, e->inv->dg);

	return status_of_world(r < 0 ? r : world_open_bare(&e->now, e->lab, e->inv->dg));
}

/* Adds a change that restores each failed object. False, with a note, when no object has failed. */
static bool edit_add_restorations(struct edit *e)
{
	for (each(const struct failure, f, &e->now.model->failures))
		edit_add_change(e, CHANGE_RESTORE, arena_strdup(e->arena, f->name.name), NULL);
	if (e->changes.n == 0)
		diag_note(e->inv->dg, (struct pos){ 0 }, "failed", "nothing of lab '%s' has failed",
			  e->lab);
	return e->changes.n > 0;
}

static enum exit_status edit_compute(struct edit *e)
{
	int r = e->file ? world_renew(&e->now, e->file, &e->next, e->inv->dg)
			: world_change(&e->now, e->changes.v, e->changes.n, &e->next, e->inv->dg);

	if (r == 0)
		r = world_complete(&e->now, &e->next, e->inv->dg);
	if (r == 0)
		e->revision = revision_of(&e->now, &e->next);
	return status_of_world(r);
}

static enum exit_status edit_make(struct edit *e, struct transition *t)
{
	enum exit_status status;

	t->stop = interrupts_begin(false);
	if (t->stop < 0)
		return status_of(t->stop, EXIT_BROKE);
	status = status_of(transit_begin(t, &e->revision, e->inv->dg), EXIT_BROKE);
	if (t->pending && isatty(STDERR_FILENO) && !given(e->inv, OPT_QUIET))
		fprintf(stderr, "all routers will know in %s ...\n", TIME_STR(t->known_ns));
	if (status == EXIT_DONE)
		status = status_of(transit_end(t, e->inv->dg), EXIT_BROKE);
	e->inv->raise = interrupts_end();
	return status;
}

static void edit_report(struct edit *e, const struct transition *t)
{
	struct report r = report_of(e->inv);
	struct difference d;
	own_text what = { 0 };

	if (given(e->inv, OPT_QUIET) && !r.json)
		return;
	edit_summary(e, &what);
	difference_find(e->now.routes, e->next.routes, &d);
	report_change(&r, e->lab,
		      &(const struct change_report){ .what = text_str(&what),
						     .d = &d,
						     .took_ns = t->took_ns,
						     .known_ns = t->known_ns });
	difference_release(&d);
}

static void edit_report_plan(const struct edit *e, const struct plan_diff *d)
{
	struct report r = report_of(e->inv);

	report_plan_diff(&r, e->lab, d);
}

static enum exit_status edit_run(struct edit *e)
{
	struct transition t = { 0 };
	enum exit_status status = edit_open(e);

	if (status != EXIT_DONE || (e->restore_all && !edit_add_restorations(e)))
		return status;
	status = edit_compute(e);
	if (status != EXIT_DONE)
		return status;
	if (given(e->inv, OPT_DRY_RUN)) {
		edit_report_plan(e, e->revision.diff);
		return EXIT_DONE;
	}
	t.edit = e->lock;
	status = edit_make(e, &t);
	if (status == EXIT_DONE)
		edit_report(e, &t);
	return status;
}

/* ---- the commands ---- */

enum exit_status cmd_apply(struct invocation *inv)
{
	own_edit e = edit_of(inv, inv->args[1]);

	e.file = inv->args[0];
	return edit_run(&e);
}

/* Converts "interconnects.a-c=[pc-a, pc-c]" to YAML. NULL: the argument has another form. */
static const char *fragment_from_short_form(const char *arg, struct arena *a)
{
	size_t section = strspn(arg, "abcdefghijklmnopqrstuvwxyz-"), name;

	if (section == 0 || arg[section] != '.')
		return NULL;
	name = strcspn(arg + section + 1, "={[: \n");
	if (arg[section + 1 + name] != '=')
		return NULL;
	return arena_printf(a, "%.*s: { %.*s: %s }", (int)section, arg, (int)name,
			    arg + section + 1, arg + section + name + 2);
}

/* Adds the i-th argument as a change. Each of several arguments gets a file name of its own, so
 * that findings quote the right text. */
static enum exit_status edit_add_fragment(struct edit *e, size_t i)
{
	const char *arg = e->inv->args[i];
	struct change c = { .kind = CHANGE_CONNECT, .pos = { "<argument>", 1, 1, 0 } };
	own_text text = { 0 };
	enum exit_status status = EXIT_DONE;

	if (e->inv->n > 2)
		c.pos.file = arena_printf(e->arena, "<argument %zu>", i);
	c.text = fragment_from_short_form(arg, e->arena);
	if (!c.text && strcmp(arg, "-") != 0 && access(arg, F_OK) < 0 && strchr(arg, ':'))
		c.text = arg;
	if (!c.text) {
		c.pos.file = strcmp(arg, "-") == 0 ? "<stdin>" : arg;
		status = status_of_world(read_text(arg, &text, e->inv->dg));
		c.text = arena_strdup(e->arena, text_str(&text));
	}
	vec_push(e->arena, &e->changes, c);
	return status;
}

enum exit_status cmd_connect(struct invocation *inv)
{
	own_edit e = edit_of(inv, inv->args[0]);
	enum exit_status status = EXIT_DONE;

	for (size_t i = 1; i < inv->n && status == EXIT_DONE; i++)
		status = edit_add_fragment(&e, i);
	return status == EXIT_DONE ? edit_run(&e) : status;
}

static enum exit_status edit_named_objects(struct invocation *inv, enum change_kind kind)
{
	own_edit e = edit_of(inv, inv->args[0]);

	for (size_t i = 1; i < inv->n; i++)
		edit_add_change(&e, kind, inv->args[i], NULL);
	return edit_run(&e);
}

enum exit_status cmd_disconnect(struct invocation *inv)
{
	return edit_named_objects(inv, CHANGE_DISCONNECT);
}

enum exit_status cmd_fail(struct invocation *inv)
{
	return edit_named_objects(inv, CHANGE_FAIL);
}

static enum exit_status restore_all_failed(struct invocation *inv)
{
	own_edit e = edit_of(inv, inv->args[0]);

	e.restore_all = true;
	return edit_run(&e);
}

static enum exit_status edit_read_held(struct edit *e)
{
	struct plan *held; /* the arena's */
	int r = lab_held(e->now.lab, e->now.plan, e->arena, &held, e->inv->dg);

	if (r == 0)
		e->mending = plan_compare(held, e->now.plan);
	return status_of(r, EXIT_BROKE);
}

static enum exit_status edit_mend(struct edit *e)
{
	int r = lab_mend(e->lock, e->mending, e->inv->dg);

	if (r < 0 && r != -EINTR)
		diag_hint(e->inv->dg, "netemu down %s, then up again", e->lab);
	return status_of(r, EXIT_BROKE);
}

static void edit_report_mended(const struct edit *e, uint64_t took_ns)
{
	struct report r = report_of(e->inv);

	if (r.json || !given(e->inv, OPT_QUIET))
		report_mended(&r, e->now.lab, e->mending, took_ns);
}

/* Changes the lab's kernel objects back to the plan that its record describes. */
static enum exit_status restore_lab(struct invocation *inv)
{
	own_edit e = edit_of(inv, inv->args[0]);
	enum exit_status status = status_of_world(lab_edit_begin(e.lab, &e.lock, inv->dg));
	uint64_t start;

	if (status == EXIT_DONE)
		status = named_lab(&e.now, e.lab, inv);
	if (status == EXIT_DONE)
		status = edit_read_held(&e);
	if (status == EXIT_DONE && given(inv, OPT_DRY_RUN)) {
		edit_report_plan(&e, e.mending);
		return status;
	}
	start = clock_ns();
	if (status == EXIT_DONE)
		status = edit_mend(&e);
	if (status == EXIT_DONE)
		edit_report_mended(&e, clock_ns() - start);
	return status;
}

enum exit_status cmd_restore(struct invocation *inv)
{
	if (given(inv, OPT_ALL) && inv->n > 1)
		return mistake(inv, "arguments",
			       "'restore' wants the names of what has failed, or --all");
	if (given(inv, OPT_ALL))
		return restore_all_failed(inv);
	return inv->n > 1 ? edit_named_objects(inv, CHANGE_RESTORE) : restore_lab(inv);
}

/* ---- impair ---- */

/* Whether `name` is the link's name, its object's name, or the edge router of its circuit. */
static bool impair_link_is_named(const struct fabric *f, const struct fabric_link *l,
				 const char *name)
{
	if (strcmp(l->name, name) == 0 ||
	    (l->object && strcmp(fabric_object_name(l->object), name) == 0))
		return true;
	for (int e = 0; e < 2; e++) {
		const struct node *n;

		if (l->end[e].iface == NONE)
			continue;
		n = &f->nodes.v[f->ifaces.v[l->end[e].iface].node];
		if (strcmp(n->name, name) == 0 && n->object == l->object)
			return true;
	}
	return false;
}

static enum exit_status impair_show_link(struct invocation *inv)
{
	struct report r = report_of(inv);
	own_world w = { 0 };
	index_list links = { 0 };
	enum exit_status status = status_of_world(world_open_bare(&w, inv->args[0], inv->dg));

	if (status != EXIT_DONE)
		return status;
	for (uint32_t i = 0; i < w.fabric->links.n; i++)
		if (impair_link_is_named(w.fabric, &w.fabric->links.v[i], inv->args[1]))
			vec_push(NULL, &links, i);
	if (links.n > 0)
		report_impairments(&r, w.lab->name, w.fabric, &links);
	else
		status = mistake(inv, "unknown-name", "no link is named '%s'", inv->args[1]);
	vec_free(&links);
	return status;
}

/* Appends "delay=5ms" to the YAML as "delay: 5ms". Any other form is a mistake. */
static enum exit_status impair_add_setting(struct invocation *inv, const char *arg,
					   struct text *yaml)
{
	static const char *const keys[] = { "delay", "jitter",	  "rate",
					    "loss",  "duplicate", "reorder" };
	size_t n = strcspn(arg, "=");
	own_free char *key = xasprintf("%.*s", (int)n, arg);
	const char *near = text_nearest(key, keys, countof(keys));

	for (size_t i = 0; i < countof(keys); i++)
		if (arg[n] == '=' && strcmp(keys[i], key) == 0) {
			text_printf(yaml, "%s%s: %s", yaml->n ? ", " : "{ ", key, arg + n + 1);
			return EXIT_DONE;
		}
	mistake(inv, "arguments", "'%s' is no setting of a link", arg);
	if (near)
		diag_hint(inv->dg, "did you mean '%s=...'?", near);
	else
		diag_hint(inv->dg, "a setting is such as delay=5ms, rate=100Mbit or loss=1%%");
	return EXIT_MISTAKE;
}

enum exit_status cmd_impair(struct invocation *inv)
{
	own_edit e = edit_of(inv, inv->args[0]);
	own_text yaml = { 0 };
	enum exit_status status = EXIT_DONE;

	if (inv->n == 2 && !given(inv, OPT_RESET))
		return impair_show_link(inv);
	for (size_t i = 2; i < inv->n && status == EXIT_DONE; i++)
		status = impair_add_setting(inv, inv->args[i], &yaml);
	if (status != EXIT_DONE)
		return status;
	if (given(inv, OPT_RESET))
		edit_add_change(&e, CHANGE_IMPAIR, inv->args[1], "");
	if (yaml.n > 0) {
		text_add(&yaml, " }");
		edit_add_change(&e, CHANGE_IMPAIR, inv->args[1], text_str(&yaml));
		e.changes.v[e.changes.n - 1].pos = (struct pos){ "<argument>", 1, 1, 0 };
	}
	return edit_run(&e);
}
