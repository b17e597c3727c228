/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion_scripts.h - for each shell, a script that calls `netemu completion -- WORD...`. */
#ifndef CLI_COMPLETION_SCRIPTS_H
#define CLI_COMPLETION_SCRIPTS_H

#include <stddef.h>

struct completion_script {
	const char *shell, *script;
};
extern const struct completion_script completion_scripts[];
extern const size_t completion_scripts_n;

#endif
