/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encoding.h - checks that a text is UTF-8 without characters that control a terminal. */
#ifndef TOPOLOGY_ENCODING_H
#define TOPOLOGY_ENCODING_H

#include <stddef.h>

struct diag;

/* Returns the text after its byte order mark, if it has one. */
const char *encoding_skip_mark(const char *text, size_t n);

/* Checks that a whole file is UTF-8, with tabs and line ends ("\n" or "\r\n") as its only control
 * characters. Moves text and n past a byte order mark. Returns 0, or -EINVAL with the first fault
 * in dg. */
int encoding_check(const char *file, const char **text, size_t *n, struct diag *dg);

/* Returns the offset in s[n] of the first character that must not be printed as it is (a control
 * character, a change of writing direction, invalid UTF-8), or n. */
size_t encoding_first_control(const char *s, size_t n);

#endif
