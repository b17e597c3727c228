/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h - reads a text file that the user names: a topology, or a part of one. */
#ifndef WORLD_READ_H
#define WORLD_READ_H

struct diag;
struct text;

/* Appends a file, or standard input ("-"), to the text. Returns 0, or -EBADMSG, with a finding, for
 * any error. */
int read_text(const char *path, struct text *ret, struct diag *dg);

#endif
