/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h - the words that the command line and JSON have for netemu's own states. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "plan/plan.h"

const char *vrf_backend_name(enum vrf_backend b);     /* "device", "namespace" */
const char *delay_backend_name(enum delay_backend b); /* "netem", "relay" */

#endif
