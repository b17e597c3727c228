/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.h - columns that stand straight. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct table;

/* Columns are named by their heads; a head that begins with '>' makes its column stand right. */
struct table *table_new(const char *const *heads, size_t columns);
void table_free(struct table *t); /* NULL is fine */

/* The next cell, row by row. What is in it is made harmless for terminals. */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* From here on, cells longer than so many columns of the terminal go on below, broken at blanks. */
void table_wrap(struct table *t, size_t columns);

/* The colour of the next cell, where colours are printed. */
void table_ink(struct table *t, const char *colour);

/* The heads (bold when coloured), then the rows; later rows go on below them. */
void table_print(struct table *t, FILE *out, bool coloured);
/* Forgets the rows that are there, and keeps how wide they make the columns. A table that is too
 * long for memory is made twice, piece by piece: first to be measured, then to be printed. */
void table_measure(struct table *t);

#endif
