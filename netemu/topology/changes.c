/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes are made to the YAML tree, so that the result is the same as that of a file that contains
 * them, with all its checks. */
#include "topology/changes.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "topology/sections.h"

struct original { /* the file's settings for an impaired name; NULL: it has none */
	const char *name;
	struct yaml *settings;
};

struct changer {
	struct reader *r;
	struct yaml *root;
	const struct change *c; /* the current one */
	VEC(struct original) originals;
};

/* ---- the tree -------------------------------------------------------------------------------- */

static size_t key_index(const struct yaml *map, const char *key)
{
	size_t i = 0;

	while (i < map->items.n && strcmp(map->items.v[i]->key, key) != 0)
		i++;
	return i;
}

static void remove_item(struct yaml *y, size_t i)
{
	memmove(&y->items.v[i], &y->items.v[i + 1], (y->items.n - i - 1) * sizeof(*y->items.v));
	y->items.n--;
}

/* A map whose keys are names of objects. */
struct object_map {
	struct yaml *map;
	enum object_kind kind;
};
typedef VEC(struct object_map) object_maps;

static void add_map(struct changer *ch, object_maps *maps, struct yaml *map, enum object_kind kind)
{
	if (map && map->kind == YAML_MAP)
		vec_push(ch->r->arena, maps, ((struct object_map){ map, kind }));
}

static void find_maps(struct changer *ch, object_maps *maps)
{
	struct yaml *root = ch->root, *regions;

	for (unsigned int kind = 0; kind < OBJECT_KINDS; kind++)
		if (kind != OBJECT_INTERNET && kind != OBJECT_CLOUDSIMPLE_CLOUD)
			add_map(ch, maps, yaml_get(root, object_kind_section(kind)), kind);
	regions = yaml_get(root, object_kind_section(OBJECT_CLOUDSIMPLE_REGION));
	if (regions && regions->kind == YAML_MAP)
		for (each(struct yaml *, region, &regions->items))
			add_map(ch, maps, yaml_get(*region, "private-clouds"),
				OBJECT_CLOUDSIMPLE_CLOUD);
}

struct spot {		 /* the place of an object in the tree */
	struct yaml *in; /* the map that contains it; NULL: not found */
	size_t at;
	enum object_kind kind;
};

static struct spot find_object(struct changer *ch, const char *name)
{
	object_maps maps = { 0 };
	size_t i = key_index(ch->root, "internet");

	if (strcmp(name, "internet") == 0 && i < ch->root->items.n)
		return (struct spot){ ch->root, i, OBJECT_INTERNET };
	find_maps(ch, &maps);
	for (each(struct object_map, m, &maps)) {
		i = key_index(m->map, name);
		if (i < m->map->items.n)
			return (struct spot){ m->map, i, m->kind };
	}
	return (struct spot){ 0 };
}

static void report_unknown_object(struct changer *ch, const char *name)
{
	object_maps maps = { 0 };
	VEC(const char *) names = { 0 };

	find_maps(ch, &maps);
	for (each(struct object_map, m, &maps))
		for (each(struct yaml *, y, &m->map->items))
			vec_push(ch->r->arena, &names, (*y)->key);
	diag_error(ch->r->dg, ch->c->pos, -EINVAL, "unknown-name", "nothing is named '%s'",
		   yaml_clip(ch->r->arena, name));
	read_suggest(ch->r, name, names.v, names.n);
}

/* Returns the file's list or map of that name, which is made if the file has none. Returns NULL
 * if the value has another form; reading the file reports this. */
static struct yaml *ensure_section(struct changer *ch, const char *key, enum yaml_kind kind)
{
	struct yaml *y = yaml_get(ch->root, key);

	if (!y) {
		y = arena_make(ch->r->arena, struct yaml);
		y->key = key;
		y->pos = y->key_pos = ch->c->pos;
		vec_push(ch->r->arena, &ch->root->items, y);
	}
	if (y->kind == YAML_NOTHING)
		y->kind = kind;
	return y->kind == kind ? y : NULL;
}

/* Returns the text of a change as a map, or NULL after a finding. */
static struct yaml *read_change_text(struct changer *ch, const char *noun)
{
	const struct change *c = ch->c;
	struct diag *dg = ch->r->dg;
	size_t before = diag_errors(dg);
	struct yaml *y = yaml_parse_piece(ch->r->arena, c->pos, c->text, strlen(c->text), dg);

	if (y && y->cut)
		ch->root->cut = true; /* no findings about names that the rest may define */
	if (y && y->kind == YAML_MAP)
		return y;
	if (diag_errors(dg) == before)
		diag_error(dg, c->pos, -EINVAL, "wrong-type", "%s is needed here", noun);
	return NULL;
}

/* ---- connect --------------------------------------------------------------------------------- */

static void connect_object(struct changer *ch, struct yaml *to, struct yaml *object)
{
	struct spot old = find_object(ch, object->key);
	const struct yaml *there;

	if (!old.in) {
		vec_push(ch->r->arena, &to->items, object);
		return;
	}
	there = old.in->items.v[old.at];
	diag_error(ch->r->dg, object->key_pos, -EEXIST, "duplicate-name",
		   "there is already %s '%s' at %s:%u", object_kind_phrase(old.kind), object->key,
		   there->key_pos.file ? there->key_pos.file : "?", there->key_pos.line);
}

static void make_connection(struct changer *ch)
{
	struct yaml *y = read_change_text(ch, "a map of sections, such as { interconnects: { a-c: "
					      "[pc-a, pc-c] } },");

	if (!y)
		return;
	read_connected(ch->r, y);
	for (each(struct yaml *, from, &y->items)) {
		struct yaml *to;

		if (!read_find_key(object_sections, (*from)->key) || (*from)->kind != YAML_MAP)
			continue;
		if (strcmp((*from)->key, object_kind_section(OBJECT_INTERNET)) == 0) {
			connect_object(ch, ch->root, *from);
			continue;
		}
		to = ensure_section(ch, (*from)->key, YAML_MAP);
		for (each(struct yaml *, object, &(*from)->items))
			if (to)
				connect_object(ch, to, *object);
	}
}

/* ---- disconnect ------------------------------------------------------------------------------ */

/* Whether a name is that of the object or of one of its parts. */
static bool names_object(const char *written, const char *object)
{
	size_t n = strlen(object);

	return strncmp(written, object, n) == 0 && (written[n] == '\0' || written[n] == '.');
}

/* Removes the failures and impairments of an object from the tree. */
static void remove_mentions(struct changer *ch, const char *name)
{
	struct yaml *failed = yaml_get(ch->root, "failed");
	struct yaml *impaired = yaml_get(ch->root, "impaired");

	for (size_t i = failed ? failed->items.n : 0; i > 0; i--)
		if (failed->items.v[i - 1]->kind == YAML_SCALAR &&
		    names_object(failed->items.v[i - 1]->text, name))
			remove_item(failed, i - 1);
	for (size_t i = impaired && impaired->kind == YAML_MAP ? impaired->items.n : 0; i > 0; i--)
		if (names_object(impaired->items.v[i - 1]->key, name))
			remove_item(impaired, i - 1);
}

static void make_disconnection(struct changer *ch)
{
	struct spot spot = find_object(ch, ch->c->name);

	if (!spot.in) {
		report_unknown_object(ch, ch->c->name);
		return;
	}
	remove_item(spot.in, spot.at);
	remove_mentions(ch, ch->c->name);
	map_add(ch->r->gone, ch->c->name, ch);
}

/* ---- fail, restore --------------------------------------------------------------------------- */

static size_t find_failure(const struct yaml *failed, const char *name)
{
	size_t i = 0;

	while (i < failed->items.n && (failed->items.v[i]->kind != YAML_SCALAR ||
				       strcmp(failed->items.v[i]->text, name) != 0))
		i++;
	return i;
}

static void make_failure(struct changer *ch)
{
	struct yaml *failed = ensure_section(ch, "failed", YAML_LIST), *y;

	if (!failed)
		return;
	if (find_failure(failed, ch->c->name) < failed->items.n) {
		diag_error(ch->r->dg, ch->c->pos, -EALREADY, "conflict", "'%s' has failed already",
			   ch->c->name);
		return;
	}
	y = arena_make(ch->r->arena, struct yaml);
	*y = (struct yaml){ .kind = YAML_SCALAR,
			    .pos = ch->c->pos,
			    .key = failed->key,
			    .key_pos = failed->key_pos,
			    .element = true,
			    .text = ch->c->name };
	vec_push(ch->r->arena, &failed->items, y);
}

static void make_restoration(struct changer *ch)
{
	struct yaml *failed = ensure_section(ch, "failed", YAML_LIST);
	VEC(const char *) names = { 0 };
	size_t i;

	if (!failed)
		return;
	i = find_failure(failed, ch->c->name);
	if (i < failed->items.n) {
		remove_item(failed, i);
		return;
	}
	for (each(struct yaml *, y, &failed->items))
		if ((*y)->kind == YAML_SCALAR)
			vec_push(ch->r->arena, &names, (*y)->text);
	diag_error(ch->r->dg, ch->c->pos, -EINVAL, "conflict", "'%s' has not failed",
		   yaml_clip(ch->r->arena, ch->c->name));
	read_suggest(ch->r, ch->c->name, names.v, names.n);
}

/* ---- impair ---------------------------------------------------------------------------------- */

static struct original *find_original(struct changer *ch, const char *name)
{
	for (each(struct original, o, &ch->originals))
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

/* Returns a copy of the settings of the name, for changes; keeps the file's own settings aside. */
static struct yaml *own_settings(struct changer *ch, struct yaml *impaired)
{
	size_t i = key_index(impaired, ch->c->name);
	struct yaml *old = i < impaired->items.n ? impaired->items.v[i] : NULL, *y;

	if (find_original(ch, ch->c->name) && old)
		return old;
	if (!find_original(ch, ch->c->name))
		vec_push(ch->r->arena, &ch->originals, ((struct original){ ch->c->name, old }));
	y = arena_make(ch->r->arena, struct yaml);
	*y = (struct yaml){
		.kind = YAML_MAP, .pos = ch->c->pos, .key = ch->c->name, .key_pos = ch->c->pos
	};
	for (size_t k = 0; old && k < old->items.n; k++)
		vec_push(ch->r->arena, &y->items, old->items.v[k]);
	if (old)
		impaired->items.v[i] = y;
	else
		vec_push(ch->r->arena, &impaired->items, y);
	return y;
}

static void restore_original(struct changer *ch, struct yaml *impaired)
{
	const struct original *o = find_original(ch, ch->c->name);
	size_t i = key_index(impaired, ch->c->name);

	if (!o || i == impaired->items.n)
		return;
	if (o->settings)
		impaired->items.v[i] = o->settings;
	else
		remove_item(impaired, i);
}

static void make_impairment(struct changer *ch)
{
	struct yaml *impaired = ensure_section(ch, "impaired", YAML_MAP), *to, *from;
	const char *dot = strchr(ch->c->name, '.');
	const char *object =
		dot ? arena_strndup(ch->r->arena, ch->c->name, (size_t)(dot - ch->c->name))
		    : ch->c->name;

	if (!impaired)
		return;
	if (!find_object(ch, object).in) {
		report_unknown_object(ch, object);
		return;
	}
	if (change_is_reset(ch->c)) {
		restore_original(ch, impaired);
		return;
	}
	from = read_change_text(ch, "a map such as { delay: 5ms, loss: 1% }");
	if (!from)
		return;
	to = own_settings(ch, impaired);
	for (size_t k = 0; k < from->items.n; k++) {
		size_t i = key_index(to, from->items.v[k]->key);

		if (i < to->items.n)
			to->items.v[i] = from->items.v[k];
		else
			vec_push(ch->r->arena, &to->items, from->items.v[k]);
	}
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Registers the text of a change from outside the file, so that findings can show its lines. */
static void add_source(struct reader *r, const struct change *c)
{
	own_text lines = { 0 };

	if (!c->text || !c->pos.file || c->pos.line == 0 || c->pos.line > YAML_FILE_MAX ||
	    c->pos.col > YAML_FILE_MAX || strcmp(c->pos.file, r->m->file) == 0)
		return;
	for (unsigned int line = 1; line < c->pos.line; line++)
		text_add(&lines, "\n");
	for (unsigned int col = 1; col < c->pos.col; col++)
		text_add(&lines, " ");
	text_add(&lines, c->text);
	diag_source(r->dg, c->pos.file, text_str(&lines), lines.n);
}

void changes_apply(struct reader *r, struct yaml *root, const change_list *changes)
{
	struct changer ch = { .r = r, .root = root };
	void (*const make[])(struct changer *) = {
		[CHANGE_CONNECT] = make_connection, [CHANGE_DISCONNECT] = make_disconnection,
		[CHANGE_FAIL] = make_failure,	    [CHANGE_RESTORE] = make_restoration,
		[CHANGE_IMPAIR] = make_impairment,
	};

	for (each(const struct change, c, changes)) {
		ch.c = c;
		add_source(r, c);
		make[c->kind](&ch);
	}
}
