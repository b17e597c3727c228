/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage.h - topologies as far as their plans, and a lab that follows one and then another. */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "machine.h"
#include "world.h"

#include "base/numbering.h"
#include "kernel/features.h"
#include "plan/diff.h"

static struct plan_backends backends;

/* As this kernel can. */
static inline int choose(void **state)
{
	struct features f = { 0 };
	int r = machine_begin(state);

	(void)features_find(&f);
	backends = (struct plan_backends){
		.vrf = f.v[FEATURE_VRF].ok ? VRF_DEVICE : VRF_NAMESPACE,
		.delay = f.v[FEATURE_NETEM].ok ? DELAY_NETEM : DELAY_RELAY,
		.rules = f.v[FEATURE_NFTABLES].ok ? RULES_NFTABLES : RULES_IPTABLES,
	};
	return r;
}

/* ---- a topology as far as its plan -------------------------------------------------------- */

struct stage {
	struct world w;
	struct plan *plan;
	char *text;
};

static inline void stage_close(struct stage *s)
{
	world_close(&s->w);
	free(s->text);
}
#define own_stage __attribute__((cleanup(stage_close))) struct stage

/* With the numbers that the one before it has given out. Skips the test where there is no machine,
 * before anything is allocated: skip() leaves the test without releasing what it owns. */
static inline struct stage stage_of(const char *yaml, const struct stage *after)
{
	machine_needed();
	struct stage s = { .w = { .dg = diag_new() }, .text = xstrdup(yaml) };
	own_text numbers = { 0 };

	s.w.m = topology_parse("t.yaml", yaml, strlen(yaml), s.w.dg);
	if (!s.w.m)
		show(s.w.dg);
	assert_non_null(s.w.m);
	if (after) {
		numbering_text(after->w.m->numbers, &numbers);
		assert_int_equal(numbering_read(s.w.m->numbers, text_str(&numbers)), 0);
	}
	s.w.f = fabric_compile(s.w.m, s.w.dg);
	s.w.r = s.w.f ? routes_compute(s.w.f, s.w.dg) : NULL;
	if (!s.w.r)
		show(s.w.dg);
	assert_non_null(s.w.r);
	s.plan = plan_build(s.w.f, s.w.r, backends);
	return s;
}

/* ---- and a lab that follows it ------------------------------------------------------------ */

static inline struct lab_source source_of(const struct stage *s)
{
	return (struct lab_source){
		.name = LAB_NAME, .path = "t.yaml", .text = s->text, .size = strlen(s->text)
	};
}

static inline void stand_up(const struct stage *s)
{
	const struct lab_source src = source_of(s);

	assert_done(lab_up(s->plan, &src, dg), dg);
}

static inline int try_change(const struct stage *from, const struct stage *to, struct diag *say)
{
	const struct lab_source src = source_of(to);
	own_text numbers = { 0 };
	struct plan_diff *d;
	struct lab_target target = { .src = &src };
	struct lab_edit *e;
	int r = lab_edit_begin(LAB_NAME, &e, say);

	if (r < 0)
		return r;
	numbering_text(to->w.m->numbers, &numbers);
	target.numbers = text_str(&numbers);
	target.changes = "";
	target.diff = d = plan_compare(from->plan, to->plan);
	r = lab_change(e, &target, say);
	plan_diff_free(d);
	lab_edit_end(e);
	return r;
}

static inline void assert_no_drift(const struct plan *p, const char *when)
{
	own_text drift = { 0 };

	drift_of(p, &drift);
	if (text_str(&drift)[0])
		fail_msg("%s:\n%s", when, text_str(&drift));
}

static inline void assert_up(void)
{
	struct lab *lab = opened();

	assert_int_equal(lab->condition, LAB_UP);
	lab_close(lab);
}

static inline void change_to(const struct stage *from, const struct stage *to, const char *what)
{
	assert_done(try_change(from, to, dg), dg);
	assert_no_drift(to->plan, what);
}

/* ---- what the tests change ---------------------------------------------------------------- */

/* Two ways from a to b, by r2 and by r3; the one by r2 is shorter. c and d are elsewhere. */
#define PLAIN_HEAD                                                                                 \
	"netemu: 1\nname: t\n"                                                                     \
	"hosts:\n"                                                                                 \
	"  a: { address: 10.0.1.10/24, listen: [tcp/80] }\n"                                       \
	"  b: { address: 10.0.2.10/24, listen: [udp/53, tcp/80] }\n"                               \
	"  c: { address: 10.0.3.10/24 }\n"                                                         \
	"  d: { address: 10.0.4.10/24 }\n"
#define PLAIN_ROUTERS                                                                              \
	"  r1: { asn: 65001 }\n  r2: { asn: 65002 }\n"                                             \
	"  r3: { asn: 65003 }\n  r4: { asn: 65004 }\n"                                             \
	"  s1: { asn: 65011 }\n"
#define PLAIN_LINKS                                                                                \
	"  la: { between: [a, r1] }\n  lb: { between: [b, r4] }\n"                                 \
	"  lc: { between: [c, s1] }\n  ld: { between: [d, s1] }\n"                                 \
	"  r1r2: { between: [r1, r2], delay: 1ms, bgp: true }\n"                                   \
	"  r2r4: { between: [r2, r4], bgp: true }\n"                                               \
	"  r1r3: { between: [r1, r3], delay: 1ms, bgp: true }\n"                                   \
	"  r3r4: { between: [r3, r4], bgp: true }\n"

static const char plain[] = PLAIN_HEAD "routers:\n" PLAIN_ROUTERS "links:\n" PLAIN_LINKS;
static const char failed_link[] = PLAIN_HEAD "routers:\n" PLAIN_ROUTERS "links:\n" PLAIN_LINKS
					     "failed: [r1r2]\n";
static const char impaired_link[] = PLAIN_HEAD
	"routers:\n" PLAIN_ROUTERS "links:\n" PLAIN_LINKS
	"impaired: { r2r4: { delay: 3ms, loss: 1% }, r1r3: { delay: 5ms } }\n";
static const char connected[] = PLAIN_HEAD
	"  e: { address: 10.0.5.10/24, listen: [tcp/443] }\n"
	"routers:\n  r0: { asn: 65000 }\n" PLAIN_ROUTERS
	"links:\n  le: { between: [e, r0], mtu: 1400 }\n"
	"  r0r1: { between: [r0, r1], delay: 2ms, bgp: true }\n" PLAIN_LINKS;
/* Without r2, and so without any delay but one, and another MTU. */
static const char disconnected[] = PLAIN_HEAD
	"routers:\n  r1: { asn: 65001 }\n  r3: { asn: 65003 }\n  r4: { asn: 65004 }\n"
	"  s1: { asn: 65011 }\n"
	"links:\n  la: { between: [a, r1] }\n  lb: { between: [b, r4], mtu: 1400 }\n"
	"  lc: { between: [c, s1] }\n  ld: { between: [d, s1] }\n"
	"  r1r3: { between: [r1, r3], bgp: true }\n"
	"  r3r4: { between: [r3, r4], bgp: true }\n";
#define SIX                                                                                        \
	"netemu: 1\nname: t\n"                                                                     \
	"hosts:\n  a: { address: [10.0.1.10/24, 'fd01::10/64'] }\n"                                \
	"  b: { address: [10.0.2.10/24, 'fd02::10/64'] }\n"                                        \
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 } }\n"                                    \
	"links:\n  la: { between: [a, r1] }\n  lb: { between: [b, r2] }\n"                         \
	"  l1: { between: [r1, r2], delay: 1ms, bgp: true }\n"                                     \
	"  l2: { between: [r1, r2], bgp: true }\n"
static const char six[] = SIX;
static const char six_failed[] = SIX "failed: [l1]\n";

/* Two machines behind a NAT, and somebody outside. */
#define OUTSIDE(ips)                                                                               \
	"netemu: 1\nname: t\nvirtual-networks:\n"                                                  \
	"  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"                               \
	"         subnets: { app: { prefix: 10.1.1.0/24, vms: [vm, back]" ips " } } }\n"           \
	"internet:\n  hosts: { probe: { address: 198.51.100.10/24, listen: [tcp/80] } }\n"

#define TEST(f) cmocka_unit_test_setup_teardown(f, lab_test_begin, lab_test_end)

#endif
