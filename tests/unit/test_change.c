/* A running lab is changed: what differs is made, what does not is not touched, and what fails or
 * is killed on the way leaves the lab as it was, or as one that is known to be neither. */
#include "machine.h"
#include "world.h"

#include <glob.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "base/numbering.h"
#include "kernel/features.h"
#include "plan/diff.h"
#include "relay/relay.h"

static struct text before;
static struct diag *dg;
static struct plan_backends backends;

static int begin(void **state)
{
	(void)state;
	dg = diag_new();
	machine_snapshot(&before);
	return 0;
}

static int end(void **state)
{
	struct diag *ignored = diag_new();

	(void)state;
	if (machine_is_ours)
		lab_down(LAB_NAME, ignored);
	diag_free(ignored);
	diag_free(dg);
	text_release(&before);
	return 0;
}

/* ---- a topology as far as its plan -------------------------------------------------------- */

struct stage {
	struct world w;
	struct plan *plan;
	char *text;
};

static void stage_close(struct stage *s)
{
	world_close(&s->w);
	free(s->text);
}
#define own_stage __attribute__((cleanup(stage_close))) struct stage

/* With the numbers that the one before it has given out. */
static struct stage stage_of(const char *yaml, const struct stage *after)
{
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

static char *file_text(const char *path)
{
	own_file *f = fopen(path, "re");
	struct text t = { 0 };
	char line[4096];

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		text_add(&t, line);
	return t.s;
}

static struct stage stage_of_file(const char *path, const struct stage *after)
{
	char *text = file_text(path);
	struct stage s = stage_of(text, after);

	free(text);
	return s;
}

/* ---- and a lab that follows it ------------------------------------------------------------ */

static void stand_up(const struct stage *s)
{
	const struct lab_source src = {
		.name = LAB_NAME, .path = "t.yaml", .text = s->text, .size = strlen(s->text)
	};

	assert_done(lab_up(s->plan, &src, dg), dg);
}

static int try_change(const struct stage *from, const struct stage *to, struct diag *say)
{
	const struct lab_source src = {
		.name = LAB_NAME, .path = "t.yaml", .text = to->text, .size = strlen(to->text)
	};
	own_text numbers = { 0 };
	struct lab_target target = { .from = from->plan, .to = to->plan, .src = &src };
	struct lab_edit *e;
	int r = lab_edit_begin(LAB_NAME, &e, say);

	if (r < 0)
		return r;
	numbering_text(to->w.m->numbers, &numbers);
	target.numbers = text_str(&numbers);
	target.changes = "";
	r = lab_change(e, &target, say);
	lab_edit_end(e);
	return r;
}

static void assert_no_drift(const struct plan *p, const char *when)
{
	own_text drift = { 0 };

	drift_of(p, &drift);
	if (text_str(&drift)[0])
		fail_msg("%s:\n%s", when, text_str(&drift));
}

static void change_to(const struct stage *from, const struct stage *to, const char *what)
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
static const char impaired_link[] =
	PLAIN_HEAD "routers:\n" PLAIN_ROUTERS "links:\n" PLAIN_LINKS
		   "impaired: { r2r4: { delay: 3ms, loss: 1% }, r1r3: { delay: 5ms } }\n";
static const char connected[] =
	PLAIN_HEAD "  e: { address: 10.0.5.10/24, listen: [tcp/443] }\n"
		   "routers:\n  r0: { asn: 65000 }\n" PLAIN_ROUTERS
		   "links:\n  le: { between: [e, r0], mtu: 1400 }\n"
		   "  r0r1: { between: [r0, r1], delay: 2ms, bgp: true }\n" PLAIN_LINKS;
/* Without r2, and so without any delay but one, and another MTU. */
static const char disconnected[] =
	PLAIN_HEAD "routers:\n  r1: { asn: 65001 }\n  r3: { asn: 65003 }\n  r4: { asn: 65004 }\n"
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

/* ---- as it should be ---------------------------------------------------------------------- */

static void change_and_back(const char *x, const char *y, const char *what)
{
	own_stage a = stage_of(x, NULL), b = stage_of(y, &a), again = stage_of(x, &b);

	stand_up(&a);
	change_to(&a, &b, what);
	change_to(&b, &again, what);
	change_to(&again, &again, what);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
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

/* One lab becomes each of them in turn. */
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
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
}

static void the_lab_tells_what_it_is_now(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	machine_needed();
	stand_up(&a);
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_null(lab->changes);
	assert_null(lab->numbers);
	lab_close(lab);
	change_to(&a, &b, "a router and a host come");
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_int_equal(lab->condition, LAB_UP);
	assert_string_equal(lab->text, connected);
	assert_string_equal(lab->changes, "");
	assert_non_null(strstr(lab->numbers, "ifindex"));
	assert_int_equal(lab->nodes, b.w.f->nodes.n);
	lab_close(lab);
	/* The new host is known by name, listens, and is reached. */
	assert_int_equal(run("ip netns exec " LAB_NAME ".a ping -c 1 -W 5 e"), 0);
	assert_int_equal(run("ip netns exec " LAB_NAME ".a bash -c '</dev/tcp/10.0.5.10/443'"), 0);
	assert_int_equal(run("ip netns exec " LAB_NAME ".e bash -c '</dev/tcp/10.0.1.10/80'"), 0);
}

static void a_change_brings_dead_processes_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	machine_needed();
	stand_up(&a);
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	if (lab->relay)
		assert_int_equal(relay_stop(lab->relay, lab->relay_start), 0);
	assert_int_equal(relay_stop(lab->services, lab->services_start), 0);
	lab_close(lab);
	change_to(&a, &b, "a router and a host come");
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_int_equal(lab->condition, LAB_UP);
	lab_close(lab);
	assert_int_equal(run("ip netns exec " LAB_NAME ".e ping -c 1 -W 5 b"), 0);
	assert_int_equal(run("ip netns exec " LAB_NAME ".e bash -c '</dev/tcp/10.0.2.10/80'"), 0);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	assert_false(processes_live());
}

/* Listeners of hosts that stay are not touched: the same process, and the same sockets. */
static void what_listens_goes_on_listening(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a), c = stage_of(plain, &b);
	struct lab *lab;
	pid_t before_it;

	(void)state;
	machine_needed();
	stand_up(&a);
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	before_it = lab->services;
	lab_close(lab);
	change_to(&a, &b, "a host comes");
	change_to(&b, &c, "and goes");
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_int_equal(lab->services, before_it);
	lab_close(lab);
	assert_int_equal(run("ip netns exec " LAB_NAME ".a bash -c '</dev/tcp/10.0.2.10/80'"), 0);
	/* Nothing holds what has gone: its namespace is taken down by the kernel. */
	assert_int_not_equal(run("ls /run/netns/" LAB_NAME ".e"), 0);
}

/* ---- what is not concerned ---------------------------------------------------------------- */

/* Sends a hundred a second until it is told to stop. */
static pid_t start_ping(const char *netns, const char *to, const char *out)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		own_free char *path = xasprintf("/run/netns/%s.%s", LAB_NAME, netns);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || setns(fd, CLONE_NEWNET) < 0 || !freopen(out, "w", stdout))
			_exit(1);
		execlp("ping", "ping", "-n", "-i", "0.01", to, NULL);
		_exit(1);
	}
	return child;
}

/* The answers so far. */
static unsigned int answers_in(const char *out)
{
	own_file *f = fopen(out, "re");
	char line[256];
	unsigned int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, " time=") != NULL;
	return n;
}

/* It flows when some have come since. */
static void await_answers(const char *out)
{
	unsigned int wanted = answers_in(out) + 10;

	for (int i = 0; i < 6000 && answers_in(out) < wanted; i++)
		usleep(10000);
	assert_true(answers_in(out) >= wanted);
}

/* How many before the last answered one have no answer. */
static unsigned int lost_by(pid_t ping, const char *out)
{
	own_file *f = NULL;
	char line[256];
	unsigned int last = 0, got = 0;

	kill(ping, SIGINT);
	waitpid(ping, NULL, 0);
	f = fopen(out, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "icmp_seq=");
		unsigned int seq = at && strstr(line, " time=") ? (unsigned int)atoi(at + 9) : 0;

		got += seq > 0;
		last = seq > last ? seq : last;
	}
	unlink(out);
	assert_true(last > 10);
	return last - got;
}

static void flows_that_are_not_concerned_lose_nothing(void **state)
{
	static const char *const all[] = { failed_link, connected, impaired_link, disconnected };
	struct stage stages[55];
	size_t n = 0;
	pid_t ping;

	(void)state;
	machine_needed();
	stages[n++] = stage_of(plain, NULL);
	while (n < countof(stages)) {
		stages[n] = stage_of(n % 2 ? all[n / 2 % countof(all)] : plain, &stages[n - 1]);
		n++;
	}
	stand_up(&stages[0]);
	ping = start_ping("c", "10.0.4.10", "/run/ping");
	await_answers("/run/ping");
	for (size_t i = 1; i < n; i++)
		assert_done(try_change(&stages[i - 1], &stages[i], dg), dg);
	assert_int_equal(lost_by(ping, "/run/ping"), 0);
	assert_no_drift(stages[n - 1].plan, "after all of it");
	for (size_t i = 0; i < n; i++)
		stage_close(&stages[i]);
}

static unsigned int lost_by_another_way(const struct stage *from, const struct stage *failed,
					const struct stage *back)
{
	pid_t ping = start_ping("a", "10.0.2.10", "/run/ping");

	await_answers("/run/ping");
	change_to(from, failed, "a link fails");
	await_answers("/run/ping");
	change_to(failed, back, "it is back");
	await_answers("/run/ping");
	return lost_by(ping, "/run/ping");
}

/* Its way changes while it flows: the new one is there before the old one goes. What is on its way
 * over a link that is cut is lost with it: one echo, or some where the machine is busy. */
static void a_flow_that_takes_another_way_loses_nothing(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(failed_link, &a), c = stage_of(plain, &b);
	unsigned int lost;

	(void)state;
	machine_needed();
	stand_up(&a);
	lost = lost_by_another_way(&a, &b, &c);
	for (int again = 0; again < 3 && lost > 1; again++) {
		sleep(1);
		lost = lost_by_another_way(&c, &b, &c);
	}
	assert_in_range(lost, 0, 1);
}

/* What a NAT knows of flows it keeps when its rules change. */
static void a_flow_through_a_nat_whose_rules_change_loses_nothing(void **state)
{
#define OUTSIDE(ips)                                                                               \
	"netemu: 1\nname: t\nvirtual-networks:\n"                                                  \
	"  hub: { region: westeurope, address-space: 10.1.0.0/16,\n"                               \
	"         subnets: { app: { prefix: 10.1.1.0/24, vms: [vm, back]" ips " } } }\n"           \
	"internet:\n  hosts: { probe: { address: 198.51.100.10/24, listen: [tcp/80] } }\n"
	own_stage a = stage_of(OUTSIDE(""), NULL);
	own_stage b = stage_of(OUTSIDE(", public-ips: { vm: 203.0.113.10 }"), &a);
	own_stage c = stage_of(OUTSIDE(""), &b);
	pid_t ping;

	(void)state;
	machine_needed();
	stand_up(&a);
	ping = start_ping("hub.back", "198.51.100.10", "/run/ping");
	await_answers("/run/ping");
	change_to(&a, &b, "a public address comes");
	assert_int_equal(
		run("ip netns exec " LAB_NAME ".internet.probe ping -c 1 -W 5 203.0.113.10"), 0);
	change_to(&b, &c, "and goes");
	assert_int_equal(lost_by(ping, "/run/ping"), 0);
	assert_int_not_equal(run("ip netns exec " LAB_NAME
				 ".internet.probe ping -c 1 -W 1 203.0.113.10"), 0);
}

/* ---- what was changed by hand ------------------------------------------------------------- */

static const char handled[] =
	"netemu: 1\nname: t\n"
	"hosts:\n"
	"  a: { address: [10.0.1.10/24, 'fd01::10/64'] }\n"
	"  b: { address: [10.0.2.10/24, 'fd02::10/64'], listen: [tcp/80] }\n"
	"routers: { r1: { asn: 65001 }, r2: { asn: 65002 } }\n"
	"links:\n"
	"  la: { between: [a, r1] }\n  lb: { between: [b, r2], delay: 1ms }\n"
	"  l1: { between: [r1, r2], prefix: ['10.9.0.0/30', 'fd09::/64'], bgp: true }\n";

/* What the lab holds, as a plan. */
static int look_at(const struct stage *s, struct arena *a, struct plan **ret, struct diag *say)
{
	struct lab *lab;
	int r = lab_open(LAB_NAME, &lab, say);

	if (r == 0) {
		r = lab_held(lab, s->plan, a, ret, say);
		lab_close(lab);
	}
	return r;
}

static int try_mend(const struct stage *s, struct diag *say)
{
	struct arena *a = arena_new();
	struct lab_edit *e = NULL;
	struct plan *held;
	int r = lab_edit_begin(LAB_NAME, &e, say);

	if (r == 0)
		r = look_at(s, a, &held, say);
	if (r == 0)
		r = lab_mend(e, held, s->plan, say);
	lab_edit_end(e);
	arena_free(a);
	return r;
}

/* Nothing leads from what it holds to its plan, which is more than that no drift is told of. */
static void assert_whole(const struct stage *s, const char *when)
{
	struct arena *a = arena_new();
	own_text differ = { 0 };
	struct plan_diff *d;
	struct plan *held;

	assert_done(look_at(s, a, &held, dg), dg);
	d = plan_compare(held, s->plan);
	plan_diff_text(d, &differ);
	if (text_str(&differ)[0])
		fail_msg("%s:\n%s", when, text_str(&differ));
	plan_diff_free(d);
	arena_free(a);
	assert_no_drift(s->plan, when);
}

static void mend(const struct stage *s, const char *what)
{
	own_text drift = { 0 };

	if (run("%s", what) != 0)
		fail_msg("%s", what);
	drift_of(s->plan, &drift);
	if (!text_str(&drift)[0])
		fail_msg("%s: nobody tells", what);
	assert_done(try_mend(s, dg), dg);
	assert_whole(s, what);
}

#define IN(node, command) "ip netns exec " LAB_NAME "." node " " command

static void whatever_was_done_by_hand_is_mended(void **state)
{
	static const char *const done[] = {
		/* Links. */
		IN("r1", "ip link set r2 down"),
		IN("r1", "ip link set r2 down") " && " IN("r1", "ip link set r2 up"),
		IN("r2", "ip link set dev b down") " && " IN("r2", "ip link set dev b up"),
		IN("r1", "ip link set r2 mtu 1000"),
		IN("r1", "ip link set r2 down") " && " IN("r1", "ip link set r2 name other") " && "
			IN("r1", "ip link set other up"), /* (before Linux 6.2 only so) */
		IN("r1", "ip link set r2 address 02:00:00:00:00:99"),
		IN("r1", "ip link set r2 netns " LAB_NAME ".a"),
		IN("r1", "ip link del r2"),
		IN("r2", "ip link del dev b"),
		IN("r1", "ip link add one type veth peer name two"),
		/* What is on them. */
		IN("r1", "ip addr flush dev r2"),
		IN("r1", "ip addr add 10.9.0.9/24 dev r2"),
		IN("r1", "ip neigh flush dev r2 nud permanent"),
		IN("r1", "ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:99 dev r2"),
		/* Routes. */
		IN("r1", "ip route del 10.0.2.0/24"),
		IN("r1", "ip -6 route replace blackhole fd02::/64"),
		IN("r1", "ip route replace 10.0.2.0/24 dev a"),
		IN("r1", "ip route add prohibit 10.77.0.0/16"),
		IN("r1", "ip route add 10.78.0.0/16 via 10.9.0.2 proto 99 metric 5"),
		IN("r1", "ip route flush table main"),
		IN("a", "ip -6 route flush table main"),
		/* Settings. */
		IN("r1", "sysctl -q net.ipv4.conf.all.rp_filter=1"),
		IN("r1", "sysctl -q net.ipv6.conf.all.forwarding=0"),
		IN("r1", "sysctl -q net.ipv4.conf.r2.forwarding=0"),
		/* Namespaces: of a router, and of who listens. */
		"ip netns del " LAB_NAME ".r1",
		"ip netns del " LAB_NAME ".b",
	};
	own_stage s = stage_of(handled, NULL);

	(void)state;
	machine_needed();
	stand_up(&s);
	assert_whole(&s, "before all");
	for (size_t i = 0; i < countof(done); i++)
		mend(&s, done[i]);
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
	assert_int_equal(run(IN("a", "ping -6 -c 1 -W 5 fd02::10")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	assert_false(processes_live());
}

static void rules_that_were_taken_away_are_mended(void **state)
{
	own_stage s = stage_of(OUTSIDE(", public-ips: { vm: 203.0.113.10 }"), NULL);

	(void)state;
	machine_needed();
	if (backends.rules != RULES_NFTABLES || run("command -v nft") != 0)
		skip();
	stand_up(&s);
	mend(&s, IN("hub.nat", "nft flush chain ip netemu inward"));
	mend(&s, IN("hub.nat", "nft delete table ip netemu"));
	assert_int_equal(run(IN("internet.probe", "ping -c 1 -W 5 203.0.113.10")), 0);
}

static void processes_that_died_are_mended(void **state)
{
	own_stage s = stage_of(handled, NULL);
	struct lab *lab;

	(void)state;
	machine_needed();
	stand_up(&s);
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	if (lab->relay)
		assert_int_equal(kill(lab->relay, SIGSTOP), 0); /* it does not answer */
	assert_int_equal(relay_stop(lab->services, lab->services_start), 0);
	lab_close(lab);
	assert_done(try_mend(&s, dg), dg);
	assert_whole(&s, "processes");
	assert_done(lab_open(LAB_NAME, &lab, dg), dg);
	assert_int_equal(lab->condition, LAB_UP);
	lab_close(lab);
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.2.10/80'")), 0);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	assert_false(processes_live());
}

static void a_sysctl_that_is_no_longer_asked_for_is_as_at_birth(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(six, &a), c = stage_of(plain, &b);

	(void)state;
	machine_needed();
	stand_up(&a);
	change_to(&a, &b, "IPv6 comes");
	assert_int_equal(run(IN("r1", "sysctl -n net.ipv6.conf.all.forwarding | grep -qx 1")), 0);
	change_to(&b, &c, "and goes");
	assert_int_equal(run(IN("r1", "sysctl -n net.ipv6.conf.all.forwarding | grep -qx 0")), 0);
}

/* ---- what goes wrong ---------------------------------------------------------------------- */

static void the_kernels_refusal_is_told_and_taken_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	own_text after = { 0 };
	bool told = false;

	(void)state;
	machine_needed();
	stand_up(&a);
	machine_snapshot(&after);
	for (each(struct plan_route, r, &b.plan->routes)) /* a gateway that nobody can reach */
		if (strcmp(b.plan->netns.v[r->netns].name, "e") == 0)
			b.plan->hops.v[r->hop].via = prefix_lit("203.0.113.1/32").a;
	assert_true(try_change(&a, &b, dg) < 0);
	for (size_t i = 0; i < diag_count(dg); i++)
		told = told || (strstr(diag_at(dg, i)->text, "203.0.113.1") &&
				strstr(diag_at(dg, i)->text, "in e") && diag_at(dg, i)->at.line);
	assert_true(told);
	assert_no_drift(a.plan, "after the refusal");
	assert_unchanged(&after);
}

static void a_signal_takes_the_change_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	own_text after = { 0 };
	sigset_t term, old;

	(void)state;
	machine_needed();
	stand_up(&a);
	machine_snapshot(&after);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old); /* or it would end us before lab_change() */
	kill(getpid(), SIGTERM);
	assert_int_equal(try_change(&a, &b, dg), -EINTR);
	sigprocmask(SIG_SETMASK, &old, NULL);
	assert_string_equal(diag_at(dg, 0)->text,
			    "interrupted: lab '" LAB_NAME "' is made again what it was");
	assert_no_drift(a.plan, "after the signal");
	assert_unchanged(&after);
}

/* How often a child's change failed while it looked whether what is new carries; shared with
 * them. */
static unsigned int *failed_waiting;

/* In a child, which may be killed; its exit status. */
static pid_t change_in_child(const struct stage *from, const struct stage *to)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int r = try_change(from, to, dg);

		for (size_t i = 0; i < diag_count(dg); i++) {
			if (strcmp(diag_at(dg, i)->id, "half-changed") == 0)
				show(dg);
			if (failed_waiting && strstr(diag_at(dg, i)->text, "looking at the links"))
				++*failed_waiting;
		}
		if (r < 0 && diag_count(dg) == 0)
			r = -ENOMSG; /* nobody is told why */
		fflush(stdout);
		_exit(-r);
	}
	return child;
}

static void remove_by_gc(struct diag *mine)
{
	lab_names gone;

	assert_done(lab_gc(&gone, mine), mine);
	assert_int_equal(gone.n, 1);
	free(gone.v[0]);
	vec_free(&gone);
}

/* How long the change takes when nobody ends it. */
static unsigned int change_us(const struct stage *a, const struct stage *b)
{
	struct diag *mine = diag_new();
	struct timespec begin, end;

	stand_up(a);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	waitpid(change_in_child(a, b), NULL, 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_done(lab_down(LAB_NAME, mine), mine);
	diag_free(mine);
	return (unsigned int)((end.tv_sec - begin.tv_sec) * 1000000 +
			      (end.tv_nsec - begin.tv_nsec) / 1000);
}

static void a_kill_at_any_moment_is_known_and_down_removes_all(void **state)
{
	enum { MOMENTS = 32 };
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	unsigned int halves = 0, took;

	(void)state;
	machine_needed();
	took = change_us(&a, &b);
	/* (Nearer and nearer to the beginning, if none was in the midst of it.) */
	for (unsigned int moment = 0; moment < MOMENTS || (halves == 0 && moment < 8 * MOMENTS);
	     moment++) {
		unsigned int us = (took >> moment / MOMENTS) / MOMENTS * (moment % MOMENTS);
		struct diag *mine = diag_new();
		struct lab *lab;
		pid_t child;

		stand_up(&a);
		assert_true(processes_live());
		child = change_in_child(&a, &b);
		usleep(us);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		assert_done(lab_open(LAB_NAME, &lab, mine), mine);
		if (lab->condition == LAB_CHANGING) {
			halves++;
			assert_int_equal(try_change(&a, &b, mine), -EUCLEAN);
			assert_non_null(strstr(diag_at(mine, 0)->text, "was cut short"));
		} else {
			assert_int_equal(lab->condition, LAB_UP);
			assert_no_drift(strcmp(lab->text, plain) == 0 ? a.plan : b.plan, "killed");
		}
		if (lab->condition == LAB_CHANGING && halves % 2)
			remove_by_gc(mine);
		else
			assert_done(lab_down(LAB_NAME, mine), mine);
		lab_close(lab);
		assert_unchanged(&before);
		if (processes_live())
			fail_msg("killed after %u us: a process lives on", us);
		diag_free(mine);
	}
	assert_true(halves > 0);
}

#ifdef NETEMU_FAULTS
/* The n-th step of a change fails, for every n: the lab is what it was, and the next change is made
 * as if nothing had been. */
static unsigned int fail_everywhere(const char *x, const char *y)
{
	own_stage a = stage_of(x, NULL), b = stage_of(y, &a);
	own_text after = { 0 };
	unsigned int n = 0;
	int status = -1;

	stand_up(&a);
	machine_snapshot(&after);
	while (status != 0) {
		char text[16];

		snprintf(text, sizeof(text), "%u", ++n);
		setenv("NETEMU_FAIL_AT", text, 1);
		waitpid(change_in_child(&a, &b), &status, 0);
		unsetenv("NETEMU_FAIL_AT");
		assert_true(WIFEXITED(status));
		if (status == 0)
			break;
		if (WEXITSTATUS(status) != ENOMEM)
			fail_msg("step %u: %s", n, strerror(WEXITSTATUS(status)));
		assert_no_drift(a.plan, text);
		assert_unchanged(&after);
	}
	assert_no_drift(b.plan, "in the end");
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	return n - 1;
}

/* Its exit status, which tells whether it failed. */
static int try_mend_in_child(const struct stage *s)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(try_mend(s, dg) < 0);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The n-th step of mending fails, for every third n: the next time it is mended. */
static void a_failure_anywhere_is_mended_the_next_time(void **state)
{
	enum { EVERY = 3 };
	own_stage s = stage_of(handled, NULL);
	unsigned int n = 0;
	int r = -1;

	(void)state;
	machine_needed();
	stand_up(&s);
	while (r != 0) {
		struct diag *mine = diag_new();
		char text[16];

		assert_int_equal(run(IN("r1", "ip link set r2 down") "; ip netns del " LAB_NAME ".b"),
				 0);
		snprintf(text, sizeof(text), "%u", n += EVERY);
		setenv("NETEMU_FAIL_AT", text, 1);
		r = try_mend_in_child(&s);
		unsetenv("NETEMU_FAIL_AT");
		if (r != 0)
			assert_done(try_mend(&s, mine), mine);
		assert_whole(&s, text);
		diag_free(mine);
	}
	print_message("%u steps, every third of which failed\n", n);
	assert_in_range(n, 30, 1000);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_unchanged(&before);
	assert_false(processes_live());
}

static void a_failure_anywhere_leaves_the_lab_as_it_was(void **state)
{
	static const char *const v[][2] = {
		{ plain, failed_link },	 { failed_link, plain }, { plain, impaired_link },
		{ plain, connected },	 { connected, plain },	 { connected, disconnected },
		{ disconnected, plain }, { six_failed, six },
		{ OUTSIDE(""), OUTSIDE(", public-ips: { vm: 203.0.113.10 }") },
	};
	unsigned int n = 0;

	(void)state;
	machine_needed();
	failed_waiting = mmap(NULL, sizeof(*failed_waiting), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(failed_waiting, MAP_FAILED);
	for (size_t i = 0; i < countof(v); i++)
		n += fail_everywhere(v[i][0], v[i][1]);
	print_message("%u steps failed in turn\n", n);
	assert_in_range(n, 100, 10000);
	assert_true(*failed_waiting > 0); /* or a change is called done before its links carry */
}
#endif

/* As this kernel can. */
static int choose(void **state)
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whatever_differs_is_changed_and_changed_back),
		TEST(shipped_topologies_turn_into_each_other),
		TEST(the_lab_tells_what_it_is_now),
		TEST(a_change_brings_dead_processes_back),
		TEST(what_listens_goes_on_listening),
		TEST(flows_that_are_not_concerned_lose_nothing),
		TEST(a_flow_that_takes_another_way_loses_nothing),
		TEST(a_flow_through_a_nat_whose_rules_change_loses_nothing),
		TEST(whatever_was_done_by_hand_is_mended),
		TEST(rules_that_were_taken_away_are_mended),
		TEST(processes_that_died_are_mended),
		TEST(a_sysctl_that_is_no_longer_asked_for_is_as_at_birth),
		TEST(the_kernels_refusal_is_told_and_taken_back),
		TEST(a_signal_takes_the_change_back),
		TEST(a_kill_at_any_moment_is_known_and_down_removes_all),
#ifdef NETEMU_FAULTS
		TEST(a_failure_anywhere_leaves_the_lab_as_it_was),
		TEST(a_failure_anywhere_is_mended_the_next_time),
#endif
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
