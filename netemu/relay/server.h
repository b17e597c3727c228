/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - the delay line's end of the control socket. The server never waits for a client. */
#ifndef RELAY_SERVER_H
#define RELAY_SERVER_H

#include "relay/engine.h"

struct server;

/* Listens at `path`; replaces the socket of an earlier process. Returns 0 or -errno. */
int server_open(struct engine *e, const char *path, struct server **ret_server);

/* Closes the server. The socket's file stays: it may belong to a later process. NULL is fine. */
void server_close(struct server *s);

#endif
