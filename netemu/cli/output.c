#include "cli/output.h"

#include <errno.h>
#include <string.h>

#include "base/own.h"

enum exit_status output_begin(struct invocation *inv, FILE **ret)
{
	*ret = given(inv, OPT_OUTPUT) ? tmpfile() : inv->out;
	if (*ret)
		return EXIT_DONE;
	(void)mistake(inv, "output", "no place for the result: %s", strerror(errno));
	return EXIT_BROKE;
}

static int copy(FILE *from, const char *path)
{
	own_file *to = fopen(path, "we");
	char buf[4096];
	size_t n;

	if (!to)
		return -errno;
	rewind(from);
	while ((n = fread(buf, 1, sizeof(buf), from)) > 0)
		if (fwrite(buf, 1, n, to) != n)
			return -EIO;
	return fflush(to) == 0 ? 0 : -errno;
}

enum exit_status output_end(struct invocation *inv, FILE *out, enum exit_status status)
{
	const char *path = inv->value[OPT_OUTPUT];
	int r;

	if (!out || out == inv->out)
		return status;
	r = status == EXIT_DONE ? copy(out, path) : 0;
	(void)fclose(out);
	if (r < 0)
		return mistake(inv, "output", "cannot write '%s': %s", path, strerror(-r));
	return status;
}
