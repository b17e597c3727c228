/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts the process with process_spawn(). It keeps only what it needs: the pipe until it is ready,
 * /dev/null as 0, 1 and 2, the capabilities to open packet sockets with large buffers in its
 * namespace and to lock memory, and the system calls that it makes. */
#include "relay/relay.h"

#include "base/confine.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/process.h"
#include "relay/engine.h"
#include "relay/server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* The descriptors that the new process keeps; -1: none. */
enum { REPORT, NETNS, HOLD, KEPT };

/* Closes all descriptors but 0, 1, 2 and these, which move to 3 and up. */
static int relay_keep_only(int kept[KEPT])
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
	(void)fd_take(&null); /* close_range() closes it */
	if (syscall(SYS_close_range, (unsigned int)next, ~0U, 0) < 0) {
		int most = (int)sysconf(_SC_OPEN_MAX);

		for (int fd = next; fd < most; fd++)
			(void)close(fd);
	}
	return 0;
}

/* Changes to the lab's directory, so that the process can be found if the directory is deleted. */
static void relay_move_to(const char *control_path)
{
	const char *slash = strrchr(control_path, '/');
	own_free char *dir = slash ? xstrndup(control_path, (size_t)(slash - control_path) + 1)
				   : NULL;

	if (!dir || chdir(dir) < 0)
		(void)!chdir("/");
}

static void relay_drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct had[2] = { { .effective = 0 } };
	const uint32_t keep = 1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN | 1U << CAP_IPC_LOCK;

	if (syscall(SYS_capget, &h, had) < 0)
		return;
	had[0].effective &= keep;
	had[0].permitted &= keep;
	had[0].inheritable = 0;
	had[1] = (struct __user_cap_data_struct){ .effective = 0 };
	(void)syscall(SYS_capset, &h, had);
}

/* Allows calls for frames, timers, the control socket, and sockets of links that are added. */
static void relay_confine(void)
{
	static const int calls[] = {
		SYS_epoll_wait,	     SYS_epoll_pwait,	  SYS_recvmsg,	 SYS_sendmsg,
		SYS_timerfd_settime, SYS_recvfrom,	  SYS_sendto,	 SYS_epoll_ctl,
		SYS_accept4,	     SYS_socket,	  SYS_bind,	 SYS_setsockopt,
		SYS_getsockopt,	     SYS_getsockname,	  SYS_getrandom, SYS_munlockall,
		SYS_newfstatat,	     SYS_clock_nanosleep,
	};

	process_confine(calls, sizeof(calls) / sizeof(calls[0]));
}

static int relay_open(const struct relay_config *cfg, int netns, struct engine **ret_engine,
		      struct server **ret_server, char *err, size_t err_size)
{
	int r = 0;

	if (netns >= 0 && setns(netns, CLONE_NEWNET) < 0) {
		r = -errno;
		snprintf(err, err_size, "delay line: cannot enter its namespace: %s", strerror(-r));
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

static void relay_live(const void *ctx, int report)
{
	const struct relay_config *cfg = ctx;
	struct process_report rep = { .result = 0, .pid = getpid() };
	struct engine *e = NULL;
	struct server *s = NULL;
	int kept[KEPT] = { report, cfg->netns_fd, cfg->hold_fd > 0 ? cfg->hold_fd : -1 };

	process_reset_signals();
	rep.result = relay_keep_only(kept);
	if (rep.result == 0)
		rep.result = relay_open(cfg, kept[NETNS], &e, &s, rep.text, sizeof(rep.text));
	else
		snprintf(rep.text, sizeof(rep.text), "delay line: %s", strerror(-rep.result));
	if (rep.result == 0) {
		engine_raise(e);
		relay_drop_capabilities();
		process_rename("netemu-delay", cfg->label);
		relay_move_to(cfg->control_path);
		relay_confine();
	}
	if (write(kept[REPORT], &rep, sizeof(rep)) == sizeof(rep) && rep.result == 0) {
		for (int i = KEPT; i-- > 0;) /* REPORT last: the caller waits until it is closed */
			own_closep(&kept[i]);
		engine_run(e);
	}
	server_close(s);
	if (e)
		engine_free(e);
	_exit(0); /* runs no atexit handlers of the caller and flushes none of its buffers */
}

int relay_spawn(const struct relay_config *cfg, pid_t *ret_pid, char *err, size_t err_size)
{
	return process_spawn(relay_live, cfg, "delay line", ret_pid, err, err_size);
}
