/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli.h - the command line is a table.
 *
 * Help, dispatch, options, argument counts, privilege checks and suggestions are derived from
 * commands[] and cli_options[]; tests compare both tables with the manual pages. A command writes
 * results to invocation.out through report/, and records findings, which only main() prints.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

/* These values are a stable interface for scripts. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED_TEST = 1, /* an expectation or a comparison failed */
	EXIT_MISTAKE = 2,     /* the file or the command line is invalid */
	EXIT_CANNOT = 3,      /* this machine lacks a privilege, a kernel feature or a program */
	EXIT_BROKE = 4	      /* the kernel refused, or another failure at run time */
};

enum option_id {
	OPT_HELP,
	OPT_VERSION,
	OPT_JSON,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_VRF,
	OPT_DELAY,
	OPT_RULES,
	OPT_NAME,
	OPT_ALL,
	OPT_COUNTS,
	OPT_MATRIX,
	OPT_TOLERANCE,
	OPT_PROBER,
	OPT_FORMAT,
	OPT_OUTPUT,
	OPT_PATH,
	OPT_KIND,
	OPT_INTERVAL,
	OPT_COUNT,
	OPT_SCENARIO,
	OPT_RESET,
	OPT_DRY_RUN,
	OPT_DIFF,
	OPT_HOPS,
	OPT_AS,
	OPT_WAIT,
	OPT_SCHEMA,
	OPT_WRITE,
	OPT_SNAPLEN,
	OPTIONS
};
#define OPTION(id) (1U << (id))
#define OPTIONS_GLOBAL                                                                             \
	(OPTION(OPT_HELP) | OPTION(OPT_VERSION) | OPTION(OPT_JSON) | OPTION(OPT_QUIET) |           \
	 OPTION(OPT_VERBOSE))

struct cli_option {
	char letter; /* or 0 */
	const char *name;
	const char *arg; /* NULL: a flag; "a|b|c": one of these words; see option_words() */
	const char *help;
};
extern const struct cli_option cli_options[OPTIONS];

struct invocation;

enum { ARGS_MANY = 999 };
enum privilege {
	NEEDS_NOTHING,
	NEEDS_ADMIN,  /* root, or a user's own namespaces */
	NEEDS_SANDBOX /* makes namespaces of its own */
};
enum rest { /* words that the command takes verbatim, including options of other programs */
	    REST_NONE,
	    REST_DASHES, /* the words after "--" */
	    REST_ARGS	 /* all words after the arguments; "--" is optional */
};

struct command {
	const char *name, *args, *help;
	const char *more; /* a paragraph for `netemu help NAME`, or NULL */
	enum exit_status (*run)(struct invocation *inv);
	/* Reports, in the format of the result, that this machine cannot run the command; returns
	 * the exit status. NULL: the findings suffice. */
	enum exit_status (*refused)(struct invocation *inv, enum exit_status status);
	size_t min, max;      /* number of arguments */
	unsigned int options; /* OPTION() bits, besides the global options */
	const char *formats;  /* values of --format: "a|b|c"; NULL: no such option */
	enum privilege needs;
	enum rest rest;
};
extern const struct command commands[];
extern const size_t commands_n;

struct invocation {
	const struct command *command; /* NULL: none was named */
	const char *value[OPTIONS];    /* NULL: not given; "" for a flag */
	const char **args;	       /* n of them */
	size_t n;
	char **rest; /* verbatim, NULL-terminated as argv is; NULL: nothing */
	struct diag *dg;
	FILE *out;
	bool reported;	     /* the result includes the findings */
	char **program;	     /* main() executes it at the end: heap, NULL-terminated */
	const char *package; /* that provides `program`; NULL: the user chose it */
	int raise;	     /* main() ends by this signal after cleanup; 0: none */
};

static inline bool given(const struct invocation *inv, enum option_id id)
{
	return inv->value[id] != NULL;
}

/* Parses a command line into the invocation, whose dg must be set. Returns 0, or -EINVAL with a
 * finding. The caller releases the invocation in both cases. */
int cli_parse(int argc, char **argv, struct invocation *ret);
void invocation_release(struct invocation *inv);

/* Runs the parsed command. */
enum exit_status cli_run(struct invocation *inv);

/* Records a mistake in the command line. Always returns EXIT_MISTAKE. */
enum exit_status mistake(struct invocation *inv, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

enum exit_status unknown_command(struct invocation *inv, const char *written);

/* The exit status for a negative errno: EXIT_CANNOT if a missing privilege or feature causes it,
 * else `otherwise`; EXIT_DONE for 0. */
enum exit_status status_of(int err, enum exit_status otherwise);

/* The output stream and format that the options select. */
struct report report_of(const struct invocation *inv);

const struct command *command_named(const char *name);

/* The values that an option takes, as "a|b|c", for a command or (NULL) in general. NULL: any text,
 * or no value. */
const char *option_words(const struct command *c, enum option_id id);

/* Print the help of one command or (NULL) of all; the introduction for a call without command. */
void help_print(const struct report *r, const struct command *c);
void help_begin(const struct report *r);
extern const char netemu_version[];

enum exit_status cmd_validate(struct invocation *inv);
enum exit_status cmd_predict(struct invocation *inv);
enum exit_status cmd_explain(struct invocation *inv);
enum exit_status cmd_routes(struct invocation *inv);
enum exit_status cmd_plan(struct invocation *inv);
enum exit_status cmd_up(struct invocation *inv);
enum exit_status cmd_down(struct invocation *inv);
enum exit_status cmd_list(struct invocation *inv);
enum exit_status cmd_status(struct invocation *inv);
enum exit_status cmd_run(struct invocation *inv);
enum exit_status cmd_capture(struct invocation *inv);
enum exit_status cmd_exec(struct invocation *inv);
enum exit_status cmd_shell(struct invocation *inv);
enum exit_status cmd_ping(struct invocation *inv);
enum exit_status cmd_traceroute(struct invocation *inv);
enum exit_status cmd_test(struct invocation *inv);
enum exit_status test_refused(struct invocation *inv, enum exit_status status);
enum exit_status cmd_demo(struct invocation *inv);
enum exit_status cmd_apply(struct invocation *inv);
enum exit_status cmd_connect(struct invocation *inv);
enum exit_status cmd_disconnect(struct invocation *inv);
enum exit_status cmd_fail(struct invocation *inv);
enum exit_status cmd_restore(struct invocation *inv);
enum exit_status cmd_impair(struct invocation *inv);
enum exit_status cmd_doctor(struct invocation *inv);
enum exit_status cmd_gc(struct invocation *inv);
enum exit_status cmd_graph(struct invocation *inv);
enum exit_status cmd_init(struct invocation *inv);
enum exit_status cmd_completion(struct invocation *inv);
enum exit_status cmd_watch(struct invocation *inv);
enum exit_status cmd_export(struct invocation *inv);
enum exit_status cmd_help(struct invocation *inv);

#endif
