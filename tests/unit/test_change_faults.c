/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change that is refused, interrupted or killed, or that fails at any of its steps, leaves the
 * lab as it was, or marked as half-changed. */
#include "stage.h"

#include <signal.h>
#include <sys/mman.h>
#include <time.h>

static void the_kernels_refusal_is_told_and_taken_back(void **state)
{
	own_stage a = stage_of(plain, NULL), b = stage_of(connected, &a);
	own_text after = { 0 };
	bool told = false;

	(void)state;
	stand_up(&a);
	machine_snapshot(&after);
	for (each(struct plan_route, r, &b.plan->routes)) /* an unreachable gateway */
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
	stand_up(&a);
	machine_snapshot(&after);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old); /* the signal must not end this process */
	kill(getpid(), SIGTERM);
	assert_int_equal(try_change(&a, &b, dg), -EINTR);
	sigprocmask(SIG_SETMASK, &old, NULL);
	assert_string_equal(diag_at(dg, 0)->text,
			    "interrupted: lab '" LAB_NAME "' is made again what it was");
	assert_no_drift(a.plan, "after the signal");
	assert_unchanged(&after);
}

/* How many changes failed while they waited for the carrier of new links; memory shared with the
 * children. */
static unsigned int *failed_waiting;

/* Changes the lab in a child, which the caller may kill. Its exit status is the error. */
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
			r = -ENOMSG; /* an error without a finding */
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

/* Measures how long the change takes if it is not killed. */
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
	took = change_us(&a, &b);
	/* If no kill hit the middle of a change, the next round kills earlier. */
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
/* Lets the n-th operation of a change fail, for every n: the lab is as before, and the next change
 * succeeds. */
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
	assert_goes_whole();
	return n - 1;
}

static void a_failure_anywhere_leaves_the_lab_as_it_was(void **state)
{
	static const char *const v[][2] = {
		{ plain, failed_link },
		{ failed_link, plain },
		{ plain, impaired_link },
		{ plain, connected },
		{ connected, plain },
		{ connected, disconnected },
		{ disconnected, plain },
		{ six_failed, six },
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
	assert_true(*failed_waiting > 0); /* else a change does not wait for its links' carrier */
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_kernels_refusal_is_told_and_taken_back),
		TEST(a_signal_takes_the_change_back),
		TEST(a_kill_at_any_moment_is_known_and_down_removes_all),
#ifdef NETEMU_FAULTS
		TEST(a_failure_anywhere_leaves_the_lab_as_it_was),
#endif
	};

	return cmocka_run_group_tests(tests, choose, NULL);
}
