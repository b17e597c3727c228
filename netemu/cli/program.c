/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/cli.h"

void program_add(struct invocation *inv, const char *word)
{
	size_t n = 0;

	while (inv->program && inv->program[n])
		n++;
	inv->program = xrealloc(inv->program, (n + 2) * sizeof(*inv->program));
	inv->program[n] = xstrdup(word);
	inv->program[n + 1] = NULL;
}

char *program_find(const char *name)
{
	const char *path = getenv("PATH");

	for (const char *p = path ? path : ""; *p;) {
		size_t n = strcspn(p, ":");
		own_free char *file = xasprintf("%.*s/%s", (int)n, p, name);

		if (access(file, X_OK) == 0)
			return xstrdup(file);
		p += n + (p[n] == ':');
	}
	return NULL;
}
