/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port.h - the inner end of a veth pair, held by a packet socket.
 *
 * Frames keep their offloads both ways (PACKET_VNET_HDR): a 64 KiB super-frame passes as
 * one frame, a checksum that was left to hardware stays left.
 */
#ifndef RELAY_PORT_H
#define RELAY_PORT_H

#include "relay/lane.h"
#include "relay/timing.h"

#include <net/if.h>

struct port {
	int fd;
	int ifindex;
	bool down;	/* the device went down, and nothing has come from it since */
	bool gone;	/* it was removed: the socket is deaf for ever */
	uint64_t missed; /* frames which the kernel could not give us */
};

/* Opens the port in the namespace of the caller. */
int port_open(struct port *p, const char name[IFNAMSIZ], char *err, size_t err_size);
void port_close(struct port *p);

/* Reads up to `most` frames into the lane that leads away from here. Returns how many were
 * read; fewer than `most`: there are no more. */
int port_receive(struct port *p, struct lane *to, const struct stamp_clock *clock, int most);

/* Hands over a frame, now. -ENETDOWN, -ENOBUFS (the far end did not take it), -EMSGSIZE... */
int port_send(const struct port *p, const struct lane_frame *f);

/* Looks whether the device is gone: of that there is no event, only of its going down. */
void port_look(struct port *p);

/* Adds to `missed` what the kernel has counted. */
void port_count_missed(struct port *p);

#endif
