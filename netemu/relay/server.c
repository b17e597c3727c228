/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay/server.h"

#include "base/own.h"
#include "relay/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { CLIENTS_MAX = 8 };

struct client {
	struct event_handler watch;
	struct server *server;
	int fd; /* -1: free */
};

struct server {
	struct event_handler watch;
	int fd;
	struct client client[CLIENTS_MAX];
	struct response answer; /* too large for the stack */
};

/* ---- requests ---- */

static int server_set(struct engine *e, const struct request *q)
{
	struct relayed_link *l = engine_find(e, q->name);
	int r = impairment_check(&q->to[0]);

	if (!l)
		return -ENOENT;
	if (r < 0 || q->towards > 1)
		return -EINVAL;
	lane_set(&l->dir[q->towards].lane, &q->to[0]);
	return 0;
}

static int server_add(struct engine *e, const struct request *q, struct response *a)
{
	struct relay_link l = { .name = q->name, .to = { q->to[0], q->to[1] } };

	memcpy(l.port, q->port, sizeof(l.port));
	l.port[0][IFNAMSIZ - 1] = l.port[1][IFNAMSIZ - 1] = '\0';
	return engine_add(e, &l, a->text, sizeof(a->text));
}

static int server_stats(struct engine *e, const struct request *q, struct response *a)
{
	struct relayed_link *l;

	engine_read_stats(e, &a->engine);
	while (a->links_n < STATS_PAGE) {
		l = engine_link(e, (size_t)q->first + a->links_n);
		if (!l)
			break;
		link_read_stats(l, &a->link[a->links_n++]);
	}
	return 0;
}

static int server_obey(struct engine *e, const struct request *q, struct response *a)
{
	switch (q->kind) {
	case REQUEST_SET:
		return server_set(e, q);
	case REQUEST_ADD:
		return server_add(e, q, a);
	case REQUEST_REMOVE:
		return engine_remove(e, q->name);
	case REQUEST_STATS:
		return server_stats(e, q, a);
	default:
		return -EPROTO;
	}
}

static size_t response_size(const struct response *a)
{
	return offsetof(struct response, link) + a->links_n * sizeof(a->link[0]);
}

/* ---- clients ---- */

static void client_hang_up(struct engine *e, struct client *c)
{
	engine_unwatch(e, c->fd);
	own_closep(&c->fd);
}

static void client_ready(struct event_handler *w, struct engine *e)
{
	struct client *c = (struct client *)(void *)w;
	struct response *a = &c->server->answer;
	struct request q;
	ssize_t n = recv(c->fd, &q, sizeof(q), MSG_TRUNC);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		client_hang_up(e, c);
		return;
	}
	memset(a, 0, sizeof(*a));
	a->version = PROTOCOL_VERSION;
	a->result = -EPROTO;
	if (n == (ssize_t)sizeof(q) && q.version == PROTOCOL_VERSION) {
		q.name[RELAY_NAME_MAX] = '\0';
		a->result = server_obey(e, &q, a);
	}
	if (send(c->fd, a, response_size(a), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		client_hang_up(e, c); /* the client does not read its responses */
}

static void server_accept(struct event_handler *w, struct engine *e)
{
	struct server *s = (struct server *)(void *)w;
	own_fd fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &s->client[i];

		if (c->fd >= 0)
			continue;
		if (engine_watch(e, fd, &c->watch) == 0)
			c->fd = fd_take(&fd);
		return;
	}
	/* All places are taken: the connection is closed. */
}

/* ---- life ---- */

static int server_listen(const char *path)
{
	struct sockaddr_un at;
	own_fd dir = -1;
	own_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old;
	int r;

	if (fd < 0)
		return -errno;
	r = control_address(path, &at, &dir);
	if (r < 0)
		return r;
	(void)unlink(path);
	old = umask(0177);
	r = bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ? -errno : 0;
	umask(old);
	if (r < 0)
		return r;
	if (listen(fd, CLIENTS_MAX) < 0)
		return -errno;
	return fd_take(&fd);
}

int server_open(struct engine *e, const char *path, struct server **ret_server)
{
	struct server *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		s->client[i] = (struct client){ { .ready = client_ready }, s, -1 };
	s->watch.ready = server_accept;
	r = s->fd = server_listen(path);
	if (r >= 0)
		r = engine_watch(e, s->fd, &s->watch);
	if (r < 0) {
		server_close(s);
		return r;
	}
	*ret_server = s;
	return 0;
}

void server_close(struct server *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		own_closep(&s->client[i].fd);
	own_closep(&s->fd);
	free(s);
}
