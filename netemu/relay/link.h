/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.h - a link inside the delay line: two ports, two directions. */
#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include "relay/agenda.h"
#include "relay/lane.h"
#include "relay/port.h"
#include "relay/relay.h"

struct engine;

/* Called when epoll reports a descriptor. Urgent events carry frames and are served first. */
struct event_handler {
	void (*ready)(struct event_handler *w, struct engine *e);
	bool urgent;
};

struct direction {
	struct lane lane;
	struct agenda_item item;
	const struct port *exit;
	uint64_t frames, bytes, refused;
};

struct end { /* a port, and the direction of the frames that arrive at it */
	struct event_handler watch;
	struct port port;
	struct direction *onward;
};

struct relayed_link {
	char name[RELAY_NAME_MAX + 1];
	struct end end[2];
	struct direction dir[2]; /* dir[k] leaves by end[k] */
};

/* Checks that the values are in the delay line's range: 0 or -EINVAL. */
int impairment_check(const struct impairment *i);

int link_new(const struct relay_link *from, struct store *s, struct relayed_link **ret_link,
	     char *err, size_t err_size);

/* Frees a link. Its ports are closed in another thread, since close() waits for RCU. */
void link_free(struct relayed_link *l);

/* Closes all ports of many links in parallel, before the process ends, and waits until they are
 * closed. At the exit of the process the kernel would close them one after the other. */
void links_close(struct relayed_link *const *links, size_t n);

void link_read_stats(struct relayed_link *l, struct relay_link_stats *ret);

#endif
