/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a file to its world, and from one world to the next: what comes of it, and what it returns
 * when the file, the lab or the change is wrong. No lab is built. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "fabric/fabric.h"
#include "model/model.h"
#include "world/world.h"

#define TRIANGLE                                                                                   \
	"netemu: 1\nname: t\n"                                                                     \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }\n"                \
	"links:\n"                                                                                 \
	"  fast: { between: [r1, r2], bgp: true }\n"                                               \
	"  slow1: { between: [r1, r3], delay: 1ms, bgp: true }\n"                                  \
	"  slow2: { between: [r3, r2], bgp: true }\n"

static char folder[] = "/tmp/netemu-world-XXXXXX";

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	return setenv("NETEMU_RUN", "/tmp/netemu-world/none", 1);
}

static int end(void **state)
{
	(void)state;
	(void)unlink("good.yaml");
	(void)unlink("other");
	(void)unlink("bad.yaml");
	return chdir("/") < 0 ? -1 : rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* A file's world with a plan, as a lab's has one. */
static void load(struct world *w, const char *hops)
{
	struct diag *dg = diag_new();

	write_file("good.yaml", TRIANGLE);
	assert_int_equal(world_load(w, "good.yaml", hops, dg), 0);
	assert_int_equal(diag_count(dg), 0);
	w->plan = plan_build(w->fabric, w->routes, (struct plan_backends){ 0 });
	diag_free(dg);
}

/* The id of the only finding. */
static void assert_found(struct diag *dg, const char *id)
{
	assert_int_equal(diag_count(dg), 1);
	assert_string_equal(diag_at(dg, 0)->id, id);
	diag_free(dg);
}

static void what_is_wrong_with_a_file_is_one_error_whatever_it_is(void **state)
{
	static const char *const unreadable[] = { "none.yaml", ".", "/proc/self/mem" };
	own_world w = { 0 };
	struct diag *dg;

	(void)state;
	for (size_t i = 0; i < countof(unreadable); i++) {
		dg = diag_new();
		assert_int_equal(world_load(&w, unreadable[i], NULL, dg), -EBADMSG);
		assert_found(dg, "unreadable");
	}
	write_file("bad.yaml", "netemu: 1\nroters: {}\n");
	dg = diag_new();
	assert_int_equal(world_load(&w, "bad.yaml", NULL, dg), -EBADMSG);
	assert_found(dg, "unknown-key");
}

static void a_name_is_a_lab_unless_only_a_file_has_it(void **state)
{
	own_world other = { 0 }, none = { 0 };
	struct diag *dg = diag_new();

	(void)state;
	write_file("other", TRIANGLE);
	assert_int_equal(world_find(&other, "other", NULL, dg), 0);
	assert_null(other.lab);
	assert_string_equal(world_name(&other), "t");
	assert_int_equal(diag_count(dg), 0);
	assert_int_equal(world_find(&none, "nobody", NULL, dg), -ENOENT);
	assert_found(dg, "no-lab");
}

static void a_change_keeps_what_the_lab_was_asked_for(void **state)
{
	const struct change fail = { .kind = CHANGE_FAIL, .name = "fast" };
	own_world now = { 0 }, next = { 0 };
	struct diag *dg = diag_new();
	own_text changes = { 0 };

	(void)state;
	load(&now, "azure");
	assert_int_equal(now.model->hops, HOPS_AZURE);
	assert_int_equal(world_change(&now, &fail, 1, &next, dg), 0);
	assert_int_equal(diag_count(dg), 0);
	assert_non_null(next.plan);
	assert_int_equal(next.model->hops, HOPS_AZURE);
	assert_string_equal(world_source(&next, "x").hops, "azure");
	assert_int_equal(fabric_node(now.fabric, "r3"), fabric_node(next.fabric, "r3"));
	world_changes(&next, &changes);
	assert_non_null(strstr(text_str(&changes), "fast"));
	diag_free(dg);
}

static void a_change_that_cannot_be_made_leaves_the_world_as_it_is(void **state)
{
	const struct change fail = { .kind = CHANGE_FAIL, .name = "fats" };
	own_world now = { 0 }, next = { 0 };
	struct diag *dg = diag_new();
	own_text changes = { 0 };

	(void)state;
	load(&now, NULL);
	assert_int_equal(world_change(&now, &fail, 1, &next, dg), -EBADMSG);
	assert_null(next.plan);
	world_changes(&now, &changes);
	assert_null(strstr(text_str(&changes), "fats"));
	assert_found(dg, "unknown-name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_with_a_file_is_one_error_whatever_it_is),
		cmocka_unit_test(a_name_is_a_lab_unless_only_a_file_has_it),
		cmocka_unit_test(a_change_keeps_what_the_lab_was_asked_for),
		cmocka_unit_test(a_change_that_cannot_be_made_leaves_the_world_as_it_is),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
