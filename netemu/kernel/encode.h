/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encode.h - a plan's parts as rtnetlink messages. Pure: bytes in the caller's buffer.
 *
 * Each lays one message down at `buf`, which has room for BATCH_MESSAGE_MAX bytes and is aligned
 * as a struct nlmsghdr; its header tells the length. A message is good in the namespace of the
 * part that it encodes: whoever sends it chooses the socket.
 */
#ifndef KERNEL_ENCODE_H
#define KERNEL_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/impairment.h"
#include "plan/plan.h"

enum { ENCODE_HOPS_MAX = 512 }; /* of one route */

/* A bridge, VRF or VXLAN device; a veth with its other end, whose namespace is peer_ns (a
 * descriptor). `up`: born up, which only this end can be. */
void encode_master(void *buf, const struct plan *p, uint32_t dev);
void encode_veth(void *buf, const struct plan *p, uint32_t dev, int peer_ns, bool up);

/* The alternative name. */
void encode_altname(void *buf, const struct plan_dev *d);

/* Its master, whether IPv4 is forwarded from it, no filter of return paths; and with ipv6, no
 * link-local address. It must still be down, or without carrier, for that to be in time. (From
 * such a device the kernel asks for no neighbour of a packet that it forwards over IPv6, so
 * routers need permanent ones.) */
void encode_settings(void *buf, const struct plan *p, uint32_t dev, bool ipv6);

/* A port's bridge sends there what is for `behind`; the port must have its master. */
void encode_behind(void *buf, const struct plan_dev *d);

/* Once more: a bridge takes over its narrowest port's until its own is set after it has the
 * port. */
void encode_mtu(void *buf, const struct plan_dev *d);
void encode_up(void *buf, uint32_t ifindex);
void encode_down(void *buf, uint32_t ifindex);

/* Takes a device away; or many of a namespace at once, which costs no more: each is put into the
 * group of those that go, and then that is taken away. */
void encode_gone(void *buf, uint32_t ifindex);
void encode_doomed(void *buf, uint32_t ifindex);
void encode_doomed_gone(void *buf);
void encode_spared(void *buf, uint32_t ifindex); /* it is to stay after all */

void encode_addr(void *buf, const struct plan *p, const struct plan_addr *a);
void encode_neigh(void *buf, const struct plan *p, const struct plan_neigh *n);
void encode_route(void *buf, const struct plan *p, const struct plan_route *r);

/* A next hop as an object with a number, and a route that names one instead of its own. */
void encode_nexthop(void *buf, const struct plan *p, const struct plan_hop *hop, uint32_t id);
void encode_route_by(void *buf, const struct plan_route *r, uint32_t nexthop);

/* Takes a route away, whatever its next hops are by now. */
void encode_no_route(void *buf, const struct plan_route *r);

/* netem as a device's root qdisc; mtu: for the length of its queue. */
void encode_netem(void *buf, uint32_t ifindex, const struct impairment *what, uint32_t mtu);

/* Takes the root qdisc off a device. */
void encode_no_netem(void *buf, uint32_t ifindex);

/* Frames that netem may hold at once: never its own default, 1000, which a fast link with a
 * long delay overruns. */
uint32_t encode_netem_limit(const struct impairment *what, uint32_t mtu);

/* In the units that netem keeps: shares of 2^32 - 1, bytes per second (0: no limit). */
uint32_t encode_netem_share(uint32_t ppm);
uint64_t encode_netem_rate(uint64_t bps);

#endif
