/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a link becomes ready:
 *
 * A veth's second end is activated when it is set up, since it has a carrier; the first end and
 * bridges wait for the link watch, a queue that all namespaces of the machine share. RTM_GETLINK
 * for a device makes the kernel process its link watch event at once (since Linux 6.7; before, it
 * only returns the state). So all devices of a namespace are queried in one send, and those without
 * carrier are queried again.
 */
#include "kernel/ready.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "plan/plan.h"

enum {
	WINDOW = 32, /* answers of some 2 KB, well within a default receive buffer */
	ANSWER_MAX = 32 * 1024,
	PATIENCE_MS = 10000,
	PAUSE_NS = 1000000,
};

typedef VEC(uint32_t) dev_list;

static bool ready_without_wait(const struct plan *p, const struct plan_dev *d, uint32_t i)
{
	switch (d->kind) {
	case DEV_VETH:
		return d->down || p->devs.v[d->peer].down || i > d->peer;
	case DEV_BRIDGE:
		return d->down;
	case DEV_VRF:
	case DEV_VXLAN:
		break;
	}
	return true;
}

/* Returns which devices have a port that can have a carrier, which a bridge needs for its own. The
 * caller frees the array. */
static bool *ready_bridges(const struct plan *p)
{
	bool *live = xcalloc(p->devs.n + 1, sizeof(*live));

	for (each(const struct plan_dev, d, &p->devs))
		if (d->master != PLAN_NONE && !d->down &&
		    (d->kind != DEV_VETH || !p->devs.v[d->peer].down))
			live[d->master] = true;
	return live;
}

static int ready_ask(struct mnl_socket *s, const struct plan *p, const uint32_t *devs, size_t n)
{
	char buf[WINDOW * 64];
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		struct nlmsghdr *h = mnl_nlmsg_put_header(buf + size);
		struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

		h->nlmsg_type = RTM_GETLINK;
		h->nlmsg_flags = NLM_F_REQUEST;
		h->nlmsg_seq = (uint32_t)i;
		m->ifi_index = (int)p->devs.v[devs[i]].ifindex;
		mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
		size += NLMSG_ALIGN(h->nlmsg_len);
	}
	while (mnl_socket_sendto(s, buf, size) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Reads the answers of a window and sets ready[i] for each device that has a carrier. Returns 0, or
 * after the last answer a refusal, since a missing device never becomes ready. */
static int ready_receive(struct mnl_socket *s, size_t n, bool *ready)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	int refused = 0;

	while (n) {
		ssize_t got = mnl_socket_recvfrom(s, buf, sizeof(buf));
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		for (const struct nlmsghdr *h = (const void *)buf; mnl_nlmsg_ok(h, left) && n;
		     h = mnl_nlmsg_next(h, &left), n--) {
			const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

			if (h->nlmsg_type == NLMSG_ERROR)
				refused = e->error;
			if (h->nlmsg_type == RTM_NEWLINK && h->nlmsg_seq < WINDOW)
				ready[h->nlmsg_seq] = m->ifi_flags & IFF_RUNNING;
		}
	}
	return refused;
}

/* Queries the listed devices of one namespace, and removes from the list those with a carrier. */
static int ready_poll(struct mnl_socket *s, const struct plan *p, dev_list *waiting)
{
	size_t kept = 0;

	for (size_t i = 0; i < waiting->n; i += WINDOW) {
		size_t n = waiting->n - i < WINDOW ? waiting->n - i : WINDOW;
		bool ready[WINDOW] = { false };
		int r = fault_due();

		if (r == 0)
			r = ready_ask(s, p, waiting->v + i, n);
		if (r == 0)
			r = ready_receive(s, n, ready);
		if (r < 0)
			return r;
		for (size_t k = 0; k < n; k++)
			if (!ready[k])
				waiting->v[kept++] = waiting->v[i + k];
	}
	waiting->n = kept;
	return 0;
}

static int64_t ready_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the links of one namespace. */
static int ready_wait_netns(struct mnl_socket *s, const struct plan *p, dev_list *waiting,
			    int64_t deadline, kernel_stop *stop, void *ctx)
{
	int r = ready_poll(s, p, waiting);

	while (r == 0 && waiting->n) {
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
		if (stop && stop(ctx))
			return -EINTR;
		if (ready_now_ms() > deadline)
			return -ETIMEDOUT;
		r = ready_poll(s, p, waiting);
	}
	return r;
}

static int ready_report(const struct plan *p, const dev_list *waiting, int error, struct diag *dg)
{
	if (error == 0 || error == -EINTR)
		return error;
	if (error != -ETIMEDOUT)
		return diag_error(dg, p->devs.v[waiting->v[0]].why, error, "kernel",
				  "looking at the links in %s: %s",
				  p->netns.v[p->devs.v[waiting->v[0]].netns].name,
				  strerror(-error));
	for (each(uint32_t, i, waiting))
		diag_error(dg, p->devs.v[*i].why, error, "kernel",
			   "link %s in %s has no carrier after %d s", p->devs.v[*i].name,
			   p->netns.v[p->devs.v[*i].netns].name, PATIENCE_MS / 1000);
	return error;
}

/* Whether to wait for the device. If the ends of a veth were not set up together, either may get
 * its carrier late. */
static bool ready_is_awaited(const struct plan *p, uint32_t i, const bool *live, const bool *some)
{
	const struct plan_dev *d = &p->devs.v[i];

	if (some && (!some[i] || (d->kind == DEV_VETH && !d->down && !p->devs.v[d->peer].down)))
		return some[i];
	return !ready_without_wait(p, d, i) && (d->kind != DEV_BRIDGE || live[i]);
}

int kernel_wait_ready(const struct plan *p, const struct netns_set *set, kernel_stop *stop,
		      void *ctx, struct diag *dg)
{
	return kernel_wait_some(p, set, NULL, stop, ctx, dg);
}

int kernel_wait_some(const struct plan *p, const struct netns_set *set, const bool *some,
		     kernel_stop *stop, void *ctx, struct diag *dg)
{
	own_free bool *live = ready_bridges(p);
	int64_t deadline = ready_now_ms() + PATIENCE_MS;
	dev_list waiting = { 0 };
	uint32_t i = 0;
	int r = 0;

	for (uint32_t ns = 0; ns < set->n && r == 0; ns++) {
		waiting.n = 0;
		for (; i < p->devs.n && p->devs.v[i].netns == ns; i++)
			if (set->v[ns].rtnl && ready_is_awaited(p, i, live, some))
				vec_push(NULL, &waiting, i);
		if (waiting.n == 0)
			continue;
		r = ready_wait_netns(set->v[ns].rtnl, p, &waiting, deadline, stop, ctx);
	}
	r = ready_report(p, &waiting, r, dg);
	vec_free(&waiting);
	return r;
}
