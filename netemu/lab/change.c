/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lab is changed in steps, as it is built. The journal records each step before it is taken. The
 * first failure or signal rolls the change back: the same steps run with the two plans exchanged,
 * and accept objects that exist already or are gone already.
 *
 *	<lab>/topology.yaml.new ...	the files of the changed lab, until the change is committed
 *	<lab>/changing			exists from the first step to the last. If it exists and no
 *					process holds the lock, a change was cut short.
 *
 * Every step that can fail comes before the new files replace the old ones. After that only the
 * objects that the new plan lacks are removed, and a failure does not stop their removal. */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "base/text.h"
#include "kernel/change.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "lab/dir.h"
#include "lab/find.h"
#include "lab/journal.h"
#include "lab/names.h"
#include "lab/processes.h"
#include "lab/signals.h"
#include "lab/state.h"
#include "plan/diff.h"
#include "relay/relay.h"
#include "services/services.h"

struct lab_edit {
	struct lab_dir dir;
	struct state state;
};

/* One run of the steps: the change itself, its rollback, or a mend. */
struct lab_transaction {
	struct lab_edit *lab;
	const struct plan_diff *d;
	const struct plan *from, *to;
	const struct lab_target *target; /* NULL in a rollback or a mend */
	bool back, mend;
	struct diag *dg;
	int journal;
	char *names; /* the directory of the namespaces' names */
	struct kernel_change *kernel;
	struct signals *signals;
	struct state state; /* after the change */
	int relay;	    /* the delay line's control socket, or -1 */
	int services;	    /* the control socket of the services' process, or -1 */
};

/* ---- the lock ----------------------------------------------------------------------------- */

static int lab_edit_cut_short(const struct lab_dir *d, struct diag *dg)
{
	diag_error(dg, (struct pos){ 0 }, -EUCLEAN, "half-changed",
		   "a change of lab '%s' was cut short: it is neither as before nor as it was "
		   "to be",
		   d->name);
	diag_hint(dg, "netemu down %s, then up again", d->name);
	return -EUCLEAN;
}

static int lab_edit_read(struct lab_edit *e, struct diag *dg)
{
	const struct lab_dir *d = &e->dir;

	if (faccessat(d->fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return lab_not_found(d->name, dg);
	if (lab_dir_is_changing(d))
		return lab_edit_cut_short(d, dg);
	if (state_read(d, &e->state) == 0 && lab_dir_has_names(d))
		return 0;
	diag_error(dg, (struct pos){ 0 }, -EIO, "broken-lab",
		   "lab '%s' is half built or half removed", d->name);
	diag_hint(dg, "netemu down %s, then up again", d->name);
	return -EIO;
}

int lab_edit_begin(const char *name, struct lab_edit **ret, struct diag *dg)
{
	struct lab_edit *e = xcalloc(1, sizeof(*e));
	int r;

	e->dir = (struct lab_dir)LAB_DIR_NONE;
	r = lab_dir_lock(name, LAB_DIR_EXISTING, &e->dir, dg);
	r = r == -ENOENT ? lab_not_found(name, dg) : r < 0 ? r : lab_edit_read(e, dg);
	if (r < 0)
		lab_edit_end(e);
	else
		*ret = e;
	return r;
}

void lab_edit_end(struct lab_edit *e)
{
	if (!e)
		return;
	lab_dir_release(&e->dir);
	free(e);
}

/* ---- its files ---------------------------------------------------------------------------- */

static int transaction_failed(const struct lab_transaction *c, int error, const char *what)
{
	if (error < 0)
		diag_error(c->dg, (struct pos){ 0 }, error, "lab", "%s: %s: %s", c->lab->dir.path,
			   what, strerror(-error));
	return error;
}

/* A file of the lab and its new content; NULL: the file stays unchanged. */
struct file {
	const char *name, *text;
	size_t size;
};

enum { FILES = 4 };

static void transaction_files(const struct lab_target *t, struct file ret[FILES])
{
	const struct lab_source *src = t->src;

	ret[0] = (struct file){ "topology.yaml", src ? src->text : NULL, src ? src->size : 0 };
	ret[1] = (struct file){ "origin", src ? src->path : NULL, src ? strlen(src->path) : 0 };
	ret[2] = (struct file){ "changes", t->changes, t->changes ? strlen(t->changes) : 0 };
	ret[3] = (struct file){ "numbers", t->numbers, t->numbers ? strlen(t->numbers) : 0 };
}

static void transaction_drop_files(const struct lab_dir *d)
{
	static const char *const all[] = { "topology.yaml.new", "origin.new", "changes.new",
					   "numbers.new", "state.new" };

	for (size_t i = 0; i < countof(all); i++)
		(void)unlinkat(d->fd, all[i], 0);
}

static int transaction_write_files(struct lab_transaction *c)
{
	const struct lab_dir *d = &c->lab->dir;
	struct file files[FILES];
	int r;

	transaction_drop_files(d); /* left by a change that was cut short or is rolled back */
	if (!c->target)
		return 0;
	r = fault_due();
	transaction_files(c->target, files);
	for (size_t i = 0; i < FILES && r == 0; i++) {
		own_free char *name = xasprintf("%s.new", files[i].name);

		if (files[i].text)
			r = lab_dir_write(d, name, files[i].text, files[i].size);
	}
	if (r == 0)
		r = lab_dir_write(d, "changing", "", 0);
	return transaction_failed(c, r, "writing its files");
}

/* The point of no return: these renames need no space and do not block. */
static void transaction_take_files(struct lab_transaction *c)
{
	static const char *const all[] = { "topology.yaml", "origin", "changes", "numbers",
					   "state" };
	int dir = c->lab->dir.fd;

	for (size_t i = 0; i < countof(all); i++) {
		own_free char *name = xasprintf("%s.new", all[i]);

		(void)renameat(dir, name, dir, all[i]);
	}
}

static int transaction_write_hosts(struct lab_transaction *c)
{
	const char *hosts = c->to->hosts ? c->to->hosts : "";
	int r = c->d->hosts ? fault_due() : 0;

	if (r == 0 && c->d->hosts)
		r = lab_dir_write(&c->lab->dir, "etc/hosts", hosts, strlen(hosts));
	return transaction_failed(c, r, "writing its hosts");
}

static int transaction_commit(struct lab_transaction *c)
{
	const struct lab_source *src = c->target ? c->target->src : NULL;
	struct state s;
	int r = fault_due();

	c->state.nodes = c->to->nodes.n;
	c->state.links = plan_count(c->to).links;
	if (src)
		snprintf(c->state.hops, sizeof(c->state.hops), "%s", src->hops ? src->hops : "");
	s = c->state;
	if (c->to->wires.n == 0)
		s.relay = 0; /* transaction_finish() ends it */
	if (c->to->services.n == 0)
		s.services = 0;
	if (r == 0)
		r = state_write(&c->lab->dir, "state.new", &s);
	if (r == 0)
		transaction_take_files(c);
	return transaction_failed(c, r, "writing its state");
}

/* ---- its namespaces ----------------------------------------------------------------------- */

/* The names of the namespaces that only one plan has: the new plan if `new`, else the old one. The
 * caller frees the list, not the names. */
static const char **transaction_lone_names(const struct lab_transaction *c, bool new, size_t *ret_n)
{
	const char **names = xcalloc(c->from->netns.n + c->to->netns.n + 1, sizeof(*names));
	size_t n = 0;

	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_NETNS && (x->from == PLAN_NONE) == new)
			names[n++] = new ? c->to->netns.v[x->to].name
					 : c->from->netns.v[x->from].name;
	*ret_n = n;
	return names;
}

static int transaction_check_names(struct lab_transaction *c)
{
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_NETNS && x->from == PLAN_NONE &&
		    !netns_name_is_valid(c->to->netns.v[x->to].name))
			return diag_error(c->dg, c->to->netns.v[x->to].why, -EINVAL, "bad-name",
					  "'%s' is no name for a namespace",
					  c->to->netns.v[x->to].name);
	return 0;
}

static int transaction_journal_names(struct lab_transaction *c)
{
	size_t n;
	own_free const char **names = transaction_lone_names(c, true, &n);
	own_text lines = { 0 };
	int r;

	if (n == 0 || c->back)
		return 0;
	r = transaction_check_names(c);
	if (r == 0)
		r = names_check(&c->lab->dir, names, n, c->dg);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		text_printf(&lines, "%snetns %s", i ? "\n" : "", names[i]);
	return transaction_failed(c, journal_add(c->journal, "%s", text_str(&lines)),
				  "writing its journal");
}

/* A mend publishes all names: any of them may have been removed by hand. */
static const char **transaction_unpublished_names(const struct lab_transaction *c, size_t *ret_n)
{
	const char **names;

	if (!c->mend)
		return transaction_lone_names(c, true, ret_n);
	names = xcalloc(c->to->netns.n + 1, sizeof(*names));
	*ret_n = c->to->netns.n;
	for (size_t i = 0; i < *ret_n; i++)
		names[i] = c->to->netns.v[i].name;
	return names;
}

static int transaction_publish_names(struct lab_transaction *c)
{
	size_t n;
	own_free const char **names = transaction_unpublished_names(c, &n);

	if (c->back) /* the namespaces of the old plan have kept their names */
		return 0;
	return n ? names_publish(&c->lab->dir, names, n, c->dg) : 0;
}

/* Removes the names of the namespaces that the new plan lacks. The kernel frees a namespace when
 * its last reference is gone. */
static int transaction_remove_netns(struct lab_transaction *c)
{
	size_t n;
	own_free const char **names = transaction_lone_names(c, false, &n);
	int r = n ? names_withdraw(&c->lab->dir, names, n, c->dg) : 0;

	for (size_t i = 0; i < n; i++) {
		own_free char *path = xasprintf("%s/%s", c->names, names[i]);

		(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
		if (unlink(path) < 0 && errno != ENOENT && r == 0)
			r = transaction_failed(c, -errno, names[i]);
	}
	return r;
}

static int transaction_open_netns(const struct lab_transaction *c, uint32_t netns)
{
	own_fd dir = open(c->names, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : netns_open(dir, c->to->netns.v[netns].name);
}

/* ---- its delay line ----------------------------------------------------------------------- */

static bool transaction_has_relay(const struct lab_transaction *c)
{
	return c->state.relay && process_is_alive(c->state.relay, c->state.relay_start);
}

static struct processes transaction_processes(struct lab_transaction *c)
{
	return (struct processes){ &c->lab->dir, c->journal, c->to, &c->state, c->dg };
}

static int transaction_refuse_wire(const struct lab_transaction *c, const struct plan_wire *w,
				   int error, const char *words)
{
	return diag_error(c->dg, w->why, error, "delay-line", "link '%s': %s", w->name,
			  words && *words ? words : strerror(-error));
}

static int transaction_open_relay(struct lab_transaction *c)
{
	own_free char *path = xasprintf("%s/delay-line", c->lab->dir.path);
	bool asked = false;

	for (each(const struct plan_difference, x, &c->d->v))
		asked = asked || x->part == PLAN_PART_WIRE;
	if (!asked || !transaction_has_relay(c))
		return 0;
	c->relay = relay_control_open(path);
	if (c->relay < 0)
		return diag_error(c->dg, (struct pos){ 0 }, c->relay, "delay-line",
				  "talking to the delay line, process %d: %s", (int)c->state.relay,
				  strerror(-c->relay));
	return 0;
}

static int transaction_drop_wire(struct lab_transaction *c, const struct plan_wire *w)
{
	int r = fault_due();

	if (r == 0)
		r = relay_remove(c->relay, w->name);
	return r == 0 || r == -ENOENT ? 0 : transaction_refuse_wire(c, w, r, NULL);
}

/* Removes wires that keep their name but get other ports. In a rollback, a wire that the failed
 * change was to remove may still exist, while its ports are created again. */
static int transaction_drop_wires_anew(struct lab_transaction *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_WIRE && x->to != PLAN_NONE && c->relay >= 0 &&
		    (x->anew || (c->back && x->from == PLAN_NONE)) && (r == 0 || c->back))
			r = transaction_drop_wire(c, &c->to->wires.v[x->to]);
	return r;
}

/* Runs before the ports of these wires are removed. */
static int transaction_drop_old_wires(struct lab_transaction *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_WIRE && x->to == PLAN_NONE && c->relay >= 0 &&
		    (r == 0 || c->back))
			r = transaction_drop_wire(c, &c->from->wires.v[x->from]);
	return r;
}

static int transaction_add_wire(struct lab_transaction *c, uint32_t wire)
{
	const struct relay_link link = processes_wire(c->to, wire);
	char why[256] = "";
	int r = fault_due();

	if (r == 0)
		r = relay_add(c->relay, &link, why, sizeof(why));
	return r == 0 || (r == -EEXIST && c->back)
		       ? 0
		       : transaction_refuse_wire(c, &c->to->wires.v[wire], r, why);
}

static int transaction_set_wire(struct lab_transaction *c, uint32_t wire)
{
	const struct plan_wire *w = &c->to->wires.v[wire];
	int r = fault_due();

	for (int end = 0; end < 2 && r == 0; end++)
		r = relay_set(c->relay, w->name, end, &w->to[end]);
	return r < 0 ? transaction_refuse_wire(c, w, r, NULL) : 0;
}

static int transaction_set_wires(struct lab_transaction *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_WIRE || x->to == PLAN_NONE || (r < 0 && !c->back))
			continue;
		r = x->from == PLAN_NONE || x->anew ? transaction_add_wire(c, x->to)
						    : transaction_set_wire(c, x->to);
	}
	return r;
}

static int transaction_set_relay(struct lab_transaction *c)
{
	const struct processes p = transaction_processes(c);
	own_fd ns = -1;

	if (c->to->wires.n == 0 || (c->relay < 0 && transaction_has_relay(c)))
		return 0;
	if (c->relay >= 0)
		return transaction_set_wires(c);
	ns = transaction_open_netns(c, c->to->relay_netns);
	if (ns < 0)
		return transaction_failed(c, ns, "the delay line's namespace");
	return processes_start_relay(&p, ns);
}

static int transaction_stop_relay(struct lab_transaction *c)
{
	int r;

	if (c->to->wires.n || !c->state.relay)
		return 0;
	r = process_stop(c->state.relay, c->state.relay_start);
	if (r == 0) {
		c->state.relay = 0;
		(void)unlinkat(c->lab->dir.fd, "delay-line", 0);
	}
	return transaction_failed(c, r, "ending its delay line");
}

/* ---- its services ------------------------------------------------------------------------- */

static bool transaction_has_services(const struct lab_transaction *c)
{
	return c->state.services && process_is_alive(c->state.services, c->state.services_start);
}

static int transaction_refuse_service(const struct lab_transaction *c, uint32_t service, int error)
{
	own_free char *name = processes_service(c->to, service);

	return diag_error(c->dg, c->to->services.v[service].why, error, "services", "%s: %s", name,
			  strerror(-error));
}

static int transaction_add_service(struct lab_transaction *c, uint32_t i)
{
	const struct plan_service *s = &c->to->services.v[i];
	own_free char *name = processes_service(c->to, i);
	own_fd ns = transaction_open_netns(c, s->netns);
	const struct service_spot spot = { ns, s->udp, s->port, name };
	int r = ns < 0 ? ns : fault_due();

	if (r == 0)
		r = services_add(c->services, &spot);
	/* In a rollback the service may exist: known to the process, or with its port in use. */
	if (c->back && (r == -EEXIST || r == -EADDRINUSE))
		r = 0;
	return r < 0 ? transaction_refuse_service(c, i, r) : 0;
}

static int transaction_drop_service(struct lab_transaction *c, uint32_t i)
{
	own_free char *name = processes_service(c->from, i);
	int r = fault_due();

	if (r == 0)
		r = services_drop(c->services, name);
	if (r == 0 || r == -ENOENT)
		return 0;
	return diag_error(c->dg, c->from->services.v[i].why, r, "services", "%s: %s", name,
			  strerror(-r));
}

static int transaction_start_services(struct lab_transaction *c)
{
	const struct processes p = transaction_processes(c);
	own_free int *netns = xcalloc(c->to->netns.n + 1, sizeof(*netns));
	int r = 0;

	for (size_t i = 0; i < c->to->netns.n; i++)
		netns[i] = -1;
	for (each(const struct plan_service, s, &c->to->services))
		if (netns[s->netns] < 0 && r == 0) {
			netns[s->netns] = transaction_open_netns(c, s->netns);
			r = netns[s->netns] < 0
				    ? transaction_failed(c, netns[s->netns], "its services")
				    : 0;
		}
	if (r == 0)
		r = processes_start_services(&p, netns);
	for (size_t i = 0; i < c->to->netns.n; i++)
		own_closep(&netns[i]);
	return r;
}

static int transaction_connect_services(struct lab_transaction *c)
{
	if (c->services >= 0)
		return 0;
	c->services = services_connect(c->lab->dir.fd, "services");
	return c->services < 0 ? transaction_failed(c, c->services, "talking to its services") : 0;
}

static int transaction_set_services(struct lab_transaction *c)
{
	int r = 0;

	if (c->to->services.n && !transaction_has_services(c))
		return transaction_start_services(c);
	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_SERVICE || x->to == PLAN_NONE || (r < 0 && !c->back))
			continue;
		r = transaction_connect_services(c);
		if (r == 0)
			r = transaction_add_service(c, x->to);
	}
	return r;
}

/* Services of a namespace that is removed are dropped, too: a socket would keep it alive. */
static bool transaction_drops_service(const struct lab_transaction *c, uint32_t i,
				      const bool *dropped)
{
	return dropped[i] || c->d->netns[c->from->services.v[i].netns] == PLAN_NONE;
}

static int transaction_drop_services(struct lab_transaction *c)
{
	own_free bool *dropped = xcalloc(c->from->services.n + 1, sizeof(*dropped));
	int r = 0;

	if (!transaction_has_services(c))
		return 0;
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_SERVICE && x->to == PLAN_NONE)
			dropped[x->from] = true;
	for (uint32_t i = 0; i < c->from->services.n; i++) {
		if (!transaction_drops_service(c, i, dropped) || (r < 0 && !c->back))
			continue;
		r = transaction_connect_services(c);
		if (r == 0)
			r = transaction_drop_service(c, i);
	}
	return r;
}

static int transaction_stop_services(struct lab_transaction *c)
{
	int r;

	if (c->to->services.n || !c->state.services)
		return 0;
	r = process_stop(c->state.services, c->state.services_start);
	if (r == 0)
		c->state.services = 0;
	return transaction_failed(c, r, "ending what listens for its hosts");
}

/* ---- the kernel --------------------------------------------------------------------------- */

static bool transaction_must_stop(void *ctx)
{
	return ctx && signals_came(ctx);
}

static int transaction_begin_kernel(struct lab_transaction *c)
{
	enum kernel_change_way way = c->back   ? KERNEL_CHANGE_BACK
				     : c->mend ? KERNEL_CHANGE_MEND
					       : KERNEL_CHANGE_ON;

	return kernel_change_begin(c->d, c->names, way, &c->kernel, c->dg);
}

static int transaction_build(struct lab_transaction *c)
{
	return kernel_change_build(c->kernel, transaction_must_stop, c->signals);
}

static int transaction_wait(struct lab_transaction *c)
{
	return kernel_change_wait(c->kernel, transaction_must_stop, c->signals);
}

static int transaction_route(struct lab_transaction *c)
{
	return kernel_change_route(c->kernel, transaction_must_stop, c->signals);
}

static int transaction_clear(struct lab_transaction *c)
{
	return kernel_change_clear(c->kernel, transaction_must_stop, c->signals);
}

/* ---- all ---------------------------------------------------------------------------------- */

/* Drops the removed objects from the journal. If the write fails, the old journal stays: it lists
 * them as well, which is harmless. */
static void transaction_write_journal(struct lab_transaction *c)
{
	struct journal j = { .names = true,
			     .relay = c->state.relay != 0,
			     .relay_pid = c->state.relay,
			     .relay_start = c->state.relay_start,
			     .services = c->state.services != 0,
			     .services_pid = c->state.services,
			     .services_start = c->state.services_start };

	for (each(const struct plan_netns, n, &c->to->netns))
		vec_push(NULL, &j.netns, xstrdup(n->name));
	(void)journal_write(&c->lab->dir, &j);
	journal_release(&j);
}

/* Removes what the new plan lacks, once everything else is done. */
static int transaction_finish(struct lab_transaction *c)
{
	int r = transaction_stop_relay(c), one = transaction_stop_services(c);

	r = r < 0 ? r : one;
	one = transaction_remove_netns(c);
	r = r < 0 ? r : one;
	transaction_drop_files(&c->lab->dir);
	if (r == 0) {
		transaction_write_journal(c);
		(void)unlinkat(c->lab->dir.fd, "changing", 0);
	}
	return r;
}

typedef int transaction_step(struct lab_transaction *c);

/* A rollback and a mend take every step, even after one has failed. */
static int transaction_run(struct lab_transaction *c)
{
	static transaction_step *const steps[] = {
		transaction_write_files,     transaction_journal_names,
		transaction_begin_kernel,    transaction_open_relay,
		transaction_drop_wires_anew, transaction_build,
		transaction_set_relay,	     transaction_wait,
		transaction_set_services,    transaction_write_hosts,
		transaction_publish_names,   transaction_route,
		transaction_drop_old_wires,  transaction_drop_services,
		transaction_clear,	     transaction_commit,
	};
	int first = 0;

	for (size_t i = 0; i < countof(steps) && (first == 0 || c->back || c->mend); i++) {
		int r = transaction_must_stop(c->signals) ? -EINTR : steps[i](c);

		first = first ? first : r;
		if (!c->kernel && steps[i] == transaction_begin_kernel)
			return r; /* no other step can work */
	}
	return first;
}

static struct lab_transaction transaction_begin(struct lab_edit *e, const struct plan_diff *d,
						struct diag *dg)
{
	struct lab_transaction c = { .lab = e,
				     .d = d,
				     .from = d->from,
				     .to = d->to,
				     .dg = dg,
				     .state = e->state,
				     .relay = -1,
				     .services = -1 };

	c.names = xasprintf("%s/netns", e->dir.path);
	c.journal = journal_open(&e->dir);
	return c;
}

static void transaction_end(struct lab_transaction *c)
{
	kernel_change_end(c->kernel);
	own_closep(&c->relay);
	own_closep(&c->services);
	own_closep(&c->journal);
	own_freep(&c->names);
}

/* begun: kernel_change_begin() has succeeded, so there may be more to undo than new namespaces. */
static int lab_change_roll_back(struct lab_edit *e, const struct plan_diff *done, bool begun,
				struct diag *dg)
{
	struct plan_diff *d = plan_compare(done->to, done->from);
	struct lab_transaction c = transaction_begin(e, d, dg);
	int r = 0;

	c.back = true;
	if (begun)
		r = transaction_run(&c);
	if (r == 0)
		r = transaction_finish(&c);
	e->state = c.state;
	transaction_end(&c);
	plan_diff_free(d);
	if (r == 0)
		return 0;
	diag_error(dg, (struct pos){ 0 }, r, "half-changed",
		   "lab '%s' could not be made again what it was", e->dir.name);
	diag_hint(dg, "netemu down %s, then up again", e->dir.name);
	return r;
}

static int lab_change_locked(struct lab_edit *e, const struct lab_target *t,
			     struct signals *signals, struct diag *dg)
{
	struct lab_transaction c = transaction_begin(e, t->diff, dg);
	bool begun, done;
	int r = c.journal < 0 ? transaction_failed(&c, c.journal, "opening its journal") : 0;

	c.target = t;
	c.signals = signals;
	if (r == 0)
		r = transaction_run(&c);
	begun = c.kernel;
	done = r == 0;
	if (done)
		r = transaction_finish(&c);
	e->state = c.state;
	transaction_end(&c);
	if (r == -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: lab '%s' is made again what it was", e->dir.name);
	if (!done) /* the findings tell what is left */
		(void)lab_change_roll_back(e, t->diff, begun, dg);
	return r;
}

int lab_change(struct lab_edit *e, const struct lab_target *t, struct diag *dg)
{
	struct signals signals;
	int r;

	signals_hold(&signals);
	r = lab_change_locked(e, t, &signals, dg);
	signals_release(&signals);
	return r;
}

/* ---- mending it --------------------------------------------------------------------------- */

static bool mend_is_missing(const struct lab_transaction *c, uint32_t netns)
{
	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_NETNS) /* namespaces come first */
			break;
		if (x->to == netns)
			return true;
	}
	return false;
}

static bool mend_serves_missing(const struct lab_transaction *c)
{
	for (each(const struct plan_service, s, &c->to->services))
		if (mend_is_missing(c, s->netns))
			return true;
	return false;
}

/* Ends a process that does not answer or lives in a missing namespace; the steps then start a new
 * one. */
static int mend_end_processes(struct lab_transaction *c)
{
	int r = 0;

	if (c->to->wires.n && transaction_has_relay(c) && c->from->relay_netns == PLAN_NONE)
		r = transaction_failed(c, process_stop(c->state.relay, c->state.relay_start),
				       "ending its delay line");
	if (r == 0 && transaction_has_services(c) && mend_serves_missing(c))
		r = transaction_failed(c, process_stop(c->state.services, c->state.services_start),
				       "ending what listens for its hosts");
	return r;
}

/* Ends the processes that this run started and that no file records. */
static void mend_end_started(const struct lab_transaction *c)
{
	if (c->state.relay != c->lab->state.relay)
		(void)process_stop(c->state.relay, c->state.relay_start);
	if (c->state.services != c->lab->state.services)
		(void)process_stop(c->state.services, c->state.services_start);
}

/* Removes the files that the missing namespaces were mounted on. */
static void mend_unname_missing(const struct lab_transaction *c)
{
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_NETNS && x->to != PLAN_NONE) {
			own_free char *path =
				xasprintf("%s/%s", c->names, c->to->netns.v[x->to].name);

			(void)unlink(path);
		}
}

static int mend_run(struct lab_transaction *c)
{
	int r = c->journal < 0 ? transaction_failed(c, c->journal, "opening its journal")
			       : mend_end_processes(c);

	if (r < 0)
		return r;
	mend_unname_missing(c);
	r = transaction_run(c);
	if (r < 0 && transaction_commit(c) < 0)
		mend_end_started(c);
	return r < 0 ? r : transaction_finish(c);
}

int lab_mend(struct lab_edit *e, const struct plan_diff *held_to_plan, struct diag *dg)
{
	struct lab_transaction c = transaction_begin(e, held_to_plan, dg);
	struct signals signals;
	int r;

	signals_hold(&signals);
	c.mend = true;
	c.signals = &signals;
	r = mend_run(&c);
	if (r == -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: lab '%s' is mended in part", e->dir.name);
	e->state = c.state;
	transaction_end(&c);
	signals_release(&signals);
	return r;
}
