/* SPDX-License-Identifier: GPL-2.0-or-later */
/* predict.h - predictions for pairs of nodes, from a world's routes. */
#ifndef CLI_PREDICT_H
#define CLI_PREDICT_H

#include "cli/named.h"

typedef VEC(struct prediction) prediction_list; /* heap: predictions_release() */

/* Every pair of hosts, in the order of the nodes. */
void predict_hosts(const struct world *w, prediction_list *ret);
/* The pair of nodes that the second and third argument name. */
enum exit_status predict_named(const struct world *w, struct invocation *inv, prediction_list *ret);
void predictions_release(prediction_list *list);

#endif
