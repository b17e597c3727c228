/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pipeline.c - hostile files, coverage-guided: everything pure, from a text to the plan's words,
 * and to what people are told of it.
 *
 *	make fuzz [RUNS=10000000] [JOBS=2]	grows build/fuzz/corpus
 *
 * The first byte chooses what reads the rest: 't' a topology, whose scenarios are played; 'x' one
 * with changes made to it since behind it, each behind a byte 1 and led by its kind: "+a: b"
 * connects, "-a" disconnects, "!a" fails, "=a" restores, "~a b: c" impairs; 'l' one with what its
 * lab has numbered by
 * name behind a byte 1. Of the other files of a lab: 'c' its changes, 'n' a numbering, 'j' a
 * journal, 's' a state.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/numbering.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "lab/journal.h"
#include "lab/state.h"
#include "model/model.h"
#include "plan/diff.h"
#include "plan/plan.h"
#include "report/report.h"
#include "routing/difference.h"
#include "routing/explain.h"
#include "routing/routing.h"
#include "routing/timers.h"
#include "topology/topology.h"

/* A file may be large and right: what is asked here is whether any is wrong, so small ones do. */
enum { NODES_MAX = 400, PAIRED_MAX = 40, STEPS_MAX = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct world {
	struct diag *dg;
	struct model *m;
	struct fabric *f;
	struct routes *r;
	struct plan *p; /* NULL: it did not come so far */
};

/* numbers: what a lab has given out; NULL: nothing yet. */
static void world_make(struct world *w, const char *text, size_t n, const change_list *changes,
		       const char *numbers)
{
	static const struct plan_backends backends = { VRF_NAMESPACE, DELAY_RELAY, RULES_NFTABLES };

	*w = (struct world){ .dg = diag_new() };
	w->m = topology_parse_changed("fuzz.yaml", text, n, changes, w->dg);
	if (w->m && numbers && numbering_read(w->m->numbers, numbers) < 0)
		return;
	w->f = w->m ? fabric_compile(w->m, w->dg) : NULL;
	if (!w->f || w->f->nodes.n > NODES_MAX)
		return;
	w->r = routes_compute(w->f, w->dg);
	w->p = w->r ? plan_build(w->f, w->r, backends) : NULL;
}

static void world_end(struct world *w)
{
	plan_free(w->p);
	routes_free(w->r);
	fabric_free(w->f);
	model_free(w->m);
	diag_free(w->dg);
}

/* ---- what people are told ----------------------------------------------------------------- */

static void tell_pair(const struct report *r, const struct world *w, uint32_t from, uint32_t to)
{
	struct prediction p = { .from = from, .to = to };
	struct explanation e;

	routes_predict(w->r, from, to, &p.verdict);
	report_prediction(r, "fuzz", w->r, &p);
	verdict_release(&p.verdict);
	explain(w->r, from, to, &e);
	report_explanation(r, "fuzz", w->r, &e);
	explanation_release(&e);
}

static void tell(const struct report *r, const struct world *w, size_t choice)
{
	uint32_t nodes = w->p ? (uint32_t)w->f->nodes.n : 0;

	report_findings(r, w->dg, DIAG_NOTE);
	if (!r->json)
		report_annotations(r->out, w->dg);
	if (nodes > 1) {
		uint32_t from = (uint32_t)(choice % nodes), to = (uint32_t)(choice / 7 % nodes);

		if (from != to)
			tell_pair(r, w, from, to);
		report_routes(r, "fuzz", w->r, from);
	}
}

/* Whatever a file holds, nothing that it says commands a terminal. */
static void no_commands(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i], next = (unsigned char)s[i + 1];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f ||
		    (c == 0xc2 && next >= 0x80 && next < 0xa0))
			abort();
	}
}

static void tell_all(const struct world *w, size_t choice)
{
	for (int json = 0; json < 2; json++) {
		char *out = NULL;
		size_t n = 0;
		const struct report r = { .out = open_memstream(&out, &n), .json = json };

		tell(&r, w, choice);
		fclose(r.out);
		no_commands(out, n);
		free(out);
	}
}

/* ---- what is asked of a plan -------------------------------------------------------------- */

/* Of what may become a file's name, and may stand in the file of hosts. */
static size_t name_length(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	return strchr("-._", *s) ? 0 : strspn(s, letters);
}

static void look_at_names(const struct plan *p)
{
	const char *line = strstr(p->hosts, "loopback\n") + strlen("loopback\n");

	for (const char *end; (end = strchr(line, '\n')); line = end + 1) {
		const char *name = line + strspn(line, "0123456789abcdef.:");

		if (name == line || *name != '\t' || name + 1 + name_length(name + 1) != end)
			abort();
	}
	for (each(const struct plan_netns, n, &p->netns))
		if (name_length(n->name) != strlen(n->name))
			abort();
}

static void look_at_plan(const struct plan *p)
{
	struct plan_diff *d = plan_compare(p, p);
	own_text out = { 0 };

	/* A plan is no different from itself. */
	if (d->v.n != 0 || d->hosts)
		abort();
	plan_diff_free(d);
	plan_text(p, &out);
	look_at_names(p);
}

/* What happens from one network to the next. */
static void look_between(struct world *was, struct world *is)
{
	struct plan_diff *d = plan_compare(was->p, is->p);
	struct convergence *c;
	struct difference found;
	own_text out = { 0 };

	plan_diff_text(d, &out);
	plan_diff_free(d);
	no_commands(text_str(&out), out.n);
	if (was->f->nodes.n > PAIRED_MAX || is->f->nodes.n > PAIRED_MAX)
		return;
	difference_find(was->r, is->r, &found);
	difference_release(&found);
	c = convergence_begin(was->f, is->f, 1);
	for (size_t i = 0; i < convergence_moments(c); i++)
		convergence_mark(c, i);
	convergence_end(c);
}

/* The network by the changes made to it; everything keeps the number that it has. */
static void change_world(struct world *was, const char *text, size_t n, const change_list *changes,
			 const struct story_step *step)
{
	own_text numbers = { 0 };
	struct world is;

	numbering_text(was->m->numbers, &numbers);
	world_make(&is, text, n, changes, text_str(&numbers));
	if (is.p)
		look_between(was, &is);
	for (size_t i = 0; step && is.f && i < step->expect.n; i++)
		(void)fabric_knows(is.f, &step->expect.v[i], is.dg);
	world_end(&is);
}

static void play(struct world *w, const char *text, size_t n, const struct scenario *s)
{
	struct arena *a = arena_new();
	change_list changes = { 0 };

	for (size_t i = 0; i < s->steps.n && i < STEPS_MAX; i++) {
		const struct story_step *step = &s->steps.v[i];

		if (step->kind == STEP_CHANGE)
			changes_add(&changes, &step->change, a);
		if (step->kind == STEP_CHANGE || step->kind == STEP_EXPECT)
			change_world(w, text, n, &changes, step);
	}
	arena_free(a);
}

/* ---- each reader -------------------------------------------------------------------------- */

static void try_topology(const char *text, size_t n, const change_list *changes)
{
	struct world w;

	world_make(&w, text, n, changes, NULL);
	if (w.p)
		look_at_plan(w.p);
	else if (diag_errors(w.dg) == 0 && !(w.f && w.f->nodes.n > NODES_MAX))
		abort(); /* refused, and nobody says why */
	if (w.p && w.m->scenarios.n)
		play(&w, text, n, &w.m->scenarios.v[n % w.m->scenarios.n]);
	tell_all(&w, n);
	world_end(&w);
}

/* A lab whose numbers somebody has damaged may be refused; it is not read for ever. */
static void try_lab(char *text)
{
	const change_list none = { 0 };
	char *numbers = text;
	struct world w;

	(void)strsep(&numbers, "\1");
	world_make(&w, text, strlen(text), &none, numbers);
	if (w.p)
		look_at_plan(w.p);
	world_end(&w);
}

static void add_change(change_list *list, char *text, struct arena *a)
{
	static const char kinds[] = "+-!=~"; /* as enum change_kind has them */
	const char *kind = *text ? strchr(kinds, *text) : NULL;
	struct change c = { .pos = { "change", 1, 2, 0 } };

	if (!kind)
		return;
	c.kind = (enum change_kind)(kind - kinds);
	c.name = text + 1;
	if (c.kind == CHANGE_IMPAIR) {
		strsep(&text, " ");
		c.text = text;
	} else if (c.kind == CHANGE_CONNECT) {
		c.text = c.name;
		c.name = NULL;
	}
	changes_add(list, &c, a);
}

/* What a lab keeps of its changes is what it reads of them. */
static void keep_changes(const change_list *list, struct arena *a)
{
	change_list back = { 0 };
	own_text out = { 0 };

	changes_text(list, &out);
	if (changes_read(text_str(&out), &back, a) < 0 || back.n != list->n)
		abort();
}

static void try_changed(char *text)
{
	const change_list none = { 0 };
	struct arena *a = arena_new();
	change_list changes = { 0 };
	char *rest = text;
	struct world was;

	(void)strsep(&rest, "\1");
	for (char *one; (one = strsep(&rest, "\1"));)
		add_change(&changes, one, a);
	keep_changes(&changes, a);
	world_make(&was, text, strlen(text), &none, NULL);
	if (was.p)
		change_world(&was, text, strlen(text), &changes, NULL);
	world_end(&was);
	try_topology(text, strlen(text), &changes);
	arena_free(a);
}

static void try_changes(const char *text)
{
	struct arena *a = arena_new();
	change_list list = { 0 };

	if (changes_read(text, &list, a) == 0)
		keep_changes(&list, a);
	arena_free(a);
}

static void try_numbering(const char *text)
{
	struct numbering *once = numbering_new(), *twice = numbering_new();
	own_text out = { 0 };

	if (numbering_read(once, text) == 0) {
		numbering_text(once, &out);
		if (numbering_read(twice, text_str(&out)) < 0)
			abort();
	}
	(void)numbering_of(once, "link", "a--b");
	numbering_free(once);
	numbering_free(twice);
}

static void try_journal(const char *text)
{
	own_journal j = { 0 };

	journal_parse(text, "fuzz", &j);
	for (each(char *, name, &j.netns))
		if (name_length(*name) != strlen(*name))
			abort();
}

static void try_state(char *text)
{
	struct state s;

	(void)state_parse(text, &s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const change_list none = { 0 };
	char *text;

	if (n < 1)
		return 0;
	text = xmalloc(n);
	memcpy(text, data + 1, n - 1);
	text[n - 1] = '\0';
	switch (data[0]) {
	case 'c':
		try_changes(text);
		break;
	case 'n':
		try_numbering(text);
		break;
	case 'j':
		try_journal(text);
		break;
	case 's':
		try_state(text);
		break;
	case 'l':
		try_lab(text);
		break;
	case 'x':
		try_changed(text);
		break;
	default:
		try_topology(text, n - 1, &none);
	}
	free(text);
	return 0;
}
