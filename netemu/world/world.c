/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/meanwhile.h"
#include "base/mem.h"
#include "base/numbering.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "lab/dir.h"
#include "model/model.h"
#include "plan/diff.h"
#include "topology/topology.h"
#include "world/read.h"

enum { INTERFACES_MAX = 1 << 16 }; /* of a lab; a larger topology can be computed only */

void world_release(struct world *w)
{
	plan_free(w->plan);
	routes_free(w->routes);
	fabric_free(w->fabric);
	model_free(w->model);
	lab_close(w->lab);
	arena_free(w->arena);
	diag_free(w->heard);
	topology_free(w->topology);
	*w = (struct world){ 0 };
}

/* ---- reading ---- */

/* Findings about the text go to `heard`, errors in reading the file to `dg`. */
static int world_read_file(struct world *w, const char *path, struct diag *heard, struct diag *dg)
{
	own_text text = { 0 };
	int r = read_text(path, &text, dg);

	if (r == 0)
		w->topology = topology_new(strcmp(path, "-") == 0 ? "<stdin>" : path,
					   text_str(&text), text.n, heard);
	return r;
}

/* ---- computing ---- */

/* Computes the model and the fabric. `numbers` are those that a lab has assigned, or NULL. */
static int world_compile(struct world *w, const char *numbers, struct diag *dg)
{
	w->model = topology_model(w->topology, &w->changes, dg);
	if (w->model && numbers && numbering_read(w->model->numbers, numbers) < 0)
		return -EIO;
	if (w->model && w->hops)
		w->model->hops = strcmp(w->hops, "azure") == 0 ? HOPS_AZURE : HOPS_ALL;
	w->fabric = w->model ? fabric_compile(w->model, dg) : NULL;
	return w->fabric ? 0 : -EBADMSG;
}

static int world_route(struct world *w, struct diag *dg)
{
	w->routes = routes_compute(w->fabric, dg);
	return w->routes ? 0 : -EBADMSG;
}

int world_begin(struct world *w, const char *path, const char *hops, struct diag *dg)
{
	int r = world_read_file(w, path, dg, dg);

	w->hops = hops;
	if (r == 0)
		r = world_compile(w, NULL, dg);
	return r == 0 && plan_needs_routes(w->fabric) ? world_route(w, dg) : r;
}

int world_load(struct world *w, const char *path, const char *hops, struct diag *dg)
{
	int r = world_begin(w, path, hops, dg);

	return r == 0 && !w->routes ? world_route(w, dg) : r;
}

void world_plan(struct world *w, struct plan_backends backends)
{
	w->plan = w->routes ? plan_build(w->fabric, w->routes, backends)
			    : plan_begin(w->fabric, backends);
}

static int world_refused(const struct world *w, struct diag *dg)
{
	struct pos nowhere = { 0 };

	diag_error(dg, nowhere, -EINVAL, "lab",
		   "the topology that lab '%s' was built from is refused", w->lab->name);
	diag_hint(dg, "it is another version's: netemu down %s, then up again", w->lab->name);
	return -EIO;
}

/* Compiles a lab's record. Warnings go to `heard`: `up` has printed them. */
static int world_recompile(struct world *w, struct diag *dg)
{
	const char *changes = w->lab->changes, *text = w->lab->text ? w->lab->text : "";
	int r = -EIO;

	w->heard = diag_new();
	w->arena = arena_new();
	w->topology = topology_new(w->lab->path ? w->lab->path : w->lab->name, text, strlen(text),
				   w->heard);
	if (!changes || changes_read(changes, &w->changes, w->arena) == 0)
		r = world_compile(w, w->lab->numbers, w->heard);
	return r == 0 ? 0 : world_refused(w, dg);
}

/* A world with a fabric, to be completed with routes and a plan. */
struct world_side {
	struct world *w;
	struct plan_backends backends;
};

static void world_complete_side(void *side)
{
	const struct world_side *s = side;
	struct world *w = s->w;

	if (w->routes && w->plan)
		return;
	if (!w->routes && world_route(w, w->heard) < 0)
		return;
	if (w->plan)
		w->plan = plan_with_routes(w->plan, w->fabric, w->routes);
	else
		world_plan(w, s->backends);
}

int world_open_bare(struct world *w, const char *lab, struct diag *dg)
{
	struct pos nowhere = { 0 };
	int r = lab_open(lab, &w->lab, dg);

	if (r < 0)
		return r;
	if (w->lab->condition == LAB_BROKEN) {
		diag_error(dg, nowhere, -EIO, "broken-lab",
			   "lab '%s' is half built or half removed", lab);
		diag_hint(dg, "netemu down %s, then up again", lab);
		return -EIO;
	}
	w->hops = *w->lab->hops ? w->lab->hops : NULL;
	r = world_recompile(w, dg);
	if (r < 0)
		return r;
	if (plan_needs_routes(w->fabric) && world_route(w, w->heard) < 0)
		return world_refused(w, dg);
	world_plan(w, w->lab->backends);
	return 0;
}

int world_open(struct world *w, const char *lab, struct diag *dg)
{
	int r = world_open_bare(w, lab, dg);

	if (r < 0)
		return r;
	world_complete_side(&(struct world_side){ w, w->lab->backends });
	return w->routes ? 0 : world_refused(w, dg);
}

static bool path_ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static bool world_is_lab(const char *name, struct diag *dg)
{
	own_lab_dir dir = LAB_DIR_NONE;

	return lab_name_is_valid(name) && lab_dir_open(name, &dir, dg) == 0;
}

int world_find(struct world *w, const char *file_or_lab, const char *hops, struct diag *dg)
{
	const char *s = file_or_lab;

	if (strcmp(s, "-") == 0 || strchr(s, '/') || path_ends_in(s, ".yaml") ||
	    path_ends_in(s, ".yml") || path_ends_in(s, ".json"))
		return world_load(w, s, hops, dg);
	if (!world_is_lab(s, dg) && access(s, F_OK) == 0)
		return world_load(w, s, hops, dg);
	return world_open(w, s, dg);
}

int world_fits(const struct world *w, struct diag *dg)
{
	struct pos at = { .file = w->topology->name };

	if (w->fabric->ifaces.n <= INTERFACES_MAX)
		return 0;
	diag_error(dg, at, -E2BIG, "limit", "it has %zu interfaces: a lab may have at most %d",
		   w->fabric->ifaces.n, INTERFACES_MAX);
	diag_hint(dg, "'netemu routes', 'predict' and 'explain' compute it, and build nothing");
	return -EBADMSG;
}

/* ---- changing a lab's world ---- */

static bool world_has_heard(const struct diag *dg, const struct finding *f)
{
	for (size_t i = 0; dg && i < diag_count(dg); i++) {
		const struct finding *g = diag_at(dg, i);

		if (strcmp(f->id, g->id) == 0 && strcmp(f->text, g->text) == 0)
			return true;
	}
	return false;
}

/* Repeats the findings from index `first` on: errors, and others that `now` does not have. Findings
 * can quote the lines of changes whose text is the complete source. */
static void world_report_new_findings(const struct world *now, const struct world *next,
				      size_t first, struct diag *dg)
{
	const struct topology *t = next->topology;

	diag_source(dg, t->name, t->text, t->size);
	for (each(const struct change, c, &next->changes))
		if (c->text && c->pos.file && c->pos.line == 1 && strcmp(c->pos.file, t->name) != 0)
			diag_source(dg, c->pos.file, c->text, strlen(c->text));
	for (size_t i = first; i < diag_count(next->heard); i++) {
		const struct finding *f = diag_at(next->heard, i);

		if (f->level == DIAG_ERROR || !world_has_heard(now->heard, f))
			diag_repeat(dg, f);
	}
}

/* Computes `next` up to its fabric, or, if `now` has routes, up to its plan. It takes the numbers
 * of `now`, whose plan must have been begun: the plan assigns those of devices. */
static int world_compute_next(const struct world *now, struct world *next, struct diag *dg)
{
	own_text numbers = { 0 };
	int r;

	world_numbers(now, &numbers);
	next->hops = now->hops;
	r = world_compile(next, text_str(&numbers), next->heard);
	if (r == 0 && now->routes)
		world_complete_side(&(struct world_side){ next, now->plan->backends });
	world_report_new_findings(now, next, 0, dg);
	if (r == 0)
		r = world_fits(next, dg);
	return r == 0 && now->routes && !next->routes ? -EBADMSG : r;
}

int world_change(const struct world *now, const struct change *v, size_t n, struct world *ret_next,
		 struct diag *dg)
{
	own_text changes = { 0 };

	world_changes(now, &changes);
	*ret_next = (struct world){ .topology = topology_share(now->topology),
				    .heard = diag_new(),
				    .arena = arena_new() };
	if (now->changes.n > 0)
		(void)changes_read(text_str(&changes), &ret_next->changes, ret_next->arena);
	for (size_t i = 0; i < n; i++)
		changes_add(&ret_next->changes, &v[i], ret_next->arena);
	return world_compute_next(now, ret_next, dg);
}

int world_renew(const struct world *now, const char *path, struct world *ret_next, struct diag *dg)
{
	int r;

	*ret_next = (struct world){ .heard = diag_new(), .arena = arena_new() };
	r = world_read_file(ret_next, path, ret_next->heard, dg);
	return r == 0 ? world_compute_next(now, ret_next, dg) : r;
}

/* The two worlds take about the same time, so they are computed in parallel. */
int world_complete(struct world *now, struct world *next, struct diag *dg)
{
	struct world_side mine = { now, now->lab->backends }, other = { next, now->lab->backends };
	const size_t told = diag_count(next->heard);
	struct meanwhile thread;

	meanwhile_begin(&thread, world_complete_side, &other);
	world_complete_side(&mine);
	meanwhile_end(&thread);
	if (!now->routes)
		return world_refused(now, dg);
	world_report_new_findings(now, next, told, dg);
	return next->routes ? 0 : -EBADMSG;
}

struct revision revision_of(const struct world *before, struct world *after)
{
	return (struct revision){ before, after, plan_compare(before->plan, after->plan) };
}

void revision_release(struct revision *r)
{
	plan_diff_free(r->diff);
	r->diff = NULL;
}

/* ---- for a lab ---- */

void world_changes(const struct world *w, struct text *out)
{
	changes_text(&w->changes, out);
}

void world_numbers(const struct world *w, struct text *out)
{
	numbering_text(w->model->numbers, out);
}

struct lab_source world_source(const struct world *w, const char *name)
{
	const struct topology *t = w->topology;

	return (struct lab_source){
		.name = name, .path = t->name, .text = t->text, .size = t->size, .hops = w->hops
	};
}

/* Routes that are computed while the lab is built, and the plan with them. */
struct world_rest {
	struct lab_routed routed;
	struct world *w;
	struct diag *dg; /* the building thread has another one */
};

static void world_compute_late_routes(void *ctx)
{
	struct world_rest *rest = ctx;
	struct world *w = rest->w;

	rest->routed.error = world_route(w, rest->dg);
	if (w->routes)
		rest->routed.plan = w->plan = plan_with_routes(w->plan, w->fabric, w->routes);
}

/* The lab uses the plan without routes until it has joined the thread. */
static int world_up_meanwhile(struct world *w, const struct lab_source *src, struct diag *dg)
{
	struct world_rest rest = { .w = w, .dg = diag_new() };
	struct lab_build *build;
	int r = lab_up_begin(w->plan, src, &build, dg);

	if (r == 0) {
		meanwhile_begin(&rest.routed.thread, world_compute_late_routes, &rest);
		r = lab_up_end(build, &rest.routed);
	}
	for (size_t i = 0; i < diag_count(rest.dg); i++)
		diag_repeat(dg, diag_at(rest.dg, i));
	diag_free(rest.dg);
	return r;
}

int world_up(struct world *w, const char *name, enum lab_life life, struct diag *dg)
{
	struct lab_source src = world_source(w, name);

	src.life = life;
	return w->routes ? lab_up(w->plan, &src, dg) : world_up_meanwhile(w, &src, dg);
}

/* ---- questions ---- */

const char *world_name(const struct world *w)
{
	return w->lab ? w->lab->name : w->model->name;
}

int world_netns(const struct world *w, uint32_t node)
{
	return lab_netns(w->lab, w->plan->netns.v[w->plan->nodes.v[node].netns].name);
}

const char *world_vrf(const struct world *w, uint32_t node)
{
	uint32_t vrf = w->plan->nodes.v[node].vrf;

	return vrf == PLAN_NONE ? NULL : w->plan->devs.v[vrf].name;
}
