#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "kernel/compare.h"
#include "lab/lab.h"
#include "relay/relay.h"

static void keep(void *ctx, const char *sentence)
{
	lab_drift *drift = ctx;

	vec_push(NULL, drift, xstrdup(sentence));
}

static int compare_netns(const struct lab *lab, const struct plan *plan, uint32_t i, lab_drift *ret)
{
	const char *name = plan->netns.v[i].name;
	own_fd fd = lab_netns(lab, name);

	if (fd == -ENOENT) {
		vec_push(NULL, ret, xasprintf("%s: the namespace is missing", name));
		return 0;
	}
	return fd < 0 ? fd : kernel_compare(plan, i, fd, keep, ret);
}

int lab_compare(const struct lab *lab, const struct plan *plan, lab_drift *ret, struct diag *dg)
{
	*ret = (lab_drift){ 0 };
	for (size_t i = 0; i < plan->netns.n; i++) {
		int r = compare_netns(lab, plan, (uint32_t)i, ret);

		if (r < 0)
			return diag_error(dg, plan->netns.v[i].why, r, "kernel",
					  "reading what %s holds: %s", plan->netns.v[i].name,
					  strerror(-r));
	}
	if (plan->wires.n && lab->relay && !relay_is_alive(lab->relay, lab->relay_start))
		vec_push(NULL, ret,
			 xasprintf("the delay line, process %d, is gone", (int)lab->relay));
	if (plan->services.n &&
	    (!lab->services || !relay_is_alive(lab->services, lab->services_start)))
		vec_push(NULL, ret,
			 xasprintf("nothing listens for the hosts: process %d is gone",
				   (int)lab->services));
	return 0;
}
