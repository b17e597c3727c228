/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/lab.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "lab/dir.h"
#include "lab/names.h"
#include "lab/remove.h"
#include "lab/state.h"
#include "lab/strays.h"

/* A lab whose delay line has died is not rubbish: the user may want to inspect it. A lab whose
 * names are not mounted here is not rubbish either: it may belong to another mount namespace, and
 * its maker to another PID namespace. */
static bool gc_is_rubbish(const struct lab_dir *d)
{
	struct state s;

	return faccessat(d->fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) < 0 ||
	       state_read(d, &s) < 0 || !state_is_of_this_boot(&s) || lab_dir_is_changing(d) ||
	       (state_is_abandoned(&s) && lab_dir_has_names(d));
}

static int gc_collect_one(const char *name, lab_names *ret, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	int r = lab_dir_lock(name, LAB_DIR_IDLE, &d, dg);

	if (r == -EBUSY || r == -ENOENT)
		return 0;
	if (r < 0 || !gc_is_rubbish(&d))
		return r;
	r = lab_remove(&d, dg);
	if (r == 0)
		vec_push(NULL, ret, xstrdup(name));
	return r;
}

static int gc_collect_in(DIR *dir, lab_names *ret, struct diag *dg)
{
	int first = 0;

	for (struct dirent *e; (e = readdir(dir));) {
		int r = lab_name_is_valid(e->d_name) ? gc_collect_one(e->d_name, ret, dg) : 0;

		first = first ? first : r;
	}
	return first;
}

int lab_gc(lab_names *ret, struct diag *dg)
{
	own_free char *run = lab_run_dir();
	own_fd fd = run ? lab_run_open(run) : -1;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int r = 0;

	*ret = (lab_names){ 0 };
	if (!run)
		return diag_error(dg, (struct pos){ 0 }, -EINVAL, "run-directory",
				  "NETEMU_RUN must be an absolute path");
	if (!dir && fd != -ENOENT)
		return lab_run_refused(run, fd < 0 ? fd : -errno, dg);
	strays_end_lost(run);
	if (dir) {
		(void)fd_take(&fd); /* closedir() closes it */
		r = gc_collect_in(dir, ret, dg);
		closedir(dir);
	}
	lab_dir_sweep(run);
	names_sweep(run); /* before names_tidy() removes the directories of the links */
	names_tidy(run);
	return r;
}
