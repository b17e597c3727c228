#include "cli/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/backends.h"
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

static enum exit_status read_file(struct world *w, const char *path, struct invocation *inv)
{
	struct pos at = { .file = path };
	struct text text = { 0 };
	int r = read_path(path, &text);

	if (r < 0) {
		text_release(&text);
		diag_error(inv->dg, at, r, "unreadable", "cannot read it: %s", strerror(-r));
		return EXIT_MISTAKE;
	}
	w->path = xstrdup(strcmp(path, "-") == 0 ? "<stdin>" : path);
	w->size = text.n;
	w->text = text.s ? text.s : xstrdup("");
	return EXIT_DONE;
}

/* ---- what follows from the text ---- */

static enum exit_status compute(struct world *w, struct diag *dg)
{
	w->model = topology_parse(w->path, w->text, w->size, dg);
	w->fabric = w->model ? fabric_compile(w->model, dg) : NULL;
	w->routes = w->fabric ? routes_compute(w->fabric, dg) : NULL;
	return w->routes ? EXIT_DONE : EXIT_MISTAKE;
}

enum exit_status world_load(struct world *w, const char *path, struct invocation *inv)
{
	enum exit_status status = read_file(w, path, inv);

	return status == EXIT_DONE ? compute(w, inv->dg) : status;
}

/* Whoever built the lab has seen its file's warnings; they are not worth a word with each ping. */
static enum exit_status compute_again(struct world *w, struct invocation *inv)
{
	struct diag *unheard = diag_new();
	struct pos nowhere = { 0 };
	enum exit_status status = compute(w, unheard);

	diag_free(unheard);
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
	return inv->command->needs == NEEDS_ADMIN ? backends_check(inv, w->plan, &found)
						  : EXIT_DONE;
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
