/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology/values.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "net/units.h"

static void read_plain_text(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)r, (void)t;
	*(const char **)to = y->text;
}

const struct type type_text = { .noun = "a text", .scalar = read_plain_text };

static void read_bool(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	static const char *const yes[] = { "yes", "on", "True", "TRUE", "y", "1" };
	static const char *const no[] = { "no", "off", "False", "FALSE", "n", "0" };

	if (strcmp(y->text, "true") == 0 || strcmp(y->text, "false") == 0) {
		*(bool *)to = y->text[0] == 't';
		return;
	}
	read_refuse(r, t, y, "wrong-type", NULL);
	for (size_t i = 0; i < countof(yes); i++)
		if (strcasecmp(y->text, yes[i]) == 0)
			diag_hint(r->dg, "write true");
	for (size_t i = 0; i < countof(no); i++)
		if (strcasecmp(y->text, no[i]) == 0)
			diag_hint(r->dg, "write false");
}

const struct type type_bool = { .noun = "true or false",
				.scalar = read_bool,
				.pattern = "^(true|false)$" };

/* Accepts decimal digits only, so that 010 is not octal and 1e3 not a thousand. */
static bool parse_digits(const char *s, uint64_t *ret)
{
	uint64_t n = 0;

	if (!*s || (*s == '0' && s[1]) || strlen(s) > 12)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	*ret = n;
	return true;
}

void read_number(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	uint64_t n;

	if (parse_digits(y->text, &n) && n >= t->min && n <= t->max)
		*(uint32_t *)to = (uint32_t)n;
	else
		read_refuse(r, t, y, "bad-number", yaml_clip(r->arena, y->text));
}

const struct type type_asn = { .noun = "an AS number, 1 to 4294967295",
			       .scalar = read_number,
			       .pattern = "^[1-9][0-9]*$",
			       .min = 1,
			       .max = UINT32_MAX };

static const struct word *find_word(const struct type *t, const char *s, bool exactly)
{
	for (const struct word *w = t->words; w->word; w++)
		if (exactly ? strcmp(w->word, s) == 0 : strcasecmp(w->word, s) == 0)
			return w;
	return NULL;
}

static const struct word *take_word(struct reader *r, const struct type *t, const struct yaml *y,
				    bool exactly)
{
	const struct word *w = find_word(t, y->text, exactly);
	const char *words[16];
	size_t n = 0;

	if (w)
		return w;
	for (w = t->words; w->word && n < countof(words); w++)
		words[n++] = w->word;
	read_refuse(r, t, y, "bad-word", yaml_clip(r->arena, y->text));
	read_suggest(r, y->text, words, n);
	return NULL;
}

void read_word(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const struct word *w = take_word(r, t, y, true);

	if (w)
		*(unsigned int *)to = w->value;
}

void read_spelling(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const struct word *w = take_word(r, t, y, false);

	if (w)
		*(const char **)to = w->word;
}

struct quantity {
	const char *id, *unit, *form;
};

/* Refuses a quantity; the hint gives the missing unit, or the form of a quantity. */
static void refuse_quantity(struct reader *r, const struct type *t, const struct yaml *y,
			    const struct quantity *q)
{
	bool bare = *y->text && y->text[strspn(y->text, "0123456789.")] == '\0';

	read_refuse(r, t, y, q->id,
		    bare ? arena_printf(r->arena, "%s has no unit", yaml_clip(r->arena, y->text))
			 : yaml_clip(r->arena, y->text));
	if (!bare)
		diag_hint(r->dg, "%s", q->form);
	else if (strlen(y->text) < 20)
		diag_hint(r->dg, "write %s%s", y->text, q->unit);
}

const char *read_without_blanks(struct reader *r, const char *s)
{
	char *out = arena_strdup(r->arena, s), *to = out;

	for (; *s; s++)
		if (*s != ' ' && *s != '\t')
			*to++ = *s;
	*to = '\0';
	return out;
}

static const struct quantity time_form = { "bad-time", "ms",
					   "a number and ns, us, ms or s: 1ns to 3600s" };

static void read_time(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (!time_parse(read_without_blanks(r, y->text), to))
		refuse_quantity(r, t, y, &time_form);
}

const struct type type_time = { .noun = "a time such as 4ms",
				.scalar = read_time,
				.pattern = TIME_PATTERN };

static const struct quantity rate_form = {
	"bad-rate", "Mbit",
	"a number and kbit, Mbit or Gbit (kbps, Mbps, Gbps are bits too): 1bit to 1000Gbit"
};

static void read_rate(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (!rate_parse(read_without_blanks(r, y->text), to))
		refuse_quantity(r, t, y, &rate_form);
}

const struct type type_rate = { .noun = "a rate such as 100Mbit",
				.scalar = read_rate,
				.pattern = "^[0-9]+(\\.[0-9]+)? *[kMG]?(bit|bps)$" };

static const struct quantity share_form = { "bad-share", "%",
					    "a percentage: 0%, or 0.0001% to 100%" };

static void read_share(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	if (!share_parse(read_without_blanks(r, y->text), to))
		refuse_quantity(r, t, y, &share_form);
}

const struct type type_share = { .noun = "a share such as 0.1%",
				 .scalar = read_share,
				 .pattern = "^[0-9]+(\\.[0-9]+)? *%$" };

const char *region_canonical(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1), *to = out;

	for (; *s; s++) {
		if (*s == ' ')
			continue;
		if (!isascii((unsigned char)*s) || !isalnum((unsigned char)*s))
			return NULL;
		*to++ = (char)tolower((unsigned char)*s);
	}
	return to > out && to - out <= NAME_MAX_BYTES ? out : NULL;
}

static void read_region(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const char *name = region_canonical(r->arena, y->text);

	if (name)
		*(const char **)to = name;
	else
		read_refuse(r, t, y, "bad-region", yaml_clip(r->arena, y->text));
}

const struct type type_region = { .noun = "a region such as westeurope",
				  .scalar = read_region,
				  .pattern = "^[A-Za-z0-9 ]+$" };

static void read_placed_text(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	(void)r, (void)t;
	*(struct placed_name *)to = (struct placed_name){ y->text, y->pos };
}

const struct type type_placed_text = { .noun = "a text", .scalar = read_placed_text };

/* Checks only the form of the name: the fabric room knows which nodes exist. */
void read_node(struct reader *r, const struct type *t, const struct yaml *y, void *to)
{
	const char *dot = strchr(y->text, '.');
	const char *object = dot ? arena_strndup(r->arena, y->text, (size_t)(dot - y->text))
				 : y->text;

	if (name_is_good(object) && (!dot || name_is_good(dot + 1)))
		*(struct placed_name *)to = (struct placed_name){ y->text, y->pos };
	else
		read_refuse(r, t, y, "bad-name", yaml_clip(r->arena, y->text));
}

const struct type type_node = { .noun = "a node such as pc-a.web, or a plain host or router",
				.scalar = read_node,
				.pattern = NODE_PATTERN };

static void read_authorization(struct reader *r, const struct type *t, const struct yaml *y,
			       void *to)
{
	(void)r, (void)t;
	*(struct authorization *)to = (struct authorization){ y->text, y->pos };
}

static void *add_authorization(struct reader *r, const struct yaml *y, void *circuit)
{
	(void)y;
	return vec_add(r->arena, &((struct circuit *)circuit)->authorizations);
}

static const struct type type_authorization = { .noun = "a key", .scalar = read_authorization };

const struct type type_authorizations = { .noun = "a list of keys",
					  .element = &type_authorization,
					  .add_element = add_authorization };
