/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "cli/templates.h"

const struct cli_option cli_options[OPTIONS] = {
	[OPT_HELP] = { 'h', "help", NULL, "say what it does and what it takes" },
	[OPT_VERSION] = { 'V', "version", NULL, "print the version" },
	[OPT_JSON] = { 'j', "json", NULL, "print the result (and errors) as JSON" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "leave notes out" },
	[OPT_VERBOSE] = { 'v', "verbose", NULL, "print more" },
	[OPT_VRF] = { 0, "vrf", "auto|device|namespace",
		      "what serves as a routing instance (auto: what the kernel has)" },
	[OPT_DELAY] = { 0, "delay", "auto|netem|relay",
			"what delays packets (auto: what the kernel has)" },
	[OPT_RULES] = { 0, "rules", "auto|nftables|iptables",
			"what filters and translates packets (auto: what the kernel has)" },
	[OPT_NAME] = { 'n', "name", "LAB", "call the lab so, not by the file's name for it" },
	[OPT_ALL] = { 'a', "all", NULL, "all of them, none by name" },
	[OPT_COUNTS] = { 0, "counts", NULL, "only how many objects of each kind" },
	[OPT_MATRIX] = { 'm', "matrix", NULL, "try, or draw, every pair of hosts" },
	[OPT_PROBER] = { 0, "prober", "own|system",
			 "who sends the packets: netemu, or the standard ping and traceroute" },
	[OPT_TOLERANCE] = { 0, "tolerance", "TIME",
			    "how far a round trip may be off, on top of 2 % (0.4ms)" },
	[OPT_FORMAT] = { 0, "format", "FORMAT", "how to print the result" },
	[OPT_OUTPUT] = { 'o', "output", "PATH", "print the result to a file" },
	[OPT_KIND] = { 'k', "kind", TEMPLATE_KINDS, "what to start from (avs)" },
	[OPT_INTERVAL] = { 'i', "interval", "TIME", "how often to try (1s)" },
	[OPT_COUNT] = { 'c', "count", "N", "end after so many rounds, or packets" },
	[OPT_PATH] = { 'p', "path", NULL, "paint the way from node A to node B, and back" },
	[OPT_SCENARIO] = { 's', "scenario", "NAME", "the scenario of that name, or all of them" },
	[OPT_RESET] = { 0, "reset", NULL, "do to the link what the file says, and nothing else" },
	[OPT_DRY_RUN] = { 0, "dry-run", NULL, "only say what would change" },
	[OPT_HOPS] = { 0, "hops", "all|azure",
		       "which hops a traceroute shows (what the file says)" },
	[OPT_AS] = { 0, "as", "effective-routes|circuit|learned|advertised",
		     "as the cloud's own tools print it" },
	[OPT_DIFF] = { 0, "diff", "LAB", "only what is not as in this lab" },
	[OPT_WRITE] = { 'w', "write", "PATH", "write the packets to a file (-: standard output)" },
	[OPT_SNAPLEN] = { 0, "snaplen", "BYTES", "keep so much of each packet (all)" },
	[OPT_WAIT] = { 0, "wait", NULL, "return when the kernel has freed them" },
	[OPT_SCHEMA] = { 0, "schema", NULL, "print the JSON Schema of topology files" },
};

enum exit_status mistake(struct invocation *inv, const char *id, const char *fmt, ...)
{
	struct pos nowhere = { 0 };
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	diag_error(inv->dg, nowhere, -EINVAL, id, "%s", text);
	free(text);
	return EXIT_MISTAKE;
}

/* ---- suggestions ---- */

static void suggest_option(struct invocation *inv, unsigned int allowed, const char *written)
{
	const char *words[OPTIONS], *near;
	size_t n = 0;

	for (size_t i = 0; i < OPTIONS; i++)
		if (allowed & OPTION(i))
			words[n++] = cli_options[i].name;
	near = text_nearest(written, words, n);
	if (near)
		diag_hint(inv->dg, "did you mean '--%s'?", near);
	else if (inv->command)
		diag_hint(inv->dg, "see 'netemu help %s'", inv->command->name);
	else
		diag_hint(inv->dg, "see 'netemu help'");
}

enum exit_status unknown_command(struct invocation *inv, const char *written)
{
	const char **words = xcalloc(commands_n, sizeof(*words)), *near;

	for (size_t i = 0; i < commands_n; i++)
		words[i] = commands[i].name;
	mistake(inv, "unknown-command", "there is no command '%s'", written);
	near = text_nearest(written, words, commands_n);
	if (near)
		diag_hint(inv->dg, "did you mean '%s'?", near);
	else
		diag_hint(inv->dg, "'netemu help' names them all");
	free(words);
	return EXIT_MISTAKE;
}

/* Whether the word is one of "a|b|c". */
static bool option_is_choice(const char *choices, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = choices; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
		if (strncmp(p, word, n) == 0 && (p[n] == '|' || p[n] == '\0') && n > 0)
			return true;
	return false;
}

const char *option_words(const struct command *c, enum option_id id)
{
	const char *arg = id == OPT_FORMAT && c ? c->formats : cli_options[id].arg;

	return arg && strchr(arg, '|') ? arg : NULL;
}

/* ---- reading ---- */

struct option_reader {
	char **argv;
	int argc, at;
	bool only_args; /* "--" was seen */
	struct invocation *inv;
};

static unsigned int options_allowed(const struct invocation *inv)
{
	return inv->command ? OPTIONS_GLOBAL | inv->command->options : ~0U;
}

/* Stores the option's value: the text after '=' or after the letter, else the next word. */
static int option_take_value(struct option_reader *r, enum option_id id, const char *attached)
{
	const struct cli_option *o = &cli_options[id];

	if (o->arg && !attached && r->at >= r->argc) {
		mistake(r->inv, "option-value", "--%s wants %s", o->name, o->arg);
		return -EINVAL;
	}
	r->inv->value[id] = !o->arg ? "" : attached ? attached : r->argv[r->at++];
	return 0;
}

static int option_read_long(struct option_reader *r, const char *word)
{
	const char *value = strchr(word, '=');
	size_t n = value ? (size_t)(value - word) : strlen(word);
	char *name;

	for (size_t i = 0; i < OPTIONS; i++) {
		const char *known = cli_options[i].name;

		if (strlen(known) != n || strncmp(known, word, n) != 0 ||
		    !(options_allowed(r->inv) & OPTION(i)))
			continue;
		if (value && !cli_options[i].arg) {
			mistake(r->inv, "option-value", "--%s takes no value", known);
			return -EINVAL;
		}
		return option_take_value(r, (enum option_id)i, value ? value + 1 : NULL);
	}
	name = xasprintf("%.*s", (int)n, word);
	mistake(r->inv, "unknown-option", "there is no option '--%s'", name);
	suggest_option(r->inv, options_allowed(r->inv), name);
	free(name);
	return -EINVAL;
}

static int option_find_letter(const struct invocation *inv, char letter)
{
	for (int i = 0; i < OPTIONS; i++)
		if (cli_options[i].letter == letter && (options_allowed(inv) & OPTION(i)))
			return i;
	return -1;
}

/* "-qv", "-nNAME", "-n NAME". */
static int option_read_letters(struct option_reader *r, const char *letters)
{
	for (const char *p = letters; *p; p++) {
		int id = option_find_letter(r->inv, *p), err;

		if (id < 0) {
			mistake(r->inv, "unknown-option", "there is no option '-%c'", *p);
			suggest_option(r->inv, options_allowed(r->inv), "");
			return -EINVAL;
		}
		if (cli_options[id].arg)
			return option_take_value(r, (enum option_id)id, p[1] ? p + 1 : NULL);
		err = option_take_value(r, (enum option_id)id, NULL);
		if (err < 0)
			return err;
	}
	return 0;
}

static int cli_read_word(struct option_reader *r, char *word)
{
	struct invocation *inv = r->inv;

	if (inv->command) {
		inv->args[inv->n++] = word;
		return 0;
	}
	inv->command = command_named(word);
	if (inv->command)
		return 0;
	unknown_command(inv, word);
	return -EINVAL;
}

static void cli_take_rest(struct option_reader *r)
{
	if (r->at < r->argc)
		r->inv->rest = r->argv + r->at;
	r->at = r->argc;
}

static int cli_read_next(struct option_reader *r)
{
	const struct command *c = r->inv->command;
	char *word = r->argv[r->at];

	if (c && c->rest == REST_ARGS && r->inv->n == c->max) {
		r->at += strcmp(word, "--") == 0;
		cli_take_rest(r);
		return 0;
	}
	r->at++;
	if (r->only_args || word[0] != '-' || word[1] == '\0')
		return cli_read_word(r, word);
	if (strcmp(word, "--") != 0)
		return word[1] == '-' ? option_read_long(r, word + 2)
				      : option_read_letters(r, word + 1);
	if (c && c->rest == REST_DASHES)
		cli_take_rest(r);
	r->only_args = true;
	return 0;
}

static int option_check_value(struct invocation *inv, enum option_id id)
{
	const char *words = option_words(inv->command, id);

	if (!words || option_is_choice(words, inv->value[id]))
		return 0;
	mistake(inv, "option-value", "--%s is one of %s, not '%s'", cli_options[id].name, words,
		inv->value[id]);
	return -EINVAL;
}

/* Checks the options against the command. Before the command, cli_read_next() accepts the options
 * of every command. */
static int cli_check_options(struct invocation *inv)
{
	int err = 0;

	for (size_t i = 0; i < OPTIONS && err == 0; i++) {
		if (!inv->value[i])
			continue;
		if (options_allowed(inv) & OPTION(i)) {
			err = option_check_value(inv, (enum option_id)i);
			continue;
		}
		mistake(inv, "unknown-option", "'%s' has no option '--%s'", inv->command->name,
			cli_options[i].name);
		diag_hint(inv->dg, "see 'netemu help %s'", inv->command->name);
		err = -EINVAL;
	}
	return err;
}

static int cli_check_argument_count(struct invocation *inv)
{
	const struct command *c = inv->command;

	if (!c || given(inv, OPT_HELP) || given(inv, OPT_VERSION))
		return 0;
	if (inv->n > c->max && *c->args)
		mistake(inv, "arguments", "'%s' wants %s, nothing more", c->name, c->args);
	else if (inv->n > c->max)
		mistake(inv, "arguments", "'%s' takes no arguments", c->name);
	else if (inv->n < c->min || (c->rest == REST_ARGS && !inv->rest))
		mistake(inv, "arguments", "'%s' wants %s", c->name, c->args);
	else
		return 0;
	diag_hint(inv->dg, "see 'netemu help %s'", c->name);
	return -EINVAL;
}

int cli_parse(int argc, char **argv, struct invocation *ret)
{
	struct option_reader r = { .argv = argv, .argc = argc, .at = 1, .inv = ret };
	int err = 0;

	ret->args = xcalloc((size_t)argc + 1, sizeof(*ret->args));
	while (r.at < r.argc && err == 0)
		err = cli_read_next(&r);
	if (err == 0)
		err = cli_check_options(ret);
	return err == 0 ? cli_check_argument_count(ret) : err;
}

void invocation_release(struct invocation *inv)
{
	for (char **p = inv->program; p && *p; p++)
		free(*p);
	free(inv->program);
	free(inv->args);
	inv->program = NULL;
	inv->args = NULL;
}
