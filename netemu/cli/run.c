#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/vec.h"
#include "cli/cli.h"

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

/* Namespaces want CAP_SYS_ADMIN, what is in them CAP_NET_ADMIN. */
static bool may_administer(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { 0 };
	const uint32_t wanted = 1U << CAP_SYS_ADMIN | 1U << CAP_NET_ADMIN;

	return syscall(SYS_capget, &head, caps) == 0 && (caps[0].effective & wanted) == wanted;
}

static enum exit_status check_privilege(struct invocation *inv)
{
	struct pos nowhere = { 0 };

	if (inv->command->needs == NEEDS_NOTHING || may_administer())
		return EXIT_DONE;
	diag_error(inv->dg, nowhere, -EPERM, "privilege", "'%s' needs root", inv->command->name);
	diag_hint(inv->dg, "sudo netemu %s ...", inv->command->name);
	return EXIT_CANNOT;
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
	status = check_privilege(inv);
	return status == EXIT_DONE ? inv->command->run(inv) : status;
}
