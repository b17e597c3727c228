/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/privilege.h"

#include "lab/home.h"

enum exit_status privilege_refused(struct invocation *inv, const struct sandbox_refusal *why)
{
	struct pos nowhere = { 0 };
	char text[256];
	const char *remedy = sandbox_explain(why, text, sizeof(text));

	diag_error(inv->dg, nowhere, why->error, "privilege",
		   "'%s' needs root or a user namespace, and there is none: %s", inv->command->name,
		   text);
	diag_hint(inv->dg, "%s", remedy);
	return EXIT_CANNOT;
}

/* Enters the user's home of namespaces if there is one; a failure is ignored. */
static void privilege_try_home(void)
{
	struct diag *unheard = diag_new();
	struct sandbox_refusal why;

	(void)lab_home_enter(false, &why, unheard);
	diag_free(unheard);
}

enum exit_status privilege_find(struct invocation *inv)
{
	struct sandbox_refusal why;
	size_t before = diag_count(inv->dg);
	int r;

	if (sandbox_is_needless())
		return EXIT_DONE;
	if (inv->command->needs == NEEDS_SANDBOX)
		return sandbox_try(&why) < 0 ? privilege_refused(inv, &why) : EXIT_DONE;
	if (inv->command->needs == NEEDS_NOTHING) {
		privilege_try_home();
		return EXIT_DONE;
	}
	r = lab_home_enter(true, &why, inv->dg);
	if (r > 0)
		return EXIT_DONE;
	return diag_count(inv->dg) > before ? EXIT_CANNOT : privilege_refused(inv, &why);
}
