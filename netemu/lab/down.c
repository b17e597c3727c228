/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/lab.h"

#include <errno.h>

#include "base/own.h"
#include "lab/dir.h"
#include "lab/find.h"
#include "lab/names.h"
#include "lab/remove.h"
#include "lab/signals.h"

int lab_down(const char *name, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	own_free char *run = lab_run_dir();
	struct signals signals;
	int r = lab_dir_lock(name, LAB_DIR_EXISTING, &d, dg);

	if (r < 0 && r != -ENOENT)
		return r;
	signals_hold(&signals); /* the removal is finished first: it does not block */
	if (r == 0)
		r = lab_remove(&d, dg);
	else
		lab_dir_sweep(run); /* a killed command may have left a temporary directory */
	names_tidy(run);
	signals_hand_on(&signals);
	return r == -ENOENT ? lab_not_found(name, dg) : r;
}
