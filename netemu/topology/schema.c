/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the reader's tables as a JSON Schema, draft 07, for editors (yaml-language-server) and
 * other programs. A schema cannot express rules that need the whole file (names, overlaps,
 * joins). */
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

struct definition { /* a type that is used in several places */
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

static void put_line_break(struct writer *w)
{
	text_add(w->out, w->comma ? ",\n" : "\n");
	for (unsigned int i = 0; i < w->depth; i++)
		text_add(w->out, "  ");
	w->comma = true;
}

static void put_name(struct writer *w, const char *name)
{
	put_line_break(w);
	put_string(w, name);
	text_add(w->out, ": ");
}

static void open_bracket(struct writer *w, const char *bracket)
{
	text_add(w->out, bracket);
	w->depth++;
	w->comma = false;
}

static void close_bracket(struct writer *w, const char *bracket)
{
	w->depth--;
	if (w->comma) {
		w->comma = false;
		put_line_break(w);
	}
	w->comma = true;
	text_add(w->out, bracket);
}

static void put_string_member(struct writer *w, const char *name, const char *value)
{
	put_name(w, name);
	put_string(w, value);
}

static void put_number_member(struct writer *w, const char *name, uint64_t n)
{
	put_name(w, name);
	text_printf(w->out, "%llu", (unsigned long long)n);
}

/* Writes a list of words on one line; NULL ends the words. */
static void put_list_member(struct writer *w, const char *name, const char *const *words)
{
	put_name(w, name);
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
		put_list_member(w, "type", types);
	else
		put_string_member(w, "type", types[0]);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool pattern_matches(const char *pattern, const char *s)
{
	regex_t re;
	bool match;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	match = regexec(&re, s, 0, NULL, 0) == 0;
	regfree(&re);
	return match;
}

/* A case-insensitive pattern of the words: "^([Ee][Rr])$". */
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

	if (spelt) { /* an editor offers the first alternative and accepts the second, too */
		put_name(w, "anyOf");
		open_bracket(w, "[");
		put_line_break(w);
		open_bracket(w, "{");
	}
	put_name(w, "enum");
	text_add(w->out, "[");
	for (const struct word *word = t->words; word->word; word++) {
		text_add(w->out, word == t->words ? "" : ", ");
		if (pattern_matches("^[0-9]+$", word->word)) /* both 1 and "1" */
			text_printf(w->out, "%s, ", word->word);
		put_string(w, word->word);
	}
	text_add(w->out, "]");
	if (spelt) {
		close_bracket(w, "}");
		put_line_break(w);
		open_bracket(w, "{");
		put_string_member(w, "type", "string");
		put_string_member(w, "pattern", any_case(w, t->words));
		close_bracket(w, "}");
		close_bracket(w, "]");
	}
}

/* YAML reads a text that looks like a number or truth value as one, so the schema allows both. */
static void put_scalar(struct writer *w, const struct type *t)
{
	bool free = !t->pattern;
	bool whole = free || pattern_matches(t->pattern, "10");
	bool truth = free ||
		     (pattern_matches(t->pattern, "true") && !pattern_matches(t->pattern, "a"));
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
		put_string_member(w, "pattern", t->pattern);
		put_string_member(w, "patternErrorMessage",
				  arena_printf(w->arena, "%s is needed here", t->noun));
	}
	if (whole && t->max) {
		put_number_member(w, "minimum", t->min);
		put_number_member(w, "maximum", t->max);
	}
}

/* ---- lists and maps -------------------------------------------------------------------------- */

static void put_members(struct writer *w, const struct type *t);
static void put_type(struct writer *w, const struct type *t);

static void put_list(struct writer *w, const struct type *t)
{
	put_string_member(w, "type", "array");
	if (t->least)
		put_number_member(w, "minItems", t->least);
	if (t->most)
		put_number_member(w, "maxItems", t->most);
	put_name(w, "items");
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
		put_list_member(w, "required", names);
}

static void put_instead(struct writer *w, const struct key *k)
{
	const char *const one[] = { k->name, NULL }, *const other[] = { k->instead, NULL };

	put_name(w, "anyOf");
	open_bracket(w, "[");
	for (int i = 0; i < 2; i++) {
		put_line_break(w);
		open_bracket(w, "{");
		put_list_member(w, "required", i ? other : one);
		close_bracket(w, "}");
	}
	close_bracket(w, "]");
}

/* For each form of a map: the keys that it requires, and that it has no keys of other forms. */
static void put_forms(struct writer *w, const struct key *keys)
{
	unsigned int last = 0;

	for (const struct key *k = keys; k->name; k++)
		last = k->form > last ? k->form : last;
	put_name(w, "oneOf");
	open_bracket(w, "[");
	for (unsigned int form = 1; form <= last; form++) {
		put_line_break(w);
		open_bracket(w, "{");
		put_required(w, keys, form);
		put_name(w, "properties");
		open_bracket(w, "{");
		for (const struct key *k = keys; k->name; k++)
			if (k->form && k->form != form) {
				put_name(w, k->name);
				text_add(w->out, "false");
			}
		close_bracket(w, "}");
		close_bracket(w, "}");
	}
	close_bracket(w, "]");
}

/* A frequent mistake: an editor shows what to write instead. */
static void put_refused(struct writer *w, const struct key *k)
{
	put_name(w, k->name);
	open_bracket(w, "{");
	put_string_member(w, "description", k->help);
	put_name(w, "doNotSuggest");
	text_add(w->out, "true");
	put_name(w, "not");
	text_add(w->out, "{}");
	close_bracket(w, "}");
}

/* Writes a number or truth value bare, everything else as a string. */
static void put_preset(struct writer *w, const char *value)
{
	put_name(w, "default");
	if (pattern_matches("^([0-9]+|true|false)$", value))
		text_add(w->out, value);
	else
		put_string(w, value);
}

static void put_key(struct writer *w, const struct key *k)
{
	open_bracket(w, "{");
	put_string_member(w, "description", k->help);
	if (k->preset)
		put_preset(w, k->preset);
	put_members(w, k->type);
	close_bracket(w, "}");
}

static void put_keys(struct writer *w, const struct key *keys)
{
	put_name(w, "properties");
	open_bracket(w, "{");
	for (const struct key *k = keys; k->name; k++) {
		if (k->flags & KEY_REFUSED) {
			put_refused(w, k);
			continue;
		}
		put_name(w, k->name);
		put_key(w, k);
	}
	close_bracket(w, "}");
	for (const struct key *k = keys; k->name; k++)
		if (k->flags & KEY_REQUIRED && k->instead)
			put_instead(w, k);
}

static void put_map(struct writer *w, const struct type *t)
{
	const char *const types[] = { "object", "null", NULL }, *const just[] = { "object", NULL };
	bool empty = !t->forms; /* whether null may stand for an empty map */

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
		put_name(w, "propertyNames");
		open_bracket(w, "{");
		put_string_member(w, "pattern", t->names ? t->names : NAME_PATTERN);
		close_bracket(w, "}");
	}
	put_name(w, "additionalProperties");
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
		put_line_break(w);
		open_bracket(w, "{");
	}
	put(w, t);
	if (!alone)
		close_bracket(w, "}");
}

/* Writes the members of a type's schema; several forms become alternatives. */
static void put_forms_of(struct writer *w, const struct type *t)
{
	bool map = t->keys || t->values;
	int forms = !!t->brief + !!t->scalar + !!t->element + t->lone + map;

	put_string_member(w, "title", t->noun);
	if (forms > 1) {
		put_name(w, "anyOf");
		open_bracket(w, "[");
	}
	if (t->brief) {
		put_line_break(w);
		put_type(w, t->brief);
	}
	if (t->lone) {
		put_line_break(w);
		put_type(w, t->element);
	}
	if (t->scalar)
		put_form(w, t, put_scalar, forms == 1);
	if (t->element)
		put_form(w, t, put_list, forms == 1);
	if (map)
		put_form(w, t, put_map, forms == 1);
	if (forms > 1)
		close_bracket(w, "]");
}

static void put_members(struct writer *w, const struct type *t)
{
	const struct definition *d = find_definition(w, t);

	if (d && d->uses > 1)
		put_string_member(w, "$ref", arena_printf(w->arena, "#/definitions/%s", d->name));
	else
		put_forms_of(w, t);
}

static void put_type(struct writer *w, const struct type *t)
{
	open_bracket(w, "{");
	put_members(w, t);
	close_bracket(w, "}");
}

/* ---- definitions ----------------------------------------------------------------------------- */

/* Names a definition after the first key that uses it, with a number if the name is taken. */
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

/* Counts the uses of list and map types; `as` is the first key that uses the type. */
static void count_type_uses(struct writer *w, const struct type *t, const char *as)
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
		count_type_uses(w, t->brief, as);
	if (t->element)
		count_type_uses(w, t->element, as);
	if (t->values)
		count_type_uses(w, t->values, as);
	for (const struct key *k = t->keys; k && k->name; k++)
		if (k->type)
			count_type_uses(w, k->type, k->name);
}

void topology_schema(struct text *out)
{
	struct writer w = { .out = out, .arena = arena_new() };

	count_type_uses(&w, &type_file, "file");
	name_definitions(&w);
	open_bracket(&w, "{");
	put_string_member(&w, "$schema", "http://json-schema.org/draft-07/schema#");
	put_string_member(&w, "description", "a topology of netemu");
	put_forms_of(&w, &type_file);
	put_name(&w, "definitions");
	open_bracket(&w, "{");
	for (each(const struct definition, d, &w.definitions)) {
		if (d->uses < 2)
			continue;
		put_name(&w, d->name);
		open_bracket(&w, "{");
		put_forms_of(&w, d->type);
		close_bracket(&w, "}");
	}
	close_bracket(&w, "}");
	close_bracket(&w, "}");
	text_add(out, "\n");
	arena_free(w.arena);
}
