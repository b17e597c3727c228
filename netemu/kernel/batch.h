/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.h - requests to rtnetlink, many in one send, and what the kernel said of each.
 *
 *	batch_to(b, socket);
 *	encode_route(batch_add(b, tag), ...);	// as often as wanted
 *	r = batch_flush(b);
 *
 * Every request to the kernel passes here. A socket stays in the namespace that it was opened
 * in, so to speak to a namespace is to choose a socket.
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
 * with the kernel's explanations on. Returns 0 or -errno. */
int batch_socket_open(struct mnl_socket **ret);
/* The same on another of netlink's buses: NETLINK_NETFILTER. */
int batch_socket_open_to(int bus, struct mnl_socket **ret);

/* Told of each request that the kernel refused: the tag given to batch_add(), a negative errno,
 * and the kernel's own words or NULL. */
typedef void batch_refused(void *ctx, uint64_t tag, int error, const char *words);

struct batch *batch_new(batch_refused *refused, void *ctx);
void batch_free(struct batch *b); /* NULL is fine; what was not flushed is not sent */

/* Chooses the socket of the requests that follow. The batch must be flushed. */
void batch_to(struct batch *b, struct mnl_socket *socket);

/* Where to encode the next request: BATCH_MESSAGE_MAX bytes, good until the next call. The
 * encoder lays down the header with its type and flags; sequence and ack are the batch's. */
void *batch_add(struct batch *b, uint64_t tag);

/* Sends what is left and hears every answer. Returns 0 when all was heard, whether or not some
 * were refused; -errno when the talk itself failed. */
int batch_flush(struct batch *b);

/* The first refusal since the batch was made, as a negative errno; 0: none. */
int batch_error(const struct batch *b);

/* The explanation that came with an answer, or NULL. It lives as long as the message. */
const char *batch_words(const struct nlmsghdr *h);

#endif
