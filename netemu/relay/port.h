/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port.h - the inner end of a veth pair, with a packet socket.
 *
 * Frames keep their offloads both ways (PACKET_VNET_HDR): a 64 KiB super-frame passes as
 * one frame, and a partial checksum stays partial.
 */
#ifndef RELAY_PORT_H
#define RELAY_PORT_H

#include "relay/lane.h"
#include "relay/timing.h"

#include <net/if.h>

struct port {
	int fd;
	int ifindex;
	bool down;	 /* the device went down, and no frame has come from it since */
	bool gone;	 /* the device was removed: the socket receives nothing any more */
	uint64_t missed; /* frames that the kernel dropped before we could read them */
};

/* Opens the port in the namespace of the caller. */
int port_open(struct port *p, const char name[IFNAMSIZ], char *err, size_t err_size);
void port_close(struct port *p);

/* Reads up to `most` frames into the lane away from this port. Returns the number read; fewer
 * than `most`: there are no more. */
int port_receive(struct port *p, struct lane *to, const struct stamp_clock *clock, int most);

/* Sends a frame at once. Returns 0, -ENETDOWN, -ENOBUFS (the far end did not take it), -EMSGSIZE
 * or another -errno. */
int port_send(const struct port *p, const struct lane_frame *f);

/* Checks whether the device is gone: the kernel reports only that a device goes down. */
void port_look(struct port *p);

/* Adds the kernel's count of dropped frames to `missed`. */
void port_count_missed(struct port *p);

#endif
