/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lab is built completely or not at all, and removed completely, also after a crash. */
#include "base/process_id.h"
#include "machine.h"

#include <time.h>

#include "relay/relay.h"

static struct plan *plan;

/* The wire from r to b goes through a delay line of 5 ms each way. */
static void put_delay_line(struct plan *p)
{
	const uint32_t netns = (uint32_t)p->netns.n, a = (uint32_t)p->devs.n;

	p->relay_netns = netns;
	vec_push(p->arena, &p->netns, ((struct plan_netns){ "delay-line", sp_line(60) }));
	sp_dev(p, DEV_VETH, netns, "w1a", 2, SP_WAN, PLAN_NONE);
	sp_dev(p, DEV_VETH, netns, "w1b", 3, SP_ETH_B, PLAN_NONE);
	p->devs.v[SP_WAN].peer = a;
	p->devs.v[SP_ETH_B].peer = a + 1;
	vec_push(p->arena, &p->wires,
		 ((struct plan_wire){ .name = "r--b",
				      .dev = { a, a + 1 },
				      .to = { { .delay_ns = 5000000 }, { .delay_ns = 5000000 } },
				      .why = sp_line(60) }));
}

static int set_up(void **state)
{
	plan = small_plan();
	put_delay_line(plan);
	return lab_test_begin(state);
}

static int tear_down(void **state)
{
	small_plan_free(plan);
	return lab_test_end(state);
}

/* ---- as it should be ---------------------------------------------------------------------- */

static void a_lab_comes_up_is_seen_and_goes(void **state)
{
	struct lab *lab;
	lab_names names;
	own_text drift = { 0 };

	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	lab = opened();
	assert_int_equal(lab->condition, LAB_UP);
	assert_string_equal(lab->path, "small.yaml");
	assert_string_equal(lab->text, "netemu: 1\n");
	assert_int_equal(lab->size, 10);
	assert_int_equal(lab->nodes, 4);
	assert_int_equal(lab->backends.delay, DELAY_RELAY);
	assert_true(process_is_alive(lab->relay, lab->relay_start));
	assert_in_range(time(NULL) - lab->created, 0, 60);
	assert_int_equal(lab_netns(lab, "../../x"), -EINVAL);
	assert_int_equal(lab_netns(lab, "nobody"), -ENOENT);
	assert_true(is_answered_in("a", "b", 10, 12));
	drift_of(plan, &drift);
	assert_string_equal(text_str(&drift), "");
	assert_int_equal(lab_list(&names, dg), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], LAB_NAME);
	free(names.v[0]);
	vec_free(&names);

	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_false(process_is_alive(lab->relay, lab->relay_start));
	lab_close(lab);
	assert_unchanged(&before);
	assert_int_equal(diag_count(dg), 0);
	assert_int_equal(lab_down(LAB_NAME, dg), -ENOENT);
}

static void a_name_is_taken_once(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_int_equal(build(plan, dg), -EEXIST);
	assert_string_equal(diag_at(dg, 0)->text, "lab '" LAB_NAME "' is up already");
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
}

static void the_run_directory_can_be_chosen(void **state)
{
	(void)state;
	machine_needed();
	assert_int_equal(mkdir("/run/mine", 0755), 0);
	setenv("NETEMU_RUN", "/run/mine", 1);
	assert_done(build(plan, dg), dg);
	assert_int_equal(run("test -S /run/mine/" LAB_NAME "/delay-line"), 0);
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(rmdir("/run/mine"), 0); /* not netemu's: it stays, empty */
	setenv("NETEMU_RUN", "run", 1);
	assert_int_equal(build(plan, dg), -EINVAL);
	unsetenv("NETEMU_RUN");
	assert_unchanged(&before);
}

/* ---- not its own -------------------------------------------------------------------------- */

static void what_others_made_is_refused_and_left_alone(void **state)
{
	static const char *const taken[] = { "/run/netns/" LAB_NAME ".b",
					     "/etc/netns/" LAB_NAME ".b" };

	(void)state;
	machine_needed();
	assert_int_equal(mkdir("/run/netns", 0755), 0);
	assert_int_equal(mkdir("/etc/netns", 0755), 0);
	for (size_t i = 0; i < countof(taken); i++) {
		machine_file(taken[i], "mine\n");
		machine_snapshot(&before);
		assert_int_equal(build(plan, dg), -EEXIST);
		assert_unchanged(&before);
		assert_int_equal(unlink(taken[i]), 0);
		/* A link with another target is not ours either. */
		assert_int_equal(symlink("/run/elsewhere", taken[i]), 0);
		assert_int_equal(build(plan, dg), -EEXIST);
		assert_unchanged(&before);
		assert_int_equal(unlink(taken[i]), 0);
	}
	/* A file that replaces a link while the lab is up stays. */
	assert_done(build(plan, dg), dg);
	assert_int_equal(unlink(taken[0]), 0);
	machine_file(taken[0], "mine\n");
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(unlink(taken[0]), 0);
	assert_int_equal(rmdir("/run/netns"), 0);
	assert_int_equal(rmdir("/etc/netns"), 0);
}

/* A directory with a file that is not the lab's is not removed. */
static void a_removal_that_fails_says_so_and_can_be_repeated(void **state)
{
	static const char *const files[] = { "/run/netemu/" LAB_NAME "/etc/mine",
					     "/run/netemu/" LAB_NAME "/new/mine" };

	(void)state;
	machine_needed();
	for (size_t i = 0; i < countof(files); i++) {
		own_text hosts = { 0 };

		assert_done(build(plan, dg), dg);
		if (i == 1)
			assert_int_equal(mkdir("/run/netemu/" LAB_NAME "/new", 0755), 0);
		machine_file(files[i], "mine\n");
		text_printf(&hosts, "removing /run/netemu/" LAB_NAME "/%s: ", i ? "new" : "etc");
		for (int again = 0; again < 2; again++) {
			struct diag *mine = diag_new();

			assert_int_equal(lab_down(LAB_NAME, mine), i ? -EISDIR : -ENOTEMPTY);
			assert_int_equal(diag_count(mine), 1);
			assert_memory_equal(diag_at(mine, 0)->text, text_str(&hosts), hosts.n);
			diag_free(mine);
		}
		assert_int_equal(access(files[i], F_OK), 0);
		assert_int_equal(unlink(files[i]), 0);
		if (i == 1)
			assert_int_equal(rmdir("/run/netemu/" LAB_NAME "/new"), 0);
		assert_goes_whole();
	}
}

static void directories_that_others_use_meanwhile_stay(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg); /* creates both directories */
	machine_file("/etc/netns/foreign", "");
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(access("/run/netns", F_OK), -1);
	assert_int_equal(unlink("/etc/netns/foreign"), 0);
	assert_int_equal(rmdir("/etc/netns"), 0);
	assert_unchanged(&before);
}

/* ---- routes that come later --------------------------------------------------------------- */

/* Builds the plan without its routes; the thread provides the complete plan, or fails. */
static int build_awaiting(void (*route)(void *routed))
{
	const struct lab_source src = {
		.name = LAB_NAME, .path = "small.yaml", .text = "netemu: 1\n", .size = 10
	};
	struct lab_routed routed = { 0 };
	struct plan begun = *plan;
	struct lab_build *b;
	int r;

	begun.routes.n = 0;
	r = lab_up_begin(&begun, &src, &b, dg);
	if (r < 0)
		return r;
	meanwhile_begin(&routed.thread, route, &routed);
	return lab_up_end(b, &routed);
}

/* Provides the routes long after the links exist: a build that does not wait has no routes. */
static void they_come(void *ctx)
{
	struct lab_routed *routed = ctx;

	usleep(300 * 1000);
	routed->error = -EBUSY;
	if (access("/run/netemu/" LAB_NAME "/state", F_OK) != 0)
		routed->plan = plan;
}

static void routes_may_come_after_the_links_stand(void **state)
{
	(void)state;
	machine_needed();
	assert_done(build_awaiting(they_come), dg);
	assert_int_equal(run(IN("a", "ping -n -q -c 1 -W 5 10.0.2.2")), 0);
	assert_goes_whole();
}

static void default_settings_are_what_devices_are_born_with(void **state)
{
	const struct plan_sysctl redirects = { SP_R, "net/ipv4/conf/default/send_redirects", "0",
					       false };

	(void)state;
	machine_needed();
	vec_push(plan->arena, &plan->sysctls, redirects);
	assert_done(build_awaiting(they_come), dg);
	assert_int_equal(run(IN("r", "grep -q 0 /proc/sys/net/ipv4/conf/br0/send_redirects")), 0);
	assert_int_equal(run(IN("r", "grep -q 0 /proc/sys/net/ipv4/conf/wan/send_redirects")), 0);
	assert_goes_whole();
}

static void they_never_settle(void *ctx)
{
	struct lab_routed *routed = ctx;

	routed->error = -EBADMSG;
}

static void a_lab_whose_routes_fail_leaves_nothing(void **state)
{
	(void)state;
	machine_needed();
	assert_int_equal(build_awaiting(they_never_settle), -EBADMSG);
	assert_int_equal(diag_count(dg), 0); /* the caller reports the thread's error */
	assert_unchanged(&before);
}

/* ---- interrupted -------------------------------------------------------------------------- */

static void assert_interrupted(int r)
{
	assert_int_equal(r, -EINTR);
	assert_string_equal(diag_at(dg, 0)->text,
			    "interrupted: what was built of '" LAB_NAME "' is taken back");
	assert_unchanged(&before);
}

static void a_signal_takes_everything_back(void **state)
{
	sigset_t term, old;
	int r;

	(void)state;
	machine_needed();
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old); /* the signal must not end this process */
	kill(getpid(), SIGTERM);
	r = build(plan, dg);
	sigprocmask(SIG_SETMASK, &old, NULL);
	assert_interrupted(r);
}

static void somebody_is_impatient(void *ctx)
{
	struct lab_routed *routed = ctx;

	kill(getpid(), SIGTERM);
	routed->plan = plan;
}

static void a_signal_while_routes_are_awaited_takes_everything_back(void **state)
{
	(void)state;
	machine_needed();
	assert_interrupted(build_awaiting(somebody_is_impatient));
}

/* Builds in a child, which the caller may kill. Its exit status is the error. */
static pid_t build_in_child(void)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(-build(plan, dg));
	return child;
}

static void assert_gone_after_down(unsigned int us)
{
	struct diag *mine = diag_new();
	int r = lab_down(LAB_NAME, mine);

	if (r < 0 && r != -ENOENT) {
		show(mine);
		fail_msg("killed after %u us: %s", us, strerror(-r));
	}
	diag_free(mine);
	assert_unchanged(&before);
	if (processes_live())
		fail_msg("killed after %u us: the delay line lives on", us);
}

/* Kills a build, which takes about 20 ms, at every 1.3 ms. */
static void a_kill_at_any_moment_leaves_what_down_can_remove(void **state)
{
	(void)state;
	machine_needed();
	for (unsigned int us = 0; us < 40000; us += 1300) {
		pid_t child = build_in_child();

		usleep(us);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		assert_gone_after_down(us);
	}
}

static void a_kill_while_it_goes_leaves_what_down_can_remove(void **state)
{
	(void)state;
	machine_needed();
	for (unsigned int us = 0; us < 3000; us += 150) {
		pid_t child;

		assert_done(build(plan, dg), dg);
		child = fork();
		if (child == 0)
			_exit(-lab_down(LAB_NAME, dg));
		usleep(us);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		assert_gone_after_down(us);
	}
}

static void a_dead_lab_must_go_before_a_new_one(void **state)
{
	struct lab *lab;

	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_int_equal(unlink("/run/netemu/" LAB_NAME "/state"), 0);
	lab = opened();
	assert_int_equal(lab->condition, LAB_BROKEN);
	lab_close(lab);
	assert_int_equal(build(plan, dg), -EEXIST);
	assert_string_equal(diag_at(dg, 0)->text,
			    "lab '" LAB_NAME "' was left half-built or half-removed");
	assert_goes_whole();
}

/* As after a power cut: /run is empty, the links in /etc are not. */
static void links_of_a_lost_lab_are_taken_over(void **state)
{
	(void)state;
	machine_needed();
	assert_int_equal(mkdir("/etc/netns", 0755), 0);
	assert_int_equal(symlink("/run/netemu/" LAB_NAME "/etc", "/etc/netns/" LAB_NAME ".b"), 0);
	assert_done(build(plan, dg), dg);
	assert_done(lab_down(LAB_NAME, dg), dg);
	assert_int_equal(rmdir("/etc/netns"), 0);
	assert_unchanged(&before);
}

static void rubbish_is_collected_and_nothing_else(void **state)
{
	static const char *const others[] = { "kl-mine",  "kl-empty",  "kl-lock", "kl-diary",
					      "kl-other", "kl-theirs", "file",	  "kl-link" };
	lab_names gone;

	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	assert_done(lab_gc(&gone, dg), dg);
	assert_int_equal(gone.n, 0);
	vec_free(&gone);
	assert_int_equal(run(IN("a", "ping -c 1 -W 5 b")), 0);

	assert_int_equal(unlink("/run/netemu/" LAB_NAME "/state"), 0); /* as after a kill */
	/* The temporary directories of killed commands. */
	assert_int_equal(run("mkdir /run/netemu/.netemu-lab-0123456789abcdef"), 0);
	assert_int_equal(run("mkdir /run/netemu/.netemu-lab-123456789abcdef0; "
			     "cd /run/netemu/.netemu-lab-123456789abcdef0; "
			     "echo netemu-journal > journal; touch lock"),
			 0);
	assert_int_equal(symlink("/run/netemu/kl-lost/etc", "/etc/netns/kl-lost.x"), 0);
	assert_int_equal(symlink("/run/netemu/kl-lost/netns/x", "/run/netns/kl-lost.x"), 0);
	assert_done(lab_gc(&gone, dg), dg);
	assert_int_equal(gone.n, 1);
	assert_string_equal(gone.v[0], LAB_NAME);
	free(gone.v[0]);
	vec_free(&gone);
	assert_unchanged(&before);

	/* Links and directories that are not netemu's. */
	assert_int_equal(run("cd /run && mkdir netns netemu && cd netemu && "
			     "mkdir kl-mine kl-empty kl-lock kl-diary kl-other kl-theirs && "
			     "echo mine > kl-mine/topology.yaml && touch kl-lock/lock && "
			     "echo mine > kl-diary/journal && touch file && ln -s /etc kl-link && "
			     "echo 'netemu-journal 1 kl-mine' > kl-other/journal && "
			     "echo 'netemu-journal 1 kl-theirs' > kl-theirs/journal && "
			     "chmod 777 kl-theirs"),
			 0);
	assert_int_equal(symlink("/run/elsewhere/kl-lost/netns/x", "/run/netns/kl-lost.x"), 0);
	assert_int_equal(symlink("/run/netemu/kl-lost/netns/x", "/run/netns/other.x"), 0);
	assert_int_equal(symlink("/run/netemu/kl-lost/mine", "/run/netns/kl-lost.y"), 0);
	machine_snapshot(&before);
	assert_done(lab_gc(&gone, dg), dg);
	assert_int_equal(gone.n, 0);
	for (size_t i = 0; i < countof(others); i++) {
		assert_int_equal(lab_down(others[i], dg), -ENOENT);
		assert_unchanged(&before);
	}
	assert_int_equal(run("rm -r /run/netemu /run/netns"), 0);
}

/* Checks a lab's objects besides its files: names, links to them, a process. */
static void assert_gc_leaves_nothing(const char *when, struct lab *was)
{
	lab_names gone;

	assert_done(lab_gc(&gone, dg), dg);
	for (each(char *, name, &gone))
		free(*name);
	vec_free(&gone);
	if (process_is_alive(was->relay, was->relay_start))
		fail_msg("%s: the delay line lives on", when);
	lab_close(was);
	assert_unchanged(&before);
}

static void a_lab_whose_files_were_deleted_is_found(void **state)
{
	static const struct {
		const char *command;
		bool names; /* with the names that are mounted there */
	} how[] = {
		{ "rm -rf /run/netemu/" LAB_NAME, false },
		{ "rm -rf /run/netemu/" LAB_NAME, true },
		{ "rm /run/netemu/" LAB_NAME "/journal", false },
	};
	struct lab *lab;

	(void)state;
	machine_needed();
	for (size_t i = 0; i < countof(how); i++) {
		assert_done(build(plan, dg), dg);
		lab = opened();
		if (how[i].names)
			assert_int_equal(umount2("/run/netemu/" LAB_NAME "/netns", MNT_DETACH), 0);
		(void)run("%s", how[i].command);
		assert_gc_leaves_nothing(how[i].command, lab);
	}
	/* `down` removes it as well. */
	assert_done(build(plan, dg), dg);
	(void)run("%s", how[0].command);
	assert_goes_whole();
	assert_done(build(plan, dg), dg);
	assert_done(lab_down(LAB_NAME, dg), dg);
}

/* A crash cannot cut a line, which is one write, but a full disk can. */
static void a_journal_cut_anywhere_is_enough(void **state)
{
	static const char path[] = "/run/netemu/" LAB_NAME "/journal";
	struct stat st = { .st_size = 1 };
	char when[64];
	struct lab *lab;

	(void)state;
	machine_needed();
	for (off_t n = 0; n < st.st_size; n += n < 32 ? 4 : 1) {
		assert_done(build(plan, dg), dg);
		lab = opened();
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(truncate(path, n), 0);
		assert_int_equal(unlink("/run/netemu/" LAB_NAME "/state"), 0);
		snprintf(when, sizeof(when), "cut after %d bytes", (int)n);
		assert_gc_leaves_nothing(when, lab);
	}
	assert_in_range(st.st_size, 64, 4096);
}

static void a_dead_delay_line_is_noticed(void **state)
{
	own_text drift = { 0 };
	struct lab *lab;

	(void)state;
	machine_needed();
	assert_done(build(plan, dg), dg);
	lab = opened();
	assert_int_equal(process_stop(lab->relay, lab->relay_start), 0);
	lab_close(lab);
	lab = opened();
	assert_int_equal(lab->condition, LAB_DEGRADED);
	lab_close(lab);
	drift_of(plan, &drift);
	assert_non_null(strstr(text_str(&drift), "the delay line, process "));
	assert_goes_whole();
}

/* ---- at the same time --------------------------------------------------------------------- */

static void commands_on_one_lab_wait_for_each_other(void **state)
{
	(void)state;
	machine_needed();
	for (int round = 0; round < 8; round++) {
		pid_t children[4];
		int built = 0, removed = 0;

		for (size_t i = 0; i < countof(children); i++) {
			children[i] = i % 2 ? fork() : build_in_child();
			if (children[i] == 0)
				_exit(-lab_down(LAB_NAME, dg));
		}
		for (size_t i = 0; i < countof(children); i++) {
			int status;

			waitpid(children[i], &status, 0);
			assert_true(WIFEXITED(status));
			if (WEXITSTATUS(status) == 0)
				*(i % 2 ? &removed : &built) += 1;
			else
				assert_int_equal(WEXITSTATUS(status), i % 2 ? ENOENT : EEXIST);
		}
		assert_in_range(built - removed, 0, 1);
		assert_int_equal(lab_down(LAB_NAME, dg), built > removed ? 0 : -ENOENT);
		assert_unchanged(&before);
	}
}

#ifdef NETEMU_FAULTS
/* Lets the n-th operation fail, for every n. */
static void a_failure_anywhere_leaves_nothing(void **state)
{
	int status = -1;
	unsigned int n = 0;

	(void)state;
	machine_needed();
	while (status != 0) {
		char text[16];
		pid_t child;

		snprintf(text, sizeof(text), "%u", ++n);
		setenv("NETEMU_FAIL_AT", text, 1);
		child = build_in_child();
		waitpid(child, &status, 0);
		assert_true(WIFEXITED(status));
		if (status != 0) {
			assert_int_equal(WEXITSTATUS(status), ENOMEM);
			assert_unchanged(&before);
		}
	}
	unsetenv("NETEMU_FAIL_AT");
	print_message("%u requests failed in turn\n", n - 1);
	assert_in_range(n, 60, 10000);
}
#endif

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lab_comes_up_is_seen_and_goes),
		TEST(a_name_is_taken_once),
		TEST(the_run_directory_can_be_chosen),
		TEST(what_others_made_is_refused_and_left_alone),
		TEST(a_removal_that_fails_says_so_and_can_be_repeated),
		TEST(directories_that_others_use_meanwhile_stay),
		TEST(routes_may_come_after_the_links_stand),
		TEST(default_settings_are_what_devices_are_born_with),
		TEST(a_lab_whose_routes_fail_leaves_nothing),
		TEST(a_signal_takes_everything_back),
		TEST(a_signal_while_routes_are_awaited_takes_everything_back),
		TEST(a_kill_at_any_moment_leaves_what_down_can_remove),
		TEST(a_kill_while_it_goes_leaves_what_down_can_remove),
		TEST(a_dead_lab_must_go_before_a_new_one),
		TEST(links_of_a_lost_lab_are_taken_over),
		TEST(rubbish_is_collected_and_nothing_else),
		TEST(a_lab_whose_files_were_deleted_is_found),
		TEST(a_journal_cut_anywhere_is_enough),
		TEST(a_dead_delay_line_is_noticed),
		TEST(commands_on_one_lab_wait_for_each_other),
#ifdef NETEMU_FAULTS
		TEST(a_failure_anywhere_leaves_nothing),
#endif
	};

	return cmocka_run_group_tests(tests, machine_begin, NULL);
}
