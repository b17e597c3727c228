/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.h - what is in a file. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/text.h"
#include "world/read.h"

/* Heap. */
static inline char *read_file(const char *path)
{
	struct diag *dg = diag_new();
	struct text t = { 0 };

	assert_int_equal(read_text(path, &t, dg), 0);
	diag_free(dg);
	return t.s;
}

#endif
