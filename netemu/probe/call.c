/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/call.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/stop.h"
#include "probe/channel.h"

enum {
	AT_ONCE = 256,
	AGAIN_NS = 200000000, /* an unanswered datagram is sent again after this, at the least */
	TCP_EXTRA_NS = 1200000000, /* the kernel sends a lost SYN again after a second */
};

struct call {
	struct probe *p;
	int fd;
	uint64_t sent_ns; /* the newest datagram, or the connect() */
};

static socklen_t call_fill_address(const struct probe *p, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (p->to.family == AF_INET) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(p->port);
		memcpy(&v4->sin_addr, p->to.b, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(p->port);
	memcpy(&v6->sin6_addr, p->to.b, 16);
	return sizeof(*v6);
}

/* ---- how a call ends ---- */

static void call_answered(struct call *c)
{
	uint64_t took = clock_ns() - c->sent_ns;

	c->p->received = 1;
	c->p->rtt_min_ns = c->p->rtt_median_ns = c->p->rtt_max_ns = took;
	own_closep(&c->fd);
}

static void call_refused(struct call *c, int error)
{
	c->p->refused = true;
	c->p->refused_by = c->p->to;
	c->p->error = error;
	own_closep(&c->fd);
}

/* ---- how it begins ---- */

static void call_send_datagram(struct call *c)
{
	static const char hello[] = "netemu";

	c->sent_ns = clock_ns();
	if (send(c->fd, hello, sizeof(hello), 0) < 0 && errno != EAGAIN)
		call_refused(c, errno);
}

static int call_begin(struct call *c)
{
	struct probe *p = c->p;
	struct sockaddr_storage to;
	socklen_t size = call_fill_address(p, &to);

	p->sent = 1;
	p->received = 0;
	p->refused = false;
	p->error = 0;
	p->rtt_min_ns = p->rtt_median_ns = p->rtt_max_ns = 0;
	c->fd = channel_socket(p->netns, p->to.family,
			       p->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (c->fd < 0)
		return c->fd;
	if (p->vrf && setsockopt(c->fd, SOL_SOCKET, SO_BINDTODEVICE, p->vrf,
				 (socklen_t)strlen(p->vrf) + 1) < 0)
		return -errno;
	c->sent_ns = clock_ns();
	if (connect(c->fd, (struct sockaddr *)&to, size) < 0 && errno != EINPROGRESS)
		call_refused(c, errno);
	else if (p->protocol == IPPROTO_UDP)
		call_send_datagram(c);
	return 0;
}

/* ---- receiving ---- */

static void call_hear(struct call *c)
{
	int error = 0;
	socklen_t size = sizeof(error);
	char answer[64];

	(void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error)
		call_refused(c, error);
	else if (c->p->protocol == IPPROTO_TCP || recv(c->fd, answer, sizeof(answer), 0) >= 0)
		call_answered(c);
	else if (errno != EAGAIN)
		call_refused(c, errno);
}

static int call_wait_for_all(struct call *calls, size_t n, struct probe_options opt, uint64_t until)
{
	struct pollfd fds[AT_ONCE + 1];
	size_t open = 1;

	while (open > 0 && clock_ns() < until) {
		open = 0;
		for (size_t i = 0; i < n; i++) {
			struct call *c = &calls[i];

			if (c->fd >= 0 && c->p->protocol == IPPROTO_UDP &&
			    clock_ns() - c->sent_ns > AGAIN_NS + opt.timeout_ns / 2)
				call_send_datagram(c);
			open += c->fd >= 0;
			fds[i] = (struct pollfd){ .fd = c->fd,
						  .events = c->p->protocol == IPPROTO_UDP
								    ? POLLIN
								    : POLLOUT };
		}
		fds[n] = stop_poll(opt.stop);
		if (open && poll(fds, n + 1, 50) < 0 && errno != EINTR)
			return -errno;
		if (fds[n].revents)
			return -EINTR;
		for (size_t i = 0; i < n && open; i++)
			if (calls[i].fd >= 0 && fds[i].revents)
				call_hear(&calls[i]);
	}
	return 0;
}

static int call_run_some(struct probe *probes, size_t n, struct probe_options opt)
{
	struct call calls[AT_ONCE];
	int r = 0;

	for (size_t i = 0; i < n; i++)
		calls[i] = (struct call){ .p = &probes[i], .fd = -1 };
	for (size_t i = 0; i < n && r == 0; i++)
		r = call_begin(&calls[i]);
	if (r == 0)
		r = call_wait_for_all(calls, n, opt, clock_ns() + opt.timeout_ns + TCP_EXTRA_NS);
	for (size_t i = 0; i < n; i++)
		own_closep(&calls[i].fd);
	return r;
}

int call_run(struct probe *calls, size_t n, struct probe_options opt, struct diag *dg)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i += AT_ONCE)
		r = call_run_some(calls + i, n - i < AT_ONCE ? n - i : AT_ONCE, opt);
	if (r < 0 && r != -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "probe", "cannot try the services: %s",
			   strerror(-r));
	return r;
}
