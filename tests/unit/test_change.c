/* A running lab is changed: what differs is made, until the lab is what its new plan says; what
 * does not differ is not touched. */
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
	assert_goes_whole();
}

static void the_lab_tells_what_it_is_now(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	machine_needed();
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
	/* The new host is known by name, listens, and is reached. */
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 e")), 0);
	assert_int_equal(run(IN("a", "bash -c '</dev/tcp/10.0.5.10/443'")), 0);
	assert_int_equal(run(IN("e", "bash -c '</dev/tcp/10.0.1.10/80'")), 0);
}

static void a_change_brings_dead_processes_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	struct lab *lab;

	(void)state;
	machine_needed();
	stand_up(&a);
	lab = opened();
	if (lab->relay)
		assert_int_equal(relay_stop(lab->relay, lab->relay_start), 0);
	assert_int_equal(relay_stop(lab->services, lab->services_start), 0);
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
	machine_needed();
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
	/* Nothing holds what has gone: its namespace is taken down by the kernel. */
	assert_int_not_equal(run("ls /run/netns/" LAB_NAME ".e"), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whatever_differs_is_changed_and_changed_back),
		TEST(shipped_topologies_turn_into_each_other),
		TEST(the_lab_tells_what_it_is_now),
		TEST(a_change_brings_dead_processes_back),
		TEST(what_listens_goes_on_listening),
		TEST(a_sysctl_that_is_no_longer_asked_for_is_as_at_birth),
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
