/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes a lab's pairs once per interval until the user stops it. */
#include "report/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/own.h"
#include "cli/interrupt.h"
#include "cli/named.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "net/units.h"
#include "probe/probe.h"

enum {
	PAIRS_MAX = 400, /* more do not fit on a screen */
	INTERVAL_NS = 1000000000,
	PATIENCE_NS = 300000000, /* on top of the longest predicted round trip */
	ECHO_GAP_NS = 10000000,
};

struct watch {
	const struct world *w;
	watched_list pairs;
	VEC(struct probe) probes; /* one for each pair */
	uint64_t interval_ns, timeout_ns;
	uint64_t rounds; /* how many; 0: until a signal or key */
	bool screen;	 /* standard output is a terminal ... */
	bool keys;	 /* ... and so is standard input */
	struct termios before;
	int stop;
};

/* ---- selecting pairs ---- */

static enum exit_status watch_add_pair(struct watch *w, uint32_t from, uint32_t to)
{
	const struct addr *target = routes_target(w->w->routes, from, to, 0);
	const struct node *nodes = w->w->fabric->nodes.v;
	struct watched_pair *pair;
	struct verdict v;
	int fd;

	if (!target || w->pairs.n >= PAIRS_MAX)
		return EXIT_DONE;
	fd = world_netns(w->w, from);
	if (fd < 0)
		return status_of(fd, EXIT_BROKE);
	*vec_add(NULL, &w->probes) = (struct probe){
		.netns = fd,
		.vrf = world_vrf(w->w, from),
		.to = *target,
	};
	routes_predict(w->w->routes, from, to, &v);
	pair = vec_add(NULL, &w->pairs);
	pair->from = nodes[from].name;
	pair->to = nodes[to].name;
	pair->reachable = v.reachable;
	pair->predicted_ns = v.reachable ? v.rtt_max_ns : 0;
	if (pair->predicted_ns + PATIENCE_NS > w->timeout_ns)
		w->timeout_ns = pair->predicted_ns + PATIENCE_NS;
	verdict_release(&v);
	return EXIT_DONE;
}

static bool watch_has_pair(const struct watch *w, uint32_t from, uint32_t to)
{
	const struct node *nodes = w->w->fabric->nodes.v;

	for (each(const struct watched_pair, p, &w->pairs))
		if (p->from == nodes[from].name && p->to == nodes[to].name)
			return true;
	return false;
}

/* By default the pairs of the file's expectations are watched. */
static enum exit_status watch_add_expected(struct watch *w)
{
	enum exit_status status = EXIT_DONE;

	for (each(const struct expectation, e, &w->w->model->expectations)) {
		uint32_t from, to;

		if (e->kind != EXPECT_PAIR || status != EXIT_DONE)
			continue;
		from = fabric_node(w->w->fabric, e->from.name);
		to = fabric_node(w->w->fabric, e->to.name);
		if (from != NONE && to != NONE && !watch_has_pair(w, from, to))
			status = watch_add_pair(w, from, to);
	}
	return status;
}

static enum exit_status watch_add_all_hosts(struct watch *w)
{
	const struct node *n = w->w->fabric->nodes.v;
	uint32_t nodes = (uint32_t)w->w->fabric->nodes.n;
	enum exit_status status = EXIT_DONE;

	for (uint32_t a = 0; a < nodes; a++)
		for (uint32_t b = 0; b < nodes && status == EXIT_DONE; b++)
			if (a != b && node_is_machine(&n[a]) && node_is_machine(&n[b]))
				status = watch_add_pair(w, a, b);
	return status;
}

static enum exit_status watch_add_named(struct watch *w, struct invocation *inv)
{
	uint32_t node[2];

	for (size_t i = 0; i < 2; i++)
		if (named_node(w->w, inv->args[1 + i], inv, &node[i]) != EXIT_DONE)
			return EXIT_MISTAKE;
	return watch_add_pair(w, node[0], node[1]);
}

static enum exit_status watch_add_pairs(struct watch *w, struct invocation *inv)
{
	enum exit_status status;

	if (inv->n == 3)
		status = watch_add_named(w, inv);
	else
		status = given(inv, OPT_ALL) ? EXIT_DONE : watch_add_expected(w);
	if (status == EXIT_DONE && w->pairs.n == 0)
		status = watch_add_all_hosts(w);
	if (w->pairs.n == PAIRS_MAX)
		diag_note(inv->dg, (struct pos){ 0 }, "pairs", "the first %d pairs are watched",
			  (int)PAIRS_MAX);
	if (status == EXIT_DONE && w->pairs.n == 0)
		return mistake(inv, "pairs",
			       "no two hosts of the lab know an address of each other");
	return status;
}

static enum exit_status watch_read_options(struct watch *w, struct invocation *inv)
{
	const char *interval = inv->value[OPT_INTERVAL], *count = inv->value[OPT_COUNT];
	char *end;

	if (inv->n == 2)
		return mistake(inv, "arguments",
			       "'watch' wants two nodes, or none: netemu watch LAB A B");
	w->interval_ns = INTERVAL_NS;
	if (interval && (!time_parse(interval, &w->interval_ns) || w->interval_ns < 100000000))
		return mistake(inv, "option-value",
			       "--interval is a time of at least 100ms, not '%s'", interval);
	w->rounds = count ? strtoull(count, &end, 10) : 0;
	if (count && (w->rounds == 0 || *end || *count == '-'))
		return mistake(inv, "option-value", "--count is a number such as 10, not '%s'",
			       count);
	return EXIT_DONE;
}

/* ---- the terminal ---- */

static void watch_screen_begin(struct watch *w, struct invocation *inv)
{
	struct termios raw;

	w->screen = !given(inv, OPT_JSON) && isatty(fileno(inv->out)) != 0;
	if (!w->screen)
		return;
	/* In the background tcsetattr() would stop this process with SIGTTOU. */
	w->keys = isatty(STDIN_FILENO) != 0 && tcgetpgrp(STDIN_FILENO) == getpgrp() &&
		  tcgetattr(STDIN_FILENO, &w->before) == 0;
	if (w->keys) {
		raw = w->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	fputs("\033[?1049h\033[?25l\033[2J", inv->out); /* alternate screen, no cursor */
}

static void watch_screen_end(const struct watch *w, struct invocation *inv)
{
	if (!w->screen)
		return;
	if (w->keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &w->before);
	fputs("\033[?25h\033[?1049l", inv->out);
	fflush(inv->out);
}

/* Read for each round, because windows are resized. */
static struct watch_screen watch_screen_size(const struct watch *w, FILE *out)
{
	struct watch_screen s = { .columns = 80,
				  .rows = 24,
				  .keys = w->keys ? "q: end" : "Ctrl-C: end" };
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
		s.columns = size.ws_col;
		s.rows = size.ws_row;
	}
	return s;
}

static void watch_show(const struct watch *w, struct invocation *inv)
{
	struct report r = report_of(inv);

	if (w->screen) {
		struct watch_screen s = watch_screen_size(w, inv->out);

		report_watch_screen(&r, w->w->lab->name, &w->pairs, &s);
	} else {
		report_watch_round(&r, w->w->lab->name, &w->pairs, (int64_t)time(NULL));
	}
}

/* ---- rounds ---- */

/* True for 'q', and at the end of the input. */
static bool watch_key_quits(void)
{
	char key;

	return read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q';
}

/* Sleeps until `when_ns`. Polls at least once, since a round may take longer than the interval.
 * True: a signal or key ends the command. */
static bool watch_wait(const struct watch *w, uint64_t when_ns)
{
	struct pollfd fds[] = { { .fd = w->stop, .events = POLLIN },
				{ .fd = w->keys ? STDIN_FILENO : -1, .events = POLLIN } };
	uint64_t now;

	do {
		now = clock_ns();
		if (poll(fds, countof(fds),
			 now < when_ns ? (int)((when_ns - now + 999999) / 1000000) : 0) <= 0)
			continue;
		if (fds[0].revents)
			return true;
		if (fds[1].revents && watch_key_quits())
			return true;
	} while (now < when_ns);
	return false;
}

static int watch_probe_round(struct watch *w, struct diag *dg)
{
	struct probe_options opt = {
		.count = 1, .interval_ns = ECHO_GAP_NS, .timeout_ns = w->timeout_ns, .stop = w->stop
	};
	int r = probe_run(w->probes.v, w->probes.n, opt, dg);

	for (size_t i = 0; i < w->pairs.n && r == 0; i++)
		watched_add(&w->pairs.v[i],
			    w->probes.v[i].received ? w->probes.v[i].rtt_median_ns : WATCH_LOST);
	return r;
}

/* Whether the lab was removed or replaced. The open descriptors would keep its namespaces alive. */
static bool watch_lab_is_gone(const struct watch *w)
{
	struct diag *unheard = diag_new();
	struct lab *lab = NULL;
	bool gone = lab_open(w->w->lab->name, &lab, unheard) < 0 ||
		    lab->created != w->w->lab->created || lab->condition == LAB_BROKEN;

	lab_close(lab);
	diag_free(unheard);
	return gone;
}

static enum exit_status watch_loop(struct watch *w, struct invocation *inv)
{
	struct pos nowhere = { 0 };
	bool told = false;
	int r = 0;

	for (uint64_t round = 1; !told && r == 0; round++) {
		uint64_t next = clock_ns() + w->interval_ns;

		r = watch_probe_round(w, inv->dg);
		if (r == 0)
			watch_show(w, inv);
		if (watch_lab_is_gone(w)) {
			diag_note(inv->dg, nowhere, "lab", "lab '%s' is gone", w->w->lab->name);
			return EXIT_DONE;
		}
		told = round == w->rounds || (r == 0 && watch_wait(w, next));
	}
	return r == -EINTR ? EXIT_DONE : status_of(r, EXIT_BROKE);
}

static void watch_release(struct watch *w)
{
	for (each(struct probe, p, &w->probes))
		own_closep(&p->netns);
	vec_free(&w->probes);
	vec_free(&w->pairs);
}

enum exit_status cmd_watch(struct invocation *inv)
{
	own_world w = { 0 };
	struct watch watch = { .w = &w };
	enum exit_status status = watch_read_options(&watch, inv);

	if (status == EXIT_DONE)
		status = named_lab(&w, inv->args[0], inv);
	if (status == EXIT_DONE)
		status = watch_add_pairs(&watch, inv);
	if (status == EXIT_DONE) {
		watch.stop = interrupts_begin(false);
		watch_screen_begin(&watch, inv);
		status = watch_loop(&watch, inv);
		watch_screen_end(&watch, inv);
		(void)interrupts_end(); /* a signal is the normal end */
	}
	watch_release(&watch);
	return status;
}
