/* How the process comes to be: the caller forks a child that forks the process and ends, so it is
 * nobody's child; it steps into each namespace, opens the sockets there, leaves everything else
 * behind, says through a pipe that it is ready, and then waits for packets. */
#include "services/services.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/process.h"

enum {
	WATCH_MS = 3000, /* how often it looks whether it is still wanted */
	EVENTS = 64,
	BURST = 64, /* connections taken from one socket before the others have their turn */
	DATAGRAM_MAX = 65536,
	SPARE_FILES = 64,
};

struct process {
	int epoll, control, dir;
	const char *socket;
	struct stat self; /* of the control socket's file */
	int *fds; /* [n]: tcp and udp sockets, in the order of the spots */
	const struct service_spot *spots;
	size_t n;
};

/* ---- sockets ------------------------------------------------------------------------------ */

static int bind_to(int fd, int family, uint16_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int off = 0, on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET)
		return bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0)
		return -1;
	return bind(fd, (struct sockaddr *)&v6, sizeof(v6));
}

static int open_family(const struct service_spot *s, int family)
{
	own_fd fd = socket(family,
			   (s->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind_to(fd, family, s->port) < 0 || (!s->udp && listen(fd, SOMAXCONN) < 0))
		return -errno;
	return fd_take(&fd);
}

/* For both families with one socket, where there are both. */
static int open_spot(const struct service_spot *s)
{
	int fd;

	if (setns(s->netns, CLONE_NEWNET) < 0)
		return -errno;
	fd = open_family(s, AF_INET6);
	return fd >= 0 || fd == -EADDRINUSE ? fd : open_family(s, AF_INET);
}

/* By way of the directory's descriptor: its path may be longer than a socket's address takes. */
static void name_socket(int dir, const char *socket, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", dir, socket);
}

static int open_control(int dir, const char *name, struct stat *ret)
{
	own_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a;

	name_socket(dir, name, &a);
	(void)unlinkat(dir, name, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 4) < 0 ||
	    fstatat(dir, name, ret, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return fd_take(&fd);
}

int services_connect(int dir, const char *socket_name)
{
	own_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un a;

	name_socket(dir, socket_name, &a);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -errno;
	return fd_take(&fd);
}

/* ---- serving ------------------------------------------------------------------------------ */

static void take_connections(int fd)
{
	for (int i = 0; i < BURST; i++) {
		int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (one < 0)
			return;
		(void)close(one);
	}
}

static void send_back(int fd)
{
	static char datagram[DATAGRAM_MAX];

	for (int i = 0; i < BURST; i++) {
		struct sockaddr_storage from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, datagram, sizeof(datagram), 0, (struct sockaddr *)&from,
				     &size);

		if (n < 0)
			return;
		(void)!sendto(fd, datagram, (size_t)n, 0, (struct sockaddr *)&from, size);
	}
}

static bool is_wanted(const struct process *p)
{
	struct stat st;

	return fstatat(p->dir, p->socket, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ino == p->self.st_ino && st.st_dev == p->self.st_dev;
}

static void serve(const struct process *p)
{
	struct epoll_event ready[EVENTS];

	for (;;) {
		int n = epoll_wait(p->epoll, ready, EVENTS, WATCH_MS);

		if ((n == 0 && !is_wanted(p)) || (n < 0 && errno != EINTR))
			return;
		for (int i = 0; i < n; i++) {
			uint64_t at = ready[i].data.u64;

			if (at == p->n)
				take_connections(p->control);
			else if (p->spots[at].udp)
				send_back(p->fds[at]);
			else
				take_connections(p->fds[at]);
		}
	}
}

/* ---- in the new process ------------------------------------------------------------------- */

static int watch(const struct process *p, int fd, uint64_t key)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .u64 = key } };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static void want_files(size_t n)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= n)
		return;
	files.rlim_cur = n;
	if (files.rlim_max < n)
		files.rlim_max = n;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static int open_all(struct process *p, struct process_report *rep)
{
	int r = 0;

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return -errno;
	p->control = open_control(p->dir, p->socket, &p->self);
	if (p->control < 0)
		return p->control;
	r = watch(p, p->control, p->n);
	for (size_t i = 0; i < p->n && r == 0; i++) {
		p->fds[i] = open_spot(&p->spots[i]);
		r = p->fds[i] < 0 ? p->fds[i] : watch(p, p->fds[i], i);
		if (r < 0)
			snprintf(rep->text, sizeof(rep->text), "%s: %s", p->spots[i].name,
				 strerror(-r));
	}
	return r;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int leave_the_rest(const struct process *p, int report, int hold)
{
	own_free int *kept = xcalloc(p->n + 5, sizeof(*kept));
	unsigned int n = 0;

	for (size_t i = 0; i < p->n; i++)
		kept[n++] = p->fds[i];
	kept[n++] = p->epoll;
	kept[n++] = p->control;
	kept[n++] = p->dir;
	kept[n++] = report;
	if (hold >= 0)
		kept[n++] = hold;
	qsort(kept, n, sizeof(*kept), by_number);
	return process_close_all_but(kept, n);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { .effective = 0 } };

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)syscall(SYS_capset, &h, none);
}

/* Clear of 0, 1 and 2, whatever the caller has there. */
static int move_up(int fd)
{
	return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void live(const void *ctx, int to)
{
	const struct services_config *cfg = ctx;
	struct process_report rep = { .pid = getpid() };
	int report = move_up(to), hold = move_up(cfg->hold_fd);
	struct process p = { .epoll = -1, .control = -1, .dir = move_up(cfg->dir), .n = cfg->n };
	struct service_spot *spots = xcalloc(cfg->n + 1, sizeof(*spots));

	process_reset_signals();
	memcpy(spots, cfg->spots, cfg->n * sizeof(*spots));
	p.spots = spots;
	p.fds = xcalloc(cfg->n + 1, sizeof(*p.fds));
	p.socket = xstrdup(cfg->socket);
	want_files(2 * cfg->n + SPARE_FILES);
	rep.result = open_all(&p, &rep);
	if (rep.result == 0)
		rep.result = leave_the_rest(&p, report, hold);
	if (rep.result == 0) {
		process_rename("netemu-services", cfg->label);
		drop_capabilities();
		(void)!chdir("/");
	}
	if (write(report, &rep, sizeof(rep)) == sizeof(rep) && rep.result == 0) {
		(void)close(report);
		if (hold >= 0)
			(void)close(hold);
		serve(&p);
	}
	_exit(0); /* the caller's atexit handlers and buffers are not ours */
}

int services_spawn(const struct services_config *cfg, pid_t *ret_pid, char *err, size_t err_size)
{
	return process_spawn(live, cfg, "services", ret_pid, err, err_size);
}
