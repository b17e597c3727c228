/* SPDX-License-Identifier: GPL-2.0-or-later */
/* features.h - what this machine's kernel offers, found by trying it.
 *
 * A child process tries everything in a namespace of its own. The machine does not change, except
 * that the kernel may load modules. Takes some milliseconds.
 */
#ifndef KERNEL_FEATURES_H
#define KERNEL_FEATURES_H

#include <stdbool.h>

enum kernel_feature {
	FEATURE_NETNS,	/* a network namespace, if necessary in a user namespace */
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
	FEATURE_NFTABLES_TTL, /* nf_tables can change a TTL: for routers that keep it */
	FEATURE_IPTABLES_TTL, /* ip_tables can */
	FEATURES
};

struct features {
	struct {
		bool ok;
		int error;	 /* -errno of the refusal */
		char words[120]; /* the kernel's explanation, or "" */
	} v[FEATURES];
};

/* Starts the probes in the background, so that features_find() waits less. The caller must call
 * features_end(). Returns 0 or -errno. */
int features_begin(void);

/* Returns the result of the probes, and starts them first if they do not run. Returns 0, or -errno
 * if they could not run. To be called once after features_begin(). */
int features_find(struct features *ret);

/* Ends the probes, which releases their namespaces. A caller that makes namespaces does so first,
 * for the kernel makes them more slowly while it frees others. */
void features_end(void);

/* "vrf" */
const char *feature_name(enum kernel_feature f);

#endif
