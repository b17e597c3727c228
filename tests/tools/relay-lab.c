/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relay-lab - drives the delay line from a shell, for tests and benchmarks.
 *
 *	relay-lab spawn NETNS CONTROL LINK...	prints "PID START"
 *	relay-lab alive PID START		exit status 0 or 1
 *	relay-lab stop PID START
 *	relay-lab set CONTROL NAME TOWARDS IMPAIRMENT
 *	relay-lab add CONTROL LINK
 *	relay-lab remove CONTROL NAME
 *	relay-lab stats CONTROL
 *	relay-lab abuse CONTROL			a client as bad as can be, for one second
 *	relay-lab ping NETNS ADDRESS[,ADDRESS...] COUNT INTERVAL_US [SIZE]
 *		in turns; prints lost, then RTT in us: min p50 p90 p99 max
 *
 * LINK is name/port0/port1/to0[/to1], an IMPAIRMENT is "delay=us,jitter=us,rate=kbit,
 * loss=ppm,duplicate=ppm,reorder=ppm", any of them; to1 is to0 if it is missing.
 */
#include "base/process_id.h"
#include "relay/protocol.h"
#include "relay/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void die(const char *what, int code)
{
	fprintf(stderr, "relay-lab: %s: %s\n", what, strerror(code < 0 ? -code : code));
	exit(1);
}

static void usage(void)
{
	fprintf(stderr, "relay-lab: see the head of relay-lab.c\n");
	exit(2);
}

/* ---- what the arguments say ---- */

static struct impairment parse_impairment(char *s)
{
	struct impairment i = { .delay_ns = 0 };
	char *save = NULL;

	for (char *w = strtok_r(s, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		char *eq = strchr(w, '=');
		unsigned long long n = eq ? strtoull(eq + 1, NULL, 10) : 0;

		if (!eq)
			usage();
		*eq = '\0';
		if (!strcmp(w, "delay"))
			i.delay_ns = n * 1000;
		else if (!strcmp(w, "jitter"))
			i.jitter_ns = n * 1000;
		else if (!strcmp(w, "rate"))
			i.rate_bps = n * 1000;
		else if (!strcmp(w, "loss"))
			i.loss_ppm = (uint32_t)n;
		else if (!strcmp(w, "duplicate"))
			i.duplicate_ppm = (uint32_t)n;
		else if (!strcmp(w, "reorder"))
			i.reorder_ppm = (uint32_t)n;
		else
			usage();
	}
	return i;
}

static struct relay_link parse_link(char *s)
{
	struct relay_link l = { .name = NULL };
	char *name = strsep(&s, "/"), *a = strsep(&s, "/"), *b = strsep(&s, "/");
	char *to0 = strsep(&s, "/"), *to1 = s;

	if (!b)
		usage();
	l.name = name;
	snprintf(l.port[0], sizeof(l.port[0]), "%s", a);
	snprintf(l.port[1], sizeof(l.port[1]), "%s", b);
	if (to0)
		l.to[0] = l.to[1] = parse_impairment(to0);
	if (to1)
		l.to[1] = parse_impairment(to1);
	return l;
}

static int open_netns(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path, errno);
	return fd;
}

static int open_control(const char *path)
{
	int fd = relay_control_open(path);

	if (fd < 0)
		die(path, fd);
	return fd;
}

/* ---- the delay line ---- */

static void spawn(int argc, char **argv)
{
	struct relay_link *links = calloc((size_t)argc, sizeof(*links));
	struct relay_config cfg = {
		.netns_fd = open_netns(argv[0]),
		.label = argv[0],
		.control_path = argv[1],
		.links = links,
		.links_len = (size_t)argc - 2,
	};
	const char *memory = getenv("RELAY_MEMORY");
	char err[300] = "";
	pid_t pid;
	int r;

	if (memory)
		cfg.memory_max = strtoull(memory, NULL, 10);
	for (int i = 2; i < argc; i++)
		links[i - 2] = parse_link(argv[i]);
	r = relay_spawn(&cfg, &pid, err, sizeof(err));
	if (r < 0) {
		fprintf(stderr, "relay-lab: %s\n", err);
		exit(1);
	}
	printf("%ld %llu\n", (long)pid, (unsigned long long)process_start_time(pid));
	free(links);
}

static void print_direction(const struct relay_link_stats *l, int k)
{
	const struct relay_direction_stats *d = &l->dir[k];

	printf("link %s to %d frames %llu bytes %llu lost %llu over-limit %llu refused %llu"
	       " missed %llu queued %llu queued-bytes %llu gone %d\n",
	       l->name, k, (unsigned long long)d->frames, (unsigned long long)d->bytes,
	       (unsigned long long)d->lost, (unsigned long long)d->over_limit,
	       (unsigned long long)d->refused, (unsigned long long)d->missed,
	       (unsigned long long)d->queued, (unsigned long long)d->queued_bytes, l->gone);
}

static void stats(const char *path)
{
	int fd = open_control(path), r;
	struct relay_stats s;

	r = relay_stats(fd, &s);
	if (r < 0)
		die("stats", r);
	printf("engine late-p50 %llu late-p99 %llu lead %llu memory %llu of %llu"
	       " realtime %d locked %d awake-allowed %d awake %d\n",
	       (unsigned long long)s.engine.late_p50_ns, (unsigned long long)s.engine.late_p99_ns,
	       (unsigned long long)s.engine.lead_ns, (unsigned long long)s.engine.memory,
	       (unsigned long long)s.engine.memory_max, s.engine.realtime, s.engine.locked,
	       s.engine.awake_allowed, s.engine.awake);
	for (size_t i = 0; i < s.links_len; i++)
		for (int k = 0; k < 2; k++)
			print_direction(&s.links[i], k);
	relay_stats_release(&s);
	close(fd);
}

static void add(const char *path, char *link)
{
	struct relay_link l = parse_link(link);
	char err[300] = "";

	if (relay_add(open_control(path), &l, err, sizeof(err)) < 0) {
		fprintf(stderr, "relay-lab: %s\n", err);
		exit(1);
	}
}

static void set(const char *path, const char *name, const char *towards, char *impairment)
{
	struct impairment to = parse_impairment(impairment);
	int r = relay_set(open_control(path), name, atoi(towards), &to);

	if (r < 0)
		die(name, r);
}

static void remove_link(const char *path, const char *name)
{
	int r = relay_remove(open_control(path), name);

	if (r < 0)
		die(name, r);
}

/* Many connections which ask without reading the answers, with nonsense in between. */
static void abuse(const char *path)
{
	const struct request question = { .version = PROTOCOL_VERSION, .kind = REQUEST_STATS };
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
	char nonsense[4096];
	int fd[20];
	time_t end = time(NULL) + 2;

	memset(nonsense, 0x5a, sizeof(nonsense));
	for (size_t i = 0; i < 20; i++)
		fd[i] = relay_control_open(path);
	while (time(NULL) < end) {
		for (size_t i = 0; i < 20; i++) {
			size_t n = (size_t)rand() % sizeof(nonsense);

			if (fd[i] < 0)
				continue;
			if (i < 4)
				(void)!send(fd[i], &question, sizeof(question), flags);
			else
				(void)!send(fd[i], nonsense, n, flags);
			if (errno == EPIPE) {
				close(fd[i]);
				fd[i] = relay_control_open(path);
			}
		}
	}
}

/* ---- ping: the kernel's receive stamp, nothing but the path is measured ---- */

#define PATIENCE_NS INT64_C(5000000000) /* with the last answers: the machine may be busy */

struct pinger {
	int fd;
	uint16_t id;
	size_t size;
	int count, received, targets;
	struct sockaddr_in *to;
	double *rtt_us;
	int64_t *sent_ns;
};

static int64_t wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static uint16_t sum(const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t s = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += (uint32_t)(b[i] << 8 | b[i + 1]);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return htons((uint16_t)~s);
}

static void send_echo(struct pinger *p, int seq)
{
	char packet[2048] = { 0 };
	struct icmphdr h = { .type = ICMP_ECHO };

	h.un.echo.id = htons(p->id);
	h.un.echo.sequence = htons((uint16_t)seq);
	memcpy(packet, &h, sizeof(h));
	h.checksum = sum(packet, sizeof(h) + p->size);
	memcpy(packet, &h, sizeof(h));
	p->sent_ns[seq] = wall();
	(void)!sendto(p->fd, packet, sizeof(h) + p->size, 0,
		      (const struct sockaddr *)&p->to[seq % p->targets], sizeof(*p->to));
}

static void read_echo(struct pinger *p)
{
	char packet[2048], control[256];
	struct iovec iov = { packet, sizeof(packet) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(p->fd, &m, MSG_DONTWAIT);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct icmphdr h;
	struct timespec ts;
	int seq;

	if (n < (ssize_t)(sizeof(struct iphdr) + sizeof(h)) || !c)
		return;
	memcpy(&h, packet + sizeof(struct iphdr), sizeof(h));
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	seq = ntohs(h.un.echo.sequence);
	if (h.type != ICMP_ECHOREPLY || ntohs(h.un.echo.id) != p->id || seq >= p->count)
		return;
	p->rtt_us[p->received++] =
		(double)((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec - p->sent_ns[seq]) / 1000;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void parse_targets(struct pinger *p, char *s)
{
	char *save = NULL;

	p->to = calloc(strlen(s), sizeof(*p->to));
	for (char *w = strtok_r(s, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		struct sockaddr_in *to = &p->to[p->targets++];

		to->sin_family = AF_INET;
		if (inet_pton(AF_INET, w, &to->sin_addr) != 1)
			usage();
	}
	if (p->targets == 0)
		usage();
}

static void ping(char **argv, size_t size)
{
	struct pinger p = { .id = (uint16_t)getpid(), .size = size, .count = atoi(argv[2]) };
	int64_t interval = atoll(argv[3]) * 1000, next, end;
	int one = 1, much = 8 << 20, seq = 0;

	if (p.count > 65535)
		usage();
	parse_targets(&p, argv[1]);
	if (setns(open_netns(argv[0]), CLONE_NEWNET) < 0)
		die(argv[0], errno);
	p.fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (p.fd < 0)
		die("a raw socket", errno);
	setsockopt(p.fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	setsockopt(p.fd, SOL_SOCKET, SO_RCVBUFFORCE, &much, sizeof(much));
	p.rtt_us = calloc(2 * (size_t)p.count, sizeof(*p.rtt_us));
	p.sent_ns = calloc((size_t)p.count, sizeof(*p.sent_ns));
	next = wall();
	end = next + interval * p.count + PATIENCE_NS;
	while (p.received < p.count && wall() < end) {
		struct pollfd f = { .fd = p.fd, .events = POLLIN };
		int64_t now = wall(), wait = (seq < p.count ? next : end) - now;
		struct timespec ts = { wait / 1000000000, wait % 1000000000 };

		if (seq < p.count && wait <= 0) {
			send_echo(&p, seq++);
			next += interval;
			read_echo(&p); /* (who is behind sends many in a row) */
			continue;
		}
		if (wait > 0 && ppoll(&f, 1, &ts, NULL) > 0)
			read_echo(&p);
	}
	while (p.received < p.count &&
	       poll(&(struct pollfd){ .fd = p.fd, .events = POLLIN }, 1, 0) > 0)
		read_echo(&p); /* what came while we did not run */
	qsort(p.rtt_us, (size_t)p.received, sizeof(*p.rtt_us), ascending);
	printf("%d", p.count - p.received);
	if (p.received)
		printf(" %.0f %.0f %.0f %.0f %.0f", p.rtt_us[0], p.rtt_us[p.received / 2],
		       p.rtt_us[p.received * 9 / 10], p.rtt_us[p.received * 99 / 100],
		       p.rtt_us[p.received - 1]);
	printf("\n");
	free(p.to);
	free(p.rtt_us);
	free(p.sent_ns);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	argc -= 2;
	argv += 2;
	if (!strcmp(verb, "spawn") && argc >= 2)
		spawn(argc, argv);
	else if (!strcmp(verb, "alive") && argc == 2)
		return !process_is_alive(atoi(argv[0]), strtoull(argv[1], NULL, 10));
	else if (!strcmp(verb, "stop") && argc == 2)
		return process_stop(atoi(argv[0]), strtoull(argv[1], NULL, 10)) < 0;
	else if (!strcmp(verb, "set") && argc == 4)
		set(argv[0], argv[1], argv[2], argv[3]);
	else if (!strcmp(verb, "add") && argc == 2)
		add(argv[0], argv[1]);
	else if (!strcmp(verb, "remove") && argc == 2)
		remove_link(argv[0], argv[1]);
	else if (!strcmp(verb, "stats") && argc == 1)
		stats(argv[0]);
	else if (!strcmp(verb, "abuse") && argc == 1)
		abuse(argv[0]);
	else if (!strcmp(verb, "ping") && argc >= 4)
		ping(argv, argc > 4 ? (size_t)atoi(argv[4]) & ~(size_t)1 : 56);
	else
		usage();
	return 0;
}
