/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main() parses and runs the command, prints its findings and sets the exit status. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static void main_print_findings(const struct invocation *inv)
{
	struct report r = { .out = stderr,
			    .json = given(inv, OPT_JSON),
			    .coloured = report_may_colour(stderr) };

	if (inv->reported || diag_count(inv->dg) == 0)
		return;
	diag_sort(inv->dg);
	report_findings(&r, inv->dg, given(inv, OPT_QUIET) ? DIAG_WARNING : DIAG_NOTE);
}

/* With --json, standard error must hold the one JSON document of findings and nothing else. */
static void main_print_note(void *ctx, const char *text)
{
	const struct invocation *inv = ctx;

	if (!given(inv, OPT_QUIET) && !given(inv, OPT_JSON))
		dprintf(STDERR_FILENO, "netemu: %s\n", text);
}

/* Executes the program that the command has prepared. Returns only on failure. */
static enum exit_status main_exec_program(struct invocation *inv)
{
	struct pos nowhere = { 0 };
	int err;

	execvp(inv->program[0], inv->program);
	err = -errno;
	diag_error(inv->dg, nowhere, err, "program", "cannot run '%s': %s", inv->program[0],
		   strerror(-err));
	if (err == -ENOENT && inv->package)
		diag_hint(inv->dg, "apt-get install %s", inv->package);
	return EXIT_CANNOT;
}

/* Report a write error, so that a full disk does not look like success. A closed pipe needs no
 * finding: main() ends by SIGPIPE then. */
static enum exit_status main_flush_output(struct invocation *inv, enum exit_status status)
{
	struct pos nowhere = { 0 };

	if ((fflush(inv->out) == 0 && !ferror(inv->out)) || inv->raise == SIGPIPE)
		return status;
	diag_error(inv->dg, nowhere, -EIO, "output", "cannot write the result: %s",
		   strerror(errno));
	return status == EXIT_DONE ? EXIT_BROKE : status;
}

/* End by the signal itself, so that the parent process sees it in the wait status. */
static void raise_default_signal(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* Reopen closed standard descriptors on /dev/null, so that a later open() cannot reuse 0, 1 or 2.
 * The access mode is the opposite one: reading standard input or writing output still fails. */
static void reopen_standard_fds(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	struct invocation inv = { .dg = diag_new(), .out = stdout };
	enum exit_status status = EXIT_MISTAKE;
	int ended_by;

	diag_listen(main_print_note, &inv);
	reopen_standard_fds();
	(void)signal(SIGCHLD, SIG_DFL); /* an inherited SIG_IGN would break waitpid() */
	if (cli_parse(argc, argv, &inv) == 0)
		status = main_flush_output(&inv, cli_run(&inv));
	main_print_findings(&inv);
	if (inv.program && status == EXIT_DONE) {
		diag_free(inv.dg);
		inv.dg = diag_new();
		status = main_exec_program(&inv);
		main_print_findings(&inv);
	}
	ended_by = inv.raise;
	invocation_release(&inv);
	diag_free(inv.dg);
	if (ended_by)
		raise_default_signal(ended_by);
	return (int)status;
}
