/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/output.h"

#include <errno.h>
#include <string.h>

enum exit_status output_begin(struct invocation *inv, FILE **ret)
{
	*ret = given(inv, OPT_OUTPUT) ? tmpfile() : inv->out;
	if (*ret)
		return EXIT_DONE;
	(void)mistake(inv, "output", "no place for the result: %s", strerror(errno));
	return EXIT_BROKE;
}

static int output_copy(FILE *from, FILE *to)
{
	char buf[4096];
	size_t n;

	while ((n = fread(buf, 1, sizeof(buf), from)) > 0)
		if (fwrite(buf, 1, n, to) != n)
			return -errno;
	return ferror(from) ? -errno : 0;
}

static int output_write_file(FILE *from, const char *path)
{
	FILE *to;
	int r;

	if (fseek(from, 0, SEEK_SET) != 0) /* flushes the stream, too */
		return -errno;
	if (ferror(from)) /* rewind() would clear the error */
		return -EIO;
	to = fopen(path, "we");
	if (!to)
		return -errno;
	r = output_copy(from, to);
	if (fclose(to) != 0 && r == 0)
		r = -errno;
	return r;
}

enum exit_status output_end(struct invocation *inv, FILE *out, enum exit_status status)
{
	const char *path = inv->value[OPT_OUTPUT];
	int r;

	if (!out || out == inv->out)
		return status;
	r = status == EXIT_DONE ? output_write_file(out, path) : 0;
	(void)fclose(out);
	if (r < 0)
		return mistake(inv, "output", "cannot write '%s': %s", path, strerror(-r));
	return status;
}
