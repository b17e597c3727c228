/* SPDX-License-Identifier: GPL-2.0-or-later */
/* numbering.h - numbers that stay with their names.
 *
 * What has a number in the kernel (an interface, a routing table, a network of the pool) must keep
 * it when a running lab is changed, whatever comes before it in the file by then. So numbers are
 * given by name, in the order of the first asking, and a lab that is changed keeps the list. A
 * name that is asked for no longer keeps its number, too: what goes and comes back is the same.
 */
#ifndef BASE_NUMBERING_H
#define BASE_NUMBERING_H

#include <stddef.h>
#include <stdint.h>

struct numbering;
struct text;

struct numbering *numbering_new(void);
void numbering_free(struct numbering *n); /* NULL is fine */

/* The number of a name in a space, "link", or in one of many such, "ifindex" in "pc-a.web" (else
 * `where` is ""): the one it was given before, else the next that the space has not given out.
 * The first is 0. Strings are copied. */
uint32_t numbering_in(struct numbering *n, const char *space, const char *where, const char *name);

static inline uint32_t numbering_of(struct numbering *n, const char *space, const char *name)
{
	return numbering_in(n, space, "", name);
}

/* Another number for a name that has one, which does not serve: the next. */
uint32_t numbering_renew(struct numbering *n, const char *space, const char *where,
			 const char *name);

/* All of it as text, a line each in the order of giving, and back: what stands in the text is given
 * out again just so. Names hold neither tabs nor newlines. Returns 0, or -EBADMSG. */
void numbering_text(const struct numbering *n, struct text *out);
int numbering_read(struct numbering *n, const char *text);

#endif
