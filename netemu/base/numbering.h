/* SPDX-License-Identifier: GPL-2.0-or-later */
/* numbering.h - numbers that stay with their names.
 *
 * An object with a number in the kernel (an interface, a routing table, a network of the pool) must
 * keep it when a running lab is changed, whatever the new file has before it. So numbers are given
 * by name, in the order of the first request, and a changed lab keeps the list. A name that is no
 * longer used keeps its number too: an object that is removed and added again gets the same one.
 */
#ifndef BASE_NUMBERING_H
#define BASE_NUMBERING_H

#include <stddef.h>
#include <stdint.h>

struct numbering;
struct text;

struct numbering *numbering_new(void);
void numbering_free(struct numbering *n); /* NULL is fine */

/* Returns the number of a name in a space, such as "link", or in one of many spaces of that kind,
 * such as "ifindex" in "pc-a.web" (else `where` is ""). A new name gets the next number that the
 * space has not given out; the first is 0. Strings are copied. */
uint32_t numbering_in(struct numbering *n, const char *space, const char *where, const char *name);

static inline uint32_t numbering_of(struct numbering *n, const char *space, const char *name)
{
	return numbering_in(n, space, "", name);
}

/* Replaces a name's number, which cannot be used, by the next one of the space; returns that. */
uint32_t numbering_renew(struct numbering *n, const char *space, const char *where,
			 const char *name);

/* Writes all numbers as text, a line each, in the order in which they were given; reads them back,
 * so that the same names get the same numbers. Names hold neither tabs nor newlines.
 * numbering_read() returns 0 or -EBADMSG. */
void numbering_text(const struct numbering *n, struct text *out);
int numbering_read(struct numbering *n, const char *text);

#endif
