/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(SANITIZED)
#define MACHINE 0
#elif defined(__x86_64__) && !defined(__ILP32__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#else
#define MACHINE 0
#endif

enum { THREAD_FILTER = 6, VALUE_FILTER = 5 }; /* instructions */

static const int always[] = {
	SYS_read,
	SYS_write,
	SYS_close,
	SYS_clock_gettime,
	SYS_futex,
	SYS_brk,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_fstat,
	SYS_restart_syscall,
	SYS_getpid,
	SYS_gettid,
	SYS_exit,
	SYS_exit_group,
	/* ... when a thread starts */
	SYS_mprotect,
	SYS_set_robust_list,
	SYS_rseq,
};

static struct sock_filter *seccomp_allow(struct sock_filter *f, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*f++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i],
						    0, 1);
		*f++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	return f;
}

/* Allows clone() for threads only: no process, no namespace. A thread inherits the filter. The C
 * library tries clone3() first, which is refused: a filter cannot read its flags. */
static struct sock_filter *seccomp_allow_threads(struct sock_filter *f)
{
	const uint32_t looked_at = CLONE_THREAD | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
				   CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	const struct sock_filter filter[THREAD_FILTER] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, looked_at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLONE_THREAD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};

	memcpy(f, filter, sizeof(filter));
	return f + THREAD_FILTER;
}

/* Allows a call only with this value of one argument. */
static struct sock_filter *seccomp_allow_with(struct sock_filter *f, uint32_t call,
					      unsigned int arg, uint32_t value)
{
	const struct sock_filter filter[VALUE_FILTER] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)offsetof(struct seccomp_data, args) + 8 * arg),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	};

	memcpy(f, filter, sizeof(filter));
	return f + VALUE_FILTER;
}

/* A refused call fails with ENOSYS, as on an older kernel: a newer C library then falls back to an
 * older call instead of giving up. */
static unsigned short seccomp_write(struct sock_filter *f, const int *calls, size_t n)
{
	struct sock_filter *p = f;

	*p++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					    offsetof(struct seccomp_data, arch));
	*p++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
	*p++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	*p++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					    offsetof(struct seccomp_data, nr));
	p = seccomp_allow(p, calls, n);
	p = seccomp_allow(p, always, countof(always));
	p = seccomp_allow_threads(p);
	p = seccomp_allow_with(p, SYS_tgkill, 0, (uint32_t)getpid()); /* for abort() */
	/* Other ioctls make sockets send signals. */
	p = seccomp_allow_with(p, SYS_ioctl, 1, SIOCGIFINDEX);
	*p++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	return (unsigned short)(p - f);
}

void process_confine(const int *calls, size_t n)
{
	own_free struct sock_filter *f = xcalloc(
		2 * (n + countof(always)) + THREAD_FILTER + 2 * VALUE_FILTER + 5, sizeof(*f));
	struct sock_fprog program = { .filter = f };

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (MACHINE == 0)
		return;
	program.len = seccomp_write(f, calls, n);
	/* SPEC_ALLOW: no speculation mitigations, since the process runs no foreign code. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		    &program) < 0)
		(void)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
