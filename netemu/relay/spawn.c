/* How the process comes to be:
 *
 *   caller --fork--> child (setsid) --fork--> the delay line
 *     |                |_ exits                 |
 *     '--- waits for a report over a pipe ------'
 *
 * So it is nobody's child, has no terminal and leaves no zombie. It takes along only what
 * it needs: the pipe until it is ready, /dev/null three times, and of all capabilities
 * those to open packet sockets with large buffers in its namespace and to lock memory.
 */
#include "relay/relay.h"

#include "base/own.h"
#include "relay/engine.h"
#include "relay/server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { READY_MS = 30 * 1000 };

struct report {
	int result; /* 0: it carries frames */
	pid_t pid;
	char text[256];
};

/* ---- in the new process ---- */

/* ps shall not show it as a second "netemu up". The kernel keeps the arguments on our
 * stack and tells where (fields 48 and 49). The caller's strings may lie there: nothing of
 * the configuration may be used after this. */
static void rename_process(const char *label)
{
	unsigned long long from, to;
	char text[1024], title[128], *rest;
	own_file *f = fopen("/proc/self/stat", "re");
	size_t n;

	snprintf(title, sizeof(title), "netemu-delay%s%s", label ? " " : "", label ? label : "");
	(void)prctl(PR_SET_NAME, "netemu-delay");
	if (!f)
		return;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	rest = strrchr(text, ')');
	for (int field = 2; rest && field < 48; field++)
		rest = strchr(rest + 1, ' ');
	if (!rest || sscanf(rest, " %llu %llu", &from, &to) != 2 || from == 0 || to <= from + 1)
		return;
	memset((void *)(uintptr_t)from, 0, (size_t)(to - from));
	snprintf((char *)(uintptr_t)from, (size_t)(to - from), "%s", title);
}

/* What the new process takes along, and what a descriptor of none is: -1. */
enum { REPORT, NETNS, HOLD, KEPT };

/* Leaves open only 0, 1, 2 and these, moved to 3 and up. */
static int keep_only(int kept[KEPT])
{
	own_fd null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int next = 3;

	if (null < 0)
		return -errno;
	for (int i = 0; i < KEPT; i++)
		if (kept[i] >= 0 && (kept[i] = fcntl(kept[i], F_DUPFD_CLOEXEC, 10)) < 0)
			return -errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	for (int i = 0; i < KEPT; i++)
		if (kept[i] >= 0 && (kept[i] = dup3(kept[i], next++, O_CLOEXEC)) < 0)
			return -errno;
	null = -1; /* closed with all the rest */
	if (syscall(SYS_close_range, (unsigned int)next, ~0U, 0) < 0) {
		int most = (int)sysconf(_SC_OPEN_MAX);

		for (int fd = next; fd < most; fd++)
			(void)close(fd);
	}
	return 0;
}

static void reset_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct had[2] = { { .effective = 0 } };
	const uint32_t keep = 1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN | 1U << CAP_IPC_LOCK;

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_capget, &h, had) < 0)
		return;
	had[0].effective &= keep;
	had[0].permitted &= keep;
	had[0].inheritable = 0;
	had[1] = (struct __user_cap_data_struct){ .effective = 0 };
	(void)syscall(SYS_capset, &h, had);
}

static int open_all(const struct relay_config *cfg, int netns, struct engine **ret_engine,
		    struct server **ret_server, char *err, size_t err_size)
{
	int r = 0;

	if (netns >= 0 && setns(netns, CLONE_NEWNET) < 0) {
		r = -errno;
		snprintf(err, err_size, "delay line: its namespace: %s", strerror(-r));
		return r;
	}
	*ret_engine = engine_new(cfg, err, err_size);
	if (!*ret_engine)
		return -ENOMEM;
	for (size_t i = 0; i < cfg->links_len && r == 0; i++)
		r = engine_add(*ret_engine, &cfg->links[i], err, err_size);
	if (r < 0)
		return r;
	r = server_open(*ret_engine, cfg->control_path, ret_server);
	if (r < 0)
		snprintf(err, err_size, "delay line: %s: %s", cfg->control_path, strerror(-r));
	return r;
}

static _Noreturn void live(const struct relay_config *cfg, int report)
{
	struct report rep = { .result = 0, .pid = getpid() };
	struct engine *e = NULL;
	struct server *s = NULL;
	int kept[KEPT] = { report, cfg->netns_fd, cfg->hold_fd > 0 ? cfg->hold_fd : -1 };

	reset_signals();
	rep.result = keep_only(kept);
	if (rep.result == 0)
		rep.result = open_all(cfg, kept[NETNS], &e, &s, rep.text, sizeof(rep.text));
	else
		snprintf(rep.text, sizeof(rep.text), "delay line: %s", strerror(-rep.result));
	if (rep.result == 0) {
		engine_raise(e);
		drop_capabilities();
		rename_process(cfg->label);
		(void)!chdir("/");
	}
	if (write(kept[REPORT], &rep, sizeof(rep)) == sizeof(rep) && rep.result == 0) {
		for (int i = 0; i < KEPT; i++)
			own_closep(&kept[i]);
		engine_run(e);
	}
	server_close(s);
	if (e)
		engine_free(e);
	_exit(0); /* the caller's atexit handlers and buffers are not ours */
}

/* ---- in the caller ---- */

static int await_report(int fd, struct report *rep)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;
	int ready;

	do
		ready = poll(&p, 1, READY_MS);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return ready < 0 ? -errno : -ETIMEDOUT;
	n = read(fd, rep, sizeof(*rep));
	if (n < 0)
		return -errno;
	return n == (ssize_t)sizeof(*rep) ? rep->result : -ECHILD;
}

static pid_t fork_twice(const struct relay_config *cfg, int report)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	(void)setsid();
	if (fork() == 0)
		live(cfg, report);
	_exit(0); /* if it could not be forked, the pipe closes without a report */
}

int relay_spawn(const struct relay_config *cfg, pid_t *ret_pid, char *err, size_t err_size)
{
	struct report rep = { .text = "" };
	int pipe_fd[2], r;
	pid_t child;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0) {
		r = -errno;
		snprintf(err, err_size, "delay line: pipe: %s", strerror(-r));
		return r;
	}
	own_fd from = pipe_fd[0];
	own_fd to = pipe_fd[1];
	child = fork_twice(cfg, to);
	r = child < 0 ? -errno : 0;
	own_closep(&to);
	if (r == 0) {
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			continue;
		r = await_report(from, &rep);
	}
	if (r < 0) {
		if (rep.text[0])
			snprintf(err, err_size, "%s", rep.text);
		else
			snprintf(err, err_size, "delay line: %s",
				 r == -ECHILD ? "ended before it was ready" : strerror(-r));
		return r;
	}
	*ret_pid = rep.pid;
	return 0;
}
