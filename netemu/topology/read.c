/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

static const char *read_clip(struct reader *r, const char *s)
{
	return yaml_clip(r->arena, s);
}

/* The subject of a finding about a value: its key in quotes. */
static const char *value_subject(struct reader *r, const struct yaml *y)
{
	return y->key ? arena_printf(r->arena, "'%s'", read_clip(r, y->key)) : "the file";
}

void read_suggest(struct reader *r, const char *written, const char *const *words, size_t n)
{
	const char *word = text_nearest(written, words, n);

	if (word)
		diag_hint(r->dg, "did you mean '%s'?", word);
}

void read_refuse(struct reader *r, const struct type *t, const struct yaml *y, const char *id,
		 const char *because)
{
	diag_error(r->dg, y->pos, -EINVAL, id, "%s needs %s%s%s", value_subject(r, y), t->noun,
		   because ? ": " : "", because ? because : "");
}

static const char *form_name(enum yaml_kind kind)
{
	switch (kind) {
	case YAML_SCALAR:
		return "found a single value";
	case YAML_LIST:
		return "found a list";
	case YAML_MAP:
		return "found a map";
	default:
		return "found nothing";
	}
}

void *read_in_place(struct reader *r, const struct yaml *y, void *to)
{
	(void)r, (void)y;
	return to;
}

static void read_element(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	void *slot = t->add_element(r, y, to);

	if (slot)
		read_value(r, t->element, y, slot);
}

static void read_list(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (y->items.n < t->least || (t->most && y->items.n > t->most)) {
		read_refuse(r, t, y, "wrong-type",
			    arena_printf(r->arena, "this list has %zu element%s", y->items.n,
					 y->items.n == 1 ? "" : "s"));
		return;
	}
	for (size_t i = 0; i < y->items.n; i++)
		read_element(r, t, y->items.v[i], to);
}

const struct key *read_find_key(const struct key *keys, const char *name)
{
	for (; keys && keys->name; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

void read_unknown_key(struct reader *r, const struct key *keys, const struct yaml *item)
{
	VEC(const char *) known = { 0 };
	const char *word;
	own_text all = { 0 };

	for (; keys && keys->name; keys++) {
		if (keys->flags & KEY_REFUSED)
			continue;
		text_printf(&all, "%s%s", all.n ? ", " : "", keys->name);
		vec_push(r->arena, &known, keys->name);
	}
	diag_error(r->dg, item->key_pos, -EINVAL, "unknown-key", "unknown key '%s'",
		   read_clip(r, item->key));
	word = text_nearest(item->key, known.v, known.n);
	if (word)
		diag_hint(r->dg, "did you mean '%s'?", word);
	else
		diag_hint(r->dg, "known keys: %s", text_str(&all));
}

/* Reads a key that the table does not have, or refuses. */
static void read_stray_key(struct reader *r, const struct type *t, const struct yaml *item,
			   void *to)
{
	const struct key *k = read_find_key(t->keys, item->key);

	if (k && k->flags & KEY_REFUSED) {
		diag_error(r->dg, item->key_pos, -EINVAL, "unknown-key", "unknown key '%s'",
			   k->name);
		diag_hint(r->dg, "%s", k->help);
	} else if (!k && t->values) {
		void *slot = t->add_value(r, item, to);

		if (slot)
			read_value(r, t->values, item, slot);
	} else if (!k) {
		read_unknown_key(r, t->keys, item);
	}
}

/* Whether the map seems to have the key under a misspelt name. */
static bool is_misspelt(const struct type *t, const struct key *k, const struct yaml *y)
{
	for (size_t i = 0; i < y->items.n && !t->values; i++)
		if (!read_find_key(t->keys, y->items.v[i]->key) &&
		    text_nearest(y->items.v[i]->key, &k->name, 1))
			return true;
	return false;
}

static void report_missing_key(struct reader *r, const struct type *t, const struct key *k,
			       const struct yaml *y)
{
	struct pos at = y->key && !y->element ? y->key_pos : y->pos;

	if (y->cut || is_misspelt(t, k, y))
		return; /* it may be in the lost rest, or it is misspelt and reported */
	diag_error(r->dg, at, -EINVAL, "missing-key", "%s has no '%s'", value_subject(r, y),
		   k->name);
	diag_hint(r->dg, "%s: %s", k->name, k->help);
}

static const struct yaml *get_key_value(const struct yaml *y, const struct key *k)
{
	return k->flags & KEY_REFUSED ? NULL : yaml_get(y, k->name);
}

/* Returns the first key that decides the form of a map: a required key, or else any key. */
static const struct key *find_form(const struct type *t, const struct yaml *y)
{
	const struct key *any = NULL;

	for (const struct key *k = t->keys; k->name; k++) {
		if (!k->form || !get_key_value(y, k))
			continue;
		if (k->flags & KEY_REQUIRED)
			return k;
		any = any ? any : k;
	}
	return any;
}

/* Returns the form of a map and reports keys of other forms; 0 if the form is unknown. */
static unsigned int read_form(struct reader *r, const struct type *t, const struct yaml *y)
{
	const struct key *of = find_form(t, y);

	for (const struct key *k = t->keys; k->name && of; k++)
		if (k->form && k->form != of->form && get_key_value(y, k))
			diag_error(r->dg, get_key_value(y, k)->key_pos, -EINVAL, "conflict",
				   "'%s' cannot be combined with '%s': %s", k->name, of->name,
				   t->forms);
	for (const struct key *k = t->keys; k->name && !of; k++)
		if (k->form && is_misspelt(t, k, y))
			return 0;
	if (!of && !y->cut)
		diag_error(r->dg, y->pos, -EINVAL, "missing-key", "%s", t->forms);
	return of ? of->form : 0;
}

/* Reads keys in the table's order, so that a later key may depend on an earlier one. */
static void read_map(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	unsigned int form = t->forms ? read_form(r, t, y) : 0;

	for (const struct key *k = t->keys; k && k->name; k++) {
		const struct yaml *item = get_key_value(y, k);

		if (!item) {
			if (k->flags & KEY_REQUIRED && k->form == form &&
			    !(k->instead && yaml_get(y, k->instead)))
				report_missing_key(r, t, k, y);
			continue;
		}
		if (k->place)
			*(struct pos *)((char *)to + k->place) = item->pos;
		read_value(r, k->type, item, (char *)to + k->offset);
	}
	for (size_t i = 0; i < y->items.n; i++) {
		const struct key *k = read_find_key(t->keys, y->items.v[i]->key);

		if (!k || k->flags & KEY_REFUSED)
			read_stray_key(r, t, y->items.v[i], to);
	}
}

static bool type_fits(const struct type *t, const struct yaml *y)
{
	if (y->kind == YAML_SCALAR)
		return t->scalar;
	if (y->kind == YAML_LIST)
		return t->element;
	return t->keys || t->values;
}

void read_value(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	bool brief = t->brief && !type_fits(t, y) && type_fits(t->brief, y);
	bool lone = t->lone && y->kind != YAML_LIST && type_fits(t->element, y);

	if (y->kind == YAML_BROKEN)
		return;
	if (!brief && !lone && !type_fits(t, y)) {
		read_refuse(r, t, y, "wrong-type", form_name(y->kind));
		return;
	}
	if (t->begin)
		t->begin(r, t, y, to);
	if (t->whole)
		t->whole(r, t, y, to);
	else if (brief)
		read_value(r, t->brief, y, (char *)to + t->brief_offset);
	else if (lone)
		read_element(r, t, y, to);
	else if (y->kind == YAML_SCALAR)
		t->scalar(r, t, y, to);
	else if (y->kind == YAML_LIST)
		read_list(r, t, y, to);
	else
		read_map(r, t, y, to); /* YAML_NOTHING counts as an empty map */
	if (t->finish)
		t->finish(r, t, y, to);
}

bool name_is_good(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= NAME_MAX_BYTES && name[n] == '\0' && name[0] != '-';
}

bool name_check(struct reader *r, const char *name, struct pos at, const char *const *reserved)
{
	if (!name_is_good(name)) {
		diag_error(r->dg, at, -EINVAL, "bad-name", "'%s' cannot be a name",
			   read_clip(r, name));
		diag_hint(r->dg,
			  "a name has lower-case letters, digits and hyphens, at most %d "
			  "characters, and does not begin with a hyphen",
			  NAME_MAX_BYTES);
		return false;
	}
	for (; reserved && *reserved; reserved++) {
		if (strcmp(*reserved, name) != 0)
			continue;
		diag_error(r->dg, at, -EINVAL, "reserved-name",
			   "'%s' is reserved: netemu makes a part with this name", name);
		return false;
	}
	return true;
}

/* Names are sorted, so that hints do not depend on the order of the map. */
static int by_object_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void suggest_object(struct reader *r, const char *name, unsigned int kinds)
{
	size_t n = map_count(r->names), kept = 0;
	const char **words = xcalloc(n, sizeof(*words));

	map_keys(r->names, words);
	for (size_t i = 0; i < n; i++) {
		const struct object *o = map_get(r->names, words[i]);

		if (kinds & 1u << o->kind)
			words[kept++] = words[i];
	}
	qsort(words, kept, sizeof(*words), by_object_name);
	read_suggest(r, name, words, kept);
	free(words);
}

const char *object_kind_phrase(enum object_kind kind)
{
	static const char *const phrases[OBJECT_KINDS] = {
		[OBJECT_PRIVATE_CLOUD] = "a private cloud",
		[OBJECT_VIRTUAL_NETWORK] = "a virtual network",
		[OBJECT_SITE] = "a site",
		[OBJECT_CIRCUIT] = "a circuit",
		[OBJECT_INTERCONNECT] = "an interconnect",
		[OBJECT_GLOBAL_REACH] = "a Global Reach connection",
		[OBJECT_GATEWAY_CONNECTION] = "a gateway connection",
		[OBJECT_PEERING] = "a peering",
		[OBJECT_ROUTER] = "a router",
		[OBJECT_HOST] = "a host",
		[OBJECT_LINK] = "a link",
		[OBJECT_ROUTE_TABLE] = "a route table",
		[OBJECT_VPN_CONNECTION] = "a VPN connection",
		[OBJECT_CLOUDSIMPLE_REGION] = "a CloudSimple region",
		[OBJECT_CLOUDSIMPLE_CLOUD] = "a CloudSimple private cloud",
		[OBJECT_NETWORK_EXTENSION] = "a network extension",
		[OBJECT_INTERNET] = "the internet",
	};

	return phrases[kind];
}

struct object *read_object(struct reader *r, const char *name, struct pos at, unsigned int kinds,
			   const char *noun)
{
	struct object *o = map_get(r->names, name);

	if (o && kinds & 1u << o->kind)
		return o;
	if (o) {
		diag_error(r->dg, at, -EINVAL, "wrong-kind", "'%s' is %s; %s is needed here", name,
			   object_kind_phrase(o->kind), noun);
	} else if (!r->root->cut) {
		diag_error(r->dg, at, -EINVAL, "unknown-name",
			   "nothing is named '%s'; %s is needed here", read_clip(r, name), noun);
		if (map_get(r->gone, name))
			diag_hint(r->dg,
				  "it was disconnected: first disconnect the objects that refer to "
				  "it");
		else
			suggest_object(r, name, kinds);
	}
	return NULL;
}

struct circuit *read_circuit(struct reader *r, const char *name, struct pos at)
{
	struct object *o = read_object(r, name, at,
				       1u << OBJECT_CIRCUIT | 1u << OBJECT_PRIVATE_CLOUD |
					       1u << OBJECT_CLOUDSIMPLE_REGION,
				       "a circuit or private cloud");

	if (!o)
		return NULL;
	if (o->kind == OBJECT_CLOUDSIMPLE_REGION)
		return &((struct cloudsimple_region *)o)->circuit;
	return o->kind == OBJECT_CIRCUIT ? (struct circuit *)o
					 : &((struct private_cloud *)o)->circuit;
}
