/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli.h - the command line is a table.
 *
 * Help, dispatch, options, argument counts, the check for privilege, suggestions: all are made of
 * commands[] and options[], and so are the tests that compare them with the manual page. A command
 * writes results to invocation.out by way of report, and records findings; main() alone prints
 * those.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

/* An interface: scripts depend on it. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED_TEST = 1, /* an expectation or a comparison failed */
	EXIT_MISTAKE = 2,     /* the file or the command line is wrong */
	EXIT_CANNOT = 3,      /* this machine cannot: privilege, kernel feature, missing program */
	EXIT_BROKE = 4	      /* the kernel refused, or something broke while running */
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
	const char *arg; /* NULL: a flag; "a|b|c": one of these words; see also option_words() */
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
enum rest { /* what the command takes verbatim, options of other programs included */
	    REST_NONE,
	    REST_DASHES, /* what follows "--" */
	    REST_ARGS	 /* all that follows the arguments; a "--" between may be left out */
};

struct command {
	const char *name, *args, *help;
	const char *more; /* a paragraph for `netemu help NAME`, or NULL */
	enum exit_status (*run)(struct invocation *inv);
	/* Tells in the format of the result that this machine refuses the command, and returns the
	 * status; NULL: the findings tell it. */
	enum exit_status (*refused)(struct invocation *inv, enum exit_status status);
	size_t min, max;      /* number of arguments */
	unsigned int options; /* OPTION() of those it takes besides the global ones */
	const char *formats;  /* the words of its --format: "a|b|c"; NULL: it has none */
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
	bool reported;	     /* the findings stand in the result already */
	char **program;	     /* to become, once the findings are printed: heap, NULL-terminated */
	const char *package; /* that has the program, or NULL: the user named it */
	int raise;	     /* signal to end by, once all is cleaned up; 0: none */
};

static inline bool given(const struct invocation *inv, enum option_id id)
{
	return inv->value[id] != NULL;
}

/* Reads a command line into the invocation, whose dg must be set. Returns 0, or -EINVAL with a
 * finding; the invocation is to be released either way. */
int cli_parse(int argc, char **argv, struct invocation *ret);
void invocation_release(struct invocation *inv);

/* Runs what was parsed. */
enum exit_status cli_run(struct invocation *inv);

/* Records a mistake in the command line; always EXIT_MISTAKE. */
enum exit_status mistake(struct invocation *inv, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

enum exit_status unknown_command(struct invocation *inv, const char *written);

/* The exit status for an error of the kernel's or of a room below: what privilege or a missing
 * feature causes is EXIT_CANNOT, everything else `otherwise`. */
enum exit_status status_of(int err, enum exit_status otherwise);

/* How the invocation wants its result. */
struct report report_of(const struct invocation *inv);

const struct command *command_named(const char *name);

/* The words that an option of a command (or NULL) takes, "a|b|c"; NULL: any text, or nothing. */
const char *option_words(const struct command *c, enum option_id id);

/* Help of one command, or (NULL) of all; and what to type first. */
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
