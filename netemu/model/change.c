/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/change.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { LONGEST = 60 }; /* bytes of a change's YAML in a sentence */

bool change_is_reset(const struct change *c)
{
	return c->kind == CHANGE_IMPAIR &&
	       (!c->text || c->text[strspn(c->text, " \t\r\n{}")] == '\0');
}

/* Writes YAML on one line, cut to LONGEST; each run of blanks and line ends becomes one blank. */
static void add_yaml(const char *yaml, struct text *out)
{
	size_t start = out->n;
	bool blank = false;

	for (const char *p = yaml; p && *p; p++) {
		if (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r') {
			blank = out->n > start;
			continue;
		}
		if (out->n - start > LONGEST && blank) {
			text_add(out, " ...");
			return;
		}
		if (blank)
			text_add(out, " ");
		blank = false;
		text_addn(out, p, 1);
	}
}

void change_order(const struct change *c, struct text *out)
{
	static const char *const verbs[] = { [CHANGE_CONNECT] = "connect",
					     [CHANGE_DISCONNECT] = "disconnect",
					     [CHANGE_FAIL] = "fail",
					     [CHANGE_RESTORE] = "restore",
					     [CHANGE_IMPAIR] = "impair" };

	text_add(out, verbs[c->kind]);
	if (c->name)
		text_printf(out, " %s", c->name);
	if (change_is_reset(c)) {
		text_add(out, " no more");
	} else if (c->text) {
		text_add(out, " ");
		add_yaml(c->text, out);
	}
}

void change_done(const struct change *c, struct text *out)
{
	static const char *const done[] = { [CHANGE_CONNECT] = "is connected",
					    [CHANGE_DISCONNECT] = "is disconnected",
					    [CHANGE_FAIL] = "has failed",
					    [CHANGE_RESTORE] = "is restored",
					    [CHANGE_IMPAIR] = "is impaired" };

	if (c->name)
		text_add(out, c->name);
	else
		add_yaml(c->text, out);
	text_printf(out, " %s", change_is_reset(c) ? "is as the file has it again" : done[c->kind]);
	if (c->kind == CHANGE_IMPAIR && !change_is_reset(c)) {
		text_add(out, ": ");
		add_yaml(c->text, out);
	}
}
