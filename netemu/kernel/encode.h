/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encode.h - a plan's parts as rtnetlink messages. Pure: bytes in the caller's buffer.
 *
 * Each writes one message to `buf`, which has room for BATCH_MESSAGE_MAX bytes and is aligned as a
 * struct nlmsghdr; the header holds the length. The message is meant for the namespace of the part
 * that it encodes: the caller chooses the socket.
 */
#ifndef KERNEL_ENCODE_H
#define KERNEL_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/impairment.h"
#include "plan/plan.h"

enum { ENCODE_HOPS_MAX = 512 }; /* next hops of one route */

/* Makes a bridge, VRF or VXLAN device; or a veth pair, whose other end goes into the namespace
 * peer_ns (a descriptor). `up`: `dev` is created up, which the other end cannot be. */
void encode_master(void *buf, const struct plan *p, uint32_t dev);
void encode_veth(void *buf, const struct plan *p, uint32_t dev, int peer_ns, bool up);

/* Adds the alternative name. */
void encode_altname(void *buf, const struct plan_dev *d);

/* Sets the master and IPv4 forwarding, and turns off rp_filter and, with ipv6, the link-local
 * address. The device must still be down, or without carrier: later it has that address already.
 * (Without one the kernel does not solicit neighbours for IPv6 packets that it forwards, so routers
 * need permanent entries.) */
void encode_settings(void *buf, const struct plan *p, uint32_t dev, bool ipv6);

/* Adds `behind` to the bridge's forwarding database, on this port, which must have its master. */
void encode_behind(void *buf, const struct plan_dev *d);

/* Sets the MTU again: a bridge adopts its smallest port's until it is set after the port was
 * added. */
void encode_mtu(void *buf, const struct plan_dev *d);
void encode_up(void *buf, uint32_t ifindex);
void encode_down(void *buf, uint32_t ifindex);

/* Removes a device; or many of a namespace at the cost of one: encode_doomed() puts each into a
 * device group, then encode_doomed_gone() removes the group. */
void encode_gone(void *buf, uint32_t ifindex);
void encode_doomed(void *buf, uint32_t ifindex);
void encode_doomed_gone(void *buf);
void encode_spared(void *buf, uint32_t ifindex); /* back to group 0: it stays */

void encode_addr(void *buf, const struct plan *p, const struct plan_addr *a);
void encode_neigh(void *buf, const struct plan *p, const struct plan_neigh *n);
void encode_route(void *buf, const struct plan *p, const struct plan_route *r);

/* Makes a nexthop object with an ID; and a route that uses such an object. */
void encode_nexthop(void *buf, const struct plan *p, const struct plan_hop *hop, uint32_t id);
void encode_route_by(void *buf, const struct plan_route *r, uint32_t nexthop);

/* Removes a route, with any next hops. */
void encode_no_route(void *buf, const struct plan_route *r);

/* Sets netem as a device's root qdisc; its queue length depends on the MTU. */
void encode_netem(void *buf, uint32_t ifindex, const struct impairment *what, uint32_t mtu);

/* Removes the root qdisc of a device. */
void encode_no_netem(void *buf, uint32_t ifindex);

/* Returns netem's limit, in frames. netem's default, 1000, is too small for a fast link with a long
 * delay. */
uint32_t encode_netem_limit(const struct impairment *what, uint32_t mtu);

/* Convert to netem's units: shares of 2^32 - 1, bytes per second (0: no limit). */
uint32_t encode_netem_share(uint32_t ppm);
uint64_t encode_netem_rate(uint64_t bps);

#endif
