/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/lab.h"

#include <errno.h>

#include "base/own.h"
#include "lab/dir.h"
#include "lab/find.h"
#include "lab/names.h"
#include "lab/remove.h"

int lab_down(const char *name, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	own_free char *run = lab_run_dir();
	int r = lab_dir_lock(name, LAB_DIR_EXISTING, &d, dg);

	if (r == 0)
		r = lab_remove(&d, dg);
	if (r != -ENOENT)
		return r;
	names_tidy(run); /* a run that died may have come no further than this */
	return lab_not_found(name, dg);
}
