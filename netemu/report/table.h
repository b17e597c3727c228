/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - text in aligned columns. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table;

/* Makes a table whose columns have these heads; a head that begins with '>' aligns its column to
 * the right. Free it with table_free(). */
struct table *table_new(const char *const *heads, size_t columns);
void table_free(struct table *t); /* NULL is fine */

/* Adds the next cell, row by row. The text is made harmless for terminals. */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Wraps the following cells at blanks, to this many columns of the terminal. */
void table_wrap(struct table *t, size_t columns);

/* Sets the colour of the next cell, if colours are printed. */
void table_ink(struct table *t, const char *colour);

/* Prints the heads (bold if coloured) once, then the rows. */
void table_print(struct table *t, FILE *out, bool coloured);
/* Drops the rows and keeps the column widths that they need. A table that is too long for memory is
 * made twice, in pieces: first to be measured, then to be printed. */
void table_measure(struct table *t);

#endif
