#include "plan/diff.h"

#include <stddef.h>

struct plan_diff *plan_compare(const struct plan *from, const struct plan *to)
{
	(void)from, (void)to;
	return NULL;
}

void plan_diff_free(struct plan_diff *d)
{
	(void)d;
}

void plan_diff_text(const struct plan_diff *d, struct text *out)
{
	(void)d, (void)out;
}
