/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line is a table: what is read from it, and what people are told of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "cli/cli.h"

/* A command line, parted at blanks as a shell does. */
struct line {
	char *text;
	char *argv[32];
	int argc;
	struct invocation inv;
	int err;
};

static void line_read(struct line *l, const char *text)
{
	*l = (struct line){ .text = xstrdup(text), .inv = { .dg = diag_new() } };
	for (char *save = NULL, *w = strtok_r(l->text, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		l->argv[l->argc++] = w;
	l->err = cli_parse(l->argc, l->argv, &l->inv);
}

static void line_release(struct line *l)
{
	invocation_release(&l->inv);
	diag_free(l->inv.dg);
	free(l->text);
}

/* What was understood: "command args... -- rest... | name=value ...". */
static void line_say(const struct line *l, struct text *t)
{
	text_add(t, l->inv.command ? l->inv.command->name : "-");
	for (size_t i = 0; i < l->inv.n; i++)
		text_printf(t, " %s", l->inv.args[i]);
	if (l->inv.rest)
		text_add(t, " --");
	for (char **p = l->inv.rest; p && *p; p++)
		text_printf(t, " %s", *p);
	text_add(t, " |");
	for (size_t i = 0; i < OPTIONS; i++)
		if (l->inv.value[i])
			text_printf(t, " %s=%s", cli_options[i].name, l->inv.value[i]);
}

static void options_stand_anywhere_and_arguments_keep_their_order(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "netemu", "- |" },
		{ "netemu --version", "- | version=" },
		{ "netemu validate a b c", "validate a b c |" },
		{ "netemu --json validate -q a --verbose b",
		  "validate a b | json= quiet= verbose=" },
		{ "netemu -qv validate a", "validate a | quiet= verbose=" },
		{ "netemu up f --name x --vrf=namespace", "up f | vrf=namespace name=x" },
		{ "netemu --delay relay up -nx f", "up f | delay=relay name=x" },
		{ "netemu plan --vrf device --delay=netem f", "plan f | vrf=device delay=netem" },
		{ "netemu up -qn x f", "up f | quiet= name=x" },
		{ "netemu up --name= f", "up f | name=" },
		{ "netemu validate -", "validate - |" },
		{ "netemu validate -- -x --json", "validate -x --json |" },
		{ "netemu exec lab node ls -l --json", "exec lab node -- ls -l --json |" },
		{ "netemu exec --json lab node -- ls -- x", "exec lab node -- ls -- x | json=" },
		{ "netemu ping l a b -- -c 3", "ping l a b -- -c 3 |" },
		{ "netemu ping -v l a b", "ping l a b | verbose=" },
		{ "netemu ping l a b --", "ping l a b |" },
		{ "netemu up --help", "up | help=" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		own_text said = { 0 };
		struct line l;

		line_read(&l, cases[i].line);
		assert_int_equal(l.err, 0);
		line_say(&l, &said);
		assert_string_equal(text_str(&said), cases[i].want);
		line_release(&l);
	}
}

static void mistakes_are_named_with_the_nearest_word(void **state)
{
	static const struct {
		const char *line, *text, *hint;
	} cases[] = {
		{ "netemu vlidate f", "there is no command 'vlidate'", "did you mean 'validate'?" },
		{ "netemu xyzzy", "there is no command 'xyzzy'", "'netemu help' names them all" },
		{ "netemu validate --jsno f", "there is no option '--jsno'",
		  "did you mean '--json'?" },
		{ "netemu validate --xyzzy f", "there is no option '--xyzzy'",
		  "see 'netemu help validate'" },
		{ "netemu validate -x f", "there is no option '-x'", "see 'netemu help validate'" },
		{ "netemu validate --name x f", "there is no option '--name'",
		  "see 'netemu help validate'" },
		{ "netemu --name x validate f", "'validate' has no option '--name'",
		  "see 'netemu help validate'" },
		{ "netemu up --vrf dev f", "--vrf is one of auto|device|namespace, not 'dev'",
		  NULL },
		{ "netemu up --vrf= f", "--vrf is one of auto|device|namespace, not ''", NULL },
		{ "netemu up f --name", "--name wants LAB", NULL },
		{ "netemu up --json=yes f", "--json takes no value", NULL },
		{ "netemu predict", "'predict' wants FILE [A B]", "see 'netemu help predict'" },
		{ "netemu up a b", "'up' wants FILE, nothing more", "see 'netemu help up'" },
		{ "netemu list x", "'list' takes no arguments", "see 'netemu help list'" },
		{ "netemu exec lab node", "'exec' wants LAB NODE [--] COMMAND...",
		  "see 'netemu help exec'" },
		{ "netemu ping lab a", "'ping' wants LAB A B [-- OPTION...]",
		  "see 'netemu help ping'" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const struct finding *f;
		struct line l;

		line_read(&l, cases[i].line);
		assert_int_equal(l.err, -EINVAL);
		assert_int_equal(diag_count(l.inv.dg), 1);
		f = diag_at(l.inv.dg, 0);
		assert_string_equal(f->text, cases[i].text);
		if (cases[i].hint)
			assert_string_equal(f->hint, cases[i].hint);
		line_release(&l);
	}
}

/* Runs help on a line and returns what it printed; heap. */
static char *help_of(const char *text)
{
	struct line l;
	char *said;
	size_t n;

	line_read(&l, text);
	assert_int_equal(l.err, 0);
	l.inv.out = open_memstream(&said, &n);
	assert_int_equal(cli_run(&l.inv), EXIT_DONE);
	fclose(l.inv.out);
	line_release(&l);
	return said;
}

static void help_names_every_command_and_option(void **state)
{
	char *all = help_of("netemu --help");

	(void)state;
	for (size_t i = 0; i < commands_n; i++) {
		const struct command *c = &commands[i];
		own_text line = { 0 };
		char *one;

		text_printf(&line, "\n  %s %s", c->name, c->args);
		assert_non_null(strstr(all, text_str(&line)));
		text_clear(&line);
		text_printf(&line, "netemu help %s", c->name);
		one = help_of(text_str(&line));
		assert_non_null(strstr(one, c->help));
		for (size_t o = 0; o < OPTIONS; o++)
			if ((c->options | OPTIONS_GLOBAL) & OPTION(o))
				assert_non_null(strstr(one, cli_options[o].help));
		free(one);
	}
	free(all);
}

static void the_table_is_sound(void **state)
{
	unsigned int used = OPTIONS_GLOBAL;

	(void)state;
	for (size_t i = 0; i < commands_n; i++) {
		const struct command *c = &commands[i];

		assert_ptr_equal(command_named(c->name), c);
		assert_non_null(c->run);
		assert_true(c->min <= c->max);
		assert_int_equal(c->options & OPTIONS_GLOBAL, 0);
		assert_true(c->max > 0 || *c->args == '\0');
		used |= c->options;
	}
	assert_int_equal(used, (1U << OPTIONS) - 1); /* no option that no command takes */
	for (size_t a = 0; a < OPTIONS; a++)
		for (size_t b = 0; b < a; b++) {
			assert_string_not_equal(cli_options[a].name, cli_options[b].name);
			assert_true(!cli_options[a].letter ||
				    cli_options[a].letter != cli_options[b].letter);
		}
}

static void privilege_and_missing_features_are_exit_status_3(void **state)
{
	(void)state;
	assert_int_equal(status_of(0, EXIT_BROKE), EXIT_DONE);
	assert_int_equal(status_of(-EPERM, EXIT_BROKE), EXIT_CANNOT);
	assert_int_equal(status_of(-EOPNOTSUPP, EXIT_BROKE), EXIT_CANNOT);
	assert_int_equal(status_of(-EEXIST, EXIT_BROKE), EXIT_BROKE);
	assert_int_equal(status_of(-ENOENT, EXIT_MISTAKE), EXIT_MISTAKE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere_and_arguments_keep_their_order),
		cmocka_unit_test(mistakes_are_named_with_the_nearest_word),
		cmocka_unit_test(help_names_every_command_and_option),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(privilege_and_missing_features_are_exit_status_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
