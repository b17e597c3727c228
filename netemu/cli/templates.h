/* SPDX-License-Identifier: GPL-2.0-or-later */
/* templates.h - the topologies that `netemu init` writes. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

#include <stddef.h>

struct template
{
	const char *kind, *summary;
	const char *body;  /* YAML after the name and the summary */
	const char *a, *b; /* two nodes for the first ping */
};

/* The values of --kind. */
#define TEMPLATE_KINDS "avs|hub-spoke|plain"

/* The template of a kind; the first one for NULL. */
const struct template *template_of(const char *kind);

#endif
