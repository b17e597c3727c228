/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relay_test.h - what all tests of the delay line's pure half include. */
#ifndef TESTS_RELAY_TEST_H
#define TESTS_RELAY_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define SEC UINT64_C(1000000000)
#define SEED UINT64_C(20240229)

#endif
