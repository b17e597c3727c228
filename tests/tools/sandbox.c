/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command where an ordinary user is root: in the namespaces that netemu makes for labs.
 *
 *	sandbox COMMAND...		the whole of the tests, for a user who is not root
 *	sandbox --forbid COMMAND...	no namespaces at all: what a container engine's filter does
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/sandbox.h"

static int forbid(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(rules) / sizeof(rules[0]), rules };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int enter(void)
{
	struct sandbox_refusal why;
	char text[256];

	if (sandbox_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET, &why) == 0 &&
	    sandbox_furnish(&why) == 0)
		return 0;
	(void)sandbox_explain(&why, text, sizeof(text));
	fprintf(stderr, "sandbox: %s\n", text);
	return -1;
}

int main(int argc, char **argv)
{
	bool none = argc > 1 && strcmp(argv[1], "--forbid") == 0;
	char **command = argv + 1 + none;

	if (!*command || (none ? forbid() : enter()) < 0)
		return 3;
	execvp(command[0], command);
	perror(command[0]);
	return 127;
}
