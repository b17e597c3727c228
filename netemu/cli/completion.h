/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.h - what may stand at the cursor of a half-written command line, in every shell. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/cli.h"

/* The words behind "netemu", the last of which (maybe "") is the one at the cursor. Prints a line
 * for each word that may stand there: the word, a tab, a few words on it. A line with a colon is
 * for the shell to fulfil:
 *	:topologies	topology files		:files	any files
 *	:program	a program
 * Nothing is said of what is wrong: there is nobody who would read it. */
void completion_print(char **words, size_t n, struct invocation *inv);

#endif
