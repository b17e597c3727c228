/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"

enum {
	BUFFER_BYTES = 8 << 20,
	HELD_NS = 50 * 1000 * 1000, /* an older packet of another device may still come */
	POLL_MS = 25,
	BURST = 256,
	NS_PER_S = 1000000000,
};

struct captured {
	uint64_t at;	/* ns since the epoch */
	uint64_t order; /* of arrival, to break ties */
	struct pcap_pkthdr head;
	uint8_t *bytes;
};

struct capture {
	const struct capture_config *cfg;
	VEC(pcap_t *) devices;
	VEC(struct captured) held;
	uint64_t arrived;
};

struct capture *capture_new(const struct capture_config *cfg)
{
	struct capture *c = xcalloc(1, sizeof(*c));

	c->cfg = cfg;
	return c;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	for (each(pcap_t *, p, &c->devices))
		pcap_close(*p);
	for (each(struct captured, p, &c->held))
		free(p->bytes);
	vec_free(&c->devices);
	vec_free(&c->held);
	free(c);
}

/* ---- devices ------------------------------------------------------------------------------ */

/* Immediate mode: deliver each packet on arrival instead of waiting until a block is full. */
static int capture_activate(pcap_t *p, const struct capture_config *cfg)
{
	int r = pcap_set_snaplen(p, cfg->snaplen);

	if (r == 0)
		r = pcap_set_buffer_size(p, BUFFER_BYTES);
	if (r == 0)
		r = pcap_set_immediate_mode(p, 1);
	if (r == 0)
		r = pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	return r == 0 ? pcap_activate(p) : r;
}

static int capture_set_filter(pcap_t *p, const char *filter, char *err, size_t err_size)
{
	struct bpf_program program;
	int r = 0;

	if (pcap_compile(p, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(err, err_size, "%s", pcap_geterr(p));
		return -EINVAL;
	}
	if (pcap_setfilter(p, &program) < 0) {
		snprintf(err, err_size, "%s", pcap_geterr(p));
		r = -EIO;
	}
	pcap_freecode(&program);
	return r;
}

int capture_add(struct capture *c, const char *device, char *err, size_t err_size)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *p = pcap_create(device, why);
	int r = p ? capture_activate(p, c->cfg) : PCAP_ERROR;

	if (r < 0) {
		snprintf(err, err_size, "%s: %s", device,
			 !p		   ? why
			 : r == PCAP_ERROR ? pcap_geterr(p)
					   : pcap_statustostr(r));
		r = r == PCAP_ERROR_IFACE_NOT_UP  ? -ENETDOWN
		    : r == PCAP_ERROR_PERM_DENIED ? -EPERM
						  : -EIO;
	} else {
		r = capture_set_filter(p, c->cfg->filter, err, err_size);
	}
	if (r == 0 && pcap_setnonblock(p, 1, why) < 0) {
		snprintf(err, err_size, "%s: %s", device, why);
		r = -EIO;
	}
	if (r == 0)
		vec_push(NULL, &c->devices, p);
	else if (p)
		pcap_close(p);
	return r;
}

/* ---- packets ------------------------------------------------------------------------------ */

static void capture_take(u_char *ctx, const struct pcap_pkthdr *head, const u_char *bytes)
{
	struct capture *c = (struct capture *)(void *)ctx;
	struct captured p = { .head = *head, .order = c->arrived++ };

	p.at = (uint64_t)head->ts.tv_sec * NS_PER_S + (uint64_t)head->ts.tv_usec; /* in fact ns */
	p.bytes = xmalloc(head->caplen + 1);
	memcpy(p.bytes, bytes, head->caplen);
	vec_push(NULL, &c->held, p);
}

static int captured_cmp(const void *a, const void *b)
{
	const struct captured *p = a, *q = b;

	if (p->at != q->at)
		return p->at < q->at ? -1 : 1;
	return p->order < q->order ? -1 : 1;
}

static bool capture_is_enough(const struct capture *c, const struct capture_stats *s)
{
	return c->cfg->count > 0 && s->written >= c->cfg->count;
}

/* Writes the packets that are at most as new as this time, and keeps the others. */
static void capture_release(struct capture *c, uint64_t older_than, pcap_dumper_t *to,
			    struct capture_stats *stats)
{
	size_t n = 0;

	if (c->held.n > 1)
		qsort(c->held.v, c->held.n, sizeof(*c->held.v), captured_cmp);
	for (; n < c->held.n && c->held.v[n].at <= older_than; n++) {
		if (!capture_is_enough(c, stats)) {
			pcap_dump((u_char *)to, &c->held.v[n].head, c->held.v[n].bytes);
			stats->written++;
		}
		free(c->held.v[n].bytes);
	}
	if (n > 0 && n < c->held.n)
		memmove(c->held.v, c->held.v + n, (c->held.n - n) * sizeof(*c->held.v));
	c->held.n -= n;
}

/* Returns true if the capture should end. */
static bool capture_wait(const struct capture *c, struct pollfd *fds)
{
	size_t n = c->devices.n;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ pcap_get_selectable_fd(c->devices.v[i]), POLLIN, 0 };
	fds[n] = (struct pollfd){ c->cfg->stop, POLLIN, 0 };
	return poll(fds, n + 1, c->held.n ? POLL_MS : -1) > 0 && (fds[n].revents & POLLIN);
}

/* Reads the packets of all devices. No packet up to *known_ns can be missing; a device with more
 * packets than one read takes lowers *known_ns. */
static int capture_read_all(struct capture *c, uint64_t *known_ns, char *err, size_t err_size)
{
	for (each(pcap_t *, p, &c->devices)) {
		int n = pcap_dispatch(*p, BURST, capture_take, (u_char *)c);

		if (n == PCAP_ERROR) {
			snprintf(err, err_size, "%s", pcap_geterr(*p));
			return -EIO;
		}
		if (n == BURST && c->held.v[c->held.n - 1].at < *known_ns)
			*known_ns = c->held.v[c->held.n - 1].at;
	}
	return 0;
}

static void capture_count_dropped(const struct capture *c, struct capture_stats *stats)
{
	for (each(pcap_t *, p, &c->devices)) {
		struct pcap_stat s;

		if (pcap_stats(*p, &s) == 0)
			stats->dropped += s.ps_drop;
	}
}

static int capture_loop(struct capture *c, pcap_dumper_t *to, struct capture_stats *stats,
			char *err, size_t err_size)
{
	own_free struct pollfd *fds = xcalloc(c->devices.n + 1, sizeof(*fds));
	bool ending = false;
	int r = 0;

	while (r == 0 && !ending && !capture_is_enough(c, stats)) {
		uint64_t known_ns;

		ending = capture_wait(c, fds);
		known_ns = clock_read_ns(CLOCK_REALTIME) - HELD_NS; /* before the slow reads */
		r = capture_read_all(c, &known_ns, err, err_size);
		capture_release(c, c->devices.n > 1 && !ending ? known_ns : UINT64_MAX, to, stats);
		if (pcap_dump_flush(to) < 0) {
			snprintf(err, err_size, "%s", strerror(errno));
			r = -EIO;
		}
	}
	return r;
}

int capture_run(struct capture *c, FILE *out, struct capture_stats *ret, char *err, size_t err_size)
{
	pcap_t *format = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, c->cfg->snaplen,
							      PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *to = format ? pcap_dump_fopen(format, out) : NULL;
	int r = to && pcap_dump_flush(to) == 0 ? 0 : -EIO;

	*ret = (struct capture_stats){ 0 };
	if (r < 0)
		snprintf(err, err_size, "%s", strerror(errno));
	else
		r = capture_loop(c, to, ret, err, err_size);
	capture_count_dropped(c, ret);
	if (format)
		pcap_close(format);
	return r; /* the dumper is `out`, which is the caller's */
}
