/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology/encoding.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/diag.h"

enum { BAD = UINT32_MAX };

/* Returns the character at s and its length, or BAD and length 1 if s is invalid. By the table of
 * RFC 3629, overlong forms and surrogates are invalid. */
static uint32_t decode_utf8(const unsigned char *s, size_t n, size_t *ret_len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c = s[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	*ret_len = 1;
	if (len == 0 || len > n)
		return BAD;
	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return BAD;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return BAD;
	*ret_len = len;
	return c;
}

/* C0, DEL and C1; line and paragraph separators; marks of writing direction, which can make a line
 * look like another one; byte order marks. */
static bool is_control(uint32_t c)
{
	return c == BAD || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0xfeff;
}

size_t encoding_first_control(const char *s, size_t n)
{
	size_t i = 0, len;

	for (; i < n; i += len)
		if (is_control(decode_utf8((const unsigned char *)s + i, n - i, &len)))
			return i;
	return n;
}

static bool is_layout(const char *s, size_t n)
{
	return *s == '\n' || *s == '\t' || (*s == '\r' && n > 1 && s[1] == '\n');
}

const char *encoding_skip_mark(const char *text, size_t n)
{
	return n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

int encoding_check(const char *file, const char **text, size_t *n, struct diag *dg)
{
	struct pos at = { .file = file, .line = 1, .col = 1, .len = 1 };
	const char *s;
	size_t len;

	s = encoding_skip_mark(*text, *n);
	*n -= (size_t)(s - *text);
	*text = s;
	for (size_t i = 0; i < *n; i += len) {
		uint32_t c = decode_utf8((const unsigned char *)s + i, *n - i, &len);

		if (c == BAD)
			return diag_error(dg, at, -EINVAL, "encoding",
					  "byte 0x%02x: the text is not UTF-8",
					  (unsigned char)s[i]);
		if (is_control(c) && !is_layout(s + i, *n - i))
			return diag_error(dg, at, -EINVAL, "encoding",
					  "a topology may not contain the control character U+%04X",
					  c);
		at.col++;
		if (c == '\n') {
			at.line++;
			at.col = 1;
		}
	}
	return 0;
}
