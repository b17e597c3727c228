/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/named.h"
#include "cli/templates.h"
#include "report/utf8.h"

/* Creates a new file. O_EXCL protects an existing one. */
static enum exit_status init_create_file(const char *path, FILE **ret, struct invocation *inv)
{
	own_fd fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0 && errno == EEXIST) {
		(void)mistake(inv, "exists", "'%s' exists already", path);
		diag_hint(inv->dg, "netemu init ANOTHER-NAME");
		return EXIT_MISTAKE;
	}
	*ret = fd < 0 ? NULL : fdopen(fd, "w");
	if (!*ret)
		return mistake(inv, "output", "cannot write '%s': %s", path, strerror(errno));
	fd_take(&fd);
	return EXIT_DONE;
}

static void init_write_template(FILE *out, const struct template *t, const char *name)
{
	fprintf(out, "netemu: 1\nname: %s\nsummary: %s\n\n%s", name, t->summary, t->body);
}

static enum exit_status init_close_file(FILE *f, const char *path, struct invocation *inv)
{
	bool bad = ferror(f) != 0;

	if (fclose(f) == 0 && !bad)
		return EXIT_DONE;
	(void)mistake(inv, "output", "cannot write '%s': %s", path, strerror(errno));
	return EXIT_BROKE;
}

static void init_print_next(const char *path, const char *name, const struct template *t,
			    struct invocation *inv)
{
	own_text safe = { 0 };

	if (given(inv, OPT_QUIET))
		return;
	utf8_add_all(&safe, path);
	path = text_str(&safe);
	fprintf(inv->out,
		"%s is written. What to type next:\n\n"
		"  netemu predict %s\n"
		"  netemu graph %s -o %s.svg\n"
		"  sudo netemu up %s\n"
		"  sudo netemu ping %s %s %s\n"
		"  sudo netemu test %s\n"
		"  sudo netemu down %s\n",
		path, path, path, name, path, name, t->a, t->b, name, name);
}

enum exit_status cmd_init(struct invocation *inv)
{
	const char *name = inv->n ? inv->args[0] : "mine";
	const struct template *t = template_of(inv->value[OPT_KIND]);
	own_free char *path = given(inv, OPT_OUTPUT) ? xstrdup(inv->value[OPT_OUTPUT])
						     : xasprintf("%s.yaml", name);
	enum exit_status status;
	FILE *f;

	status = lab_name_check(name, inv);
	if (status != EXIT_DONE)
		return status;
	if (strcmp(path, "-") == 0) {
		init_write_template(inv->out, t, name);
		return EXIT_DONE;
	}
	status = init_create_file(path, &f, inv);
	if (status != EXIT_DONE)
		return status;
	init_write_template(f, t, name);
	status = init_close_file(f, path, inv);
	if (status == EXIT_DONE)
		init_print_next(path, name, t, inv);
	return status;
}
