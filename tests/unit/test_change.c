/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of a running lab applies the difference between the plans and touches nothing else. */
#include "base/process_id.h"
#include "files.h"
#include "random.h"
#include "stage.h"

#include <glob.h>

#include "relay/relay.h"

static void change_and_back(const char *x, const char *y, const char *what)
{
	own_stage a = stage_of(x, NULL), b = stage_of(y, &a), again = stage_of(x, &b);

	stand_up(&a);
	change_to(&a, &b, what);
	change_to(&b, &again, what);
	change_to(&again, &again, what);
	assert_goes_whole();
}

static void whatever_differs_is_changed_and_changed_back(void **state)
{
	static const struct {
		const char *from, *to, *what;
	} v[] = {
		{ plain, failed_link, "a link fails" },
		{ plain, impaired_link, "links are impaired" },
		{ plain, connected, "a router and a host come" },
		{ plain, disconnected, "a router goes" },
		{ connected, disconnected, "all at once" },
		{ failed_link, six, "another topology" },
		{ six, six_failed, "a link with IPv6 addresses fails" },
	};

	(void)state;
	machine_needed();
	for (size_t i = 0; i < countof(v); i++)
		change_and_back(v[i].from, v[i].to, v[i].what);
}

/* Lines that are added and removed: a host with its link, each other line on its own. */
enum { D = 1, E, LD = 5, LE };
static const struct {
	const char *head, *line;
} spare[] = {
	{ "netemu: 1\nname: t\nhosts:\n  a: 10.1.0.9/24\n  b: 10.2.0.9/24\n  c: 10.3.0.9/24\n",
	  "" },
	[D] = { "", "  d: 10.1.0.8/24\n" }, /* on a's network, which is a bridge then */
	[E] = { "", "  e: 10.5.0.9/24\n" },
	{ "routers:\n  r1: { asn: 65001 }\n  r3: { asn: 65003 }\n  r4: {}\n  r2: { asn: 65002",
	  ", routes: { 10.9.0.0/16: r1, 10.1.0.128/25: r3 }" },
	{ " }\nlinks:\n  lb: { between: [b, r3] }\n  lc: { between: [c, r4] }\n"
	  "  l12: { between: [r1, r2], bgp: true }\n  l23: { between: [r2, r3], bgp: true }\n"
	  "  la: { between: [a, r1]",
	  ", delay: 1ms" },
	[LD] = { " }\n", "  ld: { between: [d, r1] }\n" },
	[LE] = { "", "  le: { between: [e, r2] }\n" },
	{ "", "  l14: { between: [r1, r4], mtu: 1400 }\n" },
	{ "", "  l13: { between: [r1, r3], bgp: true }\n" },
	{ "virtual-networks:\n"
	  "  hub: { region: westeurope, address-space: 10.20.0.0/16,\n"
	  "         subnets: { app: 10.20.1.0/24 } }\n"
	  "  spoke: { region: westeurope, address-space: 10.21.0.0/16,\n"
	  "           subnets: { app: 10.21.1.0/24 } }\n",
	  "peerings: { p: [hub, spoke] }\n" },
	{ "failed: [l23", ", lc" },
	{ "", ", la" },
	{ "]\n", "" },
};

static struct stage stage_with(uint32_t lines, const struct stage *after)
{
	own_text t = { 0 };

	for (size_t i = 0; i < countof(spare); i++)
		text_printf(&t, "%s%s", spare[i].head, lines >> i & 1 ? spare[i].line : "");
	return stage_of(text_str(&t), after);
}

static uint32_t after_step(uint32_t lines)
{
	uint32_t line = UINT32_C(1) << chance(countof(spare));

	if (line & (1 << D | 1 << LD))
		line = 1 << D | 1 << LD;
	if (line & (1 << E | 1 << LE))
		line = 1 << E | 1 << LE;
	return lines ^ line;
}

static void a_lab_is_changed_again_and_again(void **state)
{
	enum { STEPS = 40 };
	uint32_t lines = 0;
	struct stage now, next;

	(void)state;
	machine_needed();
	seed_case(1);
	now = stage_with(lines, NULL);
	stand_up(&now);
	for (int i = 0; i < STEPS; i++) {
		lines = after_step(lines);
		next = stage_with(lines, &now);
		change_to(&now, &next, next.text);
		stage_close(&now);
		now = next;
	}
	stage_close(&now);
	assert_goes_whole();
}

static struct stage stage_of_file(const char *path, const struct stage *after)
{
	char *text = read_file(path);
	struct stage s = stage_of(text, after);

	free(text);
	return s;
}

/* One lab is changed to each topology in turn. */
static void shipped_topologies_turn_into_each_other(void **state)
{
	glob_t files;
	struct stage now, next;

	(void)state;
	machine_needed();
	assert_int_equal(glob("topologies/*.yaml", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 10);
	now = stage_of_file(files.gl_pathv[files.gl_pathc - 1], NULL);
	stand_up(&now);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		next = stage_of_file(files.gl_pathv[i], &now);
		change_to(&now, &next, files.gl_pathv[i]);
		stage_close(&now);
		now = next;
	}
	stage_close(&now);
	globfree(&files);
	assert_goes_whole();
}

static void the_lab_tells_what_it_is_now(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	stand_up(&a);
	lab = opened();
	assert_null(lab->changes);
	assert_null(lab->numbers);
	lab_close(lab);
	change_to(&a, &b, "a router and a host come");
	lab = opened();
	assert_int_equal(lab->condition, LAB_UP);
	assert_string_equal(lab->text, connected);
	assert_string_equal(lab->changes, "");
	assert_non_null(strstr(lab->numbers, "ifindex"));
	assert_int_equal(lab->nodes, b.w.f->nodes.n);
	lab_close(lab);
	/* The new host has a name, listens, and is reachable. */
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 e")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.5.10/443'")), 0);
	assert_int_equal(run(IN("e", "bash -c '</dev/tcp/10.0.1.10/80'")), 0);
}

static void a_change_brings_dead_processes_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	stand_up(&a);
	lab = opened();
	if (lab->relay)
		assert_int_equal(process_stop(lab->relay, lab->relay_start), 0);
	assert_int_equal(process_stop(lab->services, lab->services_start), 0);
	lab_close(lab);
	change_to(&a, &b, "a router and a host come");
	assert_up();
	assert_int_equal(run(IN("e", "ping -c 1 -W 5 b")), 0);
	assert_int_equal(run(IN("e", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	assert_goes_whole();
}

/* Listeners of hosts that stay are not touched: the same process, and the same sockets. */
static void what_listens_goes_on_listening(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a), c = stage_of(plain, &b);
	struct lab *lab;
	pid_t before_it;

	(void)state;
	stand_up(&a);
	lab = opened();
	before_it = lab->services;
	lab_close(lab);
	change_to(&a, &b, "a host comes");
	change_to(&b, &c, "and goes");
	lab = opened();
	assert_int_equal(lab->services, before_it);
	lab_close(lab);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	/* No reference is left to the removed namespace: the kernel frees it. */
	assert_int_not_equal(run("ls /run/netns/" LAB_NAME ".e"), 0);
}

static void a_sysctl_that_is_no_longer_asked_for_is_as_at_birth(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(six, &a), c = stage_of(plain, &b);

	(void)state;
	stand_up(&a);
	change_to(&a, &b, "IPv6 comes");
	assert_int_equal(run(IN("r1", "sysctl -n net.ipv6.conf.all.forwarding | grep -qx 1")), 0);
	change_to(&b, &c, "and goes");
	assert_int_equal(run(IN("r1", "sysctl -n net.ipv6.conf.all.forwarding | grep -qx 0")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whatever_differs_is_changed_and_changed_back),
		TEST(a_lab_is_changed_again_and_again),
		TEST(shipped_topologies_turn_into_each_other),
		TEST(the_lab_tells_what_it_is_now),
		TEST(a_change_brings_dead_processes_back),
		TEST(what_listens_goes_on_listening),
		TEST(a_sysctl_that_is_no_longer_asked_for_is_as_at_birth),
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
