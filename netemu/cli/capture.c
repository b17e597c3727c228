/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/named.h"
#include "fabric/fabric.h"
#include "kernel/netns.h"
#include "model/model.h"

enum { SNAPLEN = 262144, WHY_MAX = 512 };

typedef VEC(uint32_t) dev_list;

static void capture_add_dev(dev_list *devs, uint32_t dev)
{
	for (each(uint32_t, d, devs))
		if (*d == dev)
			return;
	vec_push(NULL, devs, dev);
}

/* ---- selecting devices -------------------------------------------------------------------- */

/* Whether the link connects a circuit to its edge router `msee`. The name of the router selects
 * these links before it selects the node, as in 'fail' and 'impair'. */
static bool link_is_circuit_side(const struct fabric *f, const struct fabric_link *l, uint32_t msee)
{
	if (msee == NONE || f->nodes.v[msee].kind != NODE_MSEE ||
	    l->object != f->nodes.v[msee].object)
		return false;
	for (int end = 0; end < 2; end++)
		if (l->end[end].iface != NONE && f->ifaces.v[l->end[end].iface].node == msee)
			return true;
	return false;
}

/* A link is captured at its first end: packets that leave are seen before the link's delay, packets
 * that arrive are seen after it. */
static void capture_find_links(const struct world *w, const char *word, dev_list *devs)
{
	const struct fabric *f = w->fabric;
	uint32_t node = fabric_node(f, word);

	for (each(const struct fabric_link, l, &f->links)) {
		const char *object = l->object ? l->object->name : NULL;
		uint32_t iface = l->end[0].iface != NONE ? l->end[0].iface : l->end[1].iface;

		if (iface == NONE ||
		    (strcmp(l->name, word) != 0 && !(object && strcmp(object, word) == 0) &&
		     !link_is_circuit_side(f, l, node)))
			continue;
		for (uint32_t d = 0; d < w->plan->devs.n; d++)
			if (w->plan->devs.v[d].full &&
			    strcmp(w->plan->devs.v[d].full, f->ifaces.v[iface].full) == 0)
				capture_add_dev(devs, d);
	}
}

/* "pc-a.t0--pc-a.primary": a device by the name that `netemu plan` and `ip link` print. */
static void capture_find_full_name(const struct world *w, const char *word, dev_list *devs)
{
	for (uint32_t d = 0; d < w->plan->devs.n; d++)
		if (w->plan->devs.v[d].full && strcmp(w->plan->devs.v[d].full, word) == 0)
			capture_add_dev(devs, d);
}

static bool dev_is_bridge_port(const struct plan *p, const struct plan_dev *d)
{
	return d->master != PLAN_NONE && p->devs.v[d->master].kind == DEV_BRIDGE;
}

/* All devices of a node, or the one named `iface`. Bridge ports are skipped: their packets also
 * pass the bridge and would be captured twice. */
static void capture_find_ifaces(const struct world *w, uint32_t node, const char *iface,
				dev_list *devs)
{
	const struct plan *p = w->plan;
	const struct plan_node *n = &p->nodes.v[node];

	for (uint32_t i = 0; i < p->devs.n; i++) {
		const struct plan_dev *d = &p->devs.v[i];

		if (d->netns != n->netns || d->kind == DEV_VRF || dev_is_bridge_port(p, d) ||
		    (n->vrf != PLAN_NONE && d->master != n->vrf))
			continue;
		if (!iface || strcmp(d->name, iface) == 0 ||
		    (d->full && strcmp(d->full, iface) == 0))
			capture_add_dev(devs, i);
	}
}

static enum exit_status capture_find_in_node(const struct world *w, const char *name,
					     const char *iface, dev_list *devs,
					     struct invocation *inv)
{
	uint32_t node;
	enum exit_status status = named_node(w, name, inv, &node);
	own_text there = { 0 };

	if (status != EXIT_DONE)
		return status;
	capture_find_ifaces(w, node, iface, devs);
	if (devs->n > 0)
		return EXIT_DONE;
	mistake(inv, "unknown-interface", "'%s' has no interface '%s'", name, iface ? iface : "");
	capture_find_ifaces(w, node, NULL, devs);
	for (each(uint32_t, d, devs))
		text_printf(&there, "%s%s", there.n ? ", " : "", w->plan->devs.v[*d].name);
	diag_hint(inv->dg, "it has %s", text_str(&there));
	return EXIT_MISTAKE;
}

static enum exit_status capture_unknown_name(const struct world *w, const char *word,
					     struct invocation *inv)
{
	const struct fabric *f = w->fabric;
	VEC(const char *) words = { 0 };
	const char *near;

	for (each(const struct node, n, &f->nodes))
		vec_push(NULL, &words, n->name);
	for (each(const struct fabric_link, l, &f->links)) {
		vec_push(NULL, &words, l->name);
		if (l->object)
			vec_push(NULL, &words, l->object->name);
	}
	mistake(inv, "unknown-link", "no link or node is named '%s'", word);
	near = text_nearest(word, words.v, words.n);
	if (near)
		diag_hint(inv->dg, "did you mean '%s'?", near);
	vec_free(&words);
	return EXIT_MISTAKE;
}

static enum exit_status capture_find_devices(const struct world *w, const char *word,
					     dev_list *devs, struct invocation *inv)
{
	const char *colon = strchr(word, ':');
	own_free char *node =
		xasprintf("%.*s", colon ? (int)(colon - word) : (int)strlen(word), word);

	if (colon)
		return capture_find_in_node(w, node, colon + 1, devs, inv);
	capture_find_links(w, word, devs);
	if (devs->n == 0)
		capture_find_full_name(w, word, devs);
	if (devs->n > 0)
		return EXIT_DONE;
	if (fabric_node(w->fabric, word) == NONE)
		return capture_unknown_name(w, word, inv);
	return capture_find_in_node(w, word, NULL, devs, inv);
}

/* ---- options ------------------------------------------------------------------------------ */

/* The filter's words, with node names replaced by addresses. */
static void capture_write_filter(const struct world *w, const struct invocation *inv,
				 struct text *ret)
{
	for (size_t i = 2; i < inv->n; i++) {
		uint32_t node = fabric_node(w->fabric, inv->args[i]);
		const struct addr *a = node == NONE ? NULL
						    : routes_target(w->routes, node, node, AF_INET);

		text_printf(ret, "%s%s", ret->n ? " " : "", a ? ADDR_STR(a) : inv->args[i]);
	}
}

static bool capture_read_number(const char *s, unsigned long long least, unsigned long long most,
				unsigned long long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && errno == 0 && *ret >= least && *ret <= most;
}

static enum exit_status capture_read_options(struct invocation *inv, struct capture_config *cfg)
{
	unsigned long long count = 0, snaplen = SNAPLEN;

	if (given(inv, OPT_COUNT) &&
	    !capture_read_number(inv->value[OPT_COUNT], 1, UINT64_MAX, &count))
		return mistake(inv, "option-value", "--count is a number of packets, not '%s'",
			       inv->value[OPT_COUNT]);
	if (given(inv, OPT_SNAPLEN) &&
	    !capture_read_number(inv->value[OPT_SNAPLEN], 14, SNAPLEN, &snaplen))
		return mistake(inv, "option-value", "--snaplen is 14 to %d bytes, not '%s'",
			       SNAPLEN, inv->value[OPT_SNAPLEN]);
	cfg->count = count;
	cfg->snaplen = (int)snaplen;
	return EXIT_DONE;
}

static enum exit_status capture_open_output(struct invocation *inv, FILE **ret)
{
	const char *path = inv->value[OPT_WRITE];

	if (path && strcmp(path, "-") != 0) {
		*ret = fopen(path, "we");
		if (*ret)
			return EXIT_DONE;
		return mistake(inv, "output", "cannot write '%s': %s", path, strerror(errno));
	}
	*ret = inv->out;
	if (!isatty(fileno(inv->out)))
		return EXIT_DONE;
	mistake(inv, "output", "packets are not for a terminal");
	diag_hint(inv->dg, "-w FILE, or | wireshark -k -i -, or | tcpdump -n -r -");
	return EXIT_MISTAKE;
}

/* ---- capturing ---------------------------------------------------------------------------- */

static int capture_listen_on(struct capture *c, const struct world *w, uint32_t dev, char *why)
{
	const struct plan_dev *d = &w->plan->devs.v[dev];
	own_fd ns = lab_netns(w->lab, w->plan->netns.v[d->netns].name);
	own_visit struct visit v = VISIT_NONE;
	int r = ns < 0 ? ns : visit_begin(&v, ns);

	if (r == 0)
		return capture_add(c, d->name, why, WHY_MAX);
	snprintf(why, WHY_MAX, "%s: %s", w->plan->netns.v[d->netns].name, strerror(-r));
	return r;
}

/* Skips devices that are down, with a note for each. -ENETDOWN when all of them are down. */
static int capture_listen_on_all(struct capture *c, const struct world *w, const dev_list *devs,
				 struct invocation *inv, char *why)
{
	struct pos nowhere = { 0 };
	size_t down = 0;

	for (each(uint32_t, d, devs)) {
		int r = capture_listen_on(c, w, *d, why);

		if (r < 0 && r != -ENETDOWN)
			return r;
		down += r < 0;
		if (r < 0)
			diag_note(inv->dg, nowhere, "down", "%s is down", w->plan->devs.v[*d].name);
	}
	return down < devs->n ? 0 : -ENETDOWN;
}

static enum exit_status capture_print_stats(const struct capture_stats *s, struct invocation *inv)
{
	struct pos nowhere = { 0 };

	diag_note(inv->dg, nowhere, "captured", "%llu packets", (unsigned long long)s->written);
	if (s->dropped > 0)
		diag_warn(inv->dg, nowhere, "dropped", "%llu more came too fast to be kept",
			  (unsigned long long)s->dropped);
	return EXIT_DONE;
}

static enum exit_status capture_packets(const struct world *w, const dev_list *devs,
					struct capture_config *cfg, FILE *out,
					struct invocation *inv)
{
	struct capture *c = capture_new(cfg);
	struct pos nowhere = { 0 };
	struct capture_stats stats = { 0 };
	char why[WHY_MAX] = "";
	int r = capture_listen_on_all(c, w, devs, inv, why);

	if (r == 0) {
		cfg->stop = interrupts_begin(false);
		r = cfg->stop < 0 ? cfg->stop : capture_run(c, out, &stats, why, sizeof(why));
		(void)interrupts_end(); /* a signal is the normal end */
	}
	capture_free(c);
	if (r == -EINVAL)
		return mistake(inv, "filter", "the filter '%s': %s", cfg->filter, why);
	if (r == -ENETDOWN) {
		mistake(inv, "conflict", "'%s' is down: no packet passes there", inv->args[1]);
		diag_hint(inv->dg, "'netemu restore %s --all' mends what has failed", inv->args[0]);
		return EXIT_MISTAKE;
	}
	if (r < 0) {
		diag_error(inv->dg, nowhere, r, "capture", "%s", *why ? why : strerror(-r));
		return status_of(r, EXIT_BROKE);
	}
	return capture_print_stats(&stats, inv);
}

static enum exit_status capture_command(const struct world *w, struct invocation *inv)
{
	struct capture_config cfg = { 0 };
	own_text filter = { 0 };
	dev_list devs = { 0 };
	FILE *out = NULL;
	enum exit_status status = capture_find_devices(w, inv->args[1], &devs, inv);

	capture_write_filter(w, inv, &filter);
	cfg.filter = text_str(&filter);
	if (status == EXIT_DONE)
		status = capture_read_options(inv, &cfg);
	if (status == EXIT_DONE)
		status = capture_open_output(inv, &out);
	if (status == EXIT_DONE)
		status = capture_packets(w, &devs, &cfg, out, inv);
	if (out && out != inv->out)
		fclose(out);
	vec_free(&devs);
	return status;
}

enum exit_status cmd_capture(struct invocation *inv)
{
	own_world w = { 0 };
	enum exit_status status = named_lab(&w, inv->args[0], inv);

	return status == EXIT_DONE ? capture_command(&w, inv) : status;
}
