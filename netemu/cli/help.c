#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "report/json.h"

#ifndef NETEMU_VERSION
#define NETEMU_VERSION "0.1.0"
#endif
const char netemu_version[] = NETEMU_VERSION;

enum { COLUMN = 33 };

static void print_options(FILE *out, unsigned int which)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];
		own_text left = { 0 };

		if (!(which & OPTION(i)))
			continue;
		if (o->letter)
			text_printf(&left, "-%c, ", o->letter);
		else
			text_add(&left, "    ");
		text_printf(&left, "--%s%s%s", o->name, o->arg ? "=" : "", o->arg ? o->arg : "");
		if (left.n > COLUMN)
			fprintf(out, "  %s\n  %-*s  %s\n", text_str(&left), COLUMN, "",
				o->help);
		else
			fprintf(out, "  %-*s  %s\n", COLUMN, text_str(&left), o->help);
	}
}

static void print_command(FILE *out, const struct command *c)
{
	fprintf(out, "usage: netemu %s%s%s%s\n\n%s\n", c->name, c->options ? " [options]" : "",
		*c->args ? " " : "", c->args, c->help);
	if (c->more)
		fprintf(out, "\n%s\n", c->more);
	fputs("\noptions:\n", out);
	print_options(out, c->options);
	print_options(out, OPTIONS_GLOBAL);
}

static void print_all(FILE *out)
{
	fputs("usage: netemu [options] COMMAND [options] [arguments]\n\ncommands:\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		own_text left = { 0 };

		text_printf(&left, "%s %s", commands[i].name, commands[i].args);
		fprintf(out, "  %-*s  %s\n", COLUMN, text_str(&left), commands[i].help);
	}
	fputs("\noptions of every command:\n", out);
	print_options(out, OPTIONS_GLOBAL);
	fputs("\nexit status: 0 done; 1 an expectation failed; 2 the file or the command line is\n"
	      "wrong; 3 this machine cannot; 4 the kernel refused or something broke\n"
	      "\n'netemu help COMMAND' says more of a command.\n",
	      out);
}

/* ---- the same tables for programs ---- */

static void options_json(struct json *j, unsigned int which)
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
		json_string(j, "argument", o->arg);
		json_string(j, "help", o->help);
		json_close(j);
	}
	json_close(j);
}

static void command_json(struct json *j, const struct command *c)
{
	json_open(j, NULL, '{');
	json_string(j, "name", c->name);
	json_string(j, "arguments", c->args);
	json_string(j, "help", c->help);
	options_json(j, c->options);
	json_close(j);
}

static void print_json(FILE *out, const struct command *only)
{
	struct json j = json_begin(out);

	json_open(&j, NULL, '{');
	json_string(&j, "version", netemu_version);
	json_open(&j, "commands", '[');
	for (size_t i = 0; i < commands_n; i++)
		if (!only || only == &commands[i])
			command_json(&j, &commands[i]);
	json_close(&j);
	options_json(&j, OPTIONS_GLOBAL);
	json_close(&j);
	json_end(&j);
}

void help_print(const struct report *r, const struct command *c)
{
	if (r->json)
		print_json(r->out, c);
	else if (c)
		print_command(r->out, c);
	else
		print_all(r->out);
}

void help_begin(const struct report *r)
{
	fputs("netemu turns a file about clouds, circuits and peerings into a network to ping.\n\n"
	      "  netemu validate FILE       find the file's mistakes\n"
	      "  netemu predict FILE        say what reaches what, and how fast\n"
	      "  sudo netemu up FILE        build it\n"
	      "  sudo netemu ping LAB A B   try it\n"
	      "  sudo netemu down LAB       remove it\n\n"
	      "'netemu help' names all commands, 'netemu doctor' looks at this machine.\n",
	      r->out);
}

enum exit_status cmd_help(struct invocation *inv)
{
	struct report r = report_of(inv);
	const struct command *c = inv->n > 0 ? command_named(inv->args[0]) : NULL;

	if (inv->n > 0 && !c)
		return unknown_command(inv, inv->args[0]);
	help_print(&r, c);
	return EXIT_DONE;
}
