/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probe/system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/stop.h"
#include "base/text.h"
#include "base/vec.h"

enum {
	AT_ONCE = 32,
	ARGS = 20,
	WORD = 48,	 /* bytes of an argument that is formatted here */
	NOT_FOUND = 127, /* the exit status of a missing program, as in shells */
};

/* ---- running programs ---- */

/* One run of a program. */
struct job {
	int netns; /* borrowed */
	const char *argv[ARGS];
	char words[6][WORD]; /* arguments that are formatted here; argv points to them */
	struct text out;     /* stdout and stderr */
	pid_t pid;	     /* 0: not running */
	int from;	     /* the pipe of its output; -1: none */
	int status;	     /* of waitpid() */
};

static void job_exec(const struct job *j, int to)
{
	static char *const env[] = { "LC_ALL=C", NULL };
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (setns(j->netns, CLONE_NEWNET) < 0 || dup2(to, 1) < 0 || dup2(to, 2) < 0)
		_exit(1);
	(void)execvpe(j->argv[0], (char *const *)(uintptr_t)j->argv, env);
	_exit(NOT_FOUND);
}

static int job_start(struct job *j)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	j->from = ends[0];
	j->pid = fork();
	if (j->pid == 0)
		job_exec(j, ends[1]);
	own_closep(&ends[1]);
	return j->pid < 0 ? -errno : 0;
}

static void job_reap(struct job *j)
{
	own_closep(&j->from);
	while (j->pid > 0 && waitpid(j->pid, &j->status, 0) < 0 && errno == EINTR)
		continue;
	j->pid = 0;
}

/* Reads the output until the program closes it, that is, ends. */
static void job_read(struct job *j)
{
	char bytes[4096];
	ssize_t n = read(j->from, bytes, sizeof(bytes));

	if (n > 0)
		text_addn(&j->out, bytes, (size_t)n);
	else if (n == 0 || errno != EINTR)
		job_reap(j);
}

static int jobs_wait(struct job **running, size_t *n, int stop)
{
	struct pollfd p[AT_ONCE + 1];
	size_t left = 0;

	for (size_t i = 0; i < *n; i++)
		p[i] = (struct pollfd){ .fd = running[i]->from, .events = POLLIN };
	p[*n] = stop_poll(stop);
	if (poll(p, *n + 1, -1) < 0)
		return errno == EINTR ? 0 : -errno;
	if (p[*n].revents)
		return -EINTR;
	for (size_t i = 0; i < *n; i++) {
		if (p[i].revents)
			job_read(running[i]);
		if (running[i]->pid > 0)
			running[left++] = running[i];
	}
	*n = left;
	return 0;
}

static int jobs_run(struct job *jobs, size_t n, int stop, struct diag *dg)
{
	struct job *running[AT_ONCE];
	size_t busy = 0, next = 0;
	int r = 0;

	while (r == 0 && (next < n || busy > 0)) {
		if (next < n && busy < AT_ONCE) {
			running[busy++] = &jobs[next];
			r = job_start(&jobs[next++]);
		} else {
			r = jobs_wait(running, &busy, stop);
		}
	}
	for (size_t i = 0; i < busy; i++) {
		if (running[i]->pid > 0)
			kill(running[i]->pid, SIGKILL);
		job_reap(running[i]);
	}
	for (size_t i = 0; i < n && r == 0; i++)
		if (WIFEXITED(jobs[i].status) && WEXITSTATUS(jobs[i].status) == NOT_FOUND)
			r = diag_error(dg, (struct pos){ 0 }, -EOPNOTSUPP, "program",
				       "--prober=system needs the program '%s'", jobs[i].argv[0]);
	return r;
}

static void jobs_free(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_release(&jobs[i].out);
	free(jobs);
}

static struct job *jobs_new(size_t n)
{
	struct job *jobs = xcalloc(n, sizeof(*jobs));

	for (size_t i = 0; i < n; i++)
		jobs[i].from = -1;
	return jobs;
}

/* ---- ping ---- */

static const char *text_after(const char *s, const char *what)
{
	const char *at = strstr(s, what);

	return at ? at + strlen(what) : NULL;
}

static int ping_time_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Reads the round trips in their order, without the first. Returns their number. */
static size_t ping_read_times(const char *text, uint64_t ret[PROBE_COUNT_MAX])
{
	size_t n = 0;

	for (const char *s = text; (s = text_after(s, "icmp_seq=")) && n < PROBE_COUNT_MAX;) {
		const char *time = text_after(s, "time="), *end = strchr(s, '\n');

		if (strtol(s, NULL, 10) > 1 && time && end && time < end)
			ret[n++] = (uint64_t)(strtod(time, NULL) * 1e6);
	}
	return n;
}

static const struct {
	const char *words;
	uint8_t type4, code4, type6, code6;
} said[] = {
	{ "Destination Net Unreachable", 3, 0, 1, 0 },
	{ "Destination Host Unreachable", 3, 1, 1, 3 },
	{ "Packet filtered", 3, 13, 1, 1 },
	{ "Time to live exceeded", 11, 0, 3, 0 },
	{ "Destination unreachable: No route", 3, 0, 1, 0 },
	{ "Destination unreachable: Address unreachable", 3, 1, 1, 3 },
	{ "Destination unreachable: Administratively prohibited", 3, 13, 1, 1 },
	{ "Time exceeded: Hop limit", 11, 0, 3, 0 },
};

/* "From 10.0.0.2 icmp_seq=1 Destination Net Unreachable" */
static void ping_read_refusal(const char *text, struct probe *ret)
{
	const char *from = text_after(text, "\nFrom ");
	char address[ADDR_TEXT] = "";
	bool six = ret->to.family == AF_INET6;

	if (strstr(text, "Network is unreachable")) {
		ret->refused = true;
		ret->icmp_type = six ? 1 : 3;
		ret->icmp_code = 0;
		return;
	}
	if (!from || sscanf(from, "%47[0-9a-fA-F.:]", address) != 1)
		return;
	if (address[0] && address[strlen(address) - 1] == ':')
		address[strlen(address) - 1] = '\0';
	for (size_t i = 0; i < countof(said); i++)
		if (strstr(from, said[i].words) && addr_parse(address, &ret->refused_by)) {
			ret->refused = true;
			ret->icmp_type = six ? said[i].type6 : said[i].type4;
			ret->icmp_code = six ? said[i].code6 : said[i].code4;
			return;
		}
}

static void ping_read_spread(uint64_t *times, size_t n, struct probe *ret)
{
	uint64_t sum = 0;

	for (size_t i = 1; i < n; i++)
		sum += times[i] > times[i - 1] ? times[i] - times[i - 1] : times[i - 1] - times[i];
	ret->differences = (unsigned int)(n > 0 ? n - 1 : 0);
	ret->jitter_ns = n > 1 ? sum / (n - 1) : 0;
	qsort(times, n, sizeof(*times), ping_time_cmp);
	ret->rtt_min_ns = times[0];
	ret->rtt_max_ns = times[n - 1];
	ret->rtt_median_ns = (times[(n - 1) / 2] + times[n / 2]) / 2;
}

bool ping_read(const char *text, struct probe *ret)
{
	uint64_t times[PROBE_COUNT_MAX];
	const char *line = strstr(text, " packets transmitted");
	size_t n = ping_read_times(text, times);
	long sent = 0;

	ret->sent = ret->received = ret->differences = 0;
	ret->rtt_min_ns = ret->rtt_median_ns = ret->rtt_max_ns = ret->jitter_ns = 0;
	ret->refused = false;
	ret->refused_by = (struct addr){ 0 };
	ping_read_refusal(text, ret);
	while (line && line > text && line[-1] != '\n')
		line--;
	if (line)
		sent = strtol(line, NULL, 10);
	ret->sent = sent > 0 ? (unsigned int)sent - 1 : 0;
	ret->received = (unsigned int)n;
	if (n > 0)
		ping_read_spread(times, n, ret);
	return line || ret->refused;
}

static const char *arg_seconds(uint64_t ns, char *buf)
{
	snprintf(buf, WORD, "%.3f", (double)ns / 1e9);
	return buf;
}

static const char *arg_number(uint64_t n, char *buf)
{
	snprintf(buf, WORD, "%llu", (unsigned long long)n);
	return buf;
}

static void job_add_args(struct job *j, const char *const *args, size_t n)
{
	size_t at = 0;

	while (j->argv[at])
		at++;
	for (size_t i = 0; i < n && at + 1 < ARGS; i++)
		j->argv[at++] = args[i];
}
#define ADD_ARGS(job, ...)                                                                         \
	job_add_args((job), (const char *const[]){ __VA_ARGS__ },                                  \
		     countof(((const char *const[]){ __VA_ARGS__ })))

static void ping_prepare_echo(struct job *j, const struct probe *p, const struct probe_options *opt)
{
	/* ping accepts no shorter interval from a user who is not root. */
	uint64_t pause = opt->interval_ns < 2000000 ? 2000000 : opt->interval_ns;

	j->netns = p->netns;
	ADD_ARGS(j, "ping", "-n", "-c", arg_number(opt->count + 1, j->words[0]), "-i",
		 arg_seconds(pause, j->words[1]), "-W", arg_seconds(opt->timeout_ns, j->words[2]));
	if (p->vrf)
		ADD_ARGS(j, "-I", p->vrf);
	ADD_ARGS(j, addr_format(&p->to, j->words[3]));
}

int system_echo(struct probe *probes, size_t n, struct probe_options opt, struct diag *dg)
{
	struct job *jobs = jobs_new(n);
	int r;

	for (size_t i = 0; i < n; i++)
		ping_prepare_echo(&jobs[i], &probes[i], &opt);
	r = jobs_run(jobs, n, opt.stop, dg);
	for (size_t i = 0; i < n && r == 0; i++)
		if (!ping_read(text_str(&jobs[i].out), &probes[i]))
			r = diag_error(dg, (struct pos){ 0 }, -EPROTO, "program",
				       "cannot parse the output of ping: %.200s",
				       text_str(&jobs[i].out));
	jobs_free(jobs, n);
	return r;
}

/* ---- traceroute ---- */

/* " 2  10.0.0.2  0.5 ms  0.6 ms", " 3  * *", " 4  * 10.0.0.9  1.1 ms !N" */
static bool traceroute_read_hop(const char *line, const char *end, struct trace *ret)
{
	char address[ADDR_TEXT] = "", *rest;
	long ttl = strtol(line, &rest, 10);
	const char *mark = memchr(rest, '!', (size_t)(end - rest));
	struct trace_hop *hop;

	if (rest == line || rest >= end || ttl < 1 || ttl > TRACE_HOPS)
		return false;
	hop = &ret->hops[ttl - 1];
	*hop = (struct trace_hop){ 0 };
	rest += strspn(rest, " *");
	ret->n = (unsigned int)ttl;
	if (rest < end && sscanf(rest, "%47[0-9a-fA-F.:]", address) == 1)
		(void)addr_parse(address, &hop->by);
	ret->refused = mark && hop->by.family;
	if (ret->refused) {
		ret->icmp_type = ret->to.family == AF_INET6 ? 1 : 3;
		ret->icmp_code = mark[1] == 'H' ? 1 : mark[1] == 'X' ? 13 : 0;
	}
	return true;
}

bool traceroute_read(const char *text, struct trace *ret)
{
	const char *end;
	bool any = false;

	ret->n = 0;
	ret->arrived = ret->refused = false;
	for (const char *line = text; (end = strchr(line, '\n')) != NULL; line = end + 1)
		any = traceroute_read_hop(line, end, ret) || any;
	while (ret->n > 0 && ret->hops[ret->n - 1].by.family == 0)
		ret->n--;
	ret->arrived = ret->n > 0 && addr_eq(&ret->hops[ret->n - 1].by, &ret->to);
	return any;
}

static void traceroute_prepare(struct job *j, const struct trace *t,
			       const struct probe_options *opt)
{
	j->netns = t->netns;
	ADD_ARGS(j, "traceroute", "-n", "-I", "-q", "2", "-N", "32", "-m",
		 arg_number(TRACE_HOPS, j->words[0]), "-w",
		 arg_seconds(opt->timeout_ns, j->words[1]));
	if (t->vrf)
		ADD_ARGS(j, "-i", t->vrf);
	ADD_ARGS(j, addr_format(&t->to, j->words[2]));
}

int system_trace(struct trace *traces, size_t n, struct probe_options opt, struct diag *dg)
{
	struct job *jobs = jobs_new(n);
	int r;

	for (size_t i = 0; i < n; i++)
		traceroute_prepare(&jobs[i], &traces[i], &opt);
	r = jobs_run(jobs, n, opt.stop, dg);
	for (size_t i = 0; i < n && r == 0; i++)
		(void)traceroute_read(text_str(&jobs[i].out), &traces[i]);
	jobs_free(jobs, n);
	return r;
}

/* ---- the largest packet ---- */

enum { ECHO_HEADERS4 = 20 + 8, ECHO_HEADERS6 = 40 + 8, ROUNDS = 20 };

static void ping_prepare_size(struct job *j, const struct mtu_search *m, uint32_t size,
			      const struct probe_options *opt)
{
	bool six = m->to.family == AF_INET6;

	j->netns = m->netns;
	ADD_ARGS(j, "ping", "-n", "-c", "2", "-i", "0.01", "-W",
		 arg_seconds(opt->timeout_ns, j->words[0]), "-M", "do", "-s",
		 arg_number(size - (six ? ECHO_HEADERS6 : ECHO_HEADERS4), j->words[1]));
	if (m->vrf)
		ADD_ARGS(j, "-I", m->vrf);
	ADD_ARGS(j, addr_format(&m->to, j->words[2]));
}

/* "From 10.0.0.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)" */
static void ping_read_too_big(const char *text, struct mtu_search *m)
{
	const char *from = text_after(text, "\nFrom ");
	char address[ADDR_TEXT] = "";

	/* The sender's kernel may say so because of an earlier "too big" of a router. */
	m->end = strstr(text, "message too long") ? MTU_UNSAID : MTU_VANISH;
	if (from && (strstr(from, "Frag needed") || strstr(from, "Packet too big")) &&
	    sscanf(from, "%47[0-9a-fA-F.:]", address) == 1 && addr_parse(address, &m->told_by))
		m->end = MTU_TOLD;
}

/* One round: all sizes of one search side by side. */
static int ping_try_sizes(struct mtu_search *m, struct mtu_bounds *b, const uint32_t *sizes,
			  size_t n, struct probe_options opt, struct diag *dg)
{
	struct job *jobs = jobs_new(n);
	int r;

	for (size_t i = 0; i < n; i++)
		ping_prepare_size(&jobs[i], m, sizes[i], &opt);
	r = jobs_run(jobs, n, opt.stop, dg);
	for (size_t i = 0; i < n && r == 0; i++) {
		bool passed = strstr(text_str(&jobs[i].out), " bytes from ") != NULL;

		if (passed && sizes[i] > b->pass)
			b->pass = sizes[i];
		if (passed || sizes[i] >= b->fail)
			continue;
		b->fail = sizes[i];
		ping_read_too_big(text_str(&jobs[i].out), m);
	}
	if (b->pass >= b->fail)
		b->fail = b->pass + 1;
	jobs_free(jobs, n);
	return r;
}

int system_mtu(struct mtu_search *searches, size_t n, struct probe_options opt, struct diag *dg)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct mtu_search *m = &searches[i];
		struct mtu_bounds b = { .fail = 65536,
					.least = m->to.family == AF_INET6 ? 1280 : 68 };
		uint32_t sizes[MTU_SIZES];
		size_t many;

		for (int round = 0; round < ROUNDS && r == 0; round++) {
			many = mtu_next(&b, m->guess, sizes);
			if (many == 0)
				break;
			r = ping_try_sizes(m, &b, sizes, many, opt, dg);
		}
		m->mtu = b.pass;
	}
	return r;
}
