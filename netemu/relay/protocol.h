/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protocol.h - the messages on the control socket: one request, one response.
 *
 * Both ends belong to one program on one machine, so the messages are structs. The version
 * and the size of the request must match, else the result is -EPROTO.
 */
#ifndef RELAY_PROTOCOL_H
#define RELAY_PROTOCOL_H

#include "relay/relay.h"

#include <sys/un.h>

enum { PROTOCOL_VERSION = 1, STATS_PAGE = 32 };

enum request_kind { REQUEST_SET, REQUEST_ADD, REQUEST_REMOVE, REQUEST_STATS };

struct request {
	uint32_t version, kind;
	uint32_t towards;	       /* set */
	uint32_t first;		       /* stats: the first link wanted */
	char name[RELAY_NAME_MAX + 1]; /* all but stats */
	char port[2][IFNAMSIZ];	       /* add */
	struct impairment to[2];       /* set: the first; add */
};

struct response {
	uint32_t version;
	int32_t result; /* 0 or -errno */
	char text[256]; /* the reason of a failure */
	struct relay_engine_stats engine;
	uint32_t links_n; /* of link[] that follow */
	struct relay_link_stats link[STATS_PAGE];
};

/* Makes a socket address of a path of any length. A path that is too long is reached through a
 * descriptor of its directory, ret_dir, which the caller closes after use; else ret_dir is -1.
 * Returns 0 or -errno. */
int control_address(const char *path, struct sockaddr_un *ret_at, int *ret_dir);

#endif
