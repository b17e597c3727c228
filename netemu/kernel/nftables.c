/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules in nf_tables, the preferred engine. libnftnl encodes the messages, libmnl sends them.
 *
 * A namespace's tables, chains and rules are one transaction: the kernel commits all of it or
 * nothing, and reports each message that it refuses by its sequence number. Only the last message
 * asks for an ack, which comes after all refusals (6.1, 6.18).
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/text.h"
#include "kernel/batch.h"
#include "kernel/fault.h"
#include "kernel/netns.h"
#include "kernel/ruleset.h"
#include "plan/plan.h"

enum {
	MESSAGE_MAX = 4096, /* a rule takes some hundred bytes */
	ANSWER_MAX = 32 * 1024,
	FIRST_SEQ = 1,
	INVALID = 1 << 0,  /* NF_CT_STATE_INVALID_BIT */
	TTLS_AT_ONCE = 64, /* map elements in one message */
	TYPE_INTEGER = 4,  /* as the nft program numbers its types */
	KIND_MAX = 16,	   /* IFNAMSIZ, also the size of a device's kind */
};

static const char table_name[] = "netemu";

/* nf_tables cannot add, but it can look up: this map has each TTL's successor. */
static const char ttl_map[] = "next-ttl";

static const struct {
	const char *name, *type;
	uint32_t hook;
	int32_t priority;
} chains[RULE_HOOKS] = {
	[HOOK_ARRIVAL] = { "arrival", "filter", NF_INET_PRE_ROUTING, -300 },
	[HOOK_TTL] = { "ttl", "filter", NF_INET_PRE_ROUTING, -150 },
	[HOOK_INWARD] = { "inward", "nat", NF_INET_PRE_ROUTING, -100 },
	[HOOK_CROSSING] = { "crossing", "filter", NF_INET_FORWARD, 0 },
	[HOOK_OUTWARD] = { "outward", "nat", NF_INET_POST_ROUTING, 100 },
	[HOOK_OWN] = { "own", "filter", NF_INET_LOCAL_OUT, 0 },
};

struct nft_transaction {
	struct text out;    /* messages one after another */
	uint32_t seq;	    /* of the next */
	VEC(uint64_t) tags; /* the part's tag of each message, from FIRST_SEQ on */
	size_t last;	    /* where the newest message begins */
	int fault;
	_Alignas(struct nlmsghdr) char message[MESSAGE_MAX];
};

/* ---- a rule's expressions ---- */

static struct nftnl_expr *nft_add_expr(struct nftnl_rule *r, const char *kind)
{
	struct nftnl_expr *e = nftnl_expr_alloc(kind);

	if (!e)
		abort(); /* out of memory */
	nftnl_rule_add_expr(r, e);
	return e;
}

static void nft_compare(struct nftnl_rule *r, uint32_t op, const void *data, size_t size)
{
	struct nftnl_expr *e = nft_add_expr(r, "cmp");

	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(e, NFTNL_EXPR_CMP_DATA, data, (uint32_t)size);
}

static void nft_mask(struct nftnl_rule *r, const void *bits, size_t size)
{
	static const unsigned char none[16];
	struct nftnl_expr *e = nft_add_expr(r, "bitwise");

	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_BITWISE_LEN, (uint32_t)size);
	nftnl_expr_set(e, NFTNL_EXPR_BITWISE_MASK, bits, (uint32_t)size);
	nftnl_expr_set(e, NFTNL_EXPR_BITWISE_XOR, none, (uint32_t)size);
}

/* Matches the index, since a name may change. */
static void nft_match_device(struct nftnl_rule *r, const struct plan *p, uint32_t key, uint32_t dev)
{
	struct nftnl_expr *e;

	if (dev == PLAN_NONE)
		return;
	e = nft_add_expr(r, "meta");
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_DREG, NFT_REG_1);
	nft_compare(r, NFT_CMP_EQ, &p->devs.v[dev].ifindex, sizeof(p->devs.v[dev].ifindex));
}

static void nft_match_address(struct nftnl_rule *r, const struct prefix *p, bool destination)
{
	bool v6 = p->a.family == AF_INET6;
	uint32_t size = (uint32_t)addr_bytes(&p->a), offset = v6 ? 8 : 12;
	unsigned char bits[16] = { 0 };
	struct nftnl_expr *e;

	if (!p->a.family || p->len == 0)
		return;
	e = nft_add_expr(r, "payload");
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset + (destination ? size : 0));
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, size);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	for (unsigned int i = 0; i < p->len; i++)
		bits[i / 8] |= (unsigned char)(0x80u >> i % 8);
	if (p->len < addr_bits(&p->a))
		nft_mask(r, bits, size);
	nft_compare(r, NFT_CMP_EQ, p->a.b, size);
}

static void nft_match_state(struct nftnl_rule *r)
{
	static const uint32_t none, invalid = INVALID;
	struct nftnl_expr *e = nft_add_expr(r, "ct");

	nftnl_expr_set_u32(e, NFTNL_EXPR_CT_KEY, NFT_CT_STATE);
	nftnl_expr_set_u32(e, NFTNL_EXPR_CT_DREG, NFT_REG_1);
	nft_mask(r, &invalid, sizeof(invalid));
	nft_compare(r, NFT_CMP_NEQ, &none, sizeof(none));
}

static void nft_match_meta(struct nftnl_rule *r, uint32_t key, uint32_t op, const void *data,
			   size_t size)
{
	struct nftnl_expr *e = nft_add_expr(r, "meta");

	nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_DREG, NFT_REG_1);
	nft_compare(r, op, data, size);
}

static void nft_match_byte(struct nftnl_rule *r, uint32_t base, uint32_t offset, uint8_t value)
{
	struct nftnl_expr *e = nft_add_expr(r, "payload");

	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, 1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nft_compare(r, NFT_CMP_EQ, &value, sizeof(value));
}

static void nft_match_expired(struct nftnl_rule *r, uint8_t family)
{
	const uint8_t protocol = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	nft_match_meta(r, NFT_META_L4PROTO, NFT_CMP_EQ, &protocol, sizeof(protocol));
	nft_match_byte(r, NFT_PAYLOAD_TRANSPORT_HEADER, 0,
		       family == AF_INET6 ? ICMPV6_TIME_EXCEED : ICMP_TIME_EXCEEDED);
}

/* In IPv4 the payload expression also updates the header checksum. */
static void nft_raise_ttl(struct nftnl_rule *r, uint8_t family)
{
	const uint32_t offset = family == AF_INET6 ? offsetof(struct ipv6hdr, hop_limit)
						   : offsetof(struct iphdr, ttl);
	struct nftnl_expr *e = nft_add_expr(r, "payload");

	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, 1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	e = nft_add_expr(r, "lookup");
	nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_1);
	nftnl_expr_set_str(e, NFTNL_EXPR_LOOKUP_SET, ttl_map);
	e = nft_add_expr(r, "payload");
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, 1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_SREG, NFT_REG_1);
	if (family == AF_INET6)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_CSUM_OFFSET, offsetof(struct iphdr, check));
}

static void nft_add_verdict(struct nftnl_rule *r, const struct rule *rule)
{
	struct nftnl_expr *e;

	if (rule->verdict == RULE_RAISE_TTL) {
		nft_raise_ttl(r, rule->family);
		return;
	}
	e = nft_add_expr(r, "immediate");
	if (rule->verdict == RULE_ACCEPT || rule->verdict == RULE_DROP) {
		nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
		nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_VERDICT,
				   rule->verdict == RULE_DROP ? NF_DROP : NF_ACCEPT);
		return;
	}
	nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_1);
	nftnl_expr_set(e, NFTNL_EXPR_IMM_DATA, rule->address.b,
		       (uint32_t)addr_bytes(&rule->address));
	e = nft_add_expr(r, "nat");
	nftnl_expr_set_u32(e, NFTNL_EXPR_NAT_TYPE,
			   rule->verdict == RULE_TO_SOURCE ? NFT_NAT_SNAT : NFT_NAT_DNAT);
	nftnl_expr_set_u32(e, NFTNL_EXPR_NAT_FAMILY, NFPROTO_IPV4);
	nftnl_expr_set_u32(e, NFTNL_EXPR_NAT_REG_ADDR_MIN, NFT_REG_1);
}

/* ---- a transaction's messages ---- */

static uint16_t nft_protocol(uint8_t family)
{
	return family == AF_INET6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
}

static struct nlmsghdr *nft_message(struct nft_transaction *t, uint16_t type, uint8_t family,
				    uint16_t flags)
{
	if (t->fault == 0)
		t->fault = fault_due();
	return nftnl_nlmsg_build_hdr(t->message, type, nft_protocol(family), flags, t->seq);
}

static void nft_message_end(struct nft_transaction *t, const struct nlmsghdr *h, uint64_t tag)
{
	t->last = t->out.n;
	text_addn(&t->out, (const char *)h, NLMSG_ALIGN(h->nlmsg_len));
	vec_push(NULL, &t->tags, tag);
	t->seq++;
}

static void nft_table_message(struct nft_transaction *t, uint16_t type, uint8_t family,
			      uint16_t flags, uint64_t tag)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *h = nft_message(t, type, family, flags);

	nftnl_table_set_str(table, NFTNL_TABLE_NAME, table_name);
	nftnl_table_nlmsg_build_payload(h, table);
	nftnl_table_free(table);
	nft_message_end(t, h, tag);
}

static void nft_add_table(struct nft_transaction *t, uint8_t family, uint64_t tag)
{
	nft_table_message(t, NFT_MSG_NEWTABLE, family, NLM_F_CREATE | NLM_F_EXCL, tag);
}

static void nft_add_chain(struct nft_transaction *t, uint8_t family, enum rule_hook hook,
			  uint64_t tag)
{
	struct nftnl_chain *c = nftnl_chain_alloc();
	struct nlmsghdr *h = nft_message(t, NFT_MSG_NEWCHAIN, family, NLM_F_CREATE | NLM_F_EXCL);

	nftnl_chain_set_str(c, NFTNL_CHAIN_TABLE, table_name);
	nftnl_chain_set_str(c, NFTNL_CHAIN_NAME, chains[hook].name);
	nftnl_chain_set_str(c, NFTNL_CHAIN_TYPE, chains[hook].type);
	nftnl_chain_set_u32(c, NFTNL_CHAIN_HOOKNUM, chains[hook].hook);
	nftnl_chain_set_s32(c, NFTNL_CHAIN_PRIO, chains[hook].priority);
	nftnl_chain_set_u32(c, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	nftnl_chain_nlmsg_build_payload(h, c);
	nftnl_chain_free(c);
	nft_message_end(t, h, tag);
}

/* A comment in the format of the nft program. */
static void nft_set_comment(struct nftnl_rule *r, const char *text)
{
	struct nftnl_udata_buf *u = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);

	if (!u)
		abort();
	nftnl_udata_put_strz(u, NFTNL_UDATA_RULE_COMMENT, text);
	nftnl_rule_set_data(r, NFTNL_RULE_USERDATA, nftnl_udata_buf_data(u),
			    nftnl_udata_buf_len(u));
	nftnl_udata_buf_free(u);
}

static struct nftnl_set *nft_ttl_set(void)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set)
		abort();
	nftnl_set_set_str(set, NFTNL_SET_TABLE, table_name);
	nftnl_set_set_str(set, NFTNL_SET_NAME, ttl_map);
	return set;
}

static void nft_add_ttls(struct nft_transaction *t, uint8_t family, uint8_t from, uint8_t to,
			 uint64_t tag)
{
	struct nftnl_set *set = nft_ttl_set();
	struct nlmsghdr *h = nft_message(t, NFT_MSG_NEWSETELEM, family, NLM_F_CREATE | NLM_F_EXCL);

	for (uint8_t ttl = from; ttl < to; ttl++) {
		struct nftnl_set_elem *e = nftnl_set_elem_alloc();
		const uint8_t next = (uint8_t)(ttl + 1);

		if (!e)
			abort();
		nftnl_set_elem_set(e, NFTNL_SET_ELEM_KEY, &ttl, sizeof(ttl));
		nftnl_set_elem_set(e, NFTNL_SET_ELEM_DATA, &next, sizeof(next));
		nftnl_set_elem_add(set, e);
	}
	nftnl_set_elems_nlmsg_build_payload(h, set);
	nftnl_set_free(set);
	nft_message_end(t, h, tag);
}

static void nft_add_ttl_map(struct nft_transaction *t, uint8_t family, uint64_t tag)
{
	struct nftnl_set *set = nft_ttl_set();
	struct nlmsghdr *h = nft_message(t, NFT_MSG_NEWSET, family, NLM_F_CREATE | NLM_F_EXCL);

	nftnl_set_set_u32(set, NFTNL_SET_FLAGS, NFT_SET_MAP);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, TYPE_INTEGER);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, 1);
	nftnl_set_set_u32(set, NFTNL_SET_DATA_TYPE, TYPE_INTEGER);
	nftnl_set_set_u32(set, NFTNL_SET_DATA_LEN, 1);
	nftnl_set_set_u32(set, NFTNL_SET_DESC_SIZE, UINT8_MAX);
	nftnl_set_set_u32(set, NFTNL_SET_ID, 1);
	nftnl_set_nlmsg_build_payload(h, set);
	nftnl_set_free(set);
	nft_message_end(t, h, tag);
	for (unsigned int from = 0; from < UINT8_MAX; from += TTLS_AT_ONCE) {
		unsigned int to = from + TTLS_AT_ONCE;

		nft_add_ttls(t, family, (uint8_t)from, (uint8_t)(to < UINT8_MAX ? to : UINT8_MAX),
			     tag);
	}
}

static void nft_add_rule(struct nft_transaction *t, const struct plan *p, const struct rule *rule)
{
	static const char vrf_kind[KIND_MAX] = "vrf";
	struct nftnl_rule *r = nftnl_rule_alloc();
	struct nlmsghdr *h =
		nft_message(t, NFT_MSG_NEWRULE, rule->family, NLM_F_CREATE | NLM_F_APPEND);

	nftnl_rule_set_str(r, NFTNL_RULE_TABLE, table_name);
	nftnl_rule_set_str(r, NFTNL_RULE_CHAIN, chains[rule->hook].name);
	nft_match_device(r, p, NFT_META_IIF, rule->in);
	nft_match_device(r, p, NFT_META_OIF, rule->out);
	nft_match_address(r, &rule->from, false);
	nft_match_address(r, &rule->to, true);
	if (rule->stateless)
		nft_match_state(r);
	if (rule->no_vrf)
		nft_match_meta(r, NFT_META_IIFKIND, NFT_CMP_NEQ, vrf_kind, sizeof(vrf_kind));
	if (rule->expired)
		nft_match_expired(r, rule->family);
	nft_add_verdict(r, rule);
	nft_set_comment(r, rule->text);
	nftnl_rule_nlmsg_build_payload(h, r);
	nftnl_rule_free(r);
	nft_message_end(t, h, rule->tag);
}

/* Removes the tables of the rules. Each is first created if it is missing, since removing a missing
 * table is an error. */
static void nft_drop_tables(struct nft_transaction *t, const struct ruleset *s)
{
	bool done[2] = { false };

	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *rule = &s->rules.v[i];
		int v6 = rule->family == AF_INET6;

		if (!done[v6]) {
			nft_table_message(t, NFT_MSG_NEWTABLE, rule->family, NLM_F_CREATE,
					  rule->tag);
			nft_table_message(t, NFT_MSG_DELTABLE, rule->family, 0, rule->tag);
		}
		done[v6] = true;
	}
}

static void nft_add_ruleset(struct nft_transaction *t, const struct ruleset *s)
{
	bool table[2] = { false }, chain[2][RULE_HOOKS] = { { false } };

	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *rule = &s->rules.v[i];
		int v6 = rule->family == AF_INET6;

		if (!table[v6])
			nft_add_table(t, rule->family, rule->tag);
		if (!chain[v6][rule->hook])
			nft_add_chain(t, rule->family, rule->hook, rule->tag);
		if (!chain[v6][rule->hook] && rule->hook == HOOK_TTL)
			nft_add_ttl_map(t, rule->family, rule->tag);
		table[v6] = chain[v6][rule->hook] = true;
		nft_add_rule(t, s->plan, rule);
	}
}

/* ---- sending ---- */

static struct nlmsghdr *nft_last_message(struct nft_transaction *t)
{
	return (struct nlmsghdr *)(void *)(t->out.s + t->last);
}

static int nft_receive(struct mnl_socket *socket, const struct nft_transaction *t,
		       ruleset_refused *refused, void *ctx)
{
	uint32_t last = t->seq - 1;
	_Alignas(struct nlmsghdr) char in[ANSWER_MAX];

	for (;;) {
		ssize_t got = mnl_socket_recvfrom(socket, in, sizeof(in));
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		for (const struct nlmsghdr *h = (const void *)in; mnl_nlmsg_ok(h, left);
		     h = mnl_nlmsg_next(h, &left)) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
			uint32_t i = h->nlmsg_seq - FIRST_SEQ;

			if (h->nlmsg_type != NLMSG_ERROR ||
			    mnl_nlmsg_get_payload_len(h) < sizeof(*e))
				continue;
			if (e->error < 0)
				refused(ctx, t->tags.v[i < t->tags.n ? i : 0], e->error,
					batch_words(h));
			/* A batch begin or end message: the whole transaction was refused. */
			if (h->nlmsg_seq == last || i >= t->tags.n)
				return 0;
		}
	}
}

static int nft_send(struct nft_transaction *t, ruleset_refused *refused, void *ctx)
{
	struct mnl_socket *socket;
	int r = batch_socket_open_to(NETLINK_NETFILTER, &socket), size = (int)t->out.n + 4096;

	if (r < 0)
		return r;
	/* It is one send, and a transaction may exceed the default buffer. */
	(void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_SNDBUFFORCE, &size,
			 sizeof(size));
	if (mnl_socket_sendto(socket, t->out.s, t->out.n) < 0)
		r = -errno;
	if (r == 0)
		r = nft_receive(socket, t, refused, ctx);
	mnl_socket_close(socket);
	return r;
}

static void nft_add_batch_mark(struct nft_transaction *t,
			       struct nlmsghdr *(*make)(char *buf, uint32_t seq), uint32_t seq)
{
	const struct nlmsghdr *h = make(t->message, seq);

	text_addn(&t->out, (const char *)h, NLMSG_ALIGN(h->nlmsg_len));
}

/* before: the rules to replace, or NULL. */
static void nft_encode(struct nft_transaction *t, const struct ruleset *before,
		       const struct ruleset *s)
{
	*t = (struct nft_transaction){ .seq = FIRST_SEQ };
	nft_add_batch_mark(t, nftnl_batch_begin, 0);
	if (before)
		nft_drop_tables(t, before);
	nft_add_ruleset(t, s);
	nft_last_message(t)->nlmsg_flags |= NLM_F_ACK;
	nft_add_batch_mark(t, nftnl_batch_end, t->seq);
}

void nftables_encode(const struct ruleset *s, struct text *ret)
{
	struct nft_transaction t;

	nft_encode(&t, NULL, s);
	vec_free(&t.tags);
	*ret = t.out;
}

static int nft_apply_here(const struct ruleset *before, const struct ruleset *s,
			  ruleset_refused *refused, void *ctx)
{
	struct nft_transaction t;
	int r = 0;

	nft_encode(&t, before, s);
	if (t.fault < 0)
		refused(ctx, t.tags.v[0], t.fault, "a failure made on purpose");
	else
		r = nft_send(&t, refused, ctx);
	vec_free(&t.tags);
	text_release(&t.out);
	return r;
}

int nftables_apply(int ns, const struct ruleset *s, ruleset_refused *refused, void *ctx)
{
	return nftables_replace(ns, NULL, s, refused, ctx);
}

int nftables_replace(int ns, const struct ruleset *before, const struct ruleset *s,
		     ruleset_refused *refused, void *ctx)
{
	own_visit struct visit v = VISIT_NONE;
	size_t n = s->rules.n + (before ? before->rules.n : 0);
	int r = n ? visit_begin(&v, ns) : 0;

	return r < 0 || n == 0 ? r : nft_apply_here(before, s, refused, ctx);
}

/* ---- reading ---- */

static int nft_read_comment(const struct nftnl_udata *u, void *ret)
{
	if (nftnl_udata_type(u) == NFTNL_UDATA_RULE_COMMENT)
		vec_push(NULL, (rule_texts *)ret, xstrdup(nftnl_udata_get(u)));
	return 0;
}

static int nft_read_rule(const struct nlmsghdr *h, void *ret)
{
	struct nftnl_rule *r = nftnl_rule_alloc();
	uint32_t size = 0;
	const void *data;

	if (r && nftnl_rule_nlmsg_parse(h, r) == 0 && nftnl_rule_is_set(r, NFTNL_RULE_TABLE) &&
	    strcmp(nftnl_rule_get_str(r, NFTNL_RULE_TABLE), table_name) == 0) {
		data = nftnl_rule_get_data(r, NFTNL_RULE_USERDATA, &size);
		if (data && size)
			nftnl_udata_parse(data, size, nft_read_comment, ret);
	}
	nftnl_rule_free(r);
	return MNL_CB_OK;
}

static int nft_read_here(rule_texts *ret)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	struct nlmsghdr *h =
		nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, NFPROTO_UNSPEC, NLM_F_DUMP, FIRST_SEQ);
	struct mnl_socket *socket;
	int r = batch_socket_open_to(NETLINK_NETFILTER, &socket), more = 1;

	if (r < 0)
		return r == -EPROTONOSUPPORT ? 0 : r;
	if (mnl_socket_sendto(socket, h, h->nlmsg_len) < 0)
		r = -errno;
	while (r == 0 && more > 0) {
		ssize_t n = mnl_socket_recvfrom(socket, buf, sizeof(buf));

		more = n < 0 ? -1
			     : mnl_cb_run(buf, (size_t)n, FIRST_SEQ, mnl_socket_get_portid(socket),
					  nft_read_rule, ret);
		if (more < 0 && errno != EINTR)
			r = errno == EOPNOTSUPP || errno == EINVAL ? 0 : -errno;
		more = r < 0 ? 0 : more;
	}
	mnl_socket_close(socket);
	return r;
}

int nftables_read(int ns, rule_texts *ret)
{
	own_visit struct visit v = VISIT_NONE;
	int r = visit_begin(&v, ns);

	return r < 0 ? r : nft_read_here(ret);
}

/* ---- trying ---- */

static void nft_first_error(void *ctx, uint64_t tag, int error, const char *words)
{
	(void)tag, (void)words;
	if (*(int *)ctx == 0)
		*(int *)ctx = error;
}

static int nft_try_rule(struct rule rule)
{
	const struct plan p = { .devs = { 0 } };
	struct ruleset s = { .plan = &p };
	int error = 0, r;

	vec_push(NULL, &s.rules, rule);
	r = nft_apply_here(NULL, &s, nft_first_error, &error);
	ruleset_release(&s);
	return r < 0 ? r : error;
}

int nftables_try_ttl(void)
{
	return nft_try_rule((struct rule){ .hook = HOOK_TTL,
					   .family = AF_INET,
					   .in = PLAN_NONE,
					   .out = PLAN_NONE,
					   .no_vrf = true,
					   .verdict = RULE_RAISE_TTL,
					   .text = "a try" });
}

int nftables_try(void)
{
	const struct plan p = { .devs = { 0 } };
	struct ruleset s = { .plan = &p };
	struct rule rule = { .hook = HOOK_OUTWARD,
			     .family = AF_INET,
			     .in = PLAN_NONE,
			     .out = PLAN_NONE,
			     .verdict = RULE_TO_SOURCE,
			     .address = prefix_lit("192.0.2.1/32").a,
			     .text = "a try" };
	int error = 0, r;

	vec_push(NULL, &s.rules, rule);
	rule.hook = HOOK_CROSSING;
	rule.verdict = RULE_DROP;
	rule.stateless = true;
	vec_push(NULL, &s.rules, rule);
	r = nft_apply_here(NULL, &s, nft_first_error, &error);
	ruleset_release(&s);
	return r < 0 ? r : error;
}
