/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag.h - what went wrong, and where in the user's file.
 *
 * No room prints. A room records a finding and returns the code it was given; main() prints
 * all findings once, at the end. Recording goes on after the first: the user wants them all.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

struct pos {			/* a place in a file the user wrote */
	const char *file;	/* borrowed; a finding copies it. NULL: not from a file */
	unsigned int line, col; /* 1-based; line 0: the file as a whole */
	unsigned int len;	/* columns to underline; 0: just the caret */
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct finding {
	enum diag_level level;
	struct pos at;
	const char *id;	   /* stable code of this kind of finding: "unknown-key" */
	int code;	   /* negative errno; 0 for warnings and notes */
	char *text, *hint; /* hint: the remedy, or NULL */
};

struct diag; /* opaque: findings, oldest first, and the texts they point into */

/* Findings beyond this are only counted, and one note says that the rest is omitted. */
enum { DIAG_MAX = 1000 };

struct diag *diag_new(void);
void diag_free(struct diag *dg); /* NULL is fine */

/* Records an error and returns `code` (a negative errno), so a failed check is one statement:
 *	return diag_error(dg, c->pos, -EINVAL, "unknown-name", "no cloud is named '%s'", b);
 * Text: no capital, no full stop, names in '...'. Equal findings at one place are kept once. */
int diag_error(struct diag *dg, struct pos at, int code, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void diag_warn(struct diag *dg, struct pos at, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diag *dg, struct pos at, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds a remedy to the finding that was recorded last: "did you mean 'region'?" */
void diag_hint(struct diag *dg, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Tells the listener of the program, if it has one, what cannot wait until the findings are
 * printed: that the program waits, and for what. */
typedef void diag_listener(void *ctx, const char *text);
void diag_listen(diag_listener *listener, void *ctx);
void diag_now(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Records a finding of another diag. */
void diag_repeat(struct diag *dg, const struct finding *f);

/* Keeps a copy of a file's text, so that a finding can be shown with its line. */
void diag_source(struct diag *dg, const char *file, const char *text, size_t n);

/* Returns the line of a place without its newline, and its length in ret_len; NULL if the file's
 * text is not known. The line belongs to the diag. */
const char *diag_line(const struct diag *dg, struct pos at, size_t *ret_len);

size_t diag_errors(const struct diag *dg);
size_t diag_count(const struct diag *dg);
const struct finding *diag_at(const struct diag *dg, size_t i);

/* Orders findings by file, line and column; those without a place come last. */
void diag_sort(struct diag *dg);

#endif
