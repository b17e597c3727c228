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
struct completion_line {
	const struct command *command;
	const char **args;
	size_t n;
	unsigned int seen; /* OPTION() bits of options already given */
	int wanting;	   /* the option that expects a value next; -1: none */
	bool only_args;	   /* "--" was seen */
	size_t rest;	   /* words of the executed command, "--" not counted ... */
	bool in_rest;	   /* ... once it has begun */
	const char *word;  /* at the cursor */
	struct invocation *inv;
	struct map *said; /* words already offered; the arena owns them */
	struct arena *arena;
};

/* Prints a candidate once, if the word at the cursor is a prefix of it. */
static void completion_offer(struct completion_line *l, const char *prefix, const char *word,
			     const char *about)
{
	const char *whole = arena_printf(l->arena, "%s%s", prefix, word);

	if (strncmp(whole, l->word, strlen(l->word)) == 0 && !map_add(l->said, whole, l))
		fprintf(l->inv->out, "%s\t%s\n", whole, about);
}

static void completion_ask_shell(const struct completion_line *l, const char *what)
{
	fprintf(l->inv->out, ":%s\n", what);
}

/* ---- the words before the cursor ---- */

/* Before the command is known, every option is accepted. */
static bool completion_takes_option(const struct completion_line *l, enum option_id id)
{
	return !l->command || ((OPTIONS_GLOBAL | l->command->options) & OPTION(id));
}

static void completion_read_option(struct completion_line *l, const char *word)
{
	const char *name = word[1] == '-' ? word + 2 : NULL;
	size_t n = name ? strcspn(name, "=") : 0;

	for (int id = 0; id < OPTIONS; id++) {
		const struct cli_option *o = &cli_options[id];
		const char *letter = name || !o->letter ? NULL : strchr(word + 1, o->letter);
		bool named = name && strlen(o->name) == n && strncmp(o->name, name, n) == 0;

		if (!completion_takes_option(l, (enum option_id)id) || !(named || letter))
			continue;
		l->seen |= OPTION(id);
		if (o->arg && (named ? name[n] == '\0' : letter && letter[1] == '\0'))
			l->wanting = id;
	}
}

static void completion_read_argument(struct completion_line *l, const char *word)
{
	if (!l->command) {
		l->command = command_named(word);
		return;
	}
	l->args[l->n++] = word;
	l->in_rest = l->command->rest == REST_ARGS && l->n == l->command->max;
}

static void completion_read_word(struct completion_line *l, const char *word)
{
	if (l->in_rest) {
		l->rest += l->rest > 0 || strcmp(word, "--") != 0;
	} else if (l->wanting >= 0) {
		l->wanting = -1;
	} else if (l->only_args || word[0] != '-' || word[1] == '\0') {
		completion_read_argument(l, word);
	} else if (strcmp(word, "--") == 0) {
		l->only_args = true;
		l->in_rest = l->command && l->command->rest == REST_DASHES;
	} else {
		completion_read_option(l, word);
	}
}

/* ---- candidates ---- */

static void complete_commands(struct completion_line *l)
{
	for (size_t i = 0; i < commands_n; i++)
		completion_offer(l, "", commands[i].name, commands[i].help);
}

static void complete_options(struct completion_line *l)
{
	unsigned int may = OPTIONS_GLOBAL | (l->command ? l->command->options : 0);

	for (int id = 0; id < OPTIONS; id++)
		if (may & ~l->seen & OPTION(id))
			completion_offer(l, "--", cli_options[id].name, cli_options[id].help);
}

static void complete_labs(struct completion_line *l)
{
	lab_names names = { 0 };

	(void)lab_list(&names, l->inv->dg);
	for (each(char *, name, &names))
		completion_offer(l, "", *name, "a lab");
	for (each(char *, name, &names))
		free(*name);
	vec_free(&names);
}

/* Loads the file or lab of the first argument. False for pipes and other blocking files, too. */
static bool completion_find_world(struct completion_line *l, struct world *ret)
{
	struct stat st;

	if (l->n == 0 || strcmp(l->args[0], "-") == 0)
		return false;
	if (stat(l->args[0], &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return false;
	return named_world(ret, l->args[0], l->inv) == EXIT_DONE;
}

static void complete_object(struct completion_line *l, const struct object *o)
{
	if (o)
		completion_offer(l, "", o->name, object_kind_name(o->kind));
}

static void complete_objects(struct completion_line *l, const struct fabric *f)
{
	for (each(struct node, n, &f->nodes))
		complete_object(l, n->object);
	for (each(struct session, s, &f->sessions))
		complete_object(l, s->object);
	for (each(struct fabric_link, k, &f->links))
		complete_object(l, k->object);
}

enum { NODES = 1, OBJECTS = 2 };

static void complete_names(struct completion_line *l, unsigned int which)
{
	struct world w = { 0 };

	if (completion_find_world(l, &w)) {
		if (which & OBJECTS)
			complete_objects(l, w.fabric);
		for (each(struct node, n, &w.fabric->nodes))
			completion_offer(l, "", n->name,
					 n->object ? object_kind_name(n->object->kind) : "a node");
	}
	world_release(&w);
}

static void complete_scenarios(struct completion_line *l)
{
	struct world w = { 0 };

	if (completion_find_world(l, &w))
		for (each(struct scenario, s, &w.model->scenarios))
			completion_offer(l, "", s->name, "a scenario");
	world_release(&w);
}

/* Each setting of "[delay=T jitter=T]", as "delay=". */
static void complete_settings(struct completion_line *l)
{
	for (const char *p = l->command->args; *p; p += strcspn(p, " "), p += *p == ' ') {
		size_t n = strcspn(p, " =");

		if (p[n] != '=')
			continue;
		p += *p == '[';
		completion_offer(l, "", arena_printf(l->arena, "%.*s=", (int)strcspn(p, "="), p),
				 "a setting");
	}
}

static void complete_topologies(struct completion_line *l)
{
	completion_ask_shell(l, "topologies");
}

static void complete_files(struct completion_line *l)
{
	completion_ask_shell(l, "files");
}

static void complete_nodes(struct completion_line *l)
{
	complete_names(l, NODES);
}

static void complete_all_names(struct completion_line *l)
{
	complete_names(l, NODES | OBJECTS);
}

static void complete_shells(struct completion_line *l)
{
	for (size_t i = 0; i < completion_scripts_n; i++)
		completion_offer(l, "", completion_scripts[i].shell, "the script for it");
}

/* The placeholders of the command and option tables. */
static const struct {
	const char *kind;
	void (*complete)(struct completion_line *l);
} kinds[] = {
	{ "FILE", complete_topologies },  { "LAB", complete_labs },
	{ "NODE", complete_nodes },	  { "A", complete_nodes },
	{ "B", complete_nodes },	  { "OBJECT", complete_all_names },
	{ "LINK", complete_all_names },	  { "NAME", complete_scenarios },
	{ "PATH", complete_files },	  { "OBJECTS", complete_topologies },
	{ "COMMAND", complete_commands }, { "SHELL", complete_shells },
};

/* Candidates for a placeholder such as "FILE-or-LAB" or "delay=T". */
static void complete_kind(struct completion_line *l, const char *kind)
{
	static const char or [] = "-or-";

	if (l->command && strchr(kind, '='))
		complete_settings(l);
	for (const char *end; *kind; kind = end) {
		size_t n;

		end = strstr(kind, or);
		n = end ? (size_t)(end - kind) : strlen(kind);
		end = kind + n + (end ? strlen(or) : 0);
		for (size_t i = 0; i < countof(kinds); i++)
			if (strlen(kinds[i].kind) == n && strncmp(kinds[i].kind, kind, n) == 0)
				kinds[i].complete(l);
	}
}

/* Candidates for an option's value; `prefix` is the part of the word before it ("--vrf="). */
static void complete_value(struct completion_line *l, enum option_id id, const char *prefix)
{
	const char *words = option_words(l->command, id);
	const char *arg = cli_options[id].arg;

	if (!words && *prefix == '\0' && id != OPT_NAME) /* (--name is a new lab) */
		complete_kind(l, arg);
	for (const char *p = words; p && *p;) {
		size_t n = strcspn(p, "|");
		char *word = xasprintf("%.*s", (int)n, p);

		completion_offer(l, prefix, word, cli_options[id].help);
		free(word);
		p += n + (p[n] == '|');
	}
}

/* Stores the placeholder of the next argument, a word of the table's "LAB NODE [--] COMMAND...".
 * The last one repeats. Returns false when the command takes no more arguments. */
static bool completion_next_kind(const struct completion_line *l, char *ret, size_t size)
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

static void complete_rest(struct completion_line *l)
{
	completion_ask_shell(l,
			     l->command->rest == REST_ARGS && l->rest == 0 ? "program" : "files");
}

static void complete_argument(struct completion_line *l)
{
	char kind[32];

	if (completion_next_kind(l, kind, sizeof(kind)))
		complete_kind(l, kind);
}

static void complete_long_value(struct completion_line *l)
{
	size_t n = strcspn(l->word, "=");

	for (int id = 0; id < OPTIONS; id++) {
		char *prefix = xasprintf("--%s=", cli_options[id].name);

		if (completion_takes_option(l, (enum option_id)id) && strlen(prefix) == n + 1 &&
		    strncmp(prefix, l->word, n + 1) == 0)
			complete_value(l, (enum option_id)id, prefix);
		free(prefix);
	}
}

static void complete_next(struct completion_line *l)
{
	bool option = l->word[0] == '-' && !l->only_args;

	if (l->in_rest)
		complete_rest(l);
	else if (l->wanting >= 0)
		complete_value(l, (enum option_id)l->wanting, "");
	else if (option && strncmp(l->word, "--", 2) == 0 && strchr(l->word, '='))
		complete_long_value(l);
	else if (option)
		complete_options(l);
	else if (l->command)
		complete_argument(l);
	else
		complete_commands(l);
}

void completion_print(char **words, size_t n, struct invocation *inv)
{
	struct diag *unheard = diag_new(), *heard = inv->dg;
	struct completion_line l = { .wanting = -1,
				     .word = words[n - 1],
				     .inv = inv,
				     .said = map_new(),
				     .arena = arena_new() };

	inv->dg = unheard;
	l.args = xcalloc(n, sizeof(*l.args));
	for (size_t i = 0; i + 1 < n; i++)
		completion_read_word(&l, words[i]);
	complete_next(&l);
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
		completion_print(inv->rest, words, inv);
		return EXIT_DONE;
	}
	for (size_t i = 0; inv->n > 0 && i < completion_scripts_n; i++)
		if (strcmp(completion_scripts[i].shell, inv->args[0]) == 0) {
			fputs(completion_scripts[i].script, inv->out);
			return EXIT_DONE;
		}
	return mistake(inv, "arguments", "'completion' wants bash, zsh or fish");
}
