/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/vec.h"
#include "cli/cli.h"
#include "cli/privilege.h"

enum exit_status status_of(int err, enum exit_status otherwise)
{
	static const int cannot[] = { EPERM,  EACCES,	    EOPNOTSUPP,
				      ENOSYS, EAFNOSUPPORT, EPROTONOSUPPORT };

	if (err == 0)
		return EXIT_DONE;
	for (size_t i = 0; i < countof(cannot); i++)
		if (-err == cannot[i])
			return EXIT_CANNOT;
	return otherwise;
}

struct report report_of(const struct invocation *inv)
{
	return (struct report){ .out = inv->out,
				.json = given(inv, OPT_JSON),
				.coloured = report_may_colour(inv->out),
				.verbose = given(inv, OPT_VERBOSE) };
}

enum exit_status cli_run(struct invocation *inv)
{
	struct report r = report_of(inv);
	enum exit_status status;

	if (given(inv, OPT_VERSION)) {
		fprintf(inv->out, "netemu %s\n", netemu_version);
		return EXIT_DONE;
	}
	if (given(inv, OPT_HELP)) {
		help_print(&r, inv->command);
		return EXIT_DONE;
	}
	if (!inv->command) {
		help_begin(&r);
		return EXIT_DONE;
	}
	status = privilege_find(inv);
	if (status == EXIT_DONE)
		return inv->command->run(inv);
	return inv->command->refused ? inv->command->refused(inv, status) : status;
}
