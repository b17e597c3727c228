/* A lab is built step by step, each written down before it is taken; the first failure or signal
 * between two of them ends it, and what stands by then is taken back by the journal, just as
 * lab_down() would. */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "kernel/apply.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "kernel/ready.h"
#include "lab/dir.h"
#include "lab/journal.h"
#include "lab/names.h"
#include "lab/remove.h"
#include "lab/state.h"
#include "relay/relay.h"
#include "services/services.h"

struct build {
	const struct plan *plan;
	const struct lab_source *src;
	struct diag *dg;
	struct lab_dir dir;
	const char **names; /* of the plan's namespaces */
	struct netns_set *set;
	int journal;
	struct state state;
	sigset_t signals, before;
};

/* ---- signals ------------------------------------------------------------------------------ */

static void block_signals(struct build *b)
{
	sigemptyset(&b->signals);
	sigaddset(&b->signals, SIGINT);
	sigaddset(&b->signals, SIGTERM);
	sigaddset(&b->signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &b->signals, &b->before);
}

/* Takes the signal: once it is obeyed here it must not also end the program. */
static bool was_interrupted(void *ctx)
{
	const struct build *b = ctx;
	const struct timespec now = { 0 };

	return sigtimedwait(&b->signals, NULL, &now) > 0;
}

/* ---- steps -------------------------------------------------------------------------------- */

static int failed(struct build *b, int error, const char *what)
{
	if (error < 0)
		diag_error(b->dg, (struct pos){ 0 }, error, "lab", "%s: %s: %s", b->dir.path, what,
			   strerror(-error));
	return error;
}

static int write_files(struct build *b)
{
	const char *hosts = b->plan->hosts ? b->plan->hosts : "";
	int r = 0;

	if (mkdirat(b->dir.fd, "etc", 0755) < 0)
		r = -errno;
	if (r == 0)
		r = lab_dir_write(&b->dir, "etc/hosts", hosts, strlen(hosts));
	if (r == 0)
		r = lab_dir_write(&b->dir, "topology.yaml", b->src->text, b->src->size);
	if (r == 0)
		r = lab_dir_write(&b->dir, "origin", b->src->path, strlen(b->src->path));
	return failed(b, r, "writing its files");
}

/* Private, so that the names in it appear in no other mount namespace, each of which would have
 * to let them go one by one. */
static int mount_names(const char *path)
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

static int make_namespaces(struct build *b)
{
	own_free char *path = xasprintf("%s/netns", b->dir.path);
	int r = failed(b, journal_add(b->journal, "names"), "writing its journal");

	if (r == 0) {
		r = failed(b, mount_names(path), "mounting netns");
		if (r == -EPERM)
			diag_hint(b->dg, "building a lab needs root");
	}
	return r < 0 ? r : netns_create(b->plan, path, &b->set, b->dg);
}

static int configure(struct build *b)
{
	return kernel_configure(b->plan, b->set, was_interrupted, b, b->dg);
}

static int wait_ready(struct build *b)
{
	return kernel_wait_ready(b->plan, b->set, was_interrupted, b, b->dg);
}

static struct relay_link *relay_links(const struct plan *p)
{
	struct relay_link *links = xcalloc(p->wires.n + 1, sizeof(*links));

	for (size_t i = 0; i < p->wires.n; i++) {
		const struct plan_wire *w = &p->wires.v[i];

		links[i].name = w->name;
		for (int k = 0; k < 2; k++) {
			snprintf(links[i].port[k], sizeof(links[i].port[k]), "%s",
				 p->devs.v[w->dev[k]].name);
			links[i].to[k] = w->to[k];
		}
	}
	return links;
}

static int spawn_relay(struct build *b)
{
	own_free struct relay_link *links = relay_links(b->plan);
	own_free char *path = xasprintf("%s/delay-line", b->dir.path);
	const struct relay_config cfg = {
		.netns_fd = b->set->v[b->plan->relay_netns].fd,
		.hold_fd = b->dir.lock, /* so nobody finds a delay line half-started */
		.label = b->dir.name,
		.control_path = path,
		.links = links,
		.links_len = b->plan->wires.n,
	};
	char why[256] = "";
	int r = fault_due();

	if (r == 0)
		r = relay_spawn(&cfg, &b->state.relay, why, sizeof(why));
	if (r < 0)
		return diag_error(b->dg, (struct pos){ 0 }, r, "delay-line", "%s",
				  why[0] ? why : "the delay line did not start");
	b->state.relay_start = relay_start_time(b->state.relay);
	return 0;
}

static int start_relay(struct build *b)
{
	int r;

	if (b->plan->relay_netns == PLAN_NONE || b->plan->wires.n == 0)
		return 0;
	r = failed(b, journal_add(b->journal, "delay-line"), "writing its journal");
	if (r == 0)
		r = spawn_relay(b);
	if (r < 0)
		return r;
	r = journal_add(b->journal, "delay-line %d %llu", (int)b->state.relay,
			(unsigned long long)b->state.relay_start);
	return failed(b, r, "writing its journal");
}

static struct service_spot *service_spots(const struct build *b, char **names)
{
	const struct plan *p = b->plan;
	struct service_spot *spots = xcalloc(p->services.n + 1, sizeof(*spots));

	for (size_t i = 0; i < p->services.n; i++) {
		const struct plan_service *s = &p->services.v[i];

		names[i] = xasprintf("%s/%u in %s", s->udp ? "udp" : "tcp", s->port,
				     p->netns.v[s->netns].name);
		spots[i] = (struct service_spot){ b->set->v[s->netns].fd, s->udp, s->port, names[i] };
	}
	return spots;
}

static int spawn_services(struct build *b)
{
	size_t n = b->plan->services.n;
	own_free char **names = xcalloc(n + 1, sizeof(*names));
	own_free struct service_spot *spots = service_spots(b, names);
	const struct services_config cfg = { .spots = spots,
					     .n = n,
					     .dir = b->dir.fd,
					     .socket = "services",
					     .hold_fd = b->dir.lock,
					     .label = b->dir.name };
	char why[256] = "";
	int r = fault_due();

	if (r == 0)
		r = services_spawn(&cfg, &b->state.services, why, sizeof(why));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	if (r < 0)
		return diag_error(b->dg, (struct pos){ 0 }, r, "services",
				  "nothing listens for the hosts: %s", why[0] ? why : strerror(-r));
	b->state.services_start = relay_start_time(b->state.services);
	return 0;
}

static int start_services(struct build *b)
{
	int r;

	if (b->plan->services.n == 0)
		return 0;
	r = failed(b, journal_add(b->journal, "services"), "writing its journal");
	if (r == 0)
		r = spawn_services(b);
	if (r < 0)
		return r;
	r = journal_add(b->journal, "services %d %llu", (int)b->state.services,
			(unsigned long long)b->state.services_start);
	return failed(b, r, "writing its journal");
}

static int publish_names(struct build *b)
{
	own_text lines = { 0 };
	int r;

	for (size_t i = 0; i < b->plan->netns.n; i++)
		text_printf(&lines, "%snetns %s", i ? "\n" : "", b->names[i]);
	r = lines.n ? journal_add(b->journal, "%s", text_str(&lines)) : 0;
	if (r < 0)
		return failed(b, r, "writing its journal");
	return names_publish(&b->dir, b->names, b->plan->netns.n, b->dg);
}

static int write_state(struct build *b)
{
	b->state.backends = b->plan->backends;
	b->state.created = (int64_t)time(NULL);
	b->state.nodes = b->plan->nodes.n;
	b->state.links = plan_count(b->plan).links;
	return failed(b, state_write(&b->dir, &b->state), "writing its state");
}

/* ---- all ---------------------------------------------------------------------------------- */

static int run_steps(struct build *b)
{
	static int (*const steps[])(struct build *) = {
		write_files, make_namespaces, configure, start_relay, start_services, publish_names,
		wait_ready, write_state,
	};
	int r = 0;

	for (size_t i = 0; i < countof(steps) && r == 0; i++)
		r = was_interrupted(b) ? -EINTR : steps[i](b);
	if (r == 0 && was_interrupted(b))
		r = -EINTR; /* during the last one */
	if (r == -EINTR)
		diag_error(b->dg, (struct pos){ 0 }, r, "interrupted",
			   "interrupted: what was built of '%s' is taken back", b->dir.name);
	return r;
}

/* A lab of this name, or what a run that died has left of one. */
static int already_there(struct build *b)
{
	struct state s;

	diag_error(b->dg, (struct pos){ 0 }, -EEXIST, "lab-exists",
		   state_read(&b->dir, &s) == 0 ? "lab '%s' is up already"
						: "lab '%s' was left half-built or half-removed",
		   b->dir.name);
	diag_hint(b->dg, "netemu down %s", b->dir.name);
	return -EEXIST;
}

static int check_names(struct build *b)
{
	for (size_t i = 0; i < b->plan->netns.n; i++) {
		b->names[i] = b->plan->netns.v[i].name;
		if (!netns_name_is_valid(b->names[i]))
			return diag_error(b->dg, b->plan->netns.v[i].why, -EINVAL, "bad-name",
					  "'%s' is no name for a namespace", b->names[i]);
	}
	return names_check(&b->dir, b->names, b->plan->netns.n, b->dg);
}

static int build_locked(struct build *b)
{
	int r;

	if (faccessat(b->dir.fd, "journal", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return already_there(b);
	r = check_names(b);
	if (r == 0) {
		b->journal = journal_begin(&b->dir);
		r = failed(b, b->journal < 0 ? b->journal : 0, "starting its journal");
	}
	if (r == 0)
		r = run_steps(b);
	netns_set_free(b->set);
	own_closep(&b->journal);
	if (r < 0)
		(void)lab_remove(&b->dir, b->dg); /* its findings tell what is left */
	return r;
}

int lab_up(const struct plan *plan, const struct lab_source *src, struct diag *dg)
{
	struct build b = { .plan = plan, .src = src, .dg = dg, .dir = LAB_DIR_NONE, .journal = -1 };
	int r = lab_dir_lock(src->name, LAB_DIR_CREATE, &b.dir, dg);

	if (r < 0)
		return r;
	b.names = xcalloc(plan->netns.n + 1, sizeof(*b.names));
	block_signals(&b);
	r = build_locked(&b);
	(void)was_interrupted(&b); /* one that came after the end has come too late to be obeyed */
	pthread_sigmask(SIG_SETMASK, &b.before, NULL);
	free(b.names);
	lab_dir_release(&b.dir);
	return r;
}
