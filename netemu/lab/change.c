/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lab is changed step by step, as it is built: each is written down before it is taken, and the
 * first failure or signal has what was done taken back, by the same steps with the plans exchanged.
 * Those do not mind what is there already, or is not there.
 *
 *	<lab>/topology.yaml.new ...	what the lab will be told by when the change is done
 *	<lab>/changing			from the first step to the last: whoever finds it when
 *					nobody holds the lock knows that a change was cut short
 *
 * All that can fail comes before the files take the old ones' places; what is left then is to let
 * go of what the new plan has not, and that is tried to the end. */
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

/* One way: there, or back. */
struct change {
	struct lab_edit *lab;
	const struct plan_diff *d;
	const struct plan *from, *to;
	const struct lab_target *target; /* NULL on the way back, and where the lab is mended */
	bool back, mend;
	struct diag *dg;
	int journal;
	char *names; /* the directory of the namespaces' names */
	struct kernel_change *kernel;
	struct signals *signals;
	struct state state; /* as it will be */
	int relay;	    /* the delay line's control socket, or -1 */
	int services;	    /* the same of what listens, or -1 */
};

/* ---- the lock ----------------------------------------------------------------------------- */

static int cut_short(const struct lab_dir *d, struct diag *dg)
{
	diag_error(dg, (struct pos){ 0 }, -EUCLEAN, "half-changed",
		   "a change of lab '%s' was cut short: it is neither as before nor as it was "
		   "to be",
		   d->name);
	diag_hint(dg, "netemu down %s, then up again", d->name);
	return -EUCLEAN;
}

static int read_lab(struct lab_edit *e, struct diag *dg)
{
	const struct lab_dir *d = &e->dir;

	if (faccessat(d->fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return lab_not_found(d->name, dg);
	if (lab_dir_is_changing(d))
		return cut_short(d, dg);
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
	r = r == -ENOENT ? lab_not_found(name, dg) : r < 0 ? r : read_lab(e, dg);
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

static int failed(const struct change *c, int error, const char *what)
{
	if (error < 0)
		diag_error(c->dg, (struct pos){ 0 }, error, "lab", "%s: %s: %s", c->lab->dir.path,
			   what, strerror(-error));
	return error;
}

/* A file of the lab and what it will be; NULL: what it is. */
struct file {
	const char *name, *text;
	size_t size;
};

enum { FILES = 4 };

static void files_of(const struct lab_target *t, struct file ret[FILES])
{
	const struct lab_source *src = t->src;

	ret[0] = (struct file){ "topology.yaml", src ? src->text : NULL, src ? src->size : 0 };
	ret[1] = (struct file){ "origin", src ? src->path : NULL, src ? strlen(src->path) : 0 };
	ret[2] = (struct file){ "changes", t->changes, t->changes ? strlen(t->changes) : 0 };
	ret[3] = (struct file){ "numbers", t->numbers, t->numbers ? strlen(t->numbers) : 0 };
}

static void drop_files(const struct lab_dir *d)
{
	static const char *const all[] = { "topology.yaml.new", "origin.new", "changes.new",
					   "numbers.new", "state.new" };

	for (size_t i = 0; i < countof(all); i++)
		(void)unlinkat(d->fd, all[i], 0);
}

static int write_files(struct change *c)
{
	const struct lab_dir *d = &c->lab->dir;
	struct file files[FILES];
	int r;

	drop_files(d); /* of a change that was cut short or is taken back */
	if (!c->target)
		return 0;
	r = fault_due();
	files_of(c->target, files);
	for (size_t i = 0; i < FILES && r == 0; i++) {
		own_free char *name = xasprintf("%s.new", files[i].name);

		if (files[i].text)
			r = lab_dir_write(d, name, files[i].text, files[i].size);
	}
	if (r == 0)
		r = lab_dir_write(d, "changing", "", 0);
	return failed(c, r, "writing its files");
}

/* The point of no return: nothing here takes space or waits for anybody. */
static void take_files(struct change *c)
{
	static const char *const all[] = { "topology.yaml", "origin", "changes", "numbers",
					   "state" };
	int dir = c->lab->dir.fd;

	for (size_t i = 0; i < countof(all); i++) {
		own_free char *name = xasprintf("%s.new", all[i]);

		(void)renameat(dir, name, dir, all[i]);
	}
}

static int write_hosts(struct change *c)
{
	const char *hosts = c->to->hosts ? c->to->hosts : "";
	int r = c->d->hosts ? fault_due() : 0;

	if (r == 0 && c->d->hosts)
		r = lab_dir_write(&c->lab->dir, "etc/hosts", hosts, strlen(hosts));
	return failed(c, r, "writing its hosts");
}

static int commit(struct change *c)
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
		s.relay = 0; /* it ends when this is written */
	if (c->to->services.n == 0)
		s.services = 0;
	if (r == 0)
		r = state_write(&c->lab->dir, "state.new", &s);
	if (r == 0)
		take_files(c);
	return failed(c, r, "writing its state");
}

/* ---- its namespaces ----------------------------------------------------------------------- */

/* The names of namespaces that only one plan has; the caller frees the list, not the names. */
static const char **lone_names(const struct change *c, bool new, size_t *ret_n)
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

static int check_names(struct change *c)
{
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_NETNS && x->from == PLAN_NONE &&
		    !netns_name_is_valid(c->to->netns.v[x->to].name))
			return diag_error(c->dg, c->to->netns.v[x->to].why, -EINVAL, "bad-name",
					  "'%s' is no name for a namespace",
					  c->to->netns.v[x->to].name);
	return 0;
}

static int announce(struct change *c)
{
	size_t n;
	own_free const char **names = lone_names(c, true, &n);
	own_text lines = { 0 };
	int r;

	if (n == 0 || c->back)
		return 0;
	r = check_names(c);
	if (r == 0)
		r = names_check(&c->lab->dir, names, n, c->dg);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		text_printf(&lines, "%snetns %s", i ? "\n" : "", names[i]);
	return failed(c, journal_add(c->journal, "%s", text_str(&lines)), "writing its journal");
}

/* Of a lab that is mended all: some may have been taken away. */
static const char **unpublished_names(const struct change *c, size_t *ret_n)
{
	const char **names;

	if (!c->mend)
		return lone_names(c, true, ret_n);
	names = xcalloc(c->to->netns.n + 1, sizeof(*names));
	*ret_n = c->to->netns.n;
	for (size_t i = 0; i < *ret_n; i++)
		names[i] = c->to->netns.v[i].name;
	return names;
}

static int publish(struct change *c)
{
	size_t n;
	own_free const char **names = unpublished_names(c, &n);

	if (c->back) /* what the lab had before has kept its names */
		return 0;
	return n ? names_publish(&c->lab->dir, names, n, c->dg) : 0;
}

/* Whatever stands of namespaces that the new plan has not. The kernel takes each down by itself
 * when nobody knows it any more. */
static int forget(struct change *c)
{
	size_t n;
	own_free const char **names = lone_names(c, false, &n);
	int r = n ? names_withdraw(&c->lab->dir, names, n, c->dg) : 0;

	for (size_t i = 0; i < n; i++) {
		own_free char *path = xasprintf("%s/%s", c->names, names[i]);

		(void)umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
		if (unlink(path) < 0 && errno != ENOENT && r == 0)
			r = failed(c, -errno, names[i]);
	}
	return r;
}

static int open_netns(const struct change *c, uint32_t netns)
{
	own_fd dir = open(c->names, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : netns_open(dir, c->to->netns.v[netns].name);
}

/* ---- its delay line ----------------------------------------------------------------------- */

static bool relay_runs(const struct change *c)
{
	return c->state.relay && relay_is_alive(c->state.relay, c->state.relay_start);
}

static struct processes processes_of(struct change *c)
{
	return (struct processes){ &c->lab->dir, c->journal, c->to, &c->state, c->dg };
}

static int refuse_wire(const struct change *c, const struct plan_wire *w, int error,
		       const char *words)
{
	return diag_error(c->dg, w->why, error, "delay-line", "link '%s': %s", w->name,
			  words && *words ? words : strerror(-error));
}

static int open_relay(struct change *c)
{
	own_free char *path = xasprintf("%s/delay-line", c->lab->dir.path);
	bool asked = false;

	for (each(const struct plan_difference, x, &c->d->v))
		asked = asked || x->part == PLAN_PART_WIRE;
	if (!asked || !relay_runs(c))
		return 0;
	c->relay = relay_control_open(path);
	if (c->relay < 0)
		return diag_error(c->dg, (struct pos){ 0 }, c->relay, "delay-line",
				  "talking to the delay line, process %d: %s", (int)c->state.relay,
				  strerror(-c->relay));
	return 0;
}

static int drop_wire(struct change *c, const struct plan_wire *w)
{
	int r = fault_due();

	if (r == 0)
		r = relay_remove(c->relay, w->name);
	return r == 0 || r == -ENOENT ? 0 : refuse_wire(c, w, r, NULL);
}

/* Makes room for wires that are the same by name, with other ports. On the way back one may still
 * be there that the new plan has not, and whose ports will be made anew. */
static int drop_wires_anew(struct change *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_WIRE && x->to != PLAN_NONE && c->relay >= 0 &&
		    (x->anew || (c->back && x->from == PLAN_NONE)) && (r == 0 || c->back))
			r = drop_wire(c, &c->to->wires.v[x->to]);
	return r;
}

/* Before their ports go. */
static int drop_old_wires(struct change *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_WIRE && x->to == PLAN_NONE && c->relay >= 0 &&
		    (r == 0 || c->back))
			r = drop_wire(c, &c->from->wires.v[x->from]);
	return r;
}

static int add_wire(struct change *c, uint32_t wire)
{
	const struct relay_link link = processes_wire(c->to, wire);
	char why[256] = "";
	int r = fault_due();

	if (r == 0)
		r = relay_add(c->relay, &link, why, sizeof(why));
	return r == 0 || (r == -EEXIST && c->back) ? 0
						   : refuse_wire(c, &c->to->wires.v[wire], r, why);
}

static int set_wire(struct change *c, uint32_t wire)
{
	const struct plan_wire *w = &c->to->wires.v[wire];
	int r = fault_due();

	for (int end = 0; end < 2 && r == 0; end++)
		r = relay_set(c->relay, w->name, end, &w->to[end]);
	return r < 0 ? refuse_wire(c, w, r, NULL) : 0;
}

static int tell_relay(struct change *c)
{
	int r = 0;

	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_WIRE || x->to == PLAN_NONE || (r < 0 && !c->back))
			continue;
		r = x->from == PLAN_NONE || x->anew ? add_wire(c, x->to) : set_wire(c, x->to);
	}
	return r;
}

static int set_relay(struct change *c)
{
	const struct processes p = processes_of(c);
	own_fd ns = -1;

	if (c->to->wires.n == 0 || (c->relay < 0 && relay_runs(c)))
		return 0;
	if (c->relay >= 0)
		return tell_relay(c);
	ns = open_netns(c, c->to->relay_netns);
	if (ns < 0)
		return failed(c, ns, "the delay line's namespace");
	return processes_start_relay(&p, ns);
}

static int stop_relay(struct change *c)
{
	int r;

	if (c->to->wires.n || !c->state.relay)
		return 0;
	r = relay_stop(c->state.relay, c->state.relay_start);
	if (r == 0) {
		c->state.relay = 0;
		(void)unlinkat(c->lab->dir.fd, "delay-line", 0);
	}
	return failed(c, r, "ending its delay line");
}

/* ---- what listens for its hosts ------------------------------------------------------------ */

static bool services_run(const struct change *c)
{
	return c->state.services && relay_is_alive(c->state.services, c->state.services_start);
}

static int refuse_service(const struct change *c, uint32_t service, int error)
{
	own_free char *name = processes_service(c->to, service);

	return diag_error(c->dg, c->to->services.v[service].why, error, "services", "%s: %s", name,
			  strerror(-error));
}

static int add_service(struct change *c, uint32_t i)
{
	const struct plan_service *s = &c->to->services.v[i];
	own_free char *name = processes_service(c->to, i);
	own_fd ns = open_netns(c, s->netns);
	const struct service_spot spot = { ns, s->udp, s->port, name };
	int r = ns < 0 ? ns : fault_due();

	if (r == 0)
		r = services_add(c->services, &spot);
	/* On the way back what is listened to already is found by either. */
	if (c->back && (r == -EEXIST || r == -EADDRINUSE))
		r = 0;
	return r < 0 ? refuse_service(c, i, r) : 0;
}

static int drop_service(struct change *c, uint32_t i)
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

static int start_services(struct change *c)
{
	const struct processes p = processes_of(c);
	own_free int *netns = xcalloc(c->to->netns.n + 1, sizeof(*netns));
	int r = 0;

	for (size_t i = 0; i < c->to->netns.n; i++)
		netns[i] = -1;
	for (each(const struct plan_service, s, &c->to->services))
		if (netns[s->netns] < 0 && r == 0) {
			netns[s->netns] = open_netns(c, s->netns);
			r = netns[s->netns] < 0 ? failed(c, netns[s->netns], "its services") : 0;
		}
	if (r == 0)
		r = processes_start_services(&p, netns);
	for (size_t i = 0; i < c->to->netns.n; i++)
		own_closep(&netns[i]);
	return r;
}

static int connect_services(struct change *c)
{
	if (c->services >= 0)
		return 0;
	c->services = services_connect(c->lab->dir.fd, "services");
	return c->services < 0 ? failed(c, c->services, "talking to its services") : 0;
}

static int set_services(struct change *c)
{
	int r = 0;

	if (c->to->services.n && !services_run(c))
		return start_services(c);
	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_SERVICE || x->to == PLAN_NONE || (r < 0 && !c->back))
			continue;
		r = connect_services(c);
		if (r == 0)
			r = add_service(c, x->to);
	}
	return r;
}

/* Of a namespace that goes, too: a socket would keep it. */
static bool is_dropped(const struct change *c, uint32_t i, const bool *dropped)
{
	return dropped[i] || c->d->netns[c->from->services.v[i].netns] == PLAN_NONE;
}

static int drop_services(struct change *c)
{
	own_free bool *dropped = xcalloc(c->from->services.n + 1, sizeof(*dropped));
	int r = 0;

	if (!services_run(c))
		return 0;
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_SERVICE && x->to == PLAN_NONE)
			dropped[x->from] = true;
	for (uint32_t i = 0; i < c->from->services.n; i++) {
		if (!is_dropped(c, i, dropped) || (r < 0 && !c->back))
			continue;
		r = connect_services(c);
		if (r == 0)
			r = drop_service(c, i);
	}
	return r;
}

static int stop_services(struct change *c)
{
	int r;

	if (c->to->services.n || !c->state.services)
		return 0;
	r = relay_stop(c->state.services, c->state.services_start);
	if (r == 0)
		c->state.services = 0;
	return failed(c, r, "ending what listens for its hosts");
}

/* ---- the kernel --------------------------------------------------------------------------- */

static bool must_stop(void *ctx)
{
	return ctx && signals_came(ctx);
}

static int begin_kernel(struct change *c)
{
	enum kernel_change_way way = c->back   ? KERNEL_CHANGE_BACK
				     : c->mend ? KERNEL_CHANGE_MEND
					       : KERNEL_CHANGE_ON;

	return kernel_change_begin(c->d, c->names, way, &c->kernel, c->dg);
}

static int build(struct change *c)
{
	return kernel_change_build(c->kernel, must_stop, c->signals);
}

static int wait(struct change *c)
{
	return kernel_change_wait(c->kernel, must_stop, c->signals);
}

static int route(struct change *c)
{
	return kernel_change_route(c->kernel, must_stop, c->signals);
}

static int clear(struct change *c)
{
	return kernel_change_clear(c->kernel, must_stop, c->signals);
}

/* ---- all ---------------------------------------------------------------------------------- */

/* Shorter by what has gone. Without it the old one stays, which names that, too, and does no harm.
 * */
static void write_journal(struct change *c)
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

/* When the lab is what it is to be, what it no longer has goes. */
static int finish(struct change *c)
{
	int r = stop_relay(c), one = stop_services(c);

	r = r < 0 ? r : one;
	one = forget(c);
	r = r < 0 ? r : one;
	drop_files(&c->lab->dir);
	if (r == 0) {
		write_journal(c);
		(void)unlinkat(c->lab->dir.fd, "changing", 0);
	}
	return r;
}

typedef int step(struct change *c);

/* On the way back, and to mend, every step is taken, whatever the others say. */
static int run_steps(struct change *c)
{
	static step *const steps[] = {
		write_files,	announce,      begin_kernel, open_relay,  drop_wires_anew, build,
		set_relay,	wait,	       set_services, write_hosts, publish,	   route,
		drop_old_wires, drop_services, clear,	     commit,
	};
	int first = 0;

	for (size_t i = 0; i < countof(steps) && (first == 0 || c->back || c->mend); i++) {
		int r = must_stop(c->signals) ? -EINTR : steps[i](c);

		first = first ? first : r;
		if (!c->kernel && steps[i] == begin_kernel)
			return r; /* nothing can be done */
	}
	return first;
}

static struct change change_of(struct lab_edit *e, const struct plan_diff *d, struct diag *dg)
{
	struct change c = { .lab = e,
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

static void change_end(struct change *c)
{
	kernel_change_end(c->kernel);
	own_closep(&c->relay);
	own_closep(&c->services);
	own_closep(&c->journal);
	own_freep(&c->names);
}

/* begun: more than namespaces may have been made. */
static int take_back(struct lab_edit *e, const struct plan_diff *done, bool begun, struct diag *dg)
{
	struct plan_diff *d = plan_compare(done->to, done->from);
	struct change c = change_of(e, d, dg);
	int r = 0;

	c.back = true;
	if (begun)
		r = run_steps(&c);
	if (r == 0)
		r = finish(&c);
	e->state = c.state;
	change_end(&c);
	plan_diff_free(d);
	if (r == 0)
		return 0;
	diag_error(dg, (struct pos){ 0 }, r, "half-changed",
		   "lab '%s' could not be made again what it was", e->dir.name);
	diag_hint(dg, "netemu down %s, then up again", e->dir.name);
	return r;
}

static int change_held(struct lab_edit *e, const struct lab_target *t, struct signals *signals,
		       struct diag *dg)
{
	struct change c = change_of(e, t->diff, dg);
	bool begun, done;
	int r = c.journal < 0 ? failed(&c, c.journal, "opening its journal") : 0;

	c.target = t;
	c.signals = signals;
	if (r == 0)
		r = run_steps(&c);
	begun = c.kernel;
	done = r == 0;
	if (done)
		r = finish(&c);
	e->state = c.state;
	change_end(&c);
	if (r == -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: lab '%s' is made again what it was", e->dir.name);
	if (!done)
		(void)take_back(e, t->diff, begun, dg); /* its findings tell what is left */
	return r;
}

int lab_change(struct lab_edit *e, const struct lab_target *t, struct diag *dg)
{
	struct signals signals;
	int r;

	signals_hold(&signals);
	r = change_held(e, t, &signals, dg);
	signals_release(&signals);
	return r;
}

/* ---- mending it --------------------------------------------------------------------------- */

static bool is_missing(const struct change *c, uint32_t netns)
{
	for (each(const struct plan_difference, x, &c->d->v)) {
		if (x->part != PLAN_PART_NETNS) /* they come first */
			break;
		if (x->to == netns)
			return true;
	}
	return false;
}

static bool serves_missing(const struct change *c)
{
	for (each(const struct plan_service, s, &c->to->services))
		if (is_missing(c, s->netns))
			return true;
	return false;
}

/* A process that is in a namespace that nobody finds any more, or does not answer, makes room for
 * another. */
static int end_processes(struct change *c)
{
	int r = 0;

	if (c->to->wires.n && relay_runs(c) && c->from->relay_netns == PLAN_NONE)
		r = failed(c, relay_stop(c->state.relay, c->state.relay_start),
			   "ending its delay line");
	if (r == 0 && services_run(c) && serves_missing(c))
		r = failed(c, relay_stop(c->state.services, c->state.services_start),
			   "ending what listens for its hosts");
	return r;
}

/* Processes that nobody would know of. */
static void end_started(const struct change *c)
{
	if (c->state.relay != c->lab->state.relay)
		(void)relay_stop(c->state.relay, c->state.relay_start);
	if (c->state.services != c->lab->state.services)
		(void)relay_stop(c->state.services, c->state.services_start);
}

/* The files that named what is missing. */
static void unname_missing(const struct change *c)
{
	for (each(const struct plan_difference, x, &c->d->v))
		if (x->part == PLAN_PART_NETNS && x->to != PLAN_NONE) {
			own_free char *path =
				xasprintf("%s/%s", c->names, c->to->netns.v[x->to].name);

			(void)unlink(path);
		}
}

static int mend(struct change *c)
{
	int r = c->journal < 0 ? failed(c, c->journal, "opening its journal") : end_processes(c);

	if (r < 0)
		return r;
	unname_missing(c);
	r = run_steps(c);
	if (r < 0 && commit(c) < 0)
		end_started(c);
	return r < 0 ? r : finish(c);
}

int lab_mend(struct lab_edit *e, const struct plan_diff *held_to_plan, struct diag *dg)
{
	struct change c = change_of(e, held_to_plan, dg);
	struct signals signals;
	int r;

	signals_hold(&signals);
	c.mend = true;
	c.signals = &signals;
	r = mend(&c);
	if (r == -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: lab '%s' is mended in part", e->dir.name);
	e->state = c.state;
	change_end(&c);
	signals_release(&signals);
	return r;
}
