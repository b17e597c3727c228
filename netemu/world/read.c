/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"

enum { FILE_MAX = 64 << 20 }; /* larger files are not topologies */

static int read_stream(FILE *f, struct text *ret)
{
	char block[16384];
	int error;
	size_t n;

	do {
		clearerr(f);
		n = fread(block, 1, sizeof(block), f);
		error = ferror(f) ? errno : 0;
		text_addn(ret, block, n);
		if (ret->n > FILE_MAX)
			return -EFBIG;
	} while (n == sizeof(block) || error == EINTR);
	return -error;
}

static int read_path(const char *path, struct text *ret)
{
	own_file *f = NULL;
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_stream(stdin, ret);
	f = fopen(path, "re");
	if (!f || fstat(fileno(f), &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : read_stream(f, ret);
}

/* Suggests the file that the user probably meant. */
static void read_hint_at_file(const char *path, struct diag *dg)
{
	own_free char *longer = xasprintf("%s.yaml", path);

	if (access(longer, F_OK) == 0)
		diag_hint(dg, "did you mean '%s'?", longer);
	else
		diag_hint(dg, "'netemu init' writes a topology to start from");
}

int read_text(const char *path, struct text *ret, struct diag *dg)
{
	struct pos at = { .file = path };
	int r = read_path(path, ret);

	if (r == 0)
		return 0;
	diag_error(dg, at, r, "unreadable", "cannot read it: %s", strerror(-r));
	if (r == -ENOENT)
		read_hint_at_file(path, dg);
	return -EBADMSG;
}
