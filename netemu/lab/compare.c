/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process_id.h"
#include "kernel/compare.h"
#include "kernel/sysctl.h"
#include "lab/dir.h"
#include "lab/lab.h"
#include "relay/relay.h"

static void drift_add(void *ctx, const char *sentence)
{
	lab_drift *drift = ctx;

	vec_push(NULL, drift, xstrdup(sentence));
}

static int drift_of_netns(const struct lab *lab, const struct plan *plan, uint32_t i,
			  struct sysctl_writer *sysctls, lab_drift *ret)
{
	const char *name = plan->netns.v[i].name;
	own_fd fd = lab_netns(lab, name);
	int r;

	if (fd == -ENOENT) {
		vec_push(NULL, ret, xasprintf("%s: the namespace is missing", name));
		return 0;
	}
	r = fd < 0 ? fd : kernel_compare(plan, i, fd, drift_add, ret);
	return r < 0 ? r : kernel_compare_sysctls(plan, i, fd, sysctls, drift_add, ret);
}

static int drift_of_namespaces(const struct lab *lab, const struct plan *plan, lab_drift *ret,
			       struct diag *dg)
{
	struct sysctl_writer *sysctls = sysctl_writer_new();
	int r = 0;

	for (size_t i = 0; i < plan->netns.n && r == 0; i++) {
		r = drift_of_netns(lab, plan, (uint32_t)i, sysctls, ret);
		if (r < 0)
			diag_error(dg, plan->netns.v[i].why, r, "kernel",
				   "reading what %s holds: %s", plan->netns.v[i].name,
				   strerror(-r));
	}
	sysctl_writer_free(sysctls);
	return r;
}

/* ---- the delay line ----------------------------------------------------------------------- */

static void drift_of_wire(const struct plan_wire *w, struct relay_link_stats *is, lab_drift *ret)
{
	if (!is)
		vec_push(NULL, ret, xasprintf("link %s is missing in the delay line", w->name));
	else if (is->gone)
		vec_push(NULL, ret,
			 xasprintf("link %s has lost a port of the delay line", w->name));
	else if (!impairment_eq(&is->to[0], &w->to[0]) || !impairment_eq(&is->to[1], &w->to[1]))
		vec_push(NULL, ret, xasprintf("link %s is not impaired as planned", w->name));
}

static void drift_of_relay(const struct relay_stats *s, const struct plan *plan, lab_drift *ret)
{
	struct map *is = map_new(), *planned = map_new();

	for (size_t i = 0; i < s->links_len; i++)
		map_add(is, s->links[i].name, &s->links[i]);
	for (each(struct plan_wire, w, &plan->wires)) {
		map_add(planned, w->name, w);
		drift_of_wire(w, map_get(is, w->name), ret);
	}
	for (size_t i = 0; i < s->links_len; i++)
		if (!map_get(planned, s->links[i].name))
			vec_push(NULL, ret,
				 xasprintf("link %s of the delay line is not of the plan",
					   s->links[i].name));
	map_free(is);
	map_free(planned);
}

/* A delay line that is gone is reported by lab_compare(). Without permission to ask the delay line,
 * its wires are not compared. */
static void drift_of_wires(const struct lab *lab, const struct plan *plan, lab_drift *ret)
{
	own_free char *run = lab_run_dir();
	own_free char *path = xasprintf("%s/%s/delay-line", run ? run : "", lab->name);
	own_fd control = relay_control_open(path);
	struct relay_stats s;
	int r = control < 0 ? control : relay_stats(control, &s);

	if (r == -ETIMEDOUT)
		vec_push(NULL, ret,
			 xasprintf("the delay line, process %d, does not answer", (int)lab->relay));
	if (r < 0)
		return;
	drift_of_relay(&s, plan, ret);
	relay_stats_release(&s);
}

int lab_compare(const struct lab *lab, const struct plan *plan, lab_drift *ret, struct diag *dg)
{
	int r;

	*ret = (lab_drift){ 0 };
	r = drift_of_namespaces(lab, plan, ret, dg);
	if (r < 0)
		return r;
	if (plan->wires.n && lab->relay && !process_is_alive(lab->relay, lab->relay_start))
		vec_push(NULL, ret,
			 xasprintf("the delay line, process %d, is gone", (int)lab->relay));
	if (lab->relay)
		drift_of_wires(lab, plan, ret);
	if (plan->services.n &&
	    (!lab->services || !process_is_alive(lab->services, lab->services_start)))
		vec_push(NULL, ret,
			 xasprintf("nothing listens for the hosts: process %d is gone",
				   (int)lab->services));
	return 0;
}
