/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language as a JSON Schema, draft 07: what editors (yaml-language-server) and other programs
 * read of the tables that the reader reads by. What only the whole file can tell (names, overlaps,
 * who may join whom) is beyond a schema. */
#include <regex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "topology/sections.h"
#include "topology/topology.h"
#include "topology/values.h"

/* ---- JSON ------------------------------------------------------------------------------------ */

struct definition { /* a type that stands in several places */
	const struct type *type;
	const char *as, *name;
	unsigned int uses;
};

struct writer {
	struct text *out;
	struct arena *arena;
	VEC(struct definition) definitions;
	unsigned int depth;
	bool comma;
};

static void put_string(struct writer *w, const char *s)
{
	text_add(w->out, "\"");
	for (; *s; s++)
		text_printf(w->out, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
	text_add(w->out, "\"");
}

static void new_line(struct writer *w)
{
	text_add(w->out, w->comma ? ",\n" : "\n");
	for (unsigned int i = 0; i < w->depth; i++)
		text_add(w->out, "  ");
	w->comma = true;
}

static void key(struct writer *w, const char *name)
{
	new_line(w);
	put_string(w, name);
	text_add(w->out, ": ");
}

static void open(struct writer *w, const char *bracket)
{
	text_add(w->out, bracket);
	w->depth++;
	w->comma = false;
}

static void close(struct writer *w, const char *bracket)
{
	w->depth--;
	if (w->comma) {
		w->comma = false;
		new_line(w);
	}
	w->comma = true;
	text_add(w->out, bracket);
}

static void string(struct writer *w, const char *name, const char *value)
{
	key(w, name);
	put_string(w, value);
}

static void number(struct writer *w, const char *name, uint64_t n)
{
	key(w, name);
	text_printf(w->out, "%llu", (unsigned long long)n);
}

/* Words on one line; NULL ends them. */
static void list(struct writer *w, const char *name, const char *const *words)
{
	key(w, name);
	text_add(w->out, "[");
	for (size_t i = 0; words[i]; i++) {
		text_add(w->out, i ? ", " : "");
		put_string(w, words[i]);
	}
	text_add(w->out, "]");
}

static void put_types(struct writer *w, const char *const *types)
{
	if (types[1])
		list(w, "type", types);
	else
		string(w, "type", types[0]);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool matches(const char *pattern, const char *s)
{
	regex_t re;
	bool match;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	match = regexec(&re, s, 0, NULL, 0) == 0;
	regfree(&re);
	return match;
}

/* Capital or small, each letter: "^[Ee][Rr]$". */
static const char *any_case(struct writer *w, const struct word *words)
{
	own_text t = { 0 };

	for (const struct word *word = words; word->word; word++) {
		text_add(&t, word == words ? "^(" : "|");
		for (const char *c = word->word; *c; c++) {
			bool letter = (*c | 0x20) >= 'a' && (*c | 0x20) <= 'z';

			if (letter)
				text_printf(&t, "[%c%c]", *c & ~0x20, *c | 0x20);
			else
				text_addn(&t, c, 1);
		}
	}
	text_add(&t, ")$");
	return arena_strdup(w->arena, text_str(&t));
}

static void put_words(struct writer *w, const struct type *t)
{
	bool spelt = t->scalar == read_spelling;

	if (spelt) { /* an editor offers the first, and takes the second, too */
		key(w, "anyOf");
		open(w, "[");
		new_line(w);
		open(w, "{");
	}
	key(w, "enum");
	text_add(w->out, "[");
	for (const struct word *word = t->words; word->word; word++) {
		text_add(w->out, word == t->words ? "" : ", ");
		if (matches("^[0-9]+$", word->word)) /* 1 as well as "1" */
			text_printf(w->out, "%s, ", word->word);
		put_string(w, word->word);
	}
	text_add(w->out, "]");
	if (spelt) {
		close(w, "}");
		new_line(w);
		open(w, "{");
		string(w, "type", "string");
		string(w, "pattern", any_case(w, t->words));
		close(w, "}");
		close(w, "]");
	}
}

/* YAML has numbers and truth values, where the tables have text that looks like them. */
static void put_scalar(struct writer *w, const struct type *t)
{
	bool free = !t->pattern;
	bool whole = free || matches(t->pattern, "10");
	bool truth = free || (matches(t->pattern, "true") && !matches(t->pattern, "a"));
	const char *types[5] = { "string" };
	size_t n = 1;

	if (t->words) {
		put_words(w, t);
		return;
	}
	if (whole)
		types[n++] = free ? "number" : "integer";
	if (truth)
		types[n++] = "boolean";
	put_types(w, types);
	if (t->pattern) {
		string(w, "pattern", t->pattern);
		string(w, "patternErrorMessage",
		       arena_printf(w->arena, "%s is needed here", t->noun));
	}
	if (whole && t->max) {
		number(w, "minimum", t->min);
		number(w, "maximum", t->max);
	}
}

/* ---- lists and maps -------------------------------------------------------------------------- */

static void put_members(struct writer *w, const struct type *t);
static void put_type(struct writer *w, const struct type *t);

static void put_list(struct writer *w, const struct type *t)
{
	string(w, "type", "array");
	if (t->least)
		number(w, "minItems", t->least);
	if (t->most)
		number(w, "maxItems", t->most);
	key(w, "items");
	put_type(w, t->element);
}

static bool is_required(const struct key *k, unsigned int form)
{
	return k->flags & KEY_REQUIRED && k->form == form;
}

static void put_required(struct writer *w, const struct key *keys, unsigned int form)
{
	const char *names[64];
	size_t n = 0;

	for (const struct key *k = keys; k && k->name && n < countof(names) - 1; k++)
		if (is_required(k, form) && !k->instead)
			names[n++] = k->name;
	names[n] = NULL;
	if (n)
		list(w, "required", names);
}

static void put_instead(struct writer *w, const struct key *k)
{
	const char *const one[] = { k->name, NULL }, *const other[] = { k->instead, NULL };

	key(w, "anyOf");
	open(w, "[");
	for (int i = 0; i < 2; i++) {
		new_line(w);
		open(w, "{");
		list(w, "required", i ? other : one);
		close(w, "}");
	}
	close(w, "]");
}

/* A map of one of several forms: what each needs, and that the others' keys are not there. */
static void put_forms(struct writer *w, const struct key *keys)
{
	unsigned int last = 0;

	for (const struct key *k = keys; k->name; k++)
		last = k->form > last ? k->form : last;
	key(w, "oneOf");
	open(w, "[");
	for (unsigned int form = 1; form <= last; form++) {
		new_line(w);
		open(w, "{");
		put_required(w, keys, form);
		key(w, "properties");
		open(w, "{");
		for (const struct key *k = keys; k->name; k++)
			if (k->form && k->form != form) {
				key(w, k->name);
				text_add(w->out, "false");
			}
		close(w, "}");
		close(w, "}");
	}
	close(w, "]");
}

/* What is written often and wrong: an editor shows what to do instead. */
static void put_refused(struct writer *w, const struct key *k)
{
	key(w, k->name);
	open(w, "{");
	string(w, "description", k->help);
	key(w, "doNotSuggest");
	text_add(w->out, "true");
	key(w, "not");
	text_add(w->out, "{}");
	close(w, "}");
}

/* A number or a truth value as JSON has them, all else as text. */
static void put_preset(struct writer *w, const char *value)
{
	key(w, "default");
	if (matches("^([0-9]+|true|false)$", value))
		text_add(w->out, value);
	else
		put_string(w, value);
}

static void put_key(struct writer *w, const struct key *k)
{
	open(w, "{");
	string(w, "description", k->help);
	if (k->preset)
		put_preset(w, k->preset);
	put_members(w, k->type);
	close(w, "}");
}

static void put_keys(struct writer *w, const struct key *keys)
{
	key(w, "properties");
	open(w, "{");
	for (const struct key *k = keys; k->name; k++) {
		if (k->flags & KEY_REFUSED) {
			put_refused(w, k);
			continue;
		}
		key(w, k->name);
		put_key(w, k);
	}
	close(w, "}");
	for (const struct key *k = keys; k->name; k++)
		if (k->flags & KEY_REQUIRED && k->instead)
			put_instead(w, k);
}

static void put_map(struct writer *w, const struct type *t)
{
	const char *const types[] = { "object", "null", NULL }, *const just[] = { "object", NULL };
	bool empty = !t->forms; /* nothing at all is a map with nothing in it */

	for (const struct key *k = t->keys; k && k->name; k++)
		empty = empty && !(k->flags & KEY_REQUIRED);
	put_types(w, empty ? types : just);
	if (t->keys) {
		put_required(w, t->keys, 0);
		put_keys(w, t->keys);
		if (t->forms)
			put_forms(w, t->keys);
	}
	if (t->values) {
		key(w, "propertyNames");
		open(w, "{");
		string(w, "pattern", t->names ? t->names : NAME_PATTERN);
		close(w, "}");
	}
	key(w, "additionalProperties");
	if (t->values)
		put_type(w, t->values);
	else
		text_add(w->out, "false");
}

/* ---- types ----------------------------------------------------------------------------------- */

static const struct definition *find_definition(const struct writer *w, const struct type *t)
{
	for (each(const struct definition, d, &w->definitions))
		if (d->type == t)
			return d;
	return NULL;
}

typedef void put_fn(struct writer *w, const struct type *t);

static void put_form(struct writer *w, const struct type *t, put_fn *put, bool alone)
{
	if (!alone) {
		new_line(w);
		open(w, "{");
	}
	put(w, t);
	if (!alone)
		close(w, "}");
}

/* The members of a type's schema; several forms are alternatives. */
static void put_forms_of(struct writer *w, const struct type *t)
{
	bool map = t->keys || t->values;
	int forms = !!t->brief + !!t->scalar + !!t->element + t->lone + map;

	string(w, "title", t->noun);
	if (forms > 1) {
		key(w, "anyOf");
		open(w, "[");
	}
	if (t->brief) {
		new_line(w);
		put_type(w, t->brief);
	}
	if (t->lone) {
		new_line(w);
		put_type(w, t->element);
	}
	if (t->scalar)
		put_form(w, t, put_scalar, forms == 1);
	if (t->element)
		put_form(w, t, put_list, forms == 1);
	if (map)
		put_form(w, t, put_map, forms == 1);
	if (forms > 1)
		close(w, "]");
}

static void put_members(struct writer *w, const struct type *t)
{
	const struct definition *d = find_definition(w, t);

	if (d && d->uses > 1)
		string(w, "$ref", arena_printf(w->arena, "#/definitions/%s", d->name));
	else
		put_forms_of(w, t);
}

static void put_type(struct writer *w, const struct type *t)
{
	open(w, "{");
	put_members(w, t);
	close(w, "}");
}

/* ---- definitions ----------------------------------------------------------------------------- */

/* Names what stands in several places by the key that led there first, and a number if need be. */
static void name_definitions(struct writer *w)
{
	for (each(struct definition, d, &w->definitions)) {
		unsigned int namesakes = 0;

		for (each(const struct definition, old, &w->definitions))
			namesakes += old < d && old->uses > 1 && strcmp(old->as, d->as) == 0;
		if (namesakes)
			d->name = arena_printf(w->arena, "%s-%u", d->as, namesakes + 1);
	}
}

/* Counts where lists and maps stand; `as`: the key that led there first. */
static void count(struct writer *w, const struct type *t, const char *as)
{
	bool scalar = !t->keys && !t->values && !t->element && !t->brief;
	struct definition d = { t, as, as, 1 };

	if (scalar)
		return;
	for (each(struct definition, old, &w->definitions))
		if (old->type == t) {
			old->uses++;
			return;
		}
	vec_push(w->arena, &w->definitions, d);
	if (t->brief)
		count(w, t->brief, as);
	if (t->element)
		count(w, t->element, as);
	if (t->values)
		count(w, t->values, as);
	for (const struct key *k = t->keys; k && k->name; k++)
		if (k->type)
			count(w, k->type, k->name);
}

void topology_schema(struct text *out)
{
	struct writer w = { .out = out, .arena = arena_new() };

	count(&w, &type_file, "file");
	name_definitions(&w);
	open(&w, "{");
	string(&w, "$schema", "http://json-schema.org/draft-07/schema#");
	string(&w, "description", "a topology of netemu");
	put_forms_of(&w, &type_file);
	key(&w, "definitions");
	open(&w, "{");
	for (each(const struct definition, d, &w.definitions)) {
		if (d->uses < 2)
			continue;
		key(&w, d->name);
		open(&w, "{");
		put_forms_of(&w, d->type);
		close(&w, "}");
	}
	close(&w, "}");
	close(&w, "}");
	text_add(out, "\n");
	arena_free(w.arena);
}
