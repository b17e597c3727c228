/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_spawn() starts the process. It enters each namespace and opens the sockets there, closes
 * all other descriptors, drops its capabilities, reports that it is ready and serves packets. */
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process.h"
#include "base/vec.h"

enum services_order { ORDER_ADD, ORDER_DROP };

/* The control socket takes an order, with the new socket as SCM_RIGHTS, and replies 0 or -errno.
 * A client needs write permission in the lab's directory. */
struct message {
	uint32_t order, udp;
	char name[192];
};

enum {
	PATIENCE_S = 2,
	FILES = 65536,	 /* the limit of descriptors, if it may be raised: later it cannot be */
	WATCH_MS = 3000, /* interval of the check that the control socket is still there */
	EVENTS = 64,
	BURST = 64, /* connections taken from one socket before other sockets have their turn */
	DATAGRAM_MAX = 65536,
	SPARE_FILES = 64,
};

struct listening {
	char *name; /* NULL: dropped */
	bool udp;
	int fd;
};

struct process {
	int epoll, control, dir;
	const char *socket;
	struct stat self;	     /* of the control socket's file */
	VEC(struct listening) spots; /* an index is the key of the spot's events */
};

enum { KEY_CONTROL = -1 };

/* ---- sockets ------------------------------------------------------------------------------ */

static int spot_bind(int fd, int family, uint16_t port)
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

static int spot_open_family(const struct service_spot *s, int family)
{
	own_fd fd = socket(family,
			   (s->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || spot_bind(fd, family, s->port) < 0 || (!s->udp && listen(fd, SOMAXCONN) < 0))
		return -errno;
	return fd_take(&fd);
}

/* Opens one socket for both address families, or for IPv4 if the kernel has no IPv6. */
static int spot_open(const struct service_spot *s)
{
	int fd;

	if (setns(s->netns, CLONE_NEWNET) < 0)
		return -errno;
	fd = spot_open_family(s, AF_INET6);
	return fd >= 0 || fd == -EADDRINUSE ? fd : spot_open_family(s, AF_INET);
}

/* Uses the directory's descriptor: its path may be too long for a socket address. */
static void control_socket_name(int dir, const char *socket, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", dir, socket);
}

static int services_open_control(int dir, const char *name, struct stat *ret)
{
	own_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un a;

	umask(0177); /* of this process only */
	control_socket_name(dir, name, &a);
	(void)unlinkat(dir, name, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 4) < 0 ||
	    fstatat(dir, name, ret, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return fd_take(&fd);
}

static int socket_set_patience(int fd)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

int services_connect(int dir, const char *socket_name)
{
	own_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sockaddr_un a;

	control_socket_name(dir, socket_name, &a);
	if (fd < 0 || socket_set_patience(fd) < 0 ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return -errno;
	return fd_take(&fd);
}

/* ---- serving ------------------------------------------------------------------------------ */

static void spot_accept(int fd)
{
	for (int i = 0; i < BURST; i++) {
		int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (one < 0)
			return;
		(void)close(one);
	}
}

static void spot_echo(int fd)
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

/* ---- orders ------------------------------------------------------------------------------- */

static int services_watch(const struct process *p, int fd, uint64_t key)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .u64 = key } };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static struct listening *services_find_spot(struct process *p, const char *name)
{
	for (each(struct listening, l, &p->spots))
		if (l->name && strcmp(l->name, name) == 0)
			return l;
	return NULL;
}

/* Takes the socket; closes it on failure. */
static int services_take_spot(struct process *p, const char *name, bool udp, int socket)
{
	own_fd fd = socket;
	int r;

	if (fd < 0)
		return -EBADF;
	if (services_find_spot(p, name))
		return -EEXIST;
	r = services_watch(p, fd, p->spots.n);
	if (r == 0)
		vec_push(NULL, &p->spots, ((struct listening){ xstrdup(name), udp, fd_take(&fd) }));
	return r;
}

static int services_drop_spot(struct process *p, const char *name)
{
	struct listening *l = services_find_spot(p, name);

	if (!l)
		return -ENOENT;
	own_closep(&l->fd);
	own_freep(&l->name);
	return 0;
}

union rights { /* room for one descriptor beside a message */
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* Serves one order of a client. Returns false if there are no more. */
static bool services_obey(struct process *p, int client)
{
	struct message m;
	union rights rights;
	struct iovec part = { &m, sizeof(m) };
	struct msghdr h = { .msg_iov = &part,
			    .msg_iovlen = 1,
			    .msg_control = &rights,
			    .msg_controllen = sizeof(rights) };
	const struct cmsghdr *with;
	int r, fd = -1;
	ssize_t n;

	do
		n = recvmsg(client, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR); /* calls with SO_RCVTIMEO end so after SIGSTOP, SIGCONT */
	if (n <= 0)
		return false;
	with = CMSG_FIRSTHDR(&h);
	if (with && with->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(with), sizeof(fd));
	m.name[sizeof(m.name) - 1] = '\0';
	r = n != sizeof(m)	   ? -EPROTO
	    : m.order == ORDER_ADD ? services_take_spot(p, m.name, m.udp, fd_take(&fd))
				   : services_drop_spot(p, m.name);
	own_closep(&fd);
	return send(client, &r, sizeof(r), MSG_NOSIGNAL) == sizeof(r);
}

static void services_take_orders(struct process *p)
{
	own_fd client = accept4(p->control, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0 || socket_set_patience(client) < 0)
		return;
	while (services_obey(p, client))
		;
}

/* The client's end. */
static int services_order(int control, const struct message *m, int fd)
{
	union rights rights = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS } };
	struct iovec part = { (void *)(uintptr_t)m, sizeof(*m) };
	struct msghdr h = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;
	int r;

	if (fd >= 0) {
		h.msg_control = &rights;
		h.msg_controllen = sizeof(rights);
		memcpy(CMSG_DATA(&rights.head), &fd, sizeof(fd));
	}
	do
		n = sendmsg(control, &h, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	do
		n = recv(control, &r, sizeof(r), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return n == sizeof(r) ? r : -ECONNRESET;
}

static int message_set_name(struct message *m, const char *name)
{
	size_t n = strlen(name);

	if (n >= sizeof(m->name))
		return -ENAMETOOLONG;
	memcpy(m->name, name, n + 1);
	return 0;
}

int services_add(int control, const struct service_spot *spot)
{
	struct message m = { .order = ORDER_ADD, .udp = spot->udp };
	own_fd home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), fd = -1;
	int r = home < 0 ? -errno : message_set_name(&m, spot->name);

	if (r < 0)
		return r;
	fd = spot_open(spot);
	if (setns(home, CLONE_NEWNET) < 0)
		abort(); /* every later step would act in the wrong namespace */
	return fd < 0 ? fd : services_order(control, &m, fd);
}

int services_drop(int control, const char *name)
{
	struct message m = { .order = ORDER_DROP };
	int r = message_set_name(&m, name);

	return r < 0 ? r : services_order(control, &m, -1);
}

/* ---- the event loop ----------------------------------------------------------------------- */

static bool services_are_wanted(const struct process *p)
{
	struct stat st;

	return fstatat(p->dir, p->socket, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ino == p->self.st_ino && st.st_dev == p->self.st_dev;
}

static void services_serve_spot(const struct process *p, uint64_t at)
{
	const struct listening *l = at < p->spots.n ? &p->spots.v[at] : NULL;

	if (!l || l->fd < 0)
		return; /* dropped while this event was on its way */
	if (l->udp)
		spot_echo(l->fd);
	else
		spot_accept(l->fd);
}

static void services_serve(struct process *p)
{
	struct epoll_event ready[EVENTS];

	for (;;) {
		int n = epoll_wait(p->epoll, ready, EVENTS, WATCH_MS);

		if ((n == 0 && !services_are_wanted(p)) || (n < 0 && errno != EINTR))
			return;
		for (int i = 0; i < n; i++) {
			if (ready[i].data.u64 == (uint64_t)KEY_CONTROL)
				services_take_orders(p);
			else
				services_serve_spot(p, ready[i].data.u64);
		}
	}
}

/* ---- in the new process ------------------------------------------------------------------- */

static void services_want_files(size_t n)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= n)
		return;
	files.rlim_cur = n;
	if (files.rlim_max < n)
		files.rlim_max = n;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static int services_open(struct process *p, const struct services_config *cfg,
			 struct process_report *rep)
{
	int r = 0;

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (p->epoll < 0)
		return -errno;
	p->control = services_open_control(p->dir, p->socket, &p->self);
	if (p->control < 0)
		return p->control;
	r = services_watch(p, p->control, (uint64_t)KEY_CONTROL);
	for (size_t i = 0; i < cfg->n && r == 0; i++) {
		const struct service_spot *s = &cfg->spots[i];
		int fd = spot_open(s);

		r = fd < 0 ? fd : services_watch(p, fd, i);
		if (r < 0)
			snprintf(rep->text, sizeof(rep->text), "%s: %s", s->name, strerror(-r));
		vec_push(NULL, &p->spots, ((struct listening){ xstrdup(s->name), s->udp, fd }));
	}
	return r;
}

static int fd_cmp(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int services_close_others(const struct process *p, int report, int hold)
{
	own_free int *kept = xcalloc(p->spots.n + 5, sizeof(*kept));
	unsigned int n = 0;

	for (each(const struct listening, l, &p->spots))
		kept[n++] = l->fd;
	kept[n++] = p->epoll;
	kept[n++] = p->control;
	kept[n++] = p->dir;
	kept[n++] = report;
	if (hold >= 0)
		kept[n++] = hold;
	qsort(kept, n, sizeof(*kept), fd_cmp);
	return process_close_all_but(kept, n);
}

static void services_drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { .effective = 0 } };

	(void)syscall(SYS_capset, &h, none);
}

/* Allows calls for the lab's sockets and the control socket, and to see that its file exists. */
static void services_confine(void)
{
	static const int calls[] = {
		SYS_epoll_wait, SYS_epoll_pwait, SYS_accept4,	 SYS_recvfrom,	 SYS_sendto,
		SYS_recvmsg,	SYS_sendmsg,	 SYS_newfstatat, SYS_setsockopt, SYS_epoll_ctl,
	};

	process_confine(calls, countof(calls));
}

/* Duplicates a descriptor to 3 or more: 0, 1 and 2 are replaced. */
static int fd_move_up(int fd)
{
	return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void services_live(const void *ctx, int to)
{
	const struct services_config *cfg = ctx;
	struct process_report rep = { .pid = getpid() };
	int report = fd_move_up(to), hold = fd_move_up(cfg->hold_fd);
	struct process p = { .epoll = -1, .control = -1, .dir = fd_move_up(cfg->dir) };

	process_reset_signals();
	p.socket = xstrdup(cfg->socket);
	services_want_files(2 * cfg->n + SPARE_FILES);
	services_want_files(FILES);
	rep.result = services_open(&p, cfg, &rep);
	if (rep.result == 0)
		rep.result = services_close_others(&p, report, hold);
	if (rep.result == 0) {
		process_rename("netemu-services", cfg->label);
		services_drop_capabilities();
		(void)!fchdir(p.dir); /* so that it can be found if the directory is deleted */
		services_confine();
	}
	if (write(report, &rep, sizeof(rep)) == sizeof(rep) && rep.result == 0) {
		own_closep(&hold);
		(void)close(report); /* last: the caller waits until it is closed */
		services_serve(&p);
	}
	_exit(0); /* runs no atexit handlers of the caller and flushes none of its buffers */
}

int services_spawn(const struct services_config *cfg, pid_t *ret_pid, char *err, size_t err_size)
{
	return process_spawn(services_live, cfg, "services", ret_pid, err, err_size);
}
