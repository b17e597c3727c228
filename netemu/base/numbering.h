/* numbering.h - numbers that stay with their names.
 *
 * What has a number in the kernel (an interface, a routing table, a network of the pool) must keep
 * it when a running lab is changed, whatever comes before it in the file by then. So numbers are
 * given by name, in the order of the first asking, and a lab that is changed keeps the list.
 */
#ifndef BASE_NUMBERING_H
#define BASE_NUMBERING_H

#include <stddef.h>
#include <stdint.h>

struct numbering;
struct text;

struct numbering *numbering_new(void);
void numbering_free(struct numbering *n); /* NULL is fine */

/* The number of a name in a space ("link", "ifindex pc-a.web"): the one it was given before, else
 * the next that the space has not given out. The first is 0. Both strings are copied. */
uint32_t numbering_of(struct numbering *n, const char *space, const char *name);

/* All of it as text, a line each in the order of giving, and back: what stands in the text is given
 * out again just so. Names hold neither tabs nor newlines. Returns 0, or -EBADMSG. */
void numbering_text(const struct numbering *n, struct text *out);
int numbering_read(struct numbering *n, const char *text);

#endif
