/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "report/graph.h"
#include "report/utf8.h"

/* True for characters that XML 1.0 allows and that are visible. */
static bool escape_is_plain(uint32_t code)
{
	return code >= 0x20 && code != 0x7f && (code < 0x80 || code >= 0xa0) &&
	       (code < 0xd800 || code > 0xf8ff) && (code & 0xfffe) != 0xfffe &&
	       (code < 0x200b || code > 0x200f) && (code < 0x2028 || code > 0x202e) &&
	       (code < 0x2060 || code > 0x206f) && code != 0xfeff;
}

static const char *escape_of(char c, const struct escape *special, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (special[i].c == c)
			return special[i].as;
	return NULL;
}

void escape_print(FILE *out, const char *s, const struct escape *special, size_t n)
{
	for (size_t left = strlen(s); left > 0;) {
		uint32_t code;
		size_t len = utf8_next(s, left, &code);
		const char *as = escape_of(*s, special, n);

		if (code == UTF8_BAD || !escape_is_plain(code) || utf8_is_hash_command(s, left))
			fputs(code == '\t' || code == '\n' ? " " : "\xef\xbf\xbd", out);
		else if (as)
			fputs(as, out);
		else
			fwrite(s, 1, len, out);
		s += len;
		left -= len;
	}
}

void xml_print(FILE *out, const char *s)
{
	static const struct escape special[] = { { '&', "&amp;" },
						 { '<', "&lt;" },
						 { '>', "&gt;" },
						 { '"', "&quot;" },
						 { '\'', "&#39;" } };

	escape_print(out, s, special, countof(special));
}
