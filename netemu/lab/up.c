/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lab is built in steps. The journal records each step before it is taken. At the first failure,
 * or a signal between two steps, the build ends, and the lab is removed by its journal, as
 * lab_down() does. */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/meanwhile.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "base/text.h"
#include "kernel/apply.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "kernel/ready.h"
#include "lab/dir.h"
#include "lab/journal.h"
#include "lab/names.h"
#include "lab/processes.h"
#include "lab/remove.h"
#include "lab/signals.h"
#include "lab/state.h"
#include "relay/relay.h"

struct lab_build {
	const struct plan *plan;   /* without routes, until `routed` is joined */
	struct lab_routed *routed; /* NULL: the plan has its routes */
	const struct lab_source *src;
	struct diag *dg;
	struct lab_dir dir;
	const char **names; /* of the plan's namespaces */
	struct netns_set *set;
	int journal;
	struct state state;
	struct signals signals;
	struct meanwhile furnishing;
	bool locked; /* the directory is new and ours: an error removes it */
};

/* ---- steps -------------------------------------------------------------------------------- */

static int lab_build_failed(struct lab_build *b, int error, const char *what)
{
	if (error < 0)
		diag_error(b->dg, (struct pos){ 0 }, error, "lab", "%s: %s: %s", b->dir.path, what,
			   strerror(-error));
	return error;
}

static int lab_build_write_files(struct lab_build *b)
{
	const char *hosts = b->plan->hosts ? b->plan->hosts : "";
	int r = fault_due();

	if (r == 0 && mkdirat(b->dir.fd, "etc", 0755) < 0)
		r = -errno;
	if (r == 0)
		r = lab_dir_write(&b->dir, "etc/hosts", hosts, strlen(hosts));
	if (r == 0)
		r = lab_dir_write(&b->dir, "topology.yaml", b->src->text, b->src->size);
	if (r == 0)
		r = lab_dir_write(&b->dir, "origin", b->src->path, strlen(b->src->path));
	return lab_build_failed(b, r, "writing its files");
}

/* Private, so that the names in it do not appear in other mount namespaces, each of which would
 * have to unmount them one by one. */
static int lab_build_mount_names(const char *path)
{
	int r = fault_due();

	if (r < 0)
		return r;
	if (mkdir(path, 0755) < 0 ||
	    mount("netemu", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") < 0 ||
	    mount(NULL, path, NULL, MS_PRIVATE, NULL) < 0)
		return -errno;
	return 0;
}

static int lab_build_make_namespaces(struct lab_build *b)
{
	own_free char *path = xasprintf("%s/netns", b->dir.path);
	int r = lab_build_failed(b, journal_add(b->journal, "names"), "writing its journal");

	if (r == 0) {
		r = lab_build_failed(b, lab_build_mount_names(path), "mounting netns");
		if (r == -EPERM)
			diag_hint(b->dg, "mounting needs CAP_SYS_ADMIN in the mount namespace");
	}
	return r < 0 ? r : netns_create(b->plan, path, &b->set, b->dg);
}

static void lab_build_furnish(void *set)
{
	netns_furnish(set);
}

/* The kernel creates links under one lock (rtnl). Meanwhile another CPU furnishes the namespaces,
 * after it has computed the routes, which are needed first. */
static int lab_build_begin_furnishing(struct lab_build *b)
{
	meanwhile_begin_after(&b->furnishing, b->routed ? &b->routed->thread : NULL,
			      lab_build_furnish, b->set);
	return 0;
}

static int lab_build_end_furnishing(struct lab_build *b)
{
	meanwhile_end(&b->furnishing);
	return netns_furnished(b->set, b->dg);
}

static int lab_build_make_links(struct lab_build *b)
{
	return kernel_make_links(b->plan, b->set, signals_came, &b->signals, b->dg);
}

static int lab_build_join_routes(struct lab_build *b)
{
	if (!b->routed)
		return 0;
	meanwhile_end(&b->routed->thread);
	b->plan = b->routed->plan ? b->routed->plan : b->plan;
	return b->routed->plan ? 0 : b->routed->error;
}

static int lab_build_make_routes(struct lab_build *b)
{
	return kernel_make_routes(b->plan, b->set, signals_came, &b->signals, b->dg);
}

static int lab_build_wait_ready(struct lab_build *b)
{
	return kernel_wait_ready(b->plan, b->set, signals_came, &b->signals, b->dg);
}

static struct processes lab_build_processes(struct lab_build *b)
{
	return (struct processes){ &b->dir, b->journal, b->plan, &b->state, b->dg };
}

static int lab_build_start_relay(struct lab_build *b)
{
	const struct processes p = lab_build_processes(b);
	int r;

	if (b->plan->relay_netns == PLAN_NONE || b->plan->wires.n == 0)
		return 0;
	r = lab_build_end_furnishing(b); /* before a fork */
	return r < 0 ? r : processes_start_relay(&p, b->set->v[b->plan->relay_netns].fd);
}

static int lab_build_start_services(struct lab_build *b)
{
	const struct processes p = lab_build_processes(b);
	own_free int *netns = xcalloc(b->set->n + 1, sizeof(*netns));
	int r;

	if (b->plan->services.n == 0)
		return 0;
	for (size_t i = 0; i < b->set->n; i++)
		netns[i] = b->set->v[i].fd;
	r = lab_build_end_furnishing(b); /* before a fork */
	return r < 0 ? r : processes_start_services(&p, netns);
}

static int lab_build_publish_names(struct lab_build *b)
{
	own_text lines = { 0 };
	int r;

	for (size_t i = 0; i < b->plan->netns.n; i++)
		text_printf(&lines, "%snetns %s", i ? "\n" : "", b->names[i]);
	r = lines.n ? journal_add(b->journal, "%s", text_str(&lines)) : 0;
	if (r < 0)
		return lab_build_failed(b, r, "writing its journal");
	return names_publish(&b->dir, b->names, b->plan->netns.n, b->dg);
}

static int lab_build_write_state(struct lab_build *b)
{
	int r = fault_due();

	b->state.backends = b->plan->backends;
	snprintf(b->state.hops, sizeof(b->state.hops), "%s", b->src->hops ? b->src->hops : "");
	b->state.created = (int64_t)time(NULL);
	if (b->src->life == LAB_UNTIL_EXIT) {
		b->state.maker = getpid();
		b->state.maker_start = process_start_time(getpid());
	}
	b->state.nodes = b->plan->nodes.n;
	b->state.links = plan_count(b->plan).links;
	if (r == 0)
		r = state_write(&b->dir, "state", &b->state);
	return lab_build_failed(b, r, "writing its state");
}

/* ---- all ---------------------------------------------------------------------------------- */

typedef int build_step(struct lab_build *b);

static int lab_build_run(struct lab_build *b, build_step *const *steps, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = signals_came(&b->signals) ? -EINTR : steps[i](b);
	if (r == 0 && signals_came(&b->signals))
		r = -EINTR; /* it came during the last step */
	if (r == -EINTR)
		diag_error(b->dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: what was built of '%s' is taken back", b->dir.name);
	return r;
}

/* Reports a running lab of this name, or an incomplete one that a killed command has left. */
static int lab_build_already_there(struct lab_build *b)
{
	struct state s;

	diag_error(b->dg, (struct pos){ 0 }, -EEXIST, "lab-exists",
		   state_read(&b->dir, &s) == 0 ? "lab '%s' is up already"
						: "lab '%s' was left half-built or half-removed",
		   b->dir.name);
	diag_hint(b->dg, "netemu down %s", b->dir.name);
	return -EEXIST;
}

static int lab_build_check_names(struct lab_build *b)
{
	for (size_t i = 0; i < b->plan->netns.n; i++) {
		b->names[i] = b->plan->netns.v[i].name;
		if (!netns_name_is_valid(b->names[i]))
			return diag_error(b->dg, b->plan->netns.v[i].why, -EINVAL, "bad-name",
					  "'%s' is no name for a namespace", b->names[i]);
	}
	return names_check(&b->dir, b->names, b->plan->netns.n, b->dg);
}

static int lab_build_begin_locked(struct lab_build *b)
{
	static build_step *const steps[] = { lab_build_write_files, lab_build_make_namespaces };
	int r;

	if (!b->dir.made)
		return lab_build_already_there(b);
	b->locked = true;
	r = lab_build_check_names(b);
	if (r < 0)
		return r;
	b->journal = journal_open(&b->dir);
	if (b->journal < 0)
		return lab_build_failed(b, b->journal, "opening its journal");
	return lab_build_run(b, steps, countof(steps));
}

/* Frees the build; on an error (r < 0) it removes the lab. Returns r. */
static int lab_build_end(struct lab_build *b, int r)
{
	if (b->routed)
		meanwhile_end(&b->routed->thread);
	meanwhile_end(&b->furnishing);
	netns_set_free(b->set);
	own_closep(&b->journal);
	if (r < 0 && b->locked) {
		(void)lab_remove(&b->dir, b->dg); /* its findings name what is left */
		names_tidy(b->dir.run);
	}
	signals_release(&b->signals);
	free(b->names);
	lab_dir_release(&b->dir);
	free(b);
	return r;
}

int lab_up_begin(const struct plan *begun, const struct lab_source *src, struct lab_build **ret,
		 struct diag *dg)
{
	struct lab_build *b = xcalloc(1, sizeof(*b));
	int r;

	*b = (struct lab_build){
		.plan = begun, .src = src, .dg = dg, .dir = LAB_DIR_NONE, .journal = -1
	};
	r = lab_dir_lock(src->name, LAB_DIR_CREATE, &b->dir, dg);
	if (r < 0) {
		free(b);
		return r;
	}
	b->names = xcalloc(begun->netns.n + 1, sizeof(*b->names));
	signals_hold(&b->signals);
	r = lab_build_begin_locked(b);
	if (r < 0)
		return lab_build_end(b, r);
	*ret = b;
	return 0;
}

int lab_up_end(struct lab_build *b, struct lab_routed *routed)
{
	static build_step *const steps[] = {
		lab_build_begin_furnishing, lab_build_make_links,  lab_build_join_routes,
		lab_build_make_routes,	    lab_build_start_relay, lab_build_start_services,
		lab_build_publish_names,    lab_build_wait_ready,  lab_build_end_furnishing,
		lab_build_write_state,
	};

	b->routed = routed;
	return lab_build_end(b, lab_build_run(b, steps, countof(steps)));
}

int lab_up(const struct plan *plan, const struct lab_source *src, struct diag *dg)
{
	struct lab_build *b;
	int r = lab_up_begin(plan, src, &b, dg);

	return r < 0 ? r : lab_up_end(b, NULL);
}
