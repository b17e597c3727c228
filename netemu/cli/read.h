/* read.h - a text that the command line names. */
#ifndef CLI_READ_H
#define CLI_READ_H

#include "cli/cli.h"

struct text;

/* All of a file, or of standard input ("-"): EXIT_MISTAKE when it cannot be read. */
enum exit_status read_text(const char *path, struct text *ret, struct invocation *inv);

#endif
