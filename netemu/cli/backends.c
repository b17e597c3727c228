/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/backends.h"

#include <errno.h>
#include <string.h>

#include "base/vec.h"
#include "cli/named.h"

static const struct feature_use uses[FEATURES] = {
	[FEATURE_NETNS] = { .use = "nodes",
			    .required = true,
			    .remedy = "a kernel with CONFIG_NET_NS, and root" },
	[FEATURE_USERNS] = { .use = "labs without root",
			     .stand_in = "root",
			     .remedy = "sysctl user.max_user_namespaces=15000, on Ubuntu also "
				       "kernel.apparmor_restrict_unprivileged_userns=0, or a "
				       "kernel with CONFIG_USER_NS" },
	[FEATURE_VETH] = { .use = "links",
			   .required = true,
			   .remedy = "modprobe veth, or a kernel with CONFIG_VETH" },
	[FEATURE_BRIDGE] = { .use = "networks of several hosts",
			     .remedy = "modprobe bridge, or a kernel with CONFIG_BRIDGE" },
	[FEATURE_VRF] = { .use = "several routers in one namespace",
			  .stand_in = "a namespace for each router",
			  .remedy = "modprobe vrf (Ubuntu: linux-modules-extra), or a kernel with "
				    "CONFIG_NET_VRF" },
	[FEATURE_NETEM] = { .use = "delay, jitter, loss and rate",
			    .stand_in = "netemu's own delay line",
			    .remedy = "modprobe sch_netem (Ubuntu: linux-modules-extra; "
				      "Fedora: kernel-modules-extra), or a kernel with "
				      "CONFIG_NET_SCH_NETEM" },
	[FEATURE_VXLAN] = { .use = "layer-2 extension",
			    .remedy = "modprobe vxlan, or a kernel with CONFIG_VXLAN" },
	[FEATURE_NEXTHOP] = { .use = "routes that share their next hops",
			      .stand_in = "routes with next hops of their own",
			      .remedy = "Linux 5.3 or newer" },
	[FEATURE_PACKET] = { .use = "the delay line",
			     .remedy = "modprobe af_packet, or a kernel with CONFIG_PACKET" },
	[FEATURE_IPV6] = { .use = "IPv6", .remedy = "modprobe ipv6, or a kernel with CONFIG_IPV6" },
	[FEATURE_NFTABLES] = { .use = "filters and NAT",
			       .stand_in = "ip_tables",
			       .remedy = "modprobe nft_chain_nat, or a kernel with CONFIG_NFT_NAT, "
					 "CONFIG_NFT_CT and CONFIG_NF_TABLES_IPV4" },
	[FEATURE_IPTABLES] = { .use = "filters and NAT without nf_tables",
			       .stand_in = "nf_tables",
			       .remedy = "modprobe iptable_nat, or a kernel with "
					 "CONFIG_IP_NF_NAT" },
	[FEATURE_NFTABLES_TTL] = { .use = "hops: azure",
				   .stand_in = "ip_tables' TTL target",
				   .remedy = "modprobe nf_tables, or Linux 5.1 or newer with "
					     "CONFIG_NF_TABLES" },
	[FEATURE_IPTABLES_TTL] = { .use = "hops: azure without nf_tables",
				   .stand_in = "nf_tables",
				   .remedy = "modprobe xt_HL, or a kernel with "
					     "CONFIG_NETFILTER_XT_TARGET_HL" },
};

const struct feature_use *feature_use(enum kernel_feature f)
{
	return &uses[f];
}

/* Probes the kernel's features. When probing fails (no privilege, no user namespaces) and the
 * command builds nothing, all features count as available. */
static enum exit_status backends_find_features(struct invocation *inv, struct features *ret)
{
	struct pos nowhere = { 0 };
	int r = features_find(ret);

	if (r == 0)
		return EXIT_DONE;
	if (inv->command->needs != NEEDS_NOTHING) {
		diag_error(inv->dg, nowhere, r, "features",
			   "cannot find out what the kernel offers: %s", strerror(-r));
		return EXIT_CANNOT;
	}
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < FEATURES; i++)
		ret->v[i].ok = true;
	return EXIT_DONE;
}

static bool backend_is_asked(const struct invocation *inv, enum option_id id, const char *word)
{
	return given(inv, id) && strcmp(inv->value[id], word) == 0;
}

/* Backends from --vrf, --delay and --rules; by default from the kernel's features. */
static struct plan_backends backends_choose(const struct invocation *inv,
					    const struct features *have)
{
	struct plan_backends b = {
		.vrf = have->v[FEATURE_VRF].ok ? VRF_DEVICE : VRF_NAMESPACE,
		.delay = have->v[FEATURE_NETEM].ok ? DELAY_NETEM : DELAY_RELAY,
	};

	if (!have->v[FEATURE_NFTABLES].ok && have->v[FEATURE_IPTABLES].ok)
		b.rules = RULES_IPTABLES;
	if (backend_is_asked(inv, OPT_RULES, "nftables"))
		b.rules = RULES_NFTABLES;
	if (backend_is_asked(inv, OPT_RULES, "iptables"))
		b.rules = RULES_IPTABLES;
	if (backend_is_asked(inv, OPT_VRF, "device"))
		b.vrf = VRF_DEVICE;
	if (backend_is_asked(inv, OPT_VRF, "namespace"))
		b.vrf = VRF_NAMESPACE;
	if (backend_is_asked(inv, OPT_DELAY, "netem"))
		b.delay = DELAY_NETEM;
	if (backend_is_asked(inv, OPT_DELAY, "relay"))
		b.delay = DELAY_RELAY;
	return b;
}

/* ---- features that a plan needs ---- */

static bool plan_has_netns(const struct plan *p)
{
	return p->netns.n > 0;
}

static bool plan_has_dev_kind(const struct plan *p, enum plan_dev_kind kind)
{
	for (each(const struct plan_dev, d, &p->devs))
		if (d->kind == kind)
			return true;
	return false;
}

static bool plan_has_veth(const struct plan *p)
{
	return plan_has_dev_kind(p, DEV_VETH);
}

static bool plan_has_bridge(const struct plan *p)
{
	return plan_has_dev_kind(p, DEV_BRIDGE);
}

static bool plan_has_vrf(const struct plan *p)
{
	return plan_has_dev_kind(p, DEV_VRF);
}

static bool plan_has_vxlan(const struct plan *p)
{
	return plan_has_dev_kind(p, DEV_VXLAN);
}

static bool plan_has_qdisc(const struct plan *p)
{
	return p->qdiscs.n > 0;
}

static bool plan_has_delay_wire(const struct plan *p)
{
	return p->wires.n > 0;
}

static bool plan_has_ipv6(const struct plan *p)
{
	for (each(const struct plan_addr, a, &p->addrs))
		if (a->addr.a.family == AF_INET6)
			return true;
	return false;
}

static bool plan_has_rules(const struct plan *p)
{
	return p->filters.n > 0 || p->nats.n > 0;
}

static bool plan_uses_nftables(const struct plan *p)
{
	return plan_has_rules(p) && p->backends.rules == RULES_NFTABLES;
}

static bool plan_uses_iptables(const struct plan *p)
{
	return plan_has_rules(p) && p->backends.rules == RULES_IPTABLES;
}

static bool plan_keeps_ttl(const struct plan *p)
{
	for (each(const struct plan_filter, x, &p->filters))
		if (x->kind == FILTER_KEEP_TTL)
			return true;
	return false;
}

static bool plan_keeps_ttl_by_nftables(const struct plan *p)
{
	return p->backends.rules == RULES_NFTABLES && plan_keeps_ttl(p);
}

static bool plan_keeps_ttl_by_iptables(const struct plan *p)
{
	return p->backends.rules == RULES_IPTABLES && plan_keeps_ttl(p);
}

static const struct {
	enum kernel_feature feature;
	bool (*needed)(const struct plan *p);
} needs[] = {
	{ FEATURE_NETNS, plan_has_netns },
	{ FEATURE_VETH, plan_has_veth },
	{ FEATURE_BRIDGE, plan_has_bridge },
	{ FEATURE_VRF, plan_has_vrf },
	{ FEATURE_NETEM, plan_has_qdisc },
	{ FEATURE_PACKET, plan_has_delay_wire },
	{ FEATURE_IPV6, plan_has_ipv6 },
	{ FEATURE_VXLAN, plan_has_vxlan },
	{ FEATURE_NFTABLES, plan_uses_nftables },
	{ FEATURE_IPTABLES, plan_uses_iptables },
	{ FEATURE_NFTABLES_TTL, plan_keeps_ttl_by_nftables },
	{ FEATURE_IPTABLES_TTL, plan_keeps_ttl_by_iptables },
};

static bool plan_keeps_hop_limits(const struct plan *p)
{
	for (each(const struct plan_filter, x, &p->filters))
		if (x->ipv6)
			return true;
	return false;
}

static enum exit_status backends_check(struct invocation *inv, const struct plan *p,
				       const struct features *have)
{
	enum exit_status status = EXIT_DONE;
	struct pos nowhere = { 0 };

	for (size_t i = 0; i < countof(needs); i++) {
		enum kernel_feature f = needs[i].feature;

		if (have->v[f].ok || !needs[i].needed(p))
			continue;
		diag_error(inv->dg, nowhere, have->v[f].error, "feature",
			   "the kernel has no %s, which serves for %s: %s", feature_name(f),
			   uses[f].use,
			   *have->v[f].words ? have->v[f].words : strerror(-have->v[f].error));
		diag_hint(inv->dg, "%s", uses[f].remedy);
		status = EXIT_CANNOT;
	}
	if (p->backends.rules == RULES_IPTABLES && plan_keeps_hop_limits(p)) {
		diag_error(inv->dg, nowhere, -EAFNOSUPPORT, "feature",
			   "hops: azure and IPv6 together take nf_tables: ip_tables filters IPv4 "
			   "only");
		diag_hint(inv->dg, "%s; or --hops=all", uses[FEATURE_NFTABLES_TTL].remedy);
		status = EXIT_CANNOT;
	}
	return status;
}

enum exit_status backends_plan(struct world *w, struct invocation *inv)
{
	struct features found;
	enum exit_status status = backends_find_features(inv, &found);

	if (status == EXIT_DONE && inv->command->needs != NEEDS_NOTHING)
		status = status_of_world(world_fits(w, inv->dg));
	if (status != EXIT_DONE)
		return status;
	world_plan(w, backends_choose(inv, &found));
	return inv->command->needs != NEEDS_NOTHING ? backends_check(inv, w->plan, &found)
						    : EXIT_DONE;
}

void backends_note(struct invocation *inv, const struct plan *p, size_t chassis)
{
	size_t nodes = p->netns.n - (p->relay_netns != PLAN_NONE);
	struct pos nowhere = { 0 };

	if (p->backends.vrf == VRF_NAMESPACE && nodes > chassis)
		diag_note(inv->dg, nowhere, "stand-in", "%s stands in for the VRF device",
			  uses[FEATURE_VRF].stand_in);
	if (p->backends.delay == DELAY_RELAY && p->wires.n > 0)
		diag_note(inv->dg, nowhere, "stand-in", "%s stands in for netem",
			  uses[FEATURE_NETEM].stand_in);
	if (plan_uses_iptables(p))
		diag_note(inv->dg, nowhere, "stand-in", "%s stands in for nf_tables",
			  uses[FEATURE_NFTABLES].stand_in);
}
