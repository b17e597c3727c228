#include "cli/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/numbering.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/backends.h"
#include "cli/read.h"
#include "fabric/fabric.h"
#include "lab/dir.h"
#include "model/model.h"
#include "topology/topology.h"

enum { FILE_MAX = 64 << 20 }; /* more than this is no topology */

void world_release(struct world *w)
{
	plan_free(w->plan);
	routes_free(w->routes);
	fabric_free(w->fabric);
	model_free(w->model);
	lab_close(w->lab);
	arena_free(w->arena);
	diag_free(w->heard);
	free(w->path);
	free(w->text);
	*w = (struct world){ 0 };
}

/* ---- reading ---- */

static int read_all(FILE *f, struct text *ret)
{
	char block[16384];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		text_addn(ret, block, n);
		if (ret->n > FILE_MAX)
			return -EFBIG;
	}
	return ferror(f) ? -EIO : 0;
}

static int read_path(const char *path, struct text *ret)
{
	own_file *f = NULL;
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_all(stdin, ret);
	f = fopen(path, "re");
	if (!f || fstat(fileno(f), &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : read_all(f, ret);
}

/* What was probably meant. */
static void hint_at_file(const char *path, struct invocation *inv)
{
	own_free char *longer = xasprintf("%s.yaml", path);

	if (access(longer, F_OK) == 0)
		diag_hint(inv->dg, "did you mean '%s'?", longer);
	else
		diag_hint(inv->dg, "'netemu init' writes a topology to start from");
}

enum exit_status read_text(const char *path, struct text *ret, struct invocation *inv)
{
	struct pos at = { .file = path };
	int r = read_path(path, ret);

	if (r == 0)
		return EXIT_DONE;
	diag_error(inv->dg, at, r, "unreadable", "cannot read it: %s", strerror(-r));
	if (r == -ENOENT)
		hint_at_file(path, inv);
	return EXIT_MISTAKE;
}

static enum exit_status read_file(struct world *w, const char *path, struct invocation *inv)
{
	struct text text = { 0 };
	enum exit_status status = read_text(path, &text, inv);

	if (status != EXIT_DONE) {
		text_release(&text);
		return status;
	}
	w->path = xstrdup(strcmp(path, "-") == 0 ? "<stdin>" : path);
	w->size = text.n;
	w->text = text.s ? text.s : xstrdup("");
	return EXIT_DONE;
}

/* ---- what follows from the text ---- */

/* With the numbers that a lab has given out, or NULL: those of a new one. */
static enum exit_status compute(struct world *w, const char *numbers, struct diag *dg)
{
	w->model = topology_parse_changed(w->path, w->text, w->size, &w->changes, dg);
	if (w->model && numbers && numbering_read(w->model->numbers, numbers) < 0)
		return EXIT_BROKE;
	if (w->model && w->hops)
		w->model->hops = strcmp(w->hops, "azure") == 0 ? HOPS_AZURE : HOPS_ALL;
	w->fabric = w->model ? fabric_compile(w->model, dg) : NULL;
	w->routes = w->fabric ? routes_compute(w->fabric, dg) : NULL;
	return w->routes ? EXIT_DONE : EXIT_MISTAKE;
}

enum exit_status world_load(struct world *w, const char *path, struct invocation *inv)
{
	enum exit_status status = read_file(w, path, inv);

	w->hops = inv->value[OPT_HOPS];
	return status == EXIT_DONE ? compute(w, NULL, inv->dg) : status;
}

/* Whoever built the lab has seen its file's warnings; they are not worth a word with each ping. */
static enum exit_status compute_again(struct world *w, struct invocation *inv)
{
	const char *changes = w->lab->changes;
	struct pos nowhere = { 0 };
	enum exit_status status = EXIT_BROKE;

	w->heard = diag_new();
	w->arena = arena_new();
	if (!changes || changes_read(changes, &w->changes, w->arena) == 0)
		status = compute(w, w->lab->numbers, w->heard);
	if (status == EXIT_DONE)
		return status;
	diag_error(inv->dg, nowhere, -EINVAL, "lab",
		   "the topology that lab '%s' was built from is refused", w->lab->name);
	diag_hint(inv->dg, "it is another version's: netemu down %s, then up again", w->lab->name);
	return EXIT_BROKE;
}

enum exit_status world_open(struct world *w, const char *lab, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	enum exit_status status;
	int r = lab_open(lab, &w->lab, inv->dg);

	if (r < 0)
		return status_of(r, r == -ENOENT ? EXIT_MISTAKE : EXIT_BROKE);
	if (w->lab->condition == LAB_BROKEN) {
		diag_error(inv->dg, nowhere, -EIO, "broken-lab",
			   "lab '%s' is half built or half removed", lab);
		diag_hint(inv->dg, "netemu down %s, then up again", lab);
		return EXIT_BROKE;
	}
	if (given(inv, OPT_HOPS))
		return mistake(inv, "option-value", "--hops is for a file: lab '%s' is built already",
			       lab);
	w->hops = *w->lab->hops ? w->lab->hops : NULL;
	w->path = xstrdup(w->lab->path ? w->lab->path : lab);
	w->text = xstrdup(w->lab->text ? w->lab->text : "");
	w->size = strlen(w->text);
	status = compute_again(w, inv);
	if (status == EXIT_DONE)
		w->plan = plan_build(w->fabric, w->routes, w->lab->backends);
	return status;
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static bool is_lab(const char *name, struct invocation *inv)
{
	own_lab_dir dir = LAB_DIR_NONE;

	return lab_name_is_valid(name) && lab_dir_open(name, &dir, inv->dg) == 0;
}

enum exit_status world_find(struct world *w, const char *file_or_lab, struct invocation *inv)
{
	const char *s = file_or_lab;

	if (strcmp(s, "-") == 0 || strchr(s, '/') || ends_in(s, ".yaml") || ends_in(s, ".yml") ||
	    ends_in(s, ".json"))
		return world_load(w, s, inv);
	if (!is_lab(s, inv) && access(s, F_OK) == 0)
		return world_load(w, s, inv);
	return world_open(w, s, inv);
}

enum exit_status world_plan(struct world *w, struct invocation *inv)
{
	struct features found;
	enum exit_status status = backends_features(inv, &found);

	if (status != EXIT_DONE)
		return status;
	w->plan = plan_build(w->fabric, w->routes, backends_choose(inv, &found));
	return inv->command->needs != NEEDS_NOTHING ? backends_check(inv, w->plan, &found)
						  : EXIT_DONE;
}

/* ---- another world for a lab ---- */

static bool has_heard(const struct diag *dg, const struct finding *f)
{
	for (size_t i = 0; dg && i < diag_count(dg); i++) {
		const struct finding *g = diag_at(dg, i);

		if (strcmp(f->id, g->id) == 0 && strcmp(f->text, g->text) == 0)
			return true;
	}
	return false;
}

/* Errors, and what nobody has been told before. Lines of changes are shown, too, where their text
 * is all of what was given. */
static void tell_news(const struct world *now, const struct world *next, struct invocation *inv)
{
	diag_source(inv->dg, next->path, next->text, next->size);
	for (each(const struct change, c, &next->changes))
		if (c->text && c->pos.file && c->pos.line == 1 && strcmp(c->pos.file, next->path) != 0)
			diag_source(inv->dg, c->pos.file, c->text, strlen(c->text));
	for (size_t i = 0; i < diag_count(next->heard); i++) {
		const struct finding *f = diag_at(next->heard, i);

		if (f->level == DIAG_ERROR || !has_heard(now->heard, f))
			diag_repeat(inv->dg, f);
	}
}

static enum exit_status compute_next(const struct world *now, struct world *next,
				     struct invocation *inv)
{
	own_text numbers = { 0 };
	enum exit_status status;

	world_numbers(now, &numbers);
	next->hops = now->hops;
	next->heard = diag_new();
	status = compute(next, text_str(&numbers), next->heard);
	tell_news(now, next, inv);
	if (status == EXIT_DONE)
		next->plan = plan_build(next->fabric, next->routes, now->plan->backends);
	return status;
}

enum exit_status world_change(const struct world *now, const struct change *v, size_t n,
			      struct world *ret_next, struct invocation *inv)
{
	own_text changes = { 0 };

	world_changes(now, &changes);
	*ret_next = (struct world){ .path = xstrdup(now->path),
				    .text = xstrdup(now->text),
				    .size = now->size,
				    .arena = arena_new() };
	if (now->changes.n > 0)
		(void)changes_read(text_str(&changes), &ret_next->changes, ret_next->arena);
	for (size_t i = 0; i < n; i++)
		changes_add(&ret_next->changes, &v[i], ret_next->arena);
	return compute_next(now, ret_next, inv);
}

enum exit_status world_renew(const struct world *now, const char *path, struct world *ret_next,
			     struct invocation *inv)
{
	enum exit_status status;

	*ret_next = (struct world){ .arena = arena_new() };
	status = read_file(ret_next, path, inv);
	return status == EXIT_DONE ? compute_next(now, ret_next, inv) : status;
}

void world_move_in(struct world *w, struct world *next)
{
	struct lab *lab = w->lab;

	w->lab = NULL;
	world_release(w);
	*w = *next;
	w->lab = lab;
	*next = (struct world){ 0 };
}

void world_changes(const struct world *w, struct text *out)
{
	changes_text(&w->changes, out);
}

void world_numbers(const struct world *w, struct text *out)
{
	numbering_text(w->model->numbers, out);
}

/* ---- questions ---- */

const char *world_name(const struct world *w)
{
	return w->lab ? w->lab->name : w->model->name;
}

enum exit_status world_node(const struct world *w, const char *name, struct invocation *inv,
			    uint32_t *ret)
{
	struct pos nowhere = { 0 };
	uint32_t node = fabric_find(w->fabric, name, nowhere, inv->dg);

	if (node == NONE)
		return EXIT_MISTAKE;
	*ret = node;
	return EXIT_DONE;
}
