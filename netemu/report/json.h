/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.h - writes JSON directly to a stream, keys in the order of the calls.
 *
 *	struct json j = json_begin(stdout);
 *	json_open(&j, NULL, '{');
 *	json_string(&j, "lab", name);
 *	json_close(&j);
 *	json_end(&j);
 *
 * Inside an object each call needs a key, inside an array the key is NULL. Strings may contain any
 * bytes: those that are not UTF-8 become U+FFFD. libfyaml's emitter is not used, since it writes
 * the string "true" as a bare true and a bad byte as "\xFF" (0.7.12).
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct impairment;

enum { JSON_DEPTH = 16 };

struct json {
	FILE *out;
	unsigned int depth;
	unsigned int row; /* depth of the row that is open, all of it on one line; 0: none */
	bool begun;	  /* the innermost container is not empty */
	char closer[JSON_DEPTH];
};

struct json json_begin(FILE *out);
void json_end(struct json *j);

/* Opens an object '{' or an array '['; a row is one that is written on a single line. */
void json_open(struct json *j, const char *key, char what);
void json_row(struct json *j, const char *key, char what);
void json_close(struct json *j);

/* A string alone, with its quotes. */
void json_quote(FILE *out, const char *s);

void json_string(struct json *j, const char *key, const char *s); /* NULL: null */
void json_bool(struct json *j, const char *key, bool v);
void json_number(struct json *j, const char *key, uint64_t v);
void json_null(struct json *j, const char *key);
/* A time in milliseconds with at most three decimals: 2.05 */
void json_ms(struct json *j, const char *key, uint64_t ns);
/* The number, or null when it is 0. */
void json_number_or_null(struct json *j, const char *key, uint64_t v);
/* What a link does to frames, key by key, into the innermost object. */
void json_impairment(struct json *j, const struct impairment *i);

#endif
