#include <stdlib.h>

#include "base/vec.h"
#include "cli/world.h"

typedef VEC(struct lab *) lab_list_of;

/* A lab that another process removes meanwhile is simply not listed. */
static void open_all(const lab_names *names, lab_list_of *ret)
{
	struct diag *unheard = diag_new();

	for (each(char *, name, names)) {
		struct lab *lab;

		if (lab_open(*name, &lab, unheard) == 0)
			vec_push(NULL, ret, lab);
	}
	diag_free(unheard);
}

enum exit_status cmd_list(struct invocation *inv)
{
	struct report r = report_of(inv);
	struct pos nowhere = { 0 };
	lab_names names = { 0 };
	lab_list_of labs = { 0 };
	int err = lab_list(&names, inv->dg);

	if (err < 0)
		return status_of(err, EXIT_BROKE);
	open_all(&names, &labs);
	report_labs(&r, labs.v, labs.n);
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
