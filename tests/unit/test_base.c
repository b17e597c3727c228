/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings, maps, memory, strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/meanwhile.h"
#include "base/mem.h"
#include "base/numbering.h"
#include "base/text.h"
#include "base/vec.h"

/* ---- findings -------------------------------------------------------------------------------- */

static struct pos at(unsigned int line, unsigned int col)
{
	return (struct pos){ .file = "t.yaml", .line = line, .col = col };
}

static void an_error_returns_its_code(void **state)
{
	struct diag *dg = diag_new();

	(void)state;
	assert_int_equal(diag_error(dg, at(1, 1), -22, "x", "'%s' is %d", "a", 1), -22);
	assert_int_equal(diag_errors(dg), 1);
	assert_string_equal(diag_at(dg, 0)->text, "'a' is 1");
	assert_int_equal(diag_at(dg, 0)->code, -22);
	assert_string_equal(diag_at(dg, 0)->id, "x");
	diag_warn(dg, at(1, 1), "y", "odd");
	assert_int_equal(diag_errors(dg), 1);
	assert_int_equal(diag_count(dg), 2);
	diag_free(dg);
	diag_free(NULL);
}

static void the_same_finding_at_the_same_place_is_kept_once(void **state)
{
	struct diag *dg = diag_new();

	(void)state;
	diag_error(dg, at(1, 1), -1, "x", "bad");
	diag_hint(dg, "first");
	diag_error(dg, at(2, 1), -1, "x", "bad");
	diag_error(dg, at(1, 1), -1, "x", "worse");
	diag_hint(dg, "third");
	diag_error(dg, at(1, 1), -1, "x", "bad");
	diag_hint(dg, "again"); /* goes to the first finding, not to the newest */
	assert_int_equal(diag_count(dg), 3);
	assert_int_equal(diag_errors(dg), 3);
	assert_string_equal(diag_at(dg, 0)->hint, "again");
	assert_null(diag_at(dg, 1)->hint);
	assert_string_equal(diag_at(dg, 2)->hint, "third");
	diag_free(dg);
}

static void a_finding_outlives_the_strings_that_it_was_given(void **state)
{
	struct diag *dg = diag_new();
	char *file = xstrdup("t.yaml"), *name = xstrdup("pc-a");

	(void)state;
	diag_error(dg, (struct pos){ .file = file, .line = 1, .col = 1 }, -1, "x", "no '%s'", name);
	free(file);
	free(name);
	assert_string_equal(diag_at(dg, 0)->at.file, "t.yaml");
	assert_string_equal(diag_at(dg, 0)->text, "no 'pc-a'");
	diag_free(dg);
}

static void findings_are_bounded_and_warnings_leave_room_for_errors(void **state)
{
	struct diag *dg = diag_new();
	const struct finding *last;

	(void)state;
	for (unsigned int i = 1; i <= 3000; i++)
		diag_warn(dg, at(i, 1), "w", "odd");
	assert_int_equal(diag_count(dg), DIAG_MAX / 2 + 1);
	assert_int_equal(diag_errors(dg), 0);
	for (unsigned int i = 1; i <= 3000; i++)
		diag_error(dg, at(i, 2), -1, "e", "bad");
	diag_hint(dg, "lost");
	assert_true(diag_count(dg) <= DIAG_MAX);
	assert_int_equal(diag_errors(dg), 3000);
	diag_sort(dg);
	last = diag_at(dg, diag_count(dg) - 1);
	assert_int_equal(last->level, DIAG_NOTE);
	assert_null(last->hint);
	assert_null(diag_at(dg, diag_count(dg) - 2)->hint);
	diag_free(dg);
}

static void findings_are_sorted_by_place_and_otherwise_keep_their_order(void **state)
{
	static const char *const want[] = { "c", "a", "d", "b", "e" };
	struct diag *dg = diag_new();

	(void)state;
	diag_error(dg, at(2, 1), -1, "x", "a");
	diag_error(dg, (struct pos){ .file = "u.yaml", .line = 1, .col = 1 }, -1, "x", "b");
	diag_error(dg, at(1, 9), -1, "x", "c");
	diag_error(dg, at(2, 1), -1, "x", "d");
	diag_error(dg, (struct pos){ 0 }, -1, "x", "e");
	diag_sort(dg);
	for (size_t i = 0; i < countof(want); i++)
		assert_string_equal(diag_at(dg, i)->text, want[i]);
	diag_free(dg);
}

static void a_line_of_a_source_is_found_by_its_place(void **state)
{
	static const struct {
		unsigned int line;
		const char *want;
	} lines[] = {
		{ 1, "one" }, { 2, "" }, { 3, "three" }, { 4, "" }, { 5, NULL }, { 0, NULL }
	};
	struct diag *dg = diag_new();
	size_t n;

	(void)state;
	diag_source(dg, "t.yaml", "one\r\n\nthree\n", 12);
	diag_source(dg, "u.yaml", "x", 1);
	for (size_t i = 0; i < countof(lines); i++) {
		const char *line = diag_line(dg, at(lines[i].line, 1), &n);

		assert_int_equal(line != NULL, lines[i].want != NULL);
		if (!line)
			continue;
		assert_int_equal(n, strlen(lines[i].want));
		assert_memory_equal(line, lines[i].want, n);
	}
	assert_null(diag_line(dg, (struct pos){ .file = "v.yaml", .line = 1 }, &n));
	assert_null(diag_line(dg, (struct pos){ .line = 1 }, &n));
	diag_free(dg);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static void a_map_keeps_the_first_value_of_a_key(void **state)
{
	struct map *m = map_new();
	int one, two;

	(void)state;
	assert_null(map_get(m, "a"));
	assert_null(map_add(m, "a", &one));
	assert_ptr_equal(map_add(m, "a", &two), &one);
	assert_ptr_equal(map_get(m, "a"), &one);
	assert_int_equal(map_count(m), 1);
	map_free(m);
	map_free(NULL);
}

static void a_map_holds_many_keys(void **state)
{
	enum { MANY = 5000 };
	static char names[MANY][8];
	const char **keys = xcalloc(MANY, sizeof(*keys));
	struct map *m = map_new();
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "k%zu", i);
		assert_null(map_add(m, names[i], names[i]));
	}
	assert_int_equal(map_count(m), MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_ptr_equal(map_get(m, names[i]), names[i]);
	assert_null(map_get(m, "k5000"));
	map_keys(m, keys);
	for (size_t i = 0; i < MANY; i++)
		sum += strtoul(keys[i] + 1, NULL, 10);
	assert_int_equal(sum, (size_t)MANY * (MANY - 1) / 2);
	free(keys);
	map_free(m);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void an_arena_gives_zeroed_and_aligned_memory_of_any_size(void **state)
{
	static const size_t sizes[] = {
		1, 0, 7, 16, 100, 65536, 3, 70000, 16384, 16385, 1 << 20, 5
	};
	struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 20; round++)
		for (size_t i = 0; i < countof(sizes); i++) {
			unsigned char *p = arena_alloc(a, sizes[i]);

			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < sizes[i]; k++)
				assert_int_equal(p[k], 0);
			if (sizes[i])
				memset(p, 0xff, sizes[i]);
		}
	assert_true(arena_used(a) >= 20 * (1 << 20));
	arena_free(a);
	arena_free(NULL);
}

static void an_arena_copies_strings(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(arena_strdup(a, "abc"), "abc");
	assert_string_equal(arena_strndup(a, "abc", 2), "ab");
	assert_string_equal(arena_printf(a, "%s-%d", "x", 7), "x-7");
	arena_free(a);
}

static void vectors_grow_in_an_arena_and_on_the_heap(void **state)
{
	struct arena *arenas[] = { arena_new(), NULL };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		VEC(uint64_t) v = { 0 };
		uint64_t sum = 0;

		for (uint64_t k = 0; k < 1000; k++) {
			if (k % 2)
				vec_push(arenas[i], &v, k);
			else
				assert_int_equal(*(uint64_t *)vec_add(arenas[i], &v), 0);
		}
		for (each(uint64_t, it, &v))
			sum += *it;
		assert_int_equal(v.n, 1000);
		assert_int_equal(sum, 250000);
		if (!arenas[i])
			vec_free(&v);
	}
	arena_free(arenas[0]);
}

/* ---- strings --------------------------------------------------------------------------------- */

static void a_text_grows(void **state)
{
	own_text t = { 0 };

	(void)state;
	assert_string_equal(text_str(&t), "");
	text_add(&t, "ab");
	text_addn(&t, "cdx", 2);
	for (int i = 0; i < 100; i++)
		text_printf(&t, "%d", i % 10);
	assert_int_equal(t.n, 104);
	assert_memory_equal(text_str(&t), "abcd0123456789", 14);
	text_clear(&t);
	assert_string_equal(text_str(&t), "");
}

static void the_nearest_word_is_suggested_if_it_is_near(void **state)
{
	static const char *const words[] = { "region", "segments", "sku", "asn", "address-block" };
	static const struct {
		const char *written, *want;
	} guesses[] = {
		{ "regoin", "region" },
		{ "region", "region" },
		{ "Region", "region" },
		{ "segment", "segments" },
		{ "skus", "sku" },
		{ "as", "asn" },
		{ "addres-blok", "address-block" },
		{ "colour", NULL },
		{ "", NULL },
		{ "zebra", NULL },
		{ "addr", "address-block" },
	};

	(void)state;
	for (size_t i = 0; i < countof(guesses); i++) {
		const char *near = text_nearest(guesses[i].written, words, countof(words));

		if (guesses[i].want)
			assert_string_equal(near ? near : "(none)", guesses[i].want);
		else
			assert_null(near);
	}
}

/* ---- numbering ---- */

static void numbers_stay_with_their_names(void **state)
{
	struct numbering *n = numbering_new();

	(void)state;
	assert_int_equal(numbering_of(n, "link", "a"), 0);
	assert_int_equal(numbering_of(n, "link", "b"), 1);
	assert_int_equal(numbering_in(n, "link", "x", "b"), 0);
	assert_int_equal(numbering_of(n, "lin", "ka"), 0);
	assert_int_equal(numbering_of(n, "link", "a"), 0);
	assert_int_equal(numbering_renew(n, "link", "", "a"), 2);
	assert_int_equal(numbering_of(n, "link", "a"), 2);
	assert_int_equal(numbering_of(n, "link", "c"), 3);
	assert_int_equal(numbering_of(n, "link", "b"), 1);
	numbering_free(n);
}

static void ten_thousand_names_get_distinct_numbers(void **state)
{
	struct numbering *n = numbering_new();
	char where[16], name[64];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < 30000; i++) {
			snprintf(where, sizeof(where), "%u", i / 100);
			snprintf(name, sizeof(name), "a-name-longer-than-eight-%u", i);
			assert_int_equal(numbering_in(n, "space", where, name), i % 100);
			assert_int_equal(numbering_of(n, "all", name), i);
		}
	numbering_free(n);
}

static void numbers_are_written_and_read_back(void **state)
{
	static const char *const wrong[] = {
		"0\tlink\ta",	   "x\tlink\t\ta\n",	   "0\tlink\ta\n",	    "0\tlink\t\t\n",
		"0\tl\tw\ta\tb\n", "4294967295\tl\t\ta\n", "0\tl\t\ta\n0\tl\t\ta\n"
	};
	struct numbering *n = numbering_new(), *again = numbering_new();
	own_text text = { 0 }, same = { 0 };

	(void)state;
	(void)numbering_of(n, "link", "a");
	(void)numbering_in(n, "ifindex", "pc-a.web", "eth0");
	(void)numbering_of(n, "link", "b");
	(void)numbering_renew(n, "link", "", "a");
	numbering_text(n, &text);
	assert_string_equal(text_str(&text),
			    "2\tlink\t\ta\n0\tifindex\tpc-a.web\teth0\n1\tlink\t\tb\n");
	assert_int_equal(numbering_read(again, text_str(&text)), 0);
	assert_int_equal(numbering_of(again, "link", "b"), 1);
	assert_int_equal(numbering_of(again, "link", "a"), 2);
	numbering_text(again, &same);
	assert_string_equal(text_str(&same), text_str(&text));
	assert_int_equal(numbering_of(again, "link", "new"), 3);
	numbering_free(n);
	numbering_free(again);
	for (size_t i = 0; i < countof(wrong); i++) {
		n = numbering_new();
		if (numbering_read(n, wrong[i]) != -EBADMSG)
			fail_msg("'%s' is taken", wrong[i]);
		numbering_free(n);
	}
}

/* ---- meanwhile --------------------------------------------------------------------------*/

static void add_one(void *ctx)
{
	++*(int *)ctx;
}

static void a_background_computation_is_done_once_when_it_is_awaited(void **state)
{
	struct meanwhile m;
	sigset_t before = { 0 }, after = { 0 };
	int done = 0;

	(void)state;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	meanwhile_begin(&m, add_one, &done);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	meanwhile_end(&m);
	meanwhile_end(&m);
	assert_int_equal(done, 1);
	assert_memory_equal(&before, &after, sizeof(before));
}

struct turn {
	int *turns, mine;
};

static void take_turn(void *ctx)
{
	struct turn *t = ctx;

	if (t->mine < 0)
		usleep(20 * 1000);
	t->mine = ++*t->turns;
}

static void what_comes_after_another_begins_when_that_has_ended(void **state)
{
	struct meanwhile first, second;
	int turns = 0;
	struct turn late = { &turns, -1 }, next = { &turns, 0 };

	(void)state;
	meanwhile_begin(&first, take_turn, &late);
	meanwhile_begin_after(&second, &first, take_turn, &next);
	meanwhile_end(&first);
	assert_int_equal(late.mine, 1);
	meanwhile_end(&second);
	assert_int_equal(next.mine, 2);
}

static void see_signals(void *ctx)
{
	pthread_sigmask(SIG_SETMASK, NULL, ctx);
}

static void signals_go_to_the_thread_that_began_it(void **state)
{
	struct meanwhile m;
	sigset_t there;

	(void)state;
	meanwhile_begin(&m, see_signals, &there);
	meanwhile_end(&m);
	assert_true(sigismember(&there, SIGINT) && sigismember(&there, SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_background_computation_is_done_once_when_it_is_awaited),
		cmocka_unit_test(what_comes_after_another_begins_when_that_has_ended),
		cmocka_unit_test(signals_go_to_the_thread_that_began_it),
		cmocka_unit_test(numbers_stay_with_their_names),
		cmocka_unit_test(ten_thousand_names_get_distinct_numbers),
		cmocka_unit_test(numbers_are_written_and_read_back),
		cmocka_unit_test(an_error_returns_its_code),
		cmocka_unit_test(the_same_finding_at_the_same_place_is_kept_once),
		cmocka_unit_test(a_finding_outlives_the_strings_that_it_was_given),
		cmocka_unit_test(findings_are_bounded_and_warnings_leave_room_for_errors),
		cmocka_unit_test(findings_are_sorted_by_place_and_otherwise_keep_their_order),
		cmocka_unit_test(a_line_of_a_source_is_found_by_its_place),
		cmocka_unit_test(a_map_keeps_the_first_value_of_a_key),
		cmocka_unit_test(a_map_holds_many_keys),
		cmocka_unit_test(an_arena_gives_zeroed_and_aligned_memory_of_any_size),
		cmocka_unit_test(an_arena_copies_strings),
		cmocka_unit_test(vectors_grow_in_an_arena_and_on_the_heap),
		cmocka_unit_test(a_text_grows),
		cmocka_unit_test(the_nearest_word_is_suggested_if_it_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
