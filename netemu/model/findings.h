/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings.h - every kind of mistake that a topology can hold.
 *
 * The ids are an interface: scripts select by them, the manual lists them. Words may be added,
 * none is renamed or used for something else. The topology room reports the first group, the
 * model the second.
 */
#ifndef MODEL_FINDINGS_H
#define MODEL_FINDINGS_H

#include <stddef.h>

struct finding_kind {
	const char *id, *meaning;
};

const struct finding_kind *finding_kinds(size_t *ret_n);

#endif
