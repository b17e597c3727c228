/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/flow.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/own.h"
#include "base/stop.h"
#include "probe/channel.h"

enum {
	BLOCK = 1 << 17,
	SLICE_NS = 20000000, /* the longest wait between two looks at the clock */
};
static const uint64_t speed_up_ns = 1000000000, measure_ns = 2000000000;

struct transfer {
	struct flow *f;
	int listener, sender, receiver; /* receiver -1: not connected yet */
	int stop;
	uint64_t counted; /* bytes that have arrived */
	bool ended;	  /* the connection broke */
};

/* ---- connecting ---- */

static int flow_socket(int netns, const char *vrf, int family)
{
	own_fd fd = channel_socket(netns, family, SOCK_STREAM, 0);

	if (fd < 0)
		return fd;
	if (vrf && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, vrf, (socklen_t)strlen(vrf) + 1) < 0)
		return -errno;
	return fd_take(&fd);
}

/* Listens on a port that the kernel chooses, at all addresses of the node. */
static int flow_listen(struct transfer *run, uint16_t *ret_port)
{
	struct sockaddr_in6 name = { .sin6_family = run->f->to.family }; /* large enough for both */
	socklen_t size = run->f->to.family == AF_INET6 ? sizeof(name) : sizeof(struct sockaddr_in);

	run->listener = flow_socket(run->f->to_netns, run->f->to_vrf, run->f->to.family);
	if (run->listener < 0)
		return run->listener;
	if (bind(run->listener, (struct sockaddr *)&name, size) < 0 ||
	    listen(run->listener, 1) < 0 ||
	    getsockname(run->listener, (struct sockaddr *)&name, &size) < 0)
		return -errno;
	*ret_port = name.sin6_port; /* (at the same offset in sockaddr_in) */
	return 0;
}

static int flow_connect(struct transfer *run, uint16_t port)
{
	struct sockaddr_in6 name = { .sin6_family = run->f->to.family, .sin6_port = port };
	bool six = run->f->to.family == AF_INET6;

	if (six)
		memcpy(&name.sin6_addr, run->f->to.b, 16);
	else
		memcpy(&((struct sockaddr_in *)&name)->sin_addr, run->f->to.b, 4);
	run->sender = flow_socket(run->f->from_netns, run->f->from_vrf, run->f->to.family);
	if (run->sender < 0)
		return run->sender;
	if (connect(run->sender, (struct sockaddr *)&name,
		    six ? sizeof(name) : sizeof(struct sockaddr_in)) < 0 &&
	    errno != EINPROGRESS)
		run->f->error = errno;
	return 0;
}

/* ---- moving bytes ---- */

static void flow_receive(struct transfer *run)
{
	static char bytes[BLOCK];
	ssize_t n;

	while ((n = recv(run->receiver, bytes, sizeof(bytes), MSG_TRUNC)) > 0)
		run->counted += (uint64_t)n;
	run->ended = n == 0 || (n < 0 && errno != EAGAIN);
}

static void flow_send(struct transfer *run)
{
	static const char bytes[BLOCK];
	int error = 0;
	socklen_t size = sizeof(error);

	if (send(run->sender, bytes, sizeof(bytes), MSG_NOSIGNAL) >= 0 || errno == EAGAIN)
		return;
	error = errno;
	(void)getsockopt(run->sender, SOL_SOCKET, SO_ERROR, &(int){ 0 }, &size);
	run->f->error = error;
}

static void flow_accept(struct transfer *run)
{
	run->receiver = accept4(run->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/* Moves bytes until a time, until the connection breaks, or with `connecting` until it is made. */
static int flow_pump(struct transfer *run, uint64_t until, bool connecting)
{
	while (clock_ns() < until && run->f->error == 0 && !run->ended) {
		struct pollfd p[] = {
			stop_poll(run->stop),
			{ .fd = run->receiver < 0 ? run->listener : run->receiver,
			  .events = POLLIN },
			{ .fd = run->sender, .events = POLLOUT },
		};
		uint64_t slice = until - clock_ns() < SLICE_NS ? until - clock_ns() : SLICE_NS;

		if (poll(p, 3, (int)(slice / 1000000) + 1) < 0 && errno != EINTR)
			return -errno;
		if (p[0].revents)
			return -EINTR;
		if (p[1].revents && run->receiver >= 0)
			flow_receive(run);
		else if (p[1].revents)
			flow_accept(run);
		if (p[2].revents)
			flow_send(run);
		if (connecting && run->receiver >= 0)
			return 0;
	}
	return 0;
}

static int flow_measure(struct transfer *run, struct probe_options opt)
{
	uint64_t begun, took;
	uint16_t port = 0;
	int r = flow_listen(run, &port);

	if (r < 0)
		return r;
	r = flow_connect(run, port);
	if (r < 0)
		return r;
	r = flow_pump(run, clock_ns() + opt.timeout_ns, true);
	if (r < 0)
		return r;
	if (run->receiver < 0 && run->f->error == 0)
		run->f->error = ETIMEDOUT;
	r = flow_pump(run, clock_ns() + speed_up_ns, false);
	if (r < 0)
		return r;
	run->counted = 0;
	begun = clock_ns();
	r = flow_pump(run, begun + measure_ns, false);
	took = clock_ns() - begun;
	run->f->bps = took >= measure_ns ? run->counted * 8 * 1000 / (took / 1000000) : 0;
	return r;
}

int flow_run(struct flow *f, struct probe_options opt, struct diag *dg)
{
	struct transfer run = {
		.f = f, .listener = -1, .sender = -1, .receiver = -1, .stop = opt.stop
	};
	int r;

	f->bps = 0;
	f->error = 0;
	r = flow_measure(&run, opt);
	own_closep(&run.listener);
	own_closep(&run.sender);
	own_closep(&run.receiver);
	if (r < 0 && r != -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "probe", "cannot try a flow: %s",
			   strerror(-r));
	return r;
}
