/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls that a confined process may and may not make, each tried in a child. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/confine.h"
#include "base/vec.h"

enum { NO_FILTER = 77 };

/* True on a kernel without seccomp and in a sanitized build, which needs further calls. */
static bool has_none(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
	return true;
#endif
#endif
	return access("/proc/sys/kernel/seccomp/actions_avail", F_OK) < 0;
}

static int in_confined_child(int (*what)(void))
{
	static const int calls[] = { SYS_socket };
	int status;
	pid_t child = fork();

	if (child == 0) {
		process_confine(calls, countof(calls));
		_exit(prctl(PR_GET_SECCOMP) == 0 ? NO_FILTER : what());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int is_refused(long result)
{
	return result < 0 && errno == ENOSYS ? 0 : 1;
}

static int opens(void)
{
	return is_refused(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static int executes(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };

	return is_refused(execve("/bin/true", argv, NULL));
}

static int forks(void)
{
	return is_refused(fork());
}

static int unshares(void)
{
	return is_refused(unshare(CLONE_NEWUSER));
}

static int kills(void)
{
	return is_refused(kill(getppid(), 0));
}

static int kills_as_a_thread(void)
{
	return is_refused(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int starts_a_thread_elsewhere(void)
{
	return is_refused(syscall(SYS_clone, CLONE_THREAD | CLONE_NEWNET, NULL, NULL, NULL, NULL));
}

/* A socket with an owner sends it SIGIO, which ends a process without a handler. */
static int makes_a_socket_signal(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), victim = getppid();

	return is_refused(fd < 0 ? 0 : ioctl(fd, FIOSETOWN, &victim));
}

static int connects(void)
{
	return is_refused(connect(0, NULL, 0));
}

static void files_programs_and_other_processes_are_out_of_reach(void **state)
{
	static int (*const tries[])(void) = {
		opens,
		executes,
		forks,
		unshares,
		kills,
		kills_as_a_thread,
		starts_a_thread_elsewhere,
		makes_a_socket_signal,
		connects,
	};

	(void)state;
	if (has_none())
		skip();
	for (size_t i = 0; i < countof(tries); i++)
		assert_int_equal(in_confined_child(tries[i]), 0);
}

static void *add_one(void *n)
{
	++*(int *)n;
	return NULL;
}

static bool has_threads(void)
{
	pthread_t t;
	int n = 0;

	return pthread_create(&t, NULL, add_one, &n) == 0 && pthread_join(t, NULL) == 0 && n == 1;
}

/* Above all for abort(). */
static int ends_itself(void)
{
	(void)signal(SIGABRT, SIG_DFL);
	(void)raise(SIGABRT);
	return 0;
}

static bool has_loopback(int fd)
{
	struct ifreq lo = { .ifr_name = "lo" };

	return ioctl(fd, SIOCGIFINDEX, &lo) == 0 && lo.ifr_ifindex == 1;
}

/* The listed calls, small and large allocations, open descriptors, and threads. */
static int works(void)
{
	char *small = malloc(100), *large = malloc(8 << 20);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!small || !large || fd < 0 || write(1, small, 0) < 0 || !has_loopback(fd) ||
	    close(fd) < 0)
		return 1;
	free(small);
	free(large);
	return has_threads() ? 0 : 1;
}

static void the_allowed_calls_work(void **state)
{
	(void)state;
	if (has_none())
		skip();
	assert_int_equal(in_confined_child(works), 0);
	assert_int_equal(in_confined_child(ends_itself), 128 + SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_programs_and_other_processes_are_out_of_reach),
		cmocka_unit_test(the_allowed_calls_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
