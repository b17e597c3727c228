/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encoding.h - text that may be shown: UTF-8, without what a terminal would obey. */
#ifndef TOPOLOGY_ENCODING_H
#define TOPOLOGY_ENCODING_H

#include <stddef.h>

struct diag;

/* The text behind its byte order mark, if it has one. */
const char *encoding_skip_mark(const char *text, size_t n);

/* Checks a whole file: UTF-8, and of the control characters only tabs and line ends ("\n" or
 * "\r\n"). A byte order mark is stepped over: text and n are moved. Returns 0, or -EINVAL with
 * the first fault in dg. */
int encoding_check(const char *file, const char **text, size_t *n, struct diag *dg);

/* Where in s[n] the first character stands that may not be printed as it is (a control character,
 * a change of writing direction, a fault of UTF-8); n if none does. */
size_t encoding_first_control(const char *s, size_t n);

#endif
