#include <errno.h>

#include "lab/lab.h"

int lab_edit_begin(const char *name, struct lab_edit **ret, struct diag *dg)
{
	(void)name, (void)ret, (void)dg;
	return -ENOSYS;
}

void lab_edit_end(struct lab_edit *e)
{
	(void)e;
}

int lab_change(struct lab_edit *e, const struct lab_target *t, struct diag *dg)
{
	(void)e, (void)t, (void)dg;
	return -ENOSYS;
}
