/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h - the program that main() executes after it has printed the findings. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

struct invocation;

/* Appends a copy of the word to the program's command line. */
void program_add(struct invocation *inv, const char *word);

/* The path at which execvp() would find a program; heap, or NULL. */
char *program_find(const char *name);

#endif
