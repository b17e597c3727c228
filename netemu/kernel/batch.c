/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Up to WINDOW requests go in one send, and only the last has NLM_F_ACK: the kernel reports the
 * error of any request without it, goes on with the next one, and answers in order, so the answer
 * to the last request ends the window (seen on 6.1 and 6.18). If each request were acked, 128 would
 * still be a safe number: a default receive buffer holds 256 acks; the kernel drops any more, and
 * recv() returns ENOBUFS. A route takes 1.9 us this way, 2.4 us if each one is acked.
 *
 * A batch never uses a sequence number twice. An answer with a number outside the window is stale
 * and is skipped.
 */
#include "kernel/batch.h"

#include <assert.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/mem.h"
#include "kernel/fault.h"

enum {
	WINDOW = 128,
	SEND_MAX = 64 * 1024,
	RECEIVE_MAX = 32 * 1024,
	PATIENCE_S =
		10, /* for an answer: rtnetlink answers during the send, so a timeout means "never" */
};

struct batch {
	struct mnl_socket *socket;
	batch_refused *refused;
	void *ctx;
	uint32_t seq;	 /* of the window's first request */
	unsigned int n;	 /* requests in the window */
	size_t start;	 /* of the newest request, whose length is unknown until batch_seal() */
	size_t last;	 /* of the newest sealed request */
	int failed;	 /* sending or receiving failed: -errno */
	int first_error; /* of a refused request */
	uint64_t tags[WINDOW];
	_Alignas(struct nlmsghdr) char out[SEND_MAX], in[RECEIVE_MAX];
};

int batch_socket_open(struct mnl_socket **ret)
{
	return batch_socket_open_to(NETLINK_ROUTE, ret);
}

int batch_socket_open_to(int bus, struct mnl_socket **ret)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	int on = 1, saved, fault = fault_due();
	struct mnl_socket *s = fault < 0 ? NULL : mnl_socket_open2(bus, SOCK_CLOEXEC);

	if (!s)
		return fault < 0 ? fault : -errno;
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(s, NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
	    mnl_socket_setsockopt(s, NETLINK_CAP_ACK, &on, sizeof(on)) < 0 ||
	    setsockopt(mnl_socket_get_fd(s), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) <
		    0) {
		saved = errno;
		mnl_socket_close(s);
		return -saved;
	}
	*ret = s;
	return 0;
}

struct batch *batch_new(batch_refused *refused, void *ctx)
{
	struct batch *b = xmalloc(sizeof(*b)); /* the buffers need no zeroes */

	b->socket = NULL;
	b->refused = refused;
	b->ctx = ctx;
	b->seq = 1;
	b->n = 0;
	b->start = b->last = 0;
	b->failed = b->first_error = 0;
	return b;
}

void batch_free(struct batch *b)
{
	free(b);
}

void batch_to(struct batch *b, struct mnl_socket *socket)
{
	assert(b->n == 0);
	b->socket = socket;
}

int batch_error(const struct batch *b)
{
	return b->first_error;
}

static void batch_refuse(struct batch *b, uint64_t tag, int error, const char *words)
{
	if (b->first_error == 0)
		b->first_error = error;
	b->refused(b->ctx, tag, error, words);
}

static struct nlmsghdr *batch_request_at(struct batch *b, size_t at)
{
	return (struct nlmsghdr *)(void *)(b->out + at);
}

/* Ends the newest request, which the caller has encoded by now. */
static void batch_seal(struct batch *b)
{
	struct nlmsghdr *h = batch_request_at(b, b->start);
	int fault = b->n ? fault_due() : 0;

	if (b->n == 0)
		return;
	assert(h->nlmsg_len <= BATCH_MESSAGE_MAX);
	if (fault < 0) {
		batch_refuse(b, b->tags[--b->n], fault, "a failure made on purpose");
		return;
	}
	h->nlmsg_flags |= NLM_F_REQUEST;
	h->nlmsg_seq = b->seq + b->n - 1;
	b->last = b->start;
	b->start += NLMSG_ALIGN(h->nlmsg_len);
}

static int batch_find_words(const struct nlattr *a, void *ret)
{
	if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0)
		*(const char **)ret = mnl_attr_get_str(a);
	return MNL_CB_OK;
}

const char *batch_words(const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	size_t skip = sizeof(*e);
	const char *words = NULL;

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&e->msg);
	mnl_attr_parse(h, (unsigned int)skip, batch_find_words, &words);
	return words;
}

/* Processes one answer. Returns true if it is the window's last. */
static bool batch_take_answer(struct batch *b, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	uint32_t i = h->nlmsg_seq - b->seq;

	if (h->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(h) < sizeof(*e) || i >= b->n)
		return false;
	if (e->error < 0)
		batch_refuse(b, b->tags[i], e->error, batch_words(h));
	return i == b->n - 1;
}

static int batch_receive(struct batch *b)
{
	for (bool last = false; !last;) {
		ssize_t got = mnl_socket_recvfrom(b->socket, b->in, sizeof(b->in));
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		for (const struct nlmsghdr *h = (const void *)b->in; mnl_nlmsg_ok(h, left);
		     h = mnl_nlmsg_next(h, &left))
			last = batch_take_answer(b, h) || last;
	}
	return 0;
}

static int batch_send(struct batch *b, size_t size)
{
	ssize_t sent;

	do
		sent = mnl_socket_sendto(b->socket, b->out, size);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : batch_receive(b);
}

static void batch_send_window(struct batch *b)
{
	if (b->n > 0 && b->failed == 0) {
		batch_request_at(b, b->last)->nlmsg_flags |= NLM_F_ACK;
		b->failed = batch_send(b, b->start);
	}
	b->seq += b->n;
	b->n = 0;
	b->start = 0;
}

void *batch_add(struct batch *b, uint64_t tag)
{
	batch_seal(b);
	if (b->n == WINDOW || b->start + BATCH_MESSAGE_MAX > sizeof(b->out))
		batch_send_window(b);
	b->tags[b->n++] = tag;
	return b->out + b->start;
}

int batch_flush(struct batch *b)
{
	int r;

	batch_seal(b);
	batch_send_window(b);
	r = b->failed;
	b->failed = 0;
	return r;
}
