/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/port.h"

#include "base/own.h"
#include "relay/frame.h"
#include "relay/segment.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum {
	RECEIVE_BUFFER = 32 * 1024 * 1024, /* 10 Gbit/s for the few ms while we do not run */
	SEND_BUFFER = 4 * 1024 * 1024,
};

static int port_fail(int code, const char *name, const char *what, char *err, size_t err_size)
{
	snprintf(err, err_size, "port '%s': %s: %s", name, what, strerror(-code));
	return code;
}

static int socket_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static void socket_set_buffer(int fd, int force, int modest, int bytes)
{
	if (socket_set(fd, SOL_SOCKET, force, bytes) < 0)
		(void)socket_set(fd, SOL_SOCKET, modest, bytes);
}

static int port_find_device(int fd, const char *name, int *ret_ifindex)
{
	struct ifreq ifr = { .ifr_ifindex = 0 };

	memcpy(ifr.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFINDEX, &ifr) < 0)
		return -errno;
	*ret_ifindex = ifr.ifr_ifindex;
	return 0;
}

int port_open(struct port *p, const char name[IFNAMSIZ], char *err, size_t err_size)
{
	static const struct {
		int level, option;
		const char *what;
	} needed[] = {
		{ SOL_PACKET, PACKET_VNET_HDR, "PACKET_VNET_HDR" },
		{ SOL_PACKET, PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING (Linux 4.20)" },
		{ SOL_PACKET, PACKET_AUXDATA, "PACKET_AUXDATA" },
		{ SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS" },
	};
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	/* Protocol 0: the socket receives nothing before bind(), which follows the options. */
	own_fd fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return port_fail(-errno, name, "packet socket", err, err_size);
	r = port_find_device(fd, name, &at.sll_ifindex);
	if (r < 0)
		return port_fail(r, name, "no such interface", err, err_size);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		r = socket_set(fd, needed[i].level, needed[i].option, 1);
		if (r < 0)
			return port_fail(r, name, needed[i].what, err, err_size);
	}
	(void)socket_set(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1); /* faster, but not needed */
	socket_set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BUFFER);
	socket_set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BUFFER);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return port_fail(-errno, name, "bind", err, err_size);
	*p = (struct port){ .fd = fd_take(&fd), .ifindex = at.sll_ifindex };
	return 0;
}

void port_close(struct port *p)
{
	own_closep(&p->fd);
}

/* ---- receiving ---- */

union control {
	char bytes[CMSG_SPACE(sizeof(struct timespec)) +
		   CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct cmsghdr align;
};

struct extras { /* the control messages of a frame */
	uint64_t stamp;
	bool stamped, tagged;
	uint16_t tpid, tci;
};

static struct extras extras_read(struct msghdr *m)
{
	struct extras x = { .stamped = false };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec ts;

			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			x.stamp = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
			x.stamped = true;
		} else if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
			struct tpacket_auxdata aux;

			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
			x.tagged = aux.tp_status & TP_STATUS_VLAN_VALID;
			x.tci = aux.tp_vlan_tci;
			x.tpid = aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid
									   : ETH_P_8021Q;
		}
	}
	return x;
}

/* At this rate or less, a super-frame occupies a link for half a millisecond or more. */
#define SLOW_BPS UINT64_C(1000000000)

/* Whether this direction treats each frame of a super-frame by itself. */
static bool impairment_is_per_frame(const struct impairment *i)
{
	return i->loss_ppm || i->duplicate_ppm || i->reorder_ppm ||
	       (i->rate_bps && i->rate_bps <= SLOW_BPS);
}

static bool port_admit_segments(struct lane *to, const struct arrival *whole,
				const struct iovec *part)
{
	static unsigned char all[FRAME_HEADROOM + FRAME_MAX], one[FRAME_HEADROOM + FRAME_MAX];
	const unsigned char *start = (unsigned char *)part[0].iov_base - whole->in_headroom;
	size_t len = whole->len + whole->in_headroom, first = part[0].iov_len + whole->in_headroom;
	struct arrival a = { .at = whole->at };
	struct segmenter s;

	first = first < len ? first : len;
	memcpy(all, start, first);
	if (first < len)
		memcpy(all + first, part[1].iov_base, len - first);
	if (!segmenter_init(&s, all, len))
		return false;
	lane_decline(to);
	while ((a.len = segmenter_next(&s, one)) > 0) {
		a.wire = frame_wire_bytes(one, a.len, a.len);
		lane_admit_copy(to, &a, one);
	}
	return true;
}

static void port_admit(struct lane *to, const struct iovec *part, size_t len,
		       const struct extras *x, const struct stamp_clock *clock)
{
	unsigned char *frame = part[0].iov_base;
	size_t have = len < part[0].iov_len ? len : part[0].iov_len;
	struct arrival a = {
		.at = x->stamped ? stamp_to_mono(clock, x->stamp) : clock->mono,
		.len = len,
		.wire = frame_wire_bytes(frame, have, len),
	};
	bool super = a.wire > len, cut;

	if (x->tagged) {
		frame_put_vlan(frame, x->tpid, x->tci);
		a.in_headroom = FRAME_VLAN_LEN;
		a.wire += FRAME_VLAN_LEN;
	}
	cut = super &&
	      (impairment_is_per_frame(&to->imp) || frame_is_tunneled(frame - a.in_headroom, have));
	if (!cut || !port_admit_segments(to, &a, part))
		lane_admit(to, &a);
}

/* Reads and drops a frame for which there is no room. */
static ssize_t port_discard(const struct port *p)
{
	char trash[64];

	return recv(p->fd, trash, sizeof(trash), MSG_TRUNC);
}

/* 1: a frame was read; 0: there is none; or -errno. */
static int port_receive_one(struct port *p, struct lane *to, const struct stamp_clock *clock)
{
	union control control;
	struct iovec part[2];
	int parts = lane_reserve(to, part);
	struct msghdr m = {
		.msg_iov = part,
		.msg_iovlen = (size_t)(parts < 0 ? 0 : parts),
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct extras x;
	ssize_t n = parts < 0 ? port_discard(p) : recvmsg(p->fd, &m, 0);

	if (n < 0) {
		int r = -errno;

		lane_decline(to);
		return r == -EAGAIN ? 0 : r;
	}
	if (parts < 0)
		return 1;
	if (m.msg_flags & MSG_TRUNC) {
		p->missed++;
		lane_decline(to);
		return 1;
	}
	x = extras_read(&m);
	port_admit(to, part, (size_t)n, &x, clock);
	return 1;
}

int port_receive(struct port *p, struct lane *to, const struct stamp_clock *clock, int most)
{
	int n = 0, r;

	while (n < most) {
		r = port_receive_one(p, to, clock);
		if (r == 0)
			break;
		n++;
		p->down = r == -ENETDOWN;
		if (r == -EINVAL)
			p->missed++; /* offloads that a virtio_net_hdr cannot express */
	}
	return n;
}

void port_look(struct port *p)
{
	struct sockaddr_ll at = { .sll_ifindex = 0 };
	socklen_t len = sizeof(at);

	if (getsockname(p->fd, (struct sockaddr *)&at, &len) < 0 || at.sll_ifindex != p->ifindex)
		p->down = p->gone = true;
}

void port_count_missed(struct port *p)
{
	struct tpacket_stats s = { .tp_drops = 0 };
	socklen_t len = sizeof(s);

	if (getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &s, &len) == 0)
		p->missed += s.tp_drops;
}

/* ---- sending ---- */

int port_send(const struct port *p, const struct lane_frame *f)
{
	struct iovec part[2];
	struct msghdr m = { .msg_iov = part };

	m.msg_iovlen = (size_t)frame_parts(f, part);
	return sendmsg(p->fd, &m, MSG_DONTWAIT) < 0 ? -errno : 0;
}
