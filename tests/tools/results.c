/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hostile result in a format, for other people's parsers.
 *
 *	results text|tap|junit|json|github [stopped|none]
 */
#include <stdio.h>
#include <string.h>

#include "report/report.h"

#include "../unit/hostile_run.h"

int main(int argc, char **argv)
{
	struct report r = { .out = stdout, .json = false };
	struct test_run run = hostile_run();
	enum test_format format;

	if (argc < 2 || !test_format_named(argv[1], &format))
		return 2;
	if (argc > 2 && strcmp(argv[2], "stopped") == 0)
		run.stopped = "Interrupt <&\n\033";
	if (argc > 2 && strcmp(argv[2], "none") == 0)
		run.results.n = 0;
	report_tests(&r, format, &run);
	vec_free(&run.results);
	return 0;
}
