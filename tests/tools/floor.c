/* SPDX-License-Identifier: GPL-2.0-or-later */
/* floor N [HOSTS]: the least that a kernel has to do for a ring of N routers with a stub host each,
 * where every router holds a route to every stub: nothing but the calls, from plain loops. What a
 * tool takes longer for the same ring is the tool's own. With HOSTS behind each router, each on a
 * network of its own, every router holds one route for all the hosts of another.
 *
 * All that is known to be quick is in it: namespaces by two threads, a socket kept for each, and
 * room for all descriptors from the start; veths born in both namespaces with one queue each;
 * forwarding set in the message that brings a link up; routes by nexthop objects, in bit-reversed
 * order, which the IPv4 trie likes best.
 *
 * Prints "NAMESPACES LINKS ADDRESSES ROUTES UP" in seconds, UP being the whole, and on a second
 * line the bytes of memory that the machine has less while the ring stands, and after the last
 * descriptor is closed the seconds that this took. What has no name goes with the program. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64 * 1024, MESSAGE = 512, LOOPBACK = 1, NEXT = 2, PREVIOUS = 3, STUB = 4 };

static struct netns {
	int ns, rtnl;
} * nodes;			  /* the routers, then their hosts */
static unsigned int n, hosts = 1; /* of each router */
static atomic_uint made;

static _Alignas(struct nlmsghdr) char batch[BATCH];
static size_t used;
static struct nlmsghdr *last;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *make_namespaces(void *unused)
{
	unsigned int i;

	while ((i = atomic_fetch_add(&made, 1)) < n + n * hosts) {
		if (unshare(CLONE_NEWNET) < 0)
			die("unshare");
		nodes[i].ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
		nodes[i].rtnl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
		if (nodes[i].ns < 0 || nodes[i].rtnl < 0)
			die("a namespace");
	}
	return unused;
}

/* ---- a batch: only its last message asks for an answer, and an error comes unasked ---- */

static void flush(int rtnl)
{
	char in[8192];
	ssize_t got;

	if (used == 0)
		return;
	last->nlmsg_flags |= NLM_F_ACK;
	last->nlmsg_seq = 1;
	if (send(rtnl, batch, used, 0) < 0)
		die("send");
	for (bool done = false; !done;) {
		got = recv(rtnl, in, sizeof(in), 0);
		if (got < 0)
			die("recv");
		for (const struct nlmsghdr *h = (const void *)in; mnl_nlmsg_ok(h, (int)got);) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
			int left = (int)got;

			if (e->error < 0) {
				fprintf(stderr, "refused: %s\n", strerror(-e->error));
				exit(1);
			}
			done = done || h->nlmsg_seq == 1;
			h = mnl_nlmsg_next(h, &left);
			got = left;
		}
	}
	used = 0;
}

static struct nlmsghdr *add(int rtnl, uint16_t type, uint16_t flags)
{
	if (used + MESSAGE > BATCH)
		flush(rtnl);
	last = mnl_nlmsg_put_header(batch + used);
	last->nlmsg_type = type;
	last->nlmsg_flags = NLM_F_REQUEST | flags;
	return last;
}

static void end(const struct nlmsghdr *h)
{
	used += NLMSG_ALIGN(h->nlmsg_len);
}

/* ---- links ---- */

static void put_end(struct nlmsghdr *h, const char *name)
{
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	mnl_attr_put_u32(h, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(h, IFLA_NUM_RX_QUEUES, 1);
}

static void make_link(unsigned int a, int index_a, const char *name_a, unsigned int b, int index_b,
		      const char *name_b)
{
	struct nlmsghdr *h = add(nodes[a].rtnl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));
	struct nlattr *info, *data, *peer;

	i->ifi_index = index_a;
	i->ifi_flags = i->ifi_change = IFF_UP;
	put_end(h, name_a);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(h, VETH_INFO_PEER);
	i = mnl_nlmsg_put_extra_header(h, sizeof(*i));
	i->ifi_index = index_b;
	put_end(h, name_b);
	mnl_attr_put_u32(h, IFLA_NET_NS_FD, (uint32_t)nodes[b].ns);
	mnl_attr_nest_end(h, peer);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
	end(h);
	flush(nodes[a].rtnl);
}

static void set_up(int rtnl, int index, bool forwards)
{
	struct nlmsghdr *h = add(rtnl, RTM_SETLINK, 0);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));
	struct nlattr *spec, *inet, *conf;

	i->ifi_index = index;
	i->ifi_flags = i->ifi_change = IFF_UP;
	spec = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	inet = mnl_attr_nest_start(h, AF_INET);
	conf = mnl_attr_nest_start(h, IFLA_INET_CONF);
	mnl_attr_put_u32(h, IPV4_DEVCONF_FORWARDING, forwards);
	mnl_attr_nest_end(h, conf);
	mnl_attr_nest_end(h, inet);
	if (index != LOOPBACK) {
		inet = mnl_attr_nest_start(h, AF_INET6);
		mnl_attr_put_u8(h, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
		mnl_attr_nest_end(h, inet);
	}
	mnl_attr_nest_end(h, spec);
	end(h);
}

static void add_address(int rtnl, int index, uint32_t address, uint8_t len)
{
	struct nlmsghdr *h = add(rtnl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *a = mnl_nlmsg_put_extra_header(h, sizeof(*a));

	*a = (struct ifaddrmsg){ .ifa_family = AF_INET,
				 .ifa_prefixlen = len,
				 .ifa_index = (uint32_t)index };
	mnl_attr_put_u32(h, IFA_LOCAL, htonl(address));
	mnl_attr_put_u32(h, IFA_ADDRESS, htonl(address));
	end(h);
}

/* The networks of router i's hosts: 10.x.y.0/24, or 10.x.0.0/16 with one for each. */
static uint32_t stubs(unsigned int i)
{
	return 0x0a000000 + (i << (hosts > 1 ? 16 : 8));
}

static uint32_t stub(unsigned int i, unsigned int host)
{
	return stubs(i) + (host << 8);
}

static uint32_t wire(unsigned int i)
{
	return 0xac100000 + (i << 2); /* 172.16.x.y/30, towards the next router */
}

static void make_links(void)
{
	char name[IFNAMSIZ];

	for (unsigned int i = 0; i < n * hosts; i++) {
		snprintf(name, sizeof(name), "stub%u", i % hosts);
		make_link(i / hosts, STUB + (int)(i % hosts), name, n + i, STUB, "eth0");
	}
	for (unsigned int i = 0; i < n; i++)
		make_link(i, NEXT, "next", (i + 1) % n, PREVIOUS, "previous");
}

static void configure(void)
{
	for (unsigned int i = 0; i < n; i++) {
		int rtnl = nodes[i].rtnl;

		set_up(rtnl, LOOPBACK, false);
		for (int index = NEXT; index < STUB + (int)hosts; index++)
			set_up(rtnl, index, true);
		for (unsigned int k = 0; k < hosts; k++)
			add_address(rtnl, STUB + (int)k, stub(i, k) + 1, 24);
		add_address(rtnl, NEXT, wire(i) + 1, 30);
		add_address(rtnl, PREVIOUS, wire((i + n - 1) % n) + 2, 30);
		flush(rtnl);
	}
	for (unsigned int i = 0; i < n * hosts; i++) {
		int rtnl = nodes[n + i].rtnl;

		set_up(rtnl, LOOPBACK, false);
		set_up(rtnl, STUB, false);
		add_address(rtnl, STUB, stub(i / hosts, i % hosts) + 2, 24);
		flush(rtnl);
	}
}

/* ---- routes ---- */

static void add_nexthop(int rtnl, uint32_t id, int index, uint32_t gateway)
{
	struct nlmsghdr *h = add(rtnl, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL);
	struct nhmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	m->nh_family = AF_INET;
	m->nh_protocol = RTPROT_STATIC;
	mnl_attr_put_u32(h, NHA_ID, id);
	mnl_attr_put_u32(h, NHA_GATEWAY, htonl(gateway));
	mnl_attr_put_u32(h, NHA_OIF, (uint32_t)index);
	end(h);
}

static void add_route(int rtnl, uint32_t to, uint8_t len, uint32_t nexthop)
{
	struct nlmsghdr *h = add(rtnl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	*m = (struct rtmsg){ .rtm_family = AF_INET,
			     .rtm_dst_len = len,
			     .rtm_table = RT_TABLE_MAIN,
			     .rtm_protocol = RTPROT_STATIC,
			     .rtm_type = RTN_UNICAST };
	if (len)
		mnl_attr_put_u32(h, RTA_DST, htonl(to));
	mnl_attr_put_u32(h, RTA_NH_ID, nexthop);
	end(h);
}

static unsigned int reversed(unsigned int i, unsigned int bits)
{
	unsigned int r = 0;

	for (unsigned int b = 0; b < bits; b++)
		r |= (i >> b & 1) << (bits - 1 - b);
	return r;
}

/* A router's, the shorter way round the ring; its hosts' only one is the default. */
static void add_routes(unsigned int at, unsigned int bits)
{
	int rtnl = nodes[at].rtnl;

	add_nexthop(rtnl, NEXT, NEXT, wire(at) + 2);
	add_nexthop(rtnl, PREVIOUS, PREVIOUS, wire((at + n - 1) % n) + 1);
	for (unsigned int k = 0; k < 1u << bits; k++) {
		unsigned int to = reversed(k, bits);

		if (to < n && to != at)
			add_route(rtnl, stubs(to), hosts > 1 ? 16 : 24,
				  (to + n - at) % n <= n / 2 ? NEXT : PREVIOUS);
	}
	flush(rtnl);
	for (unsigned int k = 0; k < hosts; k++) {
		rtnl = nodes[n + at * hosts + k].rtnl;
		add_nexthop(rtnl, STUB, STUB, stub(at, k) + 1);
		add_route(rtnl, 0, 0, STUB);
		flush(rtnl);
	}
}

static void make_routes(void)
{
	unsigned int bits = 0;

	while (1u << bits < n)
		bits++;
	for (unsigned int i = 0; i < n; i++)
		add_routes(i, bits);
}

/* ---- all ---- */

static long available(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f) && sscanf(line, "MemAvailable: %ld", &kb) != 1)
		;
	if (f)
		fclose(f);
	return kb * 1024;
}

int main(int argc, char **argv)
{
	struct rlimit files;
	pthread_t other;
	double t[6];
	long before = available();

	n = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	hosts = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 1;
	if (n < 3 || n > 16384 || hosts < 1 || hosts > 255 || (hosts > 1 && n > 256)) {
		fputs("floor N [HOSTS]: 3 to 16384 routers; to 256, with 2 to 255 hosts each\n",
		      stderr);
		return 2;
	}
	files.rlim_cur = files.rlim_max = 2 * (n + n * hosts) + 64;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	/* A table of descriptors that grows while threads share it waits for RCU each time. */
	close(dup2(STDERR_FILENO, (int)files.rlim_cur - 1));
	nodes = calloc(n + n * hosts, sizeof(*nodes));
	if (!nodes)
		die("memory");
	t[0] = now();
	if (pthread_create(&other, NULL, make_namespaces, NULL) != 0)
		die("a thread");
	make_namespaces(NULL);
	pthread_join(other, NULL);
	t[1] = now();
	make_links();
	t[2] = now();
	configure();
	t[3] = now();
	make_routes();
	t[4] = now();
	printf("%.4f %.4f %.4f %.4f %.4f\n%ld\n", t[1] - t[0], t[2] - t[1], t[3] - t[2],
	       t[4] - t[3], t[4] - t[0], before - available());
	fflush(stdout);
	return 0;
}
