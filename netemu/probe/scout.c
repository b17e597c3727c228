/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/scout.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/stop.h"

/* PROBE: sets "don't fragment" and ignores the path MTU that the kernel has cached. */
static int scout_forbid_fragments(int fd, int family)
{
	int probe4 = IP_PMTUDISC_PROBE, probe6 = IPV6_PMTUDISC_PROBE, on = 1;

	if (family == AF_INET)
		return setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe4, sizeof(probe4));
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe6, sizeof(probe6)) < 0)
		return -1;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &on, sizeof(on));
}

int scout_open(struct scout *s, int netns, const char *vrf, int family)
{
	int r;

	*s = (struct scout){ .channel = {
				     .fd = -1, .netns = netns, .vrf = vrf, .family = family } };
	if (getrandom(&s->channel.ident, sizeof(s->channel.ident), 0) < 0 ||
	    getrandom(&s->cookie, sizeof(s->cookie), 0) < 0)
		return -errno;
	r = channel_open(&s->channel);
	if (r == 0 && scout_forbid_fragments(s->channel.fd, family) < 0)
		r = -errno;
	return r;
}

int scouts_send_out(size_t n, scouts_work *work, void *ctx, const char *what, struct diag *dg)
{
	own_free struct scout *s = xcalloc(n, sizeof(*s));
	int r;

	for (size_t i = 0; i < n; i++)
		s[i].channel.fd = -1;
	r = work(ctx, s);
	for (size_t i = 0; i < n; i++)
		channel_close(&s[i].channel);
	if (r < 0 && r != -EINTR)
		diag_error(dg, (struct pos){ 0 }, r, "probe", "cannot %s: %s", what, strerror(-r));
	return r;
}

int scout_send(const struct scout *s, const struct addr *to, uint16_t tag, unsigned int ttl,
	       uint32_t size)
{
	struct echo e = { .ident = s->channel.ident, .seq = tag, .cookie = s->cookie };

	return channel_send_sized(&s->channel, to, &e, ttl, size);
}

/* ---- answers ---- */

enum heard_kind heard_kind_of(int family, uint8_t type, uint8_t code)
{
	bool six = family == AF_INET6;

	if (type == (six ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED))
		return HEARD_EXCEEDED;
	if (six ? type == ICMP6_PACKET_TOO_BIG
		: type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		return HEARD_TOO_BIG;
	return HEARD_REFUSED;
}

static bool scout_owns(const struct scout *s, const struct answer *a)
{
	return a->echo.ident == s->channel.ident &&
	       (a->has_cookie ? a->echo.cookie == s->cookie : a->kind == ANSWER_ERROR);
}

static struct heard scout_heard(const struct scout *s, const struct received *r)
{
	const struct answer *a = &r->answer;

	return (struct heard){
		.kind = a->kind == ANSWER_REPLY
				? HEARD_TARGET
				: heard_kind_of(s->channel.family, a->type, a->code),
		.tag = a->echo.seq,
		.by = r->from,
		.type = a->type,
		.code = a->code,
		.ttl = a->ttl,
		.mtu = a->mtu,
	};
}

static bool scout_hear_all(const struct scout *s, size_t at, heard_by *hear, void *ctx)
{
	struct received got[RECEIVE_MAX];
	size_t n;

	while (channel_receive(&s->channel, got, &n) > 0)
		for (size_t i = 0; i < n; i++) {
			struct heard h = scout_heard(s, &got[i]);

			if (scout_owns(s, &got[i].answer) && hear(ctx, at, &h))
				return true;
		}
	return false;
}

int scout_listen(const struct scout *scouts, size_t n, struct probe_options opt, heard_by *hear,
		 void *ctx)
{
	uint64_t until = clock_ns() + opt.timeout_ns;
	own_free struct pollfd *p = xcalloc(n + 1, sizeof(*p));

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = scouts[i].channel.fd, .events = POLLIN };
	p[n] = stop_poll(opt.stop);
	for (uint64_t now = clock_ns(); now < until; now = clock_ns()) {
		if (poll(p, n + 1, (int)((until - now) / 1000000 + 1)) < 0 && errno != EINTR)
			return -errno;
		if (p[n].revents)
			return -EINTR;
		for (size_t i = 0; i < n; i++)
			if (p[i].revents && scout_hear_all(&scouts[i], i, hear, ctx))
				return 0;
	}
	return 0;
}
