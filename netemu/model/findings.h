/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings.h - the kinds of findings that a topology can cause.
 *
 * The ids are an interface: scripts select by them, and the manual lists them. New ids may be
 * added; an id never changes its name or meaning. The topology room reports the first group, the
 * model room the second one.
 */
#ifndef MODEL_FINDINGS_H
#define MODEL_FINDINGS_H

#include <stddef.h>

struct finding_kind {
	const char *id, *meaning;
};

const struct finding_kind *finding_kinds(size_t *ret_n);

#endif
