/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.h - packets of a lab's devices to a pcap file; alone knows libpcap.
 *
 * A device shows what leaves and what comes in, each once. Packets of several devices are put in
 * the order of their time stamps, which have nanoseconds.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_config {
	const char *filter; /* as pcap-filter(7) has it; "": everything */
	int snaplen;	    /* bytes of a packet that are kept */
	uint64_t count;	    /* ends after so many packets; 0: never */
	int stop;	    /* a descriptor that becomes readable when it shall end */
};

struct capture_stats {
	uint64_t written;
	uint64_t dropped; /* by the kernel, which had no more room for them */
};

/* cfg is borrowed. */
struct capture *capture_new(const struct capture_config *cfg);
void capture_free(struct capture *c);

/* Listens on a device of the namespace that the caller is in; it may leave that at once. 0;
 * -EINVAL: the filter is wrong; -ENETDOWN: the device is down; another -errno; and in `err` why. */
int capture_add(struct capture *c, const char *device, char *err, size_t err_size);

/* Writes what is caught, each packet at once, until it shall end. `out` is flushed, not closed. 0,
 * or -errno: `out` cannot be written, or a device could not be read, and in `err` why. */
int capture_run(struct capture *c, FILE *out, struct capture_stats *ret, char *err,
		size_t err_size);

#endif
