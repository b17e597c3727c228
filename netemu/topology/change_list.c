/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of a lab's changes: which change cancels which, and the text form of the list. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/text.h"
#include "topology/changes.h"
#include "topology/topology.h"
#include "topology/yaml.h"

/* ---- adding ---------------------------------------------------------------------------------- */

static void remove_change(change_list *list, size_t i)
{
	memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof(*list->v));
	list->n--;
}

/* Removes the newest change of a kind whose name is exactly this one. */
static bool cancel_change(change_list *list, enum change_kind kind, const char *name)
{
	for (size_t i = list->n; i > 0; i--)
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): connections have none */
		if (list->v[i - 1].kind == kind && strcmp(list->v[i - 1].name, name) == 0) {
			remove_change(list, i - 1);
			return true;
		}
	return false;
}

static struct yaml *parse_change_text(struct arena *a, const struct change *c)
{
	struct diag *unheard = diag_new();
	struct yaml *y = c->text ? yaml_parse_piece(a, c->pos, c->text, strlen(c->text), unheard)
				 : NULL;

	if (diag_errors(unheard))
		y = NULL;
	diag_free(unheard);
	return y && y->kind == YAML_MAP ? y : NULL;
}

/* Whether a CHANGE_CONNECT adds only one object, with this name. */
static bool connects_just(struct arena *a, const struct change *c, const char *name)
{
	const struct yaml *y = parse_change_text(a, c);

	if (!y || y->items.n != 1)
		return false;
	if (strcmp(y->items.v[0]->key, "internet") == 0)
		return strcmp(name, "internet") == 0;
	return y->items.v[0]->kind == YAML_MAP && y->items.v[0]->items.n == 1 &&
	       strcmp(y->items.v[0]->items.v[0]->key, name) == 0;
}

/* Removes the failures and impairments of an object and its parts, with the object itself. */
static void forget_object_changes(change_list *list, const char *object)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): only connections lack a name */
	size_t n = strlen(object);

	for (size_t i = list->n; i > 0; i--) {
		const struct change *c = &list->v[i - 1];

		if ((c->kind == CHANGE_FAIL || c->kind == CHANGE_IMPAIR) &&
		    strncmp(c->name, object, n) == 0 && (c->name[n] == '\0' || c->name[n] == '.'))
			remove_change(list, i - 1);
	}
}

static bool disconnects_new(change_list *list, const char *name, struct arena *a)
{
	forget_object_changes(list, name);
	for (size_t i = list->n; i > 0; i--)
		if (list->v[i - 1].kind == CHANGE_CONNECT &&
		    connects_just(a, &list->v[i - 1], name)) {
			remove_change(list, i - 1);
			return true;
		}
	return false;
}

static void add_impairment_setting(struct text *t, const struct yaml *y)
{
	text_printf(t, "%s%s: %s", t->n ? ", " : "{ ", y->key, y->text);
}

/* A valid setting, such as "5ms", needs no quotes. Others are kept as they are and refused
 * later. */
static bool is_plain_setting(const struct yaml *y)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.%";

	return y->kind == YAML_SCALAR && strspn(y->text, letters) == strlen(y->text) &&
	       strspn(y->key, letters) == strlen(y->key);
}

/* Merges two impairments of one name into the older one. Returns false if they stay separate. */
static bool merge_impairments(struct change *old, const struct change *c, struct arena *a)
{
	const struct yaml *first = parse_change_text(a, old), *second = parse_change_text(a, c);
	own_text all = { 0 };

	if (!first || !second)
		return false;
	for (each(struct yaml *, y, &first->items)) {
		if (!is_plain_setting(*y))
			return false;
		if (!yaml_get(second, (*y)->key))
			add_impairment_setting(&all, *y);
	}
	for (each(struct yaml *, y, &second->items)) {
		if (!is_plain_setting(*y))
			return false;
		add_impairment_setting(&all, *y);
	}
	text_add(&all, all.n ? " }" : "{}");
	old->pos = c->pos;
	old->text = arena_strdup(a, text_str(&all));
	return true;
}

/* Merges an impairment with an earlier one of the same name; a reset removes the earlier ones.
 * Returns false if the change is new and must be added. */
static bool impairs_again(change_list *list, const struct change *c, struct arena *a)
{
	bool any = false;

	if (!change_is_reset(c)) {
		for (size_t i = list->n; i > 0; i--)
			if (list->v[i - 1].kind == CHANGE_IMPAIR &&
			    strcmp(list->v[i - 1].name, c->name) == 0)
				return merge_impairments(&list->v[i - 1], c, a);
		return false;
	}
	while (cancel_change(list, CHANGE_IMPAIR, c->name))
		any = true;
	return any;
}

void changes_add(change_list *list, const struct change *c, struct arena *a)
{
	struct change copy = *c;

	copy.pos.file = c->pos.file ? arena_strdup(a, c->pos.file) : NULL;
	copy.name = c->name ? arena_strdup(a, c->name) : NULL;
	copy.text = c->text ? arena_strdup(a, c->text) : NULL;
	if ((c->kind == CHANGE_RESTORE && cancel_change(list, CHANGE_FAIL, c->name)) ||
	    (c->kind == CHANGE_FAIL && cancel_change(list, CHANGE_RESTORE, c->name)) ||
	    (c->kind == CHANGE_DISCONNECT && disconnects_new(list, c->name, a)) ||
	    (c->kind == CHANGE_IMPAIR && impairs_again(list, &copy, a)))
		return;
	vec_push(a, list, copy);
}

/* ---- as text --------------------------------------------------------------------------------- */

static const char *const kind_names[] = { "connect", "disconnect", "fail", "restore", "impair" };

/* Writes a field with escaped tabs and newlines; "\-" stands for NULL. */
static void add_field(struct text *out, const char *s)
{
	text_add(out, s ? "\t" : "\t\\-");
	for (; s && *s; s++) {
		if (*s == '\t')
			text_add(out, "\\t");
		else if (*s == '\n')
			text_add(out, "\\n");
		else if (*s == '\\')
			text_add(out, "\\\\");
		else
			text_addn(out, s, 1);
	}
}

/* FNV-1a: detects damage, not tampering. */
static uint64_t changes_checksum(const char *s, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return h;
}

void changes_text(const change_list *list, struct text *out)
{
	size_t start = out->n;

	for (each(const struct change, c, list)) {
		text_printf(out, "%s\t%u\t%u\t%u", kind_names[c->kind], c->pos.line, c->pos.col,
			    c->pos.len);
		add_field(out, c->pos.file);
		add_field(out, c->name);
		add_field(out, c->text);
		text_add(out, "\n");
	}
	text_printf(out, "sum\t%016" PRIx64 "\n",
		    changes_checksum(out->n > start ? out->s + start : "", out->n - start));
}

/* Reads a field that `end` terminates, and moves s past it. Returns false if it is malformed. */
static bool take_field(const char **s, char end, struct arena *a, const char **ret)
{
	const char *stop = strpbrk(*s, "\t\n");
	char *out, *to;

	if (!stop || *stop != end)
		return false;
	to = out = arena_alloc(a, (size_t)(stop - *s) + 1);
	*ret = strncmp(*s, "\\-", 2) == 0 && stop == *s + 2 ? NULL : out;
	for (const char *c = *s; c < stop && *ret; c++) {
		if (*c == '\\' && !strchr("tn\\", c[1]))
			return false;
		*to++ = (char)(*c != '\\' ? *c : *++c == 't' ? '\t' : *c == 'n' ? '\n' : '\\');
	}
	*s = stop + 1;
	return true;
}

static bool take_number(const char **s, struct arena *a, unsigned int *ret)
{
	const char *field;
	char *end;
	unsigned long n;

	if (!take_field(s, '\t', a, &field) || !field || strspn(field, "0123456789") == 0)
		return false;
	errno = 0;
	n = strtoul(field, &end, 10);
	*ret = (unsigned int)n;
	return *end == '\0' && errno == 0 && n <= UINT32_MAX;
}

static bool take_kind(const char **s, struct arena *a, enum change_kind *ret)
{
	const char *field;

	if (!take_field(s, '\t', a, &field) || !field)
		return false;
	for (unsigned int i = 0; i < countof(kind_names); i++)
		if (strcmp(kind_names[i], field) == 0) {
			*ret = (enum change_kind)i;
			return true;
		}
	return false;
}

/* A connection has a text and no name; the others have a name, and only an impairment a text. */
static bool is_whole_change(const struct change *c)
{
	if (c->kind == CHANGE_CONNECT)
		return c->text && !c->name;
	return c->name && (c->kind == CHANGE_IMPAIR || !c->text);
}

static bool take_change(const char **s, struct change *c, struct arena *a)
{
	return take_kind(s, a, &c->kind) && take_number(s, a, &c->pos.line) &&
	       take_number(s, a, &c->pos.col) && take_number(s, a, &c->pos.len) &&
	       take_field(s, '\t', a, &c->pos.file) && take_field(s, '\t', a, &c->name) &&
	       take_field(s, '\n', a, &c->text) && is_whole_change(c);
}

int changes_read(const char *text, change_list *ret, struct arena *a)
{
	change_list list = { 0 };
	const char *s = text;
	char last[32];

	while (strncmp(s, "sum\t", 4) != 0)
		if (!take_change(&s, vec_add(a, &list), a))
			return -EBADMSG;
	snprintf(last, sizeof(last), "sum\t%016" PRIx64 "\n",
		 changes_checksum(text, (size_t)(s - text)));
	if (strcmp(s, last) != 0)
		return -EBADMSG;
	*ret = list;
	return 0;
}
