/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree is built from libfyaml's events, not from its documents. So the limits apply while the
 * text is read, and the values before a syntax error can still be checked.
 *
 * libfyaml (0.7.12) gets the text in pieces: before it reports a bracket that may be a key, it
 * reads up to the closing bracket, and 4 MiB of "[" took 1.5 GB of memory.
 */
#include "topology/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "topology/encoding.h"

struct level { /* a map or list that is still open */
	struct yaml *y;
	const char *key; /* of the value that comes next in a map */
	struct pos key_pos;
	bool has_key, drop; /* drop: the key was refused, so the value is discarded */
};

struct yaml_builder {
	struct arena *arena;
	struct diag *dg;
	const char *file;
	unsigned int lines; /* of the file, before the text */
	const char *text;
	size_t n, fed, fed_at_event; /* bytes: in total, given to libfyaml, at the last event */
	bool too_far;
	struct level open[YAML_DEPTH_MAX];
	unsigned int depth;
	size_t values;
	unsigned int documents;
	struct yaml *root;
};

/* libfyaml counts lines and columns from 0, editors from 1. */
static struct pos pos_of(const struct yaml_builder *b, struct fy_token *token)
{
	const struct fy_mark *from = token ? fy_token_start_mark(token) : NULL;
	const struct fy_mark *to = token ? fy_token_end_mark(token) : NULL;
	struct pos at = { .file = b->file };

	if (!from)
		return at;
	at.line = b->lines + (unsigned int)from->line + 1;
	at.col = (unsigned int)from->column + 1;
	if (to && to->line == from->line && to->column > from->column)
		at.len = (unsigned int)(to->column - from->column);
	return at;
}

static size_t start_of(struct fy_token *token)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;

	return mark ? mark->input_pos : 0;
}

static size_t stop_of(struct fy_token *token)
{
	const struct fy_mark *mark = token ? fy_token_end_mark(token) : NULL;

	return mark ? mark->input_pos : 0;
}

/* A quoted scalar's token begins after its quote. An empty plain scalar has no place, so its key's
 * place serves: libfyaml has no token for it up to 0.7.12, and since 0.8 one at the colon. */
static struct pos pos_of_scalar(const struct yaml_builder *b, struct fy_token *token)
{
	struct pos at = pos_of(b, token);
	enum fy_scalar_style style = fy_token_scalar_style(token);

	if (style == FYSS_PLAIN && start_of(token) == stop_of(token))
		return pos_of(b, NULL);
	if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && at.col > 1) {
		at.col--;
		at.len += at.len ? 2 : 0;
	}
	return at;
}

static int report_unsupported(const struct yaml_builder *b, struct pos at, const char *what,
			      const char *remedy)
{
	diag_error(b->dg, at, -EINVAL, "unsupported-yaml", "%s is not supported in a topology",
		   what);
	diag_hint(b->dg, "%s", remedy);
	return -EINVAL;
}

/* Copies as much of a token's text as fits, and returns the length of the whole text. It copies
 * by chunks, because fy_token_get_text() of libfyaml 0.7.12 leaks memory for texts with many
 * escapes. */
static size_t copy_text(struct fy_token *token, char *buf, size_t size)
{
	struct fy_token_iter *it = token ? fy_token_iter_create(token) : NULL;
	const struct fy_iter_chunk *chunk = NULL;
	size_t n = 0;
	int err = 0;

	if (!it)
		return 0;
	while ((chunk = fy_token_iter_chunk_next(it, chunk, &err))) {
		if (n + chunk->len <= size)
			memcpy(buf + n, chunk->str, chunk->len);
		n += chunk->len;
	}
	fy_token_iter_destroy(it);
	return n;
}

/* Returns a token's text, or NULL after a finding. */
static const char *take_text(struct yaml_builder *b, struct fy_token *token, struct pos at)
{
	char buf[YAML_SCALAR_MAX];
	size_t n;

	buf[0] = '\0'; /* copy_text() writes nothing for an empty text: silences a gcc warning */
	n = copy_text(token, buf, sizeof(buf));

	if (n > sizeof(buf)) {
		diag_error(b->dg, at, -E2BIG, "limit",
			   "a text of %zu bytes is too long: at most %d are allowed", n,
			   YAML_SCALAR_MAX);
		return NULL;
	}
	if (encoding_first_control(buf, n) < n) {
		diag_error(b->dg, at, -EINVAL, "encoding",
			   "a text may not contain control characters or line breaks");
		return NULL;
	}
	return arena_strndup(b->arena, buf, n);
}

/* Of the values of a map that have the same key, keeps the first and reports the others. */
static void drop_duplicates(struct yaml_builder *b, struct yaml *y)
{
	struct map *seen;
	size_t kept = 0;

	if (y->items.n < 2)
		return;
	seen = map_new();
	for (size_t i = 0; i < y->items.n; i++) {
		struct yaml *item = y->items.v[i], *first = map_add(seen, item->key, item);

		if (!first) {
			y->items.v[kept++] = item;
			continue;
		}
		diag_error(b->dg, item->key_pos, -EINVAL, "duplicate-key",
			   "the key '%s' is given twice; first at %s:%u",
			   yaml_clip(b->arena, item->key), b->file, first->key_pos.line);
	}
	y->items.n = kept;
	map_free(seen);
}

/* Adds a value to the innermost open map or list. */
static int attach_value(struct yaml_builder *b, struct yaml *y)
{
	struct level *in = b->depth ? &b->open[b->depth - 1] : NULL;

	if (++b->values > YAML_VALUES_MAX)
		return diag_error(b->dg, y->pos, -E2BIG, "limit", "more than %d values in one file",
				  YAML_VALUES_MAX);
	if (!in) {
		b->root = y;
		return 0;
	}
	if (in->y->kind == YAML_MAP) {
		y->key = in->key;
		y->key_pos = in->key_pos;
		in->has_key = false;
		if (y->pos.line == 0)
			y->pos = y->key_pos;
		if (in->drop)
			return 0;
	} else {
		y->key = in->y->key;
		y->key_pos = in->y->key_pos;
		y->element = true;
		if (y->pos.line == 0)
			y->pos = in->y->pos;
	}
	vec_push(b->arena, &in->y->items, y);
	return 0;
}

static bool wants_key(const struct yaml_builder *b)
{
	const struct level *in = b->depth ? &b->open[b->depth - 1] : NULL;

	return in && in->y->kind == YAML_MAP && !in->has_key;
}

static void take_key(struct yaml_builder *b, struct fy_token *token, struct fy_token *tag)
{
	struct level *in = &b->open[b->depth - 1];
	struct pos at = pos_of_scalar(b, token);

	if (at.line == 0)
		at = in->y->pos;
	in->key = take_text(b, token, at);
	in->key_pos = at;
	in->has_key = true;
	in->drop = !in->key;
	if (tag) {
		report_unsupported(b, at, "a tag", "leave it out");
		in->drop = true;
	} else if (in->key && strcmp(in->key, "<<") == 0) {
		report_unsupported(b, at, "a merge key", "write the keys out");
		in->drop = true;
	}
}

static int take_scalar(struct yaml_builder *b, struct fy_token *token, struct fy_token *tag)
{
	struct yaml *y = arena_make(b->arena, struct yaml);

	if (wants_key(b)) {
		take_key(b, token, tag);
		return 0;
	}
	y->pos = pos_of_scalar(b, token);
	y->text = take_text(b, token, y->pos);
	y->kind = y->text ? YAML_SCALAR : YAML_BROKEN;
	if (tag) {
		report_unsupported(b, y->pos, "a tag", "leave it out");
		y->kind = YAML_BROKEN;
	} else if (y->text && (!token || fy_token_scalar_style(token) == FYSS_PLAIN) &&
		   (!*y->text || strcmp(y->text, "~") == 0 || strcmp(y->text, "null") == 0)) {
		y->kind = YAML_NOTHING;
	}
	return attach_value(b, y);
}

static int take_alias(struct yaml_builder *b, struct fy_token *token)
{
	struct yaml *y = arena_make(b->arena, struct yaml);
	bool key = wants_key(b);

	y->kind = YAML_BROKEN;
	y->pos = pos_of(b, token);
	report_unsupported(b, y->pos, "an alias", "write the value out");
	return key ? -EINVAL : attach_value(b, y);
}

static int begin_level(struct yaml_builder *b, enum yaml_kind kind, struct fy_token *token,
		       struct fy_token *tag)
{
	struct yaml *y = arena_make(b->arena, struct yaml);
	int r;

	y->kind = kind;
	y->pos = pos_of(b, token);
	y->start = start_of(token);
	if (wants_key(b))
		return report_unsupported(b, y->pos, "a map or list as a key", "keys are words");
	if (tag)
		report_unsupported(b, y->pos, "a tag", "leave it out");
	r = attach_value(b, y);
	if (r < 0)
		return r;
	if (b->depth == YAML_DEPTH_MAX)
		return diag_error(b->dg, y->pos, -E2BIG, "limit",
				  "maps and lists are nested more than %d levels deep",
				  YAML_DEPTH_MAX);
	b->open[b->depth++] = (struct level){ .y = y };
	return 0;
}

static void end_level(struct yaml_builder *b, struct fy_token *token)
{
	struct yaml *y = b->open[--b->depth].y;

	y->stop = stop_of(token);
	if (y->kind == YAML_MAP)
		drop_duplicates(b, y);
}

static int take_event(struct yaml_builder *b, const struct fy_event *e)
{
	switch (e->type) {
	case FYET_DOCUMENT_START:
		if (++b->documents == 1)
			return 0;
		return report_unsupported(b, pos_of(b, e->document_start.document_start),
					  "a second document", "one file holds one topology");
	case FYET_MAPPING_START:
		return begin_level(b, YAML_MAP, e->mapping_start.mapping_start,
				   e->mapping_start.tag);
	case FYET_SEQUENCE_START:
		return begin_level(b, YAML_LIST, e->sequence_start.sequence_start,
				   e->sequence_start.tag);
	case FYET_MAPPING_END:
		end_level(b, e->mapping_end.mapping_end);
		return 0;
	case FYET_SEQUENCE_END:
		end_level(b, e->sequence_end.sequence_end);
		return 0;
	case FYET_SCALAR:
		return take_scalar(b, e->scalar.value, e->scalar.tag);
	case FYET_ALIAS:
		return take_alias(b, e->alias.anchor);
	default:
		return 0;
	}
}

/* Reports libfyaml's errors at their places, which count from 1. */
static void report_syntax(struct yaml_builder *b, struct fy_diag *complaints)
{
	const struct fy_diag_error *e;
	void *at = NULL;
	bool any = false;

	while ((e = fy_diag_errors_iterate(complaints, &at))) {
		struct pos pos = { .file = b->file };

		if (e->line > 0 && e->column > 0) {
			pos.line = b->lines + (unsigned int)e->line;
			pos.col = (unsigned int)e->column;
		}
		diag_error(b->dg, pos, -EINVAL, "syntax", "%s",
			   yaml_clip(b->arena, e->msg ? e->msg : "not YAML"));
		any = true;
	}
	if (!any)
		diag_error(b->dg, (struct pos){ .file = b->file }, -EINVAL, "syntax", "not YAML");
}

static ssize_t feed_parser(void *builder, void *buf, size_t count)
{
	struct yaml_builder *b = builder;
	size_t n = b->n - b->fed < count ? b->n - b->fed : count;

	if (b->fed - b->fed_at_event > YAML_AHEAD_MAX) {
		b->too_far = true;
		return 0;
	}
	memcpy(buf, b->text + b->fed, n);
	b->fed += n;
	return (ssize_t)n;
}

static int report_too_far(struct yaml_builder *b)
{
	diag_error(b->dg, (struct pos){ .file = b->file }, -E2BIG, "limit",
		   "more than %d KiB in one bracket or comment", YAML_AHEAD_MAX >> 10);
	diag_hint(b->dg, "write large maps and lists with one item a line, not in brackets");
	return -E2BIG;
}

static void build_tree(struct yaml_builder *b, struct fy_parser *parser, struct fy_diag *complaints)
{
	struct fy_event *e = NULL;
	int r = 0;

	while (r == 0 && (e = fy_parser_parse(parser))) {
		if (!b->too_far)
			r = take_event(b, e);
		fy_parser_event_free(parser, e);
		b->fed_at_event = b->fed;
	}
	if (r == 0 && b->too_far)
		r = report_too_far(b);
	if (r == 0 && (fy_parser_get_stream_error(parser) || fy_diag_got_error(complaints))) {
		report_syntax(b, complaints);
		r = -EINVAL;
	}
	while (b->depth) {
		b->open[b->depth - 1].y->cut = true;
		end_level(b, NULL);
	}
	if (r < 0 && b->root)
		b->root->cut = true;
}

static struct yaml *parse_text(struct arena *a, const char *file, unsigned int lines,
			       const char *text, size_t n, struct diag *dg)
{
	struct yaml_builder b = { .arena = a, .dg = dg, .file = file, .lines = lines };
	struct fy_diag_cfg complain = { .level = FYET_ERROR, .module_mask = ~0u };
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2 |
			 FYPCF_ALLOW_DUPLICATE_KEYS,
	};
	struct fy_parser *parser;

	if (n > YAML_FILE_MAX) {
		diag_error(dg, (struct pos){ .file = file }, -E2BIG, "limit",
			   "the file is larger than %d MiB", YAML_FILE_MAX >> 20);
		return NULL;
	}
	if (encoding_check(file, &text, &n, dg) < 0)
		return NULL;
	cfg.diag = fy_diag_create(&complain);
	if (!cfg.diag)
		goto out;
	fy_diag_set_collect_errors(cfg.diag, true);
	parser = fy_parser_create(&cfg);
	if (!parser)
		goto out;
	b.text = text;
	b.n = n;
	if (fy_parser_set_input_callback(parser, &b, feed_parser) == 0)
		build_tree(&b, parser, cfg.diag);
	fy_parser_destroy(parser);
out:
	if (cfg.diag)
		fy_diag_destroy(cfg.diag);
	return b.root;
}

struct yaml *yaml_parse(struct arena *a, const char *file, const char *text, size_t n,
			struct diag *dg)
{
	return parse_text(a, file, 0, text, n, dg);
}

struct yaml *yaml_parse_piece(struct arena *a, struct pos at, const char *text, size_t n,
			      struct diag *dg)
{
	own_text padded = { 0 };

	for (unsigned int col = 1; col < at.col && col <= YAML_FILE_MAX; col++)
		text_add(&padded, " ");
	text_addn(&padded, text, n);
	return parse_text(a, at.file, at.line ? at.line - 1 : 0, text_str(&padded), padded.n, dg);
}

struct yaml *yaml_copy(struct arena *a, const char *file, const struct yaml *y)
{
	struct yaml *copy = arena_make(a, struct yaml);

	*copy = *y;
	copy->pos.file = y->pos.file ? file : NULL;
	copy->key_pos.file = y->key_pos.file ? file : NULL;
	copy->key = y->key ? arena_strdup(a, y->key) : NULL;
	copy->text = y->text ? arena_strdup(a, y->text) : NULL;
	copy->items.n = copy->items.cap = y->items.n;
	copy->items.v = arena_alloc(a, y->items.n * sizeof(*copy->items.v));
	for (size_t i = 0; i < y->items.n; i++)
		copy->items.v[i] = yaml_copy(a, file, y->items.v[i]);
	return copy;
}

struct yaml *yaml_get(const struct yaml *y, const char *key)
{
	if (y->kind == YAML_MAP)
		for (size_t i = 0; i < y->items.n; i++)
			if (strcmp(y->items.v[i]->key, key) == 0)
				return y->items.v[i];
	return NULL;
}

const char *yaml_clip(struct arena *a, const char *s)
{
	enum { MOST = 60 };
	size_t n = MOST;

	if (strlen(s) <= MOST)
		return s;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return arena_printf(a, "%.*s...", (int)n, s);
}
