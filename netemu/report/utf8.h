/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8.h - untrusted text, one character at a time. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text;

/* Decodes the first character of s[n], n > 0. Returns its length in bytes; ret_code is its code
 * point, or UTF8_BAD for a byte that begins no character (length 1). */
enum { UTF8_BAD = UINT32_MAX };
size_t utf8_next(const char *s, size_t n, uint32_t *ret_code);

/* Columns that a character takes on a terminal: 0, 1 or 2. */
unsigned int utf8_columns(uint32_t code);

/* Appends the first character of s[n], made harmless for a terminal and a CI system's log: control
 * characters, escapes, marks of writing direction and bad bytes become visible words such as <1b>
 * and <U+202E>; so does the first character of a command to a CI runner, such as "::error::" and
 * "##vso[". Returns the length in bytes that was read, and adds the printed columns to *columns. */
size_t utf8_add_safely(struct text *t, const char *s, size_t n, size_t *columns);

/* True when s[n] begins with "##vso[", "##teamcity[" or "##[": Azure Pipelines, for one, obeys such
 * commands anywhere in a line. */
bool utf8_is_hash_command(const char *s, size_t n);

/* Append or print the whole string, made harmless. utf8_add_all() returns the printed columns. */
size_t utf8_add_all(struct text *t, const char *s);
void utf8_print(FILE *out, const char *s);

#endif
