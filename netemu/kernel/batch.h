/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.h - rtnetlink requests: many in one send, and the answer to each.
 *
 *	batch_to(b, socket);
 *	encode_route(batch_add(b, tag), ...);	// as often as wanted
 *	r = batch_flush(b);
 *
 * A socket belongs to the namespace that it was opened in, so choosing a socket chooses the
 * namespace.
 */
#ifndef KERNEL_BATCH_H
#define KERNEL_BATCH_H

#include <stddef.h>
#include <stdint.h>

struct batch;
struct mnl_socket;
struct nlmsghdr;

enum { BATCH_MESSAGE_MAX = 16384 }; /* bytes that one message may take */

/* Opens a socket in the namespace of the calling thread, ready for a batch or for dumps, and
 * with extended acks (NETLINK_EXT_ACK) on. Returns 0 or -errno. */
int batch_socket_open(struct mnl_socket **ret);
/* The same for another netlink family, such as NETLINK_NETFILTER. */
int batch_socket_open_to(int bus, struct mnl_socket **ret);

/* Called for each request that the kernel refused, with the tag given to batch_add(), a negative
 * errno, and the text of the kernel's extended ack or NULL. */
typedef void batch_refused(void *ctx, uint64_t tag, int error, const char *words);

struct batch *batch_new(batch_refused *refused, void *ctx);
void batch_free(struct batch *b); /* NULL is fine; unflushed requests are not sent */

/* Chooses the socket for the following requests. The batch must have been flushed. */
void batch_to(struct batch *b, struct mnl_socket *socket);

/* Returns the buffer for the next request: BATCH_MESSAGE_MAX bytes, valid until the next call. The
 * encoder writes the header with its type and flags; the batch sets sequence number and ack. */
void *batch_add(struct batch *b, uint64_t tag);

/* Sends the pending requests and receives every answer. Returns 0 when all answers were received,
 * also if some are refusals; -errno when sending or receiving failed. */
int batch_flush(struct batch *b);

/* Returns the first refusal since batch_new() as a negative errno, or 0. */
int batch_error(const struct batch *b);

/* Returns the text of the extended ack in an answer, or NULL. It points into the message. */
const char *batch_words(const struct nlmsghdr *h);

#endif
