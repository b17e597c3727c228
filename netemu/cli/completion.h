/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.h - shell completion: candidates for the word at the cursor. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/cli.h"

/* Takes the words after "netemu"; the last one (maybe "") is the word at the cursor. Prints a line
 * for each candidate: the word, a tab, a description. For a line that begins with a colon the shell
 * adds its own candidates:
 *	:topologies	topology files		:files	any files
 *	:program	programs
 * Errors are ignored, because messages would disturb the prompt. */
void completion_print(char **words, size_t n, struct invocation *inv);

#endif
