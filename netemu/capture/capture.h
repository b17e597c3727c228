/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.h - writes packets of a lab's devices to a pcap file; alone knows libpcap.
 *
 * A device shows each outgoing and incoming packet once. Packets of several devices are sorted by
 * their time stamps, which are in nanoseconds.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_config {
	const char *filter; /* see pcap-filter(7); "": all packets */
	int snaplen;	    /* bytes of a packet that are kept */
	uint64_t count;	    /* ends after so many packets; 0: no limit */
	int stop;	    /* a descriptor that becomes readable to end the capture */
};

struct capture_stats {
	uint64_t written;
	uint64_t dropped; /* by the kernel, for lack of buffer space */
};

/* cfg is borrowed. */
struct capture *capture_new(const struct capture_config *cfg);
void capture_free(struct capture *c);

/* Listens on a device of the caller's current namespace; the caller may leave it afterwards.
 * Returns 0, -EINVAL (wrong filter), -ENETDOWN (the device is down) or another -errno, with the
 * reason in `err`. */
int capture_add(struct capture *c, const char *device, char *err, size_t err_size);

/* Writes packets as they arrive, until the capture ends. Flushes `out` and does not close it.
 * Returns 0; or -errno if `out` cannot be written or a device cannot be read, with the reason in
 * `err`. */
int capture_run(struct capture *c, FILE *out, struct capture_stats *ret, char *err,
		size_t err_size);

#endif
