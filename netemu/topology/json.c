/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a topology as JSON: the same values in the same order, without the comments. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "topology/topology.h"
#include "topology/yaml.h"

/* Whether to write a number or truth value without quotes; the reader accepts both forms. */
static bool is_bare(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	return strcmp(s, "true") == 0 || strcmp(s, "false") == 0 ||
	       (digits > 0 && digits < 16 && s[digits] == '\0' && (s[0] != '0' || digits == 1));
}

static void add_string(struct text *out, const char *s)
{
	text_add(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add(out, "\\");
		text_addn(out, s, 1);
	}
	text_add(out, "\"");
}

static void add_value(struct text *out, const struct yaml *y, unsigned int depth);

static void json_indent(struct text *out, unsigned int depth)
{
	text_printf(out, "\n%*s", (int)(2 * depth), "");
}

/* Whether a map or list fits on one line: it is short and not nested. */
static bool is_flat(const struct yaml *y)
{
	for (each(struct yaml *, item, &y->items))
		if ((*item)->items.n > 0)
			return false;
	return y->items.n <= 8;
}

static void add_items(struct text *out, const struct yaml *y, unsigned int depth)
{
	bool map = y->kind == YAML_MAP, flat = is_flat(y);

	text_add(out, map ? "{" : "[");
	for (each(struct yaml *, item, &y->items)) {
		text_add(out, item == y->items.v ? "" : ",");
		if (!flat)
			json_indent(out, depth + 1);
		else if (map || item != y->items.v)
			text_add(out, " ");
		if (map) {
			add_string(out, (*item)->key);
			text_add(out, ": ");
		}
		add_value(out, *item, depth + 1);
	}
	if (!flat)
		json_indent(out, depth);
	else if (map && y->items.n)
		text_add(out, " ");
	text_add(out, map ? "}" : "]");
}

static void add_value(struct text *out, const struct yaml *y, unsigned int depth)
{
	if (y->kind == YAML_MAP || y->kind == YAML_LIST)
		add_items(out, y, depth);
	else if (y->kind == YAML_SCALAR && !is_bare(y->text))
		add_string(out, y->text);
	else
		text_add(out, y->kind == YAML_SCALAR ? y->text : "null");
}

void topology_json(const struct topology *t, struct text *out)
{
	add_value(out, t->root, 0);
	text_add(out, "\n");
}
