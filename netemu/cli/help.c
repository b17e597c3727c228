/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "cli/program.h"
#include "report/json.h"

#ifndef NETEMU_VERSION
#define NETEMU_VERSION "0.1.0"
#endif
const char netemu_version[] = NETEMU_VERSION;

enum { COLUMN = 33 };

static const char *option_argument(const struct command *c, enum option_id id)
{
	const char *words = option_words(c, id);

	return words ? words : cli_options[id].arg;
}

static void help_print_options(FILE *out, const struct command *c, unsigned int which)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];
		const char *arg = option_argument(c, (enum option_id)i);
		own_text left = { 0 };

		if (!(which & OPTION(i)))
			continue;
		if (o->letter)
			text_printf(&left, "-%c, ", o->letter);
		else
			text_add(&left, "    ");
		text_printf(&left, "--%s%s%s", o->name, arg ? "=" : "", arg ? arg : "");
		if (left.n > COLUMN)
			fprintf(out, "  %s\n  %-*s  %s\n", text_str(&left), COLUMN, "", o->help);
		else
			fprintf(out, "  %-*s  %s\n", COLUMN, text_str(&left), o->help);
	}
}

static void help_print_command(FILE *out, const struct command *c)
{
	fprintf(out, "usage: netemu %s%s%s%s\n\n%s\n", c->name, c->options ? " [options]" : "",
		*c->args ? " " : "", c->args, c->help);
	if (c->more)
		fprintf(out, "\n%s\n", c->more);
	fputs("\noptions:\n", out);
	help_print_options(out, c, c->options);
	help_print_options(out, c, OPTIONS_GLOBAL);
}

static void help_print_all(FILE *out)
{
	fputs("usage: netemu [options] COMMAND [options] [arguments]\n\ncommands:\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		own_text left = { 0 };

		text_printf(&left, "%s %s", commands[i].name, commands[i].args);
		if (left.n > COLUMN)
			fprintf(out, "  %s\n  %-*s  %s\n", text_str(&left), COLUMN, "",
				commands[i].help);
		else
			fprintf(out, "  %-*s  %s\n", COLUMN, text_str(&left), commands[i].help);
	}
	fputs("\noptions of every command:\n", out);
	help_print_options(out, NULL, OPTIONS_GLOBAL);
	fputs("\nexit status: 0 done; 1 an expectation failed; 2 the file or the command line is\n"
	      "wrong; 3 this machine cannot; 4 the kernel refused or something broke\n"
	      "\n'netemu help COMMAND' says more of a command.\n",
	      out);
}

/* ---- the tables as JSON ---- */

static void help_options_json(struct json *j, const struct command *c, unsigned int which)
{
	json_open(j, "options", '[');
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];
		char letter[] = { o->letter, '\0' };

		if (!(which & OPTION(i)))
			continue;
		json_row(j, NULL, '{');
		json_string(j, "name", o->name);
		json_string(j, "letter", o->letter ? letter : NULL);
		json_string(j, "argument", option_argument(c, (enum option_id)i));
		json_string(j, "help", o->help);
		json_close(j);
	}
	json_close(j);
}

static void help_command_json(struct json *j, const struct command *c)
{
	json_open(j, NULL, '{');
	json_string(j, "name", c->name);
	json_string(j, "arguments", c->args);
	json_string(j, "help", c->help);
	help_options_json(j, c, c->options);
	json_close(j);
}

static void help_print_json(FILE *out, const struct command *only)
{
	struct json j = json_begin(out);

	json_open(&j, NULL, '{');
	json_string(&j, "version", netemu_version);
	json_open(&j, "commands", '[');
	for (size_t i = 0; i < commands_n; i++)
		if (!only || only == &commands[i])
			help_command_json(&j, &commands[i]);
	json_close(&j);
	help_options_json(&j, NULL, OPTIONS_GLOBAL);
	json_close(&j);
	json_end(&j);
}

void help_print(const struct report *r, const struct command *c)
{
	if (r->json)
		help_print_json(r->out, c);
	else if (c)
		help_print_command(r->out, c);
	else
		help_print_all(r->out);
}

void help_begin(const struct report *r)
{
	fputs("netemu turns a file about clouds, circuits and peerings into a network to ping.\n\n"
	      "  netemu init                write a small topology to start from\n"
	      "  netemu validate FILE       find the file's mistakes\n"
	      "  netemu predict FILE        say what reaches what, and how fast\n"
	      "  netemu graph FILE          draw it\n"
	      "  sudo netemu up FILE        build it\n"
	      "  sudo netemu ping LAB A B   try it\n"
	      "  sudo netemu down LAB       remove it\n\n"
	      "'netemu help' names all commands, 'netemu doctor' looks at this machine.\n",
	      r->out);
}

/* The path of the manual page installed with this program; heap, or NULL. */
static char *manual_page_path(const struct command *c)
{
	static const char *const suffixes[] = { "", ".gz" };
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n <= 0)
		return NULL;
	program[n] = '\0';
	for (int up = 0; up < 2; up++) { /* PREFIX/bin/netemu */
		char *slash = strrchr(program, '/');

		*(slash ? slash : program) = '\0';
	}
	for (size_t i = 0; i < countof(suffixes); i++) {
		char *page = xasprintf("%s/share/man/man8/netemu%s%s.8%s", program, c ? "-" : "",
				       c ? c->name : "", suffixes[i]);

		if (access(page, R_OK) == 0)
			return page;
		free(page);
	}
	return NULL;
}

/* On a terminal, prepares man(1) to show the manual page. False: man or the page is missing. */
static bool help_open_manual_page(struct invocation *inv, const struct command *c)
{
	bool wanted = isatty(fileno(inv->out)) && !given(inv, OPT_JSON) && !given(inv, OPT_QUIET);
	own_free char *man = wanted ? program_find("man") : NULL;
	own_free char *page = man ? manual_page_path(c) : NULL;

	if (!page)
		return false;
	program_add(inv, man);
	program_add(inv, page);
	return true;
}

enum exit_status cmd_help(struct invocation *inv)
{
	struct report r = report_of(inv);
	const struct command *c = inv->n > 0 ? command_named(inv->args[0]) : NULL;

	if (inv->n > 0 && !c)
		return unknown_command(inv, inv->args[0]);
	if (!help_open_manual_page(inv, c))
		help_print(&r, c);
	return EXIT_DONE;
}
