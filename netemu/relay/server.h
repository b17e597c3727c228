/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.h - the delay line's end of the control socket. It never waits for a client. */
#ifndef RELAY_SERVER_H
#define RELAY_SERVER_H

#include "relay/engine.h"

struct server;

/* Listens at `path`, in place of what an earlier one left there. */
int server_open(struct engine *e, const char *path, struct server **ret_server);

/* The socket's file stays: it may be another's by now. NULL is fine. */
void server_close(struct server *s);

#endif
