/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h - the program that the invocation will become, once the findings are printed. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

struct invocation;

/* Adds a word to its command line. */
void program_add(struct invocation *inv, const char *word);

/* Where execvp() would find a program; heap, or NULL. */
char *program_find(const char *name);

#endif
