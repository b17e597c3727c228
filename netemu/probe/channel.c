/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/vec.h"

enum { MESSAGE_MAX = 1280, CONTROL_MAX = 128, IP4_HEADER = 20, IP6_HEADER = 40 };

/* A visit to a namespace, bound to a scope. If the return fails we abort: every later step would
 * act in the wrong namespace. */
struct socket_visit {
	int home;
};
#define own_socket_visit __attribute__((cleanup(socket_visit_end))) struct socket_visit

static void socket_visit_end(struct socket_visit *v)
{
	if (v->home >= 0 && setns(v->home, CLONE_NEWNET) < 0)
		abort();
	own_closep(&v->home);
}

static int socket_visit_begin(struct socket_visit *v, int netns)
{
	own_fd home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || setns(netns, CLONE_NEWNET) < 0)
		return -errno;
	v->home = fd_take(&home);
	return 0;
}

/* A socket stays in the namespace in which it was opened. */
int channel_socket(int netns, int family, int type, int protocol)
{
	own_socket_visit visit = { .home = -1 };
	int fd, r = socket_visit_begin(&visit, netns);

	if (r < 0)
		return r;
	fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	return fd < 0 ? -errno : fd;
}

/* Drops echo requests and other types that are never an answer: each would wake us. The bits of
 * ICMP_FILTER are the types to drop. */
static int channel_filter_types(int fd, int family)
{
	enum { FILTER = 1 }; /* ICMP_FILTER of linux/icmp.h, which conflicts with netinet's */
	uint32_t drop = ~((1U << 0) | (1U << 3) | (1U << 11) | (1U << 12));
	struct icmp6_filter f6;

	if (family == AF_INET)
		return setsockopt(fd, SOL_RAW, FILTER, &drop, sizeof(drop));
	ICMP6_FILTER_SETBLOCKALL(&f6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &f6);
	for (int type = ICMP6_DST_UNREACH; type <= ICMP6_PARAM_PROB; type++)
		ICMP6_FILTER_SETPASS(type, &f6);
	return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &f6, sizeof(f6));
}

static int channel_set_up(int fd, const struct channel *c)
{
	int on = 1, room = 4 << 20;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0 ||
	    channel_filter_types(fd, c->family) < 0)
		return -errno;
	if (c->vrf &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, c->vrf, (socklen_t)strlen(c->vrf) + 1) < 0)
		return -errno;
	/* Echoes in a delaying queue count against the sender's buffer. A refusal limits the number
	 * of echoes in flight. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	return 0;
}

int channel_open(struct channel *c)
{
	own_fd fd = channel_socket(c->netns, c->family, SOCK_RAW,
				   c->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	int r;

	if (fd < 0)
		return fd;
	r = channel_set_up(fd, c);
	if (r < 0)
		return r;
	c->fd = fd_take(&fd);
	return 0;
}

void channel_close(struct channel *c)
{
	own_closep(&c->fd);
	free(c->series);
	c->series = NULL;
}

bool channel_serves(const struct channel *c, int netns, const char *vrf, int family)
{
	return c->netns == netns && c->family == family &&
	       (c->vrf == vrf || (c->vrf && vrf && strcmp(c->vrf, vrf) == 0));
}

static socklen_t addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *in6 = (void *)ret;
	struct sockaddr_in *in = (void *)ret;

	memset(ret, 0, sizeof(*ret));
	ret->ss_family = a->family;
	if (a->family == AF_INET6)
		memcpy(&in6->sin6_addr, a->b, sizeof(in6->sin6_addr));
	else
		memcpy(&in->sin_addr, a->b, sizeof(in->sin_addr));
	return a->family == AF_INET6 ? sizeof(*in6) : sizeof(*in);
}

static struct addr addr_from_sockaddr(const struct sockaddr_storage *s)
{
	const struct sockaddr_in6 *in6 = (const void *)s;
	const struct sockaddr_in *in = (const void *)s;
	struct addr a = { .family = (uint8_t)s->ss_family };

	if (a.family == AF_INET6)
		memcpy(a.b, &in6->sin6_addr, sizeof(in6->sin6_addr));
	else
		memcpy(a.b, &in->sin_addr, sizeof(in->sin_addr));
	return a;
}

int channel_send(const struct channel *c, const struct addr *to, const struct echo *e,
		 uint64_t *ret_ns)
{
	unsigned char packet[ECHO_BYTES];
	struct sockaddr_storage name;
	socklen_t len = addr_to_sockaddr(to, &name);
	uint64_t now;

	echo_build(c->family, e, packet);
	now = clock_read_ns(CLOCK_REALTIME);
	if (sendto(c->fd, packet, sizeof(packet), 0, (const struct sockaddr *)&name, len) < 0)
		return -errno;
	*ret_ns = now;
	return 0;
}

static void message_put_ttl(struct msghdr *m, int family, int ttl)
{
	struct cmsghdr *c = m->msg_control; /* with room for just this one */

	c->cmsg_level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
	c->cmsg_type = family == AF_INET6 ? IPV6_HOPLIMIT : IP_TTL;
	c->cmsg_len = CMSG_LEN(sizeof(ttl));
	memcpy(CMSG_DATA(c), &ttl, sizeof(ttl));
}

/* The padding is zero, so that the checksum stays valid. */
int channel_send_sized(const struct channel *c, const struct addr *to, const struct echo *e,
		       unsigned int ttl, uint32_t size)
{
	static unsigned char packet[1 << 16];
	_Alignas(struct cmsghdr) unsigned char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct sockaddr_storage name;
	struct iovec io = { packet, size - (c->family == AF_INET6 ? IP6_HEADER : IP4_HEADER) };
	struct msghdr m = { .msg_name = &name,
			    .msg_namelen = addr_to_sockaddr(to, &name),
			    .msg_iov = &io,
			    .msg_iovlen = 1 };

	echo_build(c->family, e, packet);
	if (ttl) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		message_put_ttl(&m, c->family, (int)ttl);
	}
	return sendmsg(c->fd, &m, 0) < 0 ? -errno : 0;
}

/* The kernel's receive stamp; 0 if the message has none. */
static uint64_t message_stamp(struct msghdr *m)
{
	struct timespec ts;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			return timespec_ns(&ts);
		}
	return 0;
}

struct inbox {
	struct mmsghdr m[RECEIVE_MAX];
	struct iovec io[RECEIVE_MAX];
	struct sockaddr_storage name[RECEIVE_MAX];
	unsigned char bytes[RECEIVE_MAX][MESSAGE_MAX];
	_Alignas(struct cmsghdr) unsigned char control[RECEIVE_MAX][CONTROL_MAX];
};

static void inbox_prepare(struct inbox *in)
{
	for (size_t i = 0; i < RECEIVE_MAX; i++) {
		in->io[i] = (struct iovec){ in->bytes[i], MESSAGE_MAX };
		in->m[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &in->name[i],
							  .msg_namelen = sizeof(in->name[i]),
							  .msg_iov = &in->io[i],
							  .msg_iovlen = 1,
							  .msg_control = in->control[i],
							  .msg_controllen = CONTROL_MAX } };
	}
}

int channel_receive(const struct channel *c, struct received ret[RECEIVE_MAX], size_t *ret_n)
{
	static _Thread_local struct inbox in; /* large for a stack; watch.c has its own thread */
	int got;

	inbox_prepare(&in);
	got = recvmmsg(c->fd, in.m, RECEIVE_MAX, MSG_DONTWAIT, NULL);
	if (got < 0)
		return -errno;
	*ret_n = 0;
	for (int i = 0; i < got; i++) {
		struct received *r = &ret[*ret_n];

		if (!answer_read(c->family, in.bytes[i], in.m[i].msg_len, &r->answer))
			continue;
		r->from = addr_from_sockaddr(&in.name[i]);
		r->at_ns = message_stamp(&in.m[i].msg_hdr);
		(*ret_n)++;
	}
	return got;
}
