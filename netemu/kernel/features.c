/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/features.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "base/vec.h"
#include "kernel/batch.h"
#include "kernel/encode.h"
#include "kernel/ruleset.h"
#include "kernel/sandbox.h"
#include "plan/plan.h"

enum { LOOPBACK = 1, VXLAN_IFINDEX = 6 };

static const char *const names[FEATURES] = {
	[FEATURE_NETNS] = "netns",
	[FEATURE_USERNS] = "userns",
	[FEATURE_VETH] = "veth",
	[FEATURE_BRIDGE] = "bridge",
	[FEATURE_VRF] = "vrf",
	[FEATURE_NETEM] = "netem",
	[FEATURE_VXLAN] = "vxlan",
	[FEATURE_NEXTHOP] = "nexthop",
	[FEATURE_PACKET] = "packet",
	[FEATURE_IPV6] = "ipv6",
	[FEATURE_NFTABLES] = "nftables",
	[FEATURE_IPTABLES] = "iptables",
	[FEATURE_NFTABLES_TTL] = "nftables-ttl",
	[FEATURE_IPTABLES_TTL] = "iptables-ttl",
};

/* The smallest plan with one device of each kind. */
enum { A_BRIDGE, A_VRF, A_VETH, ITS_PEER, DEVS };
static struct plan_dev devs[DEVS] = {
	[A_BRIDGE] = { .kind = DEV_BRIDGE, .name = "bridge", .ifindex = 2 },
	[A_VRF] = { .kind = DEV_VRF, .name = "vrf", .ifindex = 3, .table = 1000 },
	[A_VETH] = { .kind = DEV_VETH, .name = "a", .ifindex = 4, .peer = ITS_PEER },
	[ITS_PEER] = { .kind = DEV_VETH, .name = "b", .ifindex = 5, .peer = A_VETH },
};

const char *feature_name(enum kernel_feature f)
{
	return names[f];
}

static void feature_missing(struct features *f, enum kernel_feature which, int error,
			    const char *words)
{
	f->v[which].ok = false;
	f->v[which].error = error;
	snprintf(f->v[which].words, sizeof(f->v[which].words), "%s", words ? words : "");
}

static void feature_refused(void *ctx, uint64_t tag, int error, const char *words)
{
	feature_missing(ctx, (enum kernel_feature)tag, error, words);
}

static void feature_encode_vxlan(void *buf)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data;
	struct ifinfomsg *i;

	h->nlmsg_type = RTM_NEWLINK;
	h->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	i = mnl_nlmsg_put_extra_header(h, sizeof(*i));
	i->ifi_index = VXLAN_IFINDEX;
	mnl_attr_put_strz(h, IFLA_IFNAME, "vxlan");
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "vxlan");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	mnl_attr_put_u32(h, IFLA_VXLAN_ID, 1);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
}

static void feature_encode_nexthop(void *buf)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nhmsg *n;

	h->nlmsg_type = RTM_NEWNEXTHOP;
	h->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	n = mnl_nlmsg_put_extra_header(h, sizeof(*n));
	n->nh_family = AF_INET;
	mnl_attr_put_u32(h, NHA_ID, 1);
	mnl_attr_put(h, NHA_BLACKHOLE, 0, NULL);
}

static void feature_try_requests(struct features *f, int ns, struct mnl_socket *rtnl)
{
	const struct plan p = { .devs = { .v = devs, .n = DEVS } };
	const struct impairment what = { .delay_ns = 1000000 };
	struct batch *b = batch_new(feature_refused, f);
	int r;

	batch_to(b, rtnl);
	encode_master(batch_add(b, FEATURE_BRIDGE), &p, A_BRIDGE);
	encode_master(batch_add(b, FEATURE_VRF), &p, A_VRF);
	encode_veth(batch_add(b, FEATURE_VETH), &p, A_VETH, ns, false);
	encode_netem(batch_add(b, FEATURE_NETEM), LOOPBACK, &what, 1500);
	feature_encode_vxlan(batch_add(b, FEATURE_VXLAN));
	encode_up(batch_add(b, FEATURE_NEXTHOP), LOOPBACK); /* a blackhole nexthop needs it */
	feature_encode_nexthop(batch_add(b, FEATURE_NEXTHOP));
	r = batch_flush(b);
	for (int i = FEATURE_VETH; r < 0 && i <= FEATURE_NEXTHOP; i++)
		feature_missing(f, (enum kernel_feature)i, r, NULL);
	batch_free(b);
}

/* Closing a packet socket waits for RCU (some 10 ms, 6.18). So ask for a type that AF_PACKET does
 * not have: if all else is well, the error is ESOCKTNOSUPPORT. */
static void feature_try_packet(struct features *f)
{
	own_fd fd = socket(AF_PACKET, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno != ESOCKTNOSUPPORT)
		feature_missing(f, FEATURE_PACKET, -errno, NULL);
}

static void feature_try_ipv6(struct features *f)
{
	own_fd fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		feature_missing(f, FEATURE_IPV6, -errno, NULL);
}

static void feature_try_rules(struct features *f, enum kernel_feature which, int error)
{
	if (error < 0)
		feature_missing(f, which, error, NULL);
}

/* Runs in a child: it changes namespaces, and its descriptors stay open until it ends. */
static void feature_try_all(struct features *f)
{
	struct mnl_socket *rtnl = NULL;
	int ns, r = 0;

	if (unshare(CLONE_NEWNET) < 0 &&
	    (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0))
		r = -errno;
	ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (r == 0)
		r = ns < 0 ? -errno : batch_socket_open(&rtnl);
	for (int i = 0; r < 0 && i < FEATURES; i++)
		if (i != FEATURE_USERNS)
			feature_missing(f, (enum kernel_feature)i, r,
					"no network namespace to try it in");
	if (r < 0)
		return;
	feature_try_requests(f, ns, rtnl);
	feature_try_packet(f);
	feature_try_ipv6(f);
	feature_try_rules(f, FEATURE_NFTABLES, nftables_try());
	feature_try_rules(f, FEATURE_IPTABLES, xtables_try());
	if (unshare(CLONE_NEWNET) == 0) { /* without the rules of the tests above */
		feature_try_rules(f, FEATURE_NFTABLES_TTL, nftables_try_ttl());
		feature_try_rules(f, FEATURE_IPTABLES_TTL, xtables_try_ttl());
	}
}

static void feature_try_userns(struct features *f)
{
	struct sandbox_refusal why;
	char text[sizeof(f->v[0].words)];

	if (sandbox_unshare(CLONE_NEWUSER, &why) == 0)
		return;
	(void)sandbox_explain(&why, text, sizeof(text));
	feature_missing(f, FEATURE_USERNS, why.error, text);
}

/* ---- the children ------------------------------------------------------------------------- */

typedef void feature_try(struct features *f);

static feature_try *const tries[] = { feature_try_all, feature_try_userns };

/* A child that runs the tests, writes the result to shared memory, reports that it is done, and
 * stays: while the kernel frees a namespace, making others takes a third longer (6.18). */
struct feature_trial {
	pid_t pid; /* 0: none */
	int done;  /* read end of a pipe: a byte means done */
};

static struct feature_search {
	struct features *shared; /* NULL: none is under way */
	struct feature_trial triers[countof(tries)];
} search;

static _Noreturn void feature_trial_run(feature_try *what, int done, pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
	what(search.shared);
	if (write(done, "", 1) == 1)
		for (;;)
			pause();
	_exit(1);
}

static int feature_trial_start(feature_try *what, struct feature_trial *t)
{
	const pid_t self = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	t->pid = fork();
	if (t->pid == 0)
		feature_trial_run(what, ends[1], self);
	close(ends[1]);
	t->done = ends[0];
	return t->pid < 0 ? -errno : 0;
}

static int feature_trial_await(struct feature_trial *t)
{
	ssize_t n;
	char byte;

	do
		n = read(t->done, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? 0 : -ECHILD;
}

static void feature_trial_end(struct feature_trial *t)
{
	if (t->pid > 0) {
		(void)kill(t->pid, SIGKILL);
		while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (t->pid != 0)
		close(t->done);
	*t = (struct feature_trial){ 0 };
}

int features_begin(void)
{
	struct features *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int r = 0;

	if (shared == MAP_FAILED)
		return -errno;
	for (int i = 0; i < FEATURES; i++)
		shared->v[i].ok = true;
	search.shared = shared;
	for (size_t i = 0; i < countof(tries) && r == 0; i++)
		r = feature_trial_start(tries[i], &search.triers[i]);
	if (r < 0)
		features_end();
	return r;
}

int features_find(struct features *ret)
{
	const bool begun = search.shared != NULL;
	int r = begun ? 0 : features_begin();

	for (size_t i = 0; i < countof(tries) && r == 0; i++)
		r = feature_trial_await(&search.triers[i]);
	if (r == 0)
		*ret = *search.shared;
	if (!begun)
		features_end();
	return r;
}

void features_end(void)
{
	if (!search.shared)
		return;
	for (size_t i = 0; i < countof(tries); i++)
		feature_trial_end(&search.triers[i]);
	munmap(search.shared, sizeof(*search.shared));
	search.shared = NULL;
}
