/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/packets.h"

#include <poll.h>

#include "base/own.h"
#include "fabric/fabric.h"
#include "probe/packet.h"
#include "probe/trace.h"
#include "probe/watch.h"
#include "world/world.h"

enum { ECHOES = 3, INTERVAL_MS = 200, PATIENCE_MS = 300 };

static void packets_print_echo(const struct watch_echo *e, size_t seq, const char *to,
			       const char *address, FILE *out)
{
	if (e->rtt_ns > 0)
		fprintf(out, "  %d bytes from %s (%s): icmp_seq=%zu time=%.3g ms\n", ECHO_BYTES, to,
			address, seq, (double)e->rtt_ns / 1e6);
	else if (e->refused)
		fprintf(out, "  icmp_seq=%zu: refused on the way\n", seq);
}

void packets_ping(const struct world *w, uint32_t from, uint32_t to, FILE *out)
{
	const struct addr *target = routes_target(w->routes, from, to, 0);
	const char *name = w->fabric->nodes.v[to].name;
	own_fd netns = world_netns(w, from);
	struct watch_echo echoes[ECHOES] = { 0 };
	struct watch_pair pair = { .netns = netns, .vrf = world_vrf(w, from) };
	struct echo_watch *watch;
	size_t n, answered = 0;

	if (!target || netns < 0)
		return;
	pair.to = *target;
	if (watch_begin(&pair, 1, INTERVAL_MS * UINT64_C(1000000), &watch) < 0)
		return;
	fprintf(out, "$ ping %s %s\n", w->fabric->nodes.v[from].name, name);
	(void)poll(NULL, 0, (ECHOES - 1) * INTERVAL_MS + PATIENCE_MS);
	n = watch_look(watch, 0, 0, echoes, ECHOES);
	watch_end(watch);
	for (size_t i = 0; i < n; i++) {
		packets_print_echo(&echoes[i], i + 1, name, ADDR_STR(target), out);
		answered += echoes[i].rtt_ns > 0;
	}
	fprintf(out, "  %zu packets transmitted, %zu received, %zu%% packet loss\n", n, answered,
		n ? (n - answered) * 100 / n : 100);
}

void packets_trace(const struct world *w, uint32_t from, uint32_t to, FILE *out)
{
	const struct addr *target = routes_target(w->routes, from, to, 0);
	own_fd netns = world_netns(w, from);
	struct trace trace = { .netns = netns, .vrf = world_vrf(w, from) };
	const struct probe_options opt = { .timeout_ns = PATIENCE_MS * UINT64_C(1000000) };
	struct diag *unheard = diag_new();

	if (target && netns >= 0) {
		trace.to = *target;
		fprintf(out, "$ traceroute %s %s\n", w->fabric->nodes.v[from].name,
			w->fabric->nodes.v[to].name);
		if (trace_run(&trace, 1, opt, unheard) < 0)
			trace.n = 0;
	}
	for (unsigned int i = 0; i < trace.n; i++) {
		const struct addr *by = &trace.hops[i].by;
		const char *name = by->family ? fabric_name_at(w->fabric, by) : NULL;

		if (by->family)
			fprintf(out, "  %2u  %s (%s)\n", i + 1, name ? name : "?", ADDR_STR(by));
		else
			fprintf(out, "  %2u  *\n", i + 1);
	}
	diag_free(unheard);
}
