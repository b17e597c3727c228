/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "cli/named.h"
#include "lab/lab.h"
#include "topology/topology.h"

typedef VEC(struct lab *) lab_list_of;

/* Labs that another process removes in the meantime are omitted. */
static void list_open_labs(const lab_names *names, lab_list_of *ret)
{
	struct diag *unheard = diag_new();

	for (each(char *, name, names)) {
		struct lab *lab;

		if (lab_open(*name, &lab, unheard) == 0)
			vec_push(NULL, ret, lab);
	}
	diag_free(unheard);
}

static size_t list_count_changes(const struct lab *lab)
{
	struct arena *a = arena_new();
	change_list list = { 0 };
	size_t n = lab->changes && changes_read(lab->changes, &list, a) == 0 ? list.n : 0;

	arena_free(a);
	return n;
}

static void list_report_labs(const struct report *r, const lab_list_of *labs)
{
	own_free size_t *changes = xcalloc(labs->n + 1, sizeof(*changes));

	for (size_t i = 0; i < labs->n; i++)
		changes[i] = list_count_changes(labs->v[i]);
	report_labs(r, labs->v, changes, labs->n);
}

enum exit_status cmd_list(struct invocation *inv)
{
	struct report r = report_of(inv);
	struct pos nowhere = { 0 };
	lab_names names = { 0 };
	lab_list_of labs = { 0 };
	int err = lab_list(&names, inv->dg);

	if (err < 0)
		return status_of_lab(err);
	list_open_labs(&names, &labs);
	list_report_labs(&r, &labs);
	if (labs.n == 0 && !r.json)
		diag_note(inv->dg, nowhere, "labs", "no lab is up");
	for (each(struct lab *, lab, &labs))
		lab_close(*lab);
	for (each(char *, name, &names))
		free(*name);
	vec_free(&labs);
	vec_free(&names);
	return EXIT_DONE;
}
