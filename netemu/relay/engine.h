/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.h - the loop that carries frames. One thread, no locks. */
#ifndef RELAY_ENGINE_H
#define RELAY_ENGINE_H

#include "relay/link.h"

struct engine;

/* Makes an engine in the caller's namespace, that of the ports. NULL on failure, with `err`. */
struct engine *engine_new(const struct relay_config *cfg, char *err, size_t err_size);
void engine_free(struct engine *e);

int engine_add(struct engine *e, const struct relay_link *link, char *err, size_t err_size);
int engine_remove(struct engine *e, const char *name);			    /* or -ENOENT */
struct relayed_link *engine_find(const struct engine *e, const char *name); /* or NULL */

/* The i-th link in the order they were added, or NULL. */
struct relayed_link *engine_link(const struct engine *e, size_t i);
void engine_read_stats(const struct engine *e, struct relay_engine_stats *ret);

/* Calls the handler whenever the descriptor is readable. The handler must outlive the watch. */
int engine_watch(struct engine *e, int fd, struct event_handler *w);
void engine_unwatch(struct engine *e, int fd);

/* engine_raise() asks for real-time priority and locked memory. engine_run() carries frames until
 * SIGTERM, or until all ports have been gone for ten seconds. */
void engine_raise(struct engine *e);
void engine_run(struct engine *e);

#endif
