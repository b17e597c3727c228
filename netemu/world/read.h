/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h - a text that a user names: a topology, or what is to be added to one. */
#ifndef WORLD_READ_H
#define WORLD_READ_H

struct diag;
struct text;

/* All of a file, or of standard input ("-"), behind what the text holds. 0; or -EBADMSG, with a
 * finding, when it cannot be read, for whatever reason: the caller named the wrong file. */
int read_text(const char *path, struct text *ret, struct diag *dg);

#endif
