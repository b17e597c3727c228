/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "net/impairment.h"
#include "report/utf8.h"

struct json json_begin(FILE *out)
{
	return (struct json){ .out = out };
}

void json_end(struct json *j)
{
	assert(j->depth == 0);
	fputc('\n', j->out);
}

static void json_new_line(const struct json *j)
{
	fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

/* No other thread writes to the stream, so the stream's lock would only cost time. */
static void json_put_text(FILE *out, const char *s)
{
	fputs_unlocked(s, out);
}

static void json_put_number(FILE *out, uint64_t v)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	fwrite_unlocked(digits + at, 1, sizeof(digits) - at, out);
}

/* The number of bytes at the beginning that need no escape: nearly all of nearly every string. The
 * first '#' of "##" needs one, so that no line has a command of Azure Pipelines such as "##vso[".
 */
static size_t json_plain_length(const char *s)
{
	size_t i = 0;

	while (s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' && s[i] != '\\' &&
	       !(s[i] == '#' && s[i + 1] == '#'))
		i++;
	return i;
}

/* YAML accepts these characters unescaped, too, so a quoted string is valid JSON and YAML. */
static bool json_is_printable(uint32_t code)
{
	return code >= 0x20 && (code < 0x7f || code > 0x9f) && code != 0xfeff && code != 0xfffe &&
	       code != 0xffff;
}

void json_quote(FILE *out, const char *s)
{
	putc_unlocked('"', out);
	for (;;) {
		uint32_t code;
		size_t plain = json_plain_length(s), len;

		fwrite_unlocked(s, 1, plain, out);
		s += plain;
		if (!*s)
			break;
		len = utf8_next(s, strnlen(s, 4), &code);
		if (code == UTF8_BAD)
			fputs("\xef\xbf\xbd", out);
		else if (code == '"' || code == '\\')
			fprintf(out, "\\%c", (char)code);
		else if (code == '#' || !json_is_printable(code))
			fprintf(out, "\\u%04x", code);
		else
			fwrite(s, 1, len, out);
		s += len;
	}
	putc_unlocked('"', out);
}

/* Writes what comes before a value: a comma, a line break, the key. */
static void json_begin_value(struct json *j, const char *key)
{
	if (j->begun)
		json_put_text(j->out, j->row ? ", " : ",");
	if (j->depth > 0 && !j->row)
		json_new_line(j);
	if (key) {
		json_quote(j->out, key);
		json_put_text(j->out, ": ");
	}
	j->begun = true;
}

void json_open(struct json *j, const char *key, char what)
{
	assert(j->depth < JSON_DEPTH);
	json_begin_value(j, key);
	putc_unlocked(what, j->out);
	j->closer[j->depth++] = what == '{' ? '}' : ']';
	j->begun = false;
}

void json_row(struct json *j, const char *key, char what)
{
	json_open(j, key, what);
	if (!j->row)
		j->row = j->depth;
}

void json_close(struct json *j)
{
	bool ends_row = j->row == j->depth;

	assert(j->depth > 0);
	j->depth--;
	if (j->begun && !j->row)
		json_new_line(j);
	putc_unlocked(j->closer[j->depth], j->out);
	if (ends_row)
		j->row = 0;
	j->begun = true;
}

void json_string(struct json *j, const char *key, const char *s)
{
	if (!s) {
		json_null(j, key);
		return;
	}
	json_begin_value(j, key);
	json_quote(j->out, s);
}

void json_bool(struct json *j, const char *key, bool v)
{
	json_begin_value(j, key);
	json_put_text(j->out, v ? "true" : "false");
}

void json_number(struct json *j, const char *key, uint64_t v)
{
	json_begin_value(j, key);
	json_put_number(j->out, v);
}

void json_number_or_null(struct json *j, const char *key, uint64_t v)
{
	if (v)
		json_number(j, key, v);
	else
		json_null(j, key);
}

void json_null(struct json *j, const char *key)
{
	json_begin_value(j, key);
	json_put_text(j->out, "null");
}

void json_ms(struct json *j, const char *key, uint64_t ns)
{
	uint64_t us = ns / 1000 + (ns % 1000 >= 500);

	json_begin_value(j, key);
	json_put_number(j->out, us / 1000);
	if (us % 1000)
		putc_unlocked('.', j->out);
	for (uint64_t rest = us % 1000, unit = 100; rest; rest %= unit, unit /= 10)
		putc_unlocked((char)('0' + rest / unit), j->out);
}

void json_impairment(struct json *j, const struct impairment *i)
{
	json_ms(j, "delay-ms", i->delay_ns);
	json_ms(j, "jitter-ms", i->jitter_ns);
	json_number_or_null(j, "rate-bps", i->rate_bps);
	json_number(j, "loss-ppm", i->loss_ppm);
	json_number(j, "duplicate-ppm", i->duplicate_ppm);
	json_number(j, "reorder-ppm", i->reorder_ppm);
}
