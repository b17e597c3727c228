/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/completion.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "cli/completion_scripts.h"
#include "cli/named.h"
#include "fabric/fabric.h"
#include "model/model.h"

/* The command line up to the cursor. */
struct line {
	const struct command *command;
	const char **args;
	size_t n;
	unsigned int seen; /* options that stand there already */
	int wanting;	   /* the option whose value comes next; -1: none */
	bool only_args;	   /* "--" was seen */
	size_t rest;	   /* words of another program's command line, "--" not counted ... */
	bool in_rest;	   /* ... which has begun */
	const char *word;  /* at the cursor */
	struct invocation *inv;
	struct map *said; /* the words that were said; they live in the arena */
	struct arena *arena;
};

/* Once, if it begins as what is written does. */
static void say(struct line *l, const char *prefix, const char *word, const char *about)
{
	const char *whole = arena_printf(l->arena, "%s%s", prefix, word);

	if (strncmp(whole, l->word, strlen(l->word)) == 0 && !map_add(l->said, whole, l))
		fprintf(l->inv->out, "%s\t%s\n", whole, about);
}

static void ask_shell(const struct line *l, const char *what)
{
	fprintf(l->inv->out, ":%s\n", what);
}

/* ---- what stands there already ---- */

/* (Before the command, those of any.) */
static bool takes(const struct line *l, enum option_id id)
{
	return !l->command || ((OPTIONS_GLOBAL | l->command->options) & OPTION(id));
}

static void read_option(struct line *l, const char *word)
{
	const char *name = word[1] == '-' ? word + 2 : NULL;
	size_t n = name ? strcspn(name, "=") : 0;

	for (int id = 0; id < OPTIONS; id++) {
		const struct cli_option *o = &cli_options[id];
		const char *letter = name || !o->letter ? NULL : strchr(word + 1, o->letter);
		bool named = name && strlen(o->name) == n && strncmp(o->name, name, n) == 0;

		if (!takes(l, (enum option_id)id) || !(named || letter))
			continue;
		l->seen |= OPTION(id);
		if (o->arg && (named ? name[n] == '\0' : letter && letter[1] == '\0'))
			l->wanting = id;
	}
}

static void read_argument(struct line *l, const char *word)
{
	if (!l->command) {
		l->command = command_named(word);
		return;
	}
	l->args[l->n++] = word;
	l->in_rest = l->command->rest == REST_ARGS && l->n == l->command->max;
}

static void read_word(struct line *l, const char *word)
{
	if (l->in_rest) {
		l->rest += l->rest > 0 || strcmp(word, "--") != 0;
	} else if (l->wanting >= 0) {
		l->wanting = -1;
	} else if (l->only_args || word[0] != '-' || word[1] == '\0') {
		read_argument(l, word);
	} else if (strcmp(word, "--") == 0) {
		l->only_args = true;
		l->in_rest = l->command && l->command->rest == REST_DASHES;
	} else {
		read_option(l, word);
	}
}

/* ---- what may come ---- */

static void say_commands(struct line *l)
{
	for (size_t i = 0; i < commands_n; i++)
		say(l, "", commands[i].name, commands[i].help);
}

static void say_options(struct line *l)
{
	unsigned int may = OPTIONS_GLOBAL | (l->command ? l->command->options : 0);

	for (int id = 0; id < OPTIONS; id++)
		if (may & ~l->seen & OPTION(id))
			say(l, "--", cli_options[id].name, cli_options[id].help);
}

static void say_labs(struct line *l)
{
	lab_names names = { 0 };

	(void)lab_list(&names, l->inv->dg);
	for (each(char *, name, &names))
		say(l, "", *name, "a lab");
	for (each(char *, name, &names))
		free(*name);
	vec_free(&names);
}

/* What the first argument names. False: nothing that can be read at once and to its end. */
static bool find_world(struct line *l, struct world *ret)
{
	struct stat st;

	if (l->n == 0 || strcmp(l->args[0], "-") == 0)
		return false;
	if (stat(l->args[0], &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return false;
	return named_world(ret, l->args[0], l->inv) == EXIT_DONE;
}

static void say_object(struct line *l, const struct object *o)
{
	if (o)
		say(l, "", o->name, object_kind_name(o->kind));
}

static void say_objects(struct line *l, const struct fabric *f)
{
	for (each(struct node, n, &f->nodes))
		say_object(l, n->object);
	for (each(struct session, s, &f->sessions))
		say_object(l, s->object);
	for (each(struct fabric_link, k, &f->links))
		say_object(l, k->object);
}

enum { NODES = 1, OBJECTS = 2 };

static void say_names(struct line *l, unsigned int which)
{
	struct world w = { 0 };

	if (find_world(l, &w)) {
		if (which & OBJECTS)
			say_objects(l, w.fabric);
		for (each(struct node, n, &w.fabric->nodes))
			say(l, "", n->name,
			    n->object ? object_kind_name(n->object->kind) : "a node");
	}
	world_release(&w);
}

static void say_scenarios(struct line *l)
{
	struct world w = { 0 };

	if (find_world(l, &w))
		for (each(struct scenario, s, &w.model->scenarios))
			say(l, "", s->name, "a scenario");
	world_release(&w);
}

/* "delay=" of "[delay=T jitter=T]": each of them may come next. */
static void say_settings(struct line *l)
{
	for (const char *p = l->command->args; *p; p += strcspn(p, " "), p += *p == ' ') {
		size_t n = strcspn(p, " =");

		if (p[n] != '=')
			continue;
		p += *p == '[';
		say(l, "", arena_printf(l->arena, "%.*s=", (int)strcspn(p, "="), p), "a setting");
	}
}

static void say_topologies(struct line *l)
{
	ask_shell(l, "topologies");
}

static void say_files(struct line *l)
{
	ask_shell(l, "files");
}

static void say_nodes(struct line *l)
{
	say_names(l, NODES);
}

static void say_all_names(struct line *l)
{
	say_names(l, NODES | OBJECTS);
}

static void say_shells(struct line *l)
{
	for (size_t i = 0; i < completion_scripts_n; i++)
		say(l, "", completion_scripts[i].shell, "the script for it");
}

/* What the words of the command table and of the options' table stand for. */
static const struct {
	const char *kind;
	void (*say)(struct line *l);
} kinds[] = {
	{ "FILE", say_topologies },  { "LAB", say_labs },
	{ "NODE", say_nodes },	     { "A", say_nodes },
	{ "B", say_nodes },	     { "OBJECT", say_all_names },
	{ "LINK", say_all_names },   { "NAME", say_scenarios },
	{ "PATH", say_files },	     { "OBJECTS", say_topologies },
	{ "COMMAND", say_commands }, { "SHELL", say_shells },
};

/* An argument, such as "FILE-or-LAB", "delay=T". */
static void say_kind(struct line *l, const char *kind)
{
	static const char or [] = "-or-";

	if (l->command && strchr(kind, '='))
		say_settings(l);
	for (const char *end; *kind; kind = end) {
		size_t n;

		end = strstr(kind, or);
		n = end ? (size_t)(end - kind) : strlen(kind);
		end = kind + n + (end ? strlen(or) : 0);
		for (size_t i = 0; i < countof(kinds); i++)
			if (strlen(kinds[i].kind) == n && strncmp(kinds[i].kind, kind, n) == 0)
				kinds[i].say(l);
	}
}

/* "a|b|c", behind the part of the word that the shell has already ("--vrf="). */
static void say_value(struct line *l, enum option_id id, const char *prefix)
{
	const char *words = option_words(l->command, id);
	const char *arg = cli_options[id].arg;

	if (!words && *prefix == '\0' && id != OPT_NAME) /* (the name of a lab that is to be) */
		say_kind(l, arg);
	for (const char *p = words; p && *p;) {
		size_t n = strcspn(p, "|");
		char *word = xasprintf("%.*s", (int)n, p);

		say(l, prefix, word, cli_options[id].help);
		free(word);
		p += n + (p[n] == '|');
	}
}

/* The kind of the argument that comes next: a word of the table's "LAB NODE [--] COMMAND...", the
 * last one again if there may be more. Returns false when there is none. */
static bool next_kind(const struct line *l, char *ret, size_t size)
{
	size_t at = 0;

	if (l->n >= l->command->max)
		return false;
	for (const char *p = l->command->args; *p && at <= l->n; at++) {
		size_t n = strcspn(p, " "), len = 0;

		for (size_t i = 0; i < n && len + 1 < size; i++)
			if (!strchr("[].", p[i]))
				ret[len++] = p[i];
		ret[len] = '\0';
		p += n + (p[n] == ' ');
	}
	return at > 0;
}

static void say_rest(struct line *l)
{
	ask_shell(l, l->command->rest == REST_ARGS && l->rest == 0 ? "program" : "files");
}

static void say_argument(struct line *l)
{
	char kind[32];

	if (next_kind(l, kind, sizeof(kind)))
		say_kind(l, kind);
}

static void say_long_value(struct line *l)
{
	size_t n = strcspn(l->word, "=");

	for (int id = 0; id < OPTIONS; id++) {
		char *prefix = xasprintf("--%s=", cli_options[id].name);

		if (takes(l, (enum option_id)id) && strlen(prefix) == n + 1 &&
		    strncmp(prefix, l->word, n + 1) == 0)
			say_value(l, (enum option_id)id, prefix);
		free(prefix);
	}
}

static void say_next(struct line *l)
{
	bool option = l->word[0] == '-' && !l->only_args;

	if (l->in_rest)
		say_rest(l);
	else if (l->wanting >= 0)
		say_value(l, (enum option_id)l->wanting, "");
	else if (option && strncmp(l->word, "--", 2) == 0 && strchr(l->word, '='))
		say_long_value(l);
	else if (option)
		say_options(l);
	else if (l->command)
		say_argument(l);
	else
		say_commands(l);
}

void complete(char **words, size_t n, struct invocation *inv)
{
	struct diag *unheard = diag_new(), *heard = inv->dg;
	struct line l = { .wanting = -1,
			  .word = words[n - 1],
			  .inv = inv,
			  .said = map_new(),
			  .arena = arena_new() };

	inv->dg = unheard;
	l.args = xcalloc(n, sizeof(*l.args));
	for (size_t i = 0; i + 1 < n; i++)
		read_word(&l, words[i]);
	say_next(&l);
	free(l.args);
	map_free(l.said);
	arena_free(l.arena);
	diag_free(unheard);
	inv->dg = heard;
}

/* ---- the command ---- */

enum exit_status cmd_completion(struct invocation *inv)
{
	size_t words = 0;

	for (char **p = inv->rest; p && *p; p++)
		words++;
	if (words > 0 && inv->n == 0) {
		complete(inv->rest, words, inv);
		return EXIT_DONE;
	}
	for (size_t i = 0; inv->n > 0 && i < completion_scripts_n; i++)
		if (strcmp(completion_scripts[i].shell, inv->args[0]) == 0) {
			fputs(completion_scripts[i].script, inv->out);
			return EXIT_DONE;
		}
	return mistake(inv, "arguments", "'completion' wants bash, zsh or fish");
}
