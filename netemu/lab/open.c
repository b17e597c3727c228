/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading labs, without their lock. */
#include "lab/lab.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "lab/dir.h"
#include "lab/find.h"
#include "lab/lock.h"
#include "lab/state.h"
#include "relay/relay.h"

/* ---- the list of labs --------------------------------------------------------------------- */

static int lab_name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool lab_is_listed(const char *name, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;

	return lab_name_is_valid(name) && lab_dir_open(name, &d, dg) == 0 &&
	       faccessat(d.fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void lab_list_in(DIR *dir, lab_names *ret, struct diag *dg)
{
	for (struct dirent *e; (e = readdir(dir));)
		if (lab_is_listed(e->d_name, dg))
			vec_push(NULL, ret, xstrdup(e->d_name));
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof(*ret->v), lab_name_cmp);
}

int lab_list(lab_names *ret, struct diag *dg)
{
	own_free char *run = lab_run_dir();
	own_fd fd = run ? lab_run_open(run) : -1;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	*ret = (lab_names){ 0 };
	if (!run)
		return diag_error(dg, (struct pos){ 0 }, -EINVAL, "run-directory",
				  "NETEMU_RUN must be an absolute path");
	if (fd == -ENOENT)
		return 0;
	if (!dir)
		return lab_run_refused(run, fd < 0 ? fd : -errno, dg);
	(void)fd_take(&fd); /* closedir() closes it */
	lab_list_in(dir, ret, dg);
	closedir(dir);
	return 0;
}

int lab_not_found(const char *name, struct diag *dg)
{
	own_text there = { 0 };
	lab_names labs;

	if (lab_list(&labs, dg) < 0)
		return -ENOENT;
	for (size_t i = 0; i < labs.n; i++) {
		text_printf(&there, "%s'%s'", i ? ", " : "", labs.v[i]);
		free(labs.v[i]);
	}
	diag_error(dg, (struct pos){ 0 }, -ENOENT, "no-lab", "no lab is named '%s'", name);
	if (labs.n)
		diag_hint(dg, "there is %s", text_str(&there));
	else
		diag_hint(dg, "no lab is up");
	vec_free(&labs);
	return -ENOENT;
}

/* ---- one lab ------------------------------------------------------------------------------ */

/* Whether no process holds the lab's lock. */
static bool lab_is_idle(const struct lab_dir *d)
{
	own_fd lock = lock_open(d->fd, "lock", false);

	return lock >= 0 && lock_try(lock, LOCK_SH) == 0;
}

static enum lab_condition lab_condition_of(const struct lab_dir *d, int state,
					   const struct state *s, const struct lab *lab)
{
	if (state < 0 || !lab_dir_has_names(d))
		return LAB_BROKEN;
	if (lab_dir_is_changing(d) && lab_is_idle(d))
		return LAB_CHANGING;
	if (state_is_abandoned(s))
		return LAB_ABANDONED;
	if (lab->relay && !process_is_alive(lab->relay, lab->relay_start))
		return LAB_DEGRADED;
	if (lab->services && !process_is_alive(lab->services, lab->services_start))
		return LAB_DEGRADED;
	return LAB_UP;
}

static char *lab_read_or_empty(const struct lab_dir *d, const char *file, size_t *ret_size)
{
	char *text;

	if (lab_dir_read(d, file, &text, ret_size) == 0)
		return text;
	if (ret_size)
		*ret_size = 0;
	return xstrdup("");
}

static char *lab_read_if_there(const struct lab_dir *d, const char *file)
{
	char *text;

	return lab_dir_read(d, file, &text, NULL) == 0 ? text : NULL;
}

int lab_open(const char *name, struct lab **ret, struct diag *dg)
{
	own_lab_dir d = LAB_DIR_NONE;
	struct state s = { 0 };
	struct lab *lab;
	int r = lab_dir_open(name, &d, dg);

	if (r == -ENOENT || (r == 0 && faccessat(d.fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) < 0))
		return lab_not_found(name, dg);
	if (r < 0)
		return r;
	lab = xcalloc(1, sizeof(*lab));
	r = state_read(&d, &s);
	lab->name = xstrdup(name);
	lab->path = lab_read_or_empty(&d, "origin", NULL);
	lab->text = lab_read_or_empty(&d, "topology.yaml", &lab->size);
	lab->changes = lab_read_if_there(&d, "changes");
	lab->numbers = lab_read_if_there(&d, "numbers");
	lab->backends = s.backends;
	snprintf(lab->hops, sizeof(lab->hops), "%s", s.hops);
	lab->relay = s.relay;
	lab->relay_start = s.relay_start;
	lab->services = s.services;
	lab->services_start = s.services_start;
	lab->created = s.created;
	lab->nodes = s.nodes;
	lab->links = s.links;
	lab->maker = s.maker;
	lab->condition = lab_condition_of(&d, r, &s, lab);
	*ret = lab;
	return 0;
}

void lab_close(struct lab *lab)
{
	if (!lab)
		return;
	free(lab->name);
	free(lab->path);
	free(lab->text);
	free(lab->changes);
	free(lab->numbers);
	free(lab);
}

int lab_netns(const struct lab *lab, const char *netns)
{
	own_free char *run = lab_run_dir();
	own_free char *path = xasprintf("%s/%s/netns", run ? run : "", lab->name);
	own_fd dir = -1;

	if (!netns_name_is_valid(netns))
		return -EINVAL;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : netns_open(dir, netns);
}
