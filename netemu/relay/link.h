/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.h - a link inside the delay line: two ports, two directions. */
#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include "relay/agenda.h"
#include "relay/lane.h"
#include "relay/port.h"
#include "relay/relay.h"

struct engine;

/* Something epoll tells of. Urgent ones carry frames; they are served first. */
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

struct end { /* a port, and where what comes in by it goes */
	struct event_handler watch;
	struct port port;
	struct direction *onward;
};

struct relayed_link {
	char name[RELAY_NAME_MAX + 1];
	struct end end[2];
	struct direction dir[2]; /* dir[k] leaves by end[k] */
};

/* Whether a delay line can do this at all: 0 or -EINVAL. */
int impairment_check(const struct impairment *i);

int link_new(const struct relay_link *from, struct store *s, struct relayed_link **ret_link,
	     char *err, size_t err_size);

/* Closes the ports, later and elsewhere: the kernel waits for RCU there. */
void link_free(struct relayed_link *l);

/* Closes all ports of many links, when nothing is to be carried any more; returns when that is
 * done. What is not closed before the process ends the kernel closes one after the other. */
void links_close(struct relayed_link *const *links, size_t n);

void link_read_stats(struct relayed_link *l, struct relay_link_stats *ret);

#endif
