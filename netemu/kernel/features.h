/* SPDX-License-Identifier: GPL-2.0-or-later */
/* features.h - what this machine's kernel offers, found by trying it.
 *
 * Everything is tried in a namespace of a child's own, which goes with it: nothing of the machine
 * changes, but that the kernel may load a module that was asked for. Takes some milliseconds.
 */
#ifndef KERNEL_FEATURES_H
#define KERNEL_FEATURES_H

#include <stdbool.h>

enum kernel_feature {
	FEATURE_NETNS,	/* a network namespace, if need be in a user namespace of its own */
	FEATURE_USERNS, /* user namespaces: a lab without root */
	FEATURE_VETH,
	FEATURE_BRIDGE, /* segments of several ports */
	FEATURE_VRF,	/* the VRF device */
	FEATURE_NETEM,	/* the netem qdisc */
	FEATURE_VXLAN,
	FEATURE_NEXTHOP, /* nexthop objects */
	FEATURE_PACKET,	 /* AF_PACKET sockets: the delay line */
	FEATURE_IPV6,
	FEATURE_NFTABLES,     /* nf_tables for IPv4, with NAT */
	FEATURE_IPTABLES,     /* ip_tables, with NAT */
	FEATURE_NFTABLES_TTL, /* nf_tables changes a TTL: routers that take none */
	FEATURE_IPTABLES_TTL, /* so does ip_tables */
	FEATURES
};

struct features {
	struct {
		bool ok;
		int error;	 /* -errno of the refusal */
		char words[120]; /* the kernel's own, or "" */
	} v[FEATURES];
};

/* Starts to look for them, so that features_find() will not have to wait for long; whoever does
 * that calls features_end(). 0 or -errno. */
int features_begin(void);

/* 0, or -errno when nothing could be tried at all. Once. */
int features_find(struct features *ret);

/* Ends what was begun: until then the namespaces in which it was tried stand. Where the caller goes
 * on to make some, that is to be after they are made. */
void features_end(void);

/* "vrf" */
const char *feature_name(enum kernel_feature f);

#endif
