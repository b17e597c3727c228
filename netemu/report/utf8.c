/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/utf8.h"

#include <string.h>

#include "base/text.h"
#include "base/vec.h"

struct code_range {
	uint32_t first, last;
};

static bool is_in_ranges(uint32_t code, const struct code_range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= r[i].first && code <= r[i].last)
			return true;
	return false;
}

/* The length by the first byte, and the least code point that needs it (less: an overlong form). */
static size_t utf8_length(unsigned char c, uint32_t *ret_least)
{
	static const struct {
		unsigned char mask, value;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0 },
		      { 0xe0, 0xc0, 0x80 },
		      { 0xf0, 0xe0, 0x800 },
		      { 0xf8, 0xf0, 0x10000 } };

	for (size_t i = 0; i < countof(forms); i++)
		if ((c & forms[i].mask) == forms[i].value) {
			*ret_least = forms[i].least;
			return i + 1;
		}
	return 0;
}

size_t utf8_next(const char *s, size_t n, uint32_t *ret_code)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t least = 0, code;
	size_t len = utf8_length(p[0], &least);

	*ret_code = UTF8_BAD;
	if (len == 0 || len > n)
		return 1;
	code = len == 1 ? p[0] : p[0] & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*ret_code = code;
	return len;
}

unsigned int utf8_columns(uint32_t code)
{
	static const struct code_range none[] = { { 0x300, 0x36f },
						  { 0x200b, 0x200d },
						  { 0xfe00, 0xfe0f } };
	static const struct code_range two[] = { { 0x1100, 0x115f },   { 0x2e80, 0x303e },
						 { 0x3041, 0xa4cf },   { 0xac00, 0xd7a3 },
						 { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
						 { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
						 { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd } };

	if (code < 0x300)
		return 1;
	if (is_in_ranges(code, none, countof(none)))
		return 0;
	return is_in_ranges(code, two, countof(two)) ? 2 : 1;
}

static bool is_harmful(uint32_t code)
{
	static const struct code_range harmful[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	/* C0, DEL, C1: 9b is an escape, too */
		{ 0x61c, 0x61c },   { 0x200e, 0x200f }, /* marks of direction */
		{ 0x2028, 0x202e }, { 0x2066, 0x2069 }, /* line ends, embeddings, isolates */
		{ 0xfeff, 0xfeff }, { 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
	};

	return is_in_ranges(code, harmful, countof(harmful));
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

bool utf8_is_hash_command(const char *s, size_t n)
{
	size_t i = 2;

	if (n < 3 || s[0] != '#' || s[1] != '#')
		return false;
	while (i < n && is_letter(s[i]))
		i++;
	return i < n && s[i] == '[';
}

/* "::error": GitHub's runner obeys it at the beginning of a line, after any blanks. After a letter
 * or a digit it is harmless, since no line breaks there. */
static bool is_colon_command(const struct text *t, const char *s, size_t n)
{
	return n > 2 && s[0] == ':' && s[1] == ':' && is_letter(s[2]) &&
	       (t->n == 0 || !is_alnum(t->s[t->n - 1]));
}

size_t utf8_add_safely(struct text *t, const char *s, size_t n, size_t *columns)
{
	uint32_t code;
	size_t len = utf8_next(s, n, &code), before = t->n;
	bool harmful = is_harmful(code) || utf8_is_hash_command(s, n) || is_colon_command(t, s, n);

	if (code == UTF8_BAD)
		text_printf(t, "<%02x>", (unsigned char)*s);
	else if (harmful)
		text_printf(t, code < 0x80 ? "<%02x>" : "<U+%04X>", code);
	else
		text_addn(t, s, len);
	*columns += code == UTF8_BAD || harmful ? t->n - before : utf8_columns(code);
	return len;
}

/* The number of bytes at the beginning that are printable ASCII and cannot begin a runner's
 * command. */
static size_t ascii_length(const char *s)
{
	size_t i = 0;

	while (s[i] >= 0x20 && s[i] < 0x7f && s[i] != ':' && s[i] != '#')
		i++;
	return i;
}

size_t utf8_add_all(struct text *t, const char *s)
{
	size_t columns = 0;

	for (size_t n = strlen(s); n > 0;) {
		size_t len = ascii_length(s);

		if (len > 0) {
			text_addn(t, s, len);
			columns += len;
		} else {
			len = utf8_add_safely(t, s, n, &columns);
		}

		s += len;
		n -= len;
	}
	return columns;
}

void utf8_print(FILE *out, const char *s)
{
	own_text t = { 0 };

	utf8_add_all(&t, s);
	fputs(text_str(&t), out);
}
