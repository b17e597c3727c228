/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The caller's end of the control socket. */
#include "relay/protocol.h"

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { PATIENCE_S = 2 };

int control_address(const char *path, struct sockaddr_un *ret_at, int *ret_dir)
{
	const char *slash = strrchr(path, '/');
	int n;

	*ret_at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_dir = -1;
	if (strlen(path) < sizeof(ret_at->sun_path)) {
		memcpy(ret_at->sun_path, path, strlen(path));
		return 0;
	}
	if (slash) {
		own_free char *dir = xstrndup(path, (size_t)(slash - path) + 1);

		*ret_dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (*ret_dir < 0)
			return -errno;
		n = snprintf(ret_at->sun_path, sizeof(ret_at->sun_path), "/proc/self/fd/%d/%s",
			     *ret_dir, slash + 1);
		if ((size_t)n < sizeof(ret_at->sun_path))
			return 0;
	}
	return -ENAMETOOLONG;
}

int relay_control_open(const char *path)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_un at;
	own_fd dir = -1;
	own_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -errno : control_address(path, &at, &dir);

	if (r < 0)
		return r;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return fd_take(&fd);
}

static int control_ask(int control, struct request *q, struct response *a)
{
	ssize_t n;

	q->version = PROTOCOL_VERSION;
	do
		n = send(control, q, sizeof(*q), MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	do
		n = recv(control, a, sizeof(*a), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (n == 0)
		return -ECONNRESET;
	if ((size_t)n < offsetof(struct response, link) || a->version != PROTOCOL_VERSION)
		return -EPROTO;
	if (a->links_n > countof(a->link) ||
	    (size_t)n != offsetof(struct response, link) + a->links_n * sizeof(a->link[0]))
		return -EPROTO;
	a->text[sizeof(a->text) - 1] = '\0';
	return a->result;
}

static int request_set_name(struct request *q, const char *link)
{
	size_t n = strlen(link);

	if (n > RELAY_NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(q->name, link, n + 1);
	return 0;
}

/* Sends a request whose response is only a result. */
static int control_order(int control, struct request *q, const char *link, char *err,
			 size_t err_size)
{
	own_free struct response *a = xcalloc(1, sizeof(*a));
	int r = request_set_name(q, link);

	if (r == 0)
		r = control_ask(control, q, a);
	if (r < 0 && err_size) {
		if (a->text[0])
			snprintf(err, err_size, "%s", a->text);
		else
			snprintf(err, err_size, "link '%s': %s", link, strerror(-r));
	}
	return r;
}

int relay_set(int control, const char *link, int towards, const struct impairment *to)
{
	struct request q = { .kind = REQUEST_SET, .towards = (uint32_t)towards, .to[0] = *to };

	return control_order(control, &q, link, NULL, 0);
}

int relay_add(int control, const struct relay_link *link, char *err, size_t err_size)
{
	struct request q = { .kind = REQUEST_ADD, .to = { link->to[0], link->to[1] } };

	memcpy(q.port, link->port, sizeof(q.port));
	return control_order(control, &q, link->name, err, err_size);
}

int relay_remove(int control, const char *link)
{
	struct request q = { .kind = REQUEST_REMOVE };

	return control_order(control, &q, link, NULL, 0);
}

int relay_stats(int control, struct relay_stats *ret)
{
	own_free struct response *a = xcalloc(1, sizeof(*a));
	struct relay_stats s = { .links = NULL };
	int r = 0;

	while (r == 0) {
		struct request q = { .kind = REQUEST_STATS, .first = (uint32_t)s.links_len };

		r = control_ask(control, &q, a);
		if (r < 0)
			break;
		s.engine = a->engine;
		if (a->links_n == 0) {
			*ret = s;
			return 0;
		}
		s.links = xrealloc(s.links, (s.links_len + a->links_n) * sizeof(*s.links));
		memcpy(s.links + s.links_len, a->link, a->links_n * sizeof(*s.links));
		s.links_len += a->links_n;
	}
	free(s.links);
	return r;
}

void relay_stats_release(struct relay_stats *s)
{
	free(s->links);
	*s = (struct relay_stats){ .links = NULL };
}
