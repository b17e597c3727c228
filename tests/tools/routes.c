/* SPDX-License-Identifier: GPL-2.0-or-later */
/* routes FILE: computes a topology's routes and prints "HELD ENTRIES SECONDS BYTES": how many routes
 * all routers hold together (the best and the others), how many entries their forwarding tables
 * have, the processor seconds that computing both took, and the bytes that they take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "routing/routing.h"
#include "topology/topology.h"

static char *read_all(const char *path)
{
	own_text text = { 0 };
	FILE *f = fopen(path, "re");
	char buf[65536];
	size_t n;

	while (f && (n = fread(buf, 1, sizeof(buf) - 1, f)) > 0) {
		buf[n] = '\0';
		text_add(&text, buf);
	}
	if (f)
		fclose(f);
	return f ? xstrdup(text_str(&text)) : NULL;
}

static double processor_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void compute(const struct fabric *f, struct diag *dg)
{
	const size_t before = arena_used(f->arena);
	const double start = processor_s();
	struct routes *r = routes_compute(f, dg);
	const double took = processor_s() - start;
	size_t entries = 0;

	if (!r)
		return;
	for (size_t i = 0; i < f->nodes.n; i++)
		entries += r->table[i].fib.n;
	printf("%zu %zu %.4f %zu\n", r->count, entries, took, arena_used(f->arena) - before);
	routes_free(r);
}

int main(int argc, char **argv)
{
	own_free char *text = argc > 1 ? read_all(argv[1]) : NULL;
	struct diag *dg = diag_new();
	struct model *m = text ? topology_parse(argv[1], text, strlen(text), dg) : NULL;
	struct fabric *f = m ? fabric_compile(m, dg) : NULL;
	int status = !f;

	if (f)
		compute(f, dg);
	else
		fputs("routes FILE: not a topology ('netemu validate' says why)\n", stderr);
	fabric_free(f);
	model_free(m);
	diag_free(dg);
	return status;
}
