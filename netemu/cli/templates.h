/* SPDX-License-Identifier: GPL-2.0-or-later */
/* templates.h - topologies to start from. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

#include <stddef.h>

struct template
{
	const char *kind, *summary;
	const char *body;  /* what follows the name and the summary */
	const char *a, *b; /* two nodes to begin with */
};

/* The words for --kind. */
#define TEMPLATE_KINDS "avs|hub-spoke|plain"

/* That of a kind; NULL: the first. */
const struct template *template_of(const char *kind);

#endif
